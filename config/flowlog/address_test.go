package flowlog

import "testing"

// What is said to be right instead of a wrong address.
func TestWrongAddress(t *testing.T) {
	tests := []struct{ give, want string }{
		{"192.0.2.9", ""},
		{"2001:db8::9", ""},
		{"127.0.0.1", ""},
		{"192.0.2.9:9995", "192.0.2.9, and the port as NetflowServerPort"},
		{"[2001:db8::9]:9995", "2001:db8::9, and the port as NetflowServerPort"},
		{" 192.0.2.9\n", "192.0.2.9, without spaces or brackets"},
		{"[2001:db8::9]", "2001:db8::9, without spaces or brackets"},
		{"::ffff:192.0.2.9", "192.0.2.9, the IPv4 address itself"},
		{"fe80::1%eth0", "LEGAL: a zone has a meaning on one machine only"},
		{"fe80::1", "LEGAL: a link-local one can't be reached without its zone"},
		{"0.0.0.0", "LEGAL: the unspecified address is none"},
		{"::", "LEGAL: the unspecified address is none"},
		{"239.1.1.1", "LEGAL: a multicast or broadcast address is not one server's"},
		{"ff02::1", "LEGAL: a multicast or broadcast address is not one server's"},
		{"255.255.255.255", "LEGAL: a multicast or broadcast address is not one server's"},
		{"collector.example", "LEGAL"},
		{"192.0.2.009", "LEGAL"},
		{"", "LEGAL"},
	}
	for _, tt := range tests {
		if got := wrongAddress(tt.give, "LEGAL"); got != tt.want {
			t.Errorf("wrongAddress(%q) = %q, want %q", tt.give, got, tt.want)
		}
	}
}
