package compose

import (
	"bytes"
	"context"
	"net"
	"net/netip"
	"strings"
	"testing"

	"blitiri.com.ar/go/spf"
	"github.com/emersion/go-msgauth/dkim"
	"github.com/google/go-cmp/cmp"

	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/resolve"
)

// snapshot answers from the dns.zone of a case as the SPF library asks.
type snapshot struct{ resolve.Resolver }

func load(t *testing.T, name string, zone []byte) snapshot {
	t.Helper()
	r, err := resolve.Snapshot(name, bytes.NewReader(zone))
	if err != nil {
		t.Fatal(err)
	}
	return snapshot{r}
}

func (s snapshot) ask(name string, typ uint16) (resolve.Answer, error) {
	q := resolve.Q(name, typ)
	a, err := s.Resolve(context.Background(), q)
	switch resolve.KindOf(q, a, err) {
	case resolve.Found:
		return a, nil
	case resolve.NXDomain, resolve.NoData:
		return a, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	return a, &net.DNSError{Err: "could not look: " + errText(err), Name: name, IsTemporary: true}
}

func errText(err error) string {
	if err == nil {
		return "server failure"
	}
	return err.Error()
}

func (s snapshot) LookupTXT(_ context.Context, name string) ([]string, error) {
	a, err := s.ask(name, resolve.TypeTXT)
	return a.TXT(), err
}

func (s snapshot) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	a, err := s.ask(name, resolve.TypeMX)
	var out []*net.MX
	for _, mx := range a.MX() {
		out = append(out, &net.MX{Host: mx.Host, Pref: mx.Pref})
	}
	return out, err
}

func (s snapshot) LookupIPAddr(_ context.Context, name string) ([]net.IPAddr, error) {
	a, errA := s.ask(name, resolve.TypeA)
	b, errB := s.ask(name, resolve.TypeAAAA)
	var out []net.IPAddr
	for _, ip := range append(a.Addrs(), b.Addrs()...) {
		out = append(out, net.IPAddr{IP: ip.AsSlice()})
	}
	if len(out) > 0 {
		return out, nil
	}
	if errA != nil {
		return nil, errA
	}
	return nil, errB
}

func (s snapshot) LookupAddr(_ context.Context, addr string) ([]string, error) {
	a, err := s.ask(resolve.ReverseName(netip.MustParseAddr(addr)), resolve.TypePTR)
	return a.PTR(), err
}

// quirks are the cases whose signatures a library judges by other rules than a verifier at delivery: the reason stands beside.
var quirks = map[string]string{
	"dkim-expired-in-queue": "the library judges x= by the clock of today",
	"dkim-queued-in-time":   "the library judges x= by the clock of today",
	"dkim-l-tag":            "the library refuses any l=",
	"dkim-l-tag-refused":    "the library refuses any l=",
	"dkim-l-tag-footer":     "the library refuses any l=",
	"dkim-key-rotated":      "the key of today is not that of the delivery",
	"dkim-key-removed":      "the key of today is not that of the delivery",
}

// TestSignatures lets a library that is not ours judge every signature.
func TestSignatures(t *testing.T) {
	for _, c := range Cases() {
		if quirks[c.Name] != "" {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			m := c.Make()
			if m.HeadOnly {
				return
			}
			zone := load(t, c.Name, c.Files()["dns.zone"])
			got, err := dkim.VerifyWithOptions(bytes.NewReader(m.Bytes()), &dkim.VerifyOptions{LookupTXT: func(name string) ([]string, error) {
				return zone.LookupTXT(context.Background(), name)
			}})
			if err != nil {
				t.Fatal(err)
			}
			var results []string
			for i, v := range got {
				results = append(results, verdict(v.Err))
				checkReason(t, m.Sigs[i], v.Err)
			}
			if diff := cmp.Diff(m.Truth.DKIM, results); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func verdict(err error) string {
	if err != nil {
		return "fail"
	}
	return "pass"
}

// checkReason compares what we broke with what the library found broken.
func checkReason(t *testing.T, s *Signature, err error) {
	t.Helper()
	want := map[string]string{"body": "body hash", "header": "signature did not verify", "both": "body hash", "key": "key"}[s.Broken]
	if err != nil && !strings.Contains(err.Error(), want) {
		t.Errorf("%s of %s: broken %q, library says %v", s.Selector, s.Domain, s.Broken, err)
	}
}

// TestSPF lets a library that is not ours judge the handover at the border.
func TestSPF(t *testing.T) {
	for _, c := range Cases() {
		m := c.Make()
		b := m.Truth.Border
		want := m.Truth.SPF
		if want == "" || b == nil {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			zone := load(t, c.Name, c.Files()["dns.zone"])
			sender := m.envelope()
			if sender == "" {
				sender = "postmaster@" + b.Helo
			}
			got, err := spf.CheckHostWithSender(net.ParseIP(b.IP), b.Helo, sender, spf.WithResolver(zone))
			if string(got) != want {
				t.Errorf("SPF of %s from %s: got %s (%v), want %s", sender, b.IP, got, err, want)
			}
		})
	}
}

// TestMessagesAreSound checks that a message has only the faults that its case is about.
func TestMessagesAreSound(t *testing.T) {
	for _, c := range Cases() {
		t.Run(c.Name, func(t *testing.T) {
			m := c.Make()
			msg := eml.Parse(m.Bytes())
			msg.Root()
			for _, p := range msg.Problems {
				if !m.BareLF && !m.Broken {
					t.Errorf("%s: %s at %q", p.Kind, p.Note, msg.Bytes(p.Span))
				}
			}
			if c.What == "" || c.Truth.Origin == "" || (c.Truth.FalsePositive && c.Truth.Cause == "") {
				t.Error("the case does not say what it is about")
			}
			if c.Twin != "" && !known(c.Twin) {
				t.Errorf("no case is called %s", c.Twin)
			}
		})
	}
}

// TestCausesHaveBothSides checks that each cause has a case of its own and one that excludes it, and that no name is misspelt.
func TestCausesHaveBothSides(t *testing.T) {
	speaks, silent := map[string]bool{}, map[string]bool{}
	for _, c := range Cases() {
		speaks[c.Truth.Cause] = true
		if c.Truth.Cause != "" && Causes[c.Truth.Cause] == "" {
			t.Errorf("%s: %q is no cause", c.Name, c.Truth.Cause)
		}
		for _, not := range c.Truth.Not {
			silent[not] = true
			if Causes[not] == "" || not == c.Truth.Cause {
				t.Errorf("%s: %q cannot be excluded", c.Name, not)
			}
		}
	}
	for name := range Causes {
		if !speaks[name] || !silent[name] {
			t.Errorf("%s: speaks in a case %v, is excluded in a case %v", name, speaks[name], silent[name])
		}
	}
}

func known(name string) bool {
	for _, c := range Cases() {
		if c.Name == name {
			return true
		}
	}
	return false
}

func TestCasesAreReproducible(t *testing.T) {
	for _, c := range Cases() {
		if diff := cmp.Diff(c.Files(), c.Files()); diff != "" {
			t.Errorf("%s: %s", c.Name, diff)
		}
	}
}
