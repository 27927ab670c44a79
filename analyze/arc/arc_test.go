package arc

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze/dkim"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/resolve"
)

// A sealer for the tests, written apart from the engine: relaxed canonicalisation by regular expressions.

var (
	spaces = regexp.MustCompile(`[ \t]+`)
	folds  = regexp.MustCompile(`\r?\n[ \t]`)
)

func relaxedField(f string) string {
	name, value, _ := strings.Cut(strings.TrimSuffix(f, "\r\n"), ":")
	value = strings.TrimSpace(spaces.ReplaceAllString(folds.ReplaceAllString(value, " "), " "))
	return strings.ToLower(strings.TrimSpace(name)) + ":" + value
}

func relaxedBody(b string) string {
	var out []string
	for _, l := range strings.Split(b, "\r\n") {
		out = append(out, strings.TrimRight(spaces.ReplaceAllString(l, " "), " "))
	}
	b = strings.TrimRight(strings.Join(out, "\r\n"), "\r\n")
	if b == "" {
		return ""
	}
	return b + "\r\n"
}

func testKey(t testing.TB) (*rsa.PrivateKey, zone) {
	raw, err := os.ReadFile("../dkim/testdata/rsa2048.key")
	if err != nil {
		t.Fatal(err)
	}
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(raw)), ""))
	if err != nil {
		t.Fatal(err)
	}
	k, err := x509.ParsePKCS1PrivateKey(der)
	if err != nil {
		t.Fatal(err)
	}
	pub, _ := x509.MarshalPKIXPublicKey(&k.PublicKey)
	return k, zone{"s._domainkey.lists.example.net": "v=DKIM1; p=" + base64.StdEncoding.EncodeToString(pub)}
}

// seal puts instance n in front of the message.
func seal(t testing.TB, k *rsa.PrivateKey, msg string, n int, seen string) string {
	head, body, _ := strings.Cut(msg, "\r\n\r\n")
	b64 := base64.StdEncoding.EncodeToString
	sign := func(lines []string) string {
		sum := sha256.Sum256([]byte(strings.Join(lines, "\r\n")))
		sig, err := rsa.SignPKCS1v15(nil, k, crypto.SHA256, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		return b64(sig)
	}
	bh := sha256.Sum256([]byte(relaxedBody(body)))
	aar := fmt.Sprintf("ARC-Authentication-Results: i=%d; mx.lists.example.net; %s", n, seen)
	ams := fmt.Sprintf("ARC-Message-Signature: i=%d; a=rsa-sha256; c=relaxed/relaxed; d=lists.example.net; s=s;\r\n h=From:Subject; bh=%s; b=", n, b64(bh[:]))
	var from, subject string
	var earlier []string
	for _, f := range strings.Split(folds.ReplaceAllString(head, " "), "\r\n") {
		switch name, _, _ := strings.Cut(f, ":"); {
		case name == "From":
			from = f
		case name == "Subject":
			subject = f
		case strings.HasPrefix(name, "ARC-"):
			earlier = append(earlier, f)
		}
	}
	ams += sign([]string{relaxedField(from), relaxedField(subject), relaxedField(ams)})
	cv := "pass"
	if n == 1 {
		cv = "none"
	}
	as := fmt.Sprintf("ARC-Seal: i=%d; a=rsa-sha256; cv=%s; d=lists.example.net; s=s; b=", n, cv)
	var chain []string
	for i := len(earlier) - 3; i >= 0; i -= 3 { // each set stands as seal, message signature, results
		chain = append(chain, relaxedField(earlier[i+2]), relaxedField(earlier[i+1]), relaxedField(earlier[i]))
	}
	as += sign(append(chain, relaxedField(aar), relaxedField(ams), relaxedField(as)))
	return as + "\r\n" + ams + "\r\n" + aar + "\r\n" + msg
}

const mail = "From: Anna <anna@example.com>\r\nSubject: Minutes\r\n\r\nHello,\r\n\r\nhere they are.\r\n"

func TestChains(t *testing.T) {
	k, z := testKey(t)
	one := seal(t, k, mail, 1, "dkim=pass header.d=example.com header.s=s1; spf=fail smtp.mailfrom=example.com")
	two := seal(t, k, strings.Replace(one, "they are.", "they are.\r\n-- \r\nfooter", 1), 2, "dkim=fail header.d=example.com; arc=pass")
	cases := []struct {
		name, raw string
		r         resolve.Resolver
		status    dkim.Result
		n, oldest int
	}{
		{"no ARC", mail, z, None, 0, 0},
		{"one", one, z, dkim.Pass, 1, 1},
		{"two, changed between", two, z, dkim.Pass, 2, 2},
		{"changed after the seal", strings.Replace(two, "footer", "footer 2", 1), z, dkim.Fail, 2, 0},
		{"results changed", strings.Replace(two, "dkim=pass", "dkim=none", 1), z, dkim.Fail, 2, 2},
		{"subject tag after the seal", strings.Replace(one, "Subject: ", "Subject: [x] ", 1), z, dkim.Fail, 1, 0},
		{"first set taken out", two[:strings.Index(two, "ARC-Seal: i=1")] + mail, z, dkim.Fail, 1, 0},
		{"no key", one, zone{}, dkim.Fail, 1, 0},
		{"offline", one, nil, dkim.Unknown, 1, 0},
		{"instance 51", strings.ReplaceAll(one, "i=1;", "i=51;"), z, dkim.Fail, 0, 0},
		{"sealed as broken", strings.Replace(one, "cv=none", "cv=fail", 1), z, dkim.Fail, 1, 1},
	}
	for _, c := range cases {
		got := Verify(t.Context(), eml.Parse([]byte(c.raw)), c.r, dkim.Options{})
		if got.Status != c.status || len(got.Instances) != c.n || got.OldestPass != c.oldest {
			t.Errorf("%s: %s (%s), %d instances, oldest %d; want %s, %d, %d", c.name, got.Status, got.Reason, len(got.Instances), got.OldestPass, c.status, c.n, c.oldest)
		}
		if (got.Reason == "") != (c.status == dkim.Pass || c.status == None) {
			t.Errorf("%s: %s without a word, or with one too many: %q", c.name, got.Status, got.Reason)
		}
	}
}

// TestSawPass: the first sealer saw the author's signature pass, the second saw it broken.
func TestSawPass(t *testing.T) {
	k, z := testKey(t)
	one := seal(t, k, mail, 1, "dkim=pass header.i=@Example.com")
	two := seal(t, k, one, 2, "dkim=fail header.d=example.com; dkim=pass header.d=lists.example.net")
	c := Verify(t.Context(), eml.Parse([]byte(two)), z, dkim.Options{})
	if in, ok := c.SawPass("example.com"); !ok || in.N != 1 || in.Sealer != "lists.example.net" {
		t.Errorf("example.com: instance %d, %v", in.N, ok)
	}
	if in, ok := c.SawPass("lists.example.net"); !ok || in.N != 2 {
		t.Errorf("lists.example.net: instance %d, %v", in.N, ok)
	}
	if _, ok := c.SawPass("example.org"); ok {
		t.Error("nobody saw example.org")
	}
}

// TestFifty: fifty sets are allowed, and bounded in cost.
func TestFifty(t *testing.T) {
	k, z := testKey(t)
	raw := mail
	for n := 1; n <= MaxInstances; n++ {
		raw = seal(t, k, raw, n, "dkim=pass header.d=example.com")
	}
	c := Verify(t.Context(), eml.Parse([]byte(raw)), z, dkim.Options{})
	if c.Status != dkim.Pass || len(c.Instances) != MaxInstances || c.OldestPass != 1 {
		t.Errorf("%s (%s), %d instances, oldest %d", c.Status, c.Reason, len(c.Instances), c.OldestPass)
	}
}

func FuzzVerify(f *testing.F) {
	k, z := testKey(f)
	one := seal(f, k, mail, 1, "dkim=pass header.d=example.com")
	f.Add([]byte(one))
	f.Add([]byte(seal(f, k, one, 2, "arc=pass")))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := eml.Parse(slices.Clone(raw))
		c := Verify(t.Context(), m, z, dkim.Options{})
		if c.Status == dkim.Pass && len(c.Instances) == 0 {
			t.Fatal("passes without a set")
		}
		c.SawPass("example.com")
	})
}

func BenchmarkVerify(b *testing.B) {
	k, z := testKey(b)
	raw := []byte(seal(b, k, seal(b, k, mail, 1, "dkim=pass header.d=example.com"), 2, "arc=pass"))
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if c := Verify(b.Context(), eml.Parse(raw), z, dkim.Options{}); c.Status != dkim.Pass {
			b.Fatal(c.Reason)
		}
	}
}
