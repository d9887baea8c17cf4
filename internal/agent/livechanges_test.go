package agent

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/internal/capture/tap"
)

// A thousand changes of the FlowLog in a row, while packets come on two workers and interfaces come and go, lose
// nothing: every sum of every generation and output holds.
func TestLiveChanges(t *testing.T) {
	const changes = 1000
	random := rand.New(rand.NewPCG(6, 28))
	n := newNetwork(t, 2)
	o, _ := liveOptions(t, n)
	source := newScripted()
	o.ActiveAging, o.InactiveAging, o.Version, o.Records, o.MaxFlows = 0, 0, "", "", 1000
	o.Device = &DeviceOptions{Source: source, StateDirectory: t.TempDir()}
	l, finish := started(t, o)
	eth0, eth1 := tap.Link{Index: 2, Name: "eth0", Up: true}, tap.Link{Index: 3, Name: "eth1", Up: true}
	opened := make(chan struct{})
	go func() { n.up(1, eth0); close(opened) }()
	station := newStation(t)
	sent := uint64(0)
	for i := range changes {
		if err := source.set(anyChange(random, station.port)); err != nil {
			t.Fatal(err)
		}
		<-opened
		for _, w := range n.of(2) {
			for range random.IntN(4) {
				w.send(frameAt(time.Now(), byte(random.IntN(200))))
				sent++
			}
		}
		if i == changes/2 {
			n.up(1, eth0, eth1)
			for _, w := range n.of(2) {
				w.goDown()
			}
			if got := <-n.opened; got != 2 {
				t.Fatalf("interface %d was opened", got)
			}
		}
	}
	s := finish()
	station.stop()
	if s.Frames != sent || s.Device.All != changes+1 && s.Device.All < changes/2 {
		t.Errorf("%d frames, %d sent, %d generations", s.Frames, sent, s.Device.All)
	}
	if status := l.Status(); status == nil || !status.Ended.After(status.Started) {
		t.Errorf("%+v", status)
	}
}

// anyChange is some FlowLog, or none.
func anyChange(random *rand.Rand, port int) config.Desired {
	version := []string{"V5", "V9", "V10"}[random.IntN(3)]
	d := flowLogTo(version, port, 60+random.IntN(100), 10+random.IntN(50))
	d.FlowLog.NetflowServerIp = "127.0.0.1"
	switch random.IntN(8) {
	case 0:
		return inactive(d)
	case 1:
		return config.Desired{}
	}
	return d
}
