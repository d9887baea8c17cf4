package flowlog

import "strconv"

// Parameters returns the FlowLog's own values by the parameters' names, unset ones left out: those of
// the table, so neither FlowLogId nor Status. The map is the caller's.
func (f FlowLog) Parameters() Parameters {
	p := Parameters{}
	for _, r := range table() {
		if value := f.value(r.Name); value != "" {
			p[r.Name] = value
		}
	}
	return p
}

// value is a parameter's value as a request has it, "" where it is not set.
func (f *FlowLog) value(name string) string {
	if n := f.number(name); n != nil {
		if *n == 0 {
			return ""
		}
		return strconv.Itoa(*n)
	}
	return *f.text(name)
}

// set stores a value that its rule found legal.
func (f *FlowLog) set(name, value string) {
	if n := f.number(name); n != nil {
		*n, _ = decimal(value)
		return
	}
	*f.text(name) = value
}

// number is where an integer parameter is kept, nil for others.
func (f *FlowLog) number(name string) *int {
	switch name {
	case "ActiveAging":
		return &f.ActiveAging
	case "InactiveAging":
		return &f.InactiveAging
	case "NetflowServerPort":
		return &f.NetflowServerPort
	}
	return nil
}

// text is where any other parameter is kept.
func (f *FlowLog) text(name string) *string {
	switch name {
	case "RegionId":
		return &f.RegionId
	case "OutputType":
		return (*string)(&f.OutputType)
	case "NetflowServerIp":
		return &f.NetflowServerIp
	case "NetflowVersion":
		return &f.NetflowVersion
	case "SlsRegionId":
		return &f.SlsRegionId
	case "ProjectName":
		return &f.ProjectName
	case "LogstoreName":
		return &f.LogstoreName
	case "Name":
		return &f.Name
	case "Description":
		return &f.Description
	case "ResourceGroupId":
		return &f.ResourceGroupId
	}
	return new(string)
}
