package credentials

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// MaxSize is the largest credentials file that is read, in bytes.
const MaxSize = 64 << 10

// SyntaxError is a fault of a credentials file. It never holds a value.
type SyntaxError struct {
	// File and Line (from 1) say where, Profile and Key in what; both may be "". Profile is, too, where the
	// section's name looks like a secret in the wrong place.
	File         string
	Line         int
	Profile, Key string
	// Problem says what is wrong and what would be right.
	Problem string
}

// Error is FILE:LINE: [PROFILE] KEY: PROBLEM.
func (e *SyntaxError) Error() string {
	text := fmt.Sprintf("%s:%d: ", e.File, e.Line)
	if e.Profile != "" {
		text += "[" + e.Profile + "] "
	}
	if e.Key != "" {
		text += e.Key + ": "
	}
	return text + e.Problem
}

// Parse reads the official INI form: sections of type=access_key (or sts) with access_key_id,
// access_key_secret, security_token and, ours, expiration (RFC 3339). Sections of the official types that
// get their key from elsewhere (ecs_ram_role, ram_role_arn, …) and those with enable=false are left out.
// Lines that begin with # or ; are comments, and so is what follows " #" or " ;" behind a value; values
// may stand in quotes. name is the file's, for errors, which name the line and never hold a value of a
// secret. All faults are reported, joined; each is a *SyntaxError.
func Parse(name string, text []byte) ([]Profile, error) {
	p := parser{file: name}
	switch {
	case len(text) > MaxSize:
		p.line = 1
		p.fail("", "larger than %d KiB: want the INI form of Alibaba Cloud's tools", MaxSize>>10)
	case !utf8.Valid(text) || slices.Contains(text, 0):
		p.line = 1
		p.fail("", "not text: want the INI form of Alibaba Cloud's tools")
	default:
		p.read(strings.TrimPrefix(string(text), "\ufeff"))
	}
	if err := errors.Join(p.faults...); err != nil {
		return nil, err
	}
	return p.profiles, nil
}

// parser is the state between lines.
type parser struct {
	file     string
	line     int
	section  *section
	names    []string
	profiles []Profile
	faults   []error
}

// maxFaults bounds the report on a file of another kind.
const maxFaults = 20

func (p *parser) fail(key, format string, args ...any) {
	if len(p.faults) >= maxFaults {
		return
	}
	e := &SyntaxError{File: p.file, Line: p.line, Key: key, Problem: fmt.Sprintf(format, args...)}
	if p.section != nil && !mayBeSecret(p.section.name) {
		e.Profile = p.section.name
	}
	p.faults = append(p.faults, e)
}

func (p *parser) read(text string) {
	for line := range strings.Lines(text) {
		p.line++
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#' || line[0] == ';':
		case line[0] == '[':
			p.open(line)
		default:
			p.assign(line)
		}
	}
	p.close()
	if len(p.profiles) == 0 && len(p.faults) == 0 {
		p.line = max(p.line, 1)
		p.fail("", "no access key: want a section [default] with type=access_key, access_key_id and access_key_secret")
	}
}

// open begins a section.
func (p *parser) open(line string) {
	p.close()
	name, rest, closed := strings.Cut(line[1:], "]")
	name = strings.TrimSpace(name)
	if !closed || !validName(name) || uncomment(" "+rest) != "" {
		p.fail("", "not a section: want [default] or another name of letters, digits, - and _ in brackets")
		name = ""
	}
	p.section = &section{name: name, line: p.line, values: map[string]string{}}
	if name != "" && slices.Contains(p.names, name) {
		p.fail("", "given twice: want each section once")
	}
	p.names = append(p.names, name)
}

// assign reads KEY = VALUE.
func (p *parser) assign(line string) {
	key, value, ok := strings.Cut(line, "=")
	key = strings.TrimSpace(key)
	switch {
	case !ok:
		p.fail("", "neither [section] nor key=value")
	case p.section == nil:
		p.fail("", "stands before the first section: want [default] above it")
	case !slices.Contains(keys, key) && p.section.ours():
		p.section.unknown = append(p.section.unknown, p.line)
	case p.section.has(key):
		p.fail(key, "given twice: want it once")
	default:
		p.section.values[key] = unquote(uncomment(value))
	}
}

// close turns the section that ends into a profile.
func (p *parser) close() {
	s := p.section
	if s == nil {
		return
	}
	if s.name != "" && !s.elsewhere() {
		if c := p.check(s); s.values["enable"] != "false" {
			p.profiles = append(p.profiles, Profile{Name: s.name, Credentials: c})
		}
	}
	p.section = nil
}

// check reports a section's faults at the line where it begins; those of unknown keys at their own.
func (p *parser) check(s *section) Credentials {
	last := p.line
	defer func() { p.line = last }()
	for _, p.line = range s.unknown {
		p.fail("", "unknown key: want %s", strings.Join(keys, ", "))
	}
	p.line = s.line
	s.checkType(p.fail)
	for _, key := range []string{"access_key_id", "access_key_secret"} {
		if s.values[key] == "" {
			p.fail(key, "missing or empty: want it as key=value")
		}
	}
	for _, key := range []string{"access_key_id", "access_key_secret", "security_token"} {
		if unprintable(s.values[key]) >= 0 {
			p.fail(key, "has a space or another character that is not one of an access key")
		}
	}
	expires, err := time.Parse(time.RFC3339, s.values["expiration"])
	if err != nil && s.has("expiration") {
		p.fail("expiration", "want a time of RFC 3339, as 2026-11-23T09:12:27Z")
		expires = time.Time{}
	}
	return Credentials{
		AccessKeyID:     s.values["access_key_id"],
		AccessKeySecret: Secret(s.values["access_key_secret"]),
		SecurityToken:   Secret(s.values["security_token"]),
		Expires:         expires,
	}
}
