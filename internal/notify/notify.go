package notify

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Options say whom to tell, and when the program is well.
type Options struct {
	// Socket is an AF_UNIX datagram socket, by its path or, with @ before it, its abstract name. Without it nobody is told.
	Socket string
	// Watchdog is after how long without a sign of life the program is killed; 0 is never.
	Watchdog time.Duration
	// Healthy says why the program makes no progress, nil while it does. Run calls it twice in the watchdog's time, from one
	// goroutine. Without it the program is well while Run runs.
	Healthy func() error
	// Log gets a line when the watchdog is left without a sign, and one when it gets them again; nil is none.
	Log *slog.Logger
	// Monotonic is CLOCK_MONOTONIC; nil is the machine's.
	Monotonic func() time.Duration
}

// FromEnvironment takes NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID. A watchdog for another process than pid is none.
func FromEnvironment(getenv func(string) string, pid int) (Options, error) {
	o := Options{Socket: getenv("NOTIFY_SOCKET")}
	if o.Socket != "" && o.Socket[0] != '/' && o.Socket[0] != '@' {
		return o, fmt.Errorf("take NOTIFY_SOCKET %q: not a path, and not an abstract socket's name after @", o.Socket)
	}
	text := getenv("WATCHDOG_USEC")
	if process := getenv("WATCHDOG_PID"); text == "" || process != "" && process != strconv.Itoa(pid) {
		return o, nil
	}
	const longest = uint64(1<<63-1) / uint64(time.Microsecond)
	usec, err := strconv.ParseUint(text, 10, 64)
	if err != nil || usec == 0 || usec > longest {
		return o, fmt.Errorf("take WATCHDOG_USEC %q: not a number of microseconds", text)
	}
	o.Watchdog = time.Duration(usec) * time.Microsecond
	return o, nil
}

// Notifier tells. Its methods may be called from any goroutine.
type Notifier struct {
	o Options

	mu   sync.Mutex
	conn *net.UnixConn // nil before Open, after Close, and where nobody is to be told
}

// New makes a Notifier, which does nothing yet.
func New(o Options) *Notifier {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Monotonic == nil {
		o.Monotonic = monotonic
	}
	return &Notifier{o: o}
}

// Open connects to the socket. What is called before it tells nobody.
func (n *Notifier) Open() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.connect()
}

func (n *Notifier) connect() error {
	if n.o.Socket == "" {
		return nil
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: n.o.Socket, Net: "unixgram"})
	if err != nil {
		return fmt.Errorf("connect to the service manager: %w", err)
	}
	n.conn = conn
	return nil
}

// Close lets go of the socket.
func (n *Notifier) Close() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.conn == nil {
		return nil
	}
	err := n.conn.Close()
	n.conn = nil
	return err
}

// Ready says that the start, or a reload, is complete, and what the program does now.
func (n *Notifier) Ready(status string) error { return n.send("READY=1", "STATUS="+line(status)) }

// Reloading says that the configuration is being read anew. Ready must follow, also where the old one stays.
func (n *Notifier) Reloading() error {
	lines := []string{"RELOADING=1"}
	if now := n.o.Monotonic(); now > 0 {
		lines = append(lines, "MONOTONIC_USEC="+strconv.FormatInt(now.Microseconds(), 10))
	}
	return n.send(lines...)
}

// Stopping says that the program is about to end, and within which time; 0 leaves that to the unit.
func (n *Notifier) Stopping(within time.Duration) error {
	lines := []string{"STOPPING=1"}
	if within > 0 {
		lines = append(lines, "EXTEND_TIMEOUT_USEC="+strconv.FormatInt(within.Microseconds(), 10))
	}
	return n.send(lines...)
}

// Status says in words what the program does; `systemctl status` shows it.
func (n *Notifier) Status(text string) error { return n.send("STATUS=" + line(text)) }

// line makes one line of a text: a second one would be another assignment.
func line(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
}

// patience is how long a datagram waits for a service manager that doesn't read.
const patience = 5 * time.Second

// send sends one datagram. A connection that has broken, as when the manager has made its socket anew, is made again.
func (n *Notifier) send(lines ...string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.conn == nil {
		return nil
	}
	datagram := []byte(strings.Join(lines, "\n"))
	first := n.write(datagram)
	if first == nil {
		return nil
	}
	old := n.conn
	if err := n.connect(); err != nil {
		return fmt.Errorf("tell the service manager %q: %w", datagram, errors.Join(first, err))
	}
	_ = old.Close() // it is of no use
	if err := n.write(datagram); err != nil {
		return fmt.Errorf("tell the service manager %q: %w", datagram, err)
	}
	return nil
}

func (n *Notifier) write(datagram []byte) error {
	if err := n.conn.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	_, err := n.conn.Write(datagram)
	return err
}
