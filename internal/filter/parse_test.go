package filter

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestString(t *testing.T) {
	tests := []struct{ text, want string }{
		{"  IP   and\tproto TCP ", "ip proto tcp"},
		{"proto 6,17,200-205", "proto tcp,udp,200-205"},
		{"proto 0-255", "proto 0-255"},
		{"port 443,80,8000-8100,8101,8050", "port 80,443,8000-8101"},
		{"port 0x50", "port 80"},
		{"port 0080", "port 80"},
		{"tos 0xB8-0xbb", "tos 184-187"},
		{"src net 2001:DB8::/32", "src net 2001:db8::/32"},
		{"dst host 192.0.2.1", "dst host 192.0.2.1"},
		{"host ::ffff:c000:201", "host ::ffff:192.0.2.1"},
		{"((ip))", "ip"},
		{"ip (ip6 proto tcp)", "ip (ip6 proto tcp)"},
		{"(ip ip6) proto tcp", "ip ip6 proto tcp"},
		{"ip or (ip6 or proto tcp)", "ip or (ip6 or proto tcp)"},
		{"(ip or ip6)proto tcp", "(ip or ip6) proto tcp"},
		{"ip or (ip6 proto tcp)", "ip or ip6 proto tcp"},
		{"not(ip)not not(ip or ip6)", "not ip not not (ip or ip6)"},
		{"direction IN or direction out", "direction in or direction out"},
		{"vlan 5,4", "vlan 4-5"},
	}
	for _, test := range tests {
		f := mustParse(t, test.text)
		if got := f.String(); got != test.want {
			t.Errorf("%q is printed as %q, want %q", test.text, got, test.want)
		}
		checkRoundTrip(t, f)
	}
}

func checkRoundTrip(t rapid.TB, f *Filter) {
	t.Helper()
	again, err := Parse(f.String())
	if err != nil {
		t.Fatalf("parse what String returned, %q: %v", f.String(), err)
	}
	options := cmp.AllowUnexported(Filter{}, instruction{}, term{}, prefix{}, span{})
	if diff := cmp.Diff(f, again, options); diff != "" {
		t.Fatalf("%q parsed again (-first +again):\n%s", f.String(), diff)
	}
}

func TestSyntaxErrors(t *testing.T) {
	deep := strings.Repeat("(", MaxNesting+1) + "ip" + strings.Repeat(")", MaxNesting+1)
	tests := []struct{ text, want string }{
		{"", `column 1: end of the filter: want a term: ` + termWords},
		{"   ", `column 4: end of the filter: want a term: ` + termWords},
		{"foo", `column 1: "foo": want a term: ` + termWords},
		{"ip or", `column 6: end of the filter: want a term: ` + termWords},
		{"ip and or ip6", `column 8: "or": want a term: ` + termWords},
		{"not", `column 4: end of the filter: want a term: ` + termWords},
		{"()", `column 2: ")": want a term: ` + termWords},
		{"ip (ip6", `column 8: end of the filter: want ")" for the "(" of column 4`},
		{"ip)", `column 3: ")": no parenthesis is open here`},
		{"tcp", `column 1: "tcp": no term begins so: perhaps "proto tcp"?`},
		{"ip tcp port 80", `column 4: "tcp": no term begins so: perhaps "proto tcp"?`},
		{"ipv6", `column 1: "ipv6": no term begins so: perhaps "ip6"?`},
		{"icmpv6", `column 1: "icmpv6": no term begins so: perhaps "proto icmp6"?`},
		{"ipv4", `column 1: "ipv4": no term begins so: perhaps "ip"?`},
		{"portrange 1-2", `column 1: "portrange": no term begins so: perhaps "port FIRST-LAST"?`},
		{"inbound", `column 1: "inbound": no term begins so: perhaps "direction in"?`},
		{"! ip", `column 1: "!": no term begins so: perhaps "not"?`},
		{"ip && ip6", `column 4: "&&": no term begins so: perhaps "and"?`},
		{"ip || ip6", `column 4: "||": no term begins so: perhaps "or"?`},
		{"10.0.0.1", `column 1: "10.0.0.1": no term begins so: perhaps "host 10.0.0.1"?`},
		{"10.0.0.0/8", `column 1: "10.0.0.0/8": no term begins so: perhaps "net 10.0.0.0/8"?`},
		{"src 10.0.0.0/8", `column 5: "10.0.0.0/8": want net, host or port after "src"`},
		{"dst", `column 4: end of the filter: want net, host or port after "dst"`},
		{"net", `column 4: end of the filter: want a prefix like 10.0.0.0/8 or 2001:db8::/32`},
		{"net 10.1.0.0/8", `column 5: "10.1.0.0/8": the address has bits set behind the prefix length: want 10.0.0.0/8`},
		{"net 10.0.0.1", `column 5: "10.0.0.1": want a prefix with its length: 10.0.0.1/32, or "host 10.0.0.1"`},
		{"net 10.0.0.0/33", `column 5: "10.0.0.0/33": want a prefix like 10.0.0.0/8 or 2001:db8::/32`},
		{"net fe80::1%eth0", `column 5: "fe80::1%eth0": want a prefix like 10.0.0.0/8 or 2001:db8::/32`},
		{"host 10.0.0.0/8", `column 6: "10.0.0.0/8": want an address without prefix length; "net" takes a prefix`},
		{"host example.com", `column 6: "example.com": want an IP address like 192.0.2.1 or 2001:db8::1 (no names)`},
		{"host fe80::1%eth0", `column 6: "fe80::1%eth0": want an address without zone: fe80::1`},
		{"port", `column 5: end of the filter: want a port from 0 to 65535 or a list: 80 or 80,443,8000-8100`},
		{"port http", `column 6: "http": want a port from 0 to 65535 or a list: 80 or 80,443,8000-8100`},
		{"port 80,65536", `column 9: "65536": want a port from 0 to 65535 or a list: 80 or 80,443,8000-8100`},
		{"port 80,,443", `column 9: "80,,443": a number is missing: want a port from 0 to 65535 or a list: 80 or 80,443,8000-8100`},
		{"port 90-80", `column 6: "90-80": want a port from 0 to 65535 or a list: 80 or 80,443,8000-8100`},
		{"port -80", `column 6: "-80": want a port from 0 to 65535 or a list: 80 or 80,443,8000-8100`},
		{"port 0x", `column 6: "0x": want a port from 0 to 65535 or a list: 80 or 80,443,8000-8100`},
		{"port tcp", `column 6: "tcp": want a port from 0 to 65535 or a list: 80 or 80,443,8000-8100`},
		{"port 80, 443", `column 9: "80,": a number is missing: want a port from 0 to 65535 or a list: 80 or 80,443,8000-8100`},
		{"proto 256", `column 7: "256": want a protocol from 0 to 255 or a list: tcp, udp, icmp or 47`},
		{"tos 256", `column 5: "256": want a type of service from 0 to 255 or a list: 0xb8 or 0-63`},
		{"vlan 4096", `column 6: "4096": want a VLAN id from 0 to 4095 or a list: 10 or 1-100`},
		{"direction up", `column 11: "up": want a direction: in or out`},
		{"port é,x", `column 6: "é": want a port from 0 to 65535 or a list: 80 or 80,443,8000-8100`},
		{"port 1,é", `column 8: "é": want a port from 0 to 65535 or a list: 80 or 80,443,8000-8100`},
		{deep, `column 31: "(": want at most 30 parentheses and "not" within each other`},
		{strings.Repeat("not ", MaxNesting+1) + "ip", `column 121: "not": want at most 30 parentheses and "not" within each other`},
		{
			"port 80" + strings.Repeat("x", 100),
			`column 6: "80` + strings.Repeat("x", 58) + `…": want a port from 0 to 65535 or a list: 80 or 80,443,8000-8100`,
		},
	}
	for _, test := range tests {
		_, err := Parse(test.text)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("%q: error %v, want a *SyntaxError", test.text, err)
			continue
		}
		if diff := cmp.Diff(test.want, err.Error()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.text, diff)
		}
	}
}

func TestLimits(t *testing.T) {
	tests := []struct {
		name, text string
		ok         bool
	}{
		{"most terms", strings.Repeat("ip ", MaxItems), true},
		{"too many terms", strings.Repeat("ip ", MaxItems+1), false},
		{"most numbers", "port " + strings.Join(everyOther(MaxItems), ","), true},
		{"too many numbers", "port " + strings.Join(everyOther(MaxItems+1), ","), false},
		{"longest text", strings.Repeat(" ", MaxText-2) + "ip", true},
		{"text too long", strings.Repeat(" ", MaxText-1) + "ip", false},
		{"deepest", strings.Repeat("not(", MaxNesting/2) + "ip" + strings.Repeat(")", MaxNesting/2), true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f, err := Parse(test.text)
			if (err == nil) != test.ok {
				t.Fatalf("error %v, want one: %v", err, !test.ok)
			}
			if err == nil {
				checkRoundTrip(t, f)
			}
		})
	}
}

func everyOther(count int) []string {
	var numbers []string
	for i := range count {
		numbers = append(numbers, plainNumber(uint16(2*i)))
	}
	return numbers
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "ip", "proto tcp port 80,443,8000-8100 not net 10.0.0.0/8", "not (src host ::1 or dst port 53)",
		"direction in or direction out", "tos 0xb8 vlan 1-4095 and ip6", "((", "port 80,", "net 10.1.0.0/8", "NOT(IP)",
		"host ::ffff:1.2.3.4", "proto icmp6,200-255,0",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := Parse(text)
		var syntax *SyntaxError
		switch {
		case err == nil:
			checkRoundTrip(t, parsed)
			for _, p := range named {
				parsed.Match(p.packet)
			}
		case !errors.As(err, &syntax) || syntax.Column < 1 || syntax.Problem == "":
			t.Errorf("error %#v, want a whole *SyntaxError", err)
		}
	})
}
