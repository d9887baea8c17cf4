package spoolcli

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/sagflow/sagflow/exporter/sls/spool"
	"github.com/sagflow/sagflow/exporter/sls/spoolctl"
)

var (
	all   = spoolctl.Selection{All: true}
	aside = spoolctl.Selection{SetAside: true}
)

func ids(ids ...spool.ID) spoolctl.Selection { return spoolctl.Selection{IDs: ids} }

// TestGolden shows what each command prints: standard output, standard error, and the error.
func TestGolden(t *testing.T) {
	for name, do := range map[string]func(context.Context, *Printer, spoolctl.Control) error{
		"list":         func(ctx context.Context, p *Printer, c spoolctl.Control) error { return p.List(ctx, c, all) },
		"list-aside":   func(ctx context.Context, p *Printer, c spoolctl.Control) error { return p.List(ctx, c, aside) },
		"list-unknown": func(ctx context.Context, p *Printer, c spoolctl.Control) error { return p.List(ctx, c, ids(1, 77)) },
		"list-terminal": func(ctx context.Context, p *Printer, c spoolctl.Control) error {
			p.Width = 80
			return p.List(ctx, c, all)
		},
		"list-json": func(ctx context.Context, p *Printer, c spoolctl.Control) error {
			p.JSON = true
			return p.List(ctx, c, ids(1, 3, 77))
		},
		"list-empty": func(ctx context.Context, p *Printer, c spoolctl.Control) error {
			must(t, c.Drop(ctx, all, func(spoolctl.Outcome) error { return nil }))
			return p.List(ctx, c, all)
		},
		"totals": func(ctx context.Context, p *Printer, c spoolctl.Control) error { return p.Totals(ctx, c) },
		"totals-json": func(ctx context.Context, p *Printer, c spoolctl.Control) error {
			p.JSON = true
			return p.Totals(ctx, c)
		},
		"show":         func(ctx context.Context, p *Printer, c spoolctl.Control) error { return p.Show(ctx, c, 2) },
		"show-aside":   func(ctx context.Context, p *Printer, c spoolctl.Control) error { return p.Show(ctx, c, 3) },
		"show-unknown": func(ctx context.Context, p *Printer, c spoolctl.Control) error { return p.Show(ctx, c, 77) },
		"show-broken":  func(ctx context.Context, p *Printer, c spoolctl.Control) error { return p.Show(ctx, c, 4) },
		"show-packed":  func(ctx context.Context, p *Printer, c spoolctl.Control) error { return p.Show(ctx, c, 5) },
		"show-json": func(ctx context.Context, p *Printer, c spoolctl.Control) error {
			p.JSON = true
			return p.Show(ctx, c, 2)
		},
		"export": func(ctx context.Context, p *Printer, c spoolctl.Control) error {
			return p.Export(ctx, c, ExportOptions{Selection: all})
		},
		"retry":     func(ctx context.Context, p *Printer, c spoolctl.Control) error { return p.Retry(ctx, c, aside) },
		"retry-ids": func(ctx context.Context, p *Printer, c spoolctl.Control) error { return p.Retry(ctx, c, ids(1, 3, 77)) },
		"retry-one": func(ctx context.Context, p *Printer, c spoolctl.Control) error { return p.Retry(ctx, c, ids(3)) },
		"retry-json": func(ctx context.Context, p *Printer, c spoolctl.Control) error {
			p.JSON = true
			return p.Retry(ctx, c, ids(1, 3))
		},
		"drop":     func(ctx context.Context, p *Printer, c spoolctl.Control) error { return p.Drop(ctx, c, all) },
		"drop-ids": func(ctx context.Context, p *Printer, c spoolctl.Control) error { return p.Drop(ctx, c, ids(1, 3, 77)) },
		"drop-json": func(ctx context.Context, p *Printer, c spoolctl.Control) error {
			p.JSON = true
			return p.Drop(ctx, c, aside)
		},
	} {
		t.Run(name, func(t *testing.T) {
			state := fill(t)
			s := newScreen()
			err := do(t.Context(), &s.Printer, open(t, state))
			text := s.out.String() + "--- standard error\n" + s.err.String() + told(err)
			text = strings.ReplaceAll(text, state, "STATE")
			text = strings.ReplaceAll(text, fmt.Sprintf(`"pid":%d`, os.Getpid()), `"pid":PID`)
			golden(t, name, regexp.MustCompile(`"oldest-age":[0-9]+`).ReplaceAllString(text, `"oldest-age":AGE`))
			if strings.ContainsRune(s.out.String(), 0x1b) {
				t.Error("something that a terminal would obey")
			}
		})
	}
}
