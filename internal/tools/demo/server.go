package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// server is a server of the lab that runs.
type server struct {
	cmd *exec.Cmd
	log bytes.Buffer
	at  map[string]string // where it is
}

// startServer starts `sagflow-lab NAME` and waits until it says where it is.
func (d demo) startServer(ctx context.Context, name string, args ...string) (*server, error) {
	s := &server{cmd: d.program(ctx, "sagflow-lab", append([]string{name}, args...)...)}
	s.cmd.Stdout, s.cmd.Stderr = nil, &s.log
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start sagflow-lab %s: %w", name, err)
	}
	if err := json.NewDecoder(out).Decode(&s.at); err != nil {
		return nil, errors.Join(fmt.Errorf("sagflow-lab %s did not say where it is: %w", name, err), s.end())
	}
	fmt.Fprintf(d.out, "it serves at %s\n", s.at[name])
	return s, nil
}

// end tells the server to end; what it logged is part of the error.
func (s *server) end() error {
	err := s.cmd.Process.Signal(os.Interrupt)
	if errors.Is(err, os.ErrProcessDone) {
		err = nil
	}
	if e := s.cmd.Wait(); e != nil {
		err = errors.Join(err, fmt.Errorf("%w\n%s", e, s.log.String()))
	}
	return err
}
