package cli

import (
	"io"
	"log/slog"
	"os"

	"golang.org/x/term"
)

// Logger returns a log to w, as JSON lines for the format "json", else as text. Lines below the level, which is
// debug, info, warn or error, are left out; any other level is info.
func Logger(format, level string, w io.Writer) *slog.Logger {
	o := &slog.HandlerOptions{Level: levelOf(level)}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

func levelOf(name string) slog.Level {
	var level slog.Level
	if level.UnmarshalText([]byte(name)) != nil {
		return slog.LevelInfo
	}
	return level
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
