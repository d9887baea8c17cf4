package harden

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"
	"kernel.org/pub/linux/libs/security/libcap/cap"
)

// prSetNoNewPrivs has another type than cap.Prctlw wants.
const (
	prSetNoNewPrivs = uintptr(unix.PR_SET_NO_NEW_PRIVS)
	prSetKeepCaps   = uintptr(unix.PR_SET_KEEPCAPS)
)

// kept are the capabilities that the options keep.
func (o *Options) kept() []cap.Value {
	var kept []cap.Value
	if o.KeepNetRaw {
		kept = append(kept, cap.NET_RAW)
	}
	if o.KeepNetAdmin {
		kept = append(kept, cap.NET_ADMIN)
	}
	return kept
}

// drop becomes the user where root has started the process, and gives up all capabilities but those that the options keep.
// Each call is for all threads.
func (o *Options) drop(a *account) error {
	now, err := cap.GetPID(0)
	if err != nil {
		return fmt.Errorf("read the capabilities: %w", err)
	}
	// While there is CAP_SETPCAP: it goes away with the user. Where it isn't there, the set is what systemd left.
	if has(now, cap.Effective, cap.SETPCAP) {
		if err := dropBounding(o.kept()); err != nil {
			return err
		}
	}
	if a != nil && os.Geteuid() == 0 && a.uid != 0 {
		if err := a.become(); err != nil {
			return err
		}
	}
	if err := o.keep(); err != nil {
		return fmt.Errorf("give up capabilities: %w", err)
	}
	return nil
}

// keep makes those capabilities that are permitted and to be kept the only ones.
func (o *Options) keep() error {
	now, err := cap.GetPID(0)
	if err != nil {
		return err
	}
	kept := slices.DeleteFunc(o.kept(), func(c cap.Value) bool { return !has(now, cap.Permitted, c) })
	only := cap.NewSet()
	if err := errors.Join(only.SetFlag(cap.Permitted, true, kept...), only.SetFlag(cap.Effective, true, kept...)); err != nil {
		return err
	}
	if difference, err := now.Cf(only); err == nil && difference == 0 {
		return nil // as after an earlier Apply, whose filter refuses what follows
	}
	// Without inheritable capabilities there are no ambient ones; asked for all the same.
	return errors.Join(only.SetProc(), cap.ResetAmbient())
}

func has(s *cap.Set, f cap.Flag, c cap.Value) bool {
	on, err := s.GetFlag(f, c)
	return err == nil && on
}

func dropBounding(kept []cap.Value) error {
	for c := range cap.MaxBits() {
		if slices.Contains(kept, c) {
			continue
		}
		if err := cap.DropBound(c); err != nil {
			return fmt.Errorf("drop %s from the bounding set: %w", c, err)
		}
	}
	return nil
}

// become is setgroups, setgid and setuid, of all threads, with the capabilities kept permitted. Package cap would do the same
// by system calls that know 16 bits of an id only on arm and 386.
func (a *account) become() error {
	if _, err := cap.Prctlw(prSetKeepCaps, 1); err != nil {
		return fmt.Errorf("keep capabilities: %w", os.NewSyscallError("prctl", err))
	}
	for _, step := range []struct {
		name string
		err  func() error
	}{
		{"setgroups", func() error { return syscall.Setgroups(a.groups) }},
		{"setgid", func() error { return syscall.Setgid(a.gid) }},
		{"setuid", func() error { return syscall.Setuid(a.uid) }},
	} {
		if err := step.err(); err != nil {
			return fmt.Errorf("become user %q: %w", a.name, os.NewSyscallError(step.name, err))
		}
	}
	if _, err := cap.Prctlw(prSetKeepCaps, 0); err != nil {
		return fmt.Errorf("keep capabilities no longer: %w", os.NewSyscallError("prctl", err))
	}
	return nil
}

// names are the capabilities as capabilities(7) has them, in small letters.
func names(values []cap.Value) []string {
	words := []string{}
	for _, v := range values {
		words = append(words, v.String())
	}
	return words
}

func contains(words []string, word string) bool { return slices.Contains(words, word) }
