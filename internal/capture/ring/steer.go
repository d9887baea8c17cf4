package ring

import (
	"fmt"

	"golang.org/x/net/bpf"
)

// What the steering program steps over, as the decoder in internal/packet does; the decoder has no
// limits.
const (
	maxTags   = 8  // VLAN tags, before and again behind a SNAP header
	maxLabels = 16 // of an MPLS stack
)

// The numbers that lead to IP (IEEE 802 numbers; RFC 3032 §5 and §4.3, RFC 2516 §4, RFC 1332 §2,
// RFC 5072 §3, RFC 1042).
const (
	typeIPv4          = 0x0800
	typeIPv6          = 0x86dd
	typeMPLS          = 0x8847
	typeMPLSMulticast = 0x8848
	typePPPoE         = 0x8864
	minEtherType      = 0x0600

	pppIPv4          = 0x0021
	pppIPv6          = 0x0057
	pppMPLS          = 0x0281
	pppMPLSMulticast = 0x0283
)

// ethernetHeader is the length of addresses and ethertype.
const ethernetHeader = 14

// networkOffset is where loads begin that count from the network header (SKF_NET_OFF).
const networkOffset = 0xfff00000

// steering returns the program that picks the ring of a frame (PACKET_FANOUT_CBPF): a hash of the two
// outermost IP addresses, which the kernel divides by the number of rings; 0 where there is no IP.
//
// start sets A to the ethertype and X to where the header behind it begins. With version, the IP
// version is what the header says and not what the ethertype says.
//
// All loads are relative to X, which is not negative but for frames sent by devices without a link
// layer. Before Linux 6.16 and the stable releases of 2025 loads from the kernel's negative offsets
// (SKF_LL_OFF, SKF_NET_OFF) see only the octets that lie in one piece, and of a received frame that may
// be no more than its Ethernet header: long packets would go to ring 0, short ones of the same
// addresses elsewhere.
func steering(start func(*assembler), version bool, multiplier uint32) *assembler {
	a := newAssembler()
	start(a)
	ipv4, ipv6 := "ipv4", "ipv6"
	if version {
		ipv4, ipv6 = "version", "version"
	}
	a.when(typeIPv4, ipv4) // first: this is nearly all there is
	a.when(typeIPv6, ipv6)
	stepTags(a, "outer")
	dispatch(a, ipv4, ipv6)
	stepSNAP(a)
	stepTags(a, "inner")
	dispatch(a, ipv4, ipv6)
	a.goTo("other")
	stepPPPoE(a)
	stepLabels(a)
	hash(a, multiplier)
	return a
}

// stepTags steps over VLAN tags.
func stepTags(a *assembler, name string) {
	for i := range maxTags {
		tag := fmt.Sprint(name, " tag ", i)
		for _, et := range []uint32{0x8100, 0x88a8, 0x9100, 0x9200, 0x9300} {
			a.when(et, tag)
		}
		a.goTo(name + " type")
		a.label(tag)
		a.load16(2)
		a.skipType(4)
	}
	a.label(name + " type")
}

// dispatch goes on by the ethertype; one that leads nowhere falls through.
func dispatch(a *assembler, ipv4, ipv6 string) {
	a.when(typeIPv4, ipv4)
	a.when(typeIPv6, ipv6)
	a.when(typeMPLS, "labels")
	a.when(typeMPLSMulticast, "labels")
	a.when(typePPPoE, "pppoe")
}

// stepSNAP steps over an LLC header with SNAP, where A is a length. What is behind it has an ethertype.
func stepSNAP(a *assembler) {
	a.add(bpf.JumpIf{Cond: bpf.JumpLessThan, Val: minEtherType, SkipTrue: 1})
	a.goTo("other")
	a.load16(0)
	a.when(0xaaaa, "snap")
	a.unless(0x0606, "other")
	a.load8(2)
	a.unless(3, "other")
	a.skip(3)
	a.goTo("ipv4")
	a.label("snap")
	a.load32(2) // control, organisation
	a.when(0x03000000, "organisation")
	a.unless(0x030000f8, "other")
	a.label("organisation")
	a.load16(6)
	a.skipType(8)
}

// stepPPPoE steps over the headers of PPPoE and PPP.
func stepPPPoE(a *assembler) {
	a.label("pppoe")
	a.load16(0)
	a.unless(0x1100, "other") // version and type 1, code 0: session data
	a.load8(6)
	a.whenSet(1, "short protocol")
	a.load16(6)
	a.skipType(8)
	a.goTo("protocol")
	a.label("short protocol")
	a.skipType(7)
	a.label("protocol")
	a.when(pppIPv4, "ipv4")
	a.when(pppIPv6, "ipv6")
	a.when(pppMPLS, "labels")
	a.unless(pppMPLSMulticast, "other")
}

// stepLabels steps over an MPLS stack, to what by its version is IP.
func stepLabels(a *assembler) {
	a.label("labels")
	for i := range maxLabels {
		bottom := fmt.Sprint("bottom ", i)
		a.load8(4*i + 2)
		a.whenSet(1, bottom)
	}
	a.goTo("other")
	for i := range maxLabels {
		a.label(fmt.Sprint("bottom ", i))
		a.skip(4 * (i + 1))
		a.goTo("version")
	}
	a.label("version")
	a.load8(0)
	a.add(bpf.ALUOpConstant{Op: bpf.ALUOpShiftRight, Val: 4})
	a.when(4, "ipv4")
	a.when(6, "ipv6")
	a.label("other")
	a.add(bpf.RetConstant{Val: 0})
}

// hash hashes the addresses: as digits of a number to the base of the multiplier, which is odd and
// nobody outside knows, so that nobody can send it all to one ring; then mixed, since the kernel
// looks at the remainder (the last steps of MurmurHash3).
func hash(a *assembler, multiplier uint32) {
	times := bpf.ALUOpConstant{Op: bpf.ALUOpMul, Val: multiplier}
	a.label("ipv6")
	a.add(bpf.StoreScratch{Src: bpf.RegX, N: 1})
	a.load32(8)
	for offset := 12; offset < 40; offset += 4 {
		a.add(times, bpf.StoreScratch{Src: bpf.RegA, N: 0})
		a.load32(offset)
		a.add(bpf.LoadScratch{Dst: bpf.RegX, N: 0}, bpf.ALUOpX{Op: bpf.ALUOpAdd}, bpf.LoadScratch{Dst: bpf.RegX, N: 1})
	}
	a.goTo("mix")
	a.label("ipv4")
	a.load32(12)
	a.add(times, bpf.StoreScratch{Src: bpf.RegA, N: 0})
	a.load32(16)
	a.add(bpf.LoadScratch{Dst: bpf.RegX, N: 0}, bpf.ALUOpX{Op: bpf.ALUOpAdd})
	a.label("mix")
	fold(a, 16)
	a.add(bpf.ALUOpConstant{Op: bpf.ALUOpMul, Val: 0x85ebca6b})
	fold(a, 13)
	a.add(bpf.ALUOpConstant{Op: bpf.ALUOpMul, Val: 0xc2b2ae35})
	fold(a, 16)
	a.add(bpf.RetA{})
}

// fold xors A with itself shifted.
func fold(a *assembler, bits uint32) {
	a.add(bpf.TAX{}, bpf.ALUOpConstant{Op: bpf.ALUOpShiftRight, Val: bits}, bpf.ALUOpX{Op: bpf.ALUOpXor})
}

// ethernetStart begins the program of devices with Ethernet headers. A received frame comes without
// its header, and without the first tag, its ethertype known to the kernel; one that is sent comes
// whole.
func ethernetStart(a *assembler) {
	a.add(bpf.LoadConstant{Dst: bpf.RegX, Val: 0}, bpf.LoadExtension{Num: bpf.ExtType})
	a.when(packetOutgoing, "sent")
	a.add(bpf.LoadExtension{Num: bpf.ExtProto})
	a.goTo("start")
	a.label("sent")
	a.add(bpf.LoadConstant{Dst: bpf.RegX, Val: ethernetHeader}, bpf.LoadAbsolute{Off: ethernetHeader - 2, Size: 2})
	a.label("start")
}

// otherStart begins the program of devices whose frames are packets of a protocol that the kernel
// knows. One that is sent may have a header in front, of unknown length.
func otherStart(a *assembler) {
	a.add(bpf.LoadConstant{Dst: bpf.RegX, Val: 0}, bpf.LoadExtension{Num: bpf.ExtType})
	a.unless(packetOutgoing, "start")
	a.add(bpf.LoadConstant{Dst: bpf.RegX, Val: networkOffset})
	a.label("start")
	a.add(bpf.LoadExtension{Num: bpf.ExtProto})
}
