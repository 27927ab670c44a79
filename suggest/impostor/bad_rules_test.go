package impostor_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/docs"
	"github.com/fpcheck/fpcheck/suggest"
	"github.com/fpcheck/fpcheck/suggest/casetest"
	"github.com/fpcheck/fpcheck/suggest/impostor"
)

// badRule is a rule as people write it, which lets forged copies in.
type badRule struct {
	name    string
	matches func(suggest.Delivery) bool
}

// badRules are made for the message of from, host and ip.
func badRules(r suggest.Delivery) []badRule {
	from, host, ip := r.Facts.From[0], r.Facts.BorderHost.Value, r.Facts.IP.String()
	_, domain, _ := strings.Cut(from, "@")
	contains := func(s string) func(suggest.Delivery) bool {
		return func(d suggest.Delivery) bool {
			return s != "" && bytes.Contains(bytes.ToLower(d.Header()), bytes.ToLower([]byte(s)))
		}
	}
	return []badRule{
		{"From alone", func(d suggest.Delivery) bool {
			return len(d.Facts.From) > 0 && strings.EqualFold(d.Facts.From[0], from)
		}},
		{"any From address", func(d suggest.Delivery) bool { return strings.Contains(fmt.Sprint(d.Facts.From), from) }},
		{"header contains the address", contains(from)},
		{"header contains the host", contains(host)},
		{"header contains the IP", contains(ip)},
		{"text contains the host", func(d suggest.Delivery) bool { return bytes.Contains(d.Raw, []byte(host)) }},
		{"unanchored domain", func(d suggest.Delivery) bool { return strings.HasSuffix(strings.Join(d.Facts.From, " "), domain) }},
		{"any signature at all", func(d suggest.Delivery) bool { return passes(d.Facts.DKIM) }},
		{"the signature field is there", func(d suggest.Delivery) bool { return len(d.Message.All("DKIM-Signature")) > 0 }},
		{"the phrase", func(d suggest.Delivery) bool {
			text, _ := d.Facts.Body()
			return strings.Contains(text, "the yellow ones")
		}},
		{"the own domain, from our own way out", func(d suggest.Delivery) bool { return d.Facts.OwnSender.Known == rules.Yes }},
	}
}

// TestEveryVariantProvesSomething: each variant is let in by a rule that is bad on purpose, in some case; else it would prove nothing.
func TestEveryVariantProvesSomething(t *testing.T) {
	proves := map[string]string{}
	seen := map[string]suggest.Attacker{}
	for _, name := range []string{"web-form-unlisted-server", "marketing-mailchimp-own-domain", "exclaimer-loop", "outgoing-user-held", "outgoing-open-sesame"} {
		r, _ := casetest.Load(t, name)
		genuine := suggest.Delivery{Name: suggest.Genuine, Raw: r.Input.Message.Raw, Message: r.Input.Message, Facts: r.Facts}
		token := rules.Rule{Name: "token", When: rules.Conditions{Headers: []rules.HeaderCondition{{Contains: []string{r.Facts.BorderHost.Value}}}, Phrase: []string{"the yellow ones are never in stock"}}}
		for _, d := range impostor.Variants(context.Background(), r, token) {
			seen[d.Name] = d.Attacker
			for _, bad := range badRules(genuine) {
				if bad.matches(d) {
					proves[d.Name] = bad.name
				}
			}
		}
	}
	if len(seen) < 40 {
		t.Errorf("%d variants, want 40 or more", len(seen))
	}
	page, _ := docs.Page("forged-copies")
	for name := range seen {
		if !strings.Contains(page, "`"+name+"` | "+string(seen[name])+" |") {
			t.Errorf("%s is not on the page forged-copies", name)
		}
		if proves[name] == "" {
			t.Errorf("%s: no bad rule lets it in", name)
		}
	}
}

// TestAttackers: outsiders and those who know the rule never sit on the genuine address, and insiders do or sit beside it.
func TestAttackers(t *testing.T) {
	for _, name := range casetest.Names(t) {
		r, _ := casetest.Load(t, name)
		for _, d := range impostor.Variants(context.Background(), r) {
			same := d.Envelope.IP == r.Facts.IP && r.Facts.IP.IsValid()
			if same && d.Attacker != suggest.Insider {
				t.Errorf("%s: %s by an %s comes from the genuine address", name, d.Name, d.Attacker)
			}
			if d.Note == "" || d.Name == "" {
				t.Errorf("%s: %q has no note", name, d.Name)
			}
		}
	}
}

// TestSameBytes: the same message gives the same copies.
func TestSameBytes(t *testing.T) {
	r, _ := casetest.Load(t, "exclaimer-loop")
	a, b := impostor.Variants(context.Background(), r), impostor.Variants(context.Background(), r)
	for i := range a {
		if !bytes.Equal(a[i].Raw, b[i].Raw) || a[i].DNS != b[i].DNS {
			t.Errorf("%s differs", a[i].Name)
		}
	}
}

// FuzzVariants: no message makes the forger panic, and what it forges parses.
func FuzzVariants(f *testing.F) {
	for _, name := range []string{"web-form-unlisted-server", "exclaimer-loop", "header-only-copy", "two-from-fields", "plain-good-ipv6"} {
		in, _ := casetest.Input(f, name)
		f.Add(in.Message.Raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		r := analyzed(raw)
		for _, d := range impostor.Variants(context.Background(), r) {
			if eml.Parse(d.Raw).Header.End > len(d.Raw) || len(d.Raw) > 20*len(raw)+1<<20 {
				t.Errorf("%s: %d bytes from %d", d.Name, len(d.Raw), len(raw))
			}
		}
	})
}

func BenchmarkVariants(b *testing.B) {
	r, _ := casetest.Load(b, "web-form-unlisted-server")
	b.ReportAllocs()
	for b.Loop() {
		impostor.Variants(context.Background(), r)
	}
}
