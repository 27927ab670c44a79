package dkim

import (
	"encoding/base64"
	"mime/quotedprintable"
	"slices"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/docs"
)

const htmlMail = `From: Anna <anna@example.com>
To: Ben <ben@example.org>
Cc: Carl <carl@example.org>
Subject: Offer 17
Date: Mon, 02 Mar 2026 09:00:00 +0000
Message-ID: <offer@example.com>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="b1"

--b1
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Dear Ben,

the offer from Zürich: https://shop.example.com/offer?id=17&lang=de
costs = 40 EUR.

Anna
--b1
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: 8bit

<html><head><title>Offer</title></head>
<body lang="de">
<p>Dear Ben,</p>
<p>the offer from Zürich: <a href="https://shop.example.com/offer?id=17&amp;lang=de">here</a></p>
<p>Anna</p>
</body></html>

--b1--
`

const latinMail = "From: Anna <anna@example.com>\nTo: Ben <ben@example.org>\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\nDate: Mon, 02 Mar 2026 09:00:00 +0000\n" +
	"MIME-Version: 1.0\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n\n" +
	"Gr\xfc\xdfe aus Z\xfcrich, und ein langer Absatz, der beim Umschreiben in mehrere Zeilen zerlegt werden mu\xdf, weil er nicht pa\xdft.\n\nAnna\n"

// damage changes a signed message.
type damage func(string) string

func swap(old, new string) damage {
	return func(s string) string {
		i := strings.LastIndex(s, wire(old))
		if i < 0 {
			panic("not in the message: " + old)
		}
		return s[:i] + wire(new) + s[i+len(wire(old)):]
	}
}

func both(ds ...damage) damage {
	return func(s string) string {
		for _, d := range ds {
			s = d(s)
		}
		return s
	}
}

func appendText(text string) damage { return func(s string) string { return s + wire(text) } }

// body changes the body alone.
func body(f damage) damage {
	return func(s string) string {
		h, b, _ := strings.Cut(s, "\r\n\r\n")
		return h + "\r\n\r\n" + f(b)
	}
}

func base64Text(s string) string {
	var out strings.Builder
	enc := base64.StdEncoding.EncodeToString([]byte(s))
	for len(enc) > 76 {
		out.WriteString(enc[:76] + "\r\n")
		enc = enc[76:]
	}
	return out.String() + enc + "\r\n"
}

func quotedText(s string) string {
	var out strings.Builder
	w := quotedprintable.NewWriter(&out)
	w.Write([]byte(s))
	w.Close()
	return out.String()
}

const listFooter = "\n_______________________________________________\nlist mailing list\nlist@lists.example.net\n"

func wrapByList(s string) string {
	h, b, _ := strings.Cut(s, "\r\n\r\n")
	i := strings.Index(h, "\r\nContent-Type:")
	mime := h[i+2:]
	h = h[:i] + "\r\nContent-Type: multipart/mixed; boundary=\"===1\""
	return h + "\r\n\r\n--===1\r\n" + mime + "\r\n\r\n" + b + "\r\n--===1\r\nContent-Type: text/plain\r\n\r\n" + wire(listFooter) + "--===1--\r\n"
}

// kindCases has a fixture for each kind, made by signing with our own keys and changing the message as programs do.
var kindCases = []struct {
	kind, proof, mail, canon string
	damage                   damage
}{
	{"footer-appended", "signature", plainMail, "relaxed/relaxed", appendText(listFooter)},
	{"footer-appended", "signature", plainMail, "simple/simple", appendText("-- \nThis mail was checked.\n")},
	{"banner-prepended", "signature", plainMail, "relaxed/relaxed", body(func(b string) string { return "CAUTION: external mail.\r\nThink before you click.\r\n\r\n" + b })},
	{"banner-prepended", "signature", plainMail, "simple/simple", body(func(b string) string { return "[EXTERNAL]\r\n" + b })},
	{"block-at-part-end", "signature", htmlMail, "relaxed/relaxed", swap("\nAnna\n--b1", "\nAnna\n\n-- \nExample Ltd., registered in Example\n--b1")},
	{"block-at-part-start", "signature", htmlMail, "relaxed/relaxed", swap("\n\nDear Ben", "\n\nCAUTION: external\n\nDear Ben")},
	{"html-block-end", "signature", htmlMail, "relaxed/relaxed", swap("</body>", "<div class=\"sig\"><b>Example Ltd.</b><br>\nRegistered</div></body>")},
	{"html-block-end", "signature", htmlMail, "relaxed/relaxed", func(s string) string { // a server that decodes, adds a disclaimer to both parts, and encodes
		s = both(swap("\nAnna\n--b1", "\nAnna\n\n-- \nExample Ltd., private and confidential\n--b1"), swap("</body>", "<hr><p>Example Ltd., private and confidential</p></body>"))(s)
		parts := strings.Split(s, "--b1")
		for i := 1; i <= 2; i++ {
			h, b, _ := strings.Cut(parts[i], "\r\n\r\n")
			parts[i] = strings.Replace(h, "8bit", "quoted-printable", 1) + "\r\n\r\n" + quotedText(b)
		}
		return strings.Join(parts, "--b1")
	}},
	{"html-block-start", "signature", htmlMail, "simple/simple", swap(`<body lang="de">`, `<body lang="de"><div style="color:red">CAUTION</div>`)},
	{"lines-inserted", "signature", plainMail, "relaxed/relaxed", swap("The next", "Inserted by nobody knows.\nThe next")},
	{"mime-part-added", "signature", htmlMail, "relaxed/relaxed", swap("\n--b1--\n", "\n--b1\nContent-Type: text/plain\n\nfooter of the list\n--b1--\n")},
	{"mime-unwrap", "signature", htmlMail, "relaxed/relaxed", wrapByList},
	{"mime-unwrap", "signature", plainMail, "simple/simple", wrapByList},
	{"preamble", "signature", htmlMail, "relaxed/relaxed", body(func(b string) string { return "This is a multi-part message in MIME format.\r\n\r\n" + b })},
	{"preamble", "signature", strings.Replace(htmlMail, "\n\n--b1", "\n\nThis is a multi-part message in MIME format.\n\n--b1", 1), "relaxed/relaxed",
		body(func(b string) string { return b[strings.Index(b, "--b1"):] })},
	{"transfer-encoding", "signature", latinMail, "relaxed/relaxed", both(swap("8bit", "quoted-printable"), body(quotedText))},
	{"transfer-encoding", "signature", latinMail, "simple/simple", both(swap("8bit", "base64"), body(base64Text))},
	{"transfer-encoding", "signature", both(swap("8bit", "base64"), body(base64Text))(wire(latinMail)), "relaxed/relaxed", both(swap("base64", "8bit"), body(func(string) string { _, b, _ := strings.Cut(wire(latinMail), "\r\n\r\n"); return b }))},
	{"transfer-encoding", "signature", htmlMail, "relaxed/relaxed", func(s string) string {
		parts := strings.Split(s, "--b1")
		h, b, _ := strings.Cut(parts[1], "\r\n\r\n")
		parts[1] = strings.Replace(h, "8bit", "quoted-printable", 1) + "\r\n\r\n" + quotedText(b)
		h, b, _ = strings.Cut(parts[2], "\r\n\r\n")
		parts[2] = strings.Replace(h, "8bit", "quoted-printable", 1) + "\r\n\r\n" + quotedText(b)
		return strings.Join(parts, "--b1")
	}},
	{"charset", "signature", latinMail, "relaxed/relaxed", both(swap("iso-8859-1", "utf-8"), body(func(b string) string { return strings.NewReplacer("\xfc", "ü", "\xdf", "ß").Replace(b) }))},
	{"line-ends", "signature", plainMail, "simple/simple", body(func(b string) string { return strings.ReplaceAll(b, "\r\n", "\r\r\n") })},
	{"trailing-space", "signature", plainMail, "simple/simple", body(func(b string) string { return strings.ReplaceAll(b, ".\r\n", ". \r\n") })},
	{"trailing-space", "signature", plainMail + "-- \nAnna Example\n", "simple/simple", swap("\n-- \n", "\n--\n")},
	{"blank-lines", "signature", plainMail, "relaxed/relaxed", body(func(b string) string { return strings.ReplaceAll(b, "\r\n", "\r\n\r\n") })},
	{"from-escaped", "signature", plainMail + "\nFrom here on we walk.\n", "relaxed/relaxed", swap("\nFrom here", "\n>From here")},
	{"from-escaped", "signature", plainMail + "\n>From here on we walk.\n", "relaxed/relaxed", swap("\n>From here", "\nFrom here")},
	{"dot-stuffed", "signature", plainMail + ".profile was lost\n", "relaxed/relaxed", swap("\n.profile", "\n..profile")},
	{"nul-bytes", "signature", plainMail, "relaxed/relaxed", swap("Thursday", "Thurs\x00day")},
	{"url-rewritten", "signature", strings.Replace(plainMail, "Anna\n", "Anna\nhttps://shop.example.com/a?b=c\n", 2), "relaxed/relaxed",
		func(s string) string {
			return strings.ReplaceAll(s, "https://shop.example.com/a?b=c", "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fshop.example.com%2Fa%3Fb%3Dc&data=05%7C01&reserved=0")
		}},
	{"url-rewritten", "signature", htmlMail, "relaxed/relaxed", func(s string) string {
		const safe = "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fshop.example.com%2Foffer%3Fid%3D17%26lang%3Dde&data=05%7C01&reserved=0"
		s = strings.Replace(s, "https://shop.example.com/offer?id=17&lang=de", safe, 1)
		return strings.Replace(s, `"https://shop.example.com/offer?id=17&amp;lang=de"`, `"`+strings.ReplaceAll(safe, "&", "&amp;")+`" originalsrc="https://shop.example.com/offer?id=17&amp;lang=de"`, 1)
	}},
	{"subject-tag", "signature", plainMail, "relaxed/relaxed", swap("\nSubject: ", "\nSubject: [list] ")},
	{"subject-tag", "signature", plainMail, "simple/simple", swap("\nSubject: ", "\nSubject: ***SPAM*** ")},
	{"subject-tag", "signature", latinMail, "relaxed/relaxed", swap("=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "=?utf-8?B?"+base64.StdEncoding.EncodeToString([]byte("[EXTERNAL] Grüße"))+"?=")},
	{"subject-changed", "signature", plainMail, "relaxed/relaxed", swap("Minutes of", "Minutes copied 7 times of")},
	{"words-reencoded", "signature", latinMail, "relaxed/relaxed", swap("=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "=?utf-8?B?"+base64.StdEncoding.EncodeToString([]byte("Grüße"))+"?=")},
	{"address-rewritten", "signature", plainMail, "relaxed/relaxed", swap("From: Anna <anna@example.com>", "From: Anna via List <list@lists.example.net>\nReply-To: Anna <anna@example.com>")},
	{"address-rewritten", "signature", htmlMail, "relaxed/relaxed", swap("Carl <carl@example.org>", "Carl <carl@example.org>, list@lists.example.net")},
	{"message-id", "signature", plainMail, "relaxed/relaxed", swap("Message-ID: <minutes@example.com>", "Message-ID: <new@mx.example.net>\nX-Original-Message-ID: <minutes@example.com>")},
	{"field-added", "signature", strings.Replace(plainMail, "Content-Type: text/plain; charset=utf-8\n", "", 1), "relaxed/relaxed", swap("MIME-Version: 1.0", "MIME-Version: 1.0\nContent-Transfer-Encoding: 7bit")},
	{"field-removed", "signature", plainMail, "relaxed/relaxed", swap("Subject: Minutes of Monday\n", "X-Original-Subject: Minutes of Monday\n")},
	{"field-doubled", "signature", plainMail, "relaxed/relaxed", swap("MIME-Version: 1.0", "Subject: Minutes of Tuesday\nMIME-Version: 1.0")},
	{"field-changed", "signature", plainMail, "relaxed/relaxed", swap("Date: Mon, 02 Mar 2026 09:00:00 +0000", "Date: Mon, 02 Mar 2026 10:00:00 +0100\nX-Original-Date: Mon, 02 Mar 2026 09:00:00 +0000")},
	{"content-type", "signature", plainMail, "relaxed/relaxed", swap("charset=utf-8", `charset="UTF-8"; Format="flowed"`)},
	{"refolded", "signature", strings.Replace(plainMail, "Minutes of Monday", "Minutes of the long\n meeting on Monday", 1), "simple/simple", swap("long\n meeting", "long\n\tmeeting")},
}

// TestKinds: each kind is found and proven, and the restored message verifies; the undamaged message stays untouched.
func TestKinds(t *testing.T) {
	seen := map[string]bool{"canonicalization": true, "body-empty": true} // these have tests of their own
	for _, c := range kindCases {
		seen[c.kind] = true
		signed := string(signOversigned(t, c.mail, c.canon))
		if r := autopsy(t, signed); r != nil {
			t.Errorf("%s: an autopsy of a message that verifies: %v", c.kind, r.Kinds)
		}
		r := autopsy(t, c.damage(signed))
		if r == nil {
			t.Errorf("%s (%s): the damage broke nothing", c.kind, c.canon)
			continue
		}
		if !slices.Contains(r.Kinds, c.kind) || r.Proof != c.proof {
			t.Errorf("%s (%s): found %v, proof %q (%s)", c.kind, c.canon, r.Kinds, r.Proof, r.Note)
			continue
		}
		if s := verify(t, r.Original(), Options{}); s.Status != Pass {
			t.Errorf("%s (%s): the restored message says %s\n%q", c.kind, c.canon, s.Reason, r.Original())
		}
		if lib := library(r.Original(), testKeys().zone); lib[0] != Pass {
			t.Errorf("%s (%s): go-msgauth refuses the restored message", c.kind, c.canon)
		}
	}
	for _, k := range Kinds {
		if !seen[k.Name] {
			t.Errorf("kind %s has no fixture", k.Name)
		}
	}
}

// signOversigned signs every field once more than it stands, so that an added one breaks the signature.
func signOversigned(tb testing.TB, mail, canon string) []byte {
	return sign(tb, mail, canon, "From", "To", "Cc", "Subject", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding")
}

func autopsy(tb testing.TB, raw string) *Restoration {
	tb.Helper()
	m := eml.Parse([]byte(raw))
	sigs := Verify(tb.Context(), m, testKeys().zone, Options{})
	return Autopsy(tb.Context(), m, sigs[0], Options{})
}

// TestKindsHavePages: `fpcheck docs NAME` explains every kind.
func TestKindsHavePages(t *testing.T) {
	for _, k := range Kinds {
		page, ok := docs.Page("dkim/" + k.Name)
		if !ok || !strings.HasPrefix(page, "# "+k.Name+": "+k.Title+"\n") {
			t.Errorf("page of %s: %.80q", k.Name, page)
		}
		if found, ok := KindOf(k.Name); !ok || found != k {
			t.Errorf("KindOf(%s): %v", k.Name, found)
		}
	}
}
