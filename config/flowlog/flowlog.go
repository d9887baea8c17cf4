package flowlog

// Status says whether a FlowLog is in use.
type Status string

// The statuses. New FlowLogs are Active.
const (
	Active   Status = "Active"
	Inactive Status = "Inactive"
)

// OutputType says where records go.
type OutputType string

// The output types.
const (
	OutputSLS     OutputType = "sls"
	OutputNetflow OutputType = "netflow"
	OutputAll     OutputType = "all"
)

// SLS says that records go to Log Service.
func (t OutputType) SLS() bool { return t == OutputSLS || t == OutputAll }

// Netflow says that records go to a NetFlow collector.
func (t OutputType) Netflow() bool { return t == OutputNetflow || t == OutputAll }

// FlowLog is the API's resource. Its fields have the API's names, to the letter; it is comparable.
type FlowLog struct {
	// FlowLogId is fl- and 17 of a-z and 0-9; "" for one that is written in the device's own file.
	FlowLogId string
	// RegionId is where the resource lives.
	RegionId          string
	Name, Description string
	Status            Status
	OutputType        OutputType
	// ActiveAging and InactiveAging are in seconds.
	ActiveAging, InactiveAging int
	// SlsRegionId, ProjectName and LogstoreName say where in Log Service.
	SlsRegionId, ProjectName, LogstoreName string
	NetflowServerIp                        string
	NetflowServerPort                      int
	// NetflowVersion is V5, V9 or V10.
	NetflowVersion  string
	ResourceGroupId string
}

// Parameters are a request's parameters by their names. A name that is not there is absent; one with
// "" is empty, which is not the same.
type Parameters map[string]string
