package flowlogcli

import (
	"context"
	"fmt"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/responses"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/smartag"

	"github.com/sagflow/sagflow/config/flowlog"
)

// Create calls CreateFlowLog.
func (c *Client) Create(ctx context.Context, p flowlog.Parameters) (*smartag.CreateFlowLogResponse, error) {
	return answer(ctx, c, smartag.CreateCreateFlowLogRequest(), smartag.CreateCreateFlowLogResponse(), p)
}

// Modify calls ModifyFlowLogAttribute.
func (c *Client) Modify(ctx context.Context, p flowlog.Parameters) (*smartag.ModifyFlowLogAttributeResponse, error) {
	return answer(ctx, c, smartag.CreateModifyFlowLogAttributeRequest(), smartag.CreateModifyFlowLogAttributeResponse(), p)
}

// Delete calls DeleteFlowLog.
func (c *Client) Delete(ctx context.Context, p flowlog.Parameters) (*smartag.DeleteFlowLogResponse, error) {
	return answer(ctx, c, smartag.CreateDeleteFlowLogRequest(), smartag.CreateDeleteFlowLogResponse(), p)
}

// Activate calls ActiveFlowLog.
func (c *Client) Activate(ctx context.Context, p flowlog.Parameters) (*smartag.ActiveFlowLogResponse, error) {
	return answer(ctx, c, smartag.CreateActiveFlowLogRequest(), smartag.CreateActiveFlowLogResponse(), p)
}

// Deactivate calls DeactiveFlowLog.
func (c *Client) Deactivate(ctx context.Context, p flowlog.Parameters) (*smartag.DeactiveFlowLogResponse, error) {
	return answer(ctx, c, smartag.CreateDeactiveFlowLogRequest(), smartag.CreateDeactiveFlowLogResponse(), p)
}

// Associate calls AssociateFlowLog.
func (c *Client) Associate(ctx context.Context, p flowlog.Parameters) (*smartag.AssociateFlowLogResponse, error) {
	return answer(ctx, c, smartag.CreateAssociateFlowLogRequest(), smartag.CreateAssociateFlowLogResponse(), p)
}

// Disassociate calls DisassociateFlowLog.
func (c *Client) Disassociate(ctx context.Context, p flowlog.Parameters) (*smartag.DisassociateFlowLogResponse, error) {
	return answer(ctx, c, smartag.CreateDisassociateFlowLogRequest(), smartag.CreateDisassociateFlowLogResponse(), p)
}

// Gateway calls DescribeSmartAccessGatewayAttribute.
func (c *Client) Gateway(ctx context.Context, p flowlog.Parameters) (*smartag.DescribeSmartAccessGatewayAttributeResponse, error) {
	return answer(ctx, c, smartag.CreateDescribeSmartAccessGatewayAttributeRequest(), smartag.CreateDescribeSmartAccessGatewayAttributeResponse(), p)
}

// answer makes a call and returns its filled response.
func answer[R responses.AcsResponse](ctx context.Context, c *Client, request requests.AcsRequest, response R, p flowlog.Parameters) (R, error) {
	return response, c.call(ctx, request, response, p)
}

// NotFoundError says that the list of FlowLogs does not hold the one that was asked for.
type NotFoundError struct{ FlowLogID, Region string }

// Error names both.
func (e *NotFoundError) Error() string {
	return fmt.Sprintf("there is no FlowLog %q in region %q", e.FlowLogID, e.Region)
}
