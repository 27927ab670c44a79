package verdict

import "strings"

// Symbol says what a rule of SpamAssassin, Rspamd or a relative of theirs means, in our words.
type Symbol struct {
	Text  string
	Cause string // name of the root cause that it points to; empty: none, or it speaks for the message
	Blind bool   // it means that the filter could not look
	Word  Word   // where the rule decides by itself: a list of allowed or blocked senders
}

// Symbols returns the dictionary of a filter: "spamassassin", "rspamd" or "barracuda". It must not be changed.
func Symbols(filter string) map[string]Symbol {
	switch filter {
	case "spamassassin":
		return spamAssassinSymbols()
	case "rspamd":
		return rspamdSymbols()
	case "barracuda":
		return barracudaSymbols()
	}
	return nil
}

// symbol adds a rule's name as a reason. A name that stands already gets the points, where they are known now.
func (r *reading) symbol(table func() map[string]Symbol, name piece, points Number) {
	for i := range r.v.Reasons {
		if x := &r.v.Reasons[i]; x.Code == name.text {
			if !x.Points.Known {
				x.Points = points
			}
			return
		}
	}
	s, ok := lookSymbol(table(), name.text)
	x := Reason{Code: shown(name.text), Text: s.Text, Span: name.span, Points: points, Cause: s.Cause, Blind: s.Blind}
	if !ok {
		x.Text = "a rule that is not in our dictionary"
		r.strange(name.text)
	}
	if points.Known && points.Value <= 0 && !s.Blind {
		x.Cause = "" // it spoke for the message, so it caught nothing
	}
	r.add(x)
	if s.Word != "" {
		r.say(s.Word)
	}
}

// lookSymbol finds a rule by its name. Rules that update channels make by machine, and lists that providers add, share a beginning.
func lookSymbol(table map[string]Symbol, name string) (Symbol, bool) {
	if s, ok := table[name]; ok {
		return s, true
	}
	switch {
	case strings.HasSuffix(name, "_BLOCKED"), strings.HasSuffix(name, "_BLOCKED_OPENRESOLVER"), strings.HasSuffix(name, "_BLOCKED_OPENDNS"):
		return Symbol{Text: "the list refused to answer, so the reputation check was blind", Cause: "blocklist-blind", Blind: true}, true
	case strings.HasPrefix(name, "T_"):
		s, ok := table[name[2:]]
		s.Text = "on trial, with hardly any points: " + s.Text
		return s, ok
	}
	return Symbol{}, false
}

// symbolName reports whether s looks like the name of a rule: capitals, digits and "_".
func symbolName(s string) bool {
	if len(s) < 2 || len(s) > 80 {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9' || i == 0) && (c != '_') {
			return false
		}
	}
	return true
}

// lines cuts p at line ends, which reports keep.
func (r *reading) lines(p piece) []piece { return r.split(p, '\n') }

// scored reads "NAME(1.50)" and "NAME (1.50)".
func (r *reading) scored(p piece) (name piece, points Number, ok bool) {
	name, rest, ok := r.cut(p, '(')
	if !ok || !symbolName(name.text) {
		return name, Number{}, false
	}
	inner, _, ok := r.cut(rest, ')')
	points = number(inner.text)
	return name, points, ok && points.Known
}
