package rules

import (
	"net/netip"

	"github.com/fpcheck/fpcheck/analyze/pattern"
)

// SenderCovers reports whether wide matches every sender that narrow matches. Patterns are as Parse returns them.
func SenderCovers(wide, narrow string) bool { return pattern.SenderCovers(wide, narrow) }

// HostCovers reports whether wide matches every host that narrow matches.
func HostCovers(wide, narrow string) bool { return pattern.HostCovers(wide, narrow) }

// PrefixCovers reports whether every address of narrow lies in wide.
func PrefixCovers(wide, narrow netip.Prefix) bool { return pattern.PrefixCovers(wide, narrow) }
