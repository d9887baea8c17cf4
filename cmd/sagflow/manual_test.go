package main

import (
	"io"
	"path/filepath"
	"testing"

	"github.com/sagflow/sagflow/internal/manual"
	"github.com/sagflow/sagflow/internal/testutil"
)

//go:generate go test . -run ^TestManual$ -update

// deploy/man and deploy/completion are what the command line says.
func TestManual(t *testing.T) {
	program := newProgram(io.Discard, io.Discard)
	model, err := program.Model(&commandLine{})
	if err != nil {
		t.Fatal(err)
	}
	files := manual.Files(model, manual.Ending{
		ExitStatus: [][2]string{
			{"0", "Done."},
			{"1", "An error. What was read before it was exported."},
			{"2", "Wrong usage."},
			{"3", "Records stay in the spool, and the next start delivers them; of `status`, trouble."},
			{"130", "Interrupted. The flows so far were flushed."},
		},
		Files: [][2]string{
			{"/etc/sagflow/agent.yaml", "The configuration of the device: `agent.yaml`(5)."},
			{"/etc/sagflow/credentials", "The access key, of user sagflow with mode 0600, where the configuration names it."},
			{"/var/lib/sagflow", "The last good FlowLog, the status, and what waits for Log Service."},
			{"/usr/share/sagflow", "Rules for Prometheus and a dashboard for Grafana."},
		},
		SeeAlso: "`agent.yaml`(5), `systemctl`(1), `tcpdump`(8), `pcap-filter`(7)",
	})
	if err := manual.Keep(filepath.Join(testutil.Root(t), "deploy"), files, *update); err != nil {
		t.Error(err)
	}
}
