package checks

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// headerGroup is about fields that mail software writes and scripts forget.
var headerGroup = group{
	name: "headers", title: "does the header look like that of a mail program", cap: 2.5,
	list: []heuristic{
		{id: "headers.no-date", title: "has no Date field", shape: lacks("Date")},
		{id: "headers.no-message-id", title: "has no Message-ID field", shape: lacks("Message-ID")},
		{id: "headers.odd-message-id", title: "has a Message-ID that no mail program writes", shape: oddMessageID},
		{id: "headers.no-recipient", title: "names no recipient in To or Cc", shape: noRecipient},
		{id: "headers.date-odd", title: "is dated days away from its delivery", shape: dateOdd},
		{id: "headers.shouting", title: "shouts in the subject", shape: shouting},
		{id: "headers.fake-reply", title: "says Re: or Fwd: and answers nothing", shape: fakeReply},
		{id: "headers.raw-bytes", title: "has unencoded bytes in Subject or From", shape: rawBytes},
		{id: "headers.needless-encoding", title: "encodes a subject that is plain ASCII", shape: needlessEncoding},
		{id: "headers.many-recipients", title: "names very many recipients", shape: manyRecipients},
		{id: "headers.sorted-recipients", title: "names recipients in the order of the alphabet, as lists of addresses are", shape: sortedRecipients},
		{id: "headers.to-author", title: "is addressed to its own author", shape: toAuthor},
		{id: "headers.bad-date", title: "has a Date that cannot be read", shape: badDate},
		{id: "headers.urgent", title: "marks itself as urgent", shape: urgent},
		{id: "headers.fake-mailer", title: "names a mail program that writes other fields than these", shape: fakeMailer},
		{id: "headers.bulk-mailer", title: "names a program for bulk mail", shape: bulkMailer},
		{id: "headers.script", title: "was made by a script on a web host", shape: webScript},
		{id: "headers.doubled", title: "has a field twice that may stand once", shape: doubled},
		{id: "headers.no-subject", title: "has no subject", shape: func(l *look) (found, bool) {
			return found{l.top(), "no Subject, or an empty one"}, strings.TrimSpace(l.Subject) == "" && len(l.Message.Fields) > 0 && !l.Message.Fragment()
		}},
		{id: "headers.ad-mark", title: "says in the subject that it advertises", shape: func(l *look) (found, bool) {
			s := strings.ToLower(strings.TrimSpace(l.Subject))
			return found{span: l.SubjectSpan}, strings.HasPrefix(s, "adv:") || strings.HasPrefix(s, "adv ") || strings.HasPrefix(s, "[adv") || strings.HasPrefix(s, "(adv)")
		}},
		{id: "headers.money-subject", title: "writes sums or percent into the subject", shape: moneySubject},
		{id: "headers.name-subject", title: "calls the reader by the local part of the address in the subject", shape: nameSubject},
		{id: "headers.broken", title: "has a header that mail programs do not write", shape: brokenHeader},
	},
}

// top is where a missing field is pointed at: the first field of the header.
func (l *look) top() eml.Span {
	if len(l.Message.Fields) == 0 {
		return eml.Span{}
	}
	return l.Message.Fields[0].Span
}

func lacks(name string) func(*look) (found, bool) {
	return func(l *look) (found, bool) {
		_, ok := l.Message.First(name)
		return found{note: "no " + name + " field"}, !ok && len(l.Message.Fields) > 0 && !l.Message.Fragment()
	}
}

func oddMessageID(l *look) (found, bool) {
	f, ok := l.Message.First("Message-ID")
	if !ok {
		return found{}, false
	}
	id := l.Message.Unfold(f)
	if eml.IsPlaceholder(id) {
		return found{}, false
	}
	left, right, at := strings.Cut(strings.Trim(id, "<>"), "@")
	return found{span: f.Value}, !at || left == "" || right == "" || !strings.HasPrefix(id, "<") || !strings.HasSuffix(id, ">")
}

func noRecipient(l *look) (found, bool) {
	for _, name := range []string{"To", "Cc"} {
		for _, f := range l.Message.All(name) {
			if len(l.Message.Addresses(f)) > 0 || eml.IsPlaceholder(l.Message.Unfold(f)) || strings.Contains(l.Message.Unfold(f), ":;") {
				return found{}, false
			}
		}
	}
	return found{note: "neither To nor Cc holds an address"}, len(l.Message.Fields) > 0 && !l.Message.Fragment()
}

// twoDays is how far a Date may lie from the delivery: mail waits in queues and on laptops for a day or two.
const twoDays = 48 * time.Hour

func dateOdd(l *look) (found, bool) {
	f, ok := l.Message.First("Date")
	if !ok || l.Delivered.IsZero() {
		return found{}, false
	}
	at, ok := eml.ParseDate(l.Message.Unfold(f))
	apart := l.Delivered.Sub(at).Abs()
	for _, h := range l.Trace.Hops { // a message that waited on its way shows it in the oldest hop
		if !h.At.IsZero() {
			apart = min(apart, h.At.Sub(at).Abs())
		}
	}
	return found{span: f.Value, note: "delivered " + l.Delivered.UTC().Format("2 Jan 2006 15:04 UTC")}, ok && apart > twoDays
}

func shouting(l *look) (found, bool) {
	var upper, lower int
	for _, r := range l.Subject {
		switch {
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLower(r):
			lower++
		}
	}
	return found{span: l.SubjectSpan}, upper >= 12 && lower*4 < upper || strings.Contains(l.Subject, "!!!")
}

func fakeReply(l *look) (found, bool) {
	s := strings.ToLower(strings.TrimSpace(l.Subject))
	if !strings.HasPrefix(s, "re:") {
		return found{}, false
	}
	for _, name := range []string{"In-Reply-To", "References", "Thread-Index"} {
		if _, ok := l.Message.First(name); ok {
			return found{}, false
		}
	}
	return found{span: l.SubjectSpan, note: "no In-Reply-To and no References"}, true
}

// raw returns the field's bytes as they are.
func (l *look) raw(name string) (string, eml.Span) {
	f, ok := l.Message.First(name)
	if !ok {
		return "", eml.Span{}
	}
	return l.Message.Unfold(f), f.Value
}

// rawBytes looks for bytes above 127 that are not UTF-8: RFC 6532 allows UTF-8 between servers that agreed on it, and nothing else.
func rawBytes(l *look) (found, bool) {
	for _, name := range []string{"Subject", "From"} {
		if s, span := l.raw(name); !utf8.ValidString(s) {
			return found{span, name + " holds bytes of no known charset"}, true
		}
	}
	return found{}, false
}

func needlessEncoding(l *look) (found, bool) {
	s, span := l.raw("Subject")
	lower := strings.ToLower(s)
	return found{span: span}, strings.HasPrefix(lower, "=?") && strings.Contains(lower, "?b?") && len(l.Subject) > 4 && isASCII(l.Subject) && !strings.ContainsAny(l.Subject, "=?_")
}

// recipients reads To and Cc.
func (l *look) recipients() []eml.Address {
	var out []eml.Address
	for _, name := range []string{"To", "Cc"} {
		for _, f := range l.Message.All(name) {
			out = append(out, l.Message.Addresses(f)...)
		}
	}
	return out
}

// manyNames is more than a department has.
const manyNames = 40

func manyRecipients(l *look) (found, bool) {
	_, span := l.raw("To")
	n := len(l.recipients())
	return found{span, fmt.Sprintf("%d recipients", n)}, n > manyNames
}

// sortedRecipients needs eight addresses: fewer are in order by chance, or because a person sorted them.
func sortedRecipients(l *look) (found, bool) {
	rcpt := l.recipients()
	if len(rcpt) < 8 {
		return found{}, false
	}
	_, span := l.raw("To")
	sorted := slices.IsSortedFunc(rcpt, func(a, b eml.Address) int {
		return strings.Compare(strings.ToLower(a.String()), strings.ToLower(b.String()))
	})
	return found{span, fmt.Sprintf("%d recipients", len(rcpt))}, sorted
}

func toAuthor(l *look) (found, bool) {
	rcpt := l.recipients()
	if len(rcpt) != 1 || len(l.Author) != 1 {
		return found{}, false
	}
	_, span := l.raw("To")
	return found{span: span}, strings.EqualFold(rcpt[0].String(), l.Author[0].String())
}

func badDate(l *look) (found, bool) {
	s, span := l.raw("Date")
	_, ok := eml.ParseDate(s)
	return found{span: span}, s != "" && !ok
}

func urgent(l *look) (found, bool) {
	for _, name := range []string{"X-Priority", "Importance", "X-MSMail-Priority", "Priority"} {
		s, span := l.raw(name)
		if s = strings.ToLower(s); strings.HasPrefix(s, "1") || strings.HasPrefix(s, "high") || strings.HasPrefix(s, "urgent") {
			return found{span: span}, true
		}
	}
	return found{}, false
}

// fakeMailer knows what Outlook Express and Outlook always wrote beside their name, and The Bat never leaves out.
func fakeMailer(l *look) (found, bool) {
	s, span := l.raw("X-Mailer")
	switch {
	case strings.HasPrefix(s, "Microsoft Outlook Express"):
		return found{span, "Outlook Express writes X-MimeOLE and X-MSMail-Priority, too"}, !hasField(l.Message, "X-MimeOLE") || !hasField(l.Message, "X-MSMail-Priority")
	case strings.HasPrefix(s, "Microsoft Outlook,") || strings.HasPrefix(s, "Microsoft Outlook CWS"):
		return found{span, "this Outlook writes X-MSMail-Priority, too"}, !hasField(l.Message, "X-MSMail-Priority")
	case strings.HasPrefix(s, "The Bat!"):
		return found{span, "The Bat! writes X-Priority, too"}, !hasField(l.Message, "X-Priority")
	}
	return found{}, false
}

func bulkMailer(l *look) (found, bool) {
	s, span := l.raw("X-Mailer")
	return found{span: span}, hasAny(strings.ToLower(s), "mass mail", "bulk", "group mail", "e-mail express", "advanced mass", "atomic mail", "dark mailer", "mailking", "stormpost", "gammadyne")
}

// webScript points at what hosting software writes about the script that called it. A web form of a customer is made that way, too.
func webScript(l *look) (found, bool) {
	for _, name := range []string{"X-PHP-Originating-Script", "X-PHP-Script", "X-Source-Args"} {
		if s, span := l.raw(name); s != "" {
			return found{span: span}, true
		}
	}
	return found{}, false
}

func doubled(l *look) (found, bool) {
	for _, r := range l.Message.Repeated() {
		if !strings.EqualFold(r.Name, "From") { // which has a check of its own
			return found{r.Fields[1].Span, r.Name + " stands " + fmt.Sprint(len(r.Fields)) + " times"}, true
		}
	}
	return found{}, false
}

func moneySubject(l *look) (found, bool) {
	s := l.Subject
	for i := 0; i+1 < len(s); i++ {
		if (s[i] == '$' || s[i] == '%') && (isDigit(s[i+1]) || i > 0 && isDigit(s[i-1])) {
			return found{span: l.SubjectSpan}, true
		}
	}
	return found{span: l.SubjectSpan}, strings.HasSuffix(s, "%") && len(s) > 1 && isDigit(s[len(s)-2])
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func nameSubject(l *look) (found, bool) {
	for _, r := range l.recipients() {
		local := strings.ToLower(r.Local)
		s := strings.ToLower(l.Subject)
		if len(local) > 3 && (strings.HasPrefix(s, local+",") || strings.HasPrefix(s, local+" -") || strings.HasPrefix(s, local+":") || strings.Contains(s, strings.ToLower(r.String()))) {
			return found{span: l.SubjectSpan}, true
		}
	}
	return found{}, false
}

func brokenHeader(l *look) (found, bool) {
	for _, p := range l.Message.Problems {
		switch p.Kind {
		case eml.KindNoColon, eml.KindEightBitName, eml.KindControlInName, eml.KindEmptyName, eml.KindNUL:
			return found{p.Span, p.Note}, true
		}
	}
	return found{}, false
}
