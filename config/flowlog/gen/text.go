package main

const head = `# The FlowLog: parameters and error codes

The FlowLog is the resource of the Smartag API (version 2018-03-13) that says how a device ages flows and where it
sends them. The same rules hold in a device's own file (` + "`flowlog:`" + `), in what a device pulls from the API, and in the lab's
API. Written by ` + "`make generate`" + ` from ` + "`config/flowlog`" + `; don't edit by hand.

## Parameters of CreateFlowLog and ModifyFlowLogAttribute

In the order in which they are checked: of several faults the API answers the first. Names, values and codes are exact, also in case.

`

const afterParameters = `
A default fills in for a parameter that is absent; where the column *Needed* names output types, only for these.

`

const readingsHead = `The pages leave some things open, or contradict each other. This is how they are read here.`

// readings are what the pages leave open for requests.
func readings() []string {
	return []string{
		"**Required.** The reference page marks nearly every parameter as required and yet gives defaults. A parameter with a default may be left out, and so may Name, Description and ResourceGroupId. The others are required where the OutputType uses them.",
		"**Missing, empty, illegal.** An empty parameter (`NetflowServerPort=`) is answered with its MissingParam code where the page has one, else with its IllegalParam code, whatever the OutputType. So is one that is absent, needed and without a default. Name, Description and ResourceGroupId may be empty.",
		"**Given but not used.** A parameter that the OutputType doesn't use is checked and kept if it is given. Unknown parameters are ignored.",
		"**Order.** RegionId, OutputType, then as in the table. With an illegal OutputType nothing is known to be required, so that no MissingParam code is added for absent parameters.",
		"**Numbers** are plain decimal: digits only, without sign, spaces, fraction, exponent or leading zeros.",
		"**NetflowServerIp** is an IPv4 or IPv6 address, never a name. Refused, as datagrams to one server can't be sent there from every device: an address with a zone, an IPv6 link-local one, the unspecified, multicast and broadcast addresses. An IPv4-mapped IPv6 address is refused in favour of the IPv4 address itself. Loopback is legal.",
		"**ProjectName and LogstoreName** become a label of a host name and a part of a path, so the characters are those that Log Service allows. Its lower limit of the length is not enforced.",
		"**Texts.** Name, Description and ResourceGroupId are UTF-8 of at most 128 characters, tab and line breaks among them but no other control characters: an answer in XML couldn't carry these. Where the page has no code for an illegal text or name, it is InvalidParameter, a code of ours.",
		"**Regions.** RegionId is one of the official SDKs' Smartag endpoints; SlsRegionId is a public region of Log Service, also one that has closed since. The page's own samples of SlsRegionId, `cn-hanghzou` and `flowlog-shanghai1`, are misspelt and refused; the rest of its sample request is legal.",
		"**Modify.** An absent parameter keeps its value, an empty one is as in Create, and the rules hold for the merged result: OutputType from `sls` to `netflow` needs a NetflowServerIp, now or from before, while NetflowServerPort and NetflowVersion get their defaults if they were never set. A FlowLog can't move: another RegionId than its own is IllegalParam.RegionId.",
		"**Aging.** Nothing relates the two intervals: InactiveAging may exceed ActiveAging.",
		"**FlowLogId** is `fl-` and 17 of a-z and 0-9; the page masks the end of its samples.",
	}
}

const descriptionHead = `A device is stricter with an answer than the API is with a request, so that a truncated one is never taken for a FlowLog.`

// descriptionReadings are what holds for answers.
func descriptionReadings() []string {
	return []string{
		"FlowLogId must have its form (MissingParam.FlowLogId, InvalidFlowLogId.NotFound) and Status be `Active` or `Inactive` (IllegalParam.Status). These two are checked first.",
		"OutputType, ActiveAging, InactiveAging and the parameters that the OutputType uses must be there: no default fills in.",
		"What the OutputType doesn't use is ignored, and so are Name, Description, ResourceGroupId and fields that the API may grow: a change of these changes nothing in a device.",
	}
}
