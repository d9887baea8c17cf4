// Package ie is the table of IPFIX information elements (RFC 7012) as IANA registers them.
//
//  1. ipfix-information-elements.csv holds the registry, one element a line.
//  2. gen reads it and writes table.go: a constant for each element's number, named as IANA names
//     it with a capital first letter, and the table from number to name, type and status.
//  3. Lookup finds an element by its number.
//
// NetFlow V9's field types 1 to 127 have the same numbers and meanings (RFC 7012 §4).
package ie

//go:generate go run ./gen -csv ipfix-information-elements.csv -out table.go
