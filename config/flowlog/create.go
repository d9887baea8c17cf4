package flowlog

import "maps"

// Create checks the parameters of CreateFlowLog and returns the FlowLog with defaults filled in,
// Active and without an id, or all faults in the API's order. Unknown parameters are ignored.
// Parameters that are given are checked whatever the OutputType; required are only its own.
// NetflowServerPort and NetflowVersion get their defaults where the OutputType uses them.
func Create(p Parameters) (FlowLog, Faults) {
	f, faults := build(p)
	if len(faults) > 0 {
		return FlowLog{}, faults
	}
	f.Status = Active
	return f, nil
}

// Modify is Create for ModifyFlowLogAttribute: parameters that are absent keep f's values, and the
// rules hold for the merged result. FlowLogId and Status stay, and so does RegionId: another region
// than f's is IllegalParam.RegionId. On faults f comes back unchanged.
func (f FlowLog) Modify(p Parameters) (FlowLog, Faults) {
	merged := f.Parameters()
	maps.Copy(merged, p)
	changed, faults := build(merged)
	if fault := f.moved(merged["RegionId"]); fault != nil && (len(faults) == 0 || faults[0].Parameter != "RegionId") {
		faults = append(Faults{fault}, faults...)
	}
	if len(faults) > 0 {
		return f, faults
	}
	changed.FlowLogId, changed.Status = f.FlowLogId, f.Status
	return changed, nil
}

// moved is the fault of a request for a FlowLog of another region.
func (f *FlowLog) moved(region string) *Fault {
	if f.RegionId == "" || region == f.RegionId {
		return nil
	}
	return NewFault("IllegalParam.RegionId", "RegionId", region, f.RegionId+", where the FlowLog lives")
}

// build goes through the table. What has a fault stays unset.
func build(p Parameters) (FlowLog, Faults) {
	var f FlowLog
	var faults Faults
	t := OutputType(p["OutputType"])
	for _, r := range Rules() {
		value, given := p[r.Name]
		if !given {
			value, given = r.fallback(t)
		}
		if fault := r.apply(&f, value, given, r.Needed(t)); fault != nil {
			faults = append(faults, fault)
		}
	}
	return f, faults
}

// apply checks one parameter and stores it.
func (r Rule) apply(f *FlowLog, value string, given, needed bool) *Fault {
	if !given {
		if needed {
			return r.Missing()
		}
		return nil
	}
	if fault := r.Check(value); fault != nil {
		return fault
	}
	f.set(r.Name, value)
	return nil
}
