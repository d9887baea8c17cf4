package endtoend

import (
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/testutil"
)

// rounds of the capture, three minutes each, pass in less than eight seconds at a thousand times their speed.
const rounds = 40

// Other versions and collectors split no flow and lose none: the records are, one by one, those of a run in which
// nothing changes. All octets of the capture are in them.
func TestRecordsAreThoseOfAnUndisturbedRun(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := s.api.create(to(s.one, "V9", 300, 15))
	s.api.bind(id, gateway)
	s.start(id, s.one.output("V9"), s.one, func(o *agent.ReplayOptions) { o.Loop, o.TimesNow = rounds, false })
	for _, step := range []struct {
		to      *station
		version string
	}{{s.one, "V5"}, {s.two, "V10"}, {s.one, "V10"}, {s.two, "V9"}} {
		s.change(step.version+" to "+step.to.name, sends(id, step.to.output(step.version)),
			func() { s.api.modify(id, to(step.to, step.version, 300, 15)) })
		s.flowing(step.to)
	}
	sum := s.finish()
	truth, a := readTruth(t), s.account(sum, []*station{s.one, s.two})
	if sum.Frames != rounds*truth.Frames || sum.Inactive != 0 {
		t.Fatalf("%d frames were read, %d packets inactive: want all %d frames", sum.Frames, sum.Inactive, rounds*truth.Frames)
	}
	if got, want := a.arrived.octets+a.unexportable.octets, rounds*truth.Octets; got != want {
		t.Errorf("%d octets arrived or were unexportable, the capture has %d", got, want)
	}
	checkSame(t, append(s.one.all(), s.two.all()...), undisturbed(t), a.unexportable)
}

// undisturbed are the records of a run without a FlowLog.
func undisturbed(t *testing.T) []record {
	t.Helper()
	at := startStation(t, "of the undisturbed run", anyPort)
	replay, err := agent.NewReplay(agent.ReplayOptions{
		Files: []string{testutil.Testdata(t, capture)}, Loop: rounds,
		Options: agent.Options{
			ActiveAging: 300 * time.Second, InactiveAging: 15 * time.Second, Collectors: []string{at.output("")[1:]},
			Version: agent.V10, ExportRate: agent.DefaultExportRate, MaxFlows: 100_000, Workers: 1, MTU: 1500,
			TemplatePackets: 64, Quiet: true, Stdout: io.Discard, Stderr: io.Discard,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := replay.Run(t.Context(), t.Context()); err != nil {
		t.Fatal(err)
	}
	at.checkSessions(t)
	return at.all()
}

// checkSame compares records: those of IPv4 must be equal, those of IPv6 may lack what V5 could not carry.
func checkSame(t *testing.T, got, want []record, unexportable total) {
	t.Helper()
	got4, got6 := families(got)
	want4, want6 := families(want)
	if diff := cmp.Diff(texts(want4), texts(got4)); diff != "" {
		t.Errorf("records of IPv4 (-undisturbed +switched):\n%s", diff)
	}
	missing := total{}
	for _, r := range want6 {
		if i, found := slices.BinarySearchFunc(got6, r, record.compare); found && got6[i] == r {
			got6 = slices.Delete(got6, i, i+1)
		} else {
			missing.add(r.packets, r.octets)
		}
	}
	if len(got6) != 0 || missing != unexportable || missing.records == 0 {
		t.Errorf("records of IPv6: %d are not in the undisturbed run; %+v of it are missing, %+v were unexportable", len(got6), missing, unexportable)
	}
}

// families sorts records of IPv4 and of IPv6, as if all had come by one version.
func families(all []record) (v4, v6 []record) {
	for _, r := range all {
		r.version = 0
		if r.src.Is4() {
			v4 = append(v4, r)
		} else {
			v6 = append(v6, r)
		}
	}
	slices.SortFunc(v4, record.compare)
	slices.SortFunc(v6, record.compare)
	return v4, v6
}

// texts makes records readable in a difference.
func texts(all []record) []string {
	lines := make([]string, len(all))
	for i, r := range all {
		lines[i] = fmt.Sprintf("%v:%d > %v:%d protocol %d, %d to %d ms: %d packets, %d octets, flags %#x, ToS %d", r.src, r.srcPort, r.dst, r.dstPort,
			r.protocol, r.first/1e6, r.last/1e6, r.packets, r.octets, r.flags, r.tos)
	}
	return lines
}
