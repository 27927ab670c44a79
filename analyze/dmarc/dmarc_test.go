package dmarc

import (
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze/resolve"
)

func zone(t testing.TB, text string) resolve.Resolver {
	t.Helper()
	r, err := resolve.Snapshot("test.zone", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func pass(d string) Identifier { return Identifier{d, "pass"} }

func TestCheck(t *testing.T) {
	const all = ";! zone .\n"
	txt := func(domain, rec string) string { return "_dmarc." + domain + ". 60 IN TXT \"" + rec + "\"\n" }
	tests := []struct {
		name, zone string
		req        Request
		verdict    Verdict
		policy     Policy
		tag, org   string
	}{
		{"no record", all, Request{FromDomain: "example.com"}, None, "", "", "example.com"},
		{"spf aligned", all + txt("example.com", "v=DMARC1; p=reject"), Request{FromDomain: "example.com", SPF: pass("example.com")}, Pass, "reject", "p", "example.com"},
		{"spf of another domain", all + txt("example.com", "v=DMARC1; p=reject"), Request{FromDomain: "example.com", SPF: pass("example.net")}, Fail, "reject", "p", "example.com"},
		{"same top-level domain only", all + txt("example.com", "v=DMARC1; p=reject"), Request{FromDomain: "example.com", SPF: pass("example2.com")}, Fail, "reject", "p", "example.com"},
		{"dkim of a sub-domain, relaxed", all + txt("example.com", "v=DMARC1; p=reject"), Request{FromDomain: "example.com", DKIM: []Identifier{pass("mail.example.com")}}, Pass, "reject", "p", "example.com"},
		{"dkim of a sub-domain, strict", all + txt("example.com", "v=DMARC1; p=reject; adkim=s"), Request{FromDomain: "example.com", DKIM: []Identifier{pass("mail.example.com")}}, Fail, "reject", "p", "example.com"},
		{"strict dkim leaves spf relaxed", all + txt("example.com", "v=DMARC1; p=reject; adkim=s"), Request{FromDomain: "example.com", SPF: pass("mail.example.com")}, Pass, "reject", "p", "example.com"},
		{"sp of the parent", all + txt("example.com", "v=DMARC1; p=reject; sp=none") + "mail.example.com. 60 IN A 192.0.2.1\n", Request{FromDomain: "mail.example.com"}, Fail, "none", "sp", "example.com"},
		{"p of the parent", all + txt("example.com", "v=DMARC1; p=reject") + "mail.example.com. 60 IN A 192.0.2.1\n", Request{FromDomain: "mail.example.com"}, Fail, "reject", "p", "example.com"},
		{"np for a name that is not there", all + txt("example.com", "v=DMARC1; p=none; sp=none; np=reject"), Request{FromDomain: "gone.example.com"}, Fail, "reject", "np", "example.com"},
		{"np not for a name that is there", all + txt("example.com", "v=DMARC1; p=none; np=reject") + "mail.example.com. 60 IN A 192.0.2.1\n", Request{FromDomain: "mail.example.com"}, Fail, "none", "p", "example.com"},
		{"psd=y above", all + txt("bank.example", "v=DMARC1; p=reject; psd=y") + txt("a.bank.example", "v=DMARC1; p=none"),
			Request{FromDomain: "a.bank.example", SPF: pass("b.bank.example")}, Fail, "none", "p", "a.bank.example"},
		{"policy of a public suffix", all + txt("bank.example", "v=DMARC1; p=reject; psd=y"), Request{FromDomain: "a.bank.example"}, Fail, "reject", "p", "a.bank.example"},
		{"psd=n splits", all + txt("example.com", "v=DMARC1; p=none") + txt("u.example.com", "v=DMARC1; p=reject; psd=n"),
			Request{FromDomain: "u.example.com", SPF: pass("example.com")}, Fail, "reject", "p", "u.example.com"},
		{"two records count as none", all + txt("example.com", "v=DMARC1; p=none") + txt("example.com", "v=DMARC1; p=reject"), Request{FromDomain: "example.com"}, None, "", "", "example.com"},
		{"other text beside the record", all + txt("example.com", "hello") + txt("example.com", "v=DMARC1; p=reject"), Request{FromDomain: "example.com"}, Fail, "reject", "p", "example.com"},
		{"no p", all + txt("example.com", "v=DMARC1; rua=mailto:d@example.com"), Request{FromDomain: "example.com"}, Fail, "none", "p", "example.com"},
		{"odd p with reports", all + txt("example.com", "v=DMARC1; p=nothing; rua=mailto:d@example.com"), Request{FromDomain: "example.com"}, Fail, "none", "p", "example.com"},
		{"odd p without reports", all + txt("example.com", "v=DMARC1; p=nothing"), Request{FromDomain: "example.com"}, PermError, "", "", "example.com"},
		{"not in the snapshot", ";! snapshot 2026-05-25T10:00:00Z\n", Request{FromDomain: "example.com"}, Unknown, "", "", "example.com"},
		{"servers fail", ";! _dmarc.example.com. TXT SERVFAIL\n", Request{FromDomain: "example.com"}, TempError, "", "", "example.com"},
		{"parent fails", all + ";! _dmarc.example.com. TXT TIMEOUT\n", Request{FromDomain: "mail.example.com"}, TempError, "", "", "mail.example.com"},
		{"dkim not known", all + txt("example.com", "v=DMARC1; p=reject"), Request{FromDomain: "example.com", DKIM: []Identifier{{"example.com", "unknown"}}}, Unknown, "reject", "p", "example.com"},
		{"dkim of a stranger not known", all + txt("example.com", "v=DMARC1; p=reject"), Request{FromDomain: "example.com", DKIM: []Identifier{{"example.net", "unknown"}}}, Fail, "reject", "p", "example.com"},
		{"spf temperror", all + txt("example.com", "v=DMARC1; p=reject"), Request{FromDomain: "example.com", SPF: Identifier{"example.com", "temperror"}}, TempError, "reject", "p", "example.com"},
		{"no From domain", all, Request{}, PermError, "", "", ""},
		{"IDN", all + txt("xn--bcher-kva.example", "v=DMARC1; p=reject"), Request{FromDomain: "bücher.example", SPF: pass("bücher.example")}, Pass, "reject", "p", "xn--bcher-kva.example"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Check(t.Context(), zone(t, tt.zone), tt.req)
			if got.Verdict != tt.verdict || got.Policy != tt.policy || got.PolicyTag != tt.tag || got.OrgDomain != tt.org {
				t.Errorf("%s policy %q from %q, org %q: %s; want %s %q from %q, org %q",
					got.Verdict, got.Policy, got.PolicyTag, got.OrgDomain, got.Why, tt.verdict, tt.policy, tt.tag, tt.org)
			}
			if tt.req.FromDomain != "" && len(got.Questions) == 0 {
				t.Error("no questions for evidence")
			}
		})
	}
}

func TestTestMode(t *testing.T) {
	for rec, want := range map[string]Policy{
		"v=DMARC1; p=reject; t=y": "quarantine", "v=DMARC1; p=quarantine; t=y": "none", "v=DMARC1; p=reject; t=n": "reject", "v=DMARC1; p=reject; pct=0": "reject",
	} {
		got := Check(t.Context(), zone(t, ";! zone .\n_dmarc.example.com. 60 IN TXT \""+rec+"\"\n"), Request{FromDomain: "example.com"})
		if got.Effective() != want {
			t.Errorf("%s: %s, want %s", rec, got.Effective(), want)
		}
	}
}

// A name of many labels costs eight questions, and signatures without end cost a bounded number.
func TestBounds(t *testing.T) {
	deep := strings.Repeat("a.", 60) + "example.com"
	if n := names(deep); len(n) != MaxQueries || n[1] != "a.a.a.a.a.example.com" || n[7] != "com" {
		t.Errorf("names: %v", n)
	}
	req := Request{FromDomain: "example.com"}
	for range 1000 {
		req.DKIM = append(req.DKIM, pass(strings.Repeat("b", 1+len(req.DKIM)%50)+"."+strings.Repeat("c.", len(req.DKIM)%20)+"example.com"))
	}
	got := Check(t.Context(), zone(t, ";! zone .\n_dmarc.example.com. 60 IN TXT \"v=DMARC1; p=reject; adkim=r\"\n"), req)
	if most := MaxQueries * (MaxIdentifiers + 2); len(got.Questions) > most {
		t.Errorf("%d questions, want at most %d", len(got.Questions), most)
	}
}

func TestParse(t *testing.T) {
	for _, txt := range []string{"", "v=spf1 -all", "v=DMARC2; p=none", "p=none; v=DMARC1", "v=dmarc1; p=none"} {
		if _, ok := Parse(txt); ok {
			t.Errorf("%q is no DMARC record", txt)
		}
	}
	r, ok := Parse(" V = DMARC1 ;P=Reject;; sp = NONE ; rua=mailto:a@example.com!10m , mailto:b@example.com; pct=50; nonsense")
	if !ok || r.P != "reject" || r.SP != "none" || len(r.RUA) != 2 || len(r.Problems) != 2 {
		t.Errorf("tolerant reading: %v %+v", ok, r)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("v=DMARC1; p=reject; sp=none; rua=mailto:a@example.com")
	f.Fuzz(func(t *testing.T, s string) {
		if r, ok := Parse(s); ok && len(r.Problems) > maxProblems {
			t.Error("problems without bound")
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	r := zone(b, ";! zone .\n_dmarc.example.com. 60 IN TXT \"v=DMARC1; p=reject\"\n")
	req := Request{FromDomain: "example.com", SPF: pass("bounce.example.com"), DKIM: []Identifier{pass("mail.example.com")}}
	b.ReportAllocs()
	for b.Loop() {
		Check(b.Context(), r, req)
	}
}
