package flowlog

const (
	referencePage = "reference page"
	laterPages    = "later reference page, user guide"
	ourReading    = "our reading"
)

const (
	maxText = 128 // characters of Name, Description and ResourceGroupId
	maxName = 63  // characters of a project or logstore, as of any label of a host name
)

// table is the rules, in the API's order of checking, without the messages of their codes.
func table() []Rule {
	toNetflow := func() []OutputType { return []OutputType{OutputNetflow, OutputAll} }
	toSLS := func() []OutputType { return []OutputType{OutputSLS, OutputAll} }
	return []Rule{
		{
			Name: "RegionId", Description: "The region in which the FlowLog lives.", Always: true, Values: append([]string(nil), smartagRegions[:]...),
			MissingCode: "IllegalParam.RegionId", IllegalCode: "IllegalParam.RegionId",
			Source: referencePage + "; the list: the official SDKs' endpoints",
		},
		{
			Name: "OutputType", Description: "Where records go: Log Service, a NetFlow collector, or both.", Always: true,
			Values:      []string{string(OutputSLS), string(OutputNetflow), string(OutputAll)},
			MissingCode: "IllegalParam.OutputType", IllegalCode: "IllegalParam.OutputType", Source: referencePage,
		},
		{
			Name: "ActiveAging", Description: "A flow that goes on is put out at this interval.", Default: "300",
			Integer: true, Min: 60, Max: 6000, Unit: "s",
			MissingCode: "IllegalParam.ActiveAging", IllegalCode: "IllegalParam.ActiveAging", Source: laterPages,
		},
		{
			Name: "InactiveAging", Description: "A flow without a packet for so long has ended.", Default: "15",
			Integer: true, Min: 10, Max: 600, Unit: "s",
			MissingCode: "IllegalParam.InactiveAging", IllegalCode: "IllegalParam.InactiveAging", Source: laterPages,
		},
		{
			Name: "NetflowServerIp", Description: "The collector's address.", RequiredFor: toNetflow(), Address: true,
			MissingCode: "MissingParam.NetflowServerIp", IllegalCode: "IllegalParam.NetflowServerIp",
			Source: referencePage + "; which addresses: " + ourReading,
		},
		{
			Name: "NetflowServerPort", Description: "The collector's UDP port.", RequiredFor: toNetflow(), Default: "9995",
			Integer: true, Min: 1, Max: 65535,
			MissingCode: "MissingParam.NetflowServerPort", IllegalCode: "IllegalParam.NetflowServerPort",
			Source: referencePage + "; the range: UDP's",
		},
		{
			Name: "NetflowVersion", Description: "The version of NetFlow; V10 is IPFIX.", RequiredFor: toNetflow(), Default: "V9",
			Values:      []string{"V5", "V9", "V10"},
			MissingCode: "MissingParam.NetflowVersion", IllegalCode: "IllegalParam.NetflowVersion", Source: referencePage,
		},
		{
			Name: "SlsRegionId", Description: "The region of the Log Service project.", RequiredFor: toSLS(), Values: append([]string(nil), slsRegions[:]...),
			MissingCode: "MissingParam.SlsRegionId", IllegalCode: "IllegalParam.SlsRegionId",
			Source: referencePage + "; the list: Log Service's pages of regions and endpoints",
		},
		{
			Name: "ProjectName", Description: "The Log Service project.", RequiredFor: toSLS(), MaxLength: maxName, Marks: "-",
			MissingCode: "MissingParam.ProjectName", IllegalCode: InvalidParameter,
			Source: referencePage + "; the characters: Log Service's",
		},
		{
			Name: "LogstoreName", Description: "The Log Service logstore.", RequiredFor: toSLS(), MaxLength: maxName, Marks: "-_",
			MissingCode: "MissingParam.LogstoreName", IllegalCode: InvalidParameter,
			Source: referencePage + "; the characters: Log Service's",
		},
		{Name: "Name", Description: "The FlowLog's name.", MaxLength: maxText, IllegalCode: InvalidParameter, Source: ourReading},
		{Name: "Description", Description: "What it is for.", MaxLength: maxText, IllegalCode: InvalidParameter, Source: ourReading},
		{Name: "ResourceGroupId", Description: "The resource group it belongs to.", MaxLength: maxText, IllegalCode: InvalidParameter, Source: ourReading},
	}
}
