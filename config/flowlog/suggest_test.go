package flowlog

import "testing"

func TestNearest(t *testing.T) {
	regions := slsRegions[:]
	versions := []string{"V5", "V9", "V10"}
	outputs := []string{"sls", "netflow", "all"}
	tests := []struct {
		value string
		legal []string
		want  string
	}{
		{"cn-hanghzou", regions, "cn-hangzhou"},
		{"cn-hangzou", regions, "cn-hangzhou"},
		{"CN-Shanghai", regions, "cn-shanghai"},
		{" cn-beijing\n", regions, "cn-beijing"},
		{"cn_shenzhen", regions, "cn-shenzhen"},
		{"flowlog-shanghai1", regions, "cn-shanghai"},
		{"sls-hongkong-2", regions, "cn-hongkong"},
		{"ap-southeast1", regions, "ap-southeast-1"},
		{"shanghai-or-beijing-or-such", regions, ""},
		{"moon-base-1", regions, ""},
		{"ap-southeast-4", regions, ""}, // as near to several
		{"v9", versions, "V9"},
		{"9", versions, "V9"},
		{"10", versions, "V10"},
		{"V6", versions, ""},
		{"SLS", outputs, "sls"},
		{"NetFlow", outputs, "netflow"},
		{"net-flow", outputs, "netflow"},
		{"al", outputs, "all"},
		{"nothing-like-it", outputs, ""},
		{"", outputs, ""},
		{"   ", outputs, ""},
		{"all all all all all all all all all all all", outputs, ""},
	}
	for _, tt := range tests {
		if got := nearest(tt.value, tt.legal); got != tt.want {
			t.Errorf("nearest(%q) = %q, want %q", tt.value, got, tt.want)
		}
	}
}

func TestDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"a", "", 1},
		{"", "abc", 3},
		{"abc", "abc", 0},
		{"abc", "acb", 1},
		{"abc", "ab", 1},
		{"kitten", "sitting", 3},
		{"hanghzou", "hangzhou", 1},
		{"ab", "ba", 1},
		{"abcd", "badc", 2},
	}
	for _, tt := range tests {
		if got := distance(tt.a, tt.b); got != tt.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
		if got := distance(tt.b, tt.a); got != tt.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tt.b, tt.a, got, tt.want)
		}
	}
}
