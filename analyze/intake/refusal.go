package intake

import (
	"net/netip"
	"strings"
	"unicode/utf8"
)

// Refusal is how a server refused a message.
type Refusal struct {
	Code      string     // SMTP reply code, such as 550 (RFC 5321 4.2)
	Enhanced  string     // status, such as 5.7.1 (RFC 3463); empty: none
	Text      string     // what the server said, in one line
	Server    string     // host that refused, where it is named
	Reporter  string     // host that wrote the bounce
	IP        netip.Addr // address that was refused, where the text names it
	Recipient string
	Reason    string // one of the Reason constants
	List      string // blocklist or reputation service, where the text names it
	Temporary bool   // 4xx: the sender tries again
}

// The reasons of a refusal.
const (
	ReasonBlocklist  = "blocklist"       // the address or domain is on a list that the text names
	ReasonReputation = "reputation"      // the receiver's own opinion of the address
	ReasonPTR        = "no-reverse-name" // no PTR record, or one that does not fit
	ReasonSPF        = "spf"
	ReasonDKIM       = "dkim"
	ReasonDMARC      = "dmarc"
	ReasonAuth       = "not-authenticated" // neither SPF nor DKIM passed
	ReasonContent    = "content"           // the text of the message
	ReasonPolicy     = "policy"            // a rule of the receiver
	ReasonRecipient  = "no-such-recipient"
	ReasonRelay      = "relay-denied"
	ReasonRate       = "rate"
	ReasonGreylist   = "greylisting"
	ReasonSize       = "size"
	ReasonUnknown    = "unknown"
)

// reasonWords are what reports say for a reason.
var reasonWords = map[string]string{
	ReasonBlocklist: "the address that connected is on a blocklist", ReasonReputation: "the receiver has a bad opinion of the address that connected",
	ReasonPTR: "the address that connected has no reverse name, or one that does not fit", ReasonSPF: "SPF does not allow the host to send for the domain",
	ReasonDKIM: "the DKIM signature did not verify", ReasonDMARC: "the DMARC policy of the sender's domain asks to reject", ReasonAuth: "neither SPF nor DKIM speaks for the sender's domain",
	ReasonContent: "the receiver took the text for spam or worse", ReasonPolicy: "a rule of the receiver forbids it", ReasonRecipient: "the receiver knows no such recipient",
	ReasonRelay: "the server does not take mail for that domain", ReasonRate: "too much mail came at once", ReasonGreylist: "the server takes it at a second try",
	ReasonSize: "it is too large, or the mailbox is full", ReasonUnknown: "the server gave no reason that fpcheck knows",
}

// Why says the reason in words.
func (r *Refusal) Why() string {
	why := reasonWords[r.Reason]
	if r.List != "" {
		why += " (" + r.List + ")"
	}
	return why
}

// atDoor are the reasons for which a filter refuses the connection before it looks at the text: no rule and no allow list is asked.
var atDoor = map[string]bool{ReasonBlocklist: true, ReasonReputation: true, ReasonPTR: true, ReasonRate: true, ReasonGreylist: true, ReasonRecipient: true, ReasonRelay: true}

// AtDoor reports whether the refusal came before any rule or list of the receiver's users was asked.
func (r *Refusal) AtDoor() bool { return atDoor[r.Reason] }

// Advice says who has to do what.
func (r *Refusal) Advice() string {
	switch r.Reason {
	case ReasonBlocklist, ReasonReputation:
		return "The owner of the address has to find why it is listed, end that, and ask for removal. The receiver can only let the address in at the connection level; sender lists and filter rules come too late."
	case ReasonPTR:
		return "The owner of the address has to get a reverse name (PTR) that leads back to it."
	case ReasonSPF, ReasonDKIM, ReasonDMARC, ReasonAuth:
		return "The sender has to mend SPF, DKIM or DMARC of the domain. Until then the receiver can make an exception for this sender."
	case ReasonContent, ReasonPolicy:
		return "The receiver's log says which rule it was; an allow rule for this sender can let it in."
	case ReasonRecipient, ReasonRelay:
		return "The sender has to check the address; the receiver its list of recipients."
	case ReasonRate, ReasonGreylist:
		return "Wait: the sending server tries again."
	case ReasonSize:
		return "Send it smaller, or make room in the mailbox."
	}
	return "Ask the receiver's postmaster, with the line as it stands."
}

// lists are what blocklists and reputation services call themselves in refusals, in lower case.
var lists = []struct{ mark, name, reason string }{
	{"zen.spamhaus", "Spamhaus ZEN", ReasonBlocklist}, {"sbl-xbl.spamhaus", "Spamhaus SBL/XBL", ReasonBlocklist}, {"xbl.spamhaus", "Spamhaus XBL", ReasonBlocklist},
	{"sbl.spamhaus", "Spamhaus SBL", ReasonBlocklist}, {"pbl.spamhaus", "Spamhaus PBL", ReasonBlocklist}, {"dbl.spamhaus", "Spamhaus DBL", ReasonBlocklist},
	{"spamhaus", "Spamhaus", ReasonBlocklist}, {"bl.spamcop", "SpamCop", ReasonBlocklist}, {"spamcop", "SpamCop", ReasonBlocklist},
	{"b.barracudacentral", "Barracuda", ReasonBlocklist}, {"barracudacentral", "Barracuda", ReasonBlocklist}, {"abuseat.org", "CBL", ReasonBlocklist},
	{"psbl.surriel", "PSBL", ReasonBlocklist}, {"uceprotect", "UCEPROTECT", ReasonBlocklist}, {"sorbs.net", "SORBS", ReasonBlocklist}, {"invaluement", "invaluement", ReasonBlocklist},
	{"mail.abusix", "Abusix", ReasonBlocklist}, {"abusix", "Abusix", ReasonBlocklist}, {"manitu.net", "NiX Spam", ReasonBlocklist}, {"backscatterer.org", "Backscatterer", ReasonBlocklist},
	{"spfbl.net", "SPFBL", ReasonBlocklist}, {"truncate.gbudb", "GBUdb", ReasonBlocklist}, {"s5h.net", "s5h", ReasonBlocklist}, {"0spam.org", "0spam", ReasonBlocklist}, {"mailspike", "Mailspike", ReasonBlocklist},
	{"cloudmark", "Cloudmark Sender Intelligence", ReasonReputation}, {"ipcheck.proofpoint", "Proofpoint Dynamic Reputation", ReasonReputation},
	{"senderbase", "Cisco Talos", ReasonReputation}, {"talosintelligence", "Cisco Talos", ReasonReputation}, {"mail-abuse.com", "Trend Micro ERS", ReasonReputation},
	{"sender.office.com", "Microsoft 365", ReasonReputation}, {"delist.protection", "Microsoft 365", ReasonReputation}, {"(s3140)", "Outlook.com", ReasonReputation}, {"(s3150)", "Outlook.com", ReasonReputation},
	{"postmaster.t-online", "T-Online", ReasonReputation}, {"trustedsource", "Trellix TrustedSource", ReasonReputation}, {"fortiguard", "FortiGuard", ReasonReputation}, {"sophos", "Sophos", ReasonReputation},
}

// statuses map an enhanced status to a reason where it alone decides: RFC 3463, RFC 7372, and Microsoft's and Google's own.
var statuses = map[string]string{
	"5.1.1": ReasonRecipient, "5.1.10": ReasonRecipient, "5.1.2": ReasonRecipient, "5.4.1": ReasonRecipient, "5.7.20": ReasonDKIM, "5.7.21": ReasonDKIM, "5.7.22": ReasonDKIM,
	"5.7.23": ReasonSPF, "5.7.24": ReasonSPF, "5.7.25": ReasonPTR, "5.7.26": ReasonAuth, "5.7.509": ReasonDMARC, "5.7.515": ReasonAuth, "5.7.511": ReasonReputation,
	"5.7.708": ReasonReputation, "5.2.2": ReasonSize, "5.3.4": ReasonSize, "5.2.3": ReasonSize, "5.7.124": ReasonPolicy, "5.7.133": ReasonPolicy, "5.7.27": ReasonAuth, "4.7.26": ReasonAuth,
	"4.7.25": ReasonPTR, "4.7.23": ReasonSPF, "4.7.28": ReasonRate, "5.7.28": ReasonRate, "4.2.2": ReasonSize,
}

// phrases map what servers write to a reason, in lower case; the first that occurs counts.
var phrases = []struct{ text, reason string }{
	{"greylist", ReasonGreylist}, {"graylist", ReasonGreylist}, {"try again later", ReasonGreylist},
	{"reverse dns", ReasonPTR}, {"rdns", ReasonPTR}, {"ptr record", ReasonPTR}, {"reverse hostname", ReasonPTR}, {"cannot find your hostname", ReasonPTR}, {"cannot find your reverse", ReasonPTR}, {"no ptr", ReasonPTR},
	{"dmarc", ReasonDMARC}, {"sender policy framework", ReasonSPF}, {"spf check", ReasonSPF}, {"spf fail", ReasonSPF}, {"spf validation", ReasonSPF}, {"not permitted by spf", ReasonSPF}, {"dkim", ReasonDKIM}, {"unauthenticated", ReasonAuth},
	{"blocked using", ReasonBlocklist}, {"blacklist", ReasonBlocklist}, {"blocklist", ReasonBlocklist}, {"block list", ReasonBlocklist}, {"listed at", ReasonBlocklist}, {"listed on", ReasonBlocklist}, {"listed by", ReasonBlocklist}, {"rbl", ReasonBlocklist}, {"dnsbl", ReasonBlocklist},
	{"banned sending ip", ReasonReputation}, {"reputation", ReasonReputation}, {"email is not wanted", ReasonReputation}, {"mail is not wanted", ReasonReputation}, {"access denied, traffic not accepted", ReasonReputation},
	{"user unknown", ReasonRecipient}, {"unknown user", ReasonRecipient}, {"no such user", ReasonRecipient}, {"does not exist", ReasonRecipient}, {"recipient address rejected", ReasonRecipient}, {"invalid recipient", ReasonRecipient}, {"mailbox unavailable", ReasonRecipient}, {"recipient not found", ReasonRecipient},
	{"relay", ReasonRelay}, {"rate limit", ReasonRate}, {"too many", ReasonRate}, {"throttl", ReasonRate},
	{"over quota", ReasonSize}, {"mailbox full", ReasonSize}, {"size limit", ReasonSize}, {"too large", ReasonSize},
	{"virus", ReasonContent}, {"malware", ReasonContent}, {"spam", ReasonContent}, {"content", ReasonContent}, {"phish", ReasonContent}, {"policy", ReasonPolicy}, {"not allowed", ReasonPolicy}, {"restricted", ReasonPolicy}, {"access denied", ReasonPolicy}, {"rejected", ReasonPolicy},
}

// readRefusal reads what a server said: a line with a reply code, or nil.
func readRefusal(text string) *Refusal {
	text = strings.Join(strings.Fields(text), " ")
	at, code := replyCode(text)
	if at < 0 {
		return nil
	}
	r := &Refusal{Code: code, Temporary: code[0] == '4', Text: clip(text[at:], 600)}
	r.Server = serverBefore(text[:at])
	rest := strings.TrimLeft(text[at+len(code):], " -#")
	if status, ok := enhanced(rest); ok {
		r.Enhanced = status
	}
	r.classify(strings.ToLower(text[at:]))
	r.IP = firstIP(text[at:])
	return r
}

// classify finds list and reason: a list that is named, then the status, then the words.
func (r *Refusal) classify(low string) {
	r.Reason = ReasonUnknown
	for _, l := range lists {
		if strings.Contains(low, l.mark) {
			r.List, r.Reason = l.name, l.reason
			return
		}
	}
	if reason, ok := statuses[r.Enhanced]; ok {
		r.Reason = reason
		return
	}
	// Microsoft gives 5.7.606 to 5.7.649 to addresses that it has banned.
	if n, ok := strings.CutPrefix(r.Enhanced, "5.7.6"); ok && len(n) == 2 {
		r.Reason, r.List = ReasonReputation, "Microsoft 365"
		return
	}
	for _, p := range phrases {
		if strings.Contains(low, p.text) {
			r.Reason = p.reason
			return
		}
	}
}

// replyCode finds a reply code 4yz or 5yz that stands as a word of its own and is followed by a text.
func replyCode(s string) (at int, code string) {
	for i := 0; i+4 <= len(s); i++ {
		if (s[i] != '4' && s[i] != '5') || !digit(s[i+1]) || !digit(s[i+2]) || s[i+1] > '5' {
			continue
		}
		if i > 0 && (digit(s[i-1]) || letter(s[i-1]) || strings.IndexByte(".-_/@", s[i-1]) >= 0) {
			continue
		}
		if c := s[i+3]; c != ' ' && c != '-' && c != '#' {
			continue
		}
		rest := strings.TrimLeft(s[i+3:], " -#")
		if _, ok := enhanced(rest); ok || i == 0 || strings.IndexByte(":'\"#([", s[max(0, i-1)]) >= 0 || strings.HasSuffix(s[:i], ": ") || strings.HasSuffix(s[:i], "; ") ||
			strings.HasSuffix(strings.ToLower(s[:i]), "error ") {
			return i, s[i : i+3]
		}
	}
	return -1, ""
}

func digit(c byte) bool  { return c >= '0' && c <= '9' }
func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// enhanced reads a status code at the start of s (RFC 3463 2).
func enhanced(s string) (string, bool) {
	n, dots := 0, 0
	for n < len(s) && (digit(s[n]) || s[n] == '.' && n > 0 && digit(s[n-1])) {
		if s[n] == '.' {
			dots++
		}
		n++
	}
	s = strings.TrimRight(s[:n], ".")
	return s, strings.Count(s, ".") == 2 && dots >= 2 && (s[0] == '4' || s[0] == '5' || s[0] == '2') && s[1] == '.'
}

// serverBefore finds the host that said it in what Postfix, Exim and qmail write before the reply: "host mx.example.org[192.0.2.1] said:".
func serverBefore(s string) string {
	i := strings.LastIndex(strings.ToLower(s), "host ")
	if i < 0 {
		return ""
	}
	word, _, _ := strings.Cut(s[i+len("host "):], " ")
	word, _, _ = strings.Cut(word, "[")
	word = strings.Trim(word, ",:;()")
	if !strings.Contains(word, ".") {
		return ""
	}
	return strings.ToLower(word)
}

// firstIP returns the first address that stands in the text.
func firstIP(s string) netip.Addr {
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return r > utf8.RuneSelf || strings.ContainsRune(" \t[]()<>,;'\"=/?", r) }) {
		w = strings.TrimPrefix(strings.Trim(w, ".:"), "IPv6:")
		if strings.Count(w, ".") != 3 && strings.Count(w, ":") < 3 {
			continue
		}
		if ip, err := netip.ParseAddr(w); err == nil && !ip.IsUnspecified() {
			return ip.Unmap()
		}
	}
	return netip.Addr{}
}

// maxRejection is the size of an input that can be a pasted line of a log or of a bounce.
const maxRejection = 8 << 10

// rejectionLine reads an input that is no message but the line with which a server refused one.
func rejectionLine(b []byte) *Refusal {
	if len(b) > maxRejection || !utf8.Valid(b) || hasHeader(b) {
		return nil
	}
	r := readRefusal(string(b))
	if r == nil {
		return nil
	}
	r.Recipient = recipientIn(string(b))
	return r
}

// hasHeader reports whether the text holds the fields of a message.
func hasHeader(b []byte) bool {
	n := 0
	for line := range strings.Lines(string(b)) {
		name, _, ok := strings.Cut(line, ":")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "received", "from", "subject", "message-id", "return-path", "dkim-signature", "mime-version", "date", "to":
			if ok {
				n++
			}
		}
	}
	return n > 1
}

// recipientIn finds the address that a rejection is about: behind to=, RCPT TO:, or alone in angle brackets at the start of a line.
func recipientIn(s string) string {
	for _, mark := range []string{"to=<", "RCPT TO:<", "rcpt to:<", "TO:<", "recipient <"} {
		if _, rest, ok := strings.Cut(s, mark); ok {
			if a, _, ok := strings.Cut(rest, ">"); ok && strings.Contains(a, "@") && len(a) < 320 {
				return a
			}
		}
	}
	for line := range strings.Lines(s) {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), "<"); ok {
			if a, _, ok := strings.Cut(rest, ">"); ok && strings.Contains(a, "@") && len(a) < 320 {
				return a
			}
		}
	}
	return ""
}
