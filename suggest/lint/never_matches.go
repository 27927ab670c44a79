package lint

import (
	"slices"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

var neverMatches = &Lint{
	Name: "never-matches", Title: "asks for things that cannot be true together", Severity: Error,
	Each: func(p *Pass, r *rules.Rule) {
		if key, why := impossibleRule(r); why != "" {
			p.Report(r, key, why, "no message is one that this rule is for: take one of the two conditions out")
		}
	},
}

// impossibleRule says which conditions of r exclude each other.
func impossibleRule(r *rules.Rule) (key, why string) {
	w, u := &r.When, &r.Unless
	none := len(w.DKIM) == 1 && w.DKIM[0] == "none"
	switch {
	case all(w.Sender, u.Sender, rules.SenderCovers):
		return "sender", "every sender that it is for is one that `unless:` takes out"
	case all(w.MailFrom, u.MailFrom, rules.SenderCovers):
		return "mail-from", "every envelope sender that it is for is one that `unless:` takes out"
	case all(w.Recipient, u.Recipient, rules.SenderCovers):
		return "recipient", "every recipient that it is for is one that `unless:` takes out"
	case all(w.BorderHost, u.BorderHost, rules.HostCovers):
		return "border-host", "every host that it is for is one that `unless:` takes out"
	case len(w.BorderIP) > 0 && len(u.BorderIP) > 0 && prefixesCover(u.BorderIP, w.BorderIP):
		return "border-ip", "every address that it is for is one that `unless:` takes out"
	case none && slices.Contains(u.DKIM, "none"), all(w.DKIM, u.DKIM, dkimCovers):
		return "dkim", "every signature that it is for is one that `unless:` takes out"
	case w.OwnSender != nil && u.OwnSender != nil && *w.OwnSender == *u.OwnSender:
		return "own-sender", "`unless:` takes out what `when:` asks for"
	}
	return "", ""
}

// all reports whether each of narrow is covered by one of wide, and there is any.
func all(narrow, wide []string, covers func(wide, narrow string) bool) bool {
	return len(narrow) > 0 && len(wide) > 0 && listCovers(wide, narrow, covers)
}
