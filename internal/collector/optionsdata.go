package collector

import (
	"bytes"
	"strings"
)

// Groups of slots by which an options record is recognised: exporters combine them as they like
// (RFC 7011 §4: the combination must be checked).
const (
	samplingSlots = 1<<samplingInterval | 1<<samplingPacketInterval | 1<<samplingSize
	exportedSlots = 1<<exportedMessages | 1<<exportedRecords | 1<<exportedOctets
	ignoredSlots  = 1<<ignoredPackets | 1<<ignoredOctets
	notSentSlots  = 1<<notSentFlows | 1<<notSentPackets | 1<<notSentOctets
)

// decodeOptions takes what an options record tells into the session's report.
func (s *session) decodeOptions(v *values, at *clock) {
	if s.report == nil {
		s.report = &Report{}
	}
	f := &v.forward
	known := false
	if f.hasAny(samplingSlots) {
		known = true
		s.report.setSampling(f)
	}
	if f.hasAny(exportedSlots | ignoredSlots | notSentSlots) {
		known = true
		s.report.setStatistics(v, at)
	}
	if f.hasAny(1 << systemInit) {
		known = true
		s.setBoot(f.num[systemInit])
	}
	if s.report.setNames(v) {
		known = true
	}
	if !known {
		s.report.Other++
	}
}

// setBoot keeps the time that uptimes of IPFIX are relative to.
func (s *session) setBoot(ms uint64) {
	s.boot, s.hasBoot = wireMilliseconds(ms), true
	if s.report.BootMilliseconds == nil {
		s.report.BootMilliseconds = new(int64)
	}
	*s.report.BootMilliseconds = s.boot
}

// setSampling reads 1 of 34 or 50; 305 of 305 + 306; 309 of 310 (RFC 5477 §8.2).
func (r *Report) setSampling(f *side) {
	if r.Sampling == nil {
		r.Sampling = &Sampling{}
	}
	n := Sampling{Algorithm: f.first(samplingAlgorithm, selectorAlgorithm), Selected: 1, Of: f.get(samplingInterval)}
	switch {
	case f.hasAny(1 << samplingPacketInterval):
		n.Selected = f.num[samplingPacketInterval]
		n.Of = n.Selected + f.get(samplingPacketSpace)
	case f.hasAny(1 << samplingSize):
		n.Selected, n.Of = f.num[samplingSize], f.get(samplingPopulation)
	}
	*r.Sampling = n
}

func (r *Report) setStatistics(v *values, at *clock) {
	f := &v.forward
	if f.hasAny(exportedSlots) {
		store(&r.Exported, Exported{f.get(exportedMessages), f.get(exportedRecords), f.get(exportedOctets)})
	}
	if f.hasAny(ignoredSlots) {
		store(&r.Ignored, Ignored{f.get(ignoredPackets), f.get(ignoredOctets), interval(v, at)})
	}
	if f.hasAny(notSentSlots) {
		store(&r.NotSent, NotSent{f.get(notSentFlows), f.get(notSentPackets), f.get(notSentOctets), interval(v, at)})
	}
}

// store allocates a part of the report once.
func store[T any](part **T, value T) {
	if *part == nil {
		*part = new(T)
	}
	**part = value
}

// interval orders the two times: which comes first in a template is not laid down (RFC 7011 §4.2).
func interval(v *values, at *clock) Interval {
	a, ok := at.observed(&v.forward)
	if !ok {
		return Interval{}
	}
	b, ok := at.observed(&v.backward)
	if !ok {
		b = a
	}
	return Interval{First: floorMilliseconds(min(a, b)), Last: floorMilliseconds(max(a, b))}
}

func floorMilliseconds(ns int64) int64 {
	ms := ns / 1e6
	if ns%1e6 < 0 {
		ms--
	}
	return ms
}

// setNames keeps interface names and flow keys.
func (r *Report) setNames(v *values) bool {
	f := &v.forward
	known := false
	if name := bytes.TrimRight(v.name, "\x00"); len(name) > 0 && f.hasAny(1<<ingress) {
		known = true
		r.setInterface(uint32(f.num[ingress]), name)
	}
	if f.hasAny(1<<flowKeyIndicator) && f.hasAny(1<<templateID) {
		known = true
		r.setFlowKeys(uint16(f.num[templateID]), f.num[flowKeyIndicator])
	}
	return known
}

func (r *Report) setInterface(index uint32, name []byte) {
	name = name[:min(len(name), maxInterfaceName)]
	old, there := r.Interfaces[index]
	if (there && old == string(name)) || (!there && len(r.Interfaces) >= maxInterfaces) {
		return
	}
	if r.Interfaces == nil {
		r.Interfaces = make(map[uint32]string)
	}
	r.Interfaces[index] = strings.ToValidUTF8(string(name), "\uFFFD")
}

func (r *Report) setFlowKeys(id uint16, keys uint64) {
	if _, there := r.FlowKeys[id]; !there && len(r.FlowKeys) >= maxFlowKeys {
		return
	}
	if r.FlowKeys == nil {
		r.FlowKeys = make(map[uint16]uint64)
	}
	r.FlowKeys[id] = keys
}
