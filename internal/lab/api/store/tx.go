package store

import (
	"fmt"

	"github.com/sagflow/sagflow/config/flowlog"
)

// Tx is a State that can be changed. It belongs to one call of Update.
type Tx struct {
	State
	digest  digest
	changes []change
}

// change is one key to be written, or with a nil value removed.
type change struct {
	bucket, key string
	value       []byte
}

// Create adds a FlowLog, whose FlowLogId must be new.
func (tx *Tx) Create(f flowlog.FlowLog) error {
	if _, ok := tx.records[f.FlowLogId]; ok {
		return fmt.Errorf("create flow log %q: there is one with that id", f.FlowLogId)
	}
	tx.last++
	return tx.put(Record{Number: tx.last, FlowLog: f})
}

// Replace puts f in the place of the FlowLog with its FlowLogId.
func (tx *Tx) Replace(f flowlog.FlowLog) error {
	r, ok := tx.records[f.FlowLogId]
	if !ok {
		return fmt.Errorf("replace flow log %q: there is none with that id", f.FlowLogId)
	}
	return tx.put(Record{Number: r.Number, FlowLog: f})
}

func (tx *Tx) put(r Record) error {
	value, err := encodeRecord(r)
	if err != nil {
		return err
	}
	tx.forget(r.FlowLog.FlowLogId)
	tx.records[r.FlowLog.FlowLogId] = r
	tx.note(change{bucketFlowLogs, r.FlowLog.FlowLogId, value})
	return nil
}

// forget takes a record's present form out of the digest.
func (tx *Tx) forget(id string) {
	if old, ok := tx.records[id]; ok {
		value, _ := encodeRecord(old) // it was encoded when it came
		tx.digest.toggle(bucketFlowLogs, []byte(id), value)
	}
}

// Delete removes a FlowLog, if there is one. Its bindings must be gone.
func (tx *Tx) Delete(id string) {
	if _, ok := tx.records[id]; !ok {
		return
	}
	tx.forget(id)
	delete(tx.records, id)
	tx.note(change{bucket: bucketFlowLogs, key: id})
}

// Bind binds a gateway to a FlowLog, instead of what it was bound to.
func (tx *Tx) Bind(gateway, flowLog string) {
	tx.Unbind(gateway)
	tx.bindings[gateway] = flowLog
	tx.note(change{bucketBindings, gateway, []byte(flowLog)})
}

// Unbind unbinds a gateway, if it is bound.
func (tx *Tx) Unbind(gateway string) {
	bound, ok := tx.bindings[gateway]
	if !ok {
		return
	}
	tx.digest.toggle(bucketBindings, []byte(gateway), []byte(bound))
	delete(tx.bindings, gateway)
	tx.note(change{bucket: bucketBindings, key: gateway})
}

// note keeps a change for the commit and brings a value that is written into the digest.
func (tx *Tx) note(c change) {
	if c.value != nil {
		tx.digest.toggle(c.bucket, []byte(c.key), c.value)
	}
	tx.changes = append(tx.changes, c)
}
