package agent

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/jsonl"
)

// recordFile writes records as JSON lines.
type recordFile struct {
	direct
	form jsonl.Appender
	out  io.Writer
	file *os.File // nil for standard output
	line []byte
}

// fileMode lets only the owner read what the program writes.
const fileMode = 0o600

// openRecordFile creates the file, or takes stdout for "-".
func openRecordFile(path string, vlan bool, stdout io.Writer) (*recordFile, error) {
	f := &recordFile{form: jsonl.Appender{VLAN: vlan}, out: stdout, line: make([]byte, 0, 1<<16)}
	f.direct = direct{name: "records " + path, handle: f.write, finish: f.close}
	if path == "-" {
		return f, nil
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, fileMode)
	if err != nil {
		return nil, fmt.Errorf("create record file %q: %w", path, errors.Unwrap(err))
	}
	f.out, f.file = file, file
	return f, nil
}

// write writes a batch at once: what was acknowledged is in the system's hands.
func (f *recordFile) write(records []flowtable.Record) error {
	f.line = f.line[:0]
	for i := range records {
		f.line = f.form.AppendRecord(f.line, &records[i])
	}
	if _, err := f.out.Write(f.line); err != nil {
		return fmt.Errorf("write %s: %w", f.name, pathless(err))
	}
	return nil
}

// giveUp ends a write that waits, as for a pipe that nobody reads.
func (f *recordFile) giveUp() {
	if f.file != nil {
		_ = f.file.SetWriteDeadline(time.Unix(1, 0)) // regular files don't wait and refuse deadlines
	}
}

func (f *recordFile) close() error {
	if f.file == nil {
		return nil
	}
	if err := f.file.Close(); err != nil {
		return fmt.Errorf("close %s: %w", f.name, err)
	}
	return nil
}
