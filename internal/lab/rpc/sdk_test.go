package rpc

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/google/go-cmp/cmp"
)

// newLive is a lab with the system's clock, since the SDK has no other.
func newLive(t *testing.T) *lab {
	return newLab(t, func(o *Options) { o.Now, o.Keys = time.Now, keyStore(t, time.Now().Add(time.Hour)) })
}

func sdkClient(t *testing.T, l *lab, credential auth.Credential) *sdk.Client {
	t.Helper()
	config := sdk.NewConfig().WithAutoRetry(false).WithTimeout(10 * time.Second)
	client, err := sdk.NewClientWithOptions("cn-shanghai", config, credential)
	if err != nil {
		t.Fatal(err)
	}
	client.Domain = strings.TrimPrefix(l.URL, "http://")
	return client
}

func sdkRequest(method, action string) *requests.CommonRequest {
	r := requests.NewCommonRequest()
	r.Product, r.Version, r.ApiName, r.Method, r.Scheme = "Smartag", testVersion, action, method, "http"
	return r
}

func TestGoSDK(t *testing.T) {
	parameters := map[string]string{"Name": "a b+c*d~", "Description": "创建流日志/?&=", "Empty": ""}
	for _, method := range []string{"GET", "POST"} {
		for _, place := range []string{"query", "form", "both"} {
			for _, format := range []string{"JSON", "XML"} {
				t.Run(method+" "+place+" "+format, func(t *testing.T) {
					l := newLive(t)
					r := sdkRequest(method, "CreateFlowLog")
					r.AcceptFormat = format
					for name, value := range parameters {
						if place == "query" || place == "both" && name != "Name" {
							r.QueryParams[name] = value
						} else {
							r.FormParams[name] = value
						}
					}
					response, err := sdkClient(t, l, credentials.NewAccessKeyCredential(master.id, master.secret)).ProcessCommonRequest(r)
					if err != nil {
						t.Fatal(err)
					}
					want := merged(parameters, map[string]string{"RegionId": "cn-shanghai"})
					if diff := cmp.Diff(want, l.last(t).Parameters); diff != "" {
						t.Error(diff)
					}
					text := response.GetHttpContentString()
					if !response.IsSuccess() || json.Valid([]byte(text)) != (format == "JSON") {
						t.Errorf("%d %s", response.GetHttpStatus(), text)
					}
				})
			}
		}
	}
}

func TestGoSDKErrors(t *testing.T) {
	wrongToken := credentials.NewStsTokenCredential(guest.id, guest.secret, "x")
	token := credentials.NewStsTokenCredential(guest.id, guest.secret, guest.token)
	key := credentials.NewAccessKeyCredential(master.id, master.secret)
	tests := []struct {
		name       string
		credential auth.Credential
		action     string
		status     int
		code       string
	}{
		{"unknown key", credentials.NewAccessKeyCredential("nobody", "x"), "CreateFlowLog", 404, "InvalidAccessKeyId.NotFound"},
		{"wrong secret", credentials.NewAccessKeyCredential(master.id, "x"), "CreateFlowLog", 400, "SignatureDoesNotMatch"},
		{"unknown action", key, "Create", 404, "InvalidAction.NotFound"},
		{"wrong token", wrongToken, "CreateFlowLog", 400, "InvalidSecurityToken.MismatchWithAccessKey"},
		{"expired token", token, "CreateFlowLog", 400, "InvalidSecurityToken.Expired"},
		{"handler's error", key, "DescribeFlowLogs", 403, "FeatureNotSupport"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newLive(t)
			l.reply = func(*Request) (Object, error) { return nil, &Error{"FeatureNotSupport", "No.", 403} }
			if test.name == "expired token" {
				if err := l.keys.Expire(guest.id); err != nil {
					t.Fatal(err)
				}
			}
			_, err := sdkClient(t, l, test.credential).ProcessCommonRequest(sdkRequest("POST", test.action))
			var got *sdkerrors.ServerError
			if !errors.As(err, &got) || got.HttpStatus() != test.status || got.ErrorCode() != test.code || got.RequestId() == "" || got.HostId() == "" {
				t.Fatalf("%v", err)
			}
			if test.code == "SignatureDoesNotMatch" && !strings.Contains(got.Recommend(), "InvalidAccessKeySecret") {
				t.Errorf("the SDK finds another string to sign than its own: %s", got.Recommend())
			}
		})
	}
}

func TestGoSDKWithToken(t *testing.T) {
	l := newLive(t)
	client := sdkClient(t, l, credentials.NewStsTokenCredential(guest.id, guest.secret, guest.token))
	if _, err := client.ProcessCommonRequest(sdkRequest("POST", "CreateFlowLog")); err != nil {
		t.Fatal(err)
	}
	if got := l.last(t); got.AccessKeyID != guest.id {
		t.Errorf("%+v", got)
	}
}
