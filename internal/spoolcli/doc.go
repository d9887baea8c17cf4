// Package spoolcli is what sagflow spool prints and writes: tables and JSON lines of what waits for Log
// Service, its records, and what came of a retry or drop. What is done to the spool is package spoolctl's.
package spoolcli
