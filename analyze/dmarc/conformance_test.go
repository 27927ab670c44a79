package dmarc

import (
	"encoding/json"
	"net/netip"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fpcheck/fpcheck/analyze/dkim"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/analyze/spf"
	"github.com/fpcheck/fpcheck/fixtures"
)

// newer are the cases in which RFC 9989 says otherwise than RFC 7489, which the suite follows: what it says, and the paragraph.
var newer = map[string]struct{ want, paragraph string }{
	"DMARC PCT ZERO REJECT":        {"DMARC_POLICY_REJECT", "RFC 9989 A.6: the pct tag is removed, so pct=0 does not weaken p=reject"},
	"DMARC PCT ZERO SP QUARANTINE": {"DMARC_POLICY_QUARANTINE", "RFC 9989 A.6: the pct tag is removed, so pct=0 does not weaken sp=quarantine"},
	"DMARC SUBDOMAIN PASS DKIM RELAXED ALIGNMENT": {"DMARC_POLICY_REJECT",
		"RFC 9989 4.10.2: mom.za.org has no record, so the walk from my.mom.za.org ends with my.mom.za.org, which is then not aligned with it"},
	"DMARC SUBDOMAIN PASS SPF RELAXED ALIGNMENT": {"DMARC_POLICY_REJECT",
		"RFC 9989 4.10.2: mom.za.org has no record, so the walk from my.mom.za.org ends with my.mom.za.org, which is then not aligned with it"},
}

// absent stands for messages of the suite's source that it does not carry; the case is told by its name.
var absent = map[string]string{
	"utf.eml": "From: <foo@example.com>\nTo: bar@example.org\nSubject: hello\n\nhello\n", // _dmarc.example.com is NXDOMAIN
}

type suiteCase struct {
	Name, Message, IP, From string
	Expect, Not             []string
}

// TestConformanceDMARC runs the DMARC cases of rspamd's suite through our SPF, DKIM and DMARC.
func TestConformanceDMARC(t *testing.T) {
	dir := fixtures.Suite(t, "dmarc-rspamd")
	var cases []suiteCase
	text, err := os.ReadFile(filepath.Join(dir, "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	r := suiteResolver(t, filepath.Join(dir, "dns-fake-records.ucl"))
	right, same := 0, 0
	for _, c := range cases {
		res := evaluate(t, r, dir, c)
		if got := symbol(res.Older.Verdict, res.Older.Policy); got != c.Expect[0] {
			t.Errorf("%s: by RFC 7489 %s, want %s", c.Name, got, c.Expect[0])
			continue
		}
		right++
		want := c.Expect[0]
		if n, ok := newer[c.Name]; ok {
			want = n.want
			t.Logf("%s: %s by RFC 9989: %s", c.Name, want, n.paragraph)
		} else {
			same++
		}
		if got := symbol(res.Verdict, res.Effective()); got != want {
			t.Errorf("%s: by RFC 9989 %s, want %s: %s", c.Name, got, want, res.Why)
		}
	}
	t.Logf("%d of %d as the suite expects by RFC 7489; by RFC 9989 %d the same, %d differ for the reasons above", right, len(cases), same, len(newer))
	if right != 18 {
		t.Errorf("%d cases right, want 18", right)
	}
}

func evaluate(t *testing.T, r resolve.Resolver, dir string, c suiteCase) Result {
	m := eml.Parse(message(t, dir, c.Message))
	req := Request{}
	for _, f := range m.All("From") {
		for _, a := range m.Addresses(f) {
			req.FromDomain = a.Domain
		}
	}
	if ip, err := netip.ParseAddr(c.IP); err == nil && strings.Contains(c.From, "@") {
		s := spf.Check(t.Context(), r, spf.Request{IP: ip, MailFrom: c.From})
		req.SPF = Identifier{s.Domain, string(s.Verdict)}
	}
	for _, s := range dkim.Verify(t.Context(), m, r, dkim.Options{Delivered: time.Date(2016, 8, 9, 8, 1, 27, 0, time.UTC)}) {
		req.DKIM = append(req.DKIM, Identifier{s.Domain, string(s.Status)})
	}
	return Check(t.Context(), r, req)
}

func message(t *testing.T, dir, name string) []byte {
	b, err := os.ReadFile(filepath.Join(dir, "messages", path.Base(name)))
	if text, ok := absent[path.Base(name)]; ok && err != nil {
		return []byte(text)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// symbol names a result as the suite does.
func symbol(v Verdict, p Policy) string {
	switch v {
	case Pass:
		return "DMARC_POLICY_ALLOW"
	case None:
		return "DMARC_NA"
	case TempError:
		return "DMARC_DNSFAIL"
	case Fail:
		return map[Policy]string{PolicyNone: "DMARC_POLICY_SOFTFAIL", PolicyQuarantine: "DMARC_POLICY_QUARANTINE", PolicyReject: "DMARC_POLICY_REJECT"}[p]
	}
	return string(v)
}

var (
	ucl    = regexp.MustCompile(`(?s)\{\s*name = "([^"]+)",\s*type = "?(\w+)"?;(.*?)\n\s*\}`)
	quoted = regexp.MustCompile(`"((?:[^"\\]|\\.)*)"`)
	rcode  = regexp.MustCompile(`rcode = '(\w+)'`)
)

// suiteResolver turns the suite's records into a snapshot in which everything else does not exist.
func suiteResolver(t *testing.T, file string) resolve.Resolver {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	results := map[string]string{"nxdomain": "NXDOMAIN", "norec": "NODATA", "timeout": "TIMEOUT", "servfail": "SERVFAIL"}
	var b strings.Builder
	b.WriteString(";! zone .\n")
	for _, m := range ucl.FindAllStringSubmatch(string(text), -1) {
		name, typ := m[1]+".", strings.ToUpper(m[2])
		if code := rcode.FindStringSubmatch(m[3]); code != nil {
			b.WriteString(";! " + name + " " + typ + " " + results[code[1]] + "\n")
			continue
		}
		_, replies, _ := strings.Cut(m[3], "replies")
		for _, v := range quoted.FindAllStringSubmatch(replies, -1) {
			b.WriteString(name + " 60 IN " + typ + " " + rdata(typ, v[1]) + "\n")
		}
	}
	r, err := resolve.Snapshot(filepath.Base(file), strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// rdata writes a reply as a master file does: text in strings of at most 255 bytes, names with a final dot.
func rdata(typ, v string) string {
	switch typ {
	case "TXT":
		var parts []string
		for len(v) > 200 {
			parts, v = append(parts, `"`+v[:200]+`"`), v[200:]
		}
		return strings.Join(append(parts, `"`+v+`"`), " ")
	case "MX":
		f := strings.Fields(v)
		if len(f) == 1 {
			f = []string{"10", v}
		}
		return f[0] + " " + strings.TrimSuffix(f[1], ".") + "."
	case "PTR", "CNAME", "NS":
		return strings.TrimSuffix(v, ".") + "."
	}
	return v
}
