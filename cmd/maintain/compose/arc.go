package compose

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
)

// Seal adds the next set of an ARC chain (RFC 8617 5.1) for the message as it is now. results is what the sealer found, without its
// name; cv is the state of the chain so far: none, pass or fail.
func Seal(s Sign, authserv, results, cv string) Step {
	return func(m *Mail) {
		s.Headers = defaultHeaders
		i := strconv.Itoa(m.arcSets() + 1)
		aar := Field{"ARC-Authentication-Results", "i=" + i + "; " + authserv + ";\r\n\t" + results}
		ams := Field{"ARC-Message-Signature", s.messageSignature(m, i)}
		seal := Field{"ARC-Seal", fmt.Sprintf("i=%s; a=rsa-sha256; cv=%s; d=%s; s=%s; t=%d;\r\n\tb=", i, cv, s.Domain, s.Selector, m.At.Unix())}
		data := m.chain() + canonicalField(aar, "relaxed") + canonicalField(ams, "relaxed") + strings.TrimSuffix(canonicalField(seal, "relaxed"), "\r\n")
		seal.Value += foldB(base64.StdEncoding.EncodeToString(s.Key.sign([]byte(data))))
		m.Fields = append([]Field{seal, ams, aar}, m.Fields...)
		s.publish(m)
	}
}

// messageSignature returns the value of ARC-Message-Signature, which is a DKIM signature with i= for v=.
func (s Sign) messageSignature(m *Mail, i string) string {
	sum := sha256.Sum256([]byte(canonicalBody(m.Body(), "relaxed")))
	v := fmt.Sprintf("i=%s; a=rsa-sha256; c=relaxed/relaxed; d=%s; s=%s;\r\n\tt=%d; h=%s;\r\n\tbh=%s;\r\n\tb=", i, s.Domain, s.Selector, m.At.Unix(),
		strings.Join(s.Headers, ":"), base64.StdEncoding.EncodeToString(sum[:]))
	data := m.signedHeader(s.Headers, "relaxed") + strings.TrimSuffix(canonicalField(Field{"ARC-Message-Signature", v}, "relaxed"), "\r\n")
	return v + foldB(base64.StdEncoding.EncodeToString(s.Key.sign([]byte(data))))
}

// arcSets counts the sets that the message carries.
func (m *Mail) arcSets() int {
	n := 0
	for _, f := range m.Fields {
		if f.Name == "ARC-Seal" {
			n++
		}
	}
	return n
}

// chain returns the earlier sets in the order in which a seal signs them: oldest first, results, signature, seal.
func (m *Mail) chain() string {
	var sets []string
	for i := 0; i+2 < len(m.Fields); i++ {
		if m.Fields[i].Name == "ARC-Seal" {
			sets = append([]string{canonicalField(m.Fields[i+2], "relaxed") + canonicalField(m.Fields[i+1], "relaxed") + canonicalField(m.Fields[i], "relaxed")}, sets...)
		}
	}
	return strings.Join(sets, "")
}
