package sls

import (
	"context"
	"testing"
	"time"

	"github.com/sagflow/sagflow/exporter/sls/client"
	"github.com/sagflow/sagflow/exporter/sls/spool"
	"github.com/sagflow/sagflow/flowtable"
)

// fullBatch makes the records of one batch, each a little different.
func fullBatch() []flowtable.Record {
	records := make([]flowtable.Record, MaxBatchRecords)
	for i := range records {
		records[i] = record4()
		records[i].Src[3], records[i].Dst[2] = byte(i), byte(i>>8)
		records[i].SrcPort, records[i].Packets, records[i].Octets = uint16(i*7), uint64(i%50+1), uint64(i*131%90000)
		records[i].Last += int64(i) * 1e6
	}
	return records
}

// fill closes one full batch.
func fill(tb testing.TB, b *openBatch, o *SessionOptions, records []flowtable.Record) *spool.Batch {
	if n := b.add(o, records, time.Time{}); n != len(records) {
		tb.Fatalf("%d of %d records fit", n, len(records))
	}
	batch, err := b.close(o, "0123456789abcdef", 7, time.Time{})
	if err != nil {
		tb.Fatal(err)
	}
	return batch
}

// Encoding and compressing a batch allocates no more than what it is handed over in.
func TestBatchAllocations(t *testing.T) {
	o := SessionOptions{Identity: identity, BatchRecords: MaxBatchRecords, BatchOctets: MaxBatchOctets}
	var b openBatch
	records := fullBatch()
	for range 3 {
		fill(t, &b, &o, records)
	}
	if n := testing.AllocsPerRun(20, func() { fill(t, &b, &o, records) }); n > 2 {
		t.Errorf("%v allocations a batch, want at most 2", n)
	}
}

// BenchmarkBatch is from records to the compressed log group; BenchmarkRequest from there to the
// signed request.
func BenchmarkBatch(b *testing.B) {
	o := SessionOptions{Identity: identity, BatchRecords: MaxBatchRecords, BatchOctets: MaxBatchOctets}
	var open openBatch
	records := fullBatch()
	raw := fill(b, &open, &o, records).RawSize
	b.SetBytes(int64(raw))
	b.ReportAllocs()
	for b.Loop() {
		fill(b, &open, &o, records)
	}
	b.ReportMetric(float64(b.N)*MaxBatchRecords/b.Elapsed().Seconds(), "records/s")
}

func BenchmarkRequest(b *testing.B) {
	o := SessionOptions{Identity: identity, BatchRecords: MaxBatchRecords, BatchOctets: MaxBatchOctets}
	var open openBatch
	batch := fill(b, &open, &o, fullBatch())
	for _, signature := range []client.Signature{client.V1, client.V4} {
		b.Run(string(signature), func(b *testing.B) {
			c, err := client.New(client.Options{Signature: signature, Base: taker{}, Credentials: client.Fixed{AccessKeyID: "a", AccessKeySecret: "b"}})
			if err != nil {
				b.Fatal(err)
			}
			r := &client.Request{
				Destination: spool.Destination{Region: "cn-shanghai", Endpoint: "https://example.com", Project: "flows", Logstore: "records"},
				Payload:     batch.Payload, Compression: batch.Compression, RawSize: batch.RawSize,
			}
			b.ReportAllocs()
			for b.Loop() {
				if err := c.Put(context.Background(), r); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)*MaxBatchRecords/b.Elapsed().Seconds(), "records/s")
		})
	}
}
