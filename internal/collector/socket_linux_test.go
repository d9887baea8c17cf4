package collector

import (
	"net"
	"strings"
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

func TestFindDrops(t *testing.T) {
	const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
 1163: 0100007F:270B 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 30123 2 0000000000000000 0
 9999: 0100007F:270C 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 30124 2 0000000000000000 4711
 1164: 0100007F:270D 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 30125 2 0000000000000000 x
 1165: cut
`
	for inode, want := range map[uint64]Drops{30123: {Known: true}, 30124: {Known: true, Datagrams: 4711}, 30125: {}, 1: {}} {
		if got := findDrops(strings.NewReader(table), inode); got != want {
			t.Errorf("inode %d: %+v", inode, got)
		}
	}
	if d := dropsInFile("/nonexistent", 1); d.Known {
		t.Errorf("%+v", d)
	}
}
