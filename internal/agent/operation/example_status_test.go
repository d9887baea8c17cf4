package operation

import (
	"time"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/config/flowlog"
	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/sls"
	"github.com/sagflow/sagflow/exporter/sls/spool"
	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/capture/tap"
)

var started = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func sum(records uint64) exporter.Sum {
	return exporter.Sum{Records: records, Packets: 10 * records, Octets: 1000 * records}
}

func inBatches(n uint64) spool.Count { return spool.Count{Batches: n, Sum: sum(100 * n)} }

// fullStatus is a status with something of everything, whose sums hold.
func fullStatus() *agent.Status {
	now := started.Add(time.Hour)
	return &agent.Status{
		Program: "1.2.3", PID: 4711, Started: started, Updated: now,
		SmartAccessGateway: "sag-1", SerialNumber: "sn-1",
		State: agent.StateRunning, Why: "FlowLog fl-00000000000000001 is Active", Since: started.Add(time.Second),
		Generation: 7, GenerationSince: started.Add(time.Minute), Changed: "collector changed",
		FlowLogId: "fl-00000000000000001", Origin: config.FromAPI,
		FlowLog: &flowlog.FlowLog{
			FlowLogId: "fl-00000000000000001", Status: flowlog.Active, OutputType: flowlog.OutputAll, ActiveAging: 300, InactiveAging: 15,
			NetflowServerIp: "192.0.2.9", NetflowServerPort: 2055, NetflowVersion: "V9",
		},
		Outputs: fullOutputs(),
		Source: config.SourceStatus{
			Origin: config.FromAPI, Endpoint: "https://smartag.example", LastGood: now.Add(-30 * time.Second), LastPoll: now.Add(-2 * time.Second),
			Polls: 61, Failed: 3, Faults: map[string]uint64{"network": 2, "throttled": 1, "apply": 1},
			Error: "no route to host", Since: now.Add(-2 * time.Second), ClockOffset: -1500 * time.Millisecond,
		},
		LogService: fullLogService(now),
		Interfaces: []tap.Status{
			{Name: "eth0", Index: 2, State: tap.Capturing, Opened: 2, Memory: 8 << 20, Counts: tap.Counts{Received: 5010, Dropped: 5, Read: 5000}},
			{Name: "eth1", State: tap.Gone, Opened: 1, Counts: tap.Counts{Received: 1000, Read: 1000}},
			{Name: "ppp0", Index: 4, State: tap.Refused, Why: "link type 512 is not known"},
			{Name: "wan", Index: 5, State: tap.Down},
		},
		Troubles: []string{"source of the FlowLog: no route to host", "interface ppp0: link type 512 is not known"},
		Sums:     fullAccount(now),
	}
}

func fullOutputs() []agent.OutputStatus {
	ended := exporter.Counters{
		Output: "V5 192.0.2.8:2055", Put: sum(100), Acknowledged: sum(60), Unexportable: exporter.Unexportable{IPv6: sum(30)},
		Datagrams: 4, DatagramOctets: 4000, FlowRecords: 62, DatagramsDropped: 1, Shortened: 1, Clamped: 2, PayloadLimit: 1000,
	}
	ended.Dropped[exporter.DropShutdown] = sum(10)
	inForce := exporter.Counters{
		Output: "V9 192.0.2.9:2055", Put: sum(500), Acknowledged: sum(450), Queued: sum(40),
		Datagrams: 20, DatagramOctets: 20000, FlowRecords: 450, Resent: 3, PayloadLimit: 1472,
	}
	inForce.Dropped[exporter.DropRefused] = sum(10)
	return []agent.OutputStatus{
		{Kind: "netflow", State: agent.Ended, From: 1, Until: 5, Due: sum(100), Counters: ended},
		{Kind: "netflow", State: agent.Draining, From: 6, Until: 6, Due: sum(20), Counters: exporter.Counters{
			Output: "V9 192.0.2.7:2055", Put: sum(20), Acknowledged: sum(15), Queued: sum(5), Datagrams: 2, DatagramOctets: 800, FlowRecords: 15, PayloadLimit: 900,
		}},
		{Kind: "netflow", State: agent.InForce, From: 7, Counters: inForce, OldestQueued: 1.5},
		{Kind: "sls", State: agent.InForce, From: 1, Counters: exporter.Counters{
			Output: "sls project/logstore in cn-shanghai", Put: sum(610), Acknowledged: sum(400), Queued: sum(10), Spooled: sum(150), SetAside: sum(50),
			Batches: 8, BatchOctets: 9000, BatchesResent: 2, ResentRecords: 90,
		}},
	}
}

func fullLogService(now time.Time) *agent.LogServiceStatus {
	earlier := exporter.Counters{Output: sls.SpoolName, Recovered: sum(500), Acknowledged: sum(300), Spooled: sum(100), SetAside: sum(50), Batches: 3, BatchOctets: 3000}
	earlier.Dropped[exporter.DropTooOld] = sum(50)
	destination := func(name string) spool.Destination {
		return spool.Destination{Region: "cn-shanghai", Endpoint: "https://sls.example", Project: "project", Logstore: name}
	}
	return &agent.LogServiceStatus{
		Boot: "boot", ClockOffset: 250 * time.Millisecond, Earlier: earlier,
		Destinations: []sls.Status{
			{Destination: destination("a"), Current: true, State: sls.Healthy, Waiting: sum(10)},
			{Destination: destination("b"), State: "ProjectNotExist", Error: "no such project", Hint: "make it", Since: now.Add(-time.Minute)},
		},
		Spool: &agent.SpoolStatus{Directory: "/var/lib/sagflow/spool", Stats: spool.Stats{
			Recovered: inBatches(5), Accepted: inBatches(16), Queued: inBatches(6), Aside: inBatches(2),
			Fates: spool.Fates{Delivered: inBatches(3), Dropped: spool.Drops{Full: inBatches(1), TooOld: inBatches(2), Damaged: inBatches(3), Operator: inBatches(4)}},
			Bytes: 123456, Oldest: now.Add(-90 * time.Second), OldestAge: 90 * time.Second,
			Damages: spool.DamageCount{Pieces: 1, Octets: 200, TornPieces: 2, TornOctets: 30}, DiskErrors: 4,
		}},
	}
}

func fullAccount(now time.Time) *agent.Account {
	return &agent.Account{
		At: now, Frames: 6000, Counted: 4000, NonIP: 900, Malformed: 100, Filtered: 200, Inactive: 500, Own: 250, Unsampled: 50, Octets: 400000,
		Verdicts: map[string]uint64{
			"counted": 4000, "ethertype": 800, "llc dsap": 100, "ipv4 header cut short": 100,
			"filtered": 200, "inactive": 500, "own": 250, "unsampled": 50,
		},
		Notes: map[string]uint64{"ipv4 fragments": 12},
		Ended: map[string]uint64{"idle": 400, "active": 100, "end": 50, "forced": 40, "lack": 30}, MostFlows: 90, MaxFlows: 1000,
		Flows: 33, InTable: 300, Records: exporter.Sum{Records: 620, Packets: 3700, Octets: 380000},
		Without: map[string]exporter.Sum{"netflow": {}, "sls": sum(10)},
		Sums:    []agent.Sum{{What: "packets counted = in records + in the table", Left: 4000, Right: 4000, Holds: true}},
		Exact:   true,
	}
}
