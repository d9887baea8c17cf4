package inventory

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const sound = `# the lab's gateways
smart-access-gateways:
  - id: sag-0nnf0a1b2c3d4e5f6
    serial-number: sag1000lab0001
    model: sag-1000
    version: 1.7.0
    edition: standard
    account: "1234567890123456"
    region: cn-shanghai
  - {id: sag-2, serial-number: 12, model: sag-100wm, version: 1.7, account: 1234567890123456, region: eu-central-1,
     name: 网关, description: "in Frankfurt", resource-group-id: rg-1}
`

func TestParse(t *testing.T) {
	inv, err := Parse("inv.yaml", []byte(sound))
	if err != nil {
		t.Fatal(err)
	}
	want := []Gateway{
		{
			ID: "sag-0nnf0a1b2c3d4e5f6", SerialNumber: "sag1000lab0001", Model: "sag-1000", Version: "1.7.0", Edition: "standard",
			Account: "1234567890123456", Region: "cn-shanghai",
		},
		{
			ID: "sag-2", SerialNumber: "12", Model: "sag-100wm", Version: "1.7", Edition: "standard",
			Account: "1234567890123456", Region: "eu-central-1", Name: "网关", Description: "in Frankfurt", ResourceGroupID: "rg-1",
		},
	}
	if diff := cmp.Diff(want, inv.All()); diff != "" {
		t.Errorf("gateways (-want +got):\n%s", diff)
	}
	if g, ok := inv.Lookup("sag-2"); !ok || g != want[1] {
		t.Errorf("lookup: %v %v", g, ok)
	}
	if _, ok := inv.Lookup("sag-3"); ok {
		t.Error("sag-3 is there")
	}
}

// one is a file with one gateway, in which old is replaced.
func one(old, replacement string) string {
	const text = "smart-access-gateways:\n- id: sag-1\n  serial-number: sn1\n  model: sag-1000\n  version: 1.7.0\n  edition: standard\n  account: \"1\"\n  region: cn-shanghai\n"
	return strings.Replace(text, old, replacement, 1)
}

func TestParseFaults(t *testing.T) {
	tests := map[string]struct {
		text string
		want []string // beginnings
	}{
		"unknown key":    {one("model:", "modell:"), []string{`inv.yaml:4:3: unknown key "modell": there are id, serial-number, model,`, `inv.yaml:2:3: gateway "sag-1": key model is missing: want `}},
		"repeated key":   {one("model:", "version: 2\n  model:"), []string{"inv.yaml:6:3: key version stands here a second time"}},
		"duplicate id":   {one("", "") + "- {id: sag-1, serial-number: sn2, model: m, version: 1, account: 1, region: cn-shanghai}\n", []string{`inv.yaml:9:8: id "sag-1": line 2 has it already, and each gateway needs its own`}},
		"duplicate sn":   {one("", "") + "- {id: sag-2, serial-number: sn1, model: m, version: 1, account: 1, region: cn-shanghai}\n", []string{`inv.yaml:9:30: serial-number "sn1": line 3 has it already`}},
		"wrong id":       {one("sag-1\n", "SAG-1\n"), []string{`inv.yaml:2:7: id "SAG-1": want sag- and up to 60 of a-z and 0-9`}},
		"wrong version":  {one("1.7.0", "1.7.0-beta"), []string{`inv.yaml:5:12: version "1.7.0-beta": want up to four numbers`}},
		"wrong region":   {one("cn-shanghai", "cn-beijing"), []string{`inv.yaml:8:11: region "cn-beijing": want one of cn-shanghai, `}},
		"wrong account":  {one(`"1"`, "mine"), []string{`inv.yaml:7:12: account "mine": want 1 to 18 digits`}},
		"null":           {one("standard", ""), []string{`inv.yaml:6:11: edition "": want a word`}},
		"boolean":        {one("standard", "true"), []string{`inv.yaml:6:12: edition "true": want a word`}},
		"list as value":  {one("sag-1000", "[sag-1000]"), []string{`inv.yaml:4:10: model (a list): want`}},
		"mapping":        {one("sag-1000", "{a: b}"), []string{`inv.yaml:4:10: model (a mapping): want`}},
		"alias":          {one("sag-1\n  serial-number: sn1", "&a sag-1\n  serial-number: *a"), []string{`inv.yaml:3:18: serial-number (an alias, which this file can't have): want`}},
		"merge key":      {one("model: sag-1000", "<<: {model: sag-1000}"), []string{`inv.yaml:4:3: unknown key "<<"`, `inv.yaml:2:3: gateway "sag-1": key model is missing`}},
		"all at once":    {one("sag-1\n", "1\n  x: y\n"), []string{`inv.yaml:2:7: id "1"`, `inv.yaml:3:3: unknown key "x"`}},
		"empty":          {"", []string{"inv.yaml: it is empty: it takes the key smart-access-gateways"}},
		"only a comment": {"# nothing\n", []string{"inv.yaml: it is empty"}},
		"null document":  {"null\n", []string{`inv.yaml:1:1: "null": want a mapping with the key smart-access-gateways`}},
		"a list":         {"- id: sag-1\n", []string{"inv.yaml:1:1: (a list): want a mapping"}},
		"unknown top":    {"gateways: []\n", []string{`inv.yaml:1:1: unknown key "gateways": there is smart-access-gateways`, "inv.yaml:1:1: key smart-access-gateways is missing"}},
		"repeated top":   {"smart-access-gateways: []\nsmart-access-gateways: []\n", []string{"inv.yaml:2:1: key smart-access-gateways stands here a second time"}},
		"no list":        {"smart-access-gateways: {}\n", []string{"inv.yaml:1:24: smart-access-gateways (a mapping): want a list"}},
		"scalar item":    {"smart-access-gateways: [x]\n", []string{`inv.yaml:1:25: gateway "x": want a mapping with the keys id,`}},
		"not YAML":       {"smart-access-gateways:\n\t- id: 1\n", []string{"inv.yaml:2:1: not YAML: found character that cannot start any token"}},
		"binary":         {"\x00\x01\x02", []string{"inv.yaml: not YAML: "}},
		"two documents":  {one("", "") + "---\n" + one("", ""), []string{"inv.yaml: it has more than one YAML document"}},
		"too large":      {strings.Repeat("# ten chars\n", 1<<20), []string{"inv.yaml: it is larger than 1048576 bytes"}},
	}
	for name, test := range tests {
		inv, err := Parse("inv.yaml", []byte(test.text))
		faults := Faults(nil)
		if !errors.As(err, &faults) || inv != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		lines := strings.Split(err.Error(), "\n")
		if len(lines) != len(test.want) {
			t.Errorf("%s: %d faults, want %d:\n%v", name, len(lines), len(test.want), err)
			continue
		}
		for i, want := range test.want {
			if !strings.HasPrefix(lines[i], want) {
				t.Errorf("%s: %s\nwant %s", name, lines[i], want)
			}
		}
	}
}

// TestBomb reads what would be billions of values if aliases were followed.
func TestBomb(t *testing.T) {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := range 12 {
		n, m := string(rune('a'+i+1)), string(rune('a'+i))
		if i == 0 {
			m = "a0"
		}
		b.WriteString(n + ": &" + n + " [" + strings.Repeat("*"+m+", ", 9) + "*" + m + "]\n")
	}
	b.WriteString("smart-access-gateways: *m\n")
	var faults Faults
	if _, err := Parse("bomb.yaml", []byte(b.String())); !errors.As(err, &faults) {
		t.Errorf("%v", err)
	}
}

func TestRead(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "inv.yaml")
	if err := os.WriteFile(path, []byte(sound), 0o600); err != nil {
		t.Fatal(err)
	}
	if inv, err := Read(path); err != nil || len(inv.All()) != 2 {
		t.Errorf("%v", err)
	}
	for _, path := range []string{filepath.Join(dir, "none"), dir} {
		if _, err := Read(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestCompareVersions(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"1.7.0", "1.7.0", 0},
		{"1.10.0", "1.7.0", 1},
		{"1.6.9", "1.7.0", -1},
		{"1.7", "1.7.0", 0},
		{"1.7.0.1", "1.7.0", 1},
		{"2", "1.7.0", 1},
		{"01.07", "1.7.0", 0},
		{"1.6.99", "1.7.0", -1},
		{"99999999999999999999", "1", 1},
	} {
		if got := CompareVersions(test.a, test.b); got != test.want {
			t.Errorf("%s and %s: %d, want %d", test.a, test.b, got, test.want)
		}
		if got := CompareVersions(test.b, test.a); got != -test.want {
			t.Errorf("%s and %s: %d, want %d", test.b, test.a, got, -test.want)
		}
	}
}

// TestDefault makes sure that the default inventory has all kinds, and would pass as a file.
func TestDefault(t *testing.T) {
	kinds := map[string]bool{}
	for _, g := range Default().All() {
		switch {
		case !g.EditionHasFlowLogs():
			kinds["edition"] = g.SupportsFlowLogs()
		case g.Model != modelWithFlowLogs:
			kinds["model"] = !g.SupportsFlowLogs()
		case CompareVersions(g.Version, versionWithFlowLogs) < 0:
			kinds["version"] = !g.SupportsFlowLogs()
		default:
			kinds["usable in "+g.Region] = g.SupportsFlowLogs()
		}
		for name, value := range map[string]string{
			"id": g.ID, "serial-number": g.SerialNumber, "model": g.Model, "version": g.Version, "edition": g.Edition,
			"account": g.Account, "region": g.Region, "name": g.Name, "description": g.Description,
		} {
			if k, ok := find(keys(), name); !ok || !k.ok(value) {
				t.Errorf("%s: %s %q", g.ID, name, value)
			}
		}
	}
	want := map[string]bool{"edition": true, "model": true, "version": true, "usable in cn-shanghai": true, "usable in ap-southeast-1": true}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("kinds (-want +got):\n%s", diff)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(sound))
	f.Add([]byte(one("sag-1000", "&a [*a]")))
	f.Add([]byte("smart-access-gateways:\n- {id: sag-1, id: 2}\n- []\n"))
	f.Add([]byte("? [a]\n: b\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		inv, err := Parse("inv.yaml", text)
		if err != nil {
			for _, line := range strings.Split(err.Error(), "\n") {
				if line == "" {
					t.Errorf("an empty line in %q", err)
				}
			}
			return
		}
		for _, g := range inv.All() {
			if found, ok := inv.Lookup(g.ID); !ok || found != g {
				t.Errorf("gateway %q is not found", g.ID)
			}
		}
	})
}
