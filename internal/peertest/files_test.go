package peertest
var shown, agedShown []string
var hidden = map[string]string{}
