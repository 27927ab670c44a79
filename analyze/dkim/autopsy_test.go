package dkim

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/trace"
)

// TestSignerAtFault: kinds in which the message is as it was signed.
func TestSignerAtFault(t *testing.T) {
	// Signed as relaxed, labelled as simple.
	raw := signBy(t, plainMail, "a=rsa-sha256; c=relaxed/relaxed; h=From; s=rsa", testKeys().rsa)
	r := autopsy(t, strings.Replace(string(raw), "c=relaxed/relaxed", "c=relaxed/simple", 1))
	if r == nil || !slices.Equal(r.Kinds, []string{"canonicalization"}) || r.Proof != "body-hash" || r.Note == "" {
		t.Errorf("wrong c=: %+v", r)
	}
	head, body, _ := strings.Cut(plainMail, "\n\n")
	r = autopsy(t, string(sign(t, head+"\n\n", "relaxed/relaxed", "From"))+wire(body))
	if r == nil || !slices.Equal(r.Kinds, []string{"body-empty"}) {
		t.Errorf("empty body: %+v", r)
	}
}

// TestNothingIsClaimed: an edit that nothing explains is left unexplained, with the work done in the open.
func TestNothingIsClaimed(t *testing.T) {
	r := autopsy(t, swap("Thursday", "Friday")(string(sign(t, plainMail, "relaxed/relaxed"))))
	if r == nil || r.Found() || r.Proof != "" || r.Original() != nil || r.Tried == 0 || !r.Whole {
		t.Errorf("a changed word: %+v", r)
	}
	// A header that fits again beside a body that does not proves the header alone.
	r = autopsy(t, both(swap("Thursday", "Friday"), swap("\nSubject: ", "\nSubject: [list] "))(string(sign(t, plainMail, "relaxed/relaxed"))))
	if !r.HeaderFits || r.Proof != "" || !slices.Equal(r.Kinds, []string{"subject-tag"}) {
		t.Errorf("a changed word and a tag: %v %q", r.Kinds, r.Proof)
	}
}

// TestOtherKey: a signature by another key opens to no digest, and no header is searched for.
func TestOtherKey(t *testing.T) {
	raw := signWith(t, plainMail, "rsa", testKeys().big, "relaxed/relaxed")
	r := autopsy(t, string(raw))
	if r == nil || r.Found() || !strings.Contains(r.Note, "another key") {
		t.Errorf("another key: %+v", r)
	}
}

func TestEd25519Header(t *testing.T) {
	raw := swap("\nSubject: ", "\nSubject: [list] ")(string(signWith(t, plainMail, "ed", testKeys().ed, "relaxed/relaxed")))
	if r := autopsy(t, raw); r.Proof != "signature" || !slices.Contains(r.Kinds, "subject-tag") {
		t.Errorf("Ed25519: %v %q", r.Kinds, r.Proof)
	}
}

// TestBudget: the same answer each time, and no more work than allowed.
func TestBudget(t *testing.T) {
	raw := swap("with words", "with wards")(string(sign(t, mixedOf(60_000), "relaxed/relaxed")))
	m := eml.Parse([]byte(raw))
	s := Verify(t.Context(), m, testKeys().zone, Options{})[0]
	one, two := Autopsy(t.Context(), m, s, Options{Budget: 1 << 20}), Autopsy(t.Context(), m, s, Options{Budget: 1 << 20})
	if one.Tried != two.Tried || one.Used != two.Used || one.Whole || one.Used > 1<<20+1<<18 {
		t.Errorf("tried %d and %d, used %d and %d of 1 MB", one.Tried, two.Tried, one.Used, two.Used)
	}
}

// TestLength: changes inside l= bytes are found, the tail behind stays.
func TestLength(t *testing.T) {
	signed := string(signBy(t, plainMail, "a=rsa-sha256; c=relaxed/relaxed; h=From; s=rsa; l=60", testKeys().rsa))
	r := autopsy(t, swap("Hello Ben,", "CAUTION\n\nHello Ben,")(signed))
	if r == nil || r.Proof != "signature" || !slices.Contains(r.Kinds, "banner-prepended") {
		t.Errorf("a banner under l=: %+v", r)
	}
}

// TestHostile: input that is made to be costly is not.
func TestHostile(t *testing.T) {
	head, _, _ := strings.Cut(plainMail, "\n\n")
	long := strings.Repeat("[x] ", 200_000)
	for name, raw := range map[string]string{
		"empty lines":    string(sign(t, plainMail, "relaxed/relaxed")) + strings.Repeat("\n", 900_000) + "x",
		"long subject":   swap("Minutes", long)(string(sign(t, plainMail, "relaxed/relaxed"))),
		"one long line":  string(sign(t, plainMail, "relaxed/relaxed")) + strings.Repeat("a  b", 1_000_000),
		"many parts":     string(sign(t, strings.Replace(head, "text/plain; charset=utf-8", "multipart/mixed; boundary=b", 1)+"\n\n--b--\n", "relaxed/relaxed")) + strings.Repeat("--b\n\nx\n", 5_000),
		"many tags":      string(sign(t, strings.Replace(head, "text/plain", "text/html", 1)+"\n\n<body></body>\n", "relaxed/relaxed")) + strings.Repeat("<body></body>", 100_000),
		"many addresses": swap("Ben <ben@example.org>", strings.Repeat("a@example.net, ", 50_000))(string(sign(t, plainMail, "simple/simple"))),
	} {
		start := time.Now()
		autopsy(t, raw)
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("%s: %v", name, took)
		}
	}
}

func FuzzAutopsy(f *testing.F) {
	for _, c := range kindCases {
		f.Add([]byte(c.damage(string(signOversigned(f, c.mail, c.canon)))))
	}
	f.Add([]byte(strings.ReplaceAll(string(sign(f, htmlMail, "relaxed/relaxed")), "Anna", strings.Repeat("\xff\u0130", 99))))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := eml.Parse(bytes.Clone(raw))
		sigs := Verify(t.Context(), m, testKeys().zone, Options{MaxSignatures: 2})
		for i, s := range sigs {
			r := Autopsy(t.Context(), m, s, Options{Budget: 1 << 20})
			if r == nil {
				continue
			}
			for _, sp := range r.Removed {
				if sp.Start < 0 || sp.End > len(raw) || sp.Start > sp.End {
					t.Fatalf("span %v of %d bytes", sp, len(raw))
				}
			}
			Blame(m, trace.New(m, trace.Options{}), nil, sigs, i, r)
			if r.Proof == "signature" {
				again := Verify(t.Context(), eml.Parse(r.Original()), testKeys().zone, Options{})
				if !slices.ContainsFunc(again, func(s Signature) bool { return s.BodyHash == Pass && s.HeaderSignature == Pass }) {
					t.Fatalf("%v is claimed, and the restored message does not verify", r.Kinds)
				}
			}
		}
	})
}

const listPath = `Received: from lists.example.net (lists.example.net [192.0.2.9]) by mx.example.org (Postfix) with ESMTPS id 3; Mon, 02 Mar 2026 09:00:09 +0000
Received: from out.example.com (out.example.com [198.51.100.4]) by lists.example.net (Postfix) with ESMTPS id 2; Mon, 02 Mar 2026 09:00:05 +0000
`

// TestBlame: the list is named when the footer names it; the range of hosts gets narrower by what hosts wrote; a fingerprint alone names nobody.
func TestBlame(t *testing.T) {
	signed := string(sign(t, plainMail, "relaxed/relaxed"))
	footer := appendText(listFooter)
	const listFields = "X-Mailman-Version: 2.1.39\nX-BeenThere: list@lists.example.net\n"
	cases := []struct {
		name, above, below string
		damage             damage
		hosts              []string
		tool               string
	}{
		{"list and its footer", listPath, listFields, footer, []string{"mx.example.org", "lists.example.net"}, "mailman"},
		{"fingerprint alone", listPath, listFields, appendText("-- \nsome other text\n"), []string{"mx.example.org", "lists.example.net"}, ""},
		{"no fingerprint", listPath, "", footer, []string{"mx.example.org", "lists.example.net"}, ""},
		{"failure seen on arrival", "Authentication-Results: mx.example.org; dkim=fail header.d=example.com\n" + listPath, listFields, footer, []string{"lists.example.net"}, "mailman"},
	}
	for _, c := range cases {
		raw := wire(c.above) + strings.Replace(c.damage(signed), "\r\nFrom:", "\r\n"+wire(c.below)+"From:", 1)
		m := eml.Parse([]byte(raw))
		sigs := Verify(t.Context(), m, testKeys().zone, Options{})
		r := Autopsy(t.Context(), m, sigs[0], Options{})
		got := Blame(m, trace.New(m, trace.Options{}), nil, sigs, 0, r)
		tool := ""
		if got.Known() {
			tool = got.Tool.Name
		}
		if !r.Found() || !slices.Equal(got.Hosts, c.hosts) || tool != c.tool || len(got.Why) == 0 {
			t.Errorf("%s: %v by %q (%.1f), want %v by %q: %v", c.name, got.Hosts, tool, got.Sure, c.hosts, c.tool, got.Why)
		}
	}
}
