package suggest

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"mime"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/explain"
)

// Letter is what goes around a message that is reported.
type Letter struct {
	To, From  string    // addresses; From may be empty: the mail program fills it in
	Date      time.Time // of the letter
	Ticket    string
	Permalink string // of the filter's own log
}

// maxFindings is how many findings a letter names: the reader wants the few that decided.
const maxFindings = 8

// VendorReport writes the mail to the filter's vendor or the support desk: the diagnosis in the body, the original attached as
// message/rfc822 byte by byte, since a message that is forwarded inline loses its header. d may be nil. It fails where an address is
// not one.
func VendorReport(r *analyze.Report, d *explain.Diagnosis, l Letter) ([]byte, error) {
	to, err := mail.ParseAddress(l.To)
	if err != nil {
		return nil, fmt.Errorf("reading the address %q: %w", l.To, err)
	}
	raw := r.Input.Message.Raw
	boundary := boundaryFor(raw)
	var b bytes.Buffer
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\r\n", name, value)
		}
	}
	if l.From != "" {
		from, err := mail.ParseAddress(l.From)
		if err != nil {
			return nil, fmt.Errorf("reading the address %q: %w", l.From, err)
		}
		field("From", from.String())
	}
	field("To", to.String())
	field("Subject", mime.QEncoding.Encode("utf-8", subject(l)))
	field("Date", l.Date.Format(time.RFC1123Z))
	field("MIME-Version", "1.0")
	field("Content-Type", "multipart/mixed; boundary=\""+boundary+"\"")
	fmt.Fprintf(&b, "\r\n--%s\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n", boundary)
	writeBase64(&b, []byte(letterText(r, d, l)))
	fmt.Fprintf(&b, "\r\n--%s\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment; filename=\"original.eml\"\r\nContent-Transfer-Encoding: %s\r\n\r\n",
		boundary, transferOf(raw))
	b.Write(raw)
	fmt.Fprintf(&b, "\r\n--%s--\r\n", boundary)
	return b.Bytes(), nil
}

func subject(l Letter) string {
	s := "False positive"
	if t := plain(l.Ticket); t != "" {
		s += ", ticket " + t
	}
	return s
}

// transferOf declares the bytes as they are: RFC 2046 5.2.1 allows message/rfc822 no other encoding, and to change a byte would
// break the signatures that the report is about.
func transferOf(raw []byte) string {
	line := 0
	for _, c := range raw {
		if c == '\n' {
			line = 0
			continue
		}
		if line++; c == 0 || line > 998 { // RFC 5321 4.5.3.1.6
			return "binary"
		}
	}
	if bytes.ContainsFunc(raw, func(r rune) bool { return r > '~' }) {
		return "8bit"
	}
	return "7bit"
}

// boundaryFor is made from the message, so that the same message gives the same letter, and does not stand in it.
func boundaryFor(raw []byte) string {
	sum := sha256.Sum256(raw)
	for {
		b := "fpcheck-" + hex.EncodeToString(sum[:12])
		if !bytes.Contains(raw, []byte(b)) {
			return b
		}
		sum = sha256.Sum256(sum[:])
	}
}

func writeBase64(b *bytes.Buffer, text []byte) {
	const perLine = 57 // bytes, which make 76 characters (RFC 2045 6.8)
	for chunk := range slices.Chunk(text, perLine) {
		b.WriteString(base64.StdEncoding.EncodeToString(chunk) + "\r\n")
	}
}

// maxLetterLine bounds, in bytes, what a row quotes: the whole field stands in the attachment.
const maxLetterLine = 998

// letterText is the body. What it quotes of the message is cleaned of everything that is not plain text.
func letterText(r *analyze.Report, d *explain.Diagnosis, l Letter) string {
	var b strings.Builder
	line := func(label, value string) {
		if value = plain(value[:min(len(value), maxLetterLine)]); value != "" {
			fmt.Fprintf(&b, "%-11s%s\r\n", label, value)
		}
	}
	if d != nil && d.Cause != nil && d.Cause.Nature == explain.Good {
		b.WriteString("The attached message is a false positive. The original is attached unchanged.\r\n\r\n")
	} else {
		b.WriteString("Please look at the attached message: it may be a false positive. The original is attached unchanged.\r\n\r\n")
	}
	line("Ticket", l.Ticket)
	line("Permalink", l.Permalink)
	m := r.Input.Message
	if f, ok := m.First("Message-ID"); ok {
		line("Message", m.Unfold(f))
	}
	line("From", strings.Join(r.Facts.From, ", "))
	var rcpt []string
	for _, f := range r.Facts.Rcpt {
		rcpt = append(rcpt, f.Value)
	}
	line("To", strings.Join(rcpt, ", "))
	line("Subject", r.Facts.Subject)
	if !r.Input.Delivered.IsZero() {
		line("Delivered", r.Input.Delivered.UTC().Format("2 Jan 2006 15:04:05 UTC"))
	}
	line("Direction", r.Facts.Direction.String())
	line("Sent by", strings.TrimSpace(r.Facts.BorderHost.Value+" "+bracket(r.Facts.BorderIP.Value)))
	b.WriteString("\r\n")
	if r.Facts.Direction == rules.Outbound && len(r.Facts.From) == 1 {
		fmt.Fprintf(&b, "Please allow what %s sends out until this is mended, and tell us when the rule can go.\r\n\r\n", plain(r.Facts.From[0]))
	}
	if d != nil && d.Cause != nil {
		line("Cause", fmt.Sprintf("%s (%s, %s)", d.Sentence(), d.Cause.Name, explain.Confidence(d.Sure)))
	}
	if r.Decision.Action != policy.Deliver {
		line("Estimate", fmt.Sprintf("%s at %s, %.1f of %.1f points", r.Decision.Action, stageTitle(r.Decision), r.Decision.Score, r.Decision.Threshold))
	}
	for _, f := range heaviest(r) {
		fmt.Fprintf(&b, "%-11s%+.1f %s: %s\r\n", "Found", f.Score, f.ID, plain(f.Summary))
	}
	return b.String()
}

func bracket(s string) string {
	if s == "" {
		return ""
	}
	return "[" + s + "]"
}

// heaviest are the findings that weigh most.
func heaviest(r *analyze.Report) []analyze.Finding {
	all := slices.DeleteFunc(r.Findings(), func(f analyze.Finding) bool { return f.Score == 0 })
	slices.SortStableFunc(all, func(a, b analyze.Finding) int {
		switch {
		case abs(a.Score) > abs(b.Score):
			return -1
		case abs(a.Score) < abs(b.Score):
			return 1
		}
		return 0
	})
	return all[:min(len(all), maxFindings)]
}

func abs(x float64) float64 { return max(x, -x) }

// plain makes text of a message fit for one line of a letter.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == utf8.RuneError || r >= 0x80 && r < 0xa0 || r == 0x2028 || r == 0x2029 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}
