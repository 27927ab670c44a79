package checks

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// senderGroup is about who the message says that it is from.
var senderGroup = group{
	name: "sender", title: "does the sender say one thing and show another", cap: 5,
	list: []heuristic{
		{id: "sender.name-holds-address", title: "the display name shows another address than the real one", shape: nameHoldsAddress},
		{id: "sender.reply-elsewhere", title: "answers go to a free mailbox of somebody else", shape: replyElsewhere},
		{id: "sender.freemail-organisation", title: "a free mailbox speaks for an organisation", shape: freemailOrganisation},
	},
}

// freemail are providers where anybody gets a mailbox in a minute: the domain says nothing about the sender.
var freemail = map[string]bool{
	"gmail.com": true, "googlemail.com": true, "outlook.com": true, "hotmail.com": true, "live.com": true, "msn.com": true, "yahoo.com": true,
	"ymail.com": true, "aol.com": true, "icloud.com": true, "me.com": true, "gmx.de": true, "gmx.net": true, "gmx.com": true, "web.de": true,
	"mail.com": true, "mail.ru": true, "yandex.ru": true, "yandex.com": true, "proton.me": true, "protonmail.com": true, "zoho.com": true,
	"qq.com": true, "163.com": true, "126.com": true, "freemail.example": true,
}

func (l *look) author() (eml.Address, eml.Span, bool) {
	f, ok := l.Message.First("From")
	if !ok || len(l.Author) == 0 {
		return eml.Address{}, eml.Span{}, false
	}
	return l.Author[0], f.Value, true
}

func nameHoldsAddress(l *look) (found, bool) {
	a, span, ok := l.author()
	if !ok {
		return found{}, false
	}
	for word := range strings.FieldsFuncSeq(a.Name, func(r rune) bool { return strings.ContainsRune(" <>()[]\"',;", r) }) {
		local, domain, at := strings.Cut(strings.ToLower(word), "@")
		if at && local != "" && strings.Contains(domain, ".") && organisation(domain) != organisation(a.Domain) {
			return found{span, "shows " + word + ", comes from " + a.String()}, true
		}
	}
	return found{}, false
}

func replyElsewhere(l *look) (found, bool) {
	a, _, ok := l.author()
	f, has := l.Message.First("Reply-To")
	if !ok || !has {
		return found{}, false
	}
	for _, r := range l.Message.Addresses(f) {
		if freemail[r.Domain] && r.String() != a.String() && (r.Domain != a.Domain || !strings.EqualFold(r.Local, a.Local)) && !freemail[a.Domain] {
			return found{span: f.Value, note: "the author is " + a.String()}, true
		}
	}
	return found{}, false
}

func freemailOrganisation(l *look) (found, bool) {
	a, span, ok := l.author()
	if !ok || !freemail[a.Domain] {
		return found{}, false
	}
	return found{span: span}, hasAny(strings.ToLower(a.Name), "support team", "security team", "helpdesk", "help desk", "administrator", "billing department", "customer service", "payroll", "it department")
}
