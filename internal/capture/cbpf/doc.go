// Package cbpf makes programs of classic BPF, with which the kernel drops packets before they are captured: from
// a filter in tcpdump's language, or from the numbers that `tcpdump -ddd` prints.
//
// What happens: Compile runs `tcpdump -ddd -i INTERFACE -s 0 -- TEXT`, for libpcap's is the only compiler that
// gets the language right; Parse reads the numbers, its own or an operator's, and Check refuses what the kernel
// would (bpf_check_classic in net/core/filter.c), but says where and why.
//
// What is easily got wrong:
//
//   - The kernel takes VLAN tags out of frames before sockets see them. Only for an interface that can be opened
//     does libpcap ask for them where they are (SKF_AD_VLAN_TAG). A program for a mere link type looks into the
//     frame, finds no tag, and matches nothing: CompileLink therefore asks for the loopback interface, which is
//     an Ethernet for libpcap, and refuses "vlan" where that can't be opened either.
//   - tcpdump looks names of hosts up while it compiles, in DNS too.
//   - A program is made for one link type: that of an Ethernet reads wrong octets of a tunnel's packets.
//   - What a program returns is how many octets of a packet are kept: those of tcpdump -s 0 keep 262144.
package cbpf
