package operation

import (
	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/packet"
)

func frameSection() section {
	return section{
		"Frames",
		"What became of the frames that were read of all interfaces. Each has one verdict: sagflow_frames_total is the sum of sagflow_frame_verdicts_total.",
		[]family{
			{
				"frames_total", counter, frames, "Frames that were read", nil,
				total(func(a *agent.Account) uint64 { return a.Frames }),
			},
			{
				"frame_verdicts_total", counter, frames, "Frames by what became of them: counted in a flow, not IP, malformed, or excluded on purpose",
				[]string{"class", "verdict"},
				ofAccount(func(a *agent.Account, put put) {
					for v := packet.Verdict(0); v < packet.VerdictCount; v++ {
						put(float64(a.Verdicts[v.String()]), v.Class().String(), v.String())
					}
				}),
			},
			{
				"frame_notes_total", counter, frames, "Frames by what was noticed about them beside the verdict",
				[]string{"note"},
				ofAccount(func(a *agent.Account, put put) {
					for n := packet.Note(0); n < packet.NoteCount; n++ {
						put(float64(a.Notes[n.String()]), n.String())
					}
				}),
			},
			{
				"counted_packets_total", counter, packets, "Packets that went to the flow table", nil,
				total(func(a *agent.Account) uint64 { return a.Counted }),
			},
			{
				"counted_bytes_total", counter, octets, "Layer-3 octets of the packets that went to the flow table", nil,
				total(func(a *agent.Account) uint64 { return a.Octets }),
			},
		},
	}
}
