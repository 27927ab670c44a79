package checks

import (
	"strings"
	"time"
	"unicode"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// headerGroup is about fields that mail software writes and scripts forget.
var headerGroup = group{
	name: "headers", title: "does the header look like that of a mail program", cap: 4,
	list: []heuristic{
		{id: "headers.no-date", title: "has no Date field", shape: lacks("Date")},
		{id: "headers.no-message-id", title: "has no Message-ID field", shape: lacks("Message-ID")},
		{id: "headers.odd-message-id", title: "has a Message-ID that no mail program writes", shape: oddMessageID},
		{id: "headers.no-recipient", title: "names no recipient in To or Cc", shape: noRecipient},
		{id: "headers.date-odd", title: "is dated days away from its delivery", shape: dateOdd},
		{id: "headers.shouting", title: "shouts in the subject", shape: shouting},
		{id: "headers.fake-reply", title: "says Re: or Fwd: and answers nothing", shape: fakeReply},
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
		return found{note: "no " + name + " field"}, !ok && len(l.Message.Fields) > 0
	}
}

func oddMessageID(l *look) (found, bool) {
	f, ok := l.Message.First("Message-ID")
	if !ok {
		return found{}, false
	}
	id := l.Message.Unfold(f)
	left, right, at := strings.Cut(strings.Trim(id, "<>"), "@")
	return found{span: f.Value}, !at || left == "" || right == "" || !strings.HasPrefix(id, "<") || !strings.HasSuffix(id, ">")
}

func noRecipient(l *look) (found, bool) {
	for _, name := range []string{"To", "Cc"} {
		for _, f := range l.Message.All(name) {
			if len(l.Message.Addresses(f)) > 0 || strings.Contains(l.Message.Unfold(f), ":;") {
				return found{}, false
			}
		}
	}
	return found{note: "neither To nor Cc holds an address"}, len(l.Message.Fields) > 0
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
