package faultcli

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/internal/lab/fault"
)

func TestPrint(t *testing.T) {
	one, part := 1.0, 0.25
	for _, test := range []struct {
		name  string
		print func(io.Writer) error
		want  string
	}{
		{"no rules", func(w io.Writer) error { return PrintRules(w, nil) }, "no faults\n"},
		{"rules", func(w io.Writer) error {
			return PrintRules(w, []fault.Standing{
				{Rule: fault.Rule{ID: "1", Action: "*", Kind: fault.Null, Probability: &one}},
				{
					Rule: fault.Rule{
						ID: "2", Action: "DescribeFlowLogs", Kind: fault.Latency, After: 1, Count: 3, Probability: &part,
						Where: map[string]string{"B": "2", "A": "1"}, Parameters: fault.Values{"delay": "2s"},
					},
					Matched: 9, Hit: 3, Done: true,
				},
			})
		}, `
Id  Kind     Action            When                        Matched  Hit  Parameters
1   null     *                 all                         0        0
2   latency  DescribeFlowLogs  3 after 1 with 0.25 (done)  9        3    A=1 B=2 delay=2s
`},
		{"kinds", func(w io.Writer) error {
			return PrintKinds(w, []fault.Kind{{Name: "a", Text: "What happens.", Parameters: []fault.Parameter{
				{Name: "delay", Default: "1s", Min: "0s", Max: "10m", Text: "how long"},
				{Name: "at", Default: "before", Choices: []string{"before", "after"}, Text: "when"},
				{Name: "body", Text: "what is sent"},
			}}})
		}, `
a  What happens.
   delay=1s: how long (0s to 10m)
   at=before: when (before, after)
   body=: what is sent
`},
		{"log", func(w io.Writer) error {
			return PrintLog(w, fault.Log{
				Calls: map[string]uint64{"A": 3, "B": 1}, Faults: map[string]uint64{"null": 1},
				Injected: []fault.Line{{Time: time.Date(2026, 11, 23, 9, 12, 27, 5e6, time.UTC), Action: "A", Rule: "1", Kind: "null", Note: "n"}},
			})
		}, `
4 calls, 1 faults
Time          Action  Kind  Rule  Note
09:12:27.005  A       null  1     n
`},
		{"empty log", func(w io.Writer) error { return PrintLog(w, fault.Log{}) }, "0 calls, 0 faults\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			if err := test.print(&out); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(strings.TrimPrefix(test.want, "\n"), out.String()); d != "" {
				t.Errorf("printed (-want +got):\n%s", d)
			}
			if err := test.print(fullDisk{}); !errors.Is(err, errFull) {
				t.Errorf("full disk: error %v", err)
			}
		})
	}
}

var errFull = errors.New("the disk is full")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }
