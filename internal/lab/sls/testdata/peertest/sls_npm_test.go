package peertest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sagflow/sagflow/internal/lab/sls"
	"github.com/sagflow/sagflow/internal/testutil"
)

// slsTestdata is where the driver of the npm client and its calls are.
const slsTestdata = "internal/lab/sls/testdata"

// The official npm client of Log Service does all that it can against the lab's.
func TestSLSNpmClient(t *testing.T) {
	t.Parallel()
	modules := npmModules(t)
	driver := filepath.Join(testutil.Root(t), slsTestdata, "sls.js")
	for name, keys := range map[string]npmKeys{"long-term key": longTerm(), "temporary key": temporary()} {
		t.Run(name, func(t *testing.T) {
			calls := slsCalls(t, logService(t, keys), keys)
			var in bytes.Buffer
			for _, c := range calls {
				if err := json.NewEncoder(&in).Encode(c); err != nil {
					t.Fatal(err)
				}
			}
			node := exec.Command("node", driver)
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

// slsCall is a call of sls-calls.jsonl, with what must come of it.
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
	text, err := os.ReadFile(filepath.Join(testutil.Root(t), slsTestdata, "sls-calls.jsonl"))
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

// logService runs the lab's Log Service until the test ends and returns its HOST:PORT.
func logService(t *testing.T, keys npmKeys) string {
	t.Helper()
	dir := t.TempDir()
	file := fmt.Sprintf("[key]\ntype = access_key\naccess_key_id = %s\naccess_key_secret = %s\n", keys.ID, keys.Secret)
	if keys.Token != "" {
		file = strings.Replace(file, "access_key\n", "sts\n", 1) + "security_token = " + keys.Token + "\n"
	}
	credentials := filepath.Join(dir, "credentials")
	if err := os.WriteFile(credentials, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	r, w := io.Pipe()
	s, err := sls.New(sls.Options{
		Listen: "127.0.0.1:0", Store: filepath.Join(dir, "store"), Credentials: credentials, Stdout: w,
		Getenv: func(string) string { return "" },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		err := s.Run(ctx)
		_ = w.CloseWithError(io.EOF)
		ended <- err
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	line, err := bufio.NewReader(r).ReadBytes('\n')
	var at sls.Location
	if err == nil {
		err = json.Unmarshal(line, &at)
	}
	if err != nil {
		t.Fatalf("first line of the Log Service %q: %v", line, err)
	}
	return strings.TrimPrefix(at.SLS, "http://")
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
		if _, failed := got["code"]; (c.Want == nil && failed) || !includes(got, c.Want) {
			t.Errorf("%s %s: got %s, want %v", c.Action, c.Arguments, lines.Bytes(), c.Want)
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
