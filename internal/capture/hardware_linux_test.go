package capture

import (
	"testing"

	"golang.org/x/sys/unix"
)

func TestLinkType(t *testing.T) {
	for hardware, want := range map[uint16]uint16{
		unix.ARPHRD_ETHER:              1,
		unix.ARPHRD_LOOPBACK:           1,
		unix.ARPHRD_NONE:               101,
		unix.ARPHRD_RAWIP:              101,
		unix.ARPHRD_PPP:                101,
		unix.ARPHRD_TUNNEL:             101,
		unix.ARPHRD_TUNNEL6:            101,
		unix.ARPHRD_SIT:                101,
		unix.ARPHRD_IPGRE:              101,
		unix.ARPHRD_IP6GRE:             101,
		unix.ARPHRD_FDDI:               10,
		unix.ARPHRD_IEEE80211:          105,
		unix.ARPHRD_IEEE80211_PRISM:    119,
		unix.ARPHRD_IEEE80211_RADIOTAP: 127,
	} {
		if got, ok := LinkType(hardware); got != want || !ok {
			t.Errorf("%d: %d, %v, want %d", hardware, got, ok, want)
		}
	}
	for _, hardware := range []uint16{unix.ARPHRD_INFINIBAND, unix.ARPHRD_NETLINK, unix.ARPHRD_VOID} {
		if got, ok := LinkType(hardware); ok {
			t.Errorf("%d: %d", hardware, got)
		}
	}
}
