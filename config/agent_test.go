package config

import "github.com/google/go-cmp/cmp"

func diffAgents(a, b *Agent) string { return cmp.Diff(a, b) }
