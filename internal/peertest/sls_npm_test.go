package peertest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The official npm client of Log Service does all that it can against the lab's.
func TestSLSNpmClient(t *testing.T) {
	t.Parallel()
	modules := npmModules(t)
	for name, keys := range map[string]npmKeys{"long-term key": longTerm(), "temporary key": temporary()} {
		t.Run(name, func(t *testing.T) {
			calls := slsCalls(t, logService(t), keys)
			var in bytes.Buffer
			for _, c := range calls {
				if err := json.NewEncoder(&in).Encode(c); err != nil {
					t.Fatal(err)
				}
			}
			node := exec.CommandContext(t.Context(), "node", filepath.Join("npm", "sls.js"))
			node.Env = append(os.Environ(), "NODE_PATH="+modules)
			node.Stdin, node.Stderr = &in, t.Output()
			out, err := node.Output()
			if err != nil {
				t.Fatal(err)
			}
			compareSLS(t, calls, out)
		})
	}
}

// slsCall is a call of npm/sls-calls.jsonl, with what must come of it. Keys are the test's if the file gives none.
type slsCall struct {
	Action    string            `json:"action"`
	Arguments []json.RawMessage `json:"arguments"`
	Address   string            `json:"address"`
	Endpoint  string            `json:"endpoint"`
	Keys      npmKeys           `json:"keys"`
	Want      any               `json:"want,omitempty"`
}

func slsCalls(t *testing.T, address string, keys npmKeys) (calls []slsCall) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("npm", "sls-calls.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		c := slsCall{Address: address, Endpoint: "cn-hangzhou.log.aliyuncs.com", Keys: keys}
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		calls = append(calls, c)
	}
	return calls
}

// compareSLS holds the lines of the driver against what must come of the calls.
func compareSLS(t *testing.T, calls []slsCall, out []byte) {
	t.Helper()
	lines := bufio.NewScanner(bytes.NewReader(out))
	for _, c := range calls {
		if !lines.Scan() {
			t.Fatalf("no answer to %s", c.Action)
		}
		var got map[string]any
		if err := json.Unmarshal(lines.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		_, failed := got["code"]
		if (c.Want == nil && failed) || !includes(got, c.Want) {
			t.Errorf("%s %s: got %s, want %v", c.Action, c.Arguments, lines.Bytes(), c.Want)
		}
		if id, _ := got["requestid"].(string); failed && id == "" {
			t.Errorf("%s %s: %s has no requestid", c.Action, c.Arguments, lines.Bytes())
		}
	}
}

// includes says whether got has all that want has.
func includes(got, want any) bool {
	switch w := want.(type) {
	case nil:
		return true
	case map[string]any:
		g, ok := got.(map[string]any)
		for name, value := range w {
			ok = ok && includes(g[name], value)
		}
		return ok
	case []any:
		g, ok := got.([]any)
		ok = ok && len(g) == len(w)
		for i := 0; ok && i < len(w); i++ {
			ok = includes(g[i], w[i])
		}
		return ok
	default:
		return got == want
	}
}
