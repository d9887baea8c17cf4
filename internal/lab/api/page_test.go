package api

import (
	"strings"
	"testing"
)

// edge is a value of one parameter, and the code that it is refused with: "" where it is taken.
type edge struct{ value, code string }

// illegal are edges that are all refused with one code.
func illegal(code string, edges ...string) []edge {
	all := make([]edge, len(edges))
	for i, value := range edges {
		all[i] = edge{value, code}
	}
	return all
}

// legal are edges that are taken.
func legal(edges ...string) []edge { return illegal("", edges...) }

// pageTable is each parameter of the page: missing, empty, at, below and above each bound, of a wrong type and in a
// wrong case, for a FlowLog of OutputType all. Written out by hand: it shares nothing with the rule table.
func pageTable() map[string][][]edge {
	return map[string][][]edge{
		"RegionId": {
			illegal("IllegalParam.RegionId", absent, "", "CN-SHANGHAI", "cn-beijing", "cn-shanghai ", "1"),
			legal("cn-shanghai"),
		},
		"OutputType": {
			illegal("IllegalParam.OutputType", absent, "", "SLS", "Netflow", "ALL", "both", "1", " sls"),
			legal("sls", "netflow", "all"),
		},
		"ActiveAging": {
			illegal("IllegalParam.ActiveAging", "", "59", "6001", "0", "-60", "+60", "060", "60.0", "6e2", "ten", " 60", "99999999999999999999", "６０"),
			legal(absent, "60", "61", "5999", "6000"),
		},
		"InactiveAging": {
			illegal("IllegalParam.InactiveAging", "", "9", "601", "0", "-10", "15s", "0x10", "1_0"),
			legal(absent, "10", "11", "599", "600"),
		},
		"NetflowServerIp": {
			illegal("MissingParam.NetflowServerIp", absent, ""),
			illegal("IllegalParam.NetflowServerIp", "192.0.2", "192.0.2.256", "192.0.2.01", "collector", "192.0.2.9:9995", "::g", "1", " 192.0.2.9"),
			legal("192.168.0.2", "2001:db8::9", "127.0.0.1"),
		},
		"NetflowServerPort": {
			illegal("MissingParam.NetflowServerPort", ""),
			illegal("IllegalParam.NetflowServerPort", "0", "65536", "-1", "http", "9995.0", "4294967296"),
			legal(absent, "1", "9995", "65535"),
		},
		"NetflowVersion": {
			illegal("MissingParam.NetflowVersion", ""),
			illegal("IllegalParam.NetflowVersion", "v9", "9", "V8", "V010", "IPFIX"),
			legal(absent, "V5", "V9", "V10"),
		},
		"SlsRegionId": {
			illegal("MissingParam.SlsRegionId", absent, ""),
			illegal("IllegalParam.SlsRegionId", "cn-hanghzou", "flowlog-shanghai1", "CN-HANGZHOU", "1"),
			legal("cn-hangzhou", "us-east-1"),
		},
		"ProjectName": {
			illegal("MissingParam.ProjectName", absent, ""),
			illegal("InvalidParameter", "Upper", "-x", strings.Repeat("p", 64)),
			legal("sag-flowlog-shanghai", strings.Repeat("p", 63)),
		},
		"LogstoreName": {
			illegal("MissingParam.LogstoreName", absent, ""),
			illegal("InvalidParameter", "a/b", strings.Repeat("l", 64)),
			legal("config-operation-log", strings.Repeat("l", 63)),
		},
		"Name": {
			illegal("InvalidParameter", strings.Repeat("名", 129), "\xff"),
			legal(absent, "", "sag-flowlog-1", strings.Repeat("名", 128)),
		},
		"Description": {
			illegal("InvalidParameter", strings.Repeat("d", 129), "\x00"),
			legal(absent, "", "创建流日志", strings.Repeat("d", 128)),
		},
	}
}

// both is a FlowLog of OutputType all.
func both() values { return with(slsLog(), "OutputType", "all", "NetflowServerIp", "192.0.2.9") }

func TestPageForCreate(t *testing.T) {
	b := newBench(t, 1000)
	for name, groups := range pageTable() {
		for _, group := range groups {
			for _, e := range group {
				_, err := b.try("CreateFlowLog", with(both(), name, e.value))
				if got := codeOf(err); got != e.code {
					t.Errorf("%s %q: %q, want %q", name, e.value, got, e.code)
				}
			}
		}
	}
}

// TestPageForModify is the same, but what is absent stays as it is: only RegionId may not be.
func TestPageForModify(t *testing.T) {
	b := newBench(t, 1000)
	id := b.create(both())
	before := b.do("DescribeFlowLogs", values{"FlowLogId": id})
	for name, groups := range pageTable() {
		for _, group := range groups {
			for _, e := range group {
				want := e.code
				if e.value == absent && name != "RegionId" {
					want = ""
				}
				_, err := b.try("ModifyFlowLogAttribute", with(values{"FlowLogId": id}, name, e.value))
				if got := codeOf(err); got != want {
					t.Errorf("%s %q: %q, want %q", name, e.value, got, want)
				}
				if want != "" {
					continue
				}
				b.do("ModifyFlowLogAttribute", with(both(), "FlowLogId", id, "Description", "", "ActiveAging", "300", "InactiveAging", "15",
					"NetflowServerPort", "9995", "NetflowVersion", "V9"))
			}
		}
	}
	equal(t, "a refused change leaves the FlowLog", before, b.do("DescribeFlowLogs", values{"FlowLogId": id}))
}

// TestRequiredByOutputType leaves one parameter out for each OutputType.
func TestRequiredByOutputType(t *testing.T) {
	b := newBench(t, 1000)
	needs := map[string][]string{
		"sls":     {"SlsRegionId", "ProjectName", "LogstoreName"},
		"netflow": {"NetflowServerIp"},
		"all":     {"SlsRegionId", "ProjectName", "LogstoreName", "NetflowServerIp"},
	}
	for outputType, required := range needs {
		for _, name := range []string{"SlsRegionId", "ProjectName", "LogstoreName", "NetflowServerIp", "NetflowServerPort", "NetflowVersion", "Name", "ActiveAging"} {
			want := ""
			for _, one := range required {
				if one == name {
					want = "MissingParam." + name
				}
			}
			_, err := b.try("CreateFlowLog", with(both(), "OutputType", outputType, name, absent))
			if got := codeOf(err); got != want {
				t.Errorf("%s without %s: %q, want %q", outputType, name, got, want)
			}
		}
	}
}
