package main

import (
	"encoding/binary"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/testutil"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sagflow": main})
}

// The scripts run the program as a person would. $CAPTURES are the project's own captures.
func TestScripts(t *testing.T) {
	captures := filepath.Join(testutil.Root(t), "testdata")
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("CAPTURES", captures)
			env.Setenv("PORT", freePort(t))
			env.Setenv("MAXFLOWS", strconv.Itoa(flowtable.DefaultMaxFlows))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"await": await, "expand": expand, "listening": listening, "spool": fillSpool, "serve": serveSpool},
	})
}

// freePort returns a UDP port of loopback that nobody has.
func freePort(t *testing.T) string {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, port, err := net.SplitHostPort(conn.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// await waits until a file is there: await FILE.
func await(ts *testscript.TestScript, _ bool, args []string) {
	until(ts, "file "+args[0], func() bool {
		_, err := os.Stat(ts.MkAbs(args[0]))
		return err == nil
	})
}

// expand replaces variables in a file: expand FILE.
func expand(ts *testscript.TestScript, _ bool, args []string) {
	text := os.Expand(ts.ReadFile(args[0]), ts.Getenv)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

// listening waits until somebody has a UDP port of loopback: listening PORT.
func listening(ts *testscript.TestScript, _ bool, args []string) {
	port, err := strconv.Atoi(args[0])
	ts.Check(err)
	until(ts, "UDP port "+args[0], func() bool { return taken(port) })
}

// taken says that somebody has the port. Where the system tells, it is asked: to try the port out would
// take it away from who is about to listen.
func taken(port int) bool {
	if table, err := os.ReadFile("/proc/net/udp"); err == nil {
		address := binary.NativeEndian.Uint32([]byte{127, 0, 0, 1})
		return strings.Contains(string(table), fmt.Sprintf(" %08X:%04X ", address, port))
	}
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
	if err == nil {
		_ = conn.Close()
	}
	return err != nil
}

func until(ts *testscript.TestScript, what string, there func() bool) {
	for end := time.Now().Add(20 * time.Second); !there(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			ts.Fatalf("%s is not there after 20 s", what)
		}
	}
}
