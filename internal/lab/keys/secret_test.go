package keys

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
)

// printed is a pair in each form in which it might get into a log.
func printed(p Pair) []string {
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("pair", "pair", p)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("pair", "pair", p)
	text, err := json.Marshal(p)
	return []string{
		fmt.Sprint(p), fmt.Sprintf("%+v", p), fmt.Sprintf("%#v", p), fmt.Sprintf("%q", p), fmt.Sprintf("%x", p),
		fmt.Sprintf("%s %v", p.AccessKeySecret, p.SecurityToken), string(text), fmt.Sprint(err), log.String(),
	}
}
