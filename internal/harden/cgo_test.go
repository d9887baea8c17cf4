//go:build cgo

package harden

const cgo = true
