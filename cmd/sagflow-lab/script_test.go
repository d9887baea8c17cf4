package main

import (
	"flag"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write the goldens, and docs/lab-reference.md, anew")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sagflow-lab": main})
}

// The scripts run the program as a person would, against real servers on the free ports $PORT and $ADMIN.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("PORT", freePort(t))
			env.Setenv("ADMIN", freePort(t))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"listening": listening, "capture": capture, "mask": mask, "put": put,
		},
	})
}

// freePort returns a TCP port of loopback that nobody has.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// listening waits until somebody serves a TCP port of loopback: listening PORT.
func listening(ts *testscript.TestScript, _ bool, args []string) {
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		conn, err := net.Dial("tcp4", "127.0.0.1:"+args[0])
		if err == nil {
			_ = conn.Close()
			return
		}
		if time.Now().After(end) {
			ts.Fatalf("nobody serves port %s after 20 s: %v", args[0], err)
		}
	}
}

// capture puts the last command's output, a line, into a variable: capture NAME.
func capture(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile("stdout")))
}

// mask writes a file with what differs from run to run replaced by its name: mask stdout|stderr FILE.
func mask(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	for pattern, name := range map[string]string{
		`fl-[a-z0-9]{17}`: "FLOW-LOG-ID",
		`[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}`: "REQUEST-ID",
		`\b` + ts.Getenv("PORT") + `\b`:             "PORT",
		`\b` + ts.Getenv("ADMIN") + `\b`:            "ADMIN",
		`[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}`:      "hh:mm:ss.ms",
		regexp.QuoteMeta(ts.Getenv("WORK")):         "WORK",
	} {
		text = regexp.MustCompile(pattern).ReplaceAllString(text, name)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o600))
}
