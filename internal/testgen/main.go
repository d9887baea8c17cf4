package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	dir := flag.String("dir", "testdata", "folder to write to")
	check := flag.Bool("check", false, "write nothing; fail where the folder differs")
	flag.Parse()
	act := write
	if *check {
		act = compare
	}
	if err := act(*dir, generate()); err != nil {
		fmt.Fprintln(os.Stderr, "testgen:", err)
		os.Exit(1)
	}
}

// output is one file to write.
type output struct {
	name string
	data []byte
}

// generate makes all files: captures, truths and the list of them.
func generate() []output {
	files := captures()
	out := []output{{"README.md", readme(files)}}
	for _, f := range files {
		out = append(append(out, output{f.name, f.data}), truths(f)...)
	}
	return out
}

// modes are the settings that truths are written for; one that says the same as the first is not.
var modes = []struct {
	suffix string
	rules  rules
}{
	{".truth.tsv", rules{}},
	{".first.truth.tsv", rules{firstFragment: true}},
	{".aging.truth.tsv", rules{active: int64(60 * time.Second), inactive: int64(15 * time.Second)}},
}

func truths(f file) (out []output) {
	plain := sum(f.frames, rules{})
	plain.wrong = f.wrong
	for i, m := range modes {
		t := sum(f.frames, m.rules)
		t.wrong = f.wrong
		same := len(t.records) == len(plain.records)
		if m.rules.firstFragment {
			same = bytes.Equal(t.appendTSV(nil), plain.appendTSV(nil))
		}
		if i == 0 || !same {
			out = append(out, output{f.name + m.suffix, t.appendTSV(nil)})
		}
	}
	return out
}

// write writes what differs, and removes truths and captures that are no longer made.
func write(dir string, files []output) error {
	for _, f := range files {
		path := filepath.Join(dir, f.name)
		if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, f.data) {
			continue
		}
		if err := os.WriteFile(path, f.data, 0o644); err != nil {
			return fmt.Errorf("write %q: %w", path, err)
		}
		fmt.Println("wrote", path)
	}
	extra, err := strangers(dir, files)
	for _, name := range extra {
		err = errors.Join(err, os.Remove(filepath.Join(dir, name)))
	}
	return err
}

// compare says which files are not as write would leave them.
func compare(dir string, files []output) error {
	var errs []error
	for _, f := range files {
		path := filepath.Join(dir, f.name)
		old, err := os.ReadFile(path)
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("read %q: %w", path, err))
		case !bytes.Equal(old, f.data):
			errs = append(errs, fmt.Errorf("%q is not what the generator makes: run `make generate`", path))
		}
	}
	extra, err := strangers(dir, files)
	for _, name := range extra {
		errs = append(errs, fmt.Errorf("%q is not made by the generator", filepath.Join(dir, name)))
	}
	return errors.Join(append(errs, err)...)
}

// strangers lists the captures and truths in dir, by their names, that are not among files.
func strangers(dir string, files []output) (out []string, err error) {
	known := map[string]bool{}
	for _, f := range files {
		known[f.name] = true
	}
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		n := e.Name()
		made := strings.HasSuffix(n, ".truth.tsv") || strings.Contains(n, ".pcap")
		if made && !e.IsDir() && !known[n] {
			out = append(out, n)
		}
	}
	return out, err
}
