package main

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/cmd/maintain/compose"
)

// benchProfile names the host that takes the messages.
const benchProfile = "border: [mx.example.org]\n"

// resign signs messages anew with a key of rsa-2048 that is made here, each as its author's domain, since the keys of their time are gone. It
// leaves out what cannot be signed: a few messages have no author, or a header that is none. zone holds the records by which all is proven.
func resign(all []*sample) (signed []*sample, zone *compose.Zone, err error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, nil, err
	}
	zone = &compose.Zone{}
	r := &compose.Resigner{
		Key: key, Selector: "bench", Zone: zone, At: time.Now().UTC(),
		Sender: compose.Host{Name: "mail.example.net", IP: "192.0.2.7"}, Receiver: compose.Host{Name: "mx.example.org", IP: "192.0.2.25"},
	}
	zone.Host(r.Sender)
	for _, s := range all {
		domain := strings.ToLower(analyze.Prepare(eml.Parse(s.raw), nil, analyze.Stated{}).FromDomain())
		if !plainDomain(domain) {
			continue
		}
		if raw, err := r.Resign(s.raw, domain); err == nil {
			signed = append(signed, &sample{name: s.name, spam: s.spam, raw: raw})
		}
	}
	return signed, zone, nil
}

// plainDomain tells whether the name can stand in a zone as it is.
func plainDomain(name string) bool {
	return strings.Contains(name, ".") && !strings.Contains(name, "..") && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-.") == "" && strings.Trim(name, ".") == name
}

// lay puts n messages, spread over all, into a folder, with a list of their paths beside it.
func lay(dir string, all []*sample, n int) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	var paths strings.Builder
	for i := range n {
		s := all[i*len(all)/n]
		path := filepath.Join(dir, fmt.Sprintf("%04d.eml", i))
		if err := os.WriteFile(path, s.raw, 0o644); err != nil {
			return err
		}
		fmt.Fprintln(&paths, path)
	}
	return os.WriteFile(dir+".list", []byte(paths.String()), 0o644)
}
