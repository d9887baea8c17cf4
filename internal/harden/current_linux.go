package harden

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"syscall"

	"kernel.org/pub/linux/libs/security/libcap/cap"
)

// Current reads back from the kernel what is in force. What differs between threads is reported as its weakest. Landlock and
// this package's filter, which no file tells of, are tried out.
func Current() (Report, error) {
	threads, err := readThreads("/proc/self/task")
	if err != nil {
		return Report{}, fmt.Errorf("read what is in force: %w", err)
	}
	s, different := weakest(threads)
	r := Report{
		UID: s.uids[1], GID: s.gids[1], Groups: s.groups, User: nameOf(s.uids[1]), Threads: len(threads),
		Capabilities: capabilities(s.effective | s.permitted | s.ambient | s.inheritable), Bounding: capabilities(s.bounding),
		SeccompMode: modeName(s.seccomp), SeccompFilters: max(s.filters, 0),
	}
	r.LandlockABI, _ = landlockABI()
	r.Privileges, r.NoNewPrivs = s.privileges(&r), s.newPrivs()
	r.Landlock, r.Seccomp = landlockFinding(&r), s.filter()
	if different != "" {
		r.Privileges = Finding{Off, "threads differ: " + different}
	}
	return r, nil
}

// readThreads reads the status of all threads. One that ends meanwhile is left out.
func readThreads(dir string) ([]threadStatus, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var threads []threadStatus
	for _, e := range entries {
		path := dir + "/" + e.Name() + "/status"
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
			continue
		}
		if err != nil {
			return nil, err
		}
		s, err := parseStatus(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		threads = append(threads, s)
	}
	if len(threads) == 0 {
		return nil, fmt.Errorf("%s: there is no thread", dir)
	}
	return threads, nil
}

// weakest is what all threads together can do, and in which ids they differ, or a thread from itself.
func weakest(threads []threadStatus) (all threadStatus, different string) {
	all = threads[0]
	for _, t := range threads {
		for _, ids := range [][4]int{t.uids, t.gids} {
			if ids != [4]int{ids[0], ids[0], ids[0], ids[0]} {
				different = fmt.Sprintf("real, effective and saved ids are %v", ids)
			}
		}
		if t.uids != all.uids || t.gids != all.gids || !slices.Equal(t.groups, all.groups) {
			different = fmt.Sprintf("uids %v and %v, groups %v and %v", all.uids, t.uids, all.groups, t.groups)
		}
		all.inheritable |= t.inheritable
		all.permitted |= t.permitted
		all.effective |= t.effective
		all.bounding |= t.bounding
		all.ambient |= t.ambient
		all.noNewPrivs = min(all.noNewPrivs, t.noNewPrivs)
		all.seccomp = min(all.seccomp, t.seccomp)
		all.filters = min(all.filters, t.filters)
	}
	return all, different
}

// capabilities are the names of a set of bits.
func capabilities(set uint64) []string {
	var values []cap.Value
	for c := range 64 {
		if set>>c&1 == 1 {
			values = append(values, cap.Value(c))
		}
	}
	return names(values)
}

// privileges are in force where no capability is left that a device has no use for.
func (s *threadStatus) privileges(r *Report) Finding {
	const useful = 1<<cap.NET_RAW | 1<<cap.NET_ADMIN
	if (s.permitted|s.effective|s.inheritable|s.ambient)&^useful != 0 {
		return Finding{Off, r.whose()}
	}
	return Finding{InForce, r.whose()}
}

func (s *threadStatus) newPrivs() Finding {
	switch s.noNewPrivs {
	case 1:
		return Finding{State: InForce}
	case 0:
		return Finding{Off, "not set for all threads"}
	}
	return Finding{Off, "not told by this kernel (Linux 4.10 does)"}
}

func landlockFinding(r *Report) Finding {
	if _, why := landlockABI(); why != "" {
		return Finding{Impossible, why}
	}
	if !confined() {
		return Finding{Off, "the root of all files can be opened"}
	}
	return Finding{InForce, reach(r.LandlockABI)}
}

// The modes of seccomp in a thread's status.
const (
	seccompOff = iota
	seccompStrict
	seccompFilter
)

func modeName(mode int) string {
	switch mode {
	case seccompOff:
		return "disabled"
	case seccompStrict:
		return "strict"
	case seccompFilter:
		return "filter"
	}
	return "unknown"
}

func (s *threadStatus) filter() Finding {
	switch {
	case auditArch == 0 || s.seccomp < 0:
		return Finding{Impossible, "no filter for this architecture, or no seccomp in this kernel"}
	case s.seccomp != seccompFilter:
		return Finding{Off, "not all threads have a filter"}
	case !filtered():
		return Finding{Off, "there is a filter, but not this program's"}
	}
	return Finding{InForce, fmt.Sprintf("unknown calls fail; filters: %d", max(s.filters, 1))}
}
