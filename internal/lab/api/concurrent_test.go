package api

import (
	"sync"
	"testing"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/smartag"

	"github.com/sagflow/sagflow/internal/lab/rpc"
)

// together runs n functions at once and counts their results' codes.
func together(n int, do func(i int) error) map[string]int {
	codes := make([]string, n)
	ready := make(chan struct{})
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() {
			<-ready
			codes[i] = codeOf(do(i))
		})
	}
	close(ready)
	group.Wait()
	count := map[string]int{}
	for _, code := range codes {
		count[code]++
	}
	return count
}

// TestOneAssociationWins binds one gateway to many FlowLogs at once.
func TestOneAssociationWins(t *testing.T) {
	const n = 50
	b := newBench(t, n)
	ids := make([]string, n)
	for i := range ids {
		ids[i] = b.create(netflowLog())
	}
	count := together(n, func(i int) error {
		_, err := b.try("AssociateFlowLog", values{"FlowLogId": ids[i], "SmartAGId": gateway1})
		return err
	})
	equal(t, "codes", map[string]int{"": 1, "OperationFailed.AssociateFlowLog": n - 1}, count)
	winner, _ := b.o.Store.State().Bound(gateway1)
	equal(t, "FlowLogIds", any(winner), flowLogIDs(b.do("DescribeSmartAccessGatewayAttribute", values{"SmartAGId": gateway1}))[0])
}

// TestQuotaHolds makes many FlowLogs at once.
func TestQuotaHolds(t *testing.T) {
	b := newBench(t, 7)
	count := together(40, func(int) error {
		_, err := b.try("CreateFlowLog", netflowLog())
		return err
	})
	equal(t, "codes", map[string]int{"": 7, "QuotaExceeded.Flowlog": 33}, count)
}

// TestDeleteOrAssociate lets both race: either there is a binding and a FlowLog, or neither.
func TestDeleteOrAssociate(t *testing.T) {
	b := newBench(t, 100)
	for range 30 {
		id := b.create(netflowLog())
		count := together(2, func(i int) error {
			action := []string{"DeleteFlowLog", "AssociateFlowLog"}[i]
			_, err := b.try(action, values{"FlowLogId": id, "SmartAGId": gateway1})
			return err
		})
		_, there := b.o.Store.State().FlowLog(id)
		_, bound := b.o.Store.State().Bound(gateway1)
		if there != bound || count[""] != 1 || count["DependencyViolation.FlowLog"]+count["InvalidFlowLogId.NotFound"] != 1 {
			t.Fatalf("there %v, bound %v, codes %v", there, bound, count)
		}
		if bound {
			b.do("DisassociateFlowLog", values{"FlowLogId": id, "SmartAGId": gateway1})
		}
	}
}

// TestOneAssociationWinsBySDK is the first test through the server, with a client for each call.
func TestOneAssociationWinsBySDK(t *testing.T) {
	const n = 12
	l := start(t, Options{})
	ids := make([]string, n)
	for i := range ids {
		ids[i] = l.create(netflowLog())
	}
	won := make([]bool, n)
	together(n, func(i int) error {
		one := &lab{tb: t, location: l.location, client: l.newClient()}
		err := one.call("AssociateFlowLog", values{"FlowLogId": ids[i], "SmartAGId": gateway1}, nil)
		won[i] = err == nil
		if err != nil {
			equal(t, "code", "OperationFailed.AssociateFlowLog", serverError(t, err).ErrorCode())
		}
		return nil
	})
	device := smartag.CreateDescribeSmartAccessGatewayAttributeResponse()
	must(t, l.send(smartag.CreateDescribeSmartAccessGatewayAttributeRequest(), device, values{"SmartAGId": gateway1}))
	for i, id := range ids {
		if won[i] != (id == device.FlowLogIds.FlowLogId[0]) {
			t.Errorf("call %d won: %v; bound is %q", i, won[i], device.FlowLogIds.FlowLogId)
		}
	}
}

// flowLogIDs are the FlowLogIds of a gateway's attributes.
func flowLogIDs(o rpc.Object) []any {
	list, _ := field(o, "FlowLogIds").(rpc.List)
	return list.Values
}
