package verdict

import (
	"slices"
	"strings"
)

// Log is what a quarantine log or message trace says of a message, where the header does not.
type Log struct {
	Filter   string // name of the decoder whose log it looks like: "proofpoint-essentials", "microsoft", "mimecast"; empty: cannot be told
	Title    string
	Category string // "spam", "fraud", "domain-spoofing", "bulk", "policy" or "virus"; empty: it names none
	Verdict  Word
	Reasons  []Reason // without spans: the text is not part of the message
}

// Limits of a log text: a page of a log has some hundred lines.
const (
	MaxLog     = 64 << 10 // bytes that are read
	maxLogLine = 2000     // bytes of one line
)

// phrase is what a log may call a message, and what that means. An earlier phrase outweighs a later one.
type phrase struct {
	text     string // lower case
	category string
	meaning
}

// phrases are the words of the logs of Proofpoint Essentials, Microsoft's quarantine and Mimecast, the gravest first.
var phrases = []phrase{
	{"malware", "virus", meaning{Malware, "malware", ""}}, {"virus", "virus", meaning{Malware, "malware", ""}}, {"safe attachments", "virus", meaning{Malware, "an attachment that the sandbox does not trust", ""}},
	{"attachment defense", "virus", meaning{Malware, "an attachment that the sandbox does not trust", ""}}, {"attachment protect", "virus", meaning{Malware, "an attachment that the sandbox does not trust", ""}},
	{"domain spoofing", "domain-spoofing", meaning{Spoof, "inbound domain spoofing protection: your own domain from an address that is not yours", ""}},
	{"domain spoof", "domain-spoofing", meaning{Spoof, "inbound domain spoofing protection: your own domain from an address that is not yours", ""}},
	{"anti-spoofing", "domain-spoofing", meaning{Spoof, "anti-spoofing policy: your own domain from an address that is not yours", ""}},
	{"anti spoofing", "domain-spoofing", meaning{Spoof, "anti-spoofing policy: your own domain from an address that is not yours", ""}},
	{"spoof intra-org", "domain-spoofing", meaning{Spoof, "your own domain from an address that is not yours", ""}},
	{"spoof external domain", "fraud", meaning{Spoof, "the domain of somebody else, with nothing that proves it", ""}}, {"spoof dmarc", "fraud", meaning{Spoof, "DMARC of the domain in From fails", ""}}, {"spoof", "domain-spoofing", meaning{Spoof, "a forged sender", ""}},
	{"impersonation", "fraud", meaning{Phishing, "somebody is impersonated", "display-name-colleague"}}, {"imposter", "fraud", meaning{Phishing, "somebody is impersonated", "display-name-colleague"}}, {"impostor", "fraud", meaning{Phishing, "somebody is impersonated", "display-name-colleague"}},
	{"fraud", "fraud", meaning{Phishing, "fraud: an impostor or a scam, in the filter's opinion", ""}}, {"phishing", "fraud", meaning{Phishing, "phishing", "real-phishing"}}, {"phish", "fraud", meaning{Phishing, "phishing", "real-phishing"}},
	{"url defense", "fraud", meaning{Phishing, "a link that the filter does not trust", ""}}, {"url protect", "fraud", meaning{Phishing, "a link that the filter does not trust", ""}},
	{"blocked sender", "policy", meaning{Blocked, "a list of blocked senders", "own-block-entry"}}, {"block sender", "policy", meaning{Blocked, "a list of blocked senders", "own-block-entry"}}, {"blocked list", "policy", meaning{Blocked, "a list of blocked senders", "own-block-entry"}},
	{"transport rule", "policy", meaning{Policy, "a mail flow rule of the organisation", "own-block-entry"}}, {"mail flow rule", "policy", meaning{Policy, "a mail flow rule of the organisation", "own-block-entry"}},
	{"file type block", "policy", meaning{Policy, "a file type that the organisation blocks", ""}}, {"attachment policy", "policy", meaning{Policy, "the attachment policy", ""}}, {"attachment management", "policy", meaning{Policy, "the attachment policy", ""}},
	{"content examination", "policy", meaning{Policy, "words that the organisation looks for", "heuristic-ordinary-words"}}, {"suspicious message structure", "policy", meaning{Policy, "a message that is built in an odd way", ""}},
	{"dns authentication", "policy", meaning{Policy, "the policy on SPF, DKIM and DMARC", ""}}, {"dmarc", "policy", meaning{Policy, "the policy on DMARC", ""}}, {"message hold", "policy", meaning{Policy, "a policy that holds such mail", ""}}, {"data loss prevention", "policy", meaning{Policy, "a rule against leaks", ""}},
	{"bulk", "bulk", meaning{Bulk, "bulk mail", "bulk-level"}}, {"graymail", "bulk", meaning{Bulk, "bulk mail", "bulk-level"}}, {"newsletter", "bulk", meaning{Bulk, "bulk mail", "bulk-level"}},
	{"filtered: allow", "", meaning{Allowed, "a filter of the organisation allowed it", ""}}, {"filtered: quarantine", "policy", meaning{Policy, "a filter of the organisation held it", "own-block-entry"}}, {"filtered: block", "policy", meaning{Policy, "a filter of the organisation held it", "own-block-entry"}},
	{"filtered", "policy", meaning{Policy, "a filter of the organisation hit", "own-block-entry"}},
	{"suspected spam", "spam", meaning{Spam, "suspected spam", "classifier-misjudged"}}, {"spam", "spam", meaning{Spam, "spam", "classifier-misjudged"}},
	{"clean", "", meaning{NotSpam, "clean", ""}}, {"not spam", "", meaning{NotSpam, "no spam", ""}},
}

// logKeys are the headings under which a log says what it took a message for, and whose log it then is.
var logKeys = map[string]string{
	"classification": "proofpoint-essentials", "category": "proofpoint-essentials", "classification breakdown": "proofpoint-essentials", "scan classification": "proofpoint-essentials",
	"quarantine reason": "microsoft", "detection technologies": "microsoft", "detection technology": "microsoft", "policy type": "microsoft", "threats": "microsoft",
	"held reason": "mimecast", "hold reason": "mimecast", "reason": "", "held": "mimecast", "rejection type": "mimecast", "rejection reason": "mimecast", "status info": "mimecast", "spam detection level": "mimecast",
}

// detailKeys are shown as they stand: they name the rule or the degree.
var detailKeys = map[string]string{
	"triggering filter": "proofpoint-essentials", "threat level": "proofpoint-essentials", "confidence level": "proofpoint-essentials", "spam score": "", "policy name": "microsoft", "policy": "", "definition": "mimecast", "spam processing detail": "mimecast",
	"rule name": "microsoft", "transport rule": "microsoft",
}

// otherKeys hold the sender's own words, which must decide nothing.
var otherKeys = []string{"subject", "from", "to", "sender", "recipient", "envelope sender", "from header", "message id", "attachments", "sender address", "recipient address", "status", "delivery status", "date", "timestamp", "received"}

// ReadLog reads what somebody copied from a log: lines of "Key: value", "Key<tab>value" or a key over its value; the custom data of
// Exchange's message trace; or a few words. Where headings stand in it only what is under them counts, since a log repeats the subject.
func ReadLog(text string) Log {
	if len(text) > MaxLog {
		text = text[:MaxLog]
	}
	l := &logReading{best: -1}
	if strings.Contains(text, "S:SFA=") || strings.Contains(text, "S:AMA=") || strings.Contains(text, "S:TRA=") || strings.Contains(text, "|SFV=") {
		l.messageTrace(text)
	}
	lines := strings.Split(text, "\n")
	l.keyed(lines)
	if l.best < 0 && !l.headed {
		l.words(text)
	}
	return l.finish(text)
}

// logReading collects; best is the index of the gravest phrase, or -1.
type logReading struct {
	Log
	best   int
	headed bool // there were headings
}

func (l *logReading) weigh(i int) {
	if l.best < 0 || i < l.best {
		l.best = i
	}
}

// keyed reads lines with headings.
func (l *logReading) keyed(lines []string) {
	waiting := ""
	for _, line := range lines {
		line = strings.TrimSpace(line)
		if line == "" || len(line) > maxLogLine {
			continue
		}
		key, value := splitKey(line)
		if value == "" && waiting != "" && !known(key) {
			key, value = waiting, line
		}
		waiting = ""
		switch {
		case !known(key):
		case value == "":
			waiting = key
		default:
			l.entry(key, value)
		}
	}
}

// splitKey cuts a line into heading and value, at a tab or colon.
func splitKey(line string) (key, value string) {
	i := strings.IndexAny(line, "\t:")
	if i < 0 {
		return strings.ToLower(line), ""
	}
	return strings.ToLower(strings.TrimSpace(line[:i])), strings.Trim(line[i:], " \t:")
}

func known(key string) bool {
	_, class := logKeys[key]
	_, detail := detailKeys[key]
	return class || detail || slices.Contains(otherKeys, key)
}

func (l *logReading) entry(key, value string) {
	l.headed = true
	if filter, ok := logKeys[key]; ok {
		l.setFilter(filter)
		if i := findPhrase(value); i >= 0 {
			l.weigh(i)
			l.note(key+": "+value, phrases[i].meaning.text, phrases[i].cause)
		} else {
			l.note(key+": "+value, "a word of the log that we do not know", "")
		}
		return
	}
	if filter, ok := detailKeys[key]; ok {
		l.setFilter(filter)
		l.note(key+": "+value, "as the log has it", "")
	}
}

func (l *logReading) setFilter(filter string) {
	if l.Filter == "" {
		l.Filter = filter
	}
}

func (l *logReading) note(code, text, cause string) {
	if len(l.Reasons) < maxReasons {
		l.Reasons = append(l.Reasons, Reason{Code: shown(code), Text: text, Cause: cause})
	}
}

// words reads a text without headings, such as "Quarantined (Domain Spoofing)".
func (l *logReading) words(text string) {
	if i := findPhrase(text); i >= 0 {
		l.weigh(i)
		l.note(phrases[i].text, phrases[i].meaning.text, phrases[i].cause)
	}
}

// findPhrase returns the index of the gravest phrase that stands in s as whole words, or -1.
func findPhrase(s string) int {
	s = strings.Join(strings.Fields(strings.ToLower(s)), " ")
	for i, p := range phrases {
		if hasWords(s, p.text) && !negated(s, p.text) {
			return i
		}
	}
	return -1
}

// negated reports whether s says that it is not p.
func negated(s, p string) bool {
	for _, no := range []string{"not ", "no ", "non-"} {
		if strings.Contains(s, no+p) {
			return true
		}
	}
	return false
}

func hasWords(s, p string) bool {
	for from := 0; ; {
		i := strings.Index(s[from:], p)
		if i < 0 {
			return false
		}
		i += from
		if (i == 0 || !letter(s[i-1])) && (i+len(p) == len(s) || !letter(s[i+len(p)])) {
			return true
		}
		from = i + 1
	}
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }

// traceActions are what Exchange's message trace says was done (DI).
var traceActions = map[string]string{"SB": "blocked", "SD": "deleted", "SJ": "sent to junk", "SN": "routed normally", "SO": "sent through the pool for risky mail", "SQ": "quarantined", "SS": "marked in the subject", "SC": "copied", "SM": "sent to a mailbox", "SR": "redirected"}

// messageTrace reads the custom data of an extended message trace: agents with "S:", keys with "|". SFA is the spam filter, AMA the malware
// filter, TRA the mail flow rules.
func (l *logReading) messageTrace(text string) {
	l.headed = true
	l.setFilter("microsoft")
	spam := ""
	for _, agent := range strings.Split(text, "S:") {
		name, rest, _ := strings.Cut(agent, "=")
		switch name {
		case "SFA":
			if word := l.spamAgent(rest); word != "" {
				spam = word
			}
		case "AMA":
			if strings.HasPrefix(rest, "EV") || strings.Contains(rest, "sig=") {
				l.take("malware", "AMA", "the malware filter hit")
			}
		case "TRA":
			if strings.HasPrefix(rest, "ETR") {
				l.take("transport rule", "TRA="+field1(rest), "a mail flow rule acted")
			}
		}
	}
	if spam != "" {
		l.take(spam, "", "")
	}
}

// field1 is the first two keys of an agent's entry.
func field1(s string) string {
	parts := strings.SplitN(s, "|", 3)
	return strings.TrimSpace(strings.Join(parts[:min(2, len(parts))], "|"))
}

// spamAgent reads SFV, SRV, SCL and DI of the spam filter's entry, and returns the phrase that it comes to.
func (l *logReading) spamAgent(s string) string {
	word := ""
	for _, kv := range strings.Split(s, "|") {
		key, value, _ := strings.Cut(strings.TrimSpace(kv), "=")
		value = strings.TrimRight(strings.ToLower(value), "; \r\n\t")
		switch key {
		case "SFV":
			m, ok := sfvTable[value]
			if !ok {
				continue
			}
			l.note(kv, m.text, m.cause)
			if w := map[Word]string{Spam: "spam", Blocked: "blocked sender", Policy: "transport rule", NotSpam: "clean", Allowed: "filtered: allow"}[m.word]; word != "bulk" {
				word = w
			}
		case "SRV":
			if value == "bulk" {
				word = "bulk"
				l.note(kv, "over the tenant's threshold for bulk mail", "bulk-level")
			}
		case "SCL":
			l.note(kv, "spam confidence level", "")
		case "DI":
			if did, ok := traceActions[strings.ToUpper(value)]; ok {
				l.note(kv, did, "")
			}
		}
	}
	return word
}

// take weighs a phrase by its text.
func (l *logReading) take(text, code, why string) {
	for i, p := range phrases {
		if p.text == text {
			l.weigh(i)
			if code != "" {
				l.note(code, why, p.cause)
			}
			return
		}
	}
}

// logNames are words by which a log can be told where no heading does.
var logNames = []struct{ word, filter string }{{"mimecast", "mimecast"}, {"proofpoint", "proofpoint-essentials"}, {"exchange", "microsoft"}, {"microsoft", "microsoft"}, {"defender", "microsoft"}}

func (l *logReading) finish(text string) Log {
	low := strings.ToLower(text)
	for _, n := range logNames {
		if l.Filter == "" && strings.Contains(low, n.word) {
			l.Filter = n.filter
		}
	}
	for _, d := range Decoders {
		if d.Name == l.Filter {
			l.Title = d.Title
		}
	}
	l.Verdict = Unknown
	if l.best >= 0 {
		l.Category, l.Verdict = phrases[l.best].category, phrases[l.best].word
	}
	return l.Log
}
