package flowlog

// FromDescription checks a FlowLog as DescribeFlowLogs answered it for a device: all of p's names are
// the answer's fields, numbers in decimal. Only what the OutputType uses is checked; what it does not
// use is left at its zero value, and so are Name, Description and ResourceGroupId: two answers that
// ask the same of a device give equal FlowLogs. FlowLogId and Status are checked too, and come first.
// Nothing is filled in: a field that is used must be there. RegionId is not one of the answer's fields
// and may be absent.
func FromDescription(p Parameters) (FlowLog, Faults) {
	f := FlowLog{FlowLogId: p["FlowLogId"], Status: Status(p["Status"])}
	faults := f.identity(p)
	t := OutputType(p["OutputType"])
	for _, r := range Rules() {
		value, given := p[r.Name]
		used := r.Needed(t) || r.Default != "" && len(r.RequiredFor) == 0
		if !used || r.Name == "RegionId" && !given {
			continue
		}
		if fault := r.apply(&f, value, given, true); fault != nil {
			faults = append(faults, fault)
		}
	}
	if len(faults) > 0 {
		return FlowLog{}, faults
	}
	return f, nil
}

// identity checks FlowLogId and Status.
func (f *FlowLog) identity(p Parameters) Faults {
	var faults Faults
	add := func(code, name, want string) {
		fault := NewFault(code, name, p[name], want)
		_, given := p[name]
		fault.Absent = !given
		faults = append(faults, fault)
	}
	const form = "fl- and 17 of a-z and 0-9"
	switch {
	case f.FlowLogId == "":
		add(MissingParamFlowLogID, "FlowLogId", form)
	case !ValidID(f.FlowLogId):
		add(InvalidFlowLogIDNotFound, "FlowLogId", form)
	}
	if f.Status != Active && f.Status != Inactive {
		add(IllegalParamStatus, "Status", "Active or Inactive")
	}
	return faults
}
