package main

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// version is one version in the words of those who order it.
type version struct {
	program string // as git describe has it
	deb     string // also rpm's: ~ is before, + is after
	apk     string // digits and known suffixes alone (apk-package(5))
}

// Forms of what git describe says, without -dirty.
const (
	tagged   = `^v?(\d+\.\d+\.\d+)(?:-([a-z][0-9a-z.]*))?(?:-(\d+)-g([0-9a-f]+))?$`
	untagged = `^[0-9a-f]{7,40}$`
)

// parseVersion takes what git describe says apart. Where there is no tag, the commit's time is what orders versions, and all are
// before the first that has one.
func parseVersion(describe string, commit time.Time) (version, error) {
	name, dirty := strings.CutSuffix(describe, "-dirty")
	v := version{program: describe}
	if m := regexp.MustCompile(tagged).FindStringSubmatch(name); m != nil {
		v.deb, v.apk = m[1], m[1]
		if m[2] != "" {
			v.deb += "~" + m[2]
			v.apk += apkSuffix(m[2])
		}
		if m[3] != "" {
			v.deb += "+" + m[3] + ".g" + m[4]
			v.apk += "_git" + m[3]
		}
	} else if regexp.MustCompile(untagged).MatchString(name) {
		stamp := commit.UTC().Format("20060102150405")
		v.deb, v.apk = "0.0.0+git"+stamp+"."+name, "0.0.0_git"+stamp
	} else {
		return v, fmt.Errorf("version %q: want what git describe says, as v1.2.3, v1.2.3-rc1, v1.2.3-4-gabc1234 or abc1234", describe)
	}
	if dirty {
		v.deb += "+dirty"
		v.apk += "_p"
	}
	return v, nil
}

// apkSuffix is a pre-release in apk's words, which are few.
func apkSuffix(pre string) string {
	m := regexp.MustCompile(`^(alpha|beta|pre|rc)\.?(\d*)$`).FindStringSubmatch(pre)
	if m == nil {
		return "_pre"
	}
	return "_" + m[1] + m[2]
}
