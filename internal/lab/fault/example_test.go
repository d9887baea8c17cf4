package fault_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/sagflow/sagflow/internal/lab/fault"
)

// A server with a kind of its own, whose rules come over the admin listener.
func Example() {
	commit := fault.Kind{Name: "cut-before-commit", Group: fault.Outcome, Text: "The connection is closed before the logs are kept."}
	plan := fault.New(fault.Options{Kinds: append(fault.Common(), commit), Actions: []string{"PutLogs"}})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		faults := plan.Take("PutLogs", func(name string) (string, bool) { return r.Header.Get(name), r.Header.Get(name) != "" })
		if _, ok := faults.Is(commit.Name); ok {
			fault.Cut(w)
			return
		}
		answer := fault.Answer{Status: http.StatusOK, ContentType: "application/json", Body: []byte(`{"kept":1}`)}
		if i, ok := faults.Group(fault.Outcome); !ok || !i.Write(w, r, answer) {
			fault.Send(w, answer)
		}
	}))
	defer server.Close()
	admin := httptest.NewServer(plan.Admin())
	defer admin.Close()

	rules := `[{"kind":"cut-before-commit","count":1},{"kind":"null","count":1}]`
	response, err := http.Post(admin.URL+"/faults", "application/json", strings.NewReader(rules))
	if err != nil {
		fmt.Println(err)
		return
	}
	_ = response.Body.Close()
	fmt.Println("rules:", response.StatusCode)
	for range 3 {
		fmt.Println(put(server))
	}
	for _, line := range plan.Log().Injected {
		fmt.Println(line.Sequence, line.Action, line.Kind)
	}
	// Output:
	// rules: 201
	// cut
	// null
	// {"kept":1}
	// 1 PutLogs cut-before-commit
	// 2 PutLogs null
}

func put(server *httptest.Server) string {
	response, err := http.Post(server.URL, "text/plain", strings.NewReader("x"))
	if err != nil {
		return "cut"
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
