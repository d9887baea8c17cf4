package agent

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/capture"
	"github.com/sagflow/sagflow/internal/capture/tap"
)

// frameAt is a packet of a host's flow.
func frameAt(t time.Time, host byte) capture.Frame {
	data := udpFrame(host, 1000)
	return capture.Frame{Data: data, Length: uint32(len(data)), LinkType: 1, Time: t.UnixNano()}
}

// started runs a Live until the test's end asks for its summary.
func started(t *testing.T, o LiveOptions) (l *Live, finish func() *Summary) {
	t.Helper()
	l, err := NewLive(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx, context.Background()) }()
	return l, func() *Summary {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		s := l.Summary()
		for _, e := range s.Sums {
			if !e.Holds {
				t.Errorf("%s: %d is not %d", e.What, e.Left, e.Right)
			}
		}
		return s
	}
}

// Interfaces come, go down and come back; what each worker's source handed out is counted, to the last frame.
func TestLiveSums(t *testing.T) {
	for _, workers := range []int{1, 2} {
		n := newNetwork(t, workers)
		o, records := liveOptions(t, n)
		_, finish := started(t, o)
		eth0, eth1 := tap.Link{Index: 2, Name: "eth0", Up: true}, tap.Link{Index: 3, Name: "eth1", Up: true}
		n.up(1, eth0)
		send := func(index int) {
			for i, w := range n.of(index) {
				w.send(frameAt(time.Now(), byte(i)), frameAt(time.Now(), byte(i)), capture.Frame{Data: make([]byte, 60), Length: 60, LinkType: 1, Time: time.Now().UnixNano()})
			}
		}
		send(2)
		n.up(1, eth0, eth1)
		send(3)
		n.of(2)[0].lose(7)
		for _, w := range n.of(2) {
			w.goDown()
		}
		if got := <-n.opened; got != 2 {
			t.Fatalf("interface %d was opened", got)
		}
		send(2)
		s := finish()
		text, err := os.ReadFile(records)
		if err != nil {
			t.Fatal(err)
		}
		if lines := strings.Count(string(text), "\n"); s.Frames != uint64(9*workers) || s.Counted != uint64(6*workers) || lines != 2*workers {
			t.Errorf("%d workers: %d frames, %d counted, %d records: want 9, 6 and 2 a worker\n%s", workers, s.Frames, s.Counted, lines, text)
		}
		if len(s.Interfaces) != 2 || s.Interfaces[0].Read != uint64(6*workers) || s.Interfaces[0].Dropped != 7 || s.Interfaces[0].Opened != 2 {
			t.Errorf("%+v", s.Interfaces)
		}
	}
}
