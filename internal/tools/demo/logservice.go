package main

import (
	"context"
	"fmt"
	"math"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"

	sdk "github.com/aliyun/aliyun-log-go-sdk"
)

// pageLines is the most that one search answers.
const pageLines = 100

// search asks Log Service for all that it has, by the official SDK.
func (d demo) search(at string) ([]map[string]string, error) {
	client, err := d.client(at)
	if err != nil {
		return nil, err
	}
	var all []map[string]string
	for {
		page, err := client.GetLogs(project, logstore, "", 0, math.MaxInt32, "*", pageLines, int64(len(all)), false)
		if err != nil {
			return nil, fmt.Errorf("search Log Service: %w", err)
		}
		all = append(all, page.Logs...)
		if len(page.Logs) < pageLines {
			return all, nil
		}
	}
}

// client is the SDK's, whose connections go to the lab whatever the endpoint's name.
func (d demo) client(at string) (*sdk.Client, error) {
	u, err := url.Parse(at)
	if err != nil {
		return nil, err
	}
	keys, err := os.ReadFile(d.file(credentialsFile))
	if err != nil {
		return nil, err
	}
	return &sdk.Client{
		Endpoint: "http://" + region + ".log.aliyuncs.com", Region: region, AuthVersion: sdk.AuthV4,
		AccessKeyID: valueOf(keys, "access_key_id"), AccessKeySecret: valueOf(keys, "access_key_secret"),
		HTTPClient: &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, u.Host)
		}}},
	}, nil
}

// valueOf reads a key of the first section of an INI file.
func valueOf(text []byte, key string) string {
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, "="); ok && strings.TrimSpace(name) == key {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// inSeconds is a record as Log Service has it: its times are whole seconds, and there is no end reason.
func (r record) inSeconds() record {
	r.StartMs, r.EndMs, r.Reason = r.StartMs/1000, r.EndMs/1000, ""
	return r
}

// logRecord reads a log.
func logRecord(fields map[string]string) (r record, err error) {
	number := func(key string, bits int) uint64 {
		n, e := strconv.ParseUint(fields[key], 10, bits)
		if e != nil && err == nil {
			err = fmt.Errorf("read log: %s: %w", key, e)
		}
		return n
	}
	r = record{
		Src: fields["srcaddr"], Dst: fields["dstaddr"], Protocol: uint8(number("protocol", 8)),
		SrcPort: uint16(number("srcport", 16)), DstPort: uint16(number("dstport", 16)),
		Packets: number("packets", 64), Octets: number("bytes", 64), Flags: uint8(number("tcp-flags", 8)), ToS: uint8(number("tos", 8)),
		StartMs: int64(number("start", 63)), EndMs: int64(number("end", 63)),
	}
	return r, err
}
