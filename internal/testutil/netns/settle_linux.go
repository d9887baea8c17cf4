package netns

import (
	"encoding/json"
	"slices"
	"testing"
	"time"
)

// settleLimit is far longer than the second for which the kernel gathers changes of carriers.
const settleLimit = 20 * time.Second

// Settle waits until every interface that is up and has a carrier is in operation, and that is
// announced. The kernel does it in its own time (linkwatch), up to a second later: what is sent before is
// dropped without a word.
func Settle(tb testing.TB) {
	tb.Helper()
	for end := time.Now().Add(settleLimit); ; {
		list := Run(tb, "ip -json link")
		if settled(tb, list) {
			break
		}
		if time.Now().After(end) {
			tb.Fatalf("interfaces do not begin to operate:\n%s", list)
		}
	}
	// The state is there a moment before what it stands for. This takes the lock under which both are done.
	Run(tb, "ip link set lo mtu 65536")
}

// settled says whether all are in operation.
func settled(tb testing.TB, list string) bool {
	tb.Helper()
	var links []struct {
		Flags     []string
		OperState string
	}
	if err := json.Unmarshal([]byte(list), &links); err != nil {
		tb.Fatalf("read what ip says: %v\n%s", err, list)
	}
	for _, l := range links {
		if slices.Contains(l.Flags, "LOWER_UP") && l.OperState != "UP" && l.OperState != "UNKNOWN" {
			return false
		}
	}
	return true
}
