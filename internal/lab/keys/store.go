package keys

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/sagflow/sagflow/config/credentials"
)

// Pair is one access key of the lab.
type Pair struct {
	// Name is its section in the file, or "environment".
	Name string
	credentials.Credentials
	// Revoked says that Revoke took it away: it is known, and refused.
	Revoked bool
}

// Expired says whether the pair had ended at now.
func (p Pair) Expired(now time.Time) bool { return !p.Expires.IsZero() && !now.Before(p.Expires) }

// Options say where the pairs are. The environment or File must give one.
type Options struct {
	// File is the INI file, made if absent. It is not touched if the environment holds a pair.
	File string
	// Getenv looks the environment up; nil is os.Getenv.
	Getenv func(string) string
	// Random makes a new pair; nil is crypto/rand.
	Random io.Reader
	// Now is the clock that Expire uses; nil is time.Now.
	Now func() time.Time
	// Log says when a changed file can't be used, without secrets; nil is none.
	Log *slog.Logger
}

// Store holds the pairs. Any number of goroutines may use it.
type Store struct {
	file string
	now  func() time.Time
	log  *slog.Logger

	mu      sync.Mutex
	pairs   map[string]Pair
	order   []string
	changed map[string]change
	seen    stamp
}

// change is what was done to a key while running.
type change struct {
	revoked bool
	expired time.Time
}

// Open reads the pairs, or makes the file with a random one. Errors name the file or the variable, and hold
// no secret.
func Open(o Options) (*Store, error) {
	o = o.withDefaults()
	s := &Store{now: o.Now, log: o.Log, changed: map[string]change{}}
	pair, ok, err := fromEnvironment(o.Getenv)
	if err != nil {
		return nil, err
	}
	if ok {
		return s, s.use([]Pair{pair})
	}
	if o.File == "" {
		return nil, errors.New("open the lab's credentials: neither " + envID + " nor a file is given")
	}
	s.file = o.File
	if err := createIfAbsent(o.File, o.Random); err != nil {
		return nil, err
	}
	return s, s.load()
}

func (o Options) withDefaults() Options {
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// Origin says where the pairs come from: "environment" or "file NAME".
func (s *Store) Origin() string {
	if s.file == "" {
		return environment
	}
	return "file " + s.file
}

// File is the name of the credentials file, empty if the pair comes from the environment.
func (s *Store) File() string { return s.file }

// Lookup finds the pair of an access key, as the file has it now and as Revoke and Expire changed it.
func (s *Store) Lookup(accessKeyID string) (Pair, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refresh()
	pair, ok := s.pairs[accessKeyID]
	return s.apply(pair), ok
}

// Pairs returns all pairs in the file's order, as Lookup would.
func (s *Store) Pairs() []Pair {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refresh()
	pairs := make([]Pair, 0, len(s.order))
	for _, id := range s.order {
		pairs = append(pairs, s.apply(s.pairs[id]))
	}
	return pairs
}

func (s *Store) apply(p Pair) Pair {
	c := s.changed[p.AccessKeyID]
	p.Revoked = c.revoked
	if !c.expired.IsZero() && (p.Expires.IsZero() || c.expired.Before(p.Expires)) {
		p.Expires = c.expired
	}
	return p
}

// use makes the pairs those in force.
func (s *Store) use(pairs []Pair) error {
	byID, order := map[string]Pair{}, make([]string, 0, len(pairs))
	for _, p := range pairs {
		if other, ok := byID[p.AccessKeyID]; ok {
			return fmt.Errorf("access key %q is in the sections %q and %q: give each section its own",
				p.AccessKeyID, other.Name, p.Name)
		}
		byID[p.AccessKeyID] = p
		order = append(order, p.AccessKeyID)
	}
	s.pairs, s.order = byID, slices.Clip(order)
	return nil
}
