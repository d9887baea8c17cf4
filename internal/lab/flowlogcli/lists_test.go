package flowlogcli

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/config/flowlog"
)

// holding answers DescribeFlowLogs as an API that holds n FlowLogs, and notes what pages were asked for.
func holding(n int, asked *[]string) answers {
	return func(r *http.Request) (int, string, error) {
		q := r.URL.Query()
		*asked = append(*asked, q.Get("PageNumber")+"/"+q.Get("PageSize"))
		number, _ := strconv.Atoi(q.Get("PageNumber"))
		size, _ := strconv.Atoi(q.Get("PageSize"))
		var entries []string
		for i := (number - 1) * size; i < min(number*size, n); i++ {
			entries = append(entries, fmt.Sprintf(`{"FlowLogId":"fl-%d","Grown":true}`, i))
		}
		return http.StatusOK, fmt.Sprintf(`{"RequestId":"R","TotalCount":%d,"FlowLogs":{"FlowLogSetType":[%s]}}`, n, strings.Join(entries, ",")), nil
	}
}

func TestPages(t *testing.T) {
	for _, test := range []struct {
		name  string
		n     int
		given flowlog.Parameters
		found int
		asked []string
	}{
		{"none", 0, nil, 0, []string{"1/50"}},
		{"one page", 50, nil, 50, []string{"1/50"}},
		{"three pages", 101, nil, 101, []string{"1/50", "2/50", "3/50"}},
		{"the second", 101, flowlog.Parameters{"PageNumber": "2", "PageSize": "3"}, 3, []string{"2/3"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var asked []string
			found, err := client(t, holding(test.n, &asked)).FlowLogs(t.Context(), test.given)
			if err != nil {
				t.Fatal(err)
			}
			if len(found) != test.found {
				t.Errorf("%d entries, want %d", len(found), test.found)
			}
			for i, f := range found {
				if want := fmt.Sprintf(`{"FlowLogId":%q,"Grown":true}`, f.Value.FlowLogId); string(f.Raw) != want {
					t.Errorf("entry %d is %s, want %s", i, f.Raw, want)
				}
			}
			if d := cmp.Diff(test.asked, asked); d != "" {
				t.Errorf("pages (-want +got):\n%s", d)
			}
		})
	}
}

// A list whose TotalCount is never reached ends all the same.
func TestEndlessList(t *testing.T) {
	calls := 0
	c := client(t, func(*http.Request) (int, string, error) {
		calls++
		return http.StatusOK, `{"RequestId":"R","TotalCount":1000000000,"FlowLogs":{"FlowLogSetType":[{"FlowLogId":"fl-a"}]}}`, nil
	})
	if found, err := c.FlowLogs(t.Context(), nil); err != nil || len(found) != maxPages || calls != maxPages {
		t.Errorf("%d entries by %d calls, %v", len(found), calls, err)
	}
}

func TestListsWithoutTheirKey(t *testing.T) {
	c := client(t, always(http.StatusOK, `{"RequestId":"R"}`))
	_, flowLogs := c.FlowLogs(t.Context(), nil)
	_, bound := c.Bound(t.Context(), nil)
	_, unbound := c.Unbound(t.Context(), nil)
	_, gateways := c.Gateways(t.Context(), nil)
	for action, err := range map[string]error{
		"DescribeFlowLogs": flowLogs, "DescribeFlowLogSags": bound, "DescribeUnbindFlowLogSags": unbound,
		"DescribeSmartAccessGateways": gateways,
	} {
		wrong := (*AnswerError)(nil)
		if !errors.As(err, &wrong) || wrong.Action != action {
			t.Errorf("%s: error %v", action, err)
		}
	}
}

// An API that ignores the filter must not have another FlowLog shown for the one that was asked for.
func TestFlowLogOfAnotherID(t *testing.T) {
	var asked []string
	_, _, err := client(t, holding(3, &asked)).FlowLog(t.Context(), "fl-7")
	if missing := (*NotFoundError)(nil); !errors.As(err, &missing) || err.Error() != `there is no FlowLog "fl-7" in region "cn-shanghai"` {
		t.Errorf("error %v", err)
	}
}
