// Package cli is what the programs' command lines have in common.
//
//  1. Signals turns SIGINT and SIGTERM into the end of contexts.
//  2. Logger makes the log of the form that was asked for.
//  3. Parse reads a command line by kong, and says which exit code to end with if it is not to be run.
//  4. Errors takes joined errors apart, so that each is printed on a line of its own.
package cli
