package harden

import (
	"fmt"
	"strconv"
	"strings"
)

// threadStatus is what /proc/PID/task/TID/status tells of a thread, proc_pid_status(5).
type threadStatus struct {
	uids, gids [4]int // real, effective, saved, of the file system
	groups     []int
	// Capabilities by their numbers.
	inheritable, permitted, effective, bounding, ambient uint64
	// noNewPrivs and seccomp are -1 where the kernel doesn't tell.
	noNewPrivs, seccomp, filters int
}

// parseStatus reads the fields that it knows, and wants those that any kernel since 3.2 has.
func parseStatus(text string) (threadStatus, error) {
	s := threadStatus{noNewPrivs: -1, seccomp: -1, filters: -1}
	missing := map[string]bool{"Uid": true, "Gid": true, "CapInh": true, "CapPrm": true, "CapEff": true, "CapBnd": true}
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(line, ":")
		if err := s.field(name, strings.Fields(value)); err != nil {
			return s, fmt.Errorf("field %s, %q: %w", name, strings.TrimSpace(value), err)
		}
		delete(missing, name)
	}
	for name := range missing {
		return s, fmt.Errorf("there is no field %s", name)
	}
	return s, nil
}

func (s *threadStatus) field(name string, words []string) (err error) {
	switch name {
	case "Uid":
		err = integers(s.uids[:], words)
	case "Gid":
		err = integers(s.gids[:], words)
	case "Groups":
		s.groups = make([]int, len(words))
		err = integers(s.groups, words)
	case "CapInh":
		err = bits(&s.inheritable, words)
	case "CapPrm":
		err = bits(&s.permitted, words)
	case "CapEff":
		err = bits(&s.effective, words)
	case "CapBnd":
		err = bits(&s.bounding, words)
	case "CapAmb":
		err = bits(&s.ambient, words)
	case "NoNewPrivs":
		err = integer(&s.noNewPrivs, words)
	case "Seccomp":
		err = integer(&s.seccomp, words)
	case "Seccomp_filters":
		err = integer(&s.filters, words)
	}
	return err
}

func integers(into []int, words []string) error {
	if len(words) != len(into) {
		return fmt.Errorf("%d numbers, want %d", len(words), len(into))
	}
	for i, w := range words {
		n, err := strconv.ParseUint(w, 10, 32)
		if err != nil {
			return err
		}
		into[i] = int(n)
	}
	return nil
}

func integer(into *int, words []string) error {
	one := []int{0}
	err := integers(one, words)
	*into = one[0]
	return err
}

func bits(into *uint64, words []string) (err error) {
	if len(words) != 1 {
		return fmt.Errorf("%d numbers, want 1", len(words))
	}
	*into, err = strconv.ParseUint(words[0], 16, 64)
	return err
}
