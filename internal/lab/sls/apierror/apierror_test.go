package apierror

import (
	"errors"
	"fmt"
	"testing"
)

func TestOf(t *testing.T) {
	own := Bad("InvalidKey", "key %q", "x")
	for name, c := range map[string]struct {
		err    error
		status int
		text   string
	}{
		"wrapped":      {fmt.Errorf("put: %w", own), 400, `InvalidKey: key "x"`},
		"unauthorized": {Unauthorized("no key"), 401, "Unauthorized: no key"},
		"parameter":    {Invalid("line"), 400, "ParameterInvalid: line"},
		"unsupported":  {NotSupported("SQL"), 501, "NotSupported: SQL"},
		"another":      {errors.New("the disk is full at /secret"), 500, "InternalServerError: The server could not do this; its log says why."},
	} {
		t.Run(name, func(t *testing.T) {
			got := Of(c.err)
			if got.Status != c.status || got.Error() != c.text {
				t.Errorf("got %d %v, want %d %s", got.Status, got, c.status, c.text)
			}
		})
	}
}
