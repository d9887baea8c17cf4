//go:build !(clocktest && linux)

package main

import "github.com/sagflow/sagflow/internal/agent"

// stepClock does nothing: only a program that tests build, with the tag clocktest, goes by other clocks than the system's.
func stepClock(*agent.LiveOptions) error { return nil }
