package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// hostile are texts that are no configuration.
func hostile() map[string]struct {
	text string
	want string
} {
	return map[string]struct{ text, want string }{
		"empty":               {"", "1:1: the file is empty"},
		"blank":               {"\n\n  \n", "1:1: the file is empty"},
		"null":                {"# x\nnull\n", "1:1: the file is empty"},
		"empty document":      {"---\n", "1:1: the file is empty"},
		"binary":              {"\x7fELF\x02\x01\x01\x00", "1:1: byte 0x7f is not text"},
		"zero":                {"a: 1\nb: \x00\n", "2:4: byte 0x00 is not text"},
		"not UTF-8":           {"a: ü\nbé: \xff\n", "2:5: byte 0xff is not text"},
		"UTF-16":              {"\xff\xfea\x00", "1:1: byte 0xff is not text"},
		"escape":              {"a: \x1b[31m\n", "1:4: byte 0x1b is not text"},
		"old line ends":       {"a: 1\rb: 2\r", "1:5: a carriage return without a line feed"},
		"another line end":    {"a: 1\nbc: \u2028 2\n", "2:5: character U+2028 is not text"},
		"a late mark":         {"a: \ufeff2\n", "1:4: character U+FEFF is not text"},
		"gzip":                {"\x1f\x8b\x08\x00", "1:1: byte 0x1f is not text"},
		"JSON list":           {`["a"]`, "1:1: this is a list"},
		"text":                {"hello", "1:1: this is text"},
		"INI":                 {"[default]\ntype=access_key\n", ""},
		"a second document":   {gateway + "---\n", "2:1: a second document"},
		"a wrong second one":  {gateway + "--- {\n", "2:1: a second document"},
		"10 MB":               {strings.Repeat("a: b\n", 2<<20), "larger than 1024 KiB"},
		"1 MiB of keys":       {strings.Repeat("ab: b\n", MaxSize/6), "more faults follow"},
		"1 MiB in one line":   {strings.Repeat("a", MaxSize), "this is text"},
		"1 MiB of one key":    {strings.Repeat("a", MaxSize-4) + ": b", ""},
		"1 MiB of brackets":   {strings.Repeat("[", MaxSize), ""},
		"1 MiB of lists":      {strings.Repeat("- ", MaxSize/2), ""},
		"1 MiB of ?":          {strings.Repeat("? ", MaxSize/2), ""},
		"1 MiB of braces":     {strings.Repeat("{a: ", MaxSize/4), ""},
		"1 MiB of anchors":    {strings.Repeat("- &a x\n", MaxSize/7), "an anchor"},
		"1 MiB of interfaces": {"interfaces: [" + strings.Repeat("a/b,", MaxSize/4-4) + "]", "more faults follow"},
		"1 MiB of names":      {manyInterfaces(), "too many values"},
		"deep":                {strings.Repeat("[", 500) + strings.Repeat("]", 500), "nested too deeply"},
		"deeper":              {strings.Repeat("[", 50000) + strings.Repeat("]", 50000), "nested too deeply"},
		"bomb":                {bomb(), "an alias"},
		"recursive":           {"a: &a [*a]\n", "an alias"},
		"merge":               {"a: &a {b: c}\nsls: {<<: *a}\n", "an alias"},
		"tag":                 {"interfaces: !!python/object [eth0]\n", "1:13: a tag"},
		"tab":                 {"sls:\n\tendpoint: x\n", "2:1: a tab"},
		"tab behind blanks":   {"sls:\n  \tendpoint: x\n", "2:3: a tab"},
		"no value":            {"sls: {endpoint}\n", "this is empty"},
		"exclusion":           {gateway + "interfaces: [eth0, !docker0]\n", "2:20: a tag (!) is not used here; want the value alone, in quotes"},
		"star":                {gateway + "direction: {*: in}\n", "2:13: an alias (*)"},
		"wrong directions":    {"direction: {" + strings.Repeat("a/b: in,", 200) + "}", "more faults follow"},
		"many directions":     {gateway + "direction: {" + manyNames(4000, ": in") + "}", "2:2045: direction: too many values"},
		"1 MiB of filter":     {gateway + "filter: " + strings.Repeat("a", MaxSize-200), "longer than 256KiB"},
		"nested directions":   {gateway + "direction: {a: {b: {c: in}}}", "this is a mapping"},
		"directive":           {"%TAG ! tag:x,2000:\n---\na: !b c\n", "a tag"},
	}
}

// bomb is the billion laughs.
func bomb() string {
	var b strings.Builder
	b.WriteString("l0: &l0 lol\n")
	for i := 1; i < 10; i++ {
		fmt.Fprintf(&b, "l%d: &l%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*l%d,", i-1), 9), ","))
	}
	return b.String()
}

func manyInterfaces() string { return "interfaces: [" + manyNames(MaxSize-200, "") + "]" }

// manyNames are names, each with an end, of some size together.
func manyNames(size int, end string) string {
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "i%x%s,", i, end)
	}
	return b.String()
}

func TestHostileFiles(t *testing.T) {
	for name, c := range hostile() {
		t.Run(name, func(t *testing.T) {
			begin := time.Now()
			_, err := Decode("f", []byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("want %q, got %.300v", c.want, err)
			}
			if took := time.Since(begin); took > 10*time.Second {
				t.Errorf("took %v", took)
			}
			var faults Faults
			if !errors.As(err, &faults) || len(faults) > MaxFaults+1 || len(err.Error()) > 100_000 {
				t.Errorf("%d faults, %d bytes", len(faults), len(err.Error()))
			}
		})
	}
}

// A file that is cut, or has a byte changed, anywhere is read or refused, and every fault has its place.
func TestDamagedFiles(t *testing.T) {
	whole := []byte(gateway + "interfaces: [eth0]\napi: {endpoint: \"http://127.0.0.1:8180\", poll-interval: 60s}\ndirection: {eth0: both}\nfilter:\n  match: tcp\nhardening: {user: me}\nallow-http:\n  - lab\n")
	if _, err := Decode("f", whole); err != nil {
		t.Fatal(err)
	}
	for i := range whole {
		for _, with := range []string{"", "\t", "\n", ":", "{", "]", "&", "*", "!", "\"", "\xff", "é"} {
			text := append(append(bytes.Clone(whole[:i]), with...), whole[i+1:]...)
			if _, err := Decode("f", text); err != nil {
				checkPlaces(t, err, string(text))
			}
		}
		if _, err := Decode("f", whole[:i]); err != nil {
			checkPlaces(t, err, string(whole[:i]))
		}
	}
}

// A secret that was pasted anywhere into a file, also within a key, is in no error.
func TestSecretsAnywhere(t *testing.T) {
	whole := gateway + "interfaces: [eth0, 'wlan*']\ndirection: {eth0: in}\nfilter: tcp port 80\nsource-address: ::1\nhardening: {user: me}\napi: {endpoint: \"http://127.0.0.1:8180\", poll-interval: 60s}\nsls:\n  endpoint: https://lab\n"
	for i := range whole {
		for _, secret := range []string{"CANARYcanaryCANARYcanary123456", "LTAI5tCANARY", "STS.CANARY"} {
			text := whole[:i] + secret + whole[i:]
			if _, err := Decode("f", []byte(text)); err != nil && strings.Contains(err.Error(), "CANARY") {
				t.Errorf("%v\n%s", err, text)
			}
		}
	}
}

func FuzzDecode(f *testing.F) {
	files, err := filepath.Glob("testdata/wrong/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, c := range hostile() {
		if len(c.text) < 2000 {
			f.Add([]byte(c.text))
		}
	}
	f.Add([]byte("---"))
	f.Add([]byte(gateway + "interfaces: [eth0]\nallow-http: [\"::1\"]\nmetrics: \":1\"\nstate-optional: true\n"))
	f.Add([]byte(gateway + "direction: {eth0: both, \"*\": out}\nfilter: |\n  1\n  6 0 0 1\nkey: [tos]\nmax-flows: memory\nsource-address: ::1\nhardening: {user: a}\n"))
	f.Add([]byte(gateway + "direction: both\nfilter: {match: \"tcp\\n \"}\nring-size: 1MiB\nsnap-length: 64\nobservation-domain: 4294967295\npprof-socket: p\n"))
	f.Add([]byte("smart-access-gateway: {id: sag-1, region: cn-shanghai}\nflowlog: {OutputType: netflow, NetflowServerIp: 192.0.2.9, Name: \"a: b\"}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		a, err := Decode("/f", text)
		if err != nil {
			checkPlaces(t, err, string(text))
			return
		}
		checkPrintsEqual(t, a)
	})
}

// fataler is what a test and a property have in common.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// checkPrintsEqual prints a configuration and reads it again.
func checkPrintsEqual(t fataler, a *Agent) {
	t.Helper()
	text, err := a.YAML()
	if err != nil {
		t.Fatalf("%v", err)
	}
	again, err := Decode(a.File, text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if d := diffAgents(a, again); d != "" {
		t.Fatalf("%s\n%s", d, text)
	}
}

func TestPrintedIsReadAsEqual(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, err := Decode("/etc/sagflow/agent.yaml", []byte(drawFile(t)))
		if err != nil {
			t.Fatalf("%v", err)
		}
		checkPrintsEqual(t, a)
	})
}

// drawSLS makes up a right section.
func drawSLS(t *rapid.T, pattern func(string) func() string) string {
	var rows []string
	for _, row := range sorted(map[string]string{
		"endpoint": `https://[a-z]{1,9}(:[1-9][0-9]{0,3})?/?`, "signature": `v1|v4`, "batch-records": `[1-9][0-9]{0,2}`, "batch-size": `1MiB|(1[0-9]{2})KiB`,
		"batch-age": `[1-9][0-9]s`, "spool": `always|on-failure`, "spool-sync": `always|[1-9][0-9]s`, "spool-size": `[1-9][0-9]MiB`,
		"spool-age": `[1-9][0-9]?h`, "spool-free": `[0-9]%`, "spool-share": `[1-9][0-9]?%`,
	}) {
		if rapid.Bool().Draw(t, row[0]) {
			rows = append(rows, row[0]+": "+pattern(row[1])())
		}
	}
	return "{" + strings.Join(rows, ", ") + "}"
}

// sorted are the pairs of a map in the order of their keys: what is drawn is to be drawn again alike.
func sorted(rows map[string]string) [][2]string {
	var all [][2]string
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		all = append(all, [2]string{key, rows[key]})
	}
	return all
}

// drawLive makes up right settings of live capture.
func drawLive(t *rapid.T, pattern func(string) func() string) string {
	var b strings.Builder
	for _, row := range sorted(map[string]string{
		"direction": `in|out|both|\{"[#-&(-.;-~é]": in\}|\{"eth[0-9*?]": (in|out|both), "\*": both\}`, "capture": `ring|gopacket`,
		"snap-length": `whole|[1-9][0-9]{3}`, "ring-size": `auto|[1-9][0-9]{0,2}MiB`, "promiscuous": `true|false`, "sampling": `[1-9][0-9]{0,3}`,
		"own-traffic": `count|leave-out`, "outport-lookup": `true|false`, "workers": `[1-9][0-9]?`, "max-flows": `memory|0|[1-9][0-9]{0,6}`,
		"memory-limit": `[1-9][0-9]{0,2}GiB|[1-9][0-9]{2}MiB`, "fragments": `zero|first`, "tcp-end": `true|false`, "key": `\[tos\]|\[vlan, tos\]`,
		"export-rate": `0|[1-9][0-9]{0,8}`, "export-queue": `[1-9][0-9]{3,6}`, "mtu": `[1-9][0-9]{3}`, "template-packets": `0|[1-9][0-9]{0,4}`,
		"template-interval": `0s|[1-9][0-9]{0,3}s`, "stats-interval": `[1-9][0-9]{0,3}ms`, "observation-domain": `0|[1-9][0-9]{0,8}`,
		"source-address": `192\.0\.2\.[1-9]|"2001:db8::[1-9a-f]{1,4}"`, "pprof-socket": `[a-z/]{1,20}`,
		"hardening": `\{\}|\{landlock: (true|false), seccomp: false, user: [a-z]{1,8}\}`,
	}) {
		if rapid.Bool().Draw(t, row[0]) {
			fmt.Fprintf(&b, "%s: %s\n", row[0], pattern(row[1])())
		}
	}
	return b.String()
}

// drawFilter makes up a filter in one of its forms. JSON's quotes are YAML's.
func drawFilter(t *rapid.T) string {
	text, err := json.Marshal("x" + rapid.StringMatching(`[ -~é\n\t]{0,40}`).Draw(t, "text"))
	if err != nil {
		t.Fatalf("%v", err)
	}
	if indent := rapid.StringMatching(`[ \n\t]{0,3}`).Draw(t, "indent"); rapid.Bool().Draw(t, "indented") {
		text, _ = json.Marshal(indent + "x\n" + indent + "y" + indent)
	}
	if rapid.Bool().Draw(t, "match") {
		return fmt.Sprintf("filter: {match: %s}\n", text)
	}
	return fmt.Sprintf("filter: %s\n", text)
}

// drawFile makes up a right file.
func drawFile(t *rapid.T) string {
	var b strings.Builder
	optional := func(format string, g func() string) {
		if rapid.Bool().Draw(t, format) {
			fmt.Fprintf(&b, format, g())
		}
	}
	pattern := func(p string) func() string {
		return func() string { return rapid.StringMatching(p).Draw(t, p) }
	}
	fmt.Fprintf(&b, "smart-access-gateway: {id: %q, serial-number: %q, account: %s, region: %s}\n", pattern(`sag-[a-z0-9]{1,60}`)(),
		pattern(`[A-Za-z0-9][A-Za-z0-9_-]{0,63}`)(), pattern(`[0-9]{1,20}`)(), rapid.SampledFrom(regions()).Draw(t, "region"))
	optional("%s", func() string { return drawLive(t, pattern) })
	optional("%s", func() string { return drawFilter(t) })
	optional("interfaces: [%s]\n", func() string {
		return strings.Join(rapid.SliceOfNDistinct(rapid.StringMatching(`"!?[^!\pC\pZ\pM/:"'\\][^\pC\pZ\pM/:"'\\]{0,14}"`), 1, 4, rapid.ID).Draw(t, "interfaces"), ", ")
	})
	optional("sls: %s\n", func() string { return drawSLS(t, pattern) })
	optional("shutdown-timeout: %s\n", pattern(`[1-9][0-9]{0,2}s`))
	optional("credentials-file: %q\n", pattern(`/?[a-zA-Z0-9#:. {}&*!-][a-zA-Z0-9/#:. {}&*!-]{0,20}`))
	optional("state-directory: %q\n", pattern(`[a-z./0-9]{1,20}`))
	optional("state-optional: %s\n", func() string { return fmt.Sprint(rapid.Bool().Draw(t, "optional")) })
	optional("metrics: %q\n", pattern(`([a-z]{1,5}|\[::[0-9]\])?:[1-9][0-9]{0,3}`))
	optional("allow-http: [%s]\n", pattern(`[a-z]{1,5}(, 10\.[1-9]\.2\.3)?`))
	if rapid.Bool().Draw(t, "api") {
		optional("api: {poll-interval: %s}\n", func() string {
			return time.Duration(rapid.Int64Range(1e8, 36e11).Draw(t, "interval")).String()
		})
		return b.String()
	}
	b.WriteString("flowlog:\n  OutputType: all\n  NetflowServerIp: 192.0.2.9\n  SlsRegionId: cn-hangzhou\n  ProjectName: p-1\n  LogstoreName: l\n")
	optional("  ActiveAging: %s\n", func() string { return fmt.Sprint(rapid.IntRange(60, 6000).Draw(t, "aging")) })
	optional("  NetflowVersion: %s\n", pattern(`V5|V9|V10`))
	optional("  Name: %q\n", pattern(`[ -~é]{0,40}`))
	return b.String()
}
