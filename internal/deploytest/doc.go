// Package deploytest tests what stands in deploy, by systemd's own programs. There is no code here, only tests.
//
//  1. The unit, with and without its drop-in, is verified without a word, and its exposure is at most 2.0.
//  2. The unit's filter of system calls lets through what the device does, its own hardening included.
//  3. sysusers.d makes the user that the unit names.
//  4. The example of a configuration is one that the program takes.
package deploytest
