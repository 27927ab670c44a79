package compose

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	_ "embed"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The keys were made once with openssl genrsa and protect nothing: they sign test mail only.
//
//go:embed keys.pem
var keysPEM []byte

// Key names a key of keys.pem, or one that is made from its name where it begins with "ed25519".
type Key string

// Sign is a DKIM signer. The zero value of each option is what most signers do. We sign by ourselves, since signing libraries
// put the time of the clock into t= and refuse to make what a verifier must cope with: l=, short keys, old x=.
type Sign struct {
	Domain, Selector string
	Key              Key
	Headers          []string // default: From To Subject Date Message-ID MIME-Version Content-Type
	Canon            string   // default relaxed/relaxed
	Identity         string   // i=
	Expires          time.Duration
	Length           bool   // l= with the length of the body
	Record           string // DNS record to publish; "": the key's own; "-": none
}

// Signature is one that was made, and what has become of it.
type Signature struct {
	Sign
	B      string // the first eight characters of b=, as Authentication-Results names it
	Result string // pass, or why not: fail
	Broken string // body, header, both; empty: intact
}

// defaultHeaders are what a signer of mail signs if nobody tells it otherwise.
var defaultHeaders = []string{"From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"}

// DKIM signs the message as it stands and publishes the key.
func DKIM(s Sign) Step {
	return func(m *Mail) {
		s.Canon = or(s.Canon, "relaxed/relaxed")
		if s.Headers == nil {
			s.Headers = defaultHeaders
		}
		value := s.sign(m)
		m.Add("DKIM-Signature", value)
		b := value[strings.LastIndex(value, "\tb=")+3:]
		m.Sigs = append([]*Signature{{Sign: s, B: b[:8], Result: "pass"}}, m.Sigs...)
		s.publish(m)
	}
}

func (s Sign) publish(m *Mail) {
	name := s.Selector + "._domainkey." + s.Domain
	m.Zone.Own(registered(s.Domain))
	if s.Record != "-" {
		m.Zone.TXT(name, or(s.Record, s.Key.Record()))
	}
}

// sign returns the folded value of the field.
func (s Sign) sign(m *Mail) string {
	header, body, _ := strings.Cut(s.Canon, "/")
	canonBody := canonicalBody(m.Body(), body)
	sum := sha256.Sum256([]byte(canonBody))
	alg := "rsa-sha256"
	if s.Key.isEd25519() {
		alg = "ed25519-sha256"
	}
	v := fmt.Sprintf("v=1; a=%s; c=%s; d=%s; s=%s;", alg, s.Canon, s.Domain, s.Selector)
	if s.Identity != "" {
		v += " i=" + s.Identity + ";"
	}
	v += "\r\n\tt=" + strconv.FormatInt(m.At.Unix(), 10) + ";"
	if s.Expires != 0 {
		v += " x=" + strconv.FormatInt(m.At.Add(s.Expires).Unix(), 10) + ";"
	}
	if s.Length {
		v += " l=" + strconv.Itoa(len(canonBody)) + ";"
	}
	v += "\r\n\th=" + strings.Join(s.Headers, ":") + ";"
	v += "\r\n\tbh=" + base64.StdEncoding.EncodeToString(sum[:]) + ";\r\n\tb="
	data := m.signedHeader(s.Headers, header) + strings.TrimSuffix(canonicalField(Field{"DKIM-Signature", v}, header), "\r\n")
	return v + foldB(base64.StdEncoding.EncodeToString(s.Key.sign([]byte(data))))
}

// foldB breaks a long b= into lines.
func foldB(b string) string {
	var out []string
	for len(b) > 66 {
		out = append(out, b[:66])
		b = b[66:]
	}
	return strings.Join(append(out, b), "\r\n\t ")
}

// signedHeader returns the canonical form of the fields that names list, each instance from the bottom up (RFC 6376 5.4.2).
func (m *Mail) signedHeader(names []string, canon string) string {
	used := map[string]int{}
	var b strings.Builder
	for _, name := range names {
		key := strings.ToLower(name)
		skip := used[key]
		used[key]++
		for i := len(m.Fields) - 1; i >= 0; i-- {
			if strings.EqualFold(m.Fields[i].Name, name) {
				if skip == 0 {
					b.WriteString(canonicalField(m.Fields[i], canon))
					break
				}
				skip--
			}
		}
	}
	return b.String()
}

var blanks = regexp.MustCompile(`[ \t\r\n]+`)

// canonicalField is RFC 6376 3.4.1 and 3.4.2.
func canonicalField(f Field, canon string) string {
	if canon == "simple" {
		return f.Name + ": " + f.Value + "\r\n"
	}
	return strings.ToLower(f.Name) + ":" + strings.TrimSpace(blanks.ReplaceAllString(f.Value, " ")) + "\r\n"
}

var spaces = regexp.MustCompile(`[ \t]+`)

// canonicalBody is RFC 6376 3.4.3 and 3.4.4.
func canonicalBody(body, canon string) string {
	lines := strings.Split(body, "\r\n")
	if canon == "relaxed" {
		for i, l := range lines {
			lines[i] = strings.TrimRight(spaces.ReplaceAllString(l, " "), " ")
		}
	}
	out := strings.TrimRight(strings.Join(lines, "\r\n"), "\r\n")
	if out == "" && canon == "relaxed" {
		return ""
	}
	return out + "\r\n"
}

func (k Key) isEd25519() bool { return strings.HasPrefix(string(k), "ed25519") }

func (k Key) ed25519() ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("fpcheck test key " + string(k)))
	return ed25519.NewKeyFromSeed(seed[:])
}

// Record returns the DNS record that publishes the key (RFC 6376 3.6.1, RFC 8463).
func (k Key) Record() string { return "v=DKIM1; " + k.Bare() }

// Bare returns the record without its version.
func (k Key) Bare() string {
	if k.isEd25519() {
		return "k=ed25519; p=" + base64.StdEncoding.EncodeToString(k.ed25519().Public().(ed25519.PublicKey))
	}
	der, err := x509.MarshalPKIXPublicKey(&k.rsa().PublicKey)
	if err != nil {
		panic("compose: key " + string(k) + ": " + err.Error())
	}
	return "k=rsa; p=" + base64.StdEncoding.EncodeToString(der)
}

func (k Key) sign(data []byte) []byte {
	sum := sha256.Sum256(data)
	if k.isEd25519() {
		return ed25519.Sign(k.ed25519(), sum[:])
	}
	if k.rsa().N.BitLen() < 1024 {
		return signShort(k.rsa(), sum)
	}
	sig, err := rsa.SignPKCS1v15(nil, k.rsa(), crypto.SHA256, sum[:])
	if err != nil {
		panic("compose: key " + string(k) + ": " + err.Error())
	}
	return sig
}

// signShort is RSASSA-PKCS1-v1_5 (RFC 8017 8.2.1) for keys so short that crypto/rsa refuses them.
func signShort(key *rsa.PrivateKey, sum [32]byte) []byte {
	prefix := []byte{0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20}
	size := (key.N.BitLen() + 7) / 8
	block := make([]byte, size)
	tail := append(prefix, sum[:]...)
	block[1] = 1
	for i := 2; i < size-len(tail)-1; i++ {
		block[i] = 0xff
	}
	copy(block[size-len(tail):], tail)
	s := new(big.Int).Exp(new(big.Int).SetBytes(block), key.D, key.N)
	return s.FillBytes(make([]byte, size))
}

// rsaKeys reads keys.pem: each block stands under a comment line with its name.
var rsaKeys = sync.OnceValue(func() map[Key]*rsa.PrivateKey {
	out := map[Key]*rsa.PrivateKey{}
	for chunk := range strings.SplitSeq(string(keysPEM), "# ") {
		name, rest, ok := strings.Cut(chunk, "\n")
		block, _ := pem.Decode([]byte(rest))
		if !ok || block == nil {
			continue
		}
		out[Key(name)] = parseKey(block.Bytes)
	}
	return out
})

func parseKey(der []byte) *rsa.PrivateKey {
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		panic("compose: keys.pem: " + err.Error())
	}
	return key.(*rsa.PrivateKey)
}

func (k Key) rsa() *rsa.PrivateKey {
	key, ok := rsaKeys()[k]
	if !ok {
		panic("compose: no key named " + string(k))
	}
	return key
}
