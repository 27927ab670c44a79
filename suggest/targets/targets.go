// Package targets writes neutral rules in the words of each filter.
package targets

import "github.com/fpcheck/fpcheck/suggest"

// All returns every target, in the order in which they are offered.
func All() []*suggest.Target {
	return []*suggest.Target{
		SpamAssassin,
		Rspamd,
		Sieve,
		Postfix,
		Exim,
	}
}
