package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// toolsFile pins nfpm and cyclonedx-gomod, as go.mod does the linters: it is a file of its own, so that what they require does
// not decide about the programs' own requirements.
const toolsFile = "internal/tools/packages.mod"

// tools runs other programs.
type tools struct {
	goCommand string
	packer    string // nfpm
	biller    string // cyclonedx-gomod
}

// output runs a program in a folder, with additional environment, and returns its standard output, trimmed.
func (t *tools) output(ctx context.Context, dir string, env []string, name string, args ...string) (string, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("run %s: %w\n%s%s", strings.Join(append([]string{name}, args...), " "), err, stdout.Bytes(), stderr.Bytes())
	}
	return strings.TrimSpace(stdout.String()), nil
}

// build builds a program: static, stripped, without a path of this machine.
func (t *tools) build(ctx context.Context, to target, program, path, version string) error {
	env := append([]string{"CGO_ENABLED=0", "GOOS=linux", "GOFLAGS=", "GOEXPERIMENT="}, to.env...)
	_, err := t.output(ctx, "", env, t.goCommand, "build", "-trimpath", "-buildvcs=false",
		"-ldflags", "-s -w -buildid= -X main.version="+version, "-o", path, "./cmd/"+program)
	return err
}

// buildTools builds the tools. Without a path of this machine, since cyclonedx-gomod writes down its own sum.
func (t *tools) buildTools(ctx context.Context, dir string) error {
	t.packer, t.biller = filepath.Join(dir, "nfpm"), filepath.Join(dir, "cyclonedx-gomod")
	_, err := t.output(ctx, "", []string{"CGO_ENABLED=0", "GOFLAGS="}, t.goCommand, "build", "-trimpath", "-buildvcs=false", "-modfile="+toolsFile, "-o", dir+"/",
		"github.com/goreleaser/nfpm/v2/cmd/nfpm", "github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod")
	return err
}

// bill writes the bill of materials of a program, from what its linker wrote into it.
func (t *tools) bill(ctx context.Context, program, path, version string) error {
	_, err := t.output(ctx, "", nil, t.biller, "bin",
		"-json", "-noserial", "-notimestamp", "-std", "-version", version, "-output", path, program)
	return err
}

// pack makes one package of a program.
func (m *maker) pack(ctx context.Context, t target, program, format, programs string) error {
	v := m.version.deb
	if format == "apk" {
		v = m.version.apk
	}
	env := []string{
		"PACKAGE_ARCH=" + t.nfpm, "PACKAGE_VERSION=" + v, "PACKAGE_PROGRAMS=" + programs,
		"SOURCE_DATE_EPOCH=" + strconv.FormatInt(m.time.Unix(), 10),
	}
	_, err := m.output(ctx, m.tree(), env, m.packer, "package",
		"--packager", format, "--config", "deploy/packages/"+program+".yaml", "--target", m.out)
	return err
}
