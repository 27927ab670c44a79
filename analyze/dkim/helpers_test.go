package dkim

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-msgauth/dkim"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/miekg/dns"
)

// zone answers TXT questions; a name that is not there is NXDOMAIN, "SERVFAIL" and "TIMEOUT" are what they say.
type zone map[string][]string

func (z zone) Resolve(_ context.Context, q resolve.Question) (resolve.Answer, error) {
	a := resolve.Answer{}
	records, ok := z[strings.TrimSuffix(q.Name, ".")]
	if !ok {
		a.Rcode = dns.RcodeNameError
	}
	for _, s := range records {
		switch s {
		case "SERVFAIL":
			a.Rcode = dns.RcodeServerFailure
		case "TIMEOUT":
			return a, resolve.ErrTimeout
		default:
			a.RRs = append(a.RRs, &dns.TXT{Hdr: dns.RR_Header{Name: q.Name, Rrtype: dns.TypeTXT}, Txt: []string{s}})
		}
	}
	return a, nil
}

// lookup is the same zone for the library.
func (z zone) lookup(name string) ([]string, error) {
	records, ok := z[strings.ToLower(name)]
	if !ok {
		return nil, errors.New("no such name")
	}
	if len(records) == 1 && (records[0] == "SERVFAIL" || records[0] == "TIMEOUT") {
		return nil, &net.DNSError{IsTemporary: true}
	}
	return records, nil
}

// Our own keys, in fixtures that every test shares.
var testKeys = sync.OnceValue(func() (k struct {
	rsa, big, short *rsa.PrivateKey
	ed              ed25519.PrivateKey
	zone            zone
}) {
	k.rsa, k.big, k.short = readKey("rsa2048"), readKey("rsa4096"), readKey("rsa768")
	k.ed = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32))
	k.zone = zone{
		"rsa._domainkey.example.com":   {"v=DKIM1; k=rsa; p=" + publicRSA(&k.rsa.PublicKey)},
		"big._domainkey.example.com":   {"v=DKIM1; p=" + publicRSA(&k.big.PublicKey)},
		"short._domainkey.example.com": {"v=DKIM1; p=" + publicRSA(&k.short.PublicKey)},
		"ed._domainkey.example.com":    {"v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(k.ed.Public().(ed25519.PublicKey))},
	}
	return k
})

func readKey(name string) *rsa.PrivateKey {
	raw, err := os.ReadFile("testdata/" + name + ".key")
	if err != nil {
		panic(err)
	}
	der, err := base64.StdEncoding.DecodeString(strip(string(raw)))
	if err != nil {
		panic(err)
	}
	k, err := x509.ParsePKCS1PrivateKey(der)
	if err != nil {
		panic(err)
	}
	return k
}

func publicRSA(k *rsa.PublicKey) string {
	der, err := x509.MarshalPKIXPublicKey(k)
	if err != nil {
		panic(err)
	}
	return base64.StdEncoding.EncodeToString(der)
}

// sign puts a signature by the library in front of the message (LF in the source is written CRLF).
func sign(tb testing.TB, msg, canon string, headers ...string) []byte {
	tb.Helper()
	return signWith(tb, msg, "rsa", testKeys().rsa, canon, headers...)
}

func signWith(tb testing.TB, msg, selector string, key crypto.Signer, canon string, headers ...string) []byte {
	tb.Helper()
	h, b, _ := strings.Cut(canon, "/")
	if headers == nil {
		headers = []string{"From", "To", "Cc", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"}
	}
	var out bytes.Buffer
	err := dkim.Sign(&out, strings.NewReader(wire(msg)), &dkim.SignOptions{
		Domain: "example.com", Selector: selector, Signer: key, HeaderKeys: headers,
		HeaderCanonicalization: dkim.Canonicalization(h), BodyCanonicalization: dkim.Canonicalization(b),
	})
	if err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// wire writes every line end as CRLF.
func wire(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n")
}

// verify judges raw with our zone and returns its only signature.
func verify(tb testing.TB, raw []byte, o Options) Signature {
	tb.Helper()
	sigs := Verify(context.Background(), eml.Parse(raw), testKeys().zone, o)
	if len(sigs) != 1 {
		tb.Fatalf("%d signatures, want 1", len(sigs))
	}
	return sigs[0]
}

// library is what go-msgauth says about each signature.
func library(raw []byte, z zone) []Result {
	vs, err := dkim.VerifyWithOptions(bytes.NewReader(raw), &dkim.VerifyOptions{LookupTXT: z.lookup})
	if err != nil {
		return nil
	}
	var out []Result
	for _, v := range vs {
		switch {
		case v.Err == nil:
			out = append(out, Pass)
		case dkim.IsTempFail(v.Err):
			out = append(out, TempError)
		case dkim.IsPermFail(v.Err):
			out = append(out, PermError)
		default:
			out = append(out, Fail)
		}
	}
	return out
}

const plainMail = `From: Anna <anna@example.com>
To: Ben <ben@example.org>
Subject: Minutes of Monday
Date: Mon, 02 Mar 2026 09:00:00 +0000
Message-ID: <minutes@example.com>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Hello Ben,

here are the minutes.  Two spaces, and a tab	here.
The next meeting is on Thursday.

Anna
`

// libraryBody is the body hash that the library writes when it signs that body.
func libraryBody(tb testing.TB, body []byte, canon string) string {
	tb.Helper()
	h, b, _ := strings.Cut(canon, "/")
	var out bytes.Buffer
	err := dkim.Sign(&out, io.MultiReader(strings.NewReader("From: a@example.com\r\n\r\n"), bytes.NewReader(body)), &dkim.SignOptions{
		Domain: "example.com", Selector: "ed", Signer: testKeys().ed, HeaderKeys: []string{"From"},
		HeaderCanonicalization: dkim.Canonicalization(h), BodyCanonicalization: dkim.Canonicalization(b),
	})
	if err != nil {
		tb.Fatal(err)
	}
	m := eml.Parse(out.Bytes())
	tags, _ := ParseTags(m.Raw, m.Fields[0].Value)
	raw, _ := base64.StdEncoding.DecodeString(tags.Value("bh"))
	return string(raw)
}
