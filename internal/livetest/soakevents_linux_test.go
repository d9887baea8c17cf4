package livetest

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/capture/tap"
	"github.com/sagflow/sagflow/internal/testutil"
)

// event draws one and does it.
func (s *soak) event() {
	s.t.Helper()
	all := s.events()
	sum := 0
	for _, e := range all {
		sum += e.weight
	}
	at := s.random.IntN(sum)
	for _, e := range all {
		if at -= e.weight; at < 0 {
			e.do()
			return
		}
	}
}

type event struct {
	weight int
	do     func()
}

func (s *soak) events() []event {
	c := s.cloud
	all := []event{
		{24, func() { s.said("FlowLog changes", "FlowLog: "+c.change(s.random)) }},
		{3, func() {
			s.fault("unbound", 3, func() { c.run("flowlog", "disassociate", "--flow-log-id", c.flowLog, "--smart-ag-id", gateway) },
				func() { c.run("flowlog", "associate", "--flow-log-id", c.flowLog, "--smart-ag-id", gateway) })
		}},
		{4, s.interfaceGone},
		{4, s.interfaceDown},
		{4, s.mtu},
		{4, func() { s.fault("collector away", 5, s.receiver.away, s.receiver.back) }},
		{3, func() { s.fault("API away", 6, c.toAPI.away, c.toAPI.back) }},
		{3, func() { s.fault("Log Service away", 8, c.toSLS.away, c.toSLS.back) }},
		{2, func() { s.fault("Log Service killed", 4, c.sls.kill, c.sls.start) }},
		{3, func() { s.fails("API fails", apiAdmin, "DescribeFlowLogs", "DescribeSmartAccessGatewayAttribute") }},
		{3, func() { s.fails("Log Service fails", slsAdmin, "PutLogs") }},
		{3, func() { s.fault("slow API", 5, func() { s.slow(c.toAPI) }, func() { c.toAPI.behave(0, 0) }) }},
		{3, func() { s.fault("slow Log Service", 5, func() { s.slow(c.toSLS) }, func() { c.toSLS.behave(0, 0) }) }},
		{2, s.stopped},
		{6, s.reload},
		{6, s.asked},
	}
	// One device lives for the middle half of the time, so that its memory can be compared.
	if gone := time.Since(s.began); s.lasts >= killedFrom && (gone < s.lasts/4 || gone > s.lasts*3/4) && time.Since(s.life().began) > s.lasts/20 {
		all = append(all, event{2, s.killed})
	}
	return all
}

// fails has a server answer wrongly when a device asks it for one of some actions.
func (s *soak) fails(what string, admin int, actions ...string) {
	if admin == slsAdmin && s.cloud.sls.command == nil {
		return
	}
	some := []string{"status", "cut-before", "cut-after", "cut-body", "truncated-json", "latency"}
	kind := some[s.random.IntN(len(some))]
	action := actions[s.random.IntN(len(actions))]
	s.said(what, fmt.Sprintf("%s: %s of %s", what, kind, action))
	s.cloud.fail(admin, "--kind", kind, "--action", action, "--probability", "0.7", "--count", fmt.Sprint(1+s.random.IntN(5)), "--seed", fmt.Sprint(s.random.IntN(1000)))
}

func (s *soak) slow(p *pipe) {
	p.behave(time.Duration(s.random.IntN(40))*time.Millisecond, int64(s.random.IntN(2)*(500+s.random.IntN(20000))))
}

// some is one of the pairs, with quiet on it: all that was sent has arrived.
func (s *soak) some() *load {
	s.t.Helper()
	l := s.loads[s.random.IntN(len(s.loads))]
	l.Lock()
	s.arrived(l)
	return l
}

func (s *soak) arrived(l *load) {
	s.t.Helper()
	var came, want uint64
	s.await("the arrival of all frames on "+l.to, func() bool { came, want = l.arrived(); return came >= want })
	if came != want {
		s.t.Errorf("%s received %d frames, %d were sent", l.to, came, want)
	}
}

// state is that of an interface.
func state(s *agent.Status, name string) string {
	for i := range s.Interfaces {
		if s.Interfaces[i].Name == name {
			return s.Interfaces[i].State
		}
	}
	return tap.Gone
}

func (s *soak) untilState(name string, wanted ...string) {
	s.t.Helper()
	s.until(fmt.Sprintf("%s %v", name, wanted), func(now *agent.Status) bool { return strings.Contains(fmt.Sprint(wanted), state(now, name)) })
}

func (s *soak) interfaceGone() {
	l := s.some()
	defer l.Unlock()
	s.said("interfaces gone", l.to+" is deleted and made anew")
	s.ns.Run("ip link del " + l.to)
	if s.random.IntN(2) == 0 { // or nobody waits until the device knows
		s.untilState(l.to, tap.Gone)
	}
	l.before = l.sent.frames()
	l.connect()
	opened := 0
	s.until(l.to+" captured", func(now *agent.Status) bool {
		for _, one := range now.Interfaces {
			if one.Name == l.to && one.State == tap.Capturing {
				opened = one.Index
			}
		}
		return opened == index(s.ns, l.to)
	})
}

func (s *soak) interfaceDown() {
	l := s.some()
	defer l.Unlock()
	s.said("interfaces down", l.to+" goes down and up")
	s.ns.Run("ip link set " + l.to + " down")
	s.untilState(l.to, tap.Down, tap.Gone)
	s.ns.Run("ip link set " + l.to + " up")
	s.ns.AwaitUp(l.from, l.to)
	s.untilState(l.to, tap.Capturing)
}

// mtu changes while packets come.
func (s *soak) mtu() {
	l, mtu := s.loads[s.random.IntN(len(s.loads))], 1500+s.random.IntN(7500)
	s.said("MTU changes", fmt.Sprintf("%s gets the MTU %d", l.to, mtu))
	s.ns.Run(fmt.Sprintf("ip link set %s mtu %d", l.to, mtu))
}

// stopped is not scheduled for some seconds: what comes waits in the ring.
func (s *soak) stopped() {
	lasts := time.Duration(1000+s.random.IntN(4000)) * time.Millisecond
	s.said("SIGSTOP", fmt.Sprintf("SIGSTOP for %v", lasts))
	s.signal(syscall.SIGSTOP)
	time.Sleep(lasts)
	s.signal(syscall.SIGCONT)
}

// reload has the file read: changed in what may change, or in what may not, or broken.
func (s *soak) reload() {
	text, err := os.ReadFile(s.path("agent.yaml"))
	if err != nil {
		s.t.Fatal(err)
	}
	good := string(text)
	said := len(s.stderr.String())
	var now, want string
	switch s.random.IntN(4) {
	case 0:
		now, want = good+"unknown: 1\n", "unknown"
	case 1:
		now, want = strings.Replace(good, "workers: 2", "workers: 3", 1), "restart needed: workers changed"
	case 2:
		now, want = "{", "agent.yaml"
	default:
		now = strings.Replace(good, "poll-interval: 2", fmt.Sprintf("poll-interval: %d", 2+s.random.IntN(3)), 1)
	}
	s.said("SIGHUP", "SIGHUP: "+want)
	if err := os.WriteFile(s.path("agent.yaml"), []byte(now), 0o600); err != nil {
		s.t.Fatal(err)
	}
	s.signal(syscall.SIGHUP)
	if want != "" {
		s.await(want, func() bool { return strings.Contains(s.stderr.String()[said:], want) })
		if err := os.WriteFile(s.path("agent.yaml"), []byte(good), 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
}

// asked is looked at: metrics, status, and what an operator runs.
func (s *soak) asked() {
	s.said("looks", "metrics and status are asked for")
	for _, path := range []string{"/metrics", "/status", "/healthz", "/readyz", "/metrics"} {
		code, text := s.get(path)
		if code != 200 && path != "/readyz" && path != "/healthz" {
			s.t.Errorf("%s: %d\n%s", path, code, text)
		}
		if path == "/metrics" && !strings.Contains(text, "sagflow_sums_exact 1\n") {
			s.t.Error("/metrics: the sums are not exact")
		}
	}
	s.ns.Do(func() {
		if r := testutil.Run(s.t, patience, program, "status", "-c", s.path("agent.yaml")); r.Code != 0 && r.Code != 3 { // it has troubles
			s.t.Errorf("sagflow status: %d %s", r.Code, r.Stderr)
		}
	})
}

// killed is the end of a life without a word. What it had sent is on the wire; nothing else is known of it.
func (s *soak) killed() {
	for _, l := range s.loads {
		l.Lock()
		defer l.Unlock()
		s.arrived(l)
	}
	s.said("kill -9", "kill -9, and a new start")
	s.kill()
	s.buried()
	s.begin()
}
