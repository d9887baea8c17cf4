package cli

import (
	"io"
	"log/slog"
	"os"

	"golang.org/x/term"
)

// Logger returns a log to w, as JSON lines for the format "json", else as text.
func Logger(format string, w io.Writer) *slog.Logger {
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}

// Width returns how many columns the terminal behind w has, 0 where there is none.
func Width(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0
	}
	const usual = 80 // where the terminal does not say
	if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
		return width
	}
	return usual
}
