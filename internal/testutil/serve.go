package testutil

import (
	"context"
	"encoding/json"
	"io"
	"sync"
	"testing"
)

// Server is a component that serves until its context ends.
type Server interface {
	Run(ctx context.Context) error
}

// Serve runs a server in this process until stop or the end of the test, and fails the test where it ends with an
// error. The server's first line on stdout, JSON, says where it is: that goes to location.
func Serve(tb testing.TB, location any, with func(stdout io.Writer) (Server, error)) (stop func()) {
	tb.Helper()
	out, in := io.Pipe()
	server, err := with(in)
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		err := server.Run(ctx)
		_ = in.CloseWithError(err) // it never fails
		ended <- err
	}()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			tb.Error(err)
		}
	})
	tb.Cleanup(stop)
	if err := json.NewDecoder(out).Decode(location); err != nil {
		tb.Fatal(err)
	}
	return stop
}
