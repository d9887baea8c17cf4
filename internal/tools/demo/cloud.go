package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
)

// Where the demonstration's records go in Log Service, and whose they are.
const (
	region   = "cn-hangzhou"
	project  = "flows"
	logstore = "office"
	gateway  = "sag-0nnf0a1b2c3d4e5f6"
)

// cloud runs a device that does what its FlowLog says: to a collector and to Log Service.
func (d demo) cloud(ctx context.Context) (failed error) {
	api, err := d.startServer(ctx, "api", "--listen", "127.0.0.1:0", "--store", d.file("lab.db"))
	if err != nil {
		return err
	}
	defer func() { failed = errors.Join(failed, api.end()) }()
	logs, err := d.startServer(ctx, "sls", "--listen", "127.0.0.1:0", "--store", d.file("logs"))
	if err != nil {
		return err
	}
	defer func() { failed = errors.Join(failed, logs.end()) }()
	c, err := d.startCollector(ctx, d.file("all-received.jsonl"), d.file("all-received.json"))
	if err != nil {
		return err
	}
	failed = d.followFlowLog(ctx, api.at["api"], logs.at["sls"], c.address)
	if err := errors.Join(failed, c.end()); err != nil {
		return err
	}
	return d.compare(ctx, logs.at["sls"])
}

func (d demo) file(name string) string { return filepath.Join(d.dir, name) }

// followFlowLog creates a FlowLog, binds it, and replays the capture as its device.
func (d demo) followFlowLog(ctx context.Context, api, logs, collector string) error {
	host, port, err := net.SplitHostPort(collector)
	if err != nil {
		return err
	}
	id, err := d.flowlog(ctx, api, "create", "-o", "id", "--output-type", "all",
		"--netflow-server-ip", host, "--netflow-server-port", port, "--netflow-version", "V9",
		"--sls-region-id", region, "--project-name", project, "--logstore-name", logstore, "--active-aging", "60")
	if err != nil {
		return err
	}
	if _, err := d.flowlog(ctx, api, "associate", "--flow-log-id", id, "--smart-ag-id", gateway); err != nil {
		return err
	}
	if _, err := d.flowlog(ctx, api, "show", "--flow-log-id", id); err != nil {
		return err
	}
	if err := os.WriteFile(d.file("agent.yaml"), []byte(deviceFile(api, logs)), 0o600); err != nil {
		return err
	}
	fmt.Fprintf(d.out, "\n$ cat agent.yaml\n%s", deviceFile(api, logs))
	err = d.command(ctx, "replay", "-q", "-c", d.file("agent.yaml"), "--records", d.file("all-sent.jsonl"), "--summary", d.file("all-sent.json"), d.capture).Run()
	if err != nil {
		return fmt.Errorf("replay: %w", err)
	}
	if err := d.command(ctx, "status", "-c", d.file("agent.yaml")).Run(); err != nil {
		return fmt.Errorf("status: %w", err)
	}
	if err := d.program(ctx, "sagflow-lab", "sls", "dedup", "--store", d.file("logs")).Run(); err != nil {
		return fmt.Errorf("dedup: %w", err)
	}
	return nil
}

// deviceFile is the device's own configuration.
func deviceFile(api, logs string) string {
	return fmt.Sprintf(`smart-access-gateway: {id: %s, serial-number: sag1000lab0001, account: "1234567890123456", region: cn-shanghai}
api: {endpoint: %q}
sls: {endpoint: %q}
credentials-file: %s
state-directory: state
`, gateway, api, logs, credentialsFile)
}

// flowlog makes a call of the API and returns what it printed.
func (d demo) flowlog(ctx context.Context, api string, args ...string) (string, error) {
	cmd := d.program(ctx, "sagflow-lab", append([]string{"flowlog", "--endpoint", api}, args...)...)
	cmd.Stdout = nil
	text, err := cmd.Output()
	fmt.Fprint(d.out, string(text))
	if err != nil {
		return "", fmt.Errorf("flowlog %s: %w", args[0], err)
	}
	return strings.TrimSpace(string(text)), nil
}
