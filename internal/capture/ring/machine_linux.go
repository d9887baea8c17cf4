package ring

import (
	"bufio"
	"math"
	"os"
	"strconv"
	"strings"
)

// What is asked of the machine.
const (
	memoryFile      = "/proc/meminfo"
	interfaceFolder = "/sys/class/net"
)

// availableMemory returns how many octets of memory are free or can be made so, by a file as
// proc_meminfo(5) has it; 0 if that is unknown.
func availableMemory(file string) int {
	f, err := os.Open(file)
	if err != nil {
		return 0
	}
	defer func() { _ = f.Close() }()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if len(words) < 2 || words[0] != "MemAvailable:" {
			continue
		}
		kibi, _ := strconv.ParseUint(words[1], 10, 53)
		return int(min(kibi*1024, math.MaxInt))
	}
	return 0
}

// linkSpeed returns an interface's megabits a second, by a folder as sysfs-class-net has it; 0 if
// that is unknown. The files may be those of another network namespace: only those with the right
// index count.
func linkSpeed(folder, name string, index uint32) int {
	if number(folder+"/"+name+"/ifindex") != int(index) {
		return 0
	}
	return max(number(folder+"/"+name+"/speed"), 0)
}

// number reads a file that holds a number, -1 if it doesn't.
func number(file string) int {
	b, err := os.ReadFile(file)
	if err != nil {
		return -1
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return -1
	}
	return n
}
