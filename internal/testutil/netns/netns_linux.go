// Package netns gives a test a network namespace of its own (network_namespaces(7)), with what
// interfaces it wants, so that nothing of the machine's is seen or touched.
package netns

import (
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/testutil"
)

// New moves the calling goroutine, the test's, into a new network namespace and runs the commands
// in it. The namespace belongs to the goroutine's thread and ends with both: other goroutines of the
// test are elsewhere, but a socket opened here stays here, whoever uses it.
//
// It needs root: without, the test fails in CI and is skipped elsewhere.
func New(tb testing.TB, commands ...string) {
	tb.Helper()
	if _, err := exec.LookPath("ip"); err != nil {
		testutil.Missing(tb, "the program ip", "Run `apt-get install iproute2`.")
	}
	// Never unlocked: the thread must not be used again by others.
	runtime.LockOSThread()
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		runtime.UnlockOSThread()
		testutil.Missing(tb, "the right to make a network namespace ("+err.Error()+")", "Run the tests as root.")
	}
	for _, c := range commands {
		Run(tb, c)
	}
}

// Run runs a command in the calling goroutine's namespace and returns what it printed. A command
// that fails ends the test. Words are parted by spaces, and nothing is quoted.
func Run(tb testing.TB, command string) string {
	tb.Helper()
	words := strings.Fields(command)
	out, err := exec.CommandContext(tb.Context(), words[0], words[1:]...).CombinedOutput()
	if err != nil {
		tb.Fatalf("%s: %v\n%s", command, err, out)
	}
	return string(out)
}
