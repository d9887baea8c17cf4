package exporter

import (
	"errors"

	"github.com/sagflow/sagflow/flowtable"
)

// TrainSink is a Sink that can send several datagrams with one system call. A session that isn't
// paced uses it: a datagram then costs about a quarter (Linux UDP_SEGMENT, udp(7)).
type TrainSink interface {
	Sink
	// MaxTrain is how many datagrams of size octets SendTrain takes now; less than 2 is none.
	MaxTrain(size int) int
	// SendTrain sends datagrams that lie one behind the other, each of size octets, the last of at
	// most so many. It sends all of them, or none and returns an error; then each is sent alone.
	SendTrain(datagrams []byte, size int) error
	// SendFragmented sends one datagram in IP fragments where the path carries less: one that was
	// numbered before the path turned out so.
	SendFragmented(datagram []byte) error
}

// maxTrain bounds a train in octets: an IP packet's length, which limits it, less some headers.
const maxTrain = 64000

// train is a run of datagrams that are made and numbered, but not sent. It lasts no longer than
// one call of emit.
type train struct {
	sink   TrainSink // nil when there are no trains
	buffer []byte    // the datagrams, one behind the other
	size   int       // of each but the last
	cars   []car
}

// car is one datagram of a train, and the records that it deals with.
type car struct {
	encoded Encoded
	taken   []flowtable.Record
}

// setTrain makes trains if the sink can and no rate spreads the datagrams over the time.
func (s *Session) setTrain() {
	sink, ok := s.sink.(TrainSink)
	if !ok || s.options.Rate > 0 || sink.MaxTrain(s.limit) < 2 {
		return
	}
	s.train = train{sink: sink, buffer: make([]byte, 0, maxTrain+s.limit)}
}

// couple makes one datagram of the pending records, and sends the train when it is complete.
func (s *Session) couple() {
	if s.limit < s.encoder.MinLimit() {
		s.giveUp(DropTooLong)
		return
	}
	t := &s.train
	records := s.pending[s.head:]
	enc := s.encoder.Append(t.buffer[len(t.buffer):], s.limit, s.moment(), records)
	s.head += enc.Taken
	if len(enc.Datagram) == 0 {
		s.flushTrain()
		s.settle(records[:enc.Taken], enc, NotDropped)
	} else {
		s.encoder.Commit()
		t.add(s, car{enc, records[:enc.Taken]})
	}
	s.checkProgress(enc)
}

// add appends a datagram that lies behind the train. All must have one size, but for a last one
// that is shorter.
func (t *train) add(s *Session, c car) {
	size := len(c.encoded.Datagram)
	if len(t.cars) > 0 && size > t.size {
		s.flushTrain()
		c.encoded.Datagram = t.buffer[:copy(t.buffer[:size], c.encoded.Datagram)]
	}
	if len(t.cars) == 0 {
		t.size = size
	}
	t.buffer = t.buffer[:len(t.buffer)+size]
	t.cars = append(t.cars, c)
	if size < t.size || len(t.cars) >= t.sink.MaxTrain(t.size) || len(t.buffer)+t.size > maxTrain {
		s.flushTrain()
	}
}

// flushTrain sends what was coupled, and settles it in order.
func (s *Session) flushTrain() {
	t := &s.train
	if len(t.cars) == 0 {
		return
	}
	if s.sendTrain() {
		for _, c := range t.cars {
			s.settle(c.taken, c.encoded, NotDropped)
		}
	} else {
		for _, c := range t.cars {
			s.settle(c.taken, c.encoded, s.sendNumbered(c.encoded.Datagram))
		}
	}
	t.buffer, t.cars = t.buffer[:0], t.cars[:0]
	s.refresh()
}

// sendTrain says whether all was sent with one call.
func (s *Session) sendTrain() bool {
	t := &s.train
	if len(t.cars) < 2 {
		return false
	}
	err := t.sink.SendTrain(t.buffer, t.size)
	if err == nil {
		s.noteTaken()
		return true
	}
	if sendErr, ok := errors.AsType[*SendError](err); ok && sendErr.Reason.mayBeEarlier() {
		s.noteFailure(sendErr)
		s.countResent()
	}
	return false
}

// sendNumbered sends one datagram that can't be made anew.
func (s *Session) sendNumbered(datagram []byte) DropReason {
	err := s.send(datagram)
	if tooLong, ok := errors.AsType[*TooLongError](err); ok {
		if limit := min(tooLong.Limit, len(datagram)-1); limit < s.limit {
			s.lower(limit)
		}
		err = s.train.sink.SendFragmented(datagram)
	}
	return s.judge(err)
}
