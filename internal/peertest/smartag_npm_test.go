package peertest

import (
	"bufio"
	"encoding/json"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// npmClients are the clients of npm/driver.js: by RPC 1.0 and ACS3, in query and form.
var npmClients = []string{
	"pop-core GET", "pop-core POST",
	"openapi-client RPC POST query", "openapi-client RPC POST form",
	"openapi-client ACS3 GET", "openapi-client ACS3 POST query", "openapi-client ACS3 POST form",
}

// The official npm clients call every action of the lab's Smartag API, and are refused as by the real one.
func TestSmartagNpmClients(t *testing.T) {
	t.Parallel()
	modules := npmModules(t)
	endpoint := smartagAPI(t)
	for _, name := range npmClients {
		t.Run(name, func(t *testing.T) {
			c := npmClient{t: t, name: name, endpoint: endpoint, keys: longTerm()}
			c.start(modules)
			c.everyAction()
			c.refusals()
			c.signatures()
		})
	}
}

// npmClient is one client in a node of its own.
type npmClient struct {
	t              *testing.T
	name, endpoint string
	keys           npmKeys
	in             io.Writer
	out            *bufio.Reader
}

// npmResult is what became of a call.
type npmResult struct {
	Status        int
	Code, Message string
	Body          map[string]any
}

func (c *npmClient) start(modules string) {
	c.t.Helper()
	driver, err := filepath.Abs(filepath.Join("npm", "driver.js"))
	if err != nil {
		c.t.Fatal(err)
	}
	node := exec.Command("node", driver)
	node.Env = append(os.Environ(), "NODE_PATH="+modules)
	if c.in, err = node.StdinPipe(); err != nil {
		c.t.Fatal(err)
	}
	c.out = running(c.t, node)
}

// call makes one call with parameters NAME=VALUE.
func (c *npmClient) call(action string, parameters ...string) npmResult {
	c.t.Helper()
	all := map[string]string{"RegionId": "cn-shanghai"}
	for _, p := range parameters {
		name, value, _ := strings.Cut(p, "=")
		all[name] = value
	}
	line, err := json.Marshal(map[string]any{
		"client": c.name, "endpoint": c.endpoint, "keys": c.keys, "action": action, "parameters": all,
	})
	if err == nil {
		_, err = c.in.Write(append(line, '\n'))
	}
	if err != nil {
		c.t.Fatal(err)
	}
	answer, err := c.out.ReadBytes('\n')
	var r npmResult
	if err == nil {
		err = json.Unmarshal(answer, &r)
	}
	if err != nil {
		c.t.Fatalf("%s: driver's answer %q: %v", action, answer, err)
	}
	return r
}

var requestID = regexp.MustCompile(`^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$`)

// good makes a call that must succeed and returns the body without its RequestId.
func (c *npmClient) good(action string, parameters ...string) map[string]any {
	c.t.Helper()
	r := c.call(action, parameters...)
	if r.Status != 200 || r.Code != "" {
		c.t.Fatalf("%s: status %d, %s: %s", action, r.Status, r.Code, r.Message)
	}
	if id, _ := r.Body["RequestId"].(string); !requestID.MatchString(id) {
		c.t.Errorf("%s: RequestId %v", action, r.Body["RequestId"])
	}
	body := maps.Clone(r.Body)
	delete(body, "RequestId")
	return body
}

// refused makes a call that must be refused so.
func (c *npmClient) refused(status int, code, message, action string, parameters ...string) {
	c.t.Helper()
	r := c.call(action, parameters...)
	if r.Status != status || r.Code != code || !strings.HasPrefix(r.Message, message) {
		c.t.Errorf("%s %v: status %d, %s: %s; want %d, %s: %s", action, parameters, r.Status, r.Code, r.Message, status, code, message)
	}
	for _, name := range []string{"RequestId", "HostId", "Recommend"} {
		if text, _ := r.Body[name].(string); text == "" {
			c.t.Errorf("%s %v: no %s in the error's body", action, parameters, name)
		}
	}
}
