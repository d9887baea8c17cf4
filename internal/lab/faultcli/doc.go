// Package faultcli is a client of the admin listener by which the lab's servers take faults: package fault
// says what it answers.
package faultcli
