package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"

	sdk "github.com/aliyun/aliyun-log-go-sdk"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sagflow/sagflow/config/credentials"
)

const (
	slsProject  = "sag-lab"
	slsLogstore = "flows"
	slsRegion   = "cn-hangzhou"
)

// slsClient is the official client, with the first key of a credentials file and connections that all go to address.
func slsClient(version sdk.AuthVersionType, address, file string) (*sdk.Client, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	profiles, err := credentials.Parse(file, text)
	if err != nil {
		return nil, err
	}
	return &sdk.Client{
		Endpoint: slsRegion + ".log.aliyuncs.com", Region: slsRegion, AuthVersion: version, RetryTimeOut: 20 * time.Second,
		AccessKeyID: profiles[0].AccessKeyID, AccessKeySecret: string(profiles[0].AccessKeySecret),
		HTTPClient: &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, "tcp", address)
			},
		}},
	}, nil
}

// slsGroup is one part of a batch, as a device tags it.
func slsGroup(boot string, batch, first, count int) *sdk.LogGroup {
	g := &sdk.LogGroup{Topic: new("sag-flowlog"), Source: new("sag-1")}
	for _, tag := range [][2]string{
		{"device", "sag-1"}, {"boot", boot}, {"batch", strconv.Itoa(batch)}, {"first", strconv.Itoa(first)}, {"count", strconv.Itoa(count)},
	} {
		g.LogTags = append(g.LogTags, &sdk.LogTag{Key: new(tag[0]), Value: new(tag[1])})
	}
	for i := range count {
		g.Logs = append(g.Logs, &sdk.Log{Time: new(uint32(1_700_000_000 + first + i)), Contents: []*sdk.LogContent{
			{Key: new("srcaddr"), Value: new("10.0.0.1")}, {Key: new("bytes"), Value: new(strconv.Itoa(first + i))},
		}})
	}
	return g
}

// put writes a part of a batch to port $PORT by the official client: put BOOT BATCH FIRST COUNT WANT [SRCADDR]. WANT is
// ok, or the error code that must be answered.
func put(ts *testscript.TestScript, _ bool, args []string) {
	var n [3]int
	for i := range n {
		var err error
		n[i], err = strconv.Atoi(args[i+1])
		ts.Check(err)
	}
	client, err := slsClient(sdk.AuthV4, "127.0.0.1:"+ts.Getenv("PORT"), ts.MkAbs("sagflow-lab.credentials"))
	ts.Check(err)
	defer client.HTTPClient.CloseIdleConnections()
	group := slsGroup(args[0], n[0], n[1], n[2])
	for _, log := range group.Logs[:min(len(args)-5, len(group.Logs))] {
		log.Contents[0].Value = new(args[5])
	}
	err = client.PutLogs(slsProject, slsLogstore, group)
	got := "ok"
	if refused := (*sdk.Error)(nil); errors.As(err, &refused) {
		got = refused.Code
	} else if err != nil {
		got = fmt.Sprint(err)
	}
	if got != args[4] {
		ts.Fatalf("put %v: %v", args, err)
	}
}
