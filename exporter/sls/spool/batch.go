package spool

import (
	"fmt"
	"time"

	"github.com/sagflow/sagflow/exporter"
)

// Destination is where a batch is to go. Each has its own order.
type Destination struct {
	Region   string `json:"region"`
	Endpoint string `json:"endpoint"`
	Project  string `json:"project"`
	Logstore string `json:"logstore"`
}

// String is for logs: PROJECT/LOGSTORE at ENDPOINT.
func (d Destination) String() string { return d.Project + "/" + d.Logstore + " at " + d.Endpoint }

// Batch is a log group on its way. Strings are at most 1,024 octets long.
type Batch struct {
	Destination Destination `json:"destination"`
	// Boot, Number, First and Count name the batch, as the log group's tags do.
	Boot   string `json:"boot"`
	Number uint64 `json:"number"`
	First  uint32 `json:"first"`
	Count  uint32 `json:"count"`
	// Sum counts what is in it.
	Sum exporter.Sum `json:"sum"`
	// Created is when the batch was made; Append fills in the time where it is zero.
	Created time.Time `json:"created"`
	// RawSize is the number of octets before compression.
	RawSize int `json:"raw-size"`
	// Compression says what Payload is: CompressionNone, CompressionZstd or any other name, such as
	// lz4. Append compresses what is CompressionNone with zstd, and writes all else as it is.
	Compression string `json:"compression"`
	// Payload is owned by the caller, also when it comes from Read.
	Payload []byte `json:"-"`
}

// The names of compressions that this package knows.
const (
	CompressionNone = ""
	CompressionZstd = "zstd"
)

// ID names a batch in its spool. It grows with each Append; no batch gets that of another.
type ID uint64

// Entry is what the index knows of a queued or set-aside batch.
type Entry struct {
	ID          ID
	Destination Destination
	Sum         exporter.Sum
	Created     time.Time
	// Octets is the size on disk.
	Octets int
}

// Item is a batch as it is on disk.
type Item struct {
	ID ID `json:"id"`
	Batch
	// Reason and AsideAt are set where the batch is set aside.
	Reason  string    `json:"reason,omitempty"`
	AsideAt time.Time `json:"aside-at,omitzero"`
	// Size is the octets on disk, where Read or Describe gave the item.
	Size int `json:"size,omitempty"`
}

// Limits of one batch.
const (
	maxPayload = 16 << 20 // Log Service takes 10 MB
	maxRaw     = 64 << 20
	maxString  = 1024
	maxReason  = 4096
)

func (b *Batch) check() error {
	d := b.Destination
	for name, s := range map[string]string{
		"region": d.Region, "endpoint": d.Endpoint, "project": d.Project, "logstore": d.Logstore, "boot": b.Boot, "compression": b.Compression,
	} {
		if len(s) > maxString {
			return fmt.Errorf("spool batch: %s of %d octets, want at most %d", name, len(s), maxString)
		}
	}
	if len(b.Payload) > maxPayload {
		return fmt.Errorf("spool batch: payload of %d octets, want at most %d", len(b.Payload), maxPayload)
	}
	if b.RawSize < 0 || b.RawSize > maxRaw {
		return fmt.Errorf("spool batch: raw size %d, want 0 to %d octets", b.RawSize, maxRaw)
	}
	return nil
}
