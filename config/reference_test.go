package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/internal/testutil"
)

//go:generate go test . -run ^TestReference$ -update

// docs/configuration.md is what the table of keys says.
func TestReference(t *testing.T) {
	path := filepath.Join(testutil.Root(t), "docs", "configuration.md")
	want := reference()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	committed, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(committed), want); d != "" {
		t.Errorf("docs/configuration.md is not what the table of keys says (make generate):\n%s", d)
	}
}

// The example that the reference shows is right.
func TestReferenceExample(t *testing.T) {
	a, err := Decode("agent.yaml", []byte(example))
	if err != nil {
		t.Fatal(err)
	}
	if a.API == nil || a.Metrics == "" {
		t.Errorf("%+v", a)
	}
	for _, more := range append(filterExamples, "", captureExample) {
		text := literalExample + more
		if _, err := Decode("agent.yaml", []byte(text)); err != nil {
			t.Error(err)
		}
	}
}

const example = `smart-access-gateway:
  id: sag-0nnf0a1b2c3d4e5f6
  serial-number: sag1000lab0001
  account: "1234567890123456"
  region: cn-shanghai
interfaces: [eth0]
api: {poll-interval: 60s}
credentials-file: /etc/sagflow/credentials
metrics: 127.0.0.1:9105
`

const literalExample = `smart-access-gateway: {id: sag-0nnf0a1b2c3d4e5f6, region: cn-shanghai}
flowlog:
  OutputType: netflow
  NetflowServerIp: 192.0.2.9
  NetflowServerPort: 2055
  NetflowVersion: V10
`

const captureExample = `interfaces: [eth0, "wan*", "!wan0"]
direction: {eth0: both, "*": in}
max-flows: 500000
memory-limit: 256MiB
key: [vlan]
`

var filterExamples = []string{
	"filter: tcp port 80 or vlan 5\n",
	"filter: |\n  4\n  40 0 0 12\n  21 0 1 2048\n  6 0 0 262144\n  6 0 0 0\n",
	"filter: {match: proto tcp port 80 not net 10.0.0.0/8}\n",
}

// reference is docs/configuration.md.
func reference() string {
	var b strings.Builder
	fmt.Fprintf(&b, `# The device's configuration

Every key of the file that `+"`sagflow run -c FILE`, `sagflow replay -c FILE` and `sagflow check FILE`"+` read. Written by `+"`make generate`"+`; don't edit by hand.

`+"```yaml\n%s```"+`

That is a device whose FlowLog comes from the Smartag API of its region. Without the API, the FlowLog is in the file, with the API's own names:

`+"```yaml\n%s```\n", example, literalExample)
	fmt.Fprintf(&b, "\nWhat is captured, and how, has defaults that suit most gateways. Some of it:\n\n```yaml\n%s```\n", captureExample)
	b.WriteString("\nA filter has three forms: tcpdump's language, what `tcpdump -ddd` prints, and terms of our own.\n")
	for _, text := range filterExamples {
		fmt.Fprintf(&b, "\n```yaml\n%s```\n", text)
	}
	writeRules(&b)
	for _, section := range []string{"smart-access-gateway", "", "filter", "api", "flowlog", "sls", "hardening"} {
		writeSection(&b, section)
	}
	b.WriteString(credentialsText)
	return b.String()
}

func writeRules(b *strings.Builder) {
	fmt.Fprintf(b, `
## What holds for all of it

- The file is YAML in UTF-8, of at most %d KiB, one document, without anchors, aliases, tags and directives.
- Unknown and repeated keys, and values of the wrong type or unit, are errors. `+"`sagflow check`"+` tells all of them at once, each with file, line, column, key, value and what would be right; a file with one is not used at all.
- A text that begins with `+"`!`, `*`, `&`, `?`, `[` or `{`, or has `: ` or ` #` in it, needs quotes, and in a list or mapping in brackets one with `?`, too: `[\"!docker*\", \"eth?\"]`"+`.
- A text that is digits may stand without quotes: it is taken as it is written, leading zeros too. Times have a unit: 60s, 1m30s, 500ms; and so have sizes: 256MiB.
- Relative paths start at the folder of the file. ~ and $ are not replaced.
- `+"`api` and `flowlog`"+` together are an error; without both the FlowLog comes from the API of the region.
- Plain http is for loopback (localhost, 127.0.0.0/8, ::1), and for the hosts that `+"`allow-http`"+` names.
- Secrets don't belong in this file, also not in a URL: see the end.
- `+"`sagflow check --explain FILE`"+` prints every setting in force with the line or default that it comes from.
`, MaxSize>>10)
}

// groups divide the keys that are in no section; each begins with a key.
var groups = []struct{ from, title, about string }{
	{"interfaces", "Capture", "How packets come in, and which. All of this is for live capture: what `sagflow replay -c` reads are files, and its flag `--filter` stands for `filter`."},
	{"workers", "The flow table", "For live capture. `sagflow replay -c` goes by its flags `--workers`, `--max-flows`, `--fragments`, `--tcp-end` and `--key`, also where they are left out, and leaves these keys alone."},
	{"export-rate", "NetFlow", "For live capture. `sagflow replay -c` goes by its flags `--export-rate`, `--mtu`, `--template-packets`, `--template-interval`, `--stats-interval`, `--observation-domain` and `--source-address`, also where they are left out; it has no queue, as it reads no faster than it sends."},
	{"shutdown-timeout", "The device", "Its state, and who may look at it."},
}

func writeSection(b *strings.Builder, section string) {
	const columns = "\n| key | what it is | value | default | needed |\n|---|---|---|---|---|\n"
	if section != "" {
		fmt.Fprintf(b, "\n## %s\n\n%s\n%s", section, sections()[section], columns)
	}
	for _, k := range keys() {
		for _, g := range groups {
			if section == "" && k.path == g.from {
				fmt.Fprintf(b, "\n## %s\n\n%s\n%s", g.title, g.about, columns)
			}
		}
		if parent(k.path) == section {
			fmt.Fprintf(b, "| `%s` | %s | %s | %s | %s |\n", leaf(k.path), k.about, k.reference(), k.defaultText(), k.needs)
		}
	}
}

// reference is what a value may be.
func (k key) reference() string { return strings.NewReplacer("*", "\\*", "|", "\\|").Replace(k.want) }

func (k key) defaultText() string {
	switch {
	case k.derive != nil:
		return "`" + k.derive(&draft{Agent: Agent{Gateway: Gateway{Region: "REGION"}}}) + "`"
	case k.path == "sls.endpoint":
		return "`" + SLSEndpoint("SLSREGIONID") + "`"
	case k.path == "max-flows":
		return fmt.Sprintf("`%d`; on 32-bit machines `%d`", defaultFlows64, defaultFlows32)
	case k.value != "":
		return "`" + k.value + "`"
	case k.needs == "":
		return "none"
	}
	return ""
}

const credentialsText = `
## The access key

The environment comes first: ` + "`ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABA_CLOUD_ACCESS_KEY_SECRET`" + ` and, for temporary keys, ` + "`ALIBABA_CLOUD_SECURITY_TOKEN`" + `. A part of an access key there is an error; it is not completed from the file. Else ` + "`credentials-file`" + ` is read, the INI form of Alibaba Cloud's own tools:

` + "```ini" + `
[default]
type=access_key
access_key_id=...
access_key_secret=...
` + "```" + `

- ` + "`type`" + ` is access_key or sts; ` + "`security_token`" + ` is needed with sts and may be given with access_key. ` + "`expiration`" + ` (RFC 3339) says when the token ends; ` + "`enable=false`" + ` leaves a section out. Sections of the other official types are left out, and so are other names than ` + "`[default]`" + `. Any other key is an error.
- Lines that begin with # or ; are comments, and so is what follows # or ; behind a blank. Values may stand in quotes.
- The file must be the user's own or root's, with no rights for group and others (mode 0600 or 0400), and at most 64 KiB. A check by root takes the one of ` + "`hardening.user`" + `, too, who root goes on as.
- It is read anew when it changes and when a request was refused. A new file that can't be read or is wrong leaves the access key before it in force; the log says so.
- Secrets are never logged, printed or part of an error.
`

// Every row of the table says what the reference needs, and stands where the reference shows it.
func TestTable(t *testing.T) {
	known := []string{""}
	for s, about := range sections() {
		known = append(known, s)
		if about == "" {
			t.Errorf("%s: no description", s)
		}
	}
	var paths []string
	for _, k := range keys() {
		if k.about == "" || !strings.HasSuffix(k.about, ".") || k.want == "" || k.take == nil || k.show == nil {
			t.Errorf("%s: incomplete", k.path)
		}
		if !slices.Contains(known, parent(k.path)) || slices.Contains(paths, k.path) || namesSecret(k.path) {
			t.Errorf("%s: no such section, given twice, or named like a secret", k.path)
		}
		if (k.needed != nil) && k.needs == "" {
			t.Errorf("%s: the reference doesn't say when it is needed", k.path)
		}
		paths = append(paths, k.path)
	}
}

// Every default is a value that the file could have.
func TestDefaultsAreLegal(t *testing.T) {
	for _, k := range keys() {
		d := newDraft("f")
		if k.value == "" {
			continue
		}
		if wrong := k.take(d, k.value); wrong.is() {
			t.Errorf("%s: %q: %v", k.path, k.value, wrong)
		}
		if got := k.show(d); len(got) != 1 || got[0] != k.value {
			t.Errorf("%s: %q is shown as %q", k.path, k.value, got)
		}
	}
}
