package peertest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// npmKeys are an access key as the drivers of npm take it.
type npmKeys struct {
	ID     string `json:"id"`
	Secret string `json:"secret"`
	Token  string `json:"token,omitempty"`
}

// The access keys of the servers under test: one for ever, a temporary one, and one whose token ended.
func longTerm() npmKeys { return npmKeys{ID: "LTAInpmlongterm", Secret: "npm-secret-1"} }

func temporary() npmKeys {
	return npmKeys{ID: "STSnpmtemporary", Secret: "npm-secret-2", Token: "npm+token/="}
}

func ended() npmKeys { return npmKeys{ID: "STSnpmended", Secret: "npm-secret-3", Token: "npm-token-3"} }

// smartagAPI runs `sagflow-lab api` until the test ends and returns its HOST:PORT.
func smartagAPI(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	return labServer(t, "api", "--store", filepath.Join(dir, "store"), "--credentials", keysFile(t, dir), "--quota", "2")
}

// logService runs `sagflow-lab sls` until the test ends and returns its HOST:PORT.
func logService(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	return labServer(t, "sls", "--store", filepath.Join(dir, "store"), "--credentials", keysFile(t, dir))
}

// labServer runs a server of the lab by the name that its address has in the first line.
func labServer(t *testing.T, name string, arguments ...string) string {
	t.Helper()
	server := exec.Command("sagflow-lab", append([]string{name, "--listen", "127.0.0.1:0"}, arguments...)...)
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "ALIBABA_CLOUD_") {
			server.Env = append(server.Env, v)
		}
	}
	line, err := running(t, server).ReadBytes('\n')
	var where map[string]string
	if err == nil {
		err = json.Unmarshal(line, &where)
	}
	if err != nil {
		t.Fatalf("first line of sagflow-lab %s %q: %v", name, line, err)
	}
	return strings.TrimPrefix(where[name], "http://")
}

// keysFile writes the access keys into a credentials file.
func keysFile(t *testing.T, dir string) string {
	t.Helper()
	var file strings.Builder
	for i, k := range []npmKeys{longTerm(), temporary(), ended()} {
		fmt.Fprintf(&file, "[key%d]\naccess_key_id = %s\naccess_key_secret = %s\n", i, k.ID, k.Secret)
		if k.Token == "" {
			file.WriteString("type = access_key\n")
			continue
		}
		fmt.Fprintf(&file, "type = sts\nsecurity_token = %s\nexpiration = %s\n", k.Token, []string{"", "2099-01-01T00:00:00Z", "2020-01-01T00:00:00Z"}[i])
	}
	name := filepath.Join(dir, "credentials")
	if err := os.WriteFile(name, []byte(file.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// running starts a program that the test's end kills, and returns its output.
func running(t *testing.T, command *exec.Cmd) *bufio.Reader {
	t.Helper()
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	command.Stderr = t.Output()
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	return bufio.NewReader(out)
}
