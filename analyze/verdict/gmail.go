package verdict

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/authres"
)

var gmail = &Decoder{
	Name:   "gmail",
	Title:  "Gmail and Google Workspace",
	Source: "support.google.com/a (gateways in front of Workspace: X-Gm-Spam, X-Gm-Phishy); fields as seen in delivered mail. Gmail writes no reason into the header",
	Read:   "2026-11-23",
	Fields: []string{"X-Gm-Spam", "X-Gm-Phishy", "X-Gm-Message-State", "X-Gm-Gg", "X-Gm-Features", "X-Google-Smtp-Source", "X-Google-DKIM-Signature", "X-Received", "X-Google-Original-Message-ID",
		"X-Google-Original-From", "X-Google-Original-Date", "X-Forwarded-To", "X-Forwarded-For", "X-Forwarded-Encrypted", "Authentication-Results", "ARC-Authentication-Results"},
	Many: []string{"X-Received", "X-Forwarded-To", "X-Forwarded-For", "ARC-Authentication-Results"},
	Takes: func(near neighbours, name, value string) bool {
		switch name {
		case "authentication-results":
			return strings.HasPrefix(value, "mx.google.com")
		case "arc-authentication-results":
			return strings.Contains(value, "; mx.google.com;")
		case "x-received":
			return strings.Contains(value, "by 2002:")
		}
		return true
	},
	Decode: decodeGmail,
}

// gmailMarks say what a field tells that is no verdict.
var gmailMarks = map[string]string{
	"x-google-dkim-signature":      "a signature of Google's own, not of the author",
	"x-google-original-message-id": "the Message-ID was rewritten",
	"x-google-original-from":       "From was rewritten",
	"x-google-original-date":       "Date was rewritten",
	"x-forwarded-to":               "forwarded by Gmail to %s",
	"x-forwarded-for":              "forwarded by Gmail for %s",
	"x-forwarded-encrypted":        "forwarded by Gmail; the mark is encrypted",
}

func decodeGmail(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch f.name {
		case "x-gm-spam":
			r.gmFlag("X-Gm-Spam", p, Spam, "Gmail took it for spam", "classifier-misjudged")
		case "x-gm-phishy":
			r.gmFlag("X-Gm-Phishy", p, Phishing, "Gmail took it for phishing", "real-phishing")
		case "authentication-results", "arc-authentication-results":
			r.gmailDKIM(f)
		default:
			if text := gmailMarks[f.name]; text != "" {
				r.reason(f.Name, strings.Replace(text, "%s", shown(p.text), 1), p)
			}
		}
	}
}

func (r *reading) gmFlag(code string, p piece, w Word, text, cause string) {
	switch p.text {
	case "1":
		r.say(w)
		r.because(code+": 1", text, cause, p)
	case "0":
		r.say(NotSpam)
	default:
		r.strange(code + ": " + p.text)
	}
}

// gmailDKIM reads "dkim=neutral (body hash did not verify)", which is how Gmail says that the body was changed.
func (r *reading) gmailDKIM(f field) {
	for _, m := range authres.Parse(r.m, f.Field).Methods {
		if m.Name != "dkim" || m.Comment == "" || m.Value == "pass" {
			continue
		}
		code := "dkim=" + m.Value + " (" + m.Comment + ")"
		_, said := r.has(code) // the ARC copy of the field says the same
		if t, ok := dkimTexts[strings.ToLower(m.Comment)]; ok && !said {
			r.because(code, "DKIM: "+t.text, t.cause, piece{span: m.Span})
		}
	}
}
