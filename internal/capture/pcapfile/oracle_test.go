package pcapfile

import (
	"bufio"
	"bytes"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/flowtable"
)

// reading is what the oracle, or this package, found in one file.
type reading struct {
	Frames []frame
	Notes  map[string]uint64
	// Positions are those that the errors name, Errors how many there are.
	Positions []int64
	Texts     []string
}

// oracleReadings runs the oracle's reading functions over files.
func oracleReadings(t testing.TB, files []string) map[string]*reading {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		missing(t, "NOT TESTED: %v: install python3", err)
	}
	cmd := exec.Command(python, "-B", filepath.Join("testdata", "oracle_frames.py"), shared(t, "tools", "oracle"))
	cmd.Stdin = strings.NewReader(strings.Join(files, "\n") + "\n")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("run oracle: %v\n%s", err, stderr.Bytes())
	}
	return parseReadings(t, out)
}

func parseReadings(t testing.TB, out []byte) map[string]*reading {
	t.Helper()
	all := make(map[string]*reading)
	var r *reading
	lines := bufio.NewScanner(bytes.NewReader(out))
	for lines.Scan() {
		kind, rest, _ := strings.Cut(lines.Text(), " ")
		switch kind {
		case "file":
			r = &reading{Notes: make(map[string]uint64)}
			all[rest] = r
		case "frame":
			r.Frames = append(r.Frames, parseFrame(t, rest))
		case "note":
			count, name, _ := strings.Cut(rest, " ")
			r.Notes[name], _ = strconv.ParseUint(count, 10, 64)
		case "error":
			r.Texts = append(r.Texts, rest)
			if at := regexp.MustCompile(`at byte (\d+)`).FindStringSubmatch(rest); at != nil {
				position, _ := strconv.ParseInt(at[1], 10, 64)
				r.Positions = append(r.Positions, position)
			}
		}
	}
	return all
}

func parseFrame(t testing.TB, line string) frame {
	t.Helper()
	var f frame
	var ns, order string
	if _, err := fmt.Sscan(line, &ns, &f.LinkType, &f.Length, &order, &f.CRC, &f.Captured); err != nil {
		t.Fatalf("oracle frame %q: %v", line, err)
	}
	time, _ := new(big.Int).SetString(ns, 10)
	f.Time = clampBig(time)
	f.BigEndian = order == ">"
	return f
}

func clampBig(v *big.Int) int64 {
	most := big.NewInt(flowtable.MaxTime)
	if v.CmpAbs(most) <= 0 {
		return v.Int64()
	}
	return int64(v.Sign()) * flowtable.MaxTime
}

// ownReading reads one file with this package.
func ownReading(t testing.TB, file string) *reading {
	t.Helper()
	s := New(Options{Files: []string{file}})
	defer func() { _ = s.Close() }()
	frames, _ := drain(t, s, 64)
	r := &reading{Frames: frames, Notes: make(map[string]uint64)}
	for _, n := range s.Notes() {
		r.Notes[n.Name] = n.Count
	}
	for _, e := range s.Errors() {
		r.Texts = append(r.Texts, e.Error())
		if e.Offset >= 0 {
			r.Positions = append(r.Positions, e.Offset)
		}
	}
	// The oracle has no such notes.
	delete(r.Notes, NoteSnap)
	delete(r.Notes, NoteClamped)
	return r
}

// sharedCaptures are the shared captures' names.
func sharedCaptures(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(shared(t, "pcaps"), "*.pcap*"))
	if err != nil || len(files) < 70 {
		t.Fatalf("%d shared captures (%v), must be 70 or more", len(files), err)
	}
	return files
}

func TestSharedCapturesAgainstOracle(t *testing.T) {
	files := sharedCaptures(t)
	want := oracleReadings(t, files)
	frames := 0
	for _, file := range files {
		got := ownReading(t, file)
		frames += len(got.Frames)
		agree(t, file, want[file], got)
	}
	t.Logf("%d files, %d frames", len(files), frames)
}

// TestDamagedCapturesAgainstOracle cuts and changes small captures at random places: the frames
// before the damage and the position of the damage must be the oracle's.
func TestDamagedCapturesAgainstOracle(t *testing.T) {
	var bases [][]byte
	for _, file := range sharedCaptures(t) {
		if b := readSmall(t, file); b != nil {
			bases = append(bases, b)
		}
	}
	bases = append(bases, somePcap(30), somePcapng(20), everyPcapng())
	random := rand.New(rand.NewPCG(1, 2))
	dir := t.TempDir()
	var files []string
	for i, base := range bases {
		for j := range 40 {
			name := filepath.Join(dir, fmt.Sprintf("%d-%d", i, j))
			writeTo(t, name, damage(random, base))
			files = append(files, name)
		}
	}
	want := oracleReadings(t, files)
	equal := 0
	for _, file := range files {
		if agree(t, file, want[file], ownReading(t, file)) {
			equal++
		}
	}
	t.Logf("%d of %d damaged files equal", equal, len(files))
}

// damage cuts a capture, overwrites an octet or a field, or does both.
func damage(random *rand.Rand, base []byte) []byte {
	b := bytes.Clone(base)
	for range random.IntN(3) {
		at := random.IntN(len(b))
		if random.IntN(3) == 0 {
			at &^= 3
		}
		b[at] = byte(random.Uint32())
		if random.IntN(3) == 0 {
			b[at] = 0
		}
	}
	if random.IntN(2) == 0 {
		b = b[:random.IntN(len(b)+1)]
	}
	return b
}

// agree compares frames, notes and the place of the damage. Where the oracle's message names no
// place, that there is an error is all there is to compare.
func agree(t *testing.T, file string, want, got *reading) bool {
	t.Helper()
	positions := got.Positions
	if len(want.Positions) == 0 {
		positions = nil
	}
	a := reading{Frames: want.Frames, Notes: want.Notes, Positions: want.Positions}
	b := reading{Frames: got.Frames, Notes: got.Notes, Positions: positions}
	diff := cmp.Diff(a, b)
	if diff == "" && len(want.Texts) == len(got.Texts) {
		return true
	}
	t.Errorf("%s (-oracle +own):\n%.1500s\noracle: %q\nown: %q", filepath.Base(file), diff, want.Texts, got.Texts)
	return false
}
