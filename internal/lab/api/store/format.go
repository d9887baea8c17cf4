package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/sagflow/sagflow/config/flowlog"
)

// The layout, version 1: bucket meta holds the format's name, its version, the digest of all other
// entries, and the last Number given; flow-logs holds Records in JSON by FlowLogId; bindings holds FlowLogIds by
// SmartAGId.
const (
	formatName    = "sagflow-lab api"
	formatVersion = "1"

	bucketMeta     = "meta"
	bucketFlowLogs = "flow-logs"
	bucketBindings = "bindings"

	keyFormat  = "format"
	keyVersion = "version"
	keyDigest  = "digest"
)

// digest is the exclusive or of the hashes of all entries, and of the last Number given. It changes with
// an entry in constant time and tells any that is changed, lost or added.
type digest [sha256.Size]byte

// toggle brings an entry in, or takes it out.
func (d *digest) toggle(bucket string, key, value []byte) {
	text := make([]byte, 0, len(bucket)+len(key)+len(value)+16)
	for _, part := range [][]byte{[]byte(bucket), key} {
		text = binary.BigEndian.AppendUint64(text, uint64(len(part)))
		text = append(text, part...)
	}
	for i, b := range sha256.Sum256(append(text, value...)) {
		d[i] ^= b
	}
}

// seal is what is stored: the digest and the last Number, which both are checked by it.
func seal(d digest, last uint64) []byte {
	var number [8]byte
	binary.BigEndian.PutUint64(number[:], last)
	d.toggle(bucketMeta, []byte("last"), number[:])
	return fmt.Appendf(nil, "%d %s", last, hex.EncodeToString(d[:]))
}

func encodeRecord(r Record) ([]byte, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encode flow log %q: %w", r.FlowLog.FlowLogId, err)
	}
	return text, nil
}

// decodeRecord is strict: what it does not know was written by another program.
func decodeRecord(id string, text []byte) (Record, error) {
	var r Record
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return Record{}, fmt.Errorf("decode flow log %q: %w", id, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Record{}, fmt.Errorf("decode flow log %q: more than one value", id)
	}
	if r.FlowLog.FlowLogId != id || r.FlowLog.Status != flowlog.Active && r.FlowLog.Status != flowlog.Inactive {
		return Record{}, fmt.Errorf("decode flow log %q: it is %q and %q", id, r.FlowLog.FlowLogId, r.FlowLog.Status)
	}
	return r, nil
}
