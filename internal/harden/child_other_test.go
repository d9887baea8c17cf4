//go:build !linux

package harden

func runChild() {}
