package rpc

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The worked examples of the public documentation of both schemes.
func TestDocumentedVersion1Vectors(t *testing.T) {
	tests := []struct {
		name, target, text, want string
	}{
		{
			name: "page Signature, DescribeRegions",
			target: "/?Timestamp=2016-02-23T12:46:24Z&Format=XML&AccessKeyId=testid&Action=DescribeRegions&SignatureMethod=HMAC-SHA1" +
				"&SignatureNonce=3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf&Version=2014-05-26&SignatureVersion=1.0&Signature=x",
			text: "GET&%2F&AccessKeyId%3Dtestid%26Action%3DDescribeRegions%26Format%3DXML%26SignatureMethod%3DHMAC-SHA1%26SignatureNonce%3D" +
				"3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf%26SignatureVersion%3D1.0%26Timestamp%3D2016-02-23T12%253A46%253A24Z%26Version%3D2014-05-26",
			want: "OLeaidS1JvxuMvnyHOwuJ+uX5qY=",
		},
		{
			name: "page Signature method V2, DescribeDedicatedHosts",
			target: "/?AccessKeyId=testid&Action=DescribeDedicatedHosts&Format=JSON&RegionId=cn-beijing&SignatureMethod=HMAC-SHA1" +
				"&SignatureNonce=edb2b34af0af9a6d14deaf7c1a5315eb&SignatureVersion=1.0&Timestamp=2023-03-13T08%3A34%3A30Z&Version=2014-05-26&Signature=x",
			text: "GET&%2F&AccessKeyId%3Dtestid%26Action%3DDescribeDedicatedHosts%26Format%3DJSON%26RegionId%3Dcn-beijing%26SignatureMethod%3DHMAC-SHA1" +
				"%26SignatureNonce%3Dedb2b34af0af9a6d14deaf7c1a5315eb%26SignatureVersion%3D1.0%26Timestamp%3D2023-03-13T08%253A34%253A30Z%26Version%3D2014-05-26",
			want: "9NaGiOspFP5UPcwX8Iwt2YJXXuk=",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := &call{http: httptest.NewRequest(http.MethodGet, test.target, nil)}
			if err := c.read(httptest.NewRecorder()); err != nil {
				t.Fatal(err)
			}
			g, err := c.signature()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.text, g.stringToSign); diff != "" {
				t.Error(diff)
			}
			if got := g.sign("testsecret"); got != test.want {
				t.Errorf("signature %s, want %s", got, test.want)
			}
		})
	}
}

func TestDocumentedACS3Vector(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/?RegionId=cn-shanghai&ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd", nil)
	r.Host = "ecs.cn-shanghai.aliyuncs.com"
	for name, value := range map[string]string{
		"x-acs-action": "RunInstances", "x-acs-version": "2014-05-26",
		"x-acs-date": "2023-10-26T10:22:32Z", "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
		"x-acs-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"Authorization": "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;" +
			"x-acs-signature-nonce;x-acs-version,Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
	} {
		r.Header.Set(name, value)
	}
	c := &call{http: r}
	if err := c.read(httptest.NewRecorder()); err != nil {
		t.Fatal(err)
	}
	g, err := c.signature()
	if err != nil {
		t.Fatal(err)
	}
	if !g.matches("YourAccessKeySecret") {
		t.Errorf("the documented signature is refused; ours is %s of%s", g.sign("YourAccessKeySecret"), g.note)
	}
	if want := acs3Algorithm + "\n7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259"; g.stringToSign != want {
		t.Errorf("string to sign %q, want %q", g.stringToSign, want)
	}
	if err := g.checkTime(time.Date(2023, 10, 26, 10, 37, 32, 0, time.UTC)); err != nil {
		t.Errorf("15 minutes later: %v", err)
	}
}
