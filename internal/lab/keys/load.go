package keys

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/sagflow/sagflow/config/credentials"
)

// maxFile is more than a thousand pairs with tokens.
const maxFile = 1 << 20

// stamp is by what a change of the file is seen.
type stamp struct {
	info os.FileInfo
	// young says that the file was written so shortly before it was read that a second write may bear the same time.
	young   bool
	failure string
}

func (s stamp) same(info os.FileInfo) bool {
	return s.info != nil && !s.young && os.SameFile(s.info, info) &&
		s.info.ModTime().Equal(info.ModTime()) && s.info.Size() == info.Size() && s.info.Mode() == info.Mode()
}

// refresh reads the file again if it changed. What can't be used is said once, and changes nothing.
func (s *Store) refresh() {
	if s.file == "" {
		return
	}
	info, err := os.Stat(s.file)
	if err == nil && s.seen.same(info) {
		return
	}
	if err == nil {
		err = s.load()
	}
	if err != nil && err.Error() != s.seen.failure {
		s.seen.failure = err.Error()
		s.log.Warn("the credentials file can't be used, its last good pairs stay", "file", s.file, "error", err)
	}
}

// load reads the file and makes its pairs those in force, or changes nothing but the stamp.
func (s *Store) load() error {
	text, info, err := read(s.file)
	if err != nil {
		return err
	}
	s.seen = stamp{info: info, young: time.Since(info.ModTime()) < time.Second, failure: s.seen.failure}
	profiles, err := credentials.Parse(s.file, text)
	if err != nil {
		return err
	}
	if len(profiles) == 0 {
		return fmt.Errorf("read credentials file %q: it has no section: it takes at least [default] with access_key_id and access_key_secret", s.file)
	}
	if err := s.use(pairsOf(profiles)); err != nil {
		return fmt.Errorf("read credentials file %q: %w", s.file, err)
	}
	s.seen.failure = ""
	return nil
}

func pairsOf(profiles []credentials.Profile) []Pair {
	pairs := make([]Pair, 0, len(profiles))
	for _, p := range profiles {
		pairs = append(pairs, Pair{Name: p.Name, Credentials: p.Credentials})
	}
	return pairs
}

// read returns a small regular file of mode 0600 or less.
func read(name string) ([]byte, os.FileInfo, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, nil, fmt.Errorf("read credentials file: %w", err)
	}
	if err := usable(name, info); err != nil {
		return nil, nil, err
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, nil, fmt.Errorf("read credentials file: %w", err)
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return nil, nil, fmt.Errorf("read credentials file: %w", err)
	}
	if len(text) > maxFile {
		return nil, nil, fmt.Errorf("read credentials file %q: it is larger than %d bytes", name, maxFile)
	}
	return text, info, nil
}

func usable(name string, info os.FileInfo) error {
	if !info.Mode().IsRegular() {
		return fmt.Errorf("read credentials file %q: it is no regular file", name)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return fmt.Errorf("read credentials file %q: its mode is %#o, which lets others read the secrets: chmod 600 it", name, mode)
	}
	return nil
}
