package credentials

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"
)

// Options are where a Reader looks.
type Options struct {
	// File is the credentials file, "" for none.
	File string
	// Owner is a further user whose own the file may be, 0 for none: root checks what another will read.
	Owner int
	// Profile is the file's section, "" for default.
	Profile string
	// Getenv reads the environment, nil for an empty one: os.Getenv.
	Getenv func(string) string
	// Now is the clock, nil for time.Now; it decides only whether a file is too young to trust its time.
	Now func() time.Time
	// Log gets a line at each change, nil for none.
	Log *slog.Logger
}

// ErrNone is that of a Reader that has nowhere to look.
var ErrNone = errors.New("no access key: want " + EnvAccessKeyID + " and " + EnvAccessKeySecret +
	" in the environment, or credentials-file in the configuration")

// Reader is the Provider of environment and file. Any goroutine may use it.
type Reader struct {
	o Options

	mu sync.Mutex
	// current returns what was read last and was right: a function, which package fmt can't look into. seen and
	// read are the file then, or the one that was wrong.
	current func() Credentials
	seen    fs.FileInfo
	read    time.Time
	problem error
}

// New returns a Reader that has not looked anywhere yet.
func New(o Options) *Reader {
	if o.Profile == "" {
		o.Profile = "default"
	}
	if o.Getenv == nil {
		o.Getenv = func(string) string { return "" }
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Reader{o: o}
}

// Get returns the access key of the environment or else of the file, which it looks at each time and
// reads when it was changed or replaced.
func (r *Reader) Get() (Credentials, error) { return r.get(false) }

// Refresh is Get, and reads the file also where it seems unchanged.
func (r *Reader) Refresh() (Credentials, error) { return r.get(true) }

// Problem is why the file as it is now was not taken, nil if it was. The access key before it is in force.
func (r *Reader) Problem() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.problem
}

// Origin names the environment or the file and section.
func (r *Reader) Origin() string {
	if _, there, _ := FromEnvironment(r.o.Getenv); there {
		return "environment (" + EnvAccessKeyID + ")"
	}
	if r.o.File == "" {
		return "nowhere"
	}
	return fmt.Sprintf("file %s [%s]", r.o.File, r.o.Profile)
}

func (r *Reader) get(anew bool) (Credentials, error) {
	if c, there, err := FromEnvironment(r.o.Getenv); there || err != nil {
		return c, err
	}
	if r.o.File == "" {
		return Credentials{}, ErrNone
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if anew || !r.unchanged() {
		r.load()
	}
	if r.current == nil {
		return Credentials{}, r.problem
	}
	return r.current(), nil
}

// young is the age below which a file's time says nothing: a second write may bear the same.
const young = 2 * time.Second

// unchanged says that the file is the one that was read, and was not written about when it was.
func (r *Reader) unchanged() bool {
	info, err := os.Stat(r.o.File)
	return err == nil && sameFile(info, r.seen) && r.read.Sub(info.ModTime()).Abs() > young
}

// load reads the file. Whatever is wrong with it leaves current as it is.
func (r *Reader) load() {
	text, info, err := readFile(r.o.File, r.o.Owner)
	r.seen, r.read = info, r.o.Now()
	var c Credentials
	if err == nil {
		c, err = r.pick(text)
	}
	if err != nil {
		r.report(err)
		return
	}
	if r.current == nil || r.current() != c || r.problem != nil {
		r.o.Log.Info("credentials read", "file", r.o.File, "profile", r.o.Profile, "key", c)
	}
	r.current, r.problem = func() Credentials { return c }, nil
}

func (r *Reader) pick(text []byte) (Credentials, error) {
	profiles, err := Parse(r.o.File, text)
	if err != nil {
		return Credentials{}, err
	}
	for _, p := range profiles {
		if p.Name == r.o.Profile {
			return p.Credentials, nil
		}
	}
	return Credentials{}, &SyntaxError{File: r.o.File, Line: 1, Profile: r.o.Profile, Problem: "no such section of type access_key or sts"}
}

// report logs a problem once for as long as it stays the same.
func (r *Reader) report(err error) {
	if r.problem == nil || r.problem.Error() != err.Error() {
		said := "there is no access key"
		if r.current != nil {
			said = "the one before stays in force"
		}
		r.o.Log.Warn("credentials not read", "file", r.o.File, "error", err, "key", said)
	}
	r.problem = err
}
