package config

import (
	"net/netip"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func diffAgents(a, b *Agent) string { return cmp.Diff(a, b, cmpopts.EquateComparable(netip.Addr{})) }
