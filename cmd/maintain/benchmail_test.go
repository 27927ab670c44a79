package main

import (
	"strings"
	"testing"
)

// TestResignedMessages signs a message with an author, and leaves out its twins: one whose author has no domain that DNS can hold, and one without.
func TestResignedMessages(t *testing.T) {
	all := []*sample{
		{name: "good", raw: []byte("From: anna@Example.com\nSubject: a\n\nText\n")},
		{name: "local", raw: []byte("From: root@localhost\nSubject: a\n\nText\n")},
		{name: "nobody", raw: []byte("Subject: a\n\nText\n")},
	}
	signed, zone, err := resign(all)
	if err != nil {
		t.Fatal(err)
	}
	if len(signed) != 1 || signed[0].name != "good" || !strings.Contains(string(signed[0].raw), "d=example.com;") {
		t.Fatalf("signed: %d", len(signed))
	}
	if text := string(zone.Text("test", corpusDay)); strings.Count(text, "_domainkey") != 1 || !strings.Contains(text, "7.2.0.192.in-addr.arpa. 300 IN PTR mail.example.net.") {
		t.Errorf("the zone holds %s", text)
	}
}

func TestPlainDomain(t *testing.T) {
	for name, want := range map[string]bool{"example.com": true, "mail-1.example.com": true, "localhost": false, "": false, "example.com.": false, "exa mple.com": false, "a..example.com": false, "bücher.example": false} {
		if plainDomain(name) != want {
			t.Errorf("%q: %v", name, !want)
		}
	}
}
