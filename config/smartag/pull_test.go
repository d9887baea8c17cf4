package smartag

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// scripted answers the gateway's action with these ids, one call after the other, and has only idA's FlowLog where
// it is told so by a star.
func scripted(ids ...string) (h http.Handler, calls *int) {
	n := 0
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		step := ids[min(n/2, len(ids)-1)]
		id, there := strings.CutSuffix(step, "*")
		if r.URL.Query().Get("Action") == gatewayAction {
			if id == "" {
				fmt.Fprint(w, gatewayBody(gateway))
			} else {
				fmt.Fprint(w, gatewayBody(gateway, id))
			}
			n++
			return
		}
		n++
		if there {
			fmt.Fprint(w, flowLogsBody(describedAs(id, "192.0.2.1")))
		} else {
			fmt.Fprint(w, flowLogsBody())
		}
	}), &n
}

func TestPullOfWhatIsDeleted(t *testing.T) {
	for _, c := range []struct {
		name  string
		steps []string
		bound bool
		kind  Kind
		calls int
	}{
		{"bound", []string{idA + "*"}, true, "", 2},
		{"unbound", []string{""}, false, "", 1},
		{"empty twice", []string{idA, idA}, false, "", 4},
		{"empty, then there", []string{idA, idA + "*"}, true, "", 4},
		{"empty, then unbound", []string{idA, ""}, false, "", 3},
		{"empty, then another", []string{idA, idB + "*"}, true, "", 4},
		{"empty, another empty, agreed", []string{idA, idB, idB}, false, "", 6},
		{"empty, another empty, there", []string{idA, idB, idB + "*"}, true, "", 6},
		{"never twice the same", []string{idA, idB, idA, idB}, false, Unsettled, 6},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, calls := scripted(c.steps...)
			got, err := newSource(t, testOptions(h)).client.pull(t.Context())
			if got.bound != c.bound || kindOfError(err) != c.kind || *calls != c.calls {
				t.Fatalf("pull = %v, %v after %d calls: want bound %v, kind %q, %d calls", got, err, *calls, c.bound, c.kind, c.calls)
			}
		})
	}
}
