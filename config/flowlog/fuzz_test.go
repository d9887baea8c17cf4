package flowlog_test

import (
	"strings"
	"testing"

	"github.com/sagflow/sagflow/config/flowlog"
)

// parse reads one parameter a line, NAME=VALUE; a line without = is a name that is absent.
func parse(text string) flowlog.Parameters {
	p := flowlog.Parameters{}
	for line := range strings.SplitSeq(text, "\n") {
		if name, value, found := strings.Cut(line, "="); found {
			p[name] = value
		}
	}
	return p
}

// Whatever the parameters are: no panic, and either faults that say what would be right or a FlowLog
// that holds by its own rules.
func FuzzParameters(f *testing.F) {
	for _, seed := range []string{
		"",
		"RegionId=cn-shanghai\nOutputType=netflow\nNetflowServerIp=192.0.2.9",
		"RegionId=cn-shanghai\nOutputType=sls\nSlsRegionId=cn-hanghzou\nProjectName=sag-flowlog-shanghai\nLogstoreName=config-operation-log",
		"RegionId=cn-shanghai\nOutputType=all\nNetflowServerIp=fe80::1%eth0\nNetflowServerPort=65536\nNetflowVersion=v9\nActiveAging=59\nInactiveAging=601",
		"RegionId=\nOutputType=SLS\nActiveAging=\nName=\x00\nDescription=\xff",
		"FlowLogId=fl-7a56mar1kfw9vj000\nStatus=Active\nOutputType=netflow\nActiveAging=300\nInactiveAging=15\nNetflowServerIp=::1\nNetflowServerPort=9995\nNetflowVersion=V5",
		"FlowLogId=fl-7a56mar1kfw9vj****\nStatus=active\nOutputType=netflow\nNetflowServerIp=192.0.2.9:9995",
	} {
		f.Add(seed)
	}
	base, _ := flowlog.Create(complete(nil))
	f.Fuzz(func(t *testing.T, text string) {
		p := parse(text)
		created, faults := flowlog.Create(p)
		checkFuzzed(t, created, faults)
		modified, faults := base.Modify(p)
		checkFuzzed(t, modified, faults)
		described, faults := flowlog.FromDescription(p)
		if faults == nil && described.RegionId == "" {
			described.RegionId = "cn-shanghai" // an answer need not have it, a request must
		}
		checkFuzzed(t, described, faults)
	})
}

func checkFuzzed(t *testing.T, f flowlog.FlowLog, faults flowlog.Faults) {
	t.Helper()
	if len(faults) > 0 {
		for _, fault := range faults {
			if fault.Want == "" || fault.Message == "" || fault.Error() == "" {
				t.Errorf("fault %+v", fault)
			}
		}
		return
	}
	again, faults := flowlog.Create(f.Parameters())
	again.FlowLogId, again.Status = f.FlowLogId, f.Status
	if again != f || faults != nil {
		t.Errorf("created again: %v\n got %+v\nwant %+v", faults, again, f)
	}
}
