package sls

import (
	"errors"
	"fmt"

	"github.com/sagflow/sagflow/exporter"
)

// LeftError says that an output ended before all was delivered. What is spooled, the next start
// delivers; what was set aside waits for somebody.
type LeftError struct {
	Output                     string
	Spooled, SetAside, Dropped exporter.Sum
}

// Error says what was left, and what becomes of it.
func (e *LeftError) Error() string {
	text := fmt.Sprintf("finish %q:", e.Output)
	if e.Spooled.Records > 0 {
		text += fmt.Sprintf(" %d records stay in the spool, the next start delivers them", e.Spooled.Records)
	}
	if e.SetAside.Records > 0 {
		text += fmt.Sprintf(" %d records were refused and set aside, sagflow spool list tells why", e.SetAside.Records)
	}
	if e.Dropped.Records > 0 {
		text += fmt.Sprintf(" %d records dropped, the time was over and the spool didn't take them", e.Dropped.Records)
	}
	return text
}

var errNoSpool = errors.New("there is no spool")
