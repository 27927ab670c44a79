package impostor

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"sync"
)

// key is that of every attacker: it is no secret, and protects nothing.
var key = sync.OnceValue(func() ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("the key of every attacker of fpcheck"))
	return ed25519.NewKeyFromSeed(seed[:])
})

// keyRecord is the DNS record of key (RFC 8463 4).
func keyRecord() string {
	return "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(key().Public().(ed25519.PublicKey))
}

// signedFields are those that attackers sign, as most signers do.
var signedFields = []string{"From", "To", "Subject", "Date", "Message-ID"}

// sign returns a DKIM-Signature field of domain over fields and body: relaxed/relaxed, ed25519-sha256 (RFC 6376 3.7, RFC 8463 3). Of
// a field that stands several times the last is signed, as RFC 6376 5.4.2 has it.
func sign(fields []string, body, domain, selector string) string {
	hash := sha256.Sum256([]byte(relaxedBody(body)))
	var names, data []string
	for _, want := range signedFields {
		for i := len(fields) - 1; i >= 0; i-- {
			if name, _, _ := strings.Cut(fields[i], ":"); strings.EqualFold(name, want) {
				names, data = append(names, want), append(data, relaxedHeader(fields[i]))
				break
			}
		}
	}
	field := "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=" + domain + "; s=" + selector + "; h=" + strings.Join(names, ":") +
		"; bh=" + base64.StdEncoding.EncodeToString(hash[:]) + "; b="
	digest := sha256.Sum256([]byte(strings.Join(append(data, relaxedHeader(field)), "\r\n")))
	return field + base64.StdEncoding.EncodeToString(ed25519.Sign(key(), digest[:]))
}

func relaxedHeader(field string) string {
	name, value, _ := strings.Cut(field, ":")
	return strings.ToLower(strings.TrimSpace(name)) + ":" + strings.Join(strings.FieldsFunc(value, isSpace), " ")
}

func isSpace(r rune) bool { return r == ' ' || r == '\t' || r == '\r' || r == '\n' }

// relaxedBody is for bodies that end with one CRLF and hold no double spaces: ours.
func relaxedBody(body string) string { return strings.TrimRight(body, "\r\n") + "\r\n" }
