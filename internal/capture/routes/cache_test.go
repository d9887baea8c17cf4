package routes

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// host is the n-th address of a large network.
func host(n int) netip.Addr {
	return netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, 10<<24+uint32(n))))
}

var start = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

func TestCacheExpires(t *testing.T) {
	c := newCache(4, 30*time.Second)
	c.put(host(1), 7, start)
	for _, test := range []struct {
		after time.Duration
		ok    bool
	}{{0, true}, {30*time.Second - 1, true}, {30 * time.Second, false}, {time.Hour, false}} {
		if got, ok := c.get(host(1), start.Add(test.after)); ok != test.ok || ok && got != 7 {
			t.Errorf("after %v: %d, %v", test.after, got, ok)
		}
	}
	c.put(host(1), 8, start.Add(time.Hour))
	if got, ok := c.get(host(1), start.Add(time.Hour)); got != 8 || !ok {
		t.Errorf("put again: %d, %v", got, ok)
	}
}

// TestCacheOldHalfExpires: to be looked up does not make an answer younger.
func TestCacheOldHalfExpires(t *testing.T) {
	c := newCache(4, 30*time.Second)
	c.put(host(1), 7, start)
	for i := range 2 {
		c.put(host(10+i), 1, start.Add(20*time.Second))
	}
	if _, ok := c.get(host(1), start.Add(20*time.Second)); !ok || c.young[host(1)] == (answer{}) {
		t.Errorf("from the old half: %v, %v", ok, c.young)
	}
	if _, ok := c.get(host(1), start.Add(30*time.Second)); ok {
		t.Error("it did not expire")
	}
}

// TestCacheKeepsWhatIsUsed: what is looked up between others stays, however many these are.
func TestCacheKeepsWhatIsUsed(t *testing.T) {
	c := newCache(100, time.Hour)
	c.put(host(0), 7, start)
	for i := 1; i < 1000; i++ {
		c.put(host(i), 1, start)
		if i%40 == 0 {
			if _, ok := c.get(host(0), start); !ok {
				t.Fatalf("forgotten after %d others", i)
			}
		}
	}
	if _, ok := c.get(host(500), start); ok {
		t.Error("what was not used is still there")
	}
}

// TestCachePutAgain: what is there already needs no more room.
func TestCachePutAgain(t *testing.T) {
	c := newCache(4, time.Hour)
	for _, n := range []int{1, 2, 3, 4, 3, 4, 3, 4} {
		c.put(host(n), uint32(n), start)
	}
	for n := 1; n <= 4; n++ {
		if a := max(c.young[host(n)].ifIndex, c.old[host(n)].ifIndex); a != uint32(n) {
			t.Errorf("%d: %d", n, a)
		}
	}
}

// TestCacheModel: what it knows is what was put last, and it never grows above its bound; the half
// put or looked up last is there.
func TestCacheModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := rapid.IntRange(2, 9).Draw(t, "entries")
		c := newCache(entries, time.Hour)
		last := map[netip.Addr]uint32{}
		for i := range rapid.IntRange(0, 200).Draw(t, "steps") {
			dst := host(rapid.IntRange(0, 12).Draw(t, "host"))
			switch rapid.IntRange(0, 9).Draw(t, "step") {
			case 0:
				c.clear()
				clear(last)
			case 1, 2, 3:
				got, ok := c.get(dst, start)
				if want, put := last[dst]; ok && (!put || got != want) {
					t.Fatalf("%v: %d, %d was put", dst, got, want)
				}
			default:
				last[dst] = uint32(i)
				c.put(dst, uint32(i), start)
				if got, ok := c.get(dst, start); !ok || got != uint32(i) {
					t.Fatalf("just put: %d, %v", got, ok)
				}
			}
			if c.len() > entries {
				t.Fatalf("%d entries, the bound is %d", c.len(), entries)
			}
		}
	})
}

func TestAsked(t *testing.T) {
	for text, want := range map[string]bool{
		"192.0.2.1": true, "169.254.1.1": true, "255.255.255.255": true, "2001:db8::1": true, "fd00::1": true,
		"0.0.0.0": false, "127.0.0.1": false, "224.0.0.5": false,
		"::": false, "::1": false, "fe80::1": false, "ff02::1": false,
	} {
		if got := asked(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
	if asked(netip.Addr{}) {
		t.Error("the zero address is asked for")
	}
}
