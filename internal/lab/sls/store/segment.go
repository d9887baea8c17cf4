package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

const (
	segmentMagic  = "SAGSLSLG"
	segmentHeader = 16
	version       = 1
	// maxSegment is where a new segment begins.
	maxSegment = 64 << 20
	suffix     = ".log"
)

// file is what a segment needs of an *os.File.
type file interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
	Truncate(size int64) error
	Sync() error
}

// segment is one file of entries. size is how much of it holds entries that are done.
type segment struct {
	number int
	path   string
	file   file
	size   int64
}

func segmentName(number int) string { return fmt.Sprintf("%010d%s", number, suffix) }

// newHeader is how a segment begins.
func newHeader(v uint32) []byte {
	b := binary.LittleEndian.AppendUint32([]byte(segmentMagic), v)
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)))
}

// readHeader says whether b begins as a segment does. An error is ErrVersion.
func readHeader(b []byte) (sound bool, err error) {
	if len(b) < segmentHeader || string(b[:len(segmentMagic)]) != segmentMagic {
		return false, nil
	}
	v := binary.LittleEndian.Uint32(b[len(segmentMagic):])
	if string(newHeader(v)) != string(b[:segmentHeader]) {
		return false, nil
	}
	if v != version {
		return true, fmt.Errorf("%w: it has version %d, and this program reads version %d", ErrVersion, v, version)
	}
	return true, nil
}

// segmentsIn lists the numbers of a directory's segments in order, and refuses a directory of other things.
func segmentsIn(dir string) ([]int, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var numbers []int
	for _, f := range files {
		number, isSegment := strings.CutSuffix(f.Name(), suffix)
		n, err := strconv.Atoi(number)
		switch {
		case isSegment && err == nil && n > 0 && f.Name() == segmentName(n):
			numbers = append(numbers, n)
		case f.Name() != lockName && !strings.HasSuffix(f.Name(), cutSuffix):
			return nil, fmt.Errorf("%w: it holds %q", ErrForeign, f.Name())
		}
	}
	slices.Sort(numbers)
	return numbers, nil
}

// begin makes the next segment, on disk with its name.
func (s *Store) begin(number int) (_ *segment, err error) {
	path := filepath.Join(s.dir, segmentName(number))
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("begin a segment: %w", err)
	}
	seg := &segment{number: number, path: path, file: s.wrap(f), size: segmentHeader}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("begin segment %q: %w", path, err), f.Close(), os.Remove(path))
		}
	}()
	if _, err := seg.file.WriteAt(newHeader(version), 0); err != nil {
		return nil, err
	}
	if err := seg.file.Sync(); err != nil {
		return nil, err
	}
	return seg, syncDir(s.dir)
}

// makeDir makes a directory with those above it, each on disk with its name; one that is there stays as it is.
func makeDir(dir string) error {
	err := os.Mkdir(dir, 0o700)
	if above := filepath.Dir(dir); errors.Is(err, fs.ErrNotExist) && above != dir {
		if err := makeDir(above); err != nil {
			return err
		}
		err = os.Mkdir(dir, 0o700)
	}
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil
	case err != nil:
		return err
	}
	return syncDir(filepath.Dir(dir))
}

// syncDir makes names in a directory last.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
