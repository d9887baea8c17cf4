package main

import "github.com/sagflow/sagflow/config/flowlog"

// attributes are the flags of a FlowLog's own parameters: nil is not given.
type attributes struct {
	OutputType        *string `placeholder:"TYPE" help:"${OutputType}"`
	ActiveAging       *string `placeholder:"S" help:"${ActiveAging}"`
	InactiveAging     *string `placeholder:"S" help:"${InactiveAging}"`
	NetflowServerIP   *string `name:"netflow-server-ip" placeholder:"IP" help:"${NetflowServerIp}"`
	NetflowServerPort *string `placeholder:"PORT" help:"${NetflowServerPort}"`
	NetflowVersion    *string `placeholder:"V" help:"${NetflowVersion}"`
	SlsRegionID       *string `name:"sls-region-id" placeholder:"ID" help:"${SlsRegionId}"`
	ProjectName       *string `placeholder:"NAME" help:"${ProjectName}"`
	LogstoreName      *string `placeholder:"NAME" help:"${LogstoreName}"`
	Name              *string `placeholder:"TEXT" help:"${Name}"`
	Description       *string `placeholder:"TEXT" help:"${Description}"`
}

func (a *attributes) parameters() flowlog.Parameters {
	return given(map[string]*string{
		"OutputType": a.OutputType, "ActiveAging": a.ActiveAging, "InactiveAging": a.InactiveAging,
		"NetflowServerIp": a.NetflowServerIP, "NetflowServerPort": a.NetflowServerPort, "NetflowVersion": a.NetflowVersion,
		"SlsRegionId": a.SlsRegionID, "ProjectName": a.ProjectName, "LogstoreName": a.LogstoreName,
		"Name": a.Name, "Description": a.Description,
	})
}

// flowLogID is the flag that names a FlowLog.
type flowLogID struct {
	FlowLogID *string `name:"flow-log-id" placeholder:"ID" help:"The FlowLog: fl- and 17 of a-z and 0-9."`
}

// text is the id, "" where it was not given.
func (f *flowLogID) text() string { return text(f.FlowLogID) }

func (f *flowLogID) parameters() flowlog.Parameters {
	return given(map[string]*string{"FlowLogId": f.FlowLogID})
}

// binding names a FlowLog and a device.
type binding struct {
	flowLogID
	SmartAGID *string `name:"smart-ag-id" placeholder:"ID" help:"The device: its Smart Access Gateway instance, sag-…."`
}

func (b *binding) parameters() flowlog.Parameters {
	return given(map[string]*string{"FlowLogId": b.FlowLogID, "SmartAGId": b.SmartAGID})
}

// paging are the flags of a list that has pages.
type paging struct {
	PageNumber *string `placeholder:"N" help:"Read this page only, from 1 (default: all pages)."`
	PageSize   *string `placeholder:"N" help:"Entries a page, 1 to 50; of one page (default 10)."`
}

func (p *paging) values() map[string]*string {
	return map[string]*string{"PageNumber": p.PageNumber, "PageSize": p.PageSize}
}

// given leaves out what was not.
func given(all ...map[string]*string) flowlog.Parameters {
	p := flowlog.Parameters{}
	for _, some := range all {
		for name, value := range some {
			if value != nil {
				p[name] = *value
			}
		}
	}
	return p
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
