package sls

import (
	"context"
	"net/http"
	"strconv"
	"syscall"
	"testing"
	"time"

	sdk "github.com/aliyun/aliyun-log-go-sdk"
	"github.com/aliyun/aliyun-log-go-sdk/producer"
	"github.com/go-kit/kit/log"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/sls/client"
	"github.com/sagflow/sagflow/exporter/sls/spool"
	"github.com/sagflow/sagflow/flowtable"
)

// cpu is the processor time of this process, user and system, the garbage collector's included.
func cpu(tb testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// perCPU reports records a CPU-second of what do does with 4,096 records, again and again.
func perCPU(b *testing.B, do func(records []flowtable.Record), finish func()) {
	records := fullBatch()
	n, before := 0, cpu(b)
	b.ReportAllocs()
	for b.Loop() {
		do(records)
		n += len(records)
	}
	finish()
	b.ReportMetric(float64(n)/(cpu(b)-before).Seconds(), "records/cpu-s")
}

// BenchmarkWay is all that the device does from a record to a signed request whose answer is there at once: the
// queue, batches, zstd, the sender, the SDK's client and our transport.
func BenchmarkWay(b *testing.B) {
	c, err := client.New(client.Options{Base: taker{}, Credentials: client.Fixed{AccessKeyID: "a", AccessKeySecret: "b"}})
	if err != nil {
		b.Fatal(err)
	}
	sender, err := NewSender(SenderOptions{Client: c})
	if err != nil {
		b.Fatal(err)
	}
	session, err := sender.Session(SessionOptions{
		Destination: spool.Destination{Region: "cn-shanghai", Endpoint: "https://example.com", Project: "flows", Logstore: "records"},
		Identity:    identity,
	})
	if err != nil {
		b.Fatal(err)
	}
	go func() { _ = sender.Run(context.Background()) }()
	go func() { _ = session.Run(context.Background()) }()
	group := exporter.NewGroup(exporter.GroupOptions{}, session)
	sent := uint64(0)
	perCPU(b, func(records []flowtable.Record) {
		for ; len(records) > 0; records = records[exporter.DefaultBatchRecords:] {
			batch := group.Get()
			batch.Records = append(batch.Records, records[:exporter.DefaultBatchRecords]...)
			sent += uint64(len(batch.Records))
			if err := group.Put(context.Background(), batch); err != nil {
				b.Fatal(err)
			}
		}
	}, func() {
		if err := group.Finish(context.Background()); err != nil {
			b.Fatal(err)
		}
	})
	if n := session.Counters().Acknowledged.Records; n != sent {
		b.Errorf("%d of %d records acknowledged", n, sent)
	}
	if err := sender.Finish(context.Background()); err != nil {
		b.Error(err)
	}
}

// acks counts what the SDK's producer got acknowledged.
type acks struct{ ok, failed int }

func (a *acks) Success(*producer.Result) { a.ok++ }

func (a *acks) Fail(*producer.Result) { a.failed++ }

// BenchmarkProducer is the same by the SDK's producer, with the same records and answers.
func BenchmarkProducer(b *testing.B) {
	config := producer.GetDefaultProducerConfig()
	config.Endpoint, config.Region, config.AuthVersion = "https://example.com", "cn-shanghai", sdk.AuthV4
	config.HTTPClient = &http.Client{Transport: taker{}}
	config.CredentialsProvider = sdk.NewStaticCredentialsProvider("a", "b", "")
	config.Logger, config.GeneratePackId, config.DisableRuntimeMetrics = log.NewNopLogger(), true, true
	config.MaxBatchCount, config.MaxBatchSize, config.MaxIoWorkerCount = MaxBatchRecords, MaxBatchOctets, 1
	config.CompressType = sdk.Compress_ZSTD
	p, err := producer.NewProducer(config)
	if err != nil {
		b.Fatal(err)
	}
	p.Start()
	a, sent := &acks{}, 0
	perCPU(b, func(records []flowtable.Record) {
		for i := range records {
			if err := p.SendLogWithCallBack("flows", "records", "sag-flowlog", identity.InstanceID, logOf(&records[i]), a); err != nil {
				b.Fatal(err)
			}
			sent++
		}
	}, p.SafeClose)
	if a.ok != sent || a.failed != 0 {
		b.Errorf("%d acknowledged and %d failed of %d", a.ok, a.failed, sent)
	}
}

// logOf is a record as an SDK's user would make it a log.
func logOf(r *flowtable.Record) *sdk.Log {
	number := func(n uint64) string { return strconv.FormatUint(n, 10) }
	fields := [...][2]string{
		{"Instance_id", identity.InstanceID},
		{"snid", identity.SerialNumber},
		{"ali-uid", identity.Account},
		{"start", number(uint64(r.First / 1e9))},
		{"end", number(uint64(r.Last / 1e9))},
		{"protocol", number(uint64(r.Protocol))},
		{"srcaddr", r.SrcAddr().String()},
		{"srcport", number(uint64(r.SrcPort))},
		{"dstaddr", r.DstAddr().String()},
		{"dstport", number(uint64(r.DstPort))},
		{"packets", number(r.Packets)},
		{"bytes", number(r.Octets)},
		{"tcp-flags", number(uint64(r.TCPFlags))},
		{"tos", number(uint64(r.ToS))},
		{"inport", "0"},
		{"outport", "0"},
	}
	at := uint32(r.Last / 1e9)
	l := &sdk.Log{Time: &at, Contents: make([]*sdk.LogContent, len(fields))}
	for i := range fields {
		l.Contents[i] = &sdk.LogContent{Key: &fields[i][0], Value: &fields[i][1]}
	}
	return l
}
