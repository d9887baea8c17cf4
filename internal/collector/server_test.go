package collector

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/sagflow/sagflow/flowtable"
)

// recorder is a Sink that keeps records and tells what happens to it.
type recorder struct {
	records []flowtable.Record
	written chan int
	flushed chan int
	fail    error
}

func newRecorder() *recorder {
	return &recorder{written: make(chan int, 1000), flushed: make(chan int, 1000)}
}

func (r *recorder) Write(flows []Flow) error {
	for _, f := range flows {
		r.records = append(r.records, f.Record)
	}
	r.written <- len(r.records)
	return r.fail
}

func (r *recorder) Flush() error {
	r.flushed <- len(r.records)
	return nil
}

func (r *recorder) Close() error { return nil }

// started is a Server on loopback, already running.
type started struct {
	*Server
	conn   net.Conn
	cancel context.CancelFunc
	ended  chan error
}

func start(t *testing.T, o ServerOptions) *started {
	t.Helper()
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	s := &started{Server: NewServer(o), ended: make(chan error, 1)}
	address, err := s.Open()
	if err != nil {
		t.Fatal(err)
	}
	if s.conn, err = net.Dial("udp", address.String()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.conn.Close() })
	var ctx context.Context
	ctx, s.cancel = context.WithCancel(t.Context())
	go func() { s.ended <- s.Run(ctx) }()
	return s
}

func (s *started) send(t *testing.T, datagrams ...[]byte) {
	t.Helper()
	for _, d := range datagrams {
		if _, err := s.conn.Write(d); err != nil {
			t.Fatal(err)
		}
	}
}

// end cancels, which is a normal end.
func (s *started) end(t *testing.T) {
	t.Helper()
	s.cancel()
	if err := wait(t, "the end", s.ended); err != nil {
		t.Error(err)
	}
}

// wait gets a value or fails after a time that no machine needs.
func wait[T any](t *testing.T, what string, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(20 * time.Second):
		t.Fatalf("waited too long for %s", what)
		panic("unreachable")
	}
}

func TestServerReceives(t *testing.T) {
	sink := newRecorder()
	s := start(t, ServerOptions{Sink: sink})
	s.send(t, v5(0, v5Record()), []byte("junk"), sent{0, 2, 0}.v9(), sent{0, 3, 0}.ipfix())
	for range 3 {
		wait(t, "records", sink.written)
	}
	s.end(t)
	sum := s.Summary()
	if len(sink.records) != 6 || sum.Totals.Records != 6 || sum.Totals.Datagrams != 4 || sum.Totals.Malformed["unknown-version"] != 1 {
		t.Errorf("%d records, %+v", len(sink.records), sum.Totals)
	}
	local := s.conn.LocalAddr().String()
	for _, e := range sum.Sessions {
		if e.Exporter != local {
			t.Errorf("exporter %s, sent from %s", e.Exporter, local)
		}
	}
	if sum.Socket.Listen != s.conn.RemoteAddr().String() {
		t.Errorf("%+v", sum.Socket)
	}
}

// What is in the socket when the end comes was sent before it.
func TestServerDrainsAtTheEnd(t *testing.T) {
	sink := newRecorder()
	o := ServerOptions{Listen: "127.0.0.1:0", Sink: sink}
	s := &started{Server: NewServer(o), ended: make(chan error, 1)}
	address, err := s.Open()
	if err != nil {
		t.Fatal(err)
	}
	if s.conn, err = net.Dial("udp", address.String()); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.conn.Close() }()
	for i := range 50 {
		s.send(t, v5(uint32(i), v5Record()))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Run(ctx); err != nil {
		t.Error(err)
	}
	if len(sink.records) != 50 || s.Summary().Totals.LostRecords != 0 {
		t.Errorf("%d records, %+v", len(sink.records), s.Summary().Totals)
	}
}

func TestServerEndsWhenIdle(t *testing.T) {
	sink := newRecorder()
	s := start(t, ServerOptions{Sink: sink, Idle: 50 * time.Millisecond})
	select {
	case err := <-s.ended:
		t.Fatalf("ended before the first datagram: %v", err)
	case <-time.After(150 * time.Millisecond):
	}
	s.send(t, v5(0, v5Record()))
	if err := wait(t, "the end", s.ended); err != nil || len(sink.records) != 1 {
		t.Errorf("%d records, %v", len(sink.records), err)
	}
}

// slowSink takes longer for the first record than the exporters may be silent.
type slowSink struct {
	recorder
	delay time.Duration
}

func (s *slowSink) Write(flows []Flow) error {
	if len(s.records) == 0 {
		time.Sleep(s.delay)
	}
	return s.recorder.Write(flows)
}

// A Sink that holds everything up is no silence of the exporters.
func TestServerIsNotIdleWhileTheSinkIsSlow(t *testing.T) {
	sink := &slowSink{*newRecorder(), 200 * time.Millisecond}
	s := start(t, ServerOptions{Sink: sink, Idle: 50 * time.Millisecond})
	for i := range 30 {
		s.send(t, v5(uint32(i), v5Record()))
	}
	if err := wait(t, "the end", s.ended); err != nil || len(sink.records) != 30 {
		t.Errorf("%d records, %v", len(sink.records), err)
	}
}

// The end comes also while datagrams keep coming.
func TestServerDrainEnds(t *testing.T) {
	s := start(t, ServerOptions{ReceiveBuffer: 4096})
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for i := uint32(0); ; i++ {
			select {
			case <-stop:
				return
			default:
				_, _ = s.conn.Write(v5(i, v5Record())) // refused once the socket is closed
			}
		}
	}()
	s.end(t)
	close(stop)
	<-stopped
}

// Somebody may be reading along: records don't wait for the next datagram or the end.
func TestServerFlushesWhenQuiet(t *testing.T) {
	sink := newRecorder()
	s := start(t, ServerOptions{Sink: sink, Idle: time.Hour})
	for n := 1; n <= 3; n++ {
		s.send(t, v5(uint32(n-1), v5Record()))
		if got := wait(t, "a flush", sink.flushed); got != n {
			t.Errorf("%d records flushed, want %d", got, n)
		}
	}
	s.end(t)
}

func TestServerReportsSinkErrors(t *testing.T) {
	sink := newRecorder()
	sink.fail = errors.New("no space left")
	s := start(t, ServerOptions{Sink: sink})
	s.send(t, v5(0, v5Record()))
	if err := wait(t, "the end", s.ended); !errors.Is(err, sink.fail) {
		t.Errorf("%v", err)
	}
	if s.Summary().Totals.Records != 1 {
		t.Errorf("%+v", s.Summary().Totals)
	}
}

func TestServerPortInUse(t *testing.T) {
	s := start(t, ServerOptions{})
	address := s.conn.RemoteAddr().String()
	_, err := NewServer(ServerOptions{Listen: address}).Open()
	if err == nil || !strings.Contains(err.Error(), address) || !strings.Contains(err.Error(), "in use") {
		t.Errorf("%v", err)
	}
	s.end(t)
	for _, wrong := range []string{"127.0.0.1", "127.0.0.1:port", "127.0.0.1:70000", "192.0.2.1:9995"} {
		if _, err := NewServer(ServerOptions{Listen: wrong}).Open(); err == nil || !strings.Contains(err.Error(), wrong) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

func TestServerIPv6(t *testing.T) {
	probe, err := net.ListenPacket("udp", "[::1]:0")
	if err != nil {
		t.Logf("no IPv6 loopback here, which this test is about: %v", err)
		return
	}
	_ = probe.Close()
	sink := newRecorder()
	s := start(t, ServerOptions{Listen: "[::1]:0", Sink: sink})
	s.send(t, v5(0, v5Record()))
	wait(t, "records", sink.written)
	s.end(t)
	if e := s.Summary().Sessions[0].Exporter; netip.MustParseAddrPort(e).Addr() != netip.IPv6Loopback() {
		t.Errorf("exporter %s", e)
	}
}

// A socket of both families shows IPv4 exporters as IPv4.
func TestServerUnmapsIPv4(t *testing.T) {
	sink := newRecorder()
	s := start(t, ServerOptions{Listen: ":0", Sink: sink})
	_, port, _ := net.SplitHostPort(s.conn.RemoteAddr().String())
	conn, err := net.Dial("udp4", "127.0.0.1:"+port)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write(v5(0, v5Record())); err != nil {
		t.Fatal(err)
	}
	wait(t, "records", sink.written)
	s.end(t)
	if e := s.Summary().Sessions[0].Exporter; !strings.HasPrefix(e, "127.0.0.1:") {
		t.Errorf("exporter %s", e)
	}
}

func TestSummaryWhileRunning(t *testing.T) {
	sink := newRecorder()
	s := start(t, ServerOptions{Sink: sink})
	for i := range 20 {
		s.send(t, v5(uint32(i), v5Record()))
		wait(t, "records", sink.written)
		if n := s.Summary().Totals.Records; n != uint64(i+1) {
			t.Errorf("%d records", n)
		}
	}
	s.end(t)
}

func TestServerBeforeOpen(t *testing.T) {
	if sum := NewServer(ServerOptions{Listen: "127.0.0.1:1"}).Summary(); sum.Socket.Listen != "127.0.0.1:1" || sum.Socket.Dropped.Known {
		t.Errorf("%+v", sum.Socket)
	}
}
