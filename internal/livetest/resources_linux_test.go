package livetest

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// resources are what a process holds.
type resources struct {
	anonymous   int // RssAnon in KiB
	resident    int // VmRSS in KiB
	descriptors int
	threads     int
	goroutines  int // 0 where no metrics are served
}

// read reads what the kernel tells of a process.
func (r *resources) read(pid int) error {
	at := fmt.Sprintf("/proc/%d/", pid)
	status, err := os.ReadFile(at + "status")
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(line, ":")
		n, _ := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")))
		switch name {
		case "RssAnon":
			r.anonymous = n
		case "VmRSS":
			r.resident = n
		case "Threads":
			r.threads = n
		}
	}
	all, err := os.ReadDir(at + "fd")
	r.descriptors = len(all)
	return err
}

func resourcesOf(d *device) resources {
	d.t.Helper()
	var r resources
	if err := r.read(d.command.Process.Pid); err != nil {
		d.t.Fatal(err)
	}
	return r
}

// Bounds of what counts as flat. The heap of a process that has seen little breathes by some MiB; a socket or two may be
// about to be closed.
const (
	slackMemory      = 16 << 10 // KiB, and a fifth
	slackDescriptors = 6
	slackGoroutines  = 12
)

// flat says in what a process holds more than before; "" for nothing.
func (r resources) flat(now resources) string {
	var all []string
	more := func(what string, before, now, slack int) {
		if now > before+slack {
			all = append(all, fmt.Sprintf("%s rose from %d to %d", what, before, now))
		}
	}
	more("anonymous memory in KiB", r.anonymous, now.anonymous, slackMemory+r.anonymous/5)
	more("resident memory in KiB", r.resident, now.resident, slackMemory+r.resident/5)
	more("descriptors", r.descriptors, now.descriptors, slackDescriptors)
	if r.goroutines > 0 {
		more("goroutines", r.goroutines, now.goroutines, slackGoroutines)
	}
	return strings.Join(all, ", ")
}

// back waits until a device holds what it held before a fault.
func (r resources) back(d *device) {
	d.t.Helper()
	risen := ""
	for began := time.Now(); time.Since(began) < patience; time.Sleep(100 * time.Millisecond) {
		if risen = r.flat(resourcesOf(d)); risen == "" {
			return
		}
	}
	d.t.Errorf("a minute after the fault %s", risen)
}
