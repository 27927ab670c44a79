package targets

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/fpcheck/fpcheck/analyze/pattern"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/suggest"
)

// What follows is shared by the targets that are web pages: click paths and what their simulators have in common.

const simulated = "simulated, not proven: %s cannot be run here. Release one test mail."

// sheet collects the lines of a click path.
type sheet struct{ steps []suggest.Step }

func (s *sheet) head(path string) { s.steps = append(s.steps, suggest.Step{Label: path}) }
func (s *sheet) add(label, value string) {
	s.steps = append(s.steps, suggest.Step{Label: label, Value: value})
}

// no refuses a rule for a target.
func no(r rules.Rule, name, what, reason, instead string) *suggest.Refusal {
	return &suggest.Refusal{Rule: r.Name, Name: name, What: what, Reason: reason, Instead: instead}
}

// refusedError is the error of Matches for a rule that Emit refuses.
type refusedError struct{ suggest.Refusal }

func (e refusedError) Error() string { return e.Reason }

func asError(r *suggest.Refusal) error {
	if r == nil {
		return nil
	}
	return refusedError{*r}
}

// frame refuses what no web page can say: leftovers of an import, a rule without a condition, and one that anybody can satisfy.
func frame(r rules.Rule, site suggest.Site) *suggest.Refusal {
	switch {
	case len(r.Unsupported) > 0:
		return no(r, suggest.CannotExpress, "rule "+r.Name, "part of it could not be read when it was imported: "+r.Unsupported[0], "finish the rule first")
	case r.When.Empty():
		return no(r, suggest.FromOnly, "rule "+r.Name, "it has no condition, so it would match every message", "give it a sender and a host")
	case r.Direction == rules.Internal:
		return no(r, suggest.CannotExpress, "rule "+r.Name, "the filter does not see mail that stays inside", "leave it out")
	}
	if bad := suggest.Vet(r, site); len(bad) > 0 {
		return &bad[0]
	}
	return nil
}

// plainValue refuses what cannot be typed into a field of a web page and come back as it was: control characters, bytes that are not
// UTF-8, marks that reorder text, and outer white space.
func plainValue(s string) bool {
	return s != "" && strings.TrimSpace(s) == s && printable(s, true)
}

// day writes a date as every page reads it.
func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// describe is the text for the description field: ticket and review date, as far as they are stated.
func describe(r rules.Rule) string {
	var out []string
	if t := comment(r.Ticket); t != "" {
		out = append(out, "ticket "+t)
	}
	if !r.Expires.IsZero() {
		out = append(out, "review "+day(r.Expires))
	}
	return strings.Join(append(out, "by fpcheck"), ", ")
}

// mapNames gives each rule a name of letters, digits and dashes within limit, and keeps those that had to change.
func mapNames(rs []rules.Rule, limit int, t *suggest.Text) []string {
	names := ids(rs, limit)
	for i, r := range rs {
		if names[i] = strings.ReplaceAll(names[i], "_", "-"); names[i] != r.Name {
			if t.NameMap == nil {
				t.NameMap = map[string]string{}
			}
			t.NameMap[r.Name] = names[i]
		}
	}
	return names
}

// inTime reports whether a filter that knows an expiry would still apply the rule.
func inTime(r rules.Rule, d suggest.Delivery) bool {
	return r.Expires.IsZero() || d.Facts.Today.IsZero() || d.Facts.Today.Before(r.Expires)
}

func rightWay(r rules.Rule, d suggest.Delivery) bool {
	return r.Direction == rules.DirectionUnknown || r.Direction == d.Facts.Direction
}

// recipientIs compares the envelope's recipients.
func recipientIs(pats []string, d suggest.Delivery) bool {
	return len(pats) == 0 || slices.ContainsFunc(d.Facts.Rcpt, func(f rules.Fact) bool { return senderIs(pats, f.Value) })
}

func senderIs(pats []string, addr string) bool {
	return slices.ContainsFunc(pats, func(p string) bool { return pattern.MatchSender(p, addr) })
}

// oneAuthor returns the author where there is exactly one; "" otherwise.
func oneAuthor(d suggest.Delivery) string {
	if len(d.Facts.From) == 1 && d.Facts.HeaderFroms <= 1 {
		return d.Facts.From[0]
	}
	return ""
}

func ipIn(r rules.Rule, d suggest.Delivery) bool {
	for _, p := range r.When.BorderIP {
		if d.Facts.BorderIP.Known == rules.Yes && p.Contains(d.Facts.IP.Unmap()) {
			return true
		}
	}
	return false
}

// others names a condition beside those that a target has words for; "" where there is none.
func others(c rules.Conditions, can ...string) string {
	for _, x := range []struct {
		name   string
		stated bool
	}{
		{"sender", len(c.Sender) > 0}, {"mail-from", len(c.MailFrom) > 0}, {"recipient", len(c.Recipient) > 0}, {"border-host", len(c.BorderHost) > 0},
		{"border-ip", len(c.BorderIP) > 0}, {"dkim", len(c.DKIM) > 0}, {"own-sender", c.OwnSender != nil}, {"header", len(c.Headers) > 0},
		{"subject", len(c.Subject) > 0}, {"phrase", len(c.Phrase) > 0}, {"tenant-as-written", len(c.TenantAsWritten) > 0},
	} {
		if x.stated && !slices.Contains(can, x.name) {
			return x.name
		}
	}
	return ""
}

// written returns every value that goes into a page as it is.
func written(c rules.Conditions) []string {
	out := slices.Concat(c.Sender, c.MailFrom, c.Recipient, c.BorderHost, c.DKIM, c.Subject, c.Phrase, c.TenantAsWritten)
	for _, h := range c.Headers {
		out = append(append(out, h.Contains...), h.Name)
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}

// values refuses a rule with a value that the page would not give back.
func values(r rules.Rule) *suggest.Refusal {
	for _, v := range append(written(r.When), written(r.Unless)...) {
		if !plainValue(v) {
			return no(r, suggest.UnsafeValue, "rule "+r.Name, fmt.Sprintf("%q cannot be typed into the page as it is", v), "use a plainer value")
		}
	}
	return nil
}

// scopedEmit is for pages without scopes: a user becomes a recipient or a sender of the rule, and a group is refused.
func scopedEmit(emit func([]rules.Rule, suggest.Site) (suggest.Text, []suggest.Refusal)) func([]rules.Rule, suggest.Site) (suggest.Text, []suggest.Refusal) {
	return func(rs []rules.Rule, site suggest.Site) (suggest.Text, []suggest.Refusal) {
		var kept []rules.Rule
		var refused []suggest.Refusal
		for _, r := range rs {
			a := ask{Rule: r}
			if x := a.scope(); x != nil {
				refused = append(refused, x.of(r))
				continue
			}
			a.Scope = ""
			kept = append(kept, a.Rule)
		}
		text, more := emit(kept, site)
		return text, append(refused, more...)
	}
}

// scopedMatches is scopedEmit's counterpart.
func scopedMatches(matches func(rules.Rule, suggest.Site, suggest.Delivery) (bool, error)) func(rules.Rule, suggest.Site, suggest.Delivery) (bool, error) {
	return func(r rules.Rule, site suggest.Site, d suggest.Delivery) (bool, error) {
		a := ask{Rule: r}
		if x := a.scope(); x != nil {
			return false, x.err(r)
		}
		a.Scope = ""
		return matches(a.Rule, site, d)
	}
}

// sentence makes text fit for a field that takes any text on one line.
func sentence(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r != unicode.ReplacementChar && unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, s)), " ")
}

// scopeOf says whom a rule is for.
func scopeOf(r rules.Rule) string {
	if who, ok := strings.CutPrefix(r.Scope, "group: "); ok {
		return "Group: " + who
	}
	if who, ok := strings.CutPrefix(r.Scope, "user: "); ok {
		return "User: " + who
	}
	return "Company"
}

// inScope reports whether the user of a scope gets the message, or sends it. Members of groups are known to nobody here, so a group
// counts as everybody: a simulator must not let in less than the filter does.
func inScope(r rules.Rule, d suggest.Delivery) bool {
	who, ok := strings.CutPrefix(r.Scope, "user: ")
	if !ok {
		return true
	}
	if r.Direction == rules.Outbound {
		return senderIs([]string{who}, oneAuthor(d))
	}
	return recipientIs([]string{who}, d)
}
