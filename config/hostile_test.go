package config

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
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

func manyInterfaces() string {
	var b strings.Builder
	b.WriteString("interfaces: [")
	for i := 0; b.Len() < MaxSize-20; i++ {
		fmt.Fprintf(&b, "i%x,", i)
	}
	return b.String() + "]"
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
	whole := []byte(gateway + "interfaces: [eth0]\napi: {endpoint: \"http://127.0.0.1:8180\", poll-interval: 60s}\nallow-http:\n  - lab\n")
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
	whole := gateway + "interfaces: [eth0, 'wlan*']\napi: {endpoint: \"http://127.0.0.1:8180\", poll-interval: 60s}\nsls:\n  endpoint: https://lab\n"
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
	for key, value := range map[string]string{
		"endpoint": `https://[a-z]{1,9}(:[1-9][0-9]{0,3})?/?`, "signature": `v1|v4`, "batch-records": `[1-9][0-9]{0,2}`, "batch-size": `1MiB|(1[0-9]{2})KiB`,
		"batch-age": `[1-9][0-9]s`, "spool": `always|on-failure`, "spool-sync": `always|[1-9][0-9]s`, "spool-size": `[1-9][0-9]MiB`,
		"spool-age": `[1-9][0-9]?h`, "spool-free": `[0-9]%`, "spool-share": `[1-9][0-9]?%`,
	} {
		if rapid.Bool().Draw(t, key) {
			rows = append(rows, key+": "+pattern(value)())
		}
	}
	return "{" + strings.Join(rows, ", ") + "}"
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
	optional("interfaces: [%s]\n", func() string {
		return strings.Join(rapid.SliceOfNDistinct(rapid.StringMatching(`"[^\pC\pZ\pM/:"'\\]{1,15}"`), 1, 4, rapid.ID).Draw(t, "interfaces"), ", ")
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
