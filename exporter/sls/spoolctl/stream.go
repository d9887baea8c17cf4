package spoolctl

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// streamBuffer is how much of an answer is written at once: a line by itself costs a switch of processes.
const streamBuffer = 64 << 10

// stream writes the lines of an answer, as fast as they are read.
type stream struct {
	control *http.ResponseController
	buffer  *bufio.Writer
	encoder *json.Encoder
	flushed time.Time
}

func newStream(w io.Writer, control *http.ResponseController) *stream {
	s := &stream{control: control, buffer: bufio.NewWriterSize(w, streamBuffer)}
	s.encoder = json.NewEncoder(s.buffer)
	return s
}

// send writes a line, which is seen when flushEvery has passed.
func (s *stream) send(line any) error {
	if err := s.control.SetWriteDeadline(time.Now().Add(lineTimeout)); err != nil {
		return err
	}
	if err := s.encoder.Encode(line); err != nil || time.Since(s.flushed) < flushEvery {
		return err
	}
	return s.flush()
}

func (s *stream) flush() error {
	s.flushed = time.Now()
	if err := s.buffer.Flush(); err != nil {
		return err
	}
	return s.control.Flush()
}
