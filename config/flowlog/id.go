package flowlog

import (
	"crypto/rand"
	"encoding/binary"
	"io"
	"strings"
)

const (
	idPrefix = "fl-"
	idLength = 17 // characters after the prefix
	idDigits = "abcdefghijklmnopqrstuvwxyz0123456789"
)

// ValidID says that id has the form of a FlowLogId: fl- and 17 of a-z and 0-9.
func ValidID(id string) bool {
	tail, found := strings.CutPrefix(id, idPrefix)
	return found && len(tail) == idLength && strings.Trim(tail, idDigits) == ""
}

// NewID makes a FlowLogId of 34 bytes read from random; nil, or one that has not so many, means
// crypto/rand.
func NewID(random io.Reader) string {
	var drawn [idLength * 2]byte
	if random == nil {
		random = rand.Reader
	}
	if _, err := io.ReadFull(random, drawn[:]); err != nil {
		_, _ = rand.Read(drawn[:]) // never fails
	}
	id := []byte(idPrefix)
	for i := range idLength {
		n := binary.BigEndian.Uint16(drawn[2*i:])
		id = append(id, idDigits[int(n)%len(idDigits)])
	}
	return string(id)
}
