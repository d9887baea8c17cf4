package api

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/config/flowlog"
	"github.com/sagflow/sagflow/internal/lab/api/inventory"
	"github.com/sagflow/sagflow/internal/lab/api/store"
	"github.com/sagflow/sagflow/internal/lab/rpc"
)

// model is the resource rules, written once more in the simplest way.
type model struct {
	order []string                   // ids of FlowLogs as they were made
	logs  map[string]flowlog.FlowLog // by id
	bound map[string]string          // gateway → id
}

// machine runs a Handler and the model side by side.
type machine struct {
	*bench
	model model
	dead  []string // ids of deleted FlowLogs
	tally map[string]int
}

// regions are those that the machine uses: most is in the first.
var regions = []string{"cn-shanghai", "cn-shanghai", "cn-shanghai", "ap-southeast-1"}

func (m *machine) region(t *rapid.T) string { return rapid.SampledFrom(regions).Draw(t, "region") }

// id draws a FlowLogId: one that is there, one that was, or none that ever was.
func (m *machine) id(t *rapid.T) string {
	return rapid.SampledFrom(slices.Concat(m.model.order, m.model.order, m.dead, []string{unknownLog, ""})).Draw(t, "id")
}

func (m *machine) gateway(t *rapid.T) string {
	all := []string{gateway1, gateway2, gateway3, gateway1, gateway2, wrongModel, oldVersion, basicEdition, otherRegion, unknownDevice, ""}
	return rapid.SampledFrom(all).Draw(t, "gateway")
}

// visible is what the model says of a FlowLogId in a region: a code, or "".
func (m *machine) visible(id, region string) string {
	switch f, ok := m.model.logs[id]; {
	case id == "":
		return "MissingParam.FlowLogId"
	case !ok || f.RegionId != region:
		return "InvalidFlowLogId.NotFound"
	}
	return ""
}

// expect calls an action and compares the code.
func (m *machine) expect(t *rapid.T, action string, v values, code string) rpc.Object {
	o, err := m.try(action, v)
	if got := codeOf(err); got != code {
		t.Fatalf("%s %v: code %q, want %q", action, v, got, code)
	}
	m.tally[code]++
	return o
}

func (m *machine) Create(t *rapid.T) {
	v := parameters(t)
	v["RegionId"] = m.region(t)
	f, faults := flowlog.Create(v)
	code := ""
	if len(faults) > 0 {
		code = faults[0].Code
	} else if len(m.model.order) >= testQuota {
		code = "QuotaExceeded.Flowlog"
	}
	o := m.expect(t, "CreateFlowLog", v, code)
	if code != "" {
		return
	}
	f.FlowLogId, _ = field(o, "FlowLogId").(string)
	m.model.order = append(m.model.order, f.FlowLogId)
	m.model.logs[f.FlowLogId] = f
}

// parameters draws those of Create and Modify: half of them are those of a FlowLog that goes to a collector.
func parameters(t *rapid.T) values {
	v := values{}
	if rapid.Bool().Draw(t, "legal") {
		return netflowLog()
	}
	for _, p := range []struct {
		name    string
		choices []string
	}{
		{"OutputType", []string{"sls", "netflow", "netflow", "all", "SLS"}},
		{"ActiveAging", []string{"60", "300", "6000", "6001"}},
		{"InactiveAging", []string{"10", "15", "600", "9"}},
		{"NetflowServerIp", []string{"192.0.2.9", "2001:db8::9", "192.0.2.9", "nowhere"}},
		{"NetflowServerPort", []string{"1", "9995", "65535", ""}},
		{"NetflowVersion", []string{"V5", "V9", "V10", "V1"}},
		{"SlsRegionId", []string{"cn-hangzhou", "cn-shanghai"}},
		{"ProjectName", []string{"project", "other-project"}},
		{"LogstoreName", []string{"logs", "logs"}},
		{"Name", []string{"", "a", "b"}},
	} {
		if choice := rapid.IntRange(-2, 3*len(p.choices)).Draw(t, p.name); choice >= 0 {
			v[p.name] = p.choices[choice*len(p.choices)/(3*len(p.choices)+1)]
		}
	}
	return v
}

func (m *machine) Modify(t *rapid.T) {
	id, region, v := m.id(t), m.region(t), parameters(t)
	v["FlowLogId"], v["RegionId"] = id, region
	code := m.visible(id, region)
	f := m.model.logs[id]
	if code == "" {
		var faults flowlog.Faults
		if f, faults = f.Modify(v); len(faults) > 0 {
			code = faults[0].Code
		}
	}
	m.expect(t, "ModifyFlowLogAttribute", v, code)
	if code == "" {
		m.model.logs[id] = f
	}
}

func (m *machine) Delete(t *rapid.T) {
	id, region := m.id(t), m.region(t)
	code := m.visible(id, region)
	if code == "" && len(m.gateways(id)) > 0 {
		code = "DependencyViolation.FlowLog"
	}
	m.expect(t, "DeleteFlowLog", values{"FlowLogId": id, "RegionId": region}, code)
	if code == "" {
		m.dead = append(m.dead, id)
		delete(m.model.logs, id)
		m.model.order = slices.DeleteFunc(m.model.order, func(one string) bool { return one == id })
	}
}

func (m *machine) gateways(id string) []string {
	var all []string
	for gateway, bound := range m.model.bound {
		if bound == id {
			all = append(all, gateway)
		}
	}
	slices.Sort(all)
	return all
}

func (m *machine) Active(t *rapid.T)   { m.setStatus(t, "ActiveFlowLog", flowlog.Active) }
func (m *machine) Deactive(t *rapid.T) { m.setStatus(t, "DeactiveFlowLog", flowlog.Inactive) }

func (m *machine) setStatus(t *rapid.T, action string, status flowlog.Status) {
	id, region := m.id(t), m.region(t)
	code := m.visible(id, region)
	f := m.model.logs[id]
	if code == "" && f.Status == status {
		code = "IncorrectStatus.FlowLog"
	}
	m.expect(t, action, values{"FlowLogId": id, "RegionId": region}, code)
	if code == "" {
		f.Status = status
		m.model.logs[id] = f
	}
}

// reach is what the model says of a FlowLogId and a SmartAGId together.
func (m *machine) reach(id, gateway, region string) string {
	code := m.visible(id, region)
	home := map[string]string{unknownDevice: "", otherRegion: "ap-southeast-1"}
	where, special := home[gateway]
	if !special {
		where = "cn-shanghai"
	}
	switch {
	case code != "":
		return code
	case gateway == "":
		return "MissingParameter"
	case where != region:
		return "InvalidSmartAGId.NotFound"
	}
	return ""
}

func (m *machine) Associate(t *rapid.T) {
	id, gateway, region := m.id(t), m.gateway(t), m.region(t)
	code := m.reach(id, gateway, region)
	bound, isBound := m.model.bound[gateway]
	switch {
	case code != "":
	case gateway == basicEdition:
		code = "FeatureNotSupport"
	case gateway == wrongModel || gateway == oldVersion:
		code = "OperationUnsupported.AssociateFlowLog"
	case isBound && bound != id:
		code = "OperationFailed.AssociateFlowLog"
	}
	m.expect(t, "AssociateFlowLog", values{"FlowLogId": id, "SmartAGId": gateway, "RegionId": region}, code)
	if code == "" {
		m.model.bound[gateway] = id
	}
}

func (m *machine) Disassociate(t *rapid.T) {
	id, gateway, region := m.id(t), m.gateway(t), m.region(t)
	code := m.reach(id, gateway, region)
	m.expect(t, "DisassociateFlowLog", values{"FlowLogId": id, "SmartAGId": gateway, "RegionId": region}, code)
	if code == "" && m.model.bound[gateway] == id {
		delete(m.model.bound, gateway)
	}
}

func (m *machine) List(t *rapid.T) {
	region := m.region(t)
	size, number := rapid.IntRange(1, 3).Draw(t, "size"), rapid.IntRange(1, 3).Draw(t, "number")
	v := values{"RegionId": region, "PageSize": strconv.Itoa(size), "PageNumber": strconv.Itoa(number)}
	filter := rapid.SampledFrom([]string{"", "Status", "OutputType", "FlowLogName"}).Draw(t, "filter")
	value := map[string]string{"Status": "Active", "OutputType": "netflow", "FlowLogName": "a"}[filter]
	if filter != "" {
		v[filter] = value
	}
	var want []any
	total := 0
	for _, id := range m.model.order {
		f := m.model.logs[id]
		has := map[string]string{"": "", "Status": string(f.Status), "OutputType": string(f.OutputType), "FlowLogName": f.Name}[filter]
		if f.RegionId != region || has != value {
			continue
		}
		if total >= size*(number-1) && total < size*number {
			want = append(want, id)
		}
		total++
	}
	o := m.expect(t, "DescribeFlowLogs", v, "")
	if diff := cmp.Diff(want, items(o, "FlowLogs", "FlowLogId")); diff != "" || field(o, "TotalCount") != total {
		t.Fatalf("%v: total %v, want %d; ids (-want +got):\n%s", v, field(o, "TotalCount"), total, diff)
	}
}

// Reopen closes the store and opens it again, as a restart does.
func (m *machine) Reopen(t *rapid.T) {
	if err := m.o.Store.Close(); err != nil {
		t.Fatal(err)
	}
	m.open(t)
}

func (m *machine) open(t interface{ Fatal(...any) }) {
	s, err := store.Open(m.path)
	if err != nil {
		t.Fatal(err)
	}
	h, err := NewHandler(HandlerOptions{Store: s, Inventory: inventory.Default(), Quota: testQuota})
	if err != nil {
		t.Fatal(err)
	}
	m.Handler = h
}

// Check compares all that can be seen.
func (m *machine) Check(t *rapid.T) {
	state := m.o.Store.State()
	want := []flowlog.FlowLog{}
	for _, id := range m.model.order {
		want = append(want, m.model.logs[id])
		if diff := cmp.Diff(m.gateways(id), state.Gateways(id)); diff != "" {
			t.Fatalf("gateways of %s (-want +got):\n%s", id, diff)
		}
	}
	if diff := cmp.Diff(want, state.FlowLogs()); diff != "" {
		t.Fatalf("flow logs (-want +got):\n%s", diff)
	}
	for _, gateway := range []string{gateway1, otherRegion} {
		g, _ := m.o.Inventory.Lookup(gateway)
		o := m.expect(t, "DescribeSmartAccessGatewayAttribute", values{"SmartAGId": gateway, "RegionId": g.Region}, "")
		ids, _ := field(o, "FlowLogIds").(rpc.List)
		if id, bound := m.model.bound[gateway]; bound != (len(ids.Values) == 1) || bound && ids.Values[0] != any(id) {
			t.Fatalf("gateway %s: FlowLogIds %v, want %q", gateway, ids.Values, id)
		}
	}
}

// TestResourceRules runs random actions against the model.
func TestResourceRules(t *testing.T) {
	dir, n, tally := t.TempDir(), 0, map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		n++
		path := filepath.Join(dir, fmt.Sprintf("%d.db", n))
		m := &machine{bench: &bench{tb: t, path: path}, model: model{logs: map[string]flowlog.FlowLog{}, bound: map[string]string{}}, tally: tally}
		m.open(rt)
		defer func() {
			_ = m.o.Store.Close()
			_ = os.Remove(path)
		}()
		rt.Repeat(map[string]func(*rapid.T){
			"": m.Check, "create": m.Create, "create 2": m.Create, "create 3": m.Create, "modify": m.Modify, "delete": m.Delete,
			"active": m.Active, "deactive": m.Deactive, "associate": m.Associate, "associate 2": m.Associate,
			"disassociate": m.Disassociate, "list": m.List, "reopen": m.Reopen,
		})
	})
	t.Logf("calls by code: %v", tally)
	for _, code := range []string{
		"", "DependencyViolation.FlowLog", "IncorrectStatus.FlowLog", "OperationFailed.AssociateFlowLog",
		"QuotaExceeded.Flowlog", "InvalidSmartAGId.NotFound",
	} {
		if tally[code] == 0 {
			t.Errorf("the code %q was never reached", code)
		}
	}
}

// FuzzCall gives the Handler any parameters: it must answer or refuse, and never keep what it refused.
func FuzzCall(f *testing.F) {
	f.Add(uint8(0), "OutputType", "netflow", "NetflowServerIp", "192.0.2.9")
	f.Add(uint8(7), "PageNumber", "999999999", "PageSize", "50")
	f.Add(uint8(11), "SmartAGIds.1", gateway1, "SmartAGIds.99999999999999999999", "x")
	f.Add(uint8(1), "FlowLogId", "fl-\x00", "RegionId", "")
	b := newBench(f, 1)
	f.Fuzz(func(t *testing.T, action uint8, name1, value1, name2, value2 string) {
		names := Actions()
		p := values{"RegionId": "cn-shanghai", name1: value1, name2: value2}
		r := &rpc.Request{Action: names[int(action)%len(names)], Version: Version, Parameters: p}
		_, err := b.Call(context.Background(), r)
		code := codeOf(err)
		if _, known := flowlog.LookupCode(code); err != nil && !known {
			t.Errorf("%s %q: %v", r.Action, p, err)
		}
	})
}
