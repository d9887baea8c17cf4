package main

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// tree is the copy of what gets packed.
func (m *maker) tree() string { return filepath.Join(m.work, "tree") }

// stage copies what gets packed, and compresses the manual pages, as Debian's policy wants them. In the copy, modes
// and times depend on no checkout.
func (m *maker) stage() error {
	for _, name := range []string{"deploy", "LICENSE", "NOTICE"} {
		err := filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			return m.copy(path)
		})
		if err != nil {
			return fmt.Errorf("stage %q: %w", name, err)
		}
	}
	return nil
}

func (m *maker) copy(path string) error {
	to := filepath.Join(m.tree(), path)
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	pack := pass
	if filepath.Base(filepath.Dir(path)) == "man" {
		to, pack = to+".gz", zip
	}
	if err := convert(path, to, info.Mode(), pack); err != nil {
		return err
	}
	return m.settle(to)
}

// convert writes what a file becomes, with the mode of git: for everybody, executable or not.
func convert(from, to string, mode fs.FileMode, pack func(io.Writer) io.WriteCloser) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // only read
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	w := pack(out)
	if _, err := io.Copy(w, in); err != nil {
		return err
	}
	return errors.Join(w.Close(), out.Chmod(0o644|mode&0o100|mode&0o100>>3|mode&0o100>>6))
}

// plain is a writer that nothing has to be done for at the end.
type plain struct{ io.Writer }

// Close implements io.Closer.
func (plain) Close() error { return nil }

func pass(w io.Writer) io.WriteCloser { return plain{w} }

// zip compresses, without a name and a time in the header.
func zip(w io.Writer) io.WriteCloser {
	z, _ := gzip.NewWriterLevel(w, gzip.BestCompression) // the level is one
	return z
}

// settle gives a file the time of all.
func (m *maker) settle(path string) error { return os.Chtimes(path, m.time, m.time) }
