package checks

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// senderGroup is about who the message says that it is from.
var senderGroup = group{
	name: "sender", title: "does the sender say one thing and show another", cap: 3.5,
	list: []heuristic{
		{id: "sender.name-holds-address", title: "the display name shows another address than the real one", shape: nameHoldsAddress},
		{id: "sender.reply-elsewhere", title: "answers go to a free mailbox of somebody else", shape: replyElsewhere},
		{id: "sender.freemail-organisation", title: "a free mailbox speaks for an organisation", shape: freemailOrganisation},
		{id: "sender.borrowed-brand", title: "the display name is a well-known one, and the address is not theirs", shape: borrowedName},
		{id: "sender.brand-domain", title: "the domain carries a well-known name that is somebody else's", shape: func(l *look) (found, bool) {
			a, span, ok := l.author()
			brand := BorrowedBrand(a.Domain)
			return found{span, "carries " + brand}, ok && brand != ""
		}},
		{id: "sender.punycode", title: "the domain is written in punycode or in letters that are not ASCII", shape: func(l *look) (found, bool) {
			a, span, ok := l.author()
			return found{span: span}, ok && (strings.HasPrefix(a.Domain, "xn--") || strings.Contains(a.Domain, ".xn--") || !isASCII(a.Domain))
		}},
		{id: "sender.random-local", title: "the local part looks drawn by lot", shape: func(l *look) (found, bool) {
			a, span, ok := l.author()
			return found{span: span}, ok && drawnByLot(a.Local)
		}},
		{id: "sender.numbered-local", title: "the local part is a name and a long number", shape: func(l *look) (found, bool) {
			a, span, ok := l.author()
			return found{span: span}, ok && numbered(a.Local)
		}},
		{id: "sender.cheap-tld", title: "the domain is under a top level that is mostly bought for spam", shape: func(l *look) (found, bool) {
			a, span, ok := l.author()
			return found{span: span}, ok && cheapTLDs[a.Domain[strings.LastIndexByte(a.Domain, '.')+1:]]
		}},
		{id: "sender.envelope-freemail", title: "an organisation's mail bounces to a free mailbox", shape: envelopeFreemail},
		{id: "sender.nearly-recipient", title: "the domain is nearly the recipient's own", shape: nearlyRecipient},
		{id: "sender.nearly-brand", title: "the domain is nearly a well-known one", shape: nearlyBrand},
		{id: "sender.reply-nearly", title: "answers go to a domain that is nearly the author's", shape: func(l *look) (found, bool) {
			a, _, ok := l.author()
			f, has := l.Message.First("Reply-To")
			if !ok || !has {
				return found{}, false
			}
			for _, r := range l.Message.Addresses(f) {
				if nearly(r.Domain, a.Domain) {
					return found{f.Value, "nearly " + a.Domain}, true
				}
			}
			return found{}, false
		}},
		{id: "sender.no-name-at-address", title: "the author is a bare address at a free mailbox", shape: func(l *look) (found, bool) {
			a, span, ok := l.author()
			return found{span: span}, ok && a.Name == "" && freemail[a.Domain]
		}},
		{id: "sender.shouting-name", title: "the display name shouts", shape: func(l *look) (found, bool) {
			a, span, ok := l.author()
			return found{span: span}, ok && len(a.Name) > 10 && a.Name == strings.ToUpper(a.Name) && strings.ContainsAny(a.Name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") && strings.Contains(a.Name, " ")
		}},
	},
}

// freemail are providers where anybody gets a mailbox in a minute: the domain says nothing about the sender.
var freemail = map[string]bool{
	"gmail.com": true, "googlemail.com": true, "outlook.com": true, "hotmail.com": true, "live.com": true, "msn.com": true, "yahoo.com": true,
	"ymail.com": true, "aol.com": true, "icloud.com": true, "me.com": true, "gmx.de": true, "gmx.net": true, "gmx.com": true, "web.de": true,
	"mail.com": true, "mail.ru": true, "yandex.ru": true, "yandex.com": true, "proton.me": true, "protonmail.com": true, "zoho.com": true,
	"qq.com": true, "163.com": true, "126.com": true, "freemail.example": true,
}

// Freemail reports whether anybody gets a mailbox at the domain in a minute.
func Freemail(domain string) bool { return freemail[strings.ToLower(domain)] }

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

// borrowedName compares the words of the display name with the brands.
func borrowedName(l *look) (found, bool) {
	a, span, ok := l.author()
	if !ok {
		return found{}, false
	}
	name := strings.ToLower(a.Name)
	for word := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == ' ' || r == '-' || r == '.' || r == ',' || r == '\'' }) {
		if own, known := brands[word]; known && !under(a.Domain, own) && !strings.Contains(a.Domain, word) {
			return found{span, "the name of " + word + ", sent from " + a.Domain}, true
		}
	}
	return found{}, false
}

// drawnByLot is true for ten characters and more without the vowels that names have.
func drawnByLot(local string) bool {
	s := strings.ToLower(local)
	if len(s) < 10 || strings.ContainsAny(s, ".-_+=") {
		return false
	}
	vowels, digits, changes := 0, 0, 0
	for i := range len(s) {
		switch {
		case strings.IndexByte("aeiouy", s[i]) >= 0:
			vowels++
		case isDigit(s[i]):
			digits++
		}
		if i > 0 && isDigit(s[i]) != isDigit(s[i-1]) {
			changes++
		}
	}
	return vowels*7 < len(s) && digits < len(s) || changes >= 4
}

// numbered is true for a name with five digits or more behind it.
func numbered(local string) bool {
	letters := strings.TrimRight(local, "0123456789")
	return len(letters) >= 2 && len(local)-len(letters) >= 5 && isAlpha(letters[len(letters)-1])
}

func envelopeFreemail(l *look) (found, bool) {
	a, span, ok := l.author()
	d := domainOf(l.Trace.Handover.MailFrom)
	return found{span, "envelope sender at " + d}, ok && !freemail[a.Domain] && freemail[d]
}

func nearlyRecipient(l *look) (found, bool) {
	a, span, ok := l.author()
	if !ok {
		return found{}, false
	}
	for _, d := range append(l.RecipientDomains(), l.Profile.Domains...) {
		if nearly(a.Domain, d) {
			return found{span, "nearly " + d}, true
		}
	}
	return found{}, false
}

func nearlyBrand(l *look) (found, bool) {
	a, span, ok := l.author()
	if !ok {
		return found{}, false
	}
	name, _, _ := strings.Cut(organisation(a.Domain), ".")
	for brand := range brands {
		if len(brand) >= 6 && name != brand && (oneApart(name, brand) || undisguise(name) == brand) {
			return found{span, "nearly " + brand}, true
		}
	}
	return found{}, false
}

// nearly reports whether two domains look alike and are not the same organisation's: one letter apart, or the same with digits for letters.
func nearly(a, b string) bool {
	a, b = organisation(strings.ToLower(a)), organisation(strings.ToLower(b))
	if a == b || len(b) < 7 || freemail[a] || freemail[b] {
		return false
	}
	return oneApart(a, b) || undisguise(a) == undisguise(b) || strings.ReplaceAll(a, "rn", "m") == strings.ReplaceAll(b, "rn", "m") ||
		strings.ReplaceAll(a, "-", "") == strings.ReplaceAll(b, "-", "")
}

// oneApart reports whether one letter put in, taken out, changed, or swapped with the next makes a of b.
func oneApart(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if a == b || len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	return a[i+1:] == b[i+1:] || i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}
