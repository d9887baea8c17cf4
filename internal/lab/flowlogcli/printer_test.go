package flowlogcli

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/smartag"
	"github.com/google/go-cmp/cmp"
)

func items(flowLogs ...smartag.FlowLogSetType) []Item[smartag.FlowLogSetType] {
	var all []Item[smartag.FlowLogSetType]
	for _, f := range flowLogs {
		all = append(all, Item[smartag.FlowLogSetType]{Raw: json.RawMessage(`{"FlowLogId":"` + f.FlowLogId + `"}`), Value: f})
	}
	return all
}

// Columns stand below each other also where a character needs two.
func TestTable(t *testing.T) {
	found := items(
		smartag.FlowLogSetType{
			FlowLogId: "fl-1", Name: "创建流日志", Status: "Active", ActiveAging: 300, InactiveAging: 15, OutputType: "all",
			NetflowServerIp: "2001:db8::9", NetflowServerPort: "9995", NetflowVersion: "V9", SlsRegionId: "cn-shanghai", ProjectName: "p", LogstoreName: "l",
			TotalSagNum: 2,
		},
		smartag.FlowLogSetType{FlowLogId: "fl-2", Name: "a\x1b[2J", Status: "Inactive", ActiveAging: 60, InactiveAging: 10, OutputType: "sls"})
	for _, test := range []struct {
		name  string
		width int
		want  string
	}{
		{"text", 0, `
FlowLogId  Name        Status    Aging   OutputType  Netflow                Sls              Sags
fl-1       创建流日志  Active    300/15  all         V9 [2001:db8::9]:9995  cn-shanghai/p/l  2
fl-2       a` + "\uFFFD" + `[2J       Inactive  60/10   sls                                                 0
`},
		{"terminal", 73, `
FlowLogId  Name      Status    Aging   OutputT…  Netflow   Sls       Sags
─────────  ────────  ────────  ──────  ────────  ────────  ────────  ────
fl-1       创建流…   Active    300/15  all       V9 [200…  cn-shan…  2
fl-2       a` + "\uFFFD" + `[2J     Inactive  60/10   sls                           0
`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			if err := (&Printer{Out: &out, Format: FormatTable, Width: test.width}).FlowLogs(found); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(test.want, "\n"+out.String()); d != "" {
				t.Errorf("table (-want +got):\n%s", d)
			}
		})
	}
}

func TestFormats(t *testing.T) {
	found := items(smartag.FlowLogSetType{FlowLogId: "fl-1"})
	for _, test := range []struct {
		format Format
		print  func(*Printer) error
		want   string
	}{
		{FormatJSON, func(p *Printer) error { return p.FlowLogs(found) }, "[\n  {\n    \"FlowLogId\": \"fl-1\"\n  }\n]\n"},
		{FormatJSON, func(p *Printer) error { return p.FlowLogs(nil) }, "[]\n"},
		{FormatTable, func(p *Printer) error { return p.FlowLogs(nil) }, "no FlowLogs\n"},
		{FormatTable, func(p *Printer) error { return p.Sags(nil) }, "no devices\n"},
		{FormatTable, func(p *Printer) error { return p.Gateways(nil) }, "no devices\n"},
		{FormatID, func(p *Printer) error { return p.FlowLogs(found) }, "fl-1\n"},
		{FormatID, func(p *Printer) error { return p.FlowLogs(nil) }, ""},
		{FormatID, func(p *Printer) error { return p.FlowLog(found[0], nil) }, "fl-1\n"},
		{FormatTable, func(p *Printer) error { return p.FlowLog(found[0], nil) }, "FlowLogId      fl-1\nActiveAging    0 s\nInactiveAging  0 s\n"},
	} {
		var out strings.Builder
		if err := test.print(&Printer{Out: &out, Format: test.format}); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(test.want, out.String()); d != "" {
			t.Errorf("%s (-want +got):\n%s", test.format, d)
		}
	}
}

func TestDone(t *testing.T) {
	answer, err := client(t, always(http.StatusOK, good)).Create(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for format, want := range map[Format]string{
		FormatTable: "created fl-a\n", FormatID: "fl-a\n",
		FormatJSON: "{\n  \"RequestId\": \"650CB9E8-20F3-4538-A4FC-1DA1B36E42D9\",\n  \"FlowLogId\": \"fl-aaaaaaaaaaaaaaaaa\"\n}\n",
	} {
		var out strings.Builder
		if err := (&Printer{Out: &out, Format: format}).Done("created fl-a", "fl-a", answer); err != nil || out.String() != want {
			t.Errorf("%s: %q, %v; want %q", format, out.String(), err, want)
		}
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errNetwork }

func TestWriteErrors(t *testing.T) {
	for _, format := range []Format{FormatTable, FormatJSON, FormatID} {
		if err := (&Printer{Out: fullDisk{}, Format: format}).FlowLogs(items(smartag.FlowLogSetType{})); !errors.Is(err, errNetwork) {
			t.Errorf("%s: error %v", format, err)
		}
	}
}
