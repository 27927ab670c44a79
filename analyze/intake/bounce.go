package intake

import (
	"bytes"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// bounce reads a delivery status notification (RFC 3464), or the text that mail servers write in place of one. ok is false where the
// message is none.
func bounce(it *Item) (_ *Item, ok bool) {
	m := it.Message
	root := m.Root()
	if root == nil || len(m.Fields) == 0 {
		return nil, false
	}
	status, text, original := bounceParts(m, root)
	if status == nil && !fromDaemon(m) {
		return nil, false
	}
	r := statusRefusal(status)
	if said := textRefusal(text); r == nil || r.Code == "" && said != nil {
		r = merge(r, said)
	}
	if r == nil {
		return nil, false
	}
	if r.Recipient == "" {
		r.Recipient = recipientIn(text)
	}
	if original == nil {
		original = quotedOriginal(text)
	}
	out := &Item{Name: it.Name, Format: FormatBounce, Refusal: r, Notes: it.Notes}
	out.Stated.Rcpt = list(r.Recipient)
	out.Stated.IP = r.IP
	if len(bytes.TrimSpace(original)) == 0 {
		out.Notes = append(out.Notes, "a bounce: it carries nothing of the message that was refused")
		return out, true
	}
	out.Message = eml.Doctor(original)
	out.Notes = append(out.Notes, "a bounce: the message in it is as the sender's side knew it, before the receiver saw it; the path ends there")
	return out, true
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// bounceParts finds the parts of a bounce: status, human text, and what is left of the original.
func bounceParts(m *eml.Message, root *eml.Part) (status []byte, text string, original []byte) {
	for p := range root.All() {
		switch p.Type {
		case "message/delivery-status", "message/global-delivery-status":
			if status == nil && root.Type == "multipart/report" {
				status = m.Decode(p, maxText)
			}
		case "text/rfc822-headers", "message/global-headers", "message/rfc822", "message/global":
			if original == nil && root.Type == "multipart/report" {
				original = m.Decode(p, MaxMessage)
			}
		}
	}
	for _, t := range m.Texts(maxText) {
		if text == "" || t.Part.Type == "text/plain" {
			text = string(t.Text)
		}
		if t.Part.Type == "text/plain" {
			break
		}
	}
	return status, text, original
}

// fromDaemon reports whether a mail server wrote the message: the null sender, or a name that servers use, and a subject of a failure.
func fromDaemon(m *eml.Message) bool {
	if f, ok := m.First("Return-Path"); ok && m.Unfold(f) != "<>" {
		return false
	}
	who := ""
	if f, ok := m.First("From"); ok {
		who = strings.ToLower(m.Text(f))
	}
	server := false
	for _, name := range []string{"mailer-daemon", "postmaster", "microsoftexchange329e71ec88ae4615bbc36ab6ce41109e", "mail delivery"} {
		server = server || strings.Contains(who, name)
	}
	subject := ""
	if f, ok := m.First("Subject"); ok {
		subject = strings.ToLower(m.Text(f))
	}
	for _, word := range []string{"undeliver", "unzustellbar", "failure", "failed", "returned", "not delivered", "delivery status", "rejected", "non remis", "no se puede entregar"} {
		if strings.Contains(subject, word) {
			return server
		}
	}
	return false
}

// statusRefusal reads the fields of a delivery status: those of the server first, then a block for each recipient.
func statusRefusal(status []byte) *Refusal {
	if status == nil {
		return nil
	}
	r := &Refusal{Reason: ReasonUnknown}
	for _, block := range bytes.Split(bytes.ReplaceAll(status, []byte("\r\n"), []byte("\n")), []byte("\n\n")) {
		m := eml.Parse(block)
		get := func(name string) string {
			f, ok := m.First(name)
			if !ok {
				return ""
			}
			v := m.Unfold(f)
			if _, after, ok := strings.Cut(v, ";"); ok {
				v = after
			}
			return strings.Join(strings.Fields(v), " ")
		}
		r.Reporter = first(r.Reporter, get("Reporting-MTA"))
		if action := strings.ToLower(get("Action")); action == "delivered" || action == "relayed" || action == "expanded" {
			continue
		}
		if r.Recipient == "" {
			r.Recipient = first(get("Final-Recipient"), get("Original-Recipient"))
		}
		r.Server = first(r.Server, strings.ToLower(get("Remote-MTA")))
		status, said := get("Status"), get("Diagnostic-Code")
		if r.Enhanced == "" && status != "" {
			r.Enhanced, r.Temporary = status, status[0] == '4'
		}
		if d := readRefusal(said); d != nil && r.Code == "" {
			merge(r, d)
		} else if r.Text == "" && said != "" {
			r.Text = clip(said, 600)
			r.classify(strings.ToLower(said))
		}
	}
	if r.Enhanced == "" && r.Text == "" {
		return nil
	}
	return r
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// merge puts what b knows and a does not into a.
func merge(a, b *Refusal) *Refusal {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	a.Code, a.Text, a.Temporary = first(a.Code, b.Code), b.Text, b.Temporary
	a.Enhanced, a.Server, a.Recipient = first(b.Enhanced, a.Enhanced), first(a.Server, b.Server), first(a.Recipient, b.Recipient)
	if b.Reason != ReasonUnknown {
		a.Reason, a.List = b.Reason, b.List
	}
	if b.IP.IsValid() {
		a.IP = b.IP
	}
	return a
}

// textRefusal looks for what the server said in the text of a bounce: the paragraph with a reply code.
func textRefusal(text string) *Refusal {
	for _, para := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if r := readRefusal(clip(para, 4000)); r != nil {
			return r
		}
	}
	return nil
}

// originalMarks are the lines after which servers without MIME put the message that they send back, in lower case.
var originalMarks = []string{"below this line is a copy of the message", "this is a copy of the message, including all the headers", "original message headers:", "the header of the original message is following", "--- original message", "message header follows", "------ this is a copy of your message"}

// quotedOriginal returns the header that stands in the text of a bounce behind such a line: as far as a message can be found there.
func quotedOriginal(text string) []byte {
	low := strings.ToLower(text)
	for _, mark := range originalMarks {
		if i := strings.Index(low, mark); i >= 0 && i < len(text) && len(low) == len(text) {
			_, rest, _ := strings.Cut(text[i:], "\n")
			return []byte(strings.TrimLeft(rest, "\r\n -"))
		}
	}
	return nil
}
