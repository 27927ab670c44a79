package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/explain"
)

// classifierMisjudged: the seed's third point. What the words are worth nobody can tell but the classifier; what speaks against spam is that
// nothing else speaks for it.
var classifierMisjudged = &explain.Cause{
	Name: "classifier-misjudged", Title: "The filter's classifier misjudged the text.", Families: []explain.Family{explain.FamilyClassifier},
	Match: func(v *explain.View) *explain.Diagnosis {
		if !v.Filter.Caught || !v.Filter.Carries([]explain.Family{explain.FamilyClassifier}) || v.Sent() {
			return nil
		}
		if suspicious(v) && !v.Authentic() {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: moderate, WhoFixes: explain.Vendor,
			For:     append(stated(v, explain.FamilyClassifier), v.Good("dmarc.pass", "spf.pass", "dkim.pass", "blocklist.welcome")...),
			Against: v.Find(content...),
			Title:   fmt.Sprintf("The classifier of %s misjudged the text: sender and path are in order.", v.Filter.Filter),
			Do:      "Release it if the text is what it seems, and report it to the filter vendor as good mail.",
			Fixes: []explain.Fix{
				fix(explain.Vendor, "Train the classifier with this message: report it through the filter's own page (false positive), with the original attached and not forwarded."),
				fix(explain.You, "Until then an allow rule for this sender, bound to its DKIM signature. With SpamAssassin: sa-learn --ham."),
			},
		}
		if !v.Authentic() {
			d.Sure = weak
		}
		if suspicious(v) {
			d.Sure = weak
		}
		return d
	},
}

// heuristicOrdinaryWords: the seed's fourth point.
var heuristicOrdinaryWords = &explain.Cause{
	Name: "heuristic-ordinary-words", Title: "A rule of the filter took ordinary words or a habit of the sender's program for spam.", Families: []explain.Family{explain.FamilyWords},
	Match: func(v *explain.View) *explain.Diagnosis {
		hits := v.Find(content...)
		tests := stated(v, explain.FamilyWords)
		if v.Sent() || len(hits) == 0 && len(tests) == 0 || len(fraudulent(v)) > 0 {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: moderate, WhoFixes: explain.Vendor,
			For: append(tests, hits...), Clears: content,
			Do: "Release it if the text is what it seems, and report the rule to the filter vendor.",
			Fixes: []explain.Fix{
				fix(explain.Vendor, "Report it as good mail through the filter's own page, with the original attached and not forwarded."),
				fix(explain.You, "Until then an allow rule for this sender, bound to its DKIM signature. A rule of your own making (SpamAssassin: LOCAL_...): give it fewer points, or a second condition."),
			},
		}
		if len(tests) > 0 && v.Authentic() {
			d.Sure = strong
		}
		if answers(v) {
			d.For = append(d.For, at("headers.answer", "it answers a message of your own people"))
		}
		return d
	},
}

// outgoingUserHeld: mail of an own user was held on the way out.
var outgoingUserHeld = &explain.Cause{
	Name: "outgoing-user-held", Title: "The filter took an honest message of your own user for spam on its way out.",
	Match: func(v *explain.View) *explain.Diagnosis {
		hits := v.Find(content...)
		if !v.Sent() || len(hits) == 0 && !v.Caught() || v.Decision.DecidedBy().Result == policy.ResultAllow {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: moderate, WhoFixes: explain.Vendor,
			For: append(hits, stated(v, v.Filter.Families...)...),
			Do:  "Release it, report it as good mail, and make a rule for this user until that is mended.",
			Fixes: []explain.Fix{
				fix(explain.Vendor, "Report it through the filter's own page as a false positive of outgoing mail, with the permanent link of the log entry and the original attached to a new message, not forwarded."),
				fix(explain.You, "Until then an outgoing rule for this one user. Lasting: a phrase in the signature of all your people that an outgoing rule allows."),
			},
		}
		if v.DKIM.Passing() {
			d.For = append(d.For, v.Good("dkim.pass")...)
		}
		return d
	},
}

// bulkLevel: a newsletter, held as one.
var bulkLevel = &explain.Cause{
	Name: "bulk-level", Title: "The filter holds it as bulk mail.", Families: []explain.Family{explain.FamilyBulk},
	Match: func(v *explain.View) *explain.Diagnosis {
		if !v.Filter.Caught || !v.Filter.Carries([]explain.Family{explain.FamilyBulk}) || suspicious(v) && !v.Authentic() {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: proven, WhoFixes: explain.You,
			For:   append(stated(v, explain.FamilyBulk), v.Good("dmarc.pass")...),
			Title: fmt.Sprintf("%s holds it as bulk mail: a newsletter above the level of complaints that your policy allows.", v.Filter.Filter),
			Do:    "Release it if somebody asked for it; else leave it, or unsubscribe.",
			Fixes: []explain.Fix{
				fix(explain.You, "Raise the bulk threshold of the anti-spam policy (Microsoft 365: bulk complaint level, 7 by default), or allow this newsletter by its domain with the signature (fpcheck suggest)."),
				fix(explain.SenderAdmin, "%s: write only to people who asked, and take out those who never open.", postmaster(v.From)),
			},
		}
		if f, ok := v.Input.Message.First("List-Unsubscribe"); ok {
			d.For = append(d.For, at("path.newsletter", "it can be unsubscribed from", f.Span))
		}
		return d
	},
}

// firstContact: the sender never wrote before.
var firstContact = &explain.Cause{
	Name: "first-contact", Title: "The sender never wrote to you before, and the filter is careful with strangers.", Families: []explain.Family{explain.FamilyContact},
	Match: func(v *explain.View) *explain.Diagnosis {
		if !v.Filter.Caught || !v.Filter.FirstMail || !v.Authentic() || suspicious(v) {
			return nil
		}
		return &explain.Diagnosis{
			Sure: strong, WhoFixes: explain.Nobody,
			For:   append(stated(v, explain.FamilyContact, explain.FamilyClassifier), v.Good("dmarc.pass", "spf.pass", "dkim.pass")...),
			Title: fmt.Sprintf("%s never wrote to you before, and %s is careful with strangers; sender and path are in order.", from(v), v.Filter.Filter),
			Do:    "Read it; release it if it is meant for you. An answer of yours makes the sender known.",
			Fixes: []explain.Fix{
				fix(explain.You, "Release it and report it as not junk. No rule is needed: the filter learns a sender to whom you write."),
			},
		}
	},
}

// colleaguePrivateAccount: a colleague's name from a private mailbox. Whether it is he must be asked.
var colleaguePrivateAccount = &explain.Cause{
	Name: "colleague-private-account", Title: "A colleague's name, from a private mailbox: the filter takes it for an impostor, and it may be one.", Nature: explain.Unclear,
	Families: []explain.Family{explain.FamilyName},
	Match: func(v *explain.View) *explain.Diagnosis {
		why, ok := colleague(v)
		if !ok || suspicious(v) || v.Own(v.From) {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: moderate, WhoFixes: explain.You,
			For:     append(why, stated(v, explain.FamilyName)...),
			Against: v.Good("dmarc.pass"),
			Title:   fmt.Sprintf("It bears a colleague's name and comes from a mailbox at %s: the filter takes it for an impostor.", from(v)),
			Do:      "Call the colleague on the number that you know and ask whether he wrote it; then release.",
			Fixes: []explain.Fix{
				fix(explain.You, "Ask your people to write from the firm's mailbox; if one must not, list this one address as his (Microsoft 365: impersonation settings, trusted senders). No rule for the provider's domain."),
			},
		}
		return d
	},
}

// colleague finds a name of one's own people before an address that is not one's own: by the profile, or by the filter's own test of names.
func colleague(v *explain.View) ([]analyze.Finding, bool) {
	in := v.Input
	f, ok := in.Message.First("From")
	if !ok || len(in.Author) == 0 || in.Author[0].Name == "" {
		return nil, false
	}
	for _, c := range in.Profile.Colleagues {
		if sameName(c, in.Author[0].Name) {
			found := at("sender.colleague", "the name before the address is that of one of your people", f.Value)
			found.Evidence = append(found.Evidence, analyze.Evidence{Profile: "colleagues"})
			return []analyze.Finding{found}, true
		}
	}
	if v.Filter.Caught && v.Filter.Carries([]explain.Family{explain.FamilyName}) {
		return []analyze.Finding{at("sender.name", "the filter knows the name before the address", f.Value)}, true
	}
	return nil, false
}

// paymentDetailsChanged: honest firms change banks, and fraud lives on it. Only a call can tell.
var paymentDetailsChanged = &explain.Cause{
	Name: "payment-details-changed", Title: "It asks to pay to another account; only a call can tell whether that is true.", Nature: explain.Unclear,
	Match: func(v *explain.View) *explain.Diagnosis {
		asks := v.Find("words.payment-change")
		if v.Sent() || len(asks) == 0 || !v.Authentic() {
			return nil
		}
		return &explain.Diagnosis{
			Sure: moderate, WhoFixes: explain.Nobody,
			For: append(asks, v.Good("dmarc.pass")...),
			Do:  "Call the sender on a number that you have known for long (not one from this message) before anybody pays.",
			Fixes: []explain.Fix{
				fix(explain.You, "Release it only after that call. SPF, DKIM and DMARC prove the domain, not who sits at the mailbox. No rule."),
			},
		}
	},
}
