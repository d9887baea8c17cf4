package harden

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// childVariable holds a child's orders. A child is this very test program, hardened.
const childVariable = "SAGFLOW_HARDEN_CHILD"

// orders are what a child is told.
type orders struct {
	Options Options
	Probes  []string
	Place   place
	// Twice applies the options twice.
	Twice bool
	// Lacking are system calls that the kernel seems to lack: they fail with an errno. 0 is no error, but a result of 0.
	Lacking map[uint32]unix.Errno
}

// place is where a child works.
type place struct {
	// State may be written, Config be read; Outside neither, though all users can.
	State, Config, Outside string
	Parent                 int

	// What the child itself makes before it is hardened.
	server       *httptest.Server
	open, closed uint16 // TCP ports on loopback with a listener, of which only one, the server's, may be connected to
	abstract     string // a socket
	kept         []net.Listener
}

// results are what a child tells.
type results struct {
	Error  string
	Report Report
	// Before are the probes on threads that were there before Apply, After on later ones: "" is success, else the errno's name.
	Before, After map[string]string
	// Threads are the lines of all threads' status that matter, each once.
	Threads []string
}

func runChild() {
	text := os.Getenv(childVariable)
	if text == "" {
		return
	}
	if err := child(text); err != nil {
		fmt.Fprintln(os.Stderr, "child:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func child(text string) error {
	var o orders
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return err
	}
	if err := o.Place.prepare(); err != nil {
		return err
	}
	o.Options.ConnectTCP = append(o.Options.ConnectTCP, o.Place.open)
	o.Options.ListenTCP = append(o.Options.ListenTCP, 0)
	if err := lack(o.Lacking); err != nil {
		return err
	}
	early := threadsFor(o.Probes)
	var r results
	var err error
	if r.Report, err = Apply(o.Options); err == nil && o.Twice {
		r.Report, err = Apply(o.Options)
	}
	if err != nil {
		r.Error = err.Error()
	}
	// The parent replaces a file now.
	fmt.Fprintln(os.Stdout)
	if _, err := os.Stdin.Read(make([]byte, 1)); err != nil {
		return err
	}
	if r.Error != "" {
		return json.NewEncoder(os.Stdout).Encode(r)
	}
	r.Before = runOn(early, o.Probes, &o.Place)
	r.After = runOn(threadsFor(o.Probes), o.Probes, &o.Place)
	r.Threads = threadLines()
	return json.NewEncoder(os.Stdout).Encode(r)
}

// prepare makes what a device has opened before it is hardened.
func (p *place) prepare() error {
	if err := loopbackUp(); err != nil {
		return fmt.Errorf("loopback: %w", err)
	}
	p.server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, payload) }))
	p.open = uint16(p.server.Listener.Addr().(*net.TCPAddr).Port)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	p.closed = uint16(l.Addr().(*net.TCPAddr).Port)
	p.abstract = fmt.Sprintf("@sagflow-harden-%d", os.Getpid())
	a, err := net.Listen("unix", p.abstract)
	p.kept = []net.Listener{l, a} // else they are closed when nothing refers to them
	return err
}

// lack sets a filter as systemd and container managers do, before the one of this package.
func lack(calls map[uint32]unix.Errno) error {
	if len(calls) == 0 {
		return nil
	}
	if err := noNewPrivs(); err != nil {
		return err
	}
	p := []bpf.Instruction{word(offsetNumber)}
	for number, errno := range calls {
		p = append(p, oneOf([]uint32{number}, fail(errno))...)
	}
	code, err := bpf.Assemble(append(p, allow()))
	if err != nil {
		return err
	}
	if errno := seccomp(unix.SECCOMP_FILTER_FLAG_TSYNC, code); errno != 0 {
		return errno
	}
	return nil
}

// loopbackUp is `ip link set lo up`, in a network namespace of the child's own.
func loopbackUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	if err := unix.IoctlIfreq(fd, unix.SIOCGIFFLAGS, lo); err != nil {
		return err
	}
	if lo.Uint16()&unix.IFF_UP != 0 {
		return nil
	}
	lo.SetUint16(lo.Uint16() | unix.IFF_UP)
	return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, lo)
}

// thread runs one function on a thread of its own, which ends with it: some probes, where they succeed, change their thread.
type thread struct{ do, done chan func() }

func threadsFor(probes []string) []thread {
	threads := make([]thread, len(probes))
	ready := make(chan struct{})
	for i := range threads {
		threads[i] = thread{make(chan func()), make(chan func())}
		go func() {
			runtime.LockOSThread()
			ready <- struct{}{}
			(<-threads[i].do)()
			threads[i].done <- nil
		}()
	}
	for range threads { // all at once, so that they are as many threads
		<-ready
	}
	return threads
}

func runOn(threads []thread, names []string, p *place) map[string]string {
	out := map[string]string{}
	for i, name := range names {
		threads[i].do <- func() {
			run, ok := probes()[name]
			if !ok {
				out[name] = "no such probe"
				return
			}
			out[name] = textOf(within(run, p))
		}
		<-threads[i].done
	}
	return out
}

// within turns a panic into an error, since the other probes are to run.
func within(run func(*place) error, p *place) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	return run(p)
}

// textOf is the name of an error's errno, or its text.
func textOf(err error) string {
	if err == nil {
		return ""
	}
	if errno := syscall.Errno(0); errors.As(err, &errno) {
		return unix.ErrnoName(errno)
	}
	return err.Error()
}

// threadLines are what all threads' status says of rights, each different line once. It shares no code with Current.
func threadLines() []string {
	seen := map[string]bool{}
	files, _ := filepath.Glob("/proc/self/task/*/status")
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(text)) {
			name, _, _ := strings.Cut(line, ":")
			switch name {
			case "Uid", "Gid", "Groups", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp":
				seen[strings.Join(strings.Fields(line), " ")] = true
			}
		}
	}
	var lines []string
	for line := range seen {
		lines = append(lines, line)
	}
	lines = append(lines, fmt.Sprintf("threads %d", len(files)))
	return lines
}

// patience is how long a probe waits for what must happen.
const patience = time.Minute
