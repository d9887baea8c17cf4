package rtnetlink

import (
	"encoding/binary"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// message is one message with its length as stated.
func message(length uint32, kind uint16, data ...byte) []byte {
	b := appendMessage(nil, kind, 2, 7, data)
	binary.NativeEndian.PutUint32(b, length)
	return b
}

func TestNextMessage(t *testing.T) {
	for _, test := range []struct {
		name string
		in   []byte
		want []Message
		bad  bool
	}{
		{"none", nil, nil, false},
		{"one", message(20, 16, 1, 2, 3, 4), []Message{{16, 2, 7, []byte{1, 2, 3, 4}}}, false},
		{"no data", message(16, 3), []Message{{3, 2, 7, []byte{}}}, false},
		{"two, the first with padding", append(message(17, 16, 1, 0, 0, 0), message(16, 3)...), []Message{{16, 2, 7, []byte{1}}, {3, 2, 7, []byte{}}}, false},
		{"the last without padding", message(17, 16, 1), []Message{{16, 2, 7, []byte{1}}}, false},
		{"cut in the header", message(16, 3)[:15], nil, true},
		{"cut in the data", message(21, 3, 1, 2, 3, 4), nil, true},
		{"shorter than a header", message(15, 3), nil, true},
		{"length 0", message(0, 3), nil, true},
		{"length 2^32-1", message(1<<32-1, 3, 1, 2, 3, 4), nil, true},
		{"the second is cut", append(message(16, 3), 1, 2, 3), []Message{{3, 2, 7, []byte{}}}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := messages(test.in)
			if diff := cmp.Diff(test.want, got); diff != "" || (err != nil) != test.bad {
				t.Errorf("error %v (want one: %v); -want +got\n%s", err, test.bad, diff)
			}
		})
	}
}

// messages are all messages before the first that is cut.
func messages(b []byte) (list []Message, err error) {
	for len(b) > 0 {
		var m Message
		if m, b, err = NextMessage(b); err != nil {
			return list, err
		}
		list = append(list, m)
	}
	return list, nil
}

// attributes are all attributes before the first that is cut.
func attributes(b []byte) (list []Attribute, err error) {
	for len(b) > 0 {
		var a Attribute
		if a, b, err = NextAttribute(b); err != nil {
			return list, err
		}
		list = append(list, a)
	}
	return list, nil
}

func TestNextAttribute(t *testing.T) {
	for _, test := range []struct {
		name string
		in   []byte
		want []Attribute
		bad  bool
	}{
		{"none", nil, nil, false},
		{"a name", AppendAttribute(nil, 3, []byte("lo\x00")), []Attribute{{3, []byte("lo\x00")}}, false},
		{"empty", AppendAttribute(nil, 3, nil), []Attribute{{3, []byte{}}}, false},
		{"nested", AppendAttribute(nil, 0x8000|18, nil), []Attribute{{18, []byte{}}}, false},
		{"in network order", AppendAttribute(nil, 0x4000|18, nil), []Attribute{{18, []byte{}}}, false},
		{"two", AppendAttribute(AppendAttribute(nil, 1, []byte{9}), 2, []byte{8}), []Attribute{{1, []byte{9}}, {2, []byte{8}}}, false},
		{"the last without padding", AppendAttribute(nil, 1, []byte{9})[:5], []Attribute{{1, []byte{9}}}, false},
		{"cut in the header", AppendAttribute(nil, 1, nil)[:3], nil, true},
		{"cut in the data", AppendAttribute(nil, 1, []byte{1, 2, 3, 4})[:7], nil, true},
		{"length 0", []byte{0, 0, 1, 0}, nil, true},
		{"length 3", binary.NativeEndian.AppendUint32(nil, 3), nil, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := attributes(test.in)
			if diff := cmp.Diff(test.want, got); diff != "" || (err != nil) != test.bad {
				t.Errorf("error %v (want one: %v); -want +got\n%s", err, test.bad, diff)
			}
		})
	}
}

// What is appended is read back.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOf(rapid.Custom(func(t *rapid.T) Attribute {
			return Attribute{rapid.Uint16Range(0, attributeType).Draw(t, "type"), rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "data")}
		})).Draw(t, "attributes")
		var body []byte
		for _, a := range want {
			body = AppendAttribute(body, a.Type, a.Data)
		}
		m, rest, err := NextMessage(appendMessage(nil, 20, 1, 3, body))
		if err != nil || len(rest) > 0 {
			t.Fatalf("error %v, %d octets left", err, len(rest))
		}
		got, err := attributes(m.Data)
		if err != nil || len(got) != len(want) || (len(want) > 0 && !cmp.Equal(got, want)) {
			t.Fatalf("error %v\n%s", err, cmp.Diff(want, got))
		}
	})
}

func TestValues(t *testing.T) {
	number := Attribute{1, binary.NativeEndian.AppendUint32(nil, 1500)}
	if v, ok := number.Uint32(); v != 1500 || !ok {
		t.Errorf("Uint32() = %d, %v", v, ok)
	}
	for _, data := range [][]byte{nil, {1, 2, 3}, {1, 2, 3, 4, 5}} {
		if v, ok := (Attribute{1, data}).Uint32(); v != 0 || ok {
			t.Errorf("Uint32() of %d octets = %d, %v", len(data), v, ok)
		}
	}
	for text, want := range map[string]string{"eth0\x00": "eth0", "eth0": "eth0", "a\x00b\x00": "a", "\x00": "", "": ""} {
		if got := (Attribute{3, []byte(text)}).Text(); got != want {
			t.Errorf("Text() of %q = %q", text, got)
		}
	}
}
