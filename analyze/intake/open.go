package intake

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// maxText bounds how much text of a mail is read to find out what kind of mail it is.
const maxText = 256 << 10

// open looks into a message: a bounce, a mail that carries the original, a mail that was forwarded inline.
func open(it *Item, o Options) (*Item, error) {
	if o.Outer {
		return it, nil
	}
	if opened, ok := bounce(it); ok {
		return opened, nil
	}
	parts := attached(it.Message)
	switch {
	case o.Part > len(parts) && len(parts) > 0, o.Part > 0 && len(parts) == 0:
		return nil, fmt.Errorf("there is no part %d: the mail carries %s", o.Part, plural(len(parts), "message"))
	case o.Part > 0:
		return openPart(it, parts[o.Part-1]), nil
	case len(parts) == 1:
		return openPart(it, parts[0]), nil
	case len(parts) > 1:
		c := &Choose{Name: it.Name}
		for _, p := range parts {
			c.Parts = append(c.Parts, title(p))
		}
		return nil, c
	}
	if quoted := pasted(it); quoted != nil {
		return quoted, nil
	}
	if inlineForward(it.Message) {
		return nil, ErrInline
	}
	return it, nil
}

// pasted turns to the header that a colleague pasted into the text of a report: its path is here, where a forward has lost it. Other mail may
// speak of headers, and a stranger's could show a better one than its own.
func pasted(it *Item) *Item {
	texts := it.Message.Texts(maxText)
	if !toReportBox(it.Message) || !amongColleagues(it.Message) || len(texts) == 0 {
		return nil
	}
	m := eml.Doctor([]byte(texts[0].Text))
	if len(m.All("Received")) == 0 || len(m.All("From")) == 0 {
		return nil
	}
	return &Item{Name: it.Name, Format: FormatQuoted, Message: m,
		Notes: append(it.Notes, "the mail quotes a header in its text, and that was looked at, with the lines counted from the start of the text; --part 0 takes the mail around it")}
}

// original is a message that lies in another one.
type original struct {
	raw     []byte
	outlook bool
	name    string
	at      int // where it begins in the mail around it; -1: it is encoded there
}

// attached returns the messages that a mail carries as attachments. A digest and a bounce are mail of their own kind, and carry others
// for other reasons.
func attached(m *eml.Message) []original {
	root := m.Root()
	if root == nil || root.Type == "multipart/digest" || root.Type == "multipart/report" {
		return nil
	}
	var out []original
	var visit func(p *eml.Part)
	visit = func(p *eml.Part) {
		switch {
		case p != root && (p.Type == "message/rfc822" || p.Type == "message/global"):
			out = append(out, original{m.Decode(p, MaxMessage), false, p.Filename, verbatim(p)})
			return // what lies in the original is part of it
		case p != root && hasEnding(p.Filename, ".eml"):
			out = append(out, original{m.Decode(p, MaxMessage), false, p.Filename, verbatim(p)})
			return
		case p != root && (p.Type == "application/vnd.ms-outlook" || hasEnding(p.Filename, ".msg")):
			if b := m.Decode(p, MaxMessage); isOutlook(b) {
				out = append(out, original{b, true, p.Filename, -1})
			}
			return
		}
		for _, c := range p.Children {
			visit(c)
		}
	}
	visit(root)
	return slices.DeleteFunc(out, func(o original) bool { return len(bytes.TrimSpace(o.raw)) == 0 })
}

// verbatim returns where a part stands in the message as it is, or -1 where it is encoded.
func verbatim(p *eml.Part) int {
	if p.Encoding == "base64" || p.Encoding == "quoted-printable" {
		return -1
	}
	return p.Body.Start
}

func hasEnding(name, ending string) bool { return strings.HasSuffix(strings.ToLower(name), ending) }

// title says in a few words which message it is.
func title(o original) string {
	if o.outlook {
		return o.name
	}
	m := eml.Parse(o.raw)
	subject, from := "no subject", "nobody"
	if f, ok := m.First("Subject"); ok {
		subject = m.Text(f)
	}
	if f, ok := m.First("From"); ok {
		from = m.Text(f)
	}
	return clip(subject, 60) + ", from " + clip(from, 60)
}

func clip(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "..."
	}
	return s
}

// openPart turns to the original inside a report mail.
func openPart(it *Item, p original) *Item {
	note := "the mail carries the original as an attachment, and that was looked at; --part 0 takes the mail around it"
	if p.outlook {
		in, err := outlook(it.Name, p.raw, 1)
		if err != nil {
			return &Item{Name: it.Name, Format: FormatMessage, Message: it.Message, Notes: []string{"the attached Outlook file could not be read: " + err.Error()}}
		}
		in.Notes = append([]string{note}, in.Notes...)
		return in
	}
	m := eml.Doctor(p.raw)
	if len(m.Repairs) == 0 && len(it.Message.Repairs) == 0 && p.at >= 0 { // so that lines are those of the file
		m = eml.ParseRepaired(it.Message.Raw, p.raw, eml.Map{{Repaired: 0, Original: p.at}}, nil)
	}
	return &Item{Name: it.Name, Format: FormatAttached, Message: m, Notes: append(it.Notes, note)}
}

// forwardMarks are the lines that mail clients put above a message that they forward inline, in lower case.
var forwardMarks = []string{
	"---------- forwarded message", "-----original message-----", "begin forwarded message:", "-------- forwarded message --------", "-------- original message --------",
	"-----urspr\u00fcngliche nachricht-----", "---------- weitergeleitete nachricht", "-------- weitergeleitete nachricht --------", "anfang der weitergeleiteten nachricht:",
	"---------- message transf\u00e9r\u00e9", "-----message d'origine-----", "-------- message transf\u00e9r\u00e9 --------", "d\u00e9but du message transf\u00e9r\u00e9",
	"---------- mensaje reenviado", "-----mensaje original-----", "---------- messaggio inoltrato", "-----messaggio originale-----",
	"---------- doorgestuurd bericht", "-----oorspronkelijk bericht-----", "---------- mensagem encaminhada", "-----mensagem original-----",
}

// reportBoxes are the mailboxes to which people send what the filter did wrong.
var reportBoxes = []string{"spam", "notspam", "not-spam", "ham", "phish", "phishing", "abuse", "helpdesk", "help", "support", "security", "postmaster", "admin", "it",
	"itsupport", "servicedesk", "servicenow", "tickets", "quarantine", "mailadmin"}

// inlineForward reports whether the mail is a report whose original was forwarded inline. A message that merely contains a forwarded one is mail
// like any other, and may be what was caught: so the forward counts where no path is recorded (a paste of the text alone), or where the mail
// went to a mailbox for such reports.
func inlineForward(m *eml.Message) bool {
	mark := forwardMark(m)
	if mark < 0 {
		return false
	}
	if len(m.All("Received")) == 0 {
		return true
	}
	return toReportBox(m)
}

// amongColleagues reports whether author and recipients are of one domain.
func amongColleagues(m *eml.Message) bool {
	domains := map[string]bool{}
	for _, f := range slices.Concat(m.All("From"), m.All("To")) {
		for _, a := range m.Addresses(f) {
			domains[strings.ToLower(a.Domain)] = true
		}
	}
	return len(domains) == 1
}

// toReportBox reports whether a mail went to one of the mailboxes for reports.
func toReportBox(m *eml.Message) bool {
	for _, f := range m.All("To") {
		for _, a := range m.Addresses(f) {
			if slices.Contains(reportBoxes, strings.ToLower(a.Local)) {
				return true
			}
		}
	}
	return false
}

// maxIntro is how far into the text the mark of a forward may stand: people write a line or two above it.
const maxIntro = 2000

// maxMark is how much text is looked at for it: an intro, and four lines that stand at most a thousand bytes apart.
const maxMark = 8 << 10

// forwardMark returns where the forwarded message begins in the text, or -1.
func forwardMark(m *eml.Message) int {
	if texts := m.Texts(maxMark); len(texts) > 0 {
		return textMark(string(texts[0].Text))
	}
	return -1
}

// textMark is forwardMark for text that has no header of its own.
func textMark(text string) int {
	text = strings.ToLower(text[:min(len(text), maxMark)])
	for _, mark := range forwardMarks {
		if i := strings.Index(text, mark); i >= 0 && i < maxIntro {
			return i
		}
	}
	return outlookMark(text)
}

// outlookMark finds the four lines that Outlook writes above a forwarded message where it draws a rule in place of a mark.
func outlookMark(text string) int {
	for _, set := range [][4]string{
		{"from:", "sent:", "to:", "subject:"}, {"von:", "gesendet:", "an:", "betreff:"}, {"de :", "envoy\u00e9 :", "\u00e0 :", "objet :"},
		{"de:", "enviado el:", "para:", "asunto:"}, {"da:", "inviato:", "a:", "oggetto:"}, {"van:", "verzonden:", "aan:", "onderwerp:"},
	} {
		first, pos := -1, 0
		for _, label := range set {
			i := lineStartingWith(text, label, pos)
			if i < 0 || first >= 0 && i-pos > 1000 {
				first = -1
				break
			}
			if first < 0 {
				first = i
			}
			pos = i + len(label)
		}
		if first >= 0 && first < maxIntro {
			return first
		}
	}
	return -1
}

func lineStartingWith(text, label string, from int) int {
	for pos := from; pos < len(text); {
		i := strings.Index(text[pos:], label)
		if i < 0 {
			return -1
		}
		at := pos + i
		before := strings.TrimRight(text[:at], " \t*>\u00a0")
		if before == "" || before[len(before)-1] == '\n' {
			return at
		}
		pos = at + len(label)
	}
	return -1
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
