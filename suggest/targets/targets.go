// Package targets writes neutral rules in the words of each filter, a file for each, and knows how that filter would match them.
package targets

import "github.com/fpcheck/fpcheck/suggest"

// All returns every target, in the order in which they are listed to the user.
func All() []*suggest.Target {
	return []*suggest.Target{ProofpointEssentials, SpamAssassin, Rspamd, ExchangeOnline, GoogleWorkspace, Sieve, Postfix, Exim, Mimecast, Barracuda}
}
