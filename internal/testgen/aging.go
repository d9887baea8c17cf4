package main

import "time"

// aging is flows at the very edges of active aging 60 s and inactive aging 15 s.
func aging() []frame {
	var frames []frame
	flow := func(port uint16, times ...time.Duration) {
		p := datagram{src: "192.0.2.7", dst: "198.51.100.7", proto: protoUDP, payload: udp(port, 9, 20)}.whole()
		for _, d := range times {
			frames = append(frames, lan(at(d), p))
		}
	}
	const s, us = time.Second, time.Microsecond
	flow(1, 0, 15*s-us, 30*s-2*us)              // never idle
	flow(2, 0, 15*s, 30*s)                      // idle twice, to the microsecond
	flow(3, 0, 15*s+us, 16*s)                   // idle once
	flow(4, every(10*s, 60*s-us)...)            // one record: its last packet is a microsecond early
	flow(5, every(10*s, 60*s)...)               // active: its last packet is exactly 60 s after its first
	flow(6, every(7*s, 200*s)...)               // active again and again, counted from each record's first
	flow(7, every(14*s, 140*s)...)              // gaps just short of idle
	flow(8, append(every(10*s, 50*s), 66*s)...) // both due: idle, 65 s, is before 60 s + nothing
	flow(9, 5*s)                                // a single packet
	flow(10, 100*s, 100*s, 100*s)               // three packets of one time
	return inOrder(frames)
}

// every returns the times from 0 to end, step apart, end included.
func every(step, end time.Duration) (out []time.Duration) {
	for d := time.Duration(0); d < end; d += step {
		out = append(out, d)
	}
	return append(out, end)
}

// backwards is frames whose times run back: within one flow, and for a whole second half.
func backwards() []frame {
	var frames []frame
	p := func(port uint16) packet {
		return datagram{src: "192.0.2.8", dst: "198.51.100.8", proto: protoUDP, payload: udp(port, 9, 20)}.whole()
	}
	for _, d := range []time.Duration{10, 9, 11, 8, 12, 40, 39, 41} {
		frames = append(frames, lan(at(d*time.Second), p(1)))
	}
	for i := range 10 {
		frames = append(frames, lan(at(time.Duration(i)*time.Second), p(2)), lan(at(time.Duration(30-i)*time.Second), p(3)))
	}
	return frames
}
