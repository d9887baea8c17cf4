//go:build !linux

package exporter

import "time"

func preciseSleep(d time.Duration) { time.Sleep(d) }
