package packagetest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/internal/testutil"
)

// life is what happens to one installation, step by step.
type life struct {
	*machine
	before []string // paths before anything was installed
	users  string   // /etc/passwd then
}

// TestDebian: the deb from installation to purge, in a clean Debian that systemd boots.
func TestDebian(t *testing.T) {
	root := cleanDebian(t)
	second := t.TempDir()
	if err := makePackages("../..", second, secondVersion, "-arch", "amd64"); err != nil {
		t.Fatal(err)
	}
	packages := filepath.Join(root, "packages")
	if err := os.Mkdir(packages, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(packages) })
	for _, path := range []string{file(t, first(), "sagflow_*_amd64.deb"), file(t, second, "sagflow_*_amd64.deb")} {
		testutil.MustRun(t, time.Minute, "cp", path, packages)
	}
	l := &life{machine: boot(t, root)}
	l.before, l.users = l.tree(), testutil.Read(t, l.path("etc/passwd"))
	for _, step := range []struct {
		name string
		do   func(*life)
	}{
		{"install", (*life).install},
		{"start", (*life).start},
		{"hardened", (*life).hardened},
		{"capture", (*life).capture},
		{"metrics", (*life).metrics},
		{"reload", (*life).reload},
		{"refuse", (*life).refuse},
		{"watchdog", (*life).watchdog},
		{"upgrade", (*life).upgrade},
		{"remove", (*life).remove},
		{"purge", (*life).purge},
	} {
		began := time.Now()
		step.do(l)
		if t.Failed() {
			t.Fatalf("failed in step %s", step.name)
		}
		t.Logf("%-9s %v", step.name, time.Since(began).Round(10*time.Millisecond))
	}
}

// install: nothing starts, a user is there, and what to do next is said.
func (l *life) install() {
	out := l.must("dpkg -i /packages/sagflow_1.0.0-1_amd64.deb")
	if !strings.Contains(out, "sagflow: edit /etc/sagflow/agent.yaml, then: systemctl enable --now sagflow") {
		l.t.Errorf("installation says %q", out)
	}
	if enabled := string(l.run("systemctl is-enabled sagflow").Stdout); enabled != "disabled\n" {
		l.t.Errorf("it is %s", enabled)
	}
	if l.property("ActiveState") != "inactive" || l.property("MainPID") != "0" {
		l.t.Error("it was started")
	}
	l.must("id sagflow && sagflow version && sagflow check --no-credentials /etc/sagflow/agent.yaml")
	if out := l.run("dpkg --verify sagflow; dpkg --audit"); len(out.Stdout)+len(out.Stderr) > 0 {
		l.t.Errorf("dpkg: %s%s", out.Stdout, out.Stderr)
	}
}

// configuration is one without a cloud: loopback is metered, and its flows go to a collector on it.
func configuration(flowLog string) string {
	return `smart-access-gateway: {id: sag-0nnf0a1b2c3d4e5f6, region: cn-shanghai}
interfaces: [lo]
metrics: 127.0.0.1:9105
flowlog: {OutputType: netflow, NetflowServerIp: 127.0.0.1, InactiveAging: 10, ` + flowLog + `}
`
}

const (
	toFirst  = "NetflowServerPort: 2055, NetflowVersion: V10"
	toSecond = "NetflowServerPort: 2056, NetflowVersion: V9"
)

// start: systemctl returns when the service has said that it is ready.
func (l *life) start() {
	l.collect("sink", "7777")
	l.collect("first", "2055")
	l.configure(configuration(toFirst))
	l.must("systemctl enable --now sagflow")
	for name, want := range map[string]string{"ActiveState": "active", "SubState": "running", "Type": "notify", "User": "sagflow", "NRestarts": "0"} {
		if got := l.property(name); got != want {
			l.t.Errorf("%s=%s, want %s", name, got, want)
		}
	}
	if l.property("StatusText") == "" {
		l.t.Error("the service says nothing of itself")
	}
}

// hardened: what the kernel says of all threads, and what the status says.
func (l *life) hardened() {
	uid := l.must("id -u sagflow")
	for _, status := range strings.Split(l.must(`for f in /proc/$(systemctl show --value -p MainPID sagflow)/task/*/status; do cat $f; echo; done`), "\n\n") {
		for field, want := range map[string]string{
			"Uid": uid, "CapEff": "0000000000002000", "CapPrm": "0000000000002000", "CapBnd": "0000000000002000", "NoNewPrivs": "1", "Seccomp": "2",
		} {
			if m := regexp.MustCompile(`(?m)^` + field + `:\t(\S+)`).FindStringSubmatch(status); m == nil || m[1] != want {
				l.t.Errorf("%s: %q, want %s", field, m, want)
			}
		}
	}
	out := l.must("sagflow status -c /etc/sagflow/agent.yaml")
	for _, want := range []string{
		"privileges in force: uid " + uid + " (sagflow), cap_net_raw", "no-new-privs in force", "landlock in force", "seccomp in force", "health +good",
	} {
		if !regexp.MustCompile(regexp.QuoteMeta(want)).MatchString(out) && !regexp.MustCompile(want).MatchString(out) {
			l.t.Errorf("no %q in\n%s", want, out)
		}
	}
	if owner := l.must("stat -c '%U %a' /var/lib/sagflow"); owner != "sagflow 700" {
		l.t.Errorf("state directory: %s", owner)
	}
}

// collect starts a collector as a service of the machine.
func (l *life) collect(name, port string) {
	l.must("systemd-run --quiet --unit=" + name + " sagflow collect --listen 127.0.0.1:" + port + " --records /root/" + name + ".jsonl")
	l.await(name+" listens", func() bool {
		return l.run("journalctl --no-pager -u "+name+" | grep 'listening on'").Code == 0
	})
}

// send makes one flow of 50 packets to a port of loopback where something listens.
func (l *life) send(port string) {
	l.must(`exec 3<>/dev/udp/127.0.0.1/` + port + `; for i in {1..50}; do echo x >&3; done`)
}

// arrives waits for the record of what was sent: 50 packets of 28 octets of headers and 2 of data.
func (l *life) arrives(collector, port string) {
	record := regexp.MustCompile(`"srcaddr":"127\.0\.0\.1","dstaddr":"127\.0\.0\.1","protocol":17,.*"dstport":` + port + `,"packets":50,"bytes":1500,`)
	l.await("the record has arrived at "+collector, func() bool {
		return record.MatchString(testutil.Read(l.t, l.path("root/"+collector+".jsonl")))
	})
}

// capture: what passes loopback arrives as a record, exactly.
func (l *life) capture() {
	l.send("7777")
	l.arrives("first", "7777")
}

// get asks the device by HTTP.
func (l *life) get(path string) string {
	return l.must(`exec 3<>/dev/tcp/127.0.0.1/9105; printf 'GET ` + path + ` HTTP/1.0\r\n\r\n' >&3; cat <&3`)
}

// metrics: they answer, and name the version.
func (l *life) metrics() {
	if text := l.get("/metrics"); !strings.Contains(text, `version="`+firstVersion+`"`) || !strings.Contains(text, "\nsagflow_") {
		l.t.Errorf("metrics: %s", text)
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		if text := l.get(path); !strings.Contains(text, " 200 OK") {
			l.t.Errorf("%s: %s", path, text)
		}
	}
}

// reload: a changed FlowLog takes effect in the same process.
func (l *life) reload() {
	pid := l.property("MainPID")
	l.collect("second", "2056")
	l.configure(configuration(toSecond))
	l.must("systemctl reload sagflow")
	l.await("the status names the new collector", func() bool {
		return l.run("sagflow status | grep -q 'V9 127.0.0.1:2056.*in force'").Code == 0
	})
	l.send("7777")
	l.arrives("second", "7777")
	if now := l.property("MainPID"); now != pid {
		l.t.Errorf("process %s, then %s", pid, now)
	}
}

// refuse: what is wrong, or needs a restart, changes nothing, and the journal tells.
func (l *life) refuse() {
	pid := l.property("MainPID")
	for _, bad := range []struct{ text, says string }{
		{configuration(toSecond) + "workers: 2\n", "restart needed"},
		{configuration(toSecond) + "no-such-key: 1\n", "no-such-key"},
	} {
		l.configure(bad.text)
		l.must("systemctl reload sagflow")
		l.await("the journal says "+bad.says, func() bool {
			return l.run("journalctl --no-pager -u sagflow | grep 'the configuration is not reloaded' | grep -q '"+bad.says+"'").Code == 0
		})
		if out := string(l.run("sagflow status").Stdout); !strings.Contains(out, "V9 127.0.0.1:2056 ") {
			l.t.Errorf("the old configuration is not in force:\n%s", out)
		}
	}
	l.configure(configuration(toSecond))
	l.must("systemctl reload sagflow")
	l.must("sagflow status")
	if now := l.property("MainPID"); now != pid || l.property("ActiveState") != "active" {
		l.t.Errorf("process %s, then %s", pid, now)
	}
}

// watchdog: a process that was stopped gives no signs of life. It is ended, and another started.
func (l *life) watchdog() {
	const dropIn = "/run/systemd/system/sagflow.service.d"
	l.must("mkdir -p " + dropIn + `; printf '[Service]\nWatchdogSec=2s\nRestartSec=100ms\n' >` + dropIn + "/watchdog.conf; systemctl daemon-reload; systemctl restart sagflow")
	pid := l.property("MainPID")
	l.must("kill -STOP " + pid)
	l.await("another process runs", func() bool {
		return l.property("NRestarts") != "0" && l.property("ActiveState") == "active" && l.property("MainPID") != pid
	})
	if out := l.must("journalctl --no-pager -u sagflow"); !strings.Contains(out, "Watchdog timeout") {
		l.t.Errorf("the journal has no word of it:\n%s", out)
	}
	l.must("rm -r " + dropIn + "; systemctl daemon-reload; systemctl restart sagflow")
}

// upgrade: the configuration stays as it is, and what ran runs on as the new version.
func (l *life) upgrade() {
	pid := l.property("MainPID")
	l.must("dpkg -i /packages/sagflow_1.0.1-1_amd64.deb </dev/null")
	if got := testutil.Read(l.t, l.path("etc/sagflow/agent.yaml")); got != configuration(toSecond) {
		l.t.Errorf("the configuration is now\n%s", got)
	}
	if now := l.property("MainPID"); now == pid || l.property("ActiveState") != "active" {
		l.t.Errorf("process %s, then %s", pid, now)
	}
	if text := l.get("/metrics"); !strings.Contains(text, `version="`+secondVersion+`"`) {
		l.t.Error("another version runs")
	}
	if enabled := l.must("systemctl is-enabled sagflow"); enabled != "enabled" {
		l.t.Errorf("it is %s", enabled)
	}
}

// remove: no process, no file but configuration, access key and state.
func (l *life) remove() {
	l.must("systemctl stop sink first second; rm /root/*.jsonl")
	l.must("install -m 0600 -o sagflow -g sagflow /dev/null /etc/sagflow/credentials")
	l.must("dpkg -r sagflow")
	if out := l.run("ps -e | grep sagflow; for p in /proc/[0-9]*/comm; do cat $p; done 2>/dev/null | grep sagflow"); len(out.Stdout) > 0 {
		l.t.Errorf("processes:\n%s", out.Stdout)
	}
	for _, line := range l.more() {
		if !strings.HasPrefix(line, "/etc/sagflow") && !strings.HasPrefix(line, "/var/lib/sagflow") {
			l.t.Errorf("%s is left", line)
		}
	}
	for _, name := range []string{"etc/sagflow/agent.yaml", "etc/sagflow/credentials", "var/lib/sagflow/status.json"} {
		if !l.exists(name) {
			l.t.Errorf("%s is gone", name)
		}
	}
	if l.property("LoadState") != "not-found" {
		l.t.Error("systemd knows the service still")
	}
}

// more are the paths that weren't there before.
func (l *life) more() []string {
	was := map[string]bool{}
	for _, line := range l.before {
		was[line] = true
	}
	var out []string
	for _, line := range l.tree() {
		if !was[line] {
			out = append(out, line)
		}
	}
	return out
}

// purge: the machine is as it was before.
func (l *life) purge() {
	l.must("dpkg -P sagflow")
	if d := cmp.Diff(l.before, l.tree()); d != "" {
		l.t.Errorf("files before and after:\n%s", d)
	}
	if d := cmp.Diff(l.users, testutil.Read(l.t, l.path("etc/passwd"))); d != "" {
		l.t.Errorf("users before and after:\n%s", d)
	}
	if out := l.must("find / -xdev -nouser -o -xdev -nogroup"); out != "" {
		l.t.Errorf("without an owner:\n%s", out)
	}
}
