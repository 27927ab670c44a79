package triage

import (
	"crypto/sha256"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var today = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

// partnerRecord is a letter of the partner that the DMARC policy holds, from a host of a service.
func partnerRecord(name string) Record {
	return Record{Name: name, SHA256: sha256.Sum256([]byte(name)), Customer: "c", Cause: "dmarc-misaligned-service", Identity: "service.example", Proven: "host", Nature: "good", Action: "quarantine",
		From: name + "@partner.example", Froms: 1, Host: "out.service.example", IP: "192.0.2.9", Direction: int(rules.Inbound), Yields: yields([]string{policy.KnobExceptions})}
}

const hostRule = "rules:\n  - name: host\n    direction: inbound\n    when: {sender: a@partner.example, border-host: out.service.example}\n    action: allow\n"

// TestException counts an exception of a DMARC policy with the rules beside it: what it clears, what it would let in, what it would hold.
func TestException(t *testing.T) {
	with := func(edit func(*Record)) Record {
		rec := partnerRecord("x")
		edit(&rec)
		return rec
	}
	guardRule := "\n  - name: not-proven\n    direction: inbound\n    when: {sender: \"@partner.example\"}\n    unless: {dkim: aligned}\n    action: quarantine\n"
	for _, tt := range []struct {
		name string
		rec  Record
		want Remedy
	}{
		{"another one of the group", partnerRecord("b"), Remedy{Matches: 2}},
		{"held by a stage that does not yield", with(func(r *Record) { r.Yields = yields([]string{policy.KnobBoundRule}) }), Remedy{Matches: 1}},
		{"of another customer", with(func(r *Record) { r.Customer = "d" }), Remedy{Matches: 1}},
		{"a forger from elsewhere", with(func(r *Record) {
			r.Nature, r.Host, r.Identity, r.From = "bad", "vps.example", "vps.example", "b@partner.example"
		}), Remedy{Matches: 1}},
		{"a forger on the host", with(func(r *Record) { r.Nature, r.From = "bad", "a@partner.example" }), Remedy{Matches: 1, SpamLike: 1}},
		{"a forger on another host of the place", with(func(r *Record) { r.Nature, r.From, r.Host = "bad", "a@partner.example", "out2.service.example" }), Remedy{Matches: 1, SpamLike: 1}},
		{"signed by the partner and delivered", with(func(r *Record) {
			r.Cause, r.Action, r.Host, r.Signers = "nothing-wrong", "deliver", "mail.partner.example", []Signer{{"partner.example", true}}
		}), Remedy{Matches: 1}},
		{"unsigned and delivered by SPF", with(func(r *Record) {
			r.Cause, r.Action, r.Host, r.Proven = "nothing-wrong", "deliver", "mail.partner.example", "spf"
		}), Remedy{Matches: 1}},
		{"delivered without proof", with(func(r *Record) { r.Cause, r.Action, r.Host = "nothing-wrong", "deliver", "mail.partner.example" }), Remedy{Matches: 1, Holds: 1}},
	} {
		r := NewResult()
		r.Add(partnerRecord("a"))
		r.Add(tt.rec)
		o := Offer{Key: Key{Customer: "c", Cause: "dmarc-misaligned-service", Identity: "service.example"}, Kind: "exception", Knob: policy.KnobExceptions, Rules: hostRule + guardRule}
		r.Offers[o.id()] = o
		groups := r.Groups(Filter{})
		Plan(r, groups, today)
		var m *Remedy
		for _, g := range groups {
			if g.Key == o.Key {
				m = g.Remedy
			}
		}
		got := Remedy{Matches: m.Matches, AlsoGood: m.AlsoGood, LetsIn: m.LetsIn, SpamLike: m.SpamLike, Holds: m.Holds}
		if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(Remedy{})); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
		if safe := tt.want.SpamLike+tt.want.Holds == 0; m.Safe() != safe {
			t.Errorf("%s: safe is %v", tt.name, m.Safe())
		}
	}
}

// TestJoinedOffers: parts that found the same kind of change make one, which names what any of them names.
func TestJoinedOffers(t *testing.T) {
	key := Key{Customer: "c", Cause: "dmarc-misaligned-service", Identity: "service.example"}
	r := NewResult()
	for i, host := range []string{"out.service.example", "out2.service.example"} {
		rec := partnerRecord([]string{"a", "b"}[i])
		rec.Host, rec.Yields = host, yields([]string{policy.KnobBoundRule})
		r.Add(rec)
		o := Offer{Key: key, Kind: "rule-host", Knob: policy.KnobBoundRule, Copies: 10 + i, Rules: "rules:\n  - name: host\n    when: {sender: " + rec.From + ", border-host: " + host + "}\n    action: allow\n"}
		r.Offers[o.id()] = o
		if i == 1 { // found in two parts, and not counted twice
			r.Offers[o.id()] = o
		}
	}
	groups := r.Groups(Filter{})
	Plan(r, groups, today)
	m := groups[0].Remedy
	if m.Matches != 2 || m.Copies != 21 || !m.Safe() {
		t.Errorf("the joined change clears %d of 2, tried on %d copies of 21, safe %v", m.Matches, m.Copies, m.Safe())
	}
	if w := m.rules[0].When; len(w.Sender) != 2 || len(w.BorderHost) != 2 {
		t.Errorf("the joined rule names %v and %v", w.Sender, w.BorderHost)
	}
}

func TestYieldsInJSON(t *testing.T) {
	for _, names := range [][]string{nil, {policy.KnobBoundRule}, {policy.KnobExceptions, policy.KnobSendingServers}} {
		b, err := json.Marshal(yields(names))
		if err != nil {
			t.Fatal(err)
		}
		var y Yields
		if err := json.Unmarshal(b, &y); err != nil || y != yields(names) {
			t.Errorf("%v became %s and %v (%v)", names, b, y, err)
		}
	}
	var y Yields
	if err := json.Unmarshal([]byte(`["of-a-later-version"]`), &y); err != nil || y != 0 {
		t.Errorf("an unknown name became %v (%v)", y, err)
	}
	if err := json.Unmarshal([]byte(`7`), &y); err == nil {
		t.Error("a number was read")
	}
}
