package ring

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

func TestAvailableMemory(t *testing.T) {
	for text, want := range map[string]int{
		"MemTotal:       24683656 kB\nMemFree:        20344500 kB\nMemAvailable:     123456 kB\n": 123456 * 1024,
		"MemTotal:       24683656 kB\n": 0, // Linux before 3.14
		"MemAvailable:\n":               0,
		"MemAvailable:   many kB\n":     0,
	} {
		file := filepath.Join(t.TempDir(), "meminfo")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := availableMemory(file); got != want {
			t.Errorf("%q: %d octets, want %d", text, got, want)
		}
	}
	if got := availableMemory(filepath.Join(t.TempDir(), "none")); got != 0 {
		t.Errorf("no file: %d octets", got)
	}
}

// What the file says lies between nothing and what sysinfo(2) says there is in all.
func TestAvailableMemoryHere(t *testing.T) {
	var info unix.Sysinfo_t
	if err := unix.Sysinfo(&info); err != nil {
		t.Fatal(err)
	}
	total := uint64(info.Totalram) * uint64(info.Unit) //nolint:unconvert // 32 bits on some machines
	if got := uint64(availableMemory(memoryFile)); got < total/100 || got > total {
		t.Errorf("%d octets of %d", got, total)
	}
}

func TestLinkSpeed(t *testing.T) {
	folder := t.TempDir()
	for name, files := range map[string][2]string{
		"eth0": {"7\n", "2500\n"}, "tun0": {"8\n", "-1\n"}, "odd0": {"9\n", ""}, "odd1": {"", "1000\n"},
	} {
		if err := os.Mkdir(filepath.Join(folder, name), 0o700); err != nil {
			t.Fatal(err)
		}
		for i, file := range []string{"ifindex", "speed"} {
			if err := os.WriteFile(filepath.Join(folder, name, file), []byte(files[i]), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		name  string
		index uint32
		want  int
	}{{"eth0", 7, 2500}, {"eth0", 6, 0}, {"tun0", 8, 0}, {"odd0", 9, 0}, {"odd1", 1, 0}, {"eth1", 10, 0}} {
		if got := linkSpeed(folder, c.name, c.index); got != c.want {
			t.Errorf("%s, index %d: %d Mb/s, want %d", c.name, c.index, got, c.want)
		}
	}
}
