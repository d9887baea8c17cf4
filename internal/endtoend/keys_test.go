package endtoend

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/lab/fault"
)

// The access keys of these tests.
const (
	firstKey  = "LTAI5tFirstFirstFirst001"
	secondKey = "LTAI5tSecondSecondSeco02"
)

// writeKeys puts a credentials file in the place of the one before; the first key is the default.
func writeKeys(t *testing.T, path string, ids ...string) {
	t.Helper()
	var text strings.Builder
	for i, id := range ids {
		name := map[int]string{0: "default"}[i]
		if name == "" {
			name = fmt.Sprintf("more-%d", i)
		}
		fmt.Fprintf(&text, "[%s]\ntype = access_key\naccess_key_id = %s\naccess_key_secret = %s\n\n", name, id, secretOf(id))
	}
	if err := os.WriteFile(path+".new", []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

func secretOf(id string) string { return "SecretOf" + id }

// keyScene is a scene in which API, operator and device have a credentials file each.
func keyScene(t *testing.T) (s *scene, labKeys, deviceKeys, id string) {
	t.Helper()
	s = &scene{t: t, dir: t.TempDir(), one: startStation(t, "one", anyPort), two: startStation(t, "two", anyPort)}
	labKeys, deviceKeys = filepath.Join(s.dir, "sagflow-lab.credentials"), filepath.Join(s.dir, "device.credentials")
	operatorKeys := filepath.Join(s.dir, "operator.credentials")
	writeKeys(t, labKeys, firstKey, secondKey)
	writeKeys(t, deviceKeys, firstKey)
	writeKeys(t, operatorKeys, secondKey)
	s.lab = startLab(t, s.dir, anyPort)
	s.api = sdkOperator(t, s.lab.API, operatorKeys)
	s.config = writeConfig(t, s.dir, s.lab.API, deviceKeys, pollInterval)
	id = s.api.create(to(s.one, "V9", 300, 15))
	s.api.bind(id, gateway)
	s.start(id, s.one.output("V9"), s.one, lower)
	return s, labKeys, deviceKeys, id
}

// finishKeys ends a scene; no secret may be in the log or in the state directory.
func finishKeys(s *scene) {
	s.t.Helper()
	s.finish()
	texts := map[string]string{"the log": s.device.log.String()}
	files, err := os.ReadDir(s.device.state)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, f := range files {
		text, err := os.ReadFile(filepath.Join(s.device.state, f.Name()))
		if err != nil {
			s.t.Fatal(err)
		}
		texts[f.Name()] = string(text)
	}
	for where, text := range texts {
		for _, id := range []string{firstKey, secondKey} {
			if strings.Contains(text, secretOf(id)) {
				s.t.Errorf("%s holds the secret of %s", where, id)
			}
		}
	}
}

// Credentials that are rotated in order are no event: the device reads its file anew, and no poll fails.
func TestRotatedCredentials(t *testing.T) {
	t.Parallel()
	s, labKeys, deviceKeys, id := keyScene(t)
	writeKeys(t, deviceKeys, secondKey)
	until(t, "the new key was read", func() bool { return strings.Count(s.device.log.String(), "credentials read") == 2 }, s.device.log.String)
	writeKeys(t, labKeys, secondKey)
	s.device.polled(t, 2)
	s.change("a change, signed by the new key", sends(id, s.two.output("V10")), func() { s.api.modify(id, to(s.two, "V10", 300, 15)) })
	s.flowing(s.two)
	if now := s.device.polled(t, 1); now.Source.Failed != 0 {
		t.Errorf("%d polls failed: %v", now.Source.Failed, now.Source.Faults)
	}
	finishKeys(s)
}

// A key that the API does not know any more leaves the last good FlowLog in force. A new one in the file is found
// without a restart.
func TestReplacedCredentials(t *testing.T) {
	t.Parallel()
	s, labKeys, deviceKeys, id := keyScene(t)
	writeKeys(t, labKeys, secondKey)
	refused(s, id)
	writeKeys(t, deviceKeys, secondKey)
	s.took("a new key in the file", 2, time.Now(), sends(id, s.two.output("V10")))
	s.flowing(s.two)
	t.Log(s.times())
	finishKeys(s)
}

// A key that is revoked, and later restored, is the same to the device.
func TestRevokedKey(t *testing.T) {
	t.Parallel()
	s, _, _, id := keyScene(t)
	for _, action := range []string{gatewayAction, flowLogsAction} { // the operator's calls are others
		s.lab.fail(t, fault.Rule{Action: action, Kind: fault.KeyRevoked})
	}
	refused(s, id)
	restored := time.Now()
	s.lab.heal(t, "")
	s.took("the key is restored", 2, restored, sends(id, s.two.output("V10")))
	s.flowing(s.two)
	t.Log(s.times())
	finishKeys(s)
}

// refused waits until the status says that the key is refused, and changes the FlowLog, which must have no effect.
func refused(s *scene, id string) {
	s.t.Helper()
	s.device.until(s.t, "the key is refused", func(now *agent.Status) bool { return !now.Healthy && now.Source.Faults["refused"] > 0 })
	s.api.modify(id, to(s.two, "V10", 300, 15))
	now := s.device.polled(s.t, 3)
	s.flowing(s.one)
	if now.Generation != 1 || !sends(id, s.one.output("V9"))(now) {
		s.t.Errorf("generation %d, outputs %q: what was in force did not stay", now.Generation, inForce(now))
	}
}
