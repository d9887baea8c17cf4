package main

import (
	"os/exec"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/internal/testutil"
)

func TestParseVersion(t *testing.T) {
	commit := time.Date(2026, 11, 28, 13, 19, 51, 0, time.FixedZone("", 3600))
	for _, test := range []struct{ describe, deb, apk string }{
		{"v1.2.3", "1.2.3", "1.2.3"},
		{"1.2.3", "1.2.3", "1.2.3"},
		{"v1.2.3-rc1", "1.2.3~rc1", "1.2.3_rc1"},
		{"v1.2.3-beta.2", "1.2.3~beta.2", "1.2.3_beta2"},
		{"v1.2.3-next", "1.2.3~next", "1.2.3_pre"},
		{"v1.2.3-14-gabc1234", "1.2.3+14.gabc1234", "1.2.3_git14"},
		{"v1.2.3-rc1-14-gabc1234", "1.2.3~rc1+14.gabc1234", "1.2.3_rc1_git14"},
		{"v1.2.3-dirty", "1.2.3+dirty", "1.2.3_p"},
		{"7bc9b86", "0.0.0+git20261128121951.7bc9b86", "0.0.0_git20261128121951"},
		{"7bc9b86-dirty", "0.0.0+git20261128121951.7bc9b86+dirty", "0.0.0_git20261128121951_p"},
	} {
		got, err := parseVersion(test.describe, commit)
		if err != nil {
			t.Errorf("%s: %v", test.describe, err)
		}
		want := version{program: test.describe, deb: test.deb, apk: test.apk}
		if d := cmp.Diff(want, got, cmp.AllowUnexported(version{})); d != "" {
			t.Errorf("%s: %s", test.describe, d)
		}
	}
	for _, wrong := range []string{"", "unknown", "v1.2", "v1.2.3 4", "v1.2.3_4", "-dirty"} {
		if v, err := parseVersion(wrong, commit); err == nil {
			t.Errorf("%q: %+v", wrong, v)
		}
	}
}

// TestOrder: Debian's own program puts the versions of a history in its order.
func TestOrder(t *testing.T) {
	testutil.Programs(t, "dpkg")
	history := []string{"7bc9b86", "v1.0.0-rc1", "v1.0.0-rc1-3-gabc1234", "v1.0.0-rc2", "v1.0.0", "v1.0.0-2-gabc1234", "v1.0.0-10-gabc1234", "v1.0.1", "v1.10.0"}
	for i := range history[1:] {
		earlier, err := parseVersion(history[i], time.Unix(0, 0))
		if err != nil {
			t.Fatal(err)
		}
		later, err := parseVersion(history[i+1], time.Unix(1, 0))
		if err != nil {
			t.Fatal(err)
		}
		if err := exec.Command("dpkg", "--compare-versions", earlier.deb, "lt", later.deb).Run(); err != nil {
			t.Errorf("%s is not before %s", earlier.deb, later.deb)
		}
	}
}

func TestChoose(t *testing.T) {
	for _, test := range []struct {
		names []string
		want  int
	}{{nil, 5}, {[]string{"mips"}, 1}, {[]string{"mips", "amd64"}, 2}} {
		if got, err := choose(test.names); err != nil || len(got) != test.want {
			t.Errorf("%q: %v, %v", test.names, got, err)
		}
	}
	if _, err := choose([]string{"vax"}); err == nil {
		t.Error("vax is no target")
	}
}
