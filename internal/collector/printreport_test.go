package collector

import "testing"

func TestAnnounced(t *testing.T) {
	many := map[uint32]string{}
	for i := range uint32(20) {
		many[100-i] = "eth"
	}
	for _, c := range []struct {
		name   string
		report *Report
		want   []string
	}{
		{"no report", nil, nil},
		{"nothing to print", &Report{Other: 3, Exported: &Exported{1, 2, 3}}, nil},
		{"all packets", &Report{Sampling: &Sampling{1, 1, 1}}, nil},
		{"sampling", &Report{Sampling: &Sampling{1, 1, 100}}, []string{"looks at 1 in 100 packets, counters are not scaled"}},
		{
			"both, with a name that would move the cursor",
			&Report{Sampling: &Sampling{3, 5, 1000}, Interfaces: map[uint32]string{70000: "wan\x1b[2J", 2: "eth0"}},
			[]string{"looks at 5 in 1000 packets, counters are not scaled", `interfaces 2 "eth0", 70000 "wan\x1b[2J"`},
		},
		{"many", &Report{Interfaces: many}, []string{
			`interfaces 81 "eth", 82 "eth", 83 "eth", 84 "eth", 85 "eth", 86 "eth", 87 "eth", 88 "eth", ` +
				`89 "eth", 90 "eth", 91 "eth", 92 "eth", 93 "eth", 94 "eth", 95 "eth", 96 "eth", and 4 more`,
		}},
	} {
		equal(t, c.name, c.want, c.report.announced())
	}
}
