package rtnetlink

import (
	"bytes"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// FuzzMessages compares with the standard library's parser, on what the kernel says here and on
// what the fuzzer makes of it.
func FuzzMessages(f *testing.F) {
	for _, kind := range []int{unix.RTM_GETLINK, unix.RTM_GETROUTE, unix.RTM_GETADDR} {
		b, err := syscall.NetlinkRIB(kind, unix.AF_UNSPEC)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b[:min(len(b), 2048)])
	}
	f.Add(message(17, 16, 1, 0, 0, 0))
	f.Fuzz(func(t *testing.T, b []byte) {
		b = b[:len(b)&^3] // it insists on the last message's padding
		got, err := messages(b)
		want, wantErr := syscall.ParseNetlinkMessage(bytes.Clone(b))
		if wantErr != nil && err == nil {
			t.Fatalf("%v, and no error here", wantErr)
		}
		if wantErr != nil {
			return // it hands out nothing of what it refuses
		}
		for i, w := range want {
			if i >= len(got) {
				t.Fatalf("%d messages, want %d (%v)", len(got), len(want), err)
			}
			if m := got[i]; m.Type != w.Header.Type || m.Flags != w.Header.Flags || m.Sequence != w.Header.Seq || !bytes.Equal(m.Data, w.Data) {
				t.Fatalf("message %d: %+v, want %+v", i, m, w)
			}
			compareAttributes(t, &w, got[i])
		}
	})
}

// compareAttributes compares where the standard library knows the message's kind.
func compareAttributes(t *testing.T, w *syscall.NetlinkMessage, m Message) {
	fixed := 0
	switch m.Type {
	case unix.RTM_NEWLINK, unix.RTM_DELLINK:
		fixed = unix.SizeofIfInfomsg
	case unix.RTM_NEWROUTE, unix.RTM_DELROUTE:
		fixed = unix.SizeofRtMsg
	default:
		return
	}
	if len(m.Data) < fixed || len(m.Data)%4 != 0 {
		return // the standard library would panic
	}
	want, wantErr := syscall.ParseNetlinkRouteAttr(w)
	got, err := attributes(m.Data[fixed:])
	if wantErr != nil && err == nil {
		t.Fatalf("%v, and no error here", wantErr)
	}
	for i, a := range want {
		if i >= len(got) {
			t.Fatalf("%d attributes, want %d (%v)", len(got), len(want), err)
		}
		if got[i].Type != a.Attr.Type&attributeType || !bytes.Equal(got[i].Data, a.Value) {
			t.Fatalf("attribute %d: %+v, want %+v", i, got[i], a)
		}
	}
}
