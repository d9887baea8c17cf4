package harden

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"time"

	"golang.org/x/net/dns/dnsmessage"
	"golang.org/x/sys/unix"
)

// needs are what a device does when it is hardened. All of it must work, whatever measures are in force.
func needs() map[string]func(*place) error {
	return map[string]func(*place) error{
		"capture from a ring":         captureFromRing,
		"capture what is for others":  promiscuous,
		"list interfaces":             listInterfaces,
		"watch interfaces":            watchInterfaces,
		"send datagrams":              datagrams,
		"connect to the port":         func(p *place) error { return connect(p.open) },
		"listen on a free port":       listenAnywhere,
		"look up a name in hosts":     func(*place) error { return lookUpHost(&net.Resolver{PreferGo: true}, "localhost") },
		"ask a name server":           askServer,
		"talk HTTP by TLS":            talkTLS,
		"read certificates":           readCertificates,
		"keep files":                  keepFiles,
		"make a socket in a folder":   controlSocket,
		"read the configuration":      func(p *place) error { return read(filepath.Join(p.Config, "agent.yaml")) },
		"read a replaced file":        readReplaced,
		"watch the configuration":     watchConfiguration,
		"read /proc":                  readProc,
		"read an interface's speed":   readSpeed,
		"run many threads":            manyThreads,
		"profile itself":              profile,
		"signal itself":               func(*place) error { return unix.Kill(os.Getpid(), 0) },
		"find out what is in force":   func(*place) error { _, err := Current(); return err },
		"ask for resource limits":     func(*place) error { return unix.Getrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{}) },
		"map and lock memory":         mapMemory,
		"know the free space of disk": func(p *place) error { return unix.Statfs(p.State, &unix.Statfs_t{}) },
	}
}

const ringBlocks, ringBlock, ringFrame = 4, 1 << 16, 1 << 11

// captureFromRing opens a TPACKET_V3 ring on loopback, and sees a datagram that it sends itself.
func captureFromRing(*place) error {
	lo, err := net.InterfaceByName("lo")
	if err != nil {
		return err
	}
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	accept := []unix.SockFilter{{Code: unix.BPF_RET | unix.BPF_K, K: 1 << 16}}
	ring := &unix.TpacketReq3{
		Block_size: ringBlock, Block_nr: ringBlocks, Frame_size: ringFrame, Frame_nr: ringBlocks * ringBlock / ringFrame, Retire_blk_tov: 10,
	}
	all := int(unix.ETH_P_ALL<<8&0xff00 | unix.ETH_P_ALL>>8)
	err = errors.Join(
		unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_VERSION, unix.TPACKET_V3),
		unix.SetsockoptTpacketReq3(fd, unix.SOL_PACKET, unix.PACKET_RX_RING, ring),
		unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: 1, Filter: &accept[0]}),
	)
	if err != nil {
		return err
	}
	memory, err := unix.Mmap(fd, 0, ringBlocks*ringBlock, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return err
	}
	defer unix.Munmap(memory)
	if err := unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: uint16(all), Ifindex: lo.Index}); err != nil {
		return err
	}
	if err := datagrams(nil); err != nil {
		return err
	}
	deadline := time.Now().Add(patience)
	for !bytes.Contains(memory, []byte(payload)) {
		if time.Now().After(deadline) {
			return errors.New("no packet came into the ring")
		}
		poll := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		if _, err := unix.Ppoll(poll, &unix.Timespec{Nsec: 2e7}, nil); err != nil && !errors.Is(err, unix.EINTR) {
			return err
		}
	}
	_, err = unix.GetsockoptTpacketStatsV3(fd, unix.SOL_PACKET, unix.PACKET_STATISTICS)
	return err
}

// promiscuous makes loopback so, for which CAP_NET_RAW is enough.
func promiscuous(*place) error {
	lo, err := net.InterfaceByName("lo")
	if err != nil {
		return err
	}
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return unix.SetsockoptPacketMreq(fd, unix.SOL_PACKET, unix.PACKET_ADD_MEMBERSHIP,
		&unix.PacketMreq{Ifindex: int32(lo.Index), Type: unix.PACKET_MR_PROMISC})
}

func listInterfaces(*place) error {
	all, err := net.Interfaces()
	if err == nil && !slices.ContainsFunc(all, func(i net.Interface) bool { return i.Name == "lo" }) {
		err = errors.New("there is no lo")
	}
	return err
}

func watchInterfaces(*place) error {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW, unix.NETLINK_ROUTE)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: unix.RTMGRP_LINK})
}

const payload = "sagflow was here"

// datagrams sends one to itself, by UDP.
func datagrams(*place) error {
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer server.Close()
	client, err := net.Dial("udp", server.LocalAddr().String())
	if err != nil {
		return err
	}
	defer client.Close()
	if _, err := client.Write([]byte(payload)); err != nil {
		return err
	}
	if err := server.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	_, _, err = server.ReadFrom(make([]byte, 64))
	return err
}

// listenAnywhere is as Go listens: by MPTCP, where it can.
func listenAnywhere(*place) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	return l.Close()
}

func lookUpHost(r *net.Resolver, name string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	addresses, err := r.LookupHost(ctx, name)
	if err == nil && len(addresses) == 0 {
		err = errors.New("no address")
	}
	return err
}

// askServer resolves a name as resolv.conf and nsswitch.conf say, but for the server, which is the probe's own.
func askServer(*place) error {
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer server.Close()
	go answerNames(server)
	return lookUpHost(&net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, server.LocalAddr().String())
	}}, "collector.sagflow.example.")
}

func answerNames(server net.PacketConn) {
	for buffer := make([]byte, 1500); ; {
		n, from, err := server.ReadFrom(buffer)
		if err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(buffer[:n]) != nil || len(m.Questions) == 0 {
			continue
		}
		m.Response, m.Additionals = true, nil
		if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
			m.Answers = []dnsmessage.Resource{{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class},
				Body:   &dnsmessage.AResource{A: [4]byte{192, 0, 2, 7}},
			}}
		}
		if out, err := m.Pack(); err == nil {
			_, _ = server.WriteTo(out, from) // who asks waits for it
		}
	}
}

// talkTLS asks the server on the open port, by HTTP over TLS, as Log Service is asked.
func talkTLS(p *place) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.server.URL, nil)
	if err != nil {
		return err
	}
	resp, err := p.server.Client().Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	defer p.server.Client().CloseIdleConnections()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

// readCertificates wants the system's: those that SSL_CERT_FILE names, here.
func readCertificates(*place) error {
	pool, err := x509.SystemCertPool()
	if err == nil && pool.Equal(x509.NewCertPool()) {
		err = fmt.Errorf("no certificates in %s", os.Getenv("SSL_CERT_FILE"))
	}
	return err
}

// keepFiles does to files what the spool, last-good.json and the lock need.
func keepFiles(p *place) error {
	dir := filepath.Join(p.State, "folder"+unique())
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	temp, final := filepath.Join(dir, "temp"), filepath.Join(dir, "last-good.json")
	f, err := os.OpenFile(temp, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	fd := int(f.Fd())
	_, err = f.WriteString(payload)
	err = errors.Join(err,
		unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB), f.Sync(), unix.Fdatasync(fd), f.Truncate(5), unix.Fallocate(fd, 0, 0, 1<<16),
		os.Rename(temp, final), os.Chmod(final, 0o600), os.WriteFile(final, nil, 0o600), read(final), list(dir),
	)
	if info, e := os.Stat(final); e != nil || info.Size() != 0 {
		err = errors.Join(err, errors.New("the file is not truncated"), e)
	}
	if d, e := os.Open(dir); e == nil {
		err = errors.Join(err, d.Sync(), d.Close())
	}
	return errors.Join(err, os.RemoveAll(dir))
}

// controlSocket is made in a folder of its own and moved, as the spool's.
func controlSocket(p *place) error {
	dir := filepath.Join(p.State, "new"+unique())
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(dir, "s"), Net: "unix"})
	if err != nil {
		return err
	}
	l.SetUnlinkOnClose(false)
	defer l.Close()
	final := filepath.Join(p.State, "socket"+unique())
	return errors.Join(os.Rename(filepath.Join(dir, "s"), final), dial("unix", final), os.Remove(final), os.Remove(dir))
}

// readReplaced reads a file that the parent has put in the place of another one after Apply.
func readReplaced(p *place) error {
	return read(filepath.Join(p.Config, "credentials"))
}

func watchConfiguration(p *place) error {
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	_, err = unix.InotifyAddWatch(fd, p.Config, unix.IN_MOVED_TO)
	return err
}

func readProc(*place) error {
	return errors.Join(read("/proc/self/status"), read("/proc/self/stat"), read("/proc/self/limits"), list("/proc/self/fd"),
		read("/proc/meminfo"), read("/proc/net/udp"), read("/proc/sys/net/core/somaxconn"), read("/proc/self/task/"+fmt.Sprint(unix.Gettid())+"/status"))
}

// readSpeed reads what lo has in that place; it has no speed, which is EINVAL.
func readSpeed(*place) error {
	err := read("/sys/class/net/lo/speed")
	if errors.Is(err, unix.EINVAL) {
		err = nil
	}
	return errors.Join(err, read("/sys/class/net/lo/mtu"), list("/sys/class/net"))
}

// profile takes timers of its threads, and their signals.
func profile(*place) error {
	var out bytes.Buffer
	if err := pprof.StartCPUProfile(&out); err != nil {
		return err
	}
	for end := time.Now().Add(30 * time.Millisecond); time.Now().Before(end); {
		_ = fmt.Sprint(end)
	}
	pprof.StopCPUProfile()
	if out.Len() == 0 {
		return errors.New("the profile is empty")
	}
	return nil
}

// mapMemory maps the flow table's, and has it in huge pages.
func mapMemory(*place) error {
	m, err := unix.Mmap(-1, 0, 4<<20, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return err
	}
	err = unix.Madvise(m, unix.MADV_HUGEPAGE)
	if errors.Is(err, unix.EINVAL) { // a kernel without huge pages
		err = nil
	}
	m[1<<20] = 1
	return errors.Join(err, unix.Munmap(m))
}
