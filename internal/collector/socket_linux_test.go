package collector

import (
	"net"
	"testing"
)

// The kernel's own drops are counted, also after the socket is closed.
func TestSocketDrops(t *testing.T) {
	s := NewServer(ServerOptions{Listen: "127.0.0.1:0", ReceiveBuffer: 4096})
	address, err := s.Open()
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("udp", address.String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	const n = 500
	for range n {
		if _, err := conn.Write(v5(0, v5Record())); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.drain(); err != nil {
		t.Fatal(err)
	}
	open := s.Summary()
	dropped := open.Socket.Dropped
	if !dropped.Known || dropped.Datagrams == 0 || dropped.Datagrams+open.Totals.Datagrams != n {
		t.Errorf("%d received, %+v", open.Totals.Datagrams, dropped)
	}
	s.drops = dropped
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := s.Summary().Socket; got.Dropped != dropped || got.ReceiveBuffer < 4096 {
		t.Errorf("after close: %+v", got)
	}
}
