// Package config is what a device is told: its own file, and where its FlowLog comes from.
package config
