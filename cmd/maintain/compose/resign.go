package compose

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/emersion/go-msgauth/dkim"
)

// Resigner signs mail that others wrote, with one key for all domains.
type Resigner struct {
	Key      *rsa.PrivateKey
	Selector string
	Sender   Host // hands the mail over
	Receiver Host // takes it
	Zone     *Zone
	At       time.Time
}

// Resign returns the message as the domain of its author would have sent it today: with CRLF, signed, handed over by the sender, and with the
// records of the domain in the zone, by which SPF, DKIM and DMARC pass. What does not verify after signing is an error.
func (r *Resigner) Resign(raw []byte, domain string) ([]byte, error) {
	if bytes.HasPrefix(raw, []byte("From ")) { // the line of an mbox
		_, raw, _ = bytes.Cut(raw, []byte("\n"))
	}
	raw = bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
	record, err := r.record()
	if err != nil {
		return nil, err
	}
	var signed bytes.Buffer
	const relaxed = dkim.CanonicalizationRelaxed
	opts := &dkim.SignOptions{Domain: domain, Selector: r.Selector, Signer: r.Key, HeaderCanonicalization: relaxed, BodyCanonicalization: relaxed, HeaderKeys: defaultHeaders}
	if err := dkim.Sign(&signed, bytes.NewReader(raw), opts); err != nil {
		return nil, err
	}
	if err := verifies(signed.Bytes(), domain, record); err != nil {
		return nil, err
	}
	Publish(Domain{Name: domain, SPF: "v=spf1 ip4:" + r.Sender.IP + " -all", DMARC: "v=DMARC1; p=reject"})(&Mail{Zone: r.Zone})
	r.Zone.TXT(r.Selector+"._domainkey."+domain, record)
	return append(r.handover(domain), signed.Bytes()...), nil
}

func verifies(signed []byte, domain, record string) error {
	found, err := dkim.VerifyWithOptions(bytes.NewReader(signed), &dkim.VerifyOptions{LookupTXT: func(string) ([]string, error) { return []string{record}, nil }})
	if err != nil {
		return err
	}
	if len(found) != 1 || found[0].Err != nil {
		return fmt.Errorf("the signature as %s does not verify", domain)
	}
	return nil
}

func (r *Resigner) record() (string, error) {
	der, err := x509.MarshalPKIXPublicKey(&r.Key.PublicKey)
	return "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der), err
}

// handover is what the receiver writes on top.
func (r *Resigner) handover(domain string) []byte {
	lines := []string{
		fmt.Sprintf("Return-Path: <bounce@%s>", domain),
		fmt.Sprintf("Received: from %s (%s [%s])", r.Sender.Name, r.Sender.Name, r.Sender.IP),
		fmt.Sprintf("\tby %s (Postfix) with ESMTPS id 4Xk3qJ2Zz1z9", r.Receiver.Name),
		fmt.Sprintf("\tfor <anna@%s>; %s", strings.TrimPrefix(r.Receiver.Name, "mx."), r.At.Format(time.RFC1123Z)),
	}
	return []byte(strings.Join(lines, "\r\n") + "\r\n")
}
