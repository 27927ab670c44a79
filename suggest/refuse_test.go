package suggest_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/bayes"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/explain"
	"github.com/fpcheck/fpcheck/suggest"
	"github.com/fpcheck/fpcheck/suggest/casetest"
	"github.com/fpcheck/fpcheck/suggest/impostor"
)

const (
	loud = "Make money fast! Click here now, it is 100% free and guaranteed. You will receive your order today. " +
		"To be removed from our mailing list reply with remove. This is not spam, our offer is limited, so act now and save $500 a month.\r\n"
	listed = "partner.example. 300 IN TXT \"v=spf1 ip4:192.0.2.7 -all\"\n_dmarc.partner.example. 300 IN TXT \"v=DMARC1; p=reject\"\n"
)

// offer is a message of partner.example. odd are the points for its display name and its link, zone is what the DNS says of that, if anything.
func offer(t *testing.T, odd float64, zone string, own *bayes.Counts) *analyze.Report {
	t.Helper()
	raw := "Return-Path: <ann@partner.example>\r\nReceived: from mail.hoster.example (mail.hoster.example [192.0.2.7]) by mx.example.org (Postfix) with ESMTP id 1; Mon, 1 Jun 2026 09:00:00 +0000\r\n" +
		"From: \"claims@example.net\" <ann@partner.example>\r\nTo: bob@example.org\r\n" +
		"Subject: an offer\r\nDate: Mon, 1 Jun 2026 08:59:00 +0000\r\nMessage-ID: <1@partner.example>\r\n\r\n" + loud + "http://192.0.2.99/offer\r\n"
	in := casetest.Make(t, "offer", map[string][]byte{"message.eml": []byte(raw), "dns.zone": []byte(zone)})
	in.Weights = map[string]float64{"bayes.spam": 3, "bayes.ham": -2, "sender.name-holds-address": odd / 2, "links.address": odd} // others may weigh them anew; beside the classifier a link counts half
	if own != nil {
		in.Classifier = bayes.New(bayes.Default(), own)
	}
	return analyze.Run(t.Context(), in, checks.All())
}

// taught are the words of many messages like the offer, all of one kind, and of letters of the other kind.
func taught(t *testing.T, spam bool) *bayes.Counts {
	t.Helper()
	own := &bayes.Counts{}
	for range 400 {
		own.Add(checks.Document(analyze.Prepare(eml.Parse([]byte("From: a@example.net\r\n\r\n"+loud)), nil, analyze.Stated{})), spam)
		own.Add(&bayes.Document{Texts: []string{"the minutes of our meeting are attached, please tell me what is missing"}}, !spam)
	}
	return own
}

// TestRefusalWeighsTheWords: the classifier is one ground among others, and alone only where nobody vouches for the message and the user taught it.
func TestRefusalWeighsTheWords(t *testing.T) {
	spam, ham := taught(t, true), taught(t, false)
	benign := func(sure float64) *explain.Diagnosis {
		return &explain.Diagnosis{Cause: &explain.Cause{Name: "classifier-misjudged", Title: "The words were misjudged."}, Sure: sure}
	}
	bad := &explain.Diagnosis{Cause: &explain.Cause{Name: "real-spam", Title: "This is spam.", Nature: explain.Bad}, Sure: 0.75}
	for _, c := range []struct {
		name    string
		r       *analyze.Report
		d       *explain.Diagnosis
		confirm bool
		refused string // a part of the reason; empty: not refused
	}{
		{"a bad cause", offer(t, 0.01, "", nil), bad, false, "This is spam. Its words are those of spam, says "},
		{"a bad cause, and good words", offer(t, 0.01, "", ham), bad, false, "Its words do not show it: they are those of good mail, says "},
		{"words and another ground", offer(t, 2.9, "", nil), benign(0.4), false, "says the built-in model of 2002 and 2003"},
		{"another ground, and words that were learnt as good", offer(t, 2.9, "", ham), benign(0.4), false, ""},
		{"a ground that is enough, and good words", offer(t, 5.5, "", ham), nil, false, "Its words do not show it"},
		{"the same, and its domain vouches", offer(t, 5.5, listed, ham), nil, false, ""},
		{"words alone, of the built-in model", offer(t, 0.01, "", nil), nil, false, ""},
		{"words and another ground, but a likely cause", offer(t, 2.9, "", nil), benign(0.6), false, ""},
		{"words alone, learnt, and nobody vouches", offer(t, 0.01, "", spam), nil, false, "80 % of it taught by your own mail"},
		{"the same, and the sender was asked", offer(t, 0.01, "", spam), nil, true, ""},
		{"the same, and its domain vouches", offer(t, 0.01, listed, spam), nil, false, ""},
		{"the same, with a likely cause", offer(t, 0.01, "", spam), benign(0.6), false, ""},
	} {
		s := suggest.Run(t.Context(), c.r, c.d, suggest.Options{Confirmed: c.confirm})
		switch {
		case c.refused == "" && s.Refused != nil:
			t.Errorf("%s: refused: %s", c.name, s.Refused.Reason)
		case c.refused != "" && (s.Refused == nil || s.Refused.Name != suggest.LooksBad || !strings.Contains(s.Refused.Reason, c.refused)):
			t.Errorf("%s: %v, want %q", c.name, s.Refused, c.refused)
		}
	}
}

// TestLongHeader: forged copies of a header that servers cut, each at another place, prove nothing. Nor does a rule hold an address that no server takes.
func TestLongHeader(t *testing.T) {
	sent := func(local, filler string) *suggest.Report {
		raw := "Return-Path: <" + local + "@partner.example>\r\nReceived: from mail.hoster.example (mail.hoster.example [192.0.2.7]) by mx.example.org (Postfix) with ESMTP id 1; " +
			"Mon, 1 Jun 2026 09:00:00 +0000\r\n" + filler + "From: " + local + "@partner.example\r\nTo: bob@example.org\r\nSubject: an offer\r\nDate: Mon, 1 Jun 2026 08:59:00 +0000\r\n" +
			"Message-ID: <1@partner.example>\r\n\r\nThe minutes of our meeting.\r\n"
		r := analyze.Run(t.Context(), casetest.Make(t, "long", map[string][]byte{"message.eml": []byte(raw), "dns.zone": []byte(listed)}), checks.All())
		return suggest.Run(t.Context(), r, nil, suggest.Options{Forge: impostor.Variants})
	}
	const line = "X-Filler: 0123456789012345678901234567890123456789\r\n"
	for _, c := range []struct {
		name, local, filler, refused, not string
	}{
		{"an everyday header", "ann", strings.Repeat(line, 100), "", ""},
		{"a header of 550 kB", "ann", "X-Filler: " + strings.Repeat("0123456789 ", 50_000) + "\r\n", suggest.TooLong, ""},
		{"the longest address", strings.Repeat("a", 320-len("@partner.example")), "", "", ""},
		{"one byte more", strings.Repeat("a", 321-len("@partner.example")), "", "", suggest.UnsafeValue},
	} {
		s := sent(c.local, c.filler)
		switch {
		case c.refused == "" && s.Refused != nil, c.refused != "" && (s.Refused == nil || s.Refused.Name != c.refused):
			t.Errorf("%s: refused: %v, want %q", c.name, s.Refused, c.refused)
		case slices.ContainsFunc(s.NotOffered, func(r suggest.Refusal) bool { return r.Name == suggest.UnsafeValue }) != (c.not != ""):
			t.Errorf("%s: not offered: %v, want %q", c.name, s.NotOffered, c.not)
		case c.refused == "" && c.not == "" && s.Copies == 0:
			t.Errorf("%s: no forged copy was tried", c.name)
		}
	}
}
