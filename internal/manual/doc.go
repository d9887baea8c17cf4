// Package manual writes what a package installs of a command line beside the program: manual pages, and completion for bash,
// zsh and fish.
//
//  1. Commands and flags are read from kong's model, which --help is printed from.
//  2. Page is a manual page of commands, Roff what any page is written with.
//  3. Bash, Zsh and Fish are scripts that know commands, flags and the values of flags that have few.
//
// It runs when files are generated; programs don't link it.
package manual
