package agent

import (
	"bufio"
	"math"
	"os"
	"strconv"
	"strings"
	"syscall"

	"github.com/sagflow/sagflow/flowtable"
)

// flowsForMemory is the limit of flows for "as memory allows": half of what is available to this
// process now, by the kernel's estimate and the control group's limit.
func flowsForMemory() int {
	available := min(meminfo("/proc/meminfo"), cgroupRoom(), addressRoom())
	if available == math.MaxUint64 {
		return flowtable.DefaultMaxFlows
	}
	if math.MaxInt == math.MaxInt32 {
		available = min(available, 1<<30) // address space, not memory, is what a 32-bit process lacks
	}
	return max(flowtable.FlowsIn(int64(available/2)), 1)
}

// meminfo returns MemAvailable in octets (proc_meminfo(5)), or the largest number where it can't be
// told.
func meminfo(path string) uint64 {
	f, err := os.Open(path)
	if err != nil {
		return math.MaxUint64
	}
	defer func() { _ = f.Close() }()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if fields := strings.Fields(lines.Text()); len(fields) > 1 && fields[0] == "MemAvailable:" {
			if kib, err := strconv.ParseUint(fields[1], 10, 54); err == nil {
				return kib << 10
			}
		}
	}
	return math.MaxUint64
}

// addressRoom returns the limit of the address space (ulimit -v), of which the flow table takes half
// as of memory.
func addressRoom() uint64 {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_AS, &limit) != nil {
		return math.MaxUint64
	}
	return limit.Cur
}

// cgroupRoom returns what the process's control group (v2, else v1's root) leaves.
func cgroupRoom() uint64 {
	dir := "/sys/fs/cgroup"
	if own, err := os.ReadFile("/proc/self/cgroup"); err == nil {
		if path, v2 := strings.CutPrefix(strings.TrimSpace(string(own)), "0::"); v2 && !strings.Contains(path, "\n") {
			dir += path
		}
	}
	return min(room(dir+"/memory.max", dir+"/memory.current"),
		room("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"))
}

func room(limitFile, usedFile string) uint64 {
	limit, ok := readNumber(limitFile)
	if !ok {
		return math.MaxUint64
	}
	used, _ := readNumber(usedFile)
	return limit - min(limit, used)
}

func readNumber(path string) (uint64, bool) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64) // "max" is no number: no limit
	return n, err == nil
}
