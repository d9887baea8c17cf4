package api

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/smartag"
	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/config/flowlog"
	"github.com/sagflow/sagflow/internal/lab/api/inventory"
	"github.com/sagflow/sagflow/internal/lab/rpc"
	"github.com/sagflow/sagflow/internal/testutil"
)

//go:generate go test . -run ^TestConformancePage$ -update

var update = flag.Bool("update", false, "write docs/api-conformance.md anew")

// documented is what the page says of an action. All of it is checked against the Handler and the SDK.
type documented struct {
	action, does string
	// required and optional are the parameters besides RegionId; ignored those of the SDK that do nothing, besides
	// ResourceOwnerId, ResourceOwnerAccount, OwnerId and OwnerAccount.
	required, optional, ignored []string
	// sometimes are the fields of the answer that are there only where they are set.
	sometimes []string
	codes     []string
	request   any
}

// of are the codes of the rule table for these parameters.
func of(names ...string) []string {
	var codes []string
	for _, r := range flowlog.Rules() {
		if !slices.Contains(names, r.Name) {
			continue
		}
		for _, code := range []string{r.MissingCode, r.IllegalCode} {
			if code != "" && !slices.Contains(codes, code) {
				codes = append(codes, code)
			}
		}
	}
	return codes
}

// fields are the parameters of CreateFlowLog in the API's order.
func fields() []string {
	var names []string
	for _, r := range flowlog.Rules() {
		names = append(names, r.Name)
	}
	return names[1:] // without RegionId
}

func documentation() []documented {
	region, id := []string{"IllegalParam.RegionId"}, []string{"MissingParam.FlowLogId", "InvalidFlowLogId.NotFound"}
	device := []string{"MissingParameter", "InvalidSmartAGId.NotFound"}
	pages, paging := []string{"PageNumber", "PageSize"}, []string{"InvalidParameter"}
	create := fields()
	modify := create[:len(create)-1] // without ResourceGroupId
	return []documented{
		{
			action: "CreateFlowLog", does: "Makes an Active FlowLog.", required: create[:1], optional: create[1:],
			sometimes: []string{"ResourceGroupId"},
			codes:     slices.Concat(region, of(create...), []string{"QuotaExceeded.Flowlog"}), request: smartag.CreateFlowLogRequest{},
		},
		{
			action: "ModifyFlowLogAttribute", does: "Changes what is given; the rules hold for the result. Allowed while bound and while Inactive.",
			required: []string{"FlowLogId"}, optional: modify,
			codes: slices.Concat(region, id, of(modify...)), request: smartag.ModifyFlowLogAttributeRequest{},
		},
		{
			action: "DeleteFlowLog", does: "Removes a FlowLog that is not bound, Active or Inactive.", required: []string{"FlowLogId"},
			codes: slices.Concat(region, id, []string{"DependencyViolation.FlowLog"}), request: smartag.DeleteFlowLogRequest{},
		},
		{
			action: "ActiveFlowLog", does: "Makes an Inactive FlowLog Active.", required: []string{"FlowLogId"},
			codes: slices.Concat(region, id, []string{"IncorrectStatus.FlowLog"}), request: smartag.ActiveFlowLogRequest{},
		},
		{
			action: "DeactiveFlowLog", does: "Makes an Active FlowLog Inactive.", required: []string{"FlowLogId"},
			codes: slices.Concat(region, id, []string{"IncorrectStatus.FlowLog"}), request: smartag.DeactiveFlowLogRequest{},
		},
		{
			action: "AssociateFlowLog", does: "Binds a gateway to a FlowLog, whatever its status.", required: []string{"FlowLogId", "SmartAGId"},
			codes: slices.Concat(region, id, device, []string{
				"FeatureNotSupport", "OperationUnsupported.AssociateFlowLog", "OperationFailed.AssociateFlowLog",
			}),
			request: smartag.AssociateFlowLogRequest{},
		},
		{
			action: "DisassociateFlowLog", does: "Takes the binding of a gateway to a FlowLog away.", required: []string{"FlowLogId", "SmartAGId"},
			codes: slices.Concat(region, id, device), request: smartag.DisassociateFlowLogRequest{},
		},
		{
			action: "DescribeFlowLogs", does: "Lists the region's FlowLogs that pass all filters, oldest first.",
			optional:  slices.Concat([]string{"FlowLogId", "OutputType", "Status", "FlowLogName", "Description", "ResourceGroupId"}, pages),
			sometimes: []string{"FlowLogs.FlowLogSetType[].ResourceGroupId"},
			codes:     slices.Concat(region, id[:1], of("OutputType"), []string{"IllegalParam.Status"}, paging), request: smartag.DescribeFlowLogsRequest{},
		},
		{
			action: "DescribeFlowLogSags", does: "Lists the gateways that are bound to a FlowLog, by SmartAGId.",
			required: []string{"FlowLogId"}, optional: pages,
			codes: slices.Concat(region, id, paging), request: smartag.DescribeFlowLogSagsRequest{},
		},
		{
			action: "DescribeUnbindFlowLogSags", does: "Lists the region's gateways that are not bound, also those that can't be.",
			optional: []string{"ResourceGroupId"},
			codes:    region, request: smartag.DescribeUnbindFlowLogSagsRequest{},
		},
		{
			action: "DescribeSmartAccessGatewayAttribute", does: "Tells one gateway. FlowLogIds is there also if it is not bound.",
			required: []string{"SmartAGId"}, sometimes: []string{"ResourceGroupId"},
			codes: slices.Concat(region, device), request: smartag.DescribeSmartAccessGatewayAttributeRequest{},
		},
		{
			action: "DescribeSmartAccessGateways", does: "Lists the region's gateways that pass all filters, in the inventory's order.",
			optional: slices.Concat([]string{
				"SmartAGId", "SmartAGIds", "SerialNumber", "Name", "Status", "SoftwareVersion", "VersionComparator", "HardwareType", "ResourceGroupId",
				"AclIds", "AssociatedCcnId", "ApplicationBandwidthPackageId",
			}, pages),
			ignored:   []string{"BusinessState", "CanAssociateQos", "InstanceType", "UnboundAclIds"},
			sometimes: []string{"SmartAccessGateways.SmartAccessGateway[].ResourceGroupId"},
			codes:     slices.Concat(region, paging), request: smartag.DescribeSmartAccessGatewaysRequest{},
		},
	}
}

func TestDocumentedActions(t *testing.T) {
	var names []string
	for _, d := range documentation() {
		names = append(names, d.action)
	}
	equal(t, "actions", Actions(), names)
}

// TestDocumentedParameters compares with the SDK's request types: nothing is left out, nothing made up.
func TestDocumentedParameters(t *testing.T) {
	owners := []string{"ResourceOwnerId", "ResourceOwnerAccount", "OwnerId", "OwnerAccount"}
	for _, d := range documentation() {
		var sdk []string
		for i, kind := 1, reflect.TypeOf(d.request); i < kind.NumField(); i++ {
			if name := kind.Field(i).Tag.Get("name"); !slices.Contains(owners, name) {
				sdk = append(sdk, name)
			}
		}
		ours := slices.Concat(d.required, d.optional, d.ignored)
		slices.Sort(ours)
		slices.Sort(sdk)
		equal(t, d.action, sdk, ours)
	}
}

// TestDocumentedCodes finds the codes of each action: by the ways of TestEveryCode, and by legal calls in which one
// parameter is spoilt.
func TestDocumentedCodes(t *testing.T) {
	found := map[string]map[string]bool{}
	for _, d := range documentation() {
		found[d.action] = map[string]bool{}
		probe(t, d, found[d.action])
	}
	for _, w := range ways() {
		found[w.action][w.code] = true // TestEveryCode tries it
	}
	for _, d := range documentation() {
		declared := slices.Compact(slices.Sorted(slices.Values(d.codes)))
		equal(t, d.action, declared, slices.Sorted(maps.Keys(found[d.action])))
	}
}

func probe(t *testing.T, d documented, found map[string]bool) {
	t.Helper()
	b := newBench(t, 1000)
	id := b.create(with(slsLog(), "OutputType", "all", "NetflowServerIp", "192.0.2.9"))
	base := values{"FlowLogId": id, "SmartAGId": gateway1}
	if d.action == "CreateFlowLog" {
		base = with(slsLog(), "OutputType", "all", "NetflowServerIp", "192.0.2.9")
	}
	for _, name := range slices.Concat([]string{"RegionId"}, d.required, d.optional) {
		for _, value := range []string{absent, "", "?", "\x01", "0", "99999", unknownLog, unknownDevice} {
			if _, err := b.try(d.action, with(base, name, value)); err != nil {
				found[codeOf(err)] = true
			}
		}
	}
}

// TestDocumentedAnswers makes sure that what is listed is what is answered. It also gives the page its answers.
func TestDocumentedAnswers(t *testing.T) {
	for action, paths := range answers(t) {
		for _, path := range paths {
			if strings.HasPrefix(path, "RequestId") {
				t.Errorf("%s answers %s, which is the protocol's to add", action, path)
			}
		}
	}
}

// answers are the fields of each action's answer, as the Handler gives them, all optional ones set.
func answers(tb testing.TB) map[string][]string {
	tb.Helper()
	b := newBench(tb, 20)
	inv := b.o.Inventory.All()
	for i := range inv {
		inv[i].ResourceGroupID = "rg-1"
	}
	b.o.Inventory = inventory.New(inv...)
	id := b.create(netflowLog("ResourceGroupId", "rg-1"))
	found := map[string][]string{}
	for _, action := range Actions() {
		v := values{"FlowLogId": id, "SmartAGId": gateway1}
		switch action {
		case "CreateFlowLog":
			v = netflowLog("ResourceGroupId", "rg-1")
		case "ActiveFlowLog":
			b.do("DeactiveFlowLog", v)
		case "DeleteFlowLog":
			v["FlowLogId"] = b.create(netflowLog())
		case "DescribeFlowLogSags", "DescribeSmartAccessGatewayAttribute":
			b.do("AssociateFlowLog", v)
		case "DescribeUnbindFlowLogSags":
			delete(v, "SmartAGId")
		}
		found[action] = paths("", b.do(action, v))
	}
	return found
}

// paths lists the fields of an answer, each once.
func paths(prefix string, o rpc.Object) []string {
	var all []string
	for _, f := range o {
		path := prefix + f.Name
		switch v := f.Value.(type) {
		case rpc.Object:
			all = append(all, paths(path+".", v)...)
		case rpc.List:
			path += "." + v.Item + "[]"
			if item, ok := first(v).(rpc.Object); ok {
				all = append(all, paths(path+".", item)...)
				continue
			}
			all = append(all, path)
		default:
			all = append(all, path+typeName(v))
		}
	}
	return all
}

func first(l rpc.List) any {
	if len(l.Values) == 0 {
		return nil
	}
	return l.Values[0]
}

func typeName(v any) string {
	if _, isText := v.(string); isText {
		return ""
	}
	return " (integer)"
}

// TestConformancePage compares docs/api-conformance.md with what the tables above make; -update writes it.
func TestConformancePage(t *testing.T) {
	path := filepath.Join(testutil.Root(t), "docs", "api-conformance.md")
	want := conformancePage(t)
	if *update {
		must(t, os.WriteFile(path, []byte(want), 0o644))
	}
	got, err := os.ReadFile(path)
	must(t, err)
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("run make generate; docs/api-conformance.md (-want +got):\n%s", diff)
	}
}

func conformancePage(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	text, err := os.ReadFile(filepath.Join("testdata", "conformance.md"))
	must(t, err)
	head, tail, ok := strings.Cut(string(text), "<!-- tables -->\n")
	if !ok {
		t.Fatal("testdata/conformance.md has no place for the tables")
	}
	b.WriteString(head)
	writeActions(&b, answers(t))
	writeCodes(&b)
	b.WriteString(tail)
	return b.String()
}

func writeActions(b *strings.Builder, answers map[string][]string) {
	b.WriteString("## Actions\n")
	for _, d := range documentation() {
		fmt.Fprintf(b, "\n### %s\n\n%s\n\n", d.action, d.does)
		b.WriteString("| | |\n| --- | --- |\n")
		fmt.Fprintf(b, "| required | %s |\n", list(append([]string{"RegionId"}, d.required...)))
		fmt.Fprintf(b, "| optional | %s |\n", list(d.optional))
		if len(d.ignored) > 0 {
			fmt.Fprintf(b, "| ignored | %s |\n", list(d.ignored))
		}
		fmt.Fprintf(b, "| answer | %s |\n", list(append([]string{"RequestId"}, marked(answers[d.action], d.sometimes)...)))
		fmt.Fprintf(b, "| codes | %s |\n", list(slices.Compact(slices.Clone(unique(d.codes)))))
	}
}

// marked marks the fields that are there only where they are set.
func marked(paths, sometimes []string) []string {
	var all []string
	for _, path := range paths {
		if slices.Contains(sometimes, path) {
			path += " (if set)"
		}
		all = append(all, path)
	}
	return all
}

func unique(all []string) []string {
	var once []string
	for _, one := range all {
		if !slices.Contains(once, one) {
			once = append(once, one)
		}
	}
	return once
}

// list is names in a table's cell; what stands in parentheses is no part of the name.
func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	var all []string
	for _, name := range names {
		name, note, noted := strings.Cut(name, " (")
		text := "`" + name + "`"
		if noted {
			text += " (" + note
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

// writeCodes prints each code with the ways that TestEveryCode tries.
func writeCodes(b *strings.Builder) {
	write := func(codes []flowlog.Code) {
		b.WriteString("| Status | Code | Message | How to reach it |\n| --- | --- | --- | --- |\n")
		for _, c := range codes {
			var how []string
			for _, w := range ways() {
				if w.code == c.Code {
					how = append(how, fmt.Sprintf("%s: %s", w.action, w.how))
				}
			}
			fmt.Fprintf(b, "| %d | `%s` | %s | %s |\n", c.HTTPStatus, c.Code, c.Message, strings.Join(how, "; "))
		}
	}
	b.WriteString("\n## The page's codes\n\nAll 23, each tried by the tests in these ways, through the Handler and with the official Go SDK.\n\n")
	write(flowlog.Codes())
	b.WriteString("\n## Our own codes\n\nThe page has none for these cases. The message goes on with the parameter, its value and what would be right.\n\n")
	write(flowlog.OwnCodes())
}
