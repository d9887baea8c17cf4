package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/sagflow/sagflow/config"
)

// stateFlags are how a command is told whose state directory is meant.
type stateFlags struct {
	Config         string `short:"c" xor:"where" placeholder:"AGENT.YAML" help:"The device's configuration, which names its state directory."`
	StateDirectory string `xor:"where" placeholder:"DIR" help:"The device's state directory (default ${stateDirectory})."`
}

// directory is the state directory that they name.
func (c *stateFlags) directory() (string, error) {
	switch {
	case c.StateDirectory != "":
		return c.StateDirectory, nil
	case c.Config == "":
		return config.DefaultStateDirectory, nil
	}
	text, err := readConfig(c.Config)
	if err != nil {
		return "", fmt.Errorf("read configuration %q: %w", c.Config, err)
	}
	device, err := config.Decode(c.Config, text)
	if err != nil {
		return "", err
	}
	return device.StateDirectory, nil
}

// readConfig reads no more than is needed to see that a file is too long. Access keys are not looked for:
// whoever asks what a device does may have none.
func readConfig(path string) (text []byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(io.LimitReader(f, config.MaxSize+1))
}
