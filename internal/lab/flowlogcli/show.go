package flowlogcli

import (
	"encoding/json"
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/smartag"
)

// FlowLogs prints a list of FlowLogs.
func (p *Printer) FlowLogs(items []Item[smartag.FlowLogSetType]) error {
	t := table{
		header: []string{"FlowLogId", "Name", "Status", "Aging", "OutputType", "Netflow", "Sls", "Sags"},
		none:   "no FlowLogs",
	}
	return list(p, items, func(f smartag.FlowLogSetType) string { return f.FlowLogId }, t,
		func(f smartag.FlowLogSetType) []string {
			return []string{
				f.FlowLogId, f.Name, f.Status, fmt.Sprintf("%d/%d", f.ActiveAging, f.InactiveAging),
				f.OutputType, netflowOf(f), slsOf(f), strconv.Itoa(f.TotalSagNum),
			}
		})
}

// netflowOf is "V9 192.0.2.9:9995", "" where no collector is set.
func netflowOf(f smartag.FlowLogSetType) string {
	if f.NetflowServerIp == "" {
		return ""
	}
	return f.NetflowVersion + " " + net.JoinHostPort(f.NetflowServerIp, f.NetflowServerPort)
}

// slsOf is "region/project/logstore", "" where none is set.
func slsOf(f smartag.FlowLogSetType) string {
	if f.SlsRegionId == "" && f.ProjectName == "" && f.LogstoreName == "" {
		return ""
	}
	return f.SlsRegionId + "/" + f.ProjectName + "/" + f.LogstoreName
}

// FlowLog prints one FlowLog and the devices it is bound to.
func (p *Printer) FlowLog(item Item[smartag.FlowLogSetType], bound []Item[smartag.Sag]) error {
	f := item.Value
	switch p.Format {
	case FormatJSON:
		return p.json(struct {
			FlowLog json.RawMessage
			Sags    []json.RawMessage
		}{item.Raw, raws(bound)})
	case FormatID:
		return p.lines([]string{printable(f.FlowLogId)})
	default:
		return p.flowLogFields(f, bound)
	}
}

func (p *Printer) flowLogFields(f smartag.FlowLogSetType, bound []Item[smartag.Sag]) error {
	ids := make([]string, len(bound))
	for i, s := range bound {
		ids[i] = s.Value.SmartAGId
	}
	return p.fields([][]string{
		{"FlowLogId", f.FlowLogId},
		{"Name", f.Name},
		{"Description", f.Description},
		{"Status", f.Status},
		{"OutputType", f.OutputType},
		{"ActiveAging", fmt.Sprintf("%d s", f.ActiveAging)},
		{"InactiveAging", fmt.Sprintf("%d s", f.InactiveAging)},
		{"NetflowServerIp", f.NetflowServerIp},
		{"NetflowServerPort", f.NetflowServerPort},
		{"NetflowVersion", f.NetflowVersion},
		{"SlsRegionId", f.SlsRegionId},
		{"ProjectName", f.ProjectName},
		{"LogstoreName", f.LogstoreName},
		{"ResourceGroupId", f.ResourceGroupId},
		{"Sags", strings.Join(ids, " ")},
	})
}

// fields prints names and values, those without a value left out.
func (p *Printer) fields(all [][]string) error {
	var t table
	for _, field := range all {
		if field[1] != "" {
			t.rows = append(t.rows, field)
		}
	}
	return p.lines(t.lines(0))
}

// Sags prints a list of devices.
func (p *Printer) Sags(items []Item[smartag.Sag]) error {
	t := table{header: []string{"SmartAGId", "Name", "Description"}, none: "no devices"}
	return list(p, items, func(s smartag.Sag) string { return s.SmartAGId }, t,
		func(s smartag.Sag) []string { return []string{s.SmartAGId, s.Name, s.Description} })
}

// Gateways prints a list of devices with what they are.
func (p *Printer) Gateways(items []Item[smartag.SmartAccessGateway]) error {
	t := table{
		header: []string{"SmartAGId", "Name", "SerialNumber", "HardwareVersion", "SoftwareVersion", "Status"},
		none:   "no devices",
	}
	return list(p, items, func(g smartag.SmartAccessGateway) string { return g.SmartAGId }, t,
		func(g smartag.SmartAccessGateway) []string {
			return []string{g.SmartAGId, g.Name, g.SerialNumber, g.HardwareVersion, g.SoftwareVersion, g.Status}
		})
}

// Gateway prints one device with the FlowLogs that are bound to it.
func (p *Printer) Gateway(g *smartag.DescribeSmartAccessGatewayAttributeResponse) error {
	if p.Format != FormatTable {
		return p.Done("", printable(g.SmartAGId), g)
	}
	bound := strings.Join(g.FlowLogIds.FlowLogId, " ")
	if bound == "" {
		bound = "none"
	}
	return p.fields([][]string{
		{"SmartAGId", g.SmartAGId},
		{"Name", g.Name},
		{"Description", g.Description},
		{"SerialNumber", g.SerialNumber},
		{"Status", g.Status},
		{"FlowLogIds", bound},
	})
}
