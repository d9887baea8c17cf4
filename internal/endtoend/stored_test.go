package endtoend

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/sagflow/sagflow/internal/lab/sls/loggroup"
	"github.com/sagflow/sagflow/internal/lab/sls/store"
)

// eachGroup goes through the log groups that a Log Service has on disk, with their PROJECT/LOGSTORE.
func eachGroup(dir string, take func(raw []byte, place string) error) error {
	s, err := store.Read(dir)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }() // it is only read
	for _, p := range s.Projects() {
		names, err := s.Logstores(p.Name)
		if err != nil {
			return err
		}
		for _, name := range names {
			logs, err := s.Logstore(p.Name, name)
			if err != nil {
				return err
			}
			for _, ref := range logs.Groups {
				raw, err := s.Raw(ref)
				if err != nil {
					return err
				}
				if err := take(raw, p.Name+"/"+name); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// nameOf reads the tags of a log group.
func nameOf(g *loggroup.Group) (name batchName, first uint64, err error) {
	var numbers [3]uint64
	for i, key := range []string{"batch", "first", "count"} {
		text, _ := g.Tag(key)
		if numbers[i], err = strconv.ParseUint(text, 10, 64); err != nil {
			return name, 0, fmt.Errorf("tag %q: %w", key, err)
		}
	}
	device, _ := g.Tag("device")
	boot, _ := g.Tag("boot")
	if device != gateway || g.Source != gateway || g.Topic != "sag-flowlog" || boot == "" || numbers[2] != uint64(len(g.Logs)) {
		return name, 0, fmt.Errorf("a log group of %q from %q, topic %q, boot %q, %d logs, count %d", device, g.Source, g.Topic, boot, len(g.Logs), numbers[2])
	}
	return batchName{boot, numbers[0]}, numbers[1], nil
}

// logKeys are those of a record, in their order.
const logKeys = "Instance_id snid ali-uid start end protocol srcaddr srcport dstaddr dstport packets bytes tcp-flags tos inport outport"

// recordOf reads a log as the documentation of the fields says. Times are whole seconds.
func recordOf(l *loggroup.Log) (r record, err error) {
	values, keys := map[string]string{}, make([]string, 0, len(l.Contents))
	for _, c := range l.Contents {
		values[c.Key] = c.Value
		keys = append(keys, c.Key)
	}
	if got := strings.Join(keys, " "); got != logKeys || values["Instance_id"] != gateway || values["snid"] != "sag1000lab0001" || values["ali-uid"] != "1234567890123456" {
		return r, fmt.Errorf("a record of %q, keys %q", values["Instance_id"], got)
	}
	number := func(key string, bits int) uint64 {
		n, e := strconv.ParseUint(values[key], 10, bits)
		if e != nil && err == nil {
			err = fmt.Errorf("%s: %w", key, e)
		}
		return n
	}
	r.protocol, r.srcPort, r.dstPort = uint8(number("protocol", 8)), uint16(number("srcport", 16)), uint16(number("dstport", 16))
	r.first, r.last = int64(number("start", 32)), int64(number("end", 32))
	r.packets, r.octets = number("packets", 64), number("bytes", 64)
	r.flags, r.tos = uint8(number("tcp-flags", 8)), uint8(number("tos", 8))
	if err == nil && (r.first > r.last || r.last != int64(l.Time) || r.packets == 0 || r.octets < r.packets) {
		err = fmt.Errorf("a record of %v", values)
	}
	for key, to := range map[string]*netip.Addr{"srcaddr": &r.src, "dstaddr": &r.dst} {
		var e error
		if *to, e = netip.ParseAddr(values[key]); e != nil && err == nil {
			err = fmt.Errorf("%s: %w", key, e)
		}
	}
	return r, err
}
