package targets

import (
	"net/netip"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/pattern"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/suggest"
)

// seen is a delivery as one engine sees it. Each engine fills it in its own way; how conditions combine is the same in all.
type seen struct {
	authors []string // addresses of From, as the engine reads them
	single  bool     // the rule's own check for one author holds
	rcpts   []string
	from    string // envelope sender
	host    func(pat string) bool
	ip      netip.Addr
	signed  func(pat string) bool
	anySig  bool
	own     bool
	header  func(name string) []string // decoded values
	text    func() string
	find    func(text, phrase string) bool
}

// newSeen is a delivery as a server sees it that stands at the border.
func newSeen(d suggest.Delivery) seen {
	s := seen{from: strings.Trim(d.Envelope.MailFrom, "<>"), rcpts: d.Envelope.Rcpt, ip: d.Envelope.IP.Unmap(), find: findFolded}
	s.host = func(pat string) bool { return pattern.MatchHost(pat, d.Envelope.RDNS) }
	s.own = d.Facts.OwnSender.Known == rules.Yes && d.Facts.Direction != rules.Inbound
	s.signed = func(pat string) bool {
		return anySigner(d, func(x rules.Signer) bool { return pattern.MatchHost(pat, x.Domain) })
	}
	s.anySig = anySigner(d, func(rules.Signer) bool { return true })
	s.header = func(name string) []string {
		var out []string
		for _, f := range d.Message.All(name) {
			out = append(out, d.Message.Text(f))
		}
		return out
	}
	s.text = func() string {
		if d.Facts.Body == nil {
			return ""
		}
		text, _ := d.Facts.Body()
		return text
	}
	return s
}

func anySigner(d suggest.Delivery, fits func(rules.Signer) bool) bool {
	for _, x := range d.Facts.DKIM {
		if x.Status == "pass" && fits(x) {
			return true
		}
	}
	return false
}

// addresses returns the addresses of all fields of that name, and how many fields there are.
func addresses(m *eml.Message, name string) (out []string, fields int) {
	all := m.All(name)
	for _, f := range all {
		for _, a := range m.Addresses(f) {
			out = append(out, a.String())
		}
	}
	return out, len(all)
}

// findFolded looks for a phrase without regard to case, with any run of space for a space.
func findFolded(text, phrase string) bool {
	fold := func(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }
	return strings.Contains(fold(text), fold(phrase))
}

// matches reports what the rule does to what the engine sees.
func (s seen) matches(a ask) bool {
	for _, answer := range s.answers(a.When) {
		if !answer {
			return false
		}
	}
	for _, answer := range s.answers(a.Unless) {
		if answer {
			return false
		}
	}
	return len(a.When.Sender) == 0 || s.single
}

// answers asks each condition that is stated.
func (s seen) answers(c rules.Conditions) []bool {
	var out []bool
	ask := func(stated bool, holds func() bool) {
		if stated {
			out = append(out, holds())
		}
	}
	ask(len(c.Sender) > 0, func() bool { return anyPair(c.Sender, s.authors, pattern.MatchSender) })
	ask(len(c.MailFrom) > 0, func() bool { return s.sentBy(c.MailFrom) })
	ask(len(c.Recipient) > 0, func() bool { return anyPair(c.Recipient, s.rcpts, pattern.MatchSender) })
	ask(len(c.BorderHost) > 0, func() bool { return anyOf(c.BorderHost, s.host) })
	ask(len(c.BorderIP) > 0, func() bool {
		return anyOf(c.BorderIP, func(p netip.Prefix) bool { return p.Contains(s.ip) })
	})
	ask(len(c.DKIM) > 0, func() bool {
		return anyOf(c.DKIM, func(d string) bool { return d == "none" && !s.anySig || d != "none" && s.signed(d) })
	})
	ask(c.OwnSender != nil, func() bool { return s.own == *c.OwnSender })
	ask(len(c.Subject) > 0, func() bool { return anyPair(c.Subject, s.header("Subject"), swap(s.find)) })
	for _, h := range c.Headers {
		ask(true, func() bool { return anyPair(h.Contains, s.header(h.Name), swap(s.find)) })
	}
	ask(len(c.Phrase) > 0, func() bool { return anyPair(c.Phrase, []string{s.text()}, swap(s.find)) })
	return out
}

func swap(find func(text, phrase string) bool) func(phrase, text string) bool {
	return func(phrase, text string) bool { return find(text, phrase) }
}

func (s seen) sentBy(pats []string) bool {
	return anyOf(pats, func(p string) bool { return p == "<>" && s.from == "" || p != "<>" && pattern.MatchSender(p, s.from) })
}

func anyOf[T any](list []T, holds func(T) bool) bool {
	for _, x := range list {
		if holds(x) {
			return true
		}
	}
	return false
}

func allOf[T any](list []T, holds func(T) bool) bool {
	return !anyOf(list, func(x T) bool { return !holds(x) })
}

func anyPair(pats, values []string, match func(pat, value string) bool) bool {
	return anyOf(values, func(v string) bool {
		return anyOf(pats, func(p string) bool { return match(p, v) })
	})
}

// refused is the error of Matches for a rule that Emit refuses.
func (r *refuse) err(rule rules.Rule) error { return &notWritten{rule.Name, r} }

type notWritten struct {
	rule string
	why  *refuse
}

func (e *notWritten) Error() string {
	return "rule " + e.rule + " is not written: " + e.why.what + ": " + e.why.reason
}

// expired reports whether an engine that knows the day has stopped applying the rule. Days end at 00:00 UTC.
func (a ask) expired(d suggest.Delivery) bool {
	return !a.Expires.IsZero() && !d.Facts.Today.IsZero() && !d.Facts.Today.Before(a.Expires)
}
