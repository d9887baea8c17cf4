package cli

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type testLine struct {
	Above struct {
		Below struct {
			Number int    `default:"1" help:"A ${what}."`
			Name   string `required:""`
		} `cmd:""`
	} `cmd:""`
}

func TestParse(t *testing.T) {
	for _, test := range []struct {
		args        string
		code        int
		out, errors string
	}{
		{args: "above below --name x --number 7"},
		{args: "", out: "Usage: test <command>"},
		{args: "above below --help", out: "A thing."},
		{args: "above", code: ExitUsage, errors: "test: expected \"below\"\nsee test above --help\n"},
		{args: "above below", code: ExitUsage, errors: "test: missing flags: --name=STRING\nsee test above below --help\n"},
		{args: "beside", code: ExitUsage, errors: "test: unexpected argument beside\nsee test --help\n"},
		{args: "above below --number x", code: ExitUsage, errors: "see test above below --help\n"},
	} {
		t.Run(test.args, func(t *testing.T) {
			var line testLine
			var out, errs bytes.Buffer
			p := Program{Name: "test", Vars: map[string]string{"what": "thing"}, Stdout: &out, Stderr: &errs}
			command, code := p.Parse(&line, strings.Fields(test.args))
			runs := test.code == 0 && test.out == ""
			if code != test.code || (command != nil) != runs {
				t.Errorf("code %d, command %v", code, command)
			}
			if runs && line.Above.Below.Number != 7 {
				t.Errorf("parsed %+v", line)
			}
			if !strings.Contains(out.String(), test.out) || !strings.HasSuffix(errs.String(), test.errors) {
				t.Errorf("out %q, err %q", out.String(), errs.String())
			}
		})
	}
}

// A faulty command line struct is the program's mistake, and no panic.
func TestParseOfFaultyStruct(t *testing.T) {
	var errs bytes.Buffer
	var line struct {
		Flag string `default:"${unset}"`
	}
	if _, code := (&Program{Name: "test", Stderr: &errs}).Parse(&line, []string{"--flag=x"}); code != ExitError || errs.Len() == 0 {
		t.Errorf("code %d, err %q", code, errs.String())
	}
}

func TestErrors(t *testing.T) {
	a, b, c := errors.New("a"), errors.New("b"), errors.New("c")
	for _, test := range []struct {
		err  error
		want []string
	}{
		{nil, nil},
		{a, []string{"a"}},
		{errors.Join(a, errors.Join(b, c), nil), []string{"a", "b", "c"}},
		{fmt.Errorf("do: %w", errors.Join(a, b)), []string{"do: a\nb"}},
	} {
		var got []string
		for _, e := range Errors(test.err) {
			got = append(got, e.Error())
		}
		if d := cmp.Diff(test.want, got); d != "" {
			t.Errorf("Errors(%v) (-want +got):\n%s", test.err, d)
		}
	}
	if wrong := (&UsageError{Err: a}); !errors.Is(wrong, a) || wrong.Error() != "a" {
		t.Errorf("UsageError %v", wrong)
	}
}

func TestLogger(t *testing.T) {
	var out bytes.Buffer
	Logger("text", "info", &out).Info("m", "k", 1)
	Logger("json", "info", &out).Info("m", "k", 1)
	lines := strings.Split(out.String(), "\n")
	if !strings.HasSuffix(lines[0], `level=INFO msg=m k=1`) || !strings.HasSuffix(lines[1], `"msg":"m","k":1}`) {
		t.Errorf("logged %q", out.String())
	}
}

func TestLevels(t *testing.T) {
	for level, want := range map[string]string{"debug": "DIWE", "info": "IWE", "warn": "WE", "error": "E", "none such": "IWE"} {
		for _, format := range []string{"text", "json"} {
			var out bytes.Buffer
			log := Logger(format, level, &out)
			log.Debug("D")
			log.Info("I")
			log.Warn("W")
			log.Error("E")
			got := ""
			for line := range strings.Lines(out.String()) {
				for _, name := range []string{"D", "I", "W", "E"} {
					if strings.HasSuffix(strings.TrimRight(line, "\"}\n"), name) {
						got += name
					}
				}
			}
			if got != want {
				t.Errorf("%s, level %s: wrote %q, want %q", format, level, got, want)
			}
		}
	}
}

func TestWidthOfNoTerminal(t *testing.T) {
	if w := Width(&bytes.Buffer{}); w != 0 {
		t.Errorf("width %d", w)
	}
}

func TestSignals(t *testing.T) {
	ctx, stop := Signals(t.Context())
	defer stop()
	if err := syscall.Kill(syscall.Getpid(), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case <-ctx.Done():
	case <-time.After(20 * time.Second):
		t.Error("SIGTERM did not end the context")
	}
}
