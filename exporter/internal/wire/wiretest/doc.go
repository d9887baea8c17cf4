// Package wiretest is what the tests of the encoders share: records to export, a driver that holds
// an encoder to its contract, the value that a template's field must have, flows put together from
// decoded fields, and golden datagrams with a comment at each field.
package wiretest
