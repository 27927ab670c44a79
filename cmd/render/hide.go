package render

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/pattern"
	"github.com/fpcheck/fpcheck/analyze/profile"
)

// redactor replaces what names a person by pseudonyms, the same one wherever the name stands. Verdicts, scores and hashes were computed before,
// and domains and servers stay: alignment, records and addresses of servers are what the diagnosis is about.
type redactor struct {
	people map[string]string // local@domain in lower case -> pseudonym
	ours   map[string]bool   // the pseudonyms, which are not replaced again
	words  [][2]string       // names, subject, own machines: longest first
	count  int
}

// newRedactor gathers the people, names and machines of a message.
func newRedactor(in *analyze.Input) *redactor {
	r := &redactor{people: map[string]string{}, ours: map[string]bool{}}
	r.messageID(in.Message)
	names := 0
	for _, field := range []string{"From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Resent-From", "Resent-To", "Delivered-To", "Return-Path"} {
		for _, f := range in.Message.All(field) {
			for _, a := range in.Message.Addresses(f) {
				r.person(a.String())
				if a.Name != "" {
					names++
					r.word(a.Name, fmt.Sprintf("Name %d", names))
					r.word(plainName(a.Name), fmt.Sprintf("Name %d", names))
				}
			}
		}
	}
	if f, ok := in.Message.First("Subject"); ok {
		subject := strings.TrimSpace(in.Message.Text(f))
		for _, s := range []string{subject, oneLine(subject), Clean(subject), in.Message.Unfold(f)} {
			r.word(s, subjectToken(subject))
		}
	}
	r.machines(in)
	slices.SortStableFunc(r.words, func(a, b [2]string) int { return len(b[0]) - len(a[0]) })
	return r
}

// messageID hides the id of the message, in which many programs write the name of the author's machine.
func (r *redactor) messageID(m *eml.Message) {
	f, ok := m.First("Message-ID")
	if !ok {
		return
	}
	id := strings.Trim(m.Unfold(f), "<> ")
	if at := strings.LastIndexByte(id, '@'); at > 0 {
		r.name(id, "message-id@"+cmp.Or(organisation(id[at+1:]), "host"))
	}
}

// name gives an address a pseudonym.
func (r *redactor) name(address, pseudonym string) string {
	r.people[strings.ToLower(address)] = pseudonym
	r.ours[pseudonym] = true
	return pseudonym
}

// roles of RFC 2142 are no people, and they are whom one writes to.
var mailRoles = []string{"postmaster", "abuse", "hostmaster", "noc", "security", "support", "webmaster", "mailer-daemon"}

// subjectToken keeps what tells subjects apart without telling them: the first character and the length.
func subjectToken(s string) string {
	for _, first := range s {
		return fmt.Sprintf("%c… (%d characters)", first, len([]rune(s)))
	}
	return "(empty)"
}

// machines are people's own: what logged in, and what a name without a dot or a private address gives away.
func (r *redactor) machines(in *analyze.Input) {
	if in.Trace == nil {
		return
	}
	n := 0
	for _, h := range in.Trace.Hops {
		own := h.Authenticated || h.IP.IsValid() && h.IP.IsPrivate()
		for _, name := range []string{h.Helo, h.RDNS} {
			if name != "" && (own || !strings.Contains(name, ".")) {
				n++
				r.word(name, fmt.Sprintf("machine-%d", n))
			}
		}
		if own && h.IP.IsValid() {
			r.word(h.IP.String(), fmt.Sprintf("address-%d", n))
		}
		if h.AuthUser != "" && !strings.Contains(h.AuthUser, "@") {
			r.word(h.AuthUser, "user")
		}
	}
}

// minWord: replacing shorter words would hit parts of others.
const minWord = 3

func (r *redactor) word(from, to string) {
	if len(from) >= minWord && !strings.Contains(to, from) {
		r.words = append(r.words, [2]string{from, to})
	}
}

// person returns the pseudonym of an address: a number for the person, and the domain as it is.
func (r *redactor) person(address string) string {
	key := strings.ToLower(address)
	if p, ok := r.people[key]; ok {
		return p
	}
	at := strings.LastIndexByte(address, '@')
	if r.ours[address] || at < 0 || slices.Contains(mailRoles, key[:at]) || strings.HasSuffix(key[:at], "-request") {
		return address
	}
	r.count++
	return r.name(address, fmt.Sprintf("person-%d%s", r.count, address[at:]))
}

// apply redacts one text.
func (r *redactor) apply(s string) string {
	s = pattern.ReplaceAddresses(s, r.person) // known or not: Message-IDs and bounce addresses hold people, too
	for _, w := range r.words {
		s = replaceFold(s, w[0], w[1])
	}
	return s
}

// replaceFold replaces from in s, whatever its case.
func replaceFold(s, from, to string) string {
	lower, want := strings.ToLower(s), strings.ToLower(from)
	if len(lower) != len(s) { // a letter whose lower case is longer: offsets would not fit
		return strings.ReplaceAll(s, from, to)
	}
	var b strings.Builder
	for {
		i := strings.Index(lower, want)
		if i < 0 || len(want) == 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i] + to)
		s, lower = s[i+len(want):], lower[i+len(want):]
	}
}

// field returns a header field as it may be shown: an address field and the subject are written anew from what they mean, so that no encoding
// hides a name; of others, names and addresses are replaced.
func (r *redactor) field(m *eml.Message, f eml.Field) string {
	switch strings.ToLower(f.Name) {
	case "from", "sender", "reply-to", "to", "cc", "bcc", "resent-from", "resent-to":
		var list []string
		for _, a := range m.Addresses(f) {
			list = append(list, r.apply(mailbox(a)))
		}
		return f.Name + ": " + strings.Join(list, ", ")
	case "subject":
		return f.Name + ": " + subjectToken(strings.TrimSpace(m.Text(f)))
	}
	return r.apply(f.Name + ": " + m.Unfold(f))
}

// defang makes links and hosts of suspicious mail harmless: ticket systems and mail clients turn them into links. Hosts of the organisation stay.
func defang(s string, pr *profile.Profile) string {
	words := strings.Split(s, " ")
	for i, w := range words {
		words[i] = defangWord(w, pr)
	}
	return strings.Join(words, " ")
}

func defangWord(w string, pr *profile.Profile) string {
	var b strings.Builder
	for w != "" {
		n := 0
		for n < len(w) && pattern.IsHost(w[n]) {
			n++
		}
		if n == 0 {
			b.WriteByte(w[0])
			w = w[1:]
			continue
		}
		b.WriteString(defangHost(w[:n], pr))
		w = w[n:]
	}
	r := strings.NewReplacer("http://", "hxxp://", "https://", "hxxps://", "HTTP://", "hxxp://", "HTTPS://", "hxxps://", "ftp://", "fxp://")
	return r.Replace(b.String())
}

// defangHost breaks a host at its dots. Names of files (message.eml) and numbers (5.0) are none.
func defangHost(s string, pr *profile.Profile) string {
	host := strings.Trim(s, ".-")
	dot := strings.LastIndexByte(host, '.')
	if dot < 0 || pr != nil && ownHost(host, pr) {
		return s
	}
	if tail := host[dot+1:]; digits(tail) && strings.Count(host, ".") != 3 || len(tail) < 2 && !digits(tail) {
		return s
	}
	for _, ext := range []string{".eml", ".msg", ".yaml", ".txt"} {
		if strings.HasSuffix(strings.ToLower(host), ext) {
			return s
		}
	}
	return strings.Replace(s, host, strings.ReplaceAll(host, ".", "[.]"), 1)
}

// ownHost reports whether a name or an address is the organisation's, by its profile.
func ownHost(host string, pr *profile.Profile) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return pr.IsSendingServer(ip)
	}
	for _, d := range pr.Domains {
		d = strings.TrimPrefix(d, "*.")
		if strings.EqualFold(host, d) || strings.HasSuffix(strings.ToLower(host), "."+strings.ToLower(d)) {
			return true
		}
	}
	return false
}
