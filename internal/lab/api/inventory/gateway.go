package inventory

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// What a gateway must be for flow logs: the user guide names the model and the version; that the edition
// basic alone lacks them is our reading.
const (
	modelWithFlowLogs   = "sag-1000"
	versionWithFlowLogs = "1.7.0"
	editionWithout      = "basic"
)

// Gateway is a Smart Access Gateway of the inventory.
type Gateway struct {
	// ID is the SmartAGId.
	ID           string
	SerialNumber string
	// Model is shown as HardwareVersion, Version as SoftwareVersion: 1 to 4 numbers with dots between.
	Model, Version string
	Edition        string
	// Account is the owner's number in decimal digits.
	Account string
	Region  string
	// Name, Description and ResourceGroupID may be empty.
	Name, Description, ResourceGroupID string
}

// EditionHasFlowLogs says that the gateway's edition has flow logs.
func (g Gateway) EditionHasFlowLogs() bool { return g.Edition != editionWithout }

// SupportsFlowLogs says that a FlowLog can be bound to the gateway's model and version.
func (g Gateway) SupportsFlowLogs() bool {
	return g.Model == modelWithFlowLogs && CompareVersions(g.Version, versionWithFlowLogs) >= 0
}

// CompareVersions compares number by number, so that 1.10.0 is above 1.7.0: -1, 0 or 1. Numbers that are
// left out are 0.
func CompareVersions(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(as), len(bs)) {
		if c := cmp.Compare(numberAt(as, i), numberAt(bs, i)); c != 0 {
			return c
		}
	}
	return 0
}

func numberAt(numbers []string, i int) uint64 {
	if i >= len(numbers) {
		return 0
	}
	n, _ := strconv.ParseUint(numbers[i], 10, 64) // the largest if it is larger
	return n
}

// Inventory is a set of gateways. It never changes.
type Inventory struct {
	gateways []Gateway
	byID     map[string]int
}

// New makes an inventory of gateways with different ids, without checking anything else.
func New(gateways ...Gateway) *Inventory {
	inv := &Inventory{gateways: slices.Clone(gateways), byID: make(map[string]int, len(gateways))}
	for i, g := range gateways {
		inv.byID[g.ID] = i
	}
	return inv
}

// All returns the gateways in the file's order. The slice is the caller's.
func (inv *Inventory) All() []Gateway { return slices.Clone(inv.gateways) }

// Lookup finds a gateway by its SmartAGId.
func (inv *Inventory) Lookup(id string) (Gateway, bool) {
	i, ok := inv.byID[id]
	if !ok {
		return Gateway{}, false
	}
	return inv.gateways[i], true
}

// Default is the inventory of a lab without a file: gateways that can be used, one in another region, and one
// of each kind that AssociateFlowLog refuses.
func Default() *Inventory {
	lab := func(id, serial, version, name string) Gateway {
		return Gateway{
			ID: id, SerialNumber: serial, Model: modelWithFlowLogs, Version: version, Edition: "standard",
			Account: "1234567890123456", Region: "cn-shanghai", Name: name,
		}
	}
	model := lab("sag-0nnf0model0000004", "sag100wmlab0004", "2.3.0", "lab-wrong-model")
	model.Model = "sag-100wm"
	edition := lab("sag-0nnf0basic0000006", "sag1000lab0006", "1.7.0", "lab-basic-edition")
	edition.Edition = editionWithout
	region := lab("sag-0nnf0region000007", "sag1000lab0007", "1.7.0", "lab-singapore")
	region.Region = "ap-southeast-1"
	return New(
		lab("sag-0nnf0a1b2c3d4e5f6", "sag1000lab0001", "1.7.0", "lab-1"),
		lab("sag-0nnf0a1b2c3d4e5f7", "sag1000lab0002", "1.10.0", "lab-2"),
		lab("sag-0nnf0a1b2c3d4e5f8", "sag1000lab0003", "2.0.1", "lab-3"),
		model,
		lab("sag-0nnf0oldversion05", "sag1000lab0005", "1.6.9", "lab-old-version"),
		edition,
		region,
	)
}
