package flowlog_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/config/flowlog"
)

// A parameter's faults in short: what it is given, and the code that is answered, "" = legal.
type given struct{ value, code string }

var (
	regionCases = func(code string) []given {
		return []given{
			{"cn-shanghai1", code},
			{"CN-SHANGHAI", code},
			{"cn-shanghai ", code},
			{" cn-shanghai", code},
			{"cn", code},
			{"shanghai", code},
			{"1", code},
			{"cn-hanghzou", code},
			{"flowlog-shanghai1", code},
			{"cn-shanghai", ""},
			{"cn-hongkong", ""},
			{"ap-southeast-1", ""},
			{"ap-southeast-2", ""},
			{"ap-southeast-3", ""},
			{"ap-southeast-5", ""},
			{"eu-central-1", ""},
		}
	}
	wrongNumbers = func(code string) []given {
		return []given{
			{"abc", code},
			{"60s", code},
			{"+60", code},
			{"-60", code},
			{" 60", code},
			{"60 ", code},
			{"60\n", code},
			{"60.0", code},
			{"6e1", code},
			{"0x3c", code},
			{"060", code},
			{"1_00", code},
			{"６０", code},
			{"٦٠", code},
			{"true", code},
			{"null", code},
			{"-1", code},
			{"0", code},
			{"00", code},
			{"-0", code},
			{"2147483648", code},
			{"4294967356", code},
			{"18446744073709551676", code},
			{strings.Repeat("9", 1000), code},
		}
	}
	nameCases = []given{
		{"My-Project", flowlog.InvalidParameter},
		{"a b", flowlog.InvalidParameter},
		{"a/b", flowlog.InvalidParameter},
		{"a.b", flowlog.InvalidParameter},
		{"a@b", flowlog.InvalidParameter},
		{"a#", flowlog.InvalidParameter},
		{"..", flowlog.InvalidParameter},
		{"-a", flowlog.InvalidParameter},
		{"a-", flowlog.InvalidParameter},
		{"项目", flowlog.InvalidParameter},
		{"a\n", flowlog.InvalidParameter},
		{strings.Repeat("a", 64), flowlog.InvalidParameter},
		{strings.Repeat("a", 63), ""},
		{strings.Repeat("a", 62), ""},
		{"a", ""},
		{"7", ""},
		{"sag-flowlog-shanghai", ""},
	}
	textCases = []given{
		{"", ""},
		{"x", ""},
		{"创建流日志", ""},
		{"a\tb\nc\r", ""},
		{"<&>\"'", ""},
		{" ", ""},
		{strings.Repeat("x", 127), ""},
		{strings.Repeat("x", 128), ""},
		{strings.Repeat("志", 128), ""},
		{strings.Repeat("x", 129), flowlog.InvalidParameter},
		{strings.Repeat("志", 129), flowlog.InvalidParameter},
		{"\xff", flowlog.InvalidParameter},
		{"a\x00b", flowlog.InvalidParameter},
		{"\x1b[2J", flowlog.InvalidParameter},
		{"\x7f", flowlog.InvalidParameter},
		{"\uffff", flowlog.InvalidParameter},
	}
)

// The reference page as a table: what is answered to each value of each parameter, in a request of
// OutputType all in which nothing else is wrong.
func referencePage() []struct {
	name, missing, empty string
	values               []given
} {
	const (
		active, inactive = "IllegalParam.ActiveAging", "IllegalParam.InactiveAging"
		ip, port         = "IllegalParam.NetflowServerIp", "IllegalParam.NetflowServerPort"
		version, output  = "IllegalParam.NetflowVersion", "IllegalParam.OutputType"
		region, sls      = "IllegalParam.RegionId", "IllegalParam.SlsRegionId"
	)
	return []struct {
		name, missing, empty string
		values               []given
	}{
		{"RegionId", region, region, append(regionCases(region), given{"cn-hangzhou", region})},
		{"OutputType", output, output, []given{
			{"sls", ""},
			{"netflow", ""},
			{"all", ""},
			{"SLS", output},
			{"Sls", output},
			{"NetFlow", output},
			{"ALL", output},
			{"sls ", output},
			{"both", output},
			{"sls,netflow", output},
			{"0", output},
		}},
		{"ActiveAging", "", active, append(wrongNumbers(active),
			given{"59", active}, given{"60", ""}, given{"61", ""}, given{"5999", ""}, given{"6000", ""}, given{"6001", active})},
		{"InactiveAging", "", inactive, append(wrongNumbers(inactive),
			given{"9", inactive}, given{"10", ""}, given{"11", ""}, given{"599", ""}, given{"600", ""}, given{"601", inactive})},
		{"NetflowServerIp", "MissingParam.NetflowServerIp", "MissingParam.NetflowServerIp", []given{
			{"192.168.0.2", ""},
			{"127.0.0.1", ""},
			{"2001:db8::1", ""},
			{"2001:DB8::1", ""},
			{"::1", ""},
			{"fd00::1", ""},
			{"169.254.0.1", ""},
			{"192.168.0", ip},
			{"192.168.0.256", ip},
			{"192.168.0.02", ip},
			{"192.168.0.2 ", ip},
			{"192.168.0.2:9995", ip},
			{"[2001:db8::1]", ip},
			{"[2001:db8::1]:9995", ip},
			{"192.168.0.0/24", ip},
			{"collector.example", ip},
			{"3232235522", ip},
			{"0xc0a80002", ip},
			{"fe80::1%eth0", ip},
			{"2001:db8::1%1", ip},
			{"fe80::1", ip},
			{"::ffff:192.168.0.2", ip},
			{"0.0.0.0", ip},
			{"::", ip},
			{"224.0.0.1", ip},
			{"ff02::1", ip},
			{"255.255.255.255", ip},
			{"１92.168.0.2", ip},
			{"V9", ip},
		}},
		{"NetflowServerPort", "", "MissingParam.NetflowServerPort", []given{
			{"0", port},
			{"1", ""},
			{"2", ""},
			{"9995", ""},
			{"65534", ""},
			{"65535", ""},
			{"65536", port},
			{"-1", port},
			{"+9995", port},
			{"9995 ", port},
			{"09995", port},
			{"9995.0", port},
			{"netflow", port},
			{"99999999999999999999", port},
		}},
		{"NetflowVersion", "", "MissingParam.NetflowVersion", []given{
			{"V5", ""},
			{"V9", ""},
			{"V10", ""},
			{"v5", version},
			{"v9", version},
			{"v10", version},
			{"9", version},
			{"V1", version},
			{"V8", version},
			{"V11", version},
			{"IPFIX", version},
			{"V9 ", version},
			{"V5,V9", version},
		}},
		{"SlsRegionId", "MissingParam.SlsRegionId", "MissingParam.SlsRegionId", append(regionCases(sls), given{"cn-hangzhou", ""}, given{"us-west-1", ""})},
		{"ProjectName", "MissingParam.ProjectName", "MissingParam.ProjectName", append(nameCases, given{"a_b", flowlog.InvalidParameter})},
		{"LogstoreName", "MissingParam.LogstoreName", "MissingParam.LogstoreName", append(nameCases, given{"a_b", ""}, given{"_a", flowlog.InvalidParameter})},
		{"Name", "", "", textCases},
		{"Description", "", "", textCases},
		{"ResourceGroupId", "", "", textCases},
	}
}

func TestReferencePageCreate(t *testing.T) {
	for _, row := range referencePage() {
		t.Run(row.name, func(t *testing.T) {
			p := complete(nil)
			delete(p, row.name)
			checkAnswer(t, p, row.name, row.missing)
			checkAnswer(t, complete(flowlog.Parameters{row.name: ""}), row.name, row.empty)
			for _, g := range row.values {
				checkAnswer(t, complete(flowlog.Parameters{row.name: g.value}), row.name, g.code)
			}
		})
	}
}

func TestReferencePageModify(t *testing.T) {
	f := legal(t, complete(nil))
	f.FlowLogId, f.Status = "fl-7a56mar1kfw9vj000", flowlog.Inactive
	for _, row := range referencePage() {
		t.Run(row.name, func(t *testing.T) {
			values := append([]given{{"", row.empty}}, row.values...)
			for _, g := range values {
				if row.name == "RegionId" && g.value != f.RegionId {
					g.code = "IllegalParam.RegionId" // a FlowLog can't move
				}
				got, faults := f.Modify(flowlog.Parameters{row.name: g.value})
				checkFault(t, faults, row.name, g.value, g.code)
				want := f
				if g.code == "" {
					want = legal(t, complete(flowlog.Parameters{row.name: g.value}))
					want.FlowLogId, want.Status = f.FlowLogId, f.Status
				}
				if d := cmp.Diff(want, got); d != "" {
					t.Errorf("%s=%q (-want +got):\n%s", row.name, g.value, d)
				}
			}
		})
	}
}

// Every parameter of the table of rules stands in the table of tests, in the same order.
func TestReferencePageIsWhole(t *testing.T) {
	var tested, ruled []string
	for _, row := range referencePage() {
		tested = append(tested, row.name)
	}
	for _, r := range flowlog.Rules() {
		ruled = append(ruled, r.Name)
	}
	if d := cmp.Diff(ruled, tested); d != "" {
		t.Errorf("parameters (-rules +tests):\n%s", d)
	}
}

// The page's own request, to the letter but for SlsRegionId: the page's flowlog-shanghai1 (and the
// cn-hanghzou of its table) is misspelt, and refused with what it probably means.
func TestPagesSample(t *testing.T) {
	sample := flowlog.Parameters{
		"Action": "CreateFlowLog", "Description": "创建流日志", "InactiveAging": "15", "LogstoreName": "config-operation-log",
		"Name": "sag-flowlog-1", "NetflowServerIp": "192.168.0.2", "NetflowServerPort": "9995", "NetflowVersion": "V9",
		"OutputType": "sls", "ProjectName": "sag-flowlog-shanghai", "RegionId": "cn-shanghai", "SlsRegionId": "flowlog-shanghai1",
	}
	for misspelt, meant := range map[string]string{"flowlog-shanghai1": "cn-shanghai, the nearest of ", "cn-hanghzou": "cn-hangzhou, the nearest of "} {
		sample["SlsRegionId"] = misspelt
		_, faults := flowlog.Create(sample)
		checkFault(t, faults, "SlsRegionId", misspelt, "IllegalParam.SlsRegionId")
		if !strings.HasPrefix(faults[0].Want, meant) {
			t.Errorf("%s: want %q, should begin with %q", misspelt, faults[0].Want, meant)
		}
	}
	sample["SlsRegionId"] = "cn-shanghai"
	want := flowlog.FlowLog{
		RegionId: "cn-shanghai", Name: "sag-flowlog-1", Description: "创建流日志", Status: flowlog.Active, OutputType: flowlog.OutputSLS,
		ActiveAging: 300, InactiveAging: 15, SlsRegionId: "cn-shanghai", ProjectName: "sag-flowlog-shanghai",
		LogstoreName: "config-operation-log", NetflowServerIp: "192.168.0.2", NetflowServerPort: 9995, NetflowVersion: "V9",
	}
	if d := cmp.Diff(want, legal(t, sample)); d != "" {
		t.Errorf("the page's sample (-want +got):\n%s", d)
	}
}

// complete is a legal request with every parameter, and some of them changed.
func complete(changes flowlog.Parameters) flowlog.Parameters {
	p := flowlog.Parameters{
		"RegionId": "cn-shanghai", "OutputType": "all", "ActiveAging": "120", "InactiveAging": "30",
		"NetflowServerIp": "192.0.2.9", "NetflowServerPort": "2055", "NetflowVersion": "V10",
		"SlsRegionId": "cn-hangzhou", "ProjectName": "sag-flowlog", "LogstoreName": "flows",
		"Name": "name", "Description": "description", "ResourceGroupId": "rg-acfm2iu4fnc3",
	}
	maps.Copy(p, changes)
	return p
}

// legal is the FlowLog of parameters that must be legal.
func legal(t *testing.T, p flowlog.Parameters) flowlog.FlowLog {
	t.Helper()
	f, faults := flowlog.Create(p)
	if err := faults.Err(); err != nil {
		t.Fatalf("create FlowLog: %v", err)
	}
	return f
}

// checkAnswer creates a FlowLog and wants one fault of this code, or none and the values as given.
func checkAnswer(t *testing.T, p flowlog.Parameters, name, code string) {
	t.Helper()
	f, faults := flowlog.Create(p)
	value, there := p[name]
	checkFault(t, faults, name, value, code)
	if code == "" && there && value != "" && f.Parameters()[name] != value {
		t.Errorf("%s=%q is kept as %q", name, value, f.Parameters()[name])
	}
	if code != "" && (f != flowlog.FlowLog{} || faults[0].Absent == there) {
		t.Errorf("%s=%q: absent is %v, FlowLog %+v", name, value, faults[0].Absent, f)
	}
}

// checkFault wants one fault with the code's own message and status, or none.
func checkFault(t *testing.T, faults flowlog.Faults, name, value, code string) {
	t.Helper()
	if code == "" {
		if err := faults.Err(); err != nil {
			t.Errorf("%s=%q: %v, want none", name, value, err)
		}
		return
	}
	if len(faults) != 1 {
		t.Fatalf("%s=%q: %d faults (%v), want %s", name, value, len(faults), faults, code)
	}
	c, known := flowlog.LookupCode(code)
	got := *faults[0]
	want := flowlog.Fault{
		Parameter: name, Value: value, Absent: got.Absent, Want: got.Want,
		Code: code, Message: c.Message, HTTPStatus: c.HTTPStatus,
	}
	if d := cmp.Diff(want, got); d != "" || !known || got.Want == "" {
		t.Errorf("%s=%q (-want +got):\n%s", name, value, d)
	}
}
