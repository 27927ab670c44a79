package trace

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/fixtures"
)

// differs names every line of the suite, by its number, that we read otherwise than SpamAssassin, with the fields and the reason.
// "read": SpamAssassin takes nothing from the line.
var differs = map[int]struct{ keys, reason string }{
	2:   {"read", `a step of qmail on the host itself: read as local`},
	3:   {"read", `a step of qmail on the host itself: read as local`},
	19:  {"rdns", `Yahoo repeats the address where it found no name: an address is no name`},
	27:  {"read", `LISTSERV without an address: we read the hop, and say that it has no address`},
	28:  {"read", `LISTSERV without an address: we read the hop, and say that it has no address`},
	32:  {"rdns", `"may be forged": the name did not lead back, so it is PTR and not RDNS`},
	34:  {"read", `no address in the line: we read the hop, and say that it has none`},
	35:  {"read", `no address in the line: we read the hop, and say that it has none`},
	37:  {"read", `a step of Mercury's spooler: we read the hop, and say that it has no address`},
	53:  {"ip", `an address literal without TCP-info is the HELO (RFC 5321 4.4), which the peer chooses: no address is taken from it`},
	56:  {"read", `a HELO alone, without an address: we read the hop, and say that it has none`},
	62:  {"read", `Exim takes a message from a program on the host: read as local`},
	65:  {"helo", `the name before the address is kept; SpamAssassin drops it`},
	66:  {"read", `a channel program of the Messaging Server: read as local`},
	67:  {"unread", `words run together ("...117for"): the line was damaged on its way, and nothing in it is guessed`},
	73:  {"read", `Sendmail without an address: we read the hop, and say that it has none`},
	74:  {"read", `a channel program of the Messaging Server: read as local`},
	79:  {"rdns", `the name before the address is the HELO; SpamAssassin takes it for the PTR name as well`},
	83:  {"read", `Sendmail without an address: we read the hop, and say that it has none`},
	86:  {"ident", `Exim 3 writes the ident in brackets behind the address; SpamAssassin drops it`},
	88:  {"unread", `an invented MTA with words that no grammar has: nothing is guessed`},
	91:  {"rdns", `Exim by its id: the name before the bracket is the confirmed one`},
	94:  {"read", `a HELO alone, without an address: we read the hop, and say that it has none`},
	98:  {"read", `Sendmail takes a message from a user on the host: read as local`},
	99:  {"ip", `fetchmail names the mailbox server: read, and known as a fetch`},
	100: {"ip", `fetchmail names the mailbox server: read, and known as a fetch`},
	101: {"read", `Sendmail without an address: we read the hop, and say that it has none`},
	105: {"read", `Exim takes a message from a program on the host: read as local`},
	106: {"read", `the pickup folder of the SMTP service: read as local`},
	112: {"rdns", `"may be forged": the name did not lead back, so it is PTR and not RDNS`},
	116: {"rdns", `the name before the address is the HELO; SpamAssassin takes it for the PTR name as well`},
	118: {"read", `a channel program of the Messaging Server: read as local`},
	119: {"ip", `fetchmail names the mailbox server: read, and known as a fetch`},
	127: {"rdns", `the name before the address is the HELO; SpamAssassin takes it for the PTR name as well`},
	129: {"read", `LMTP delivery without an address: read as local`},
	132: {"read", `a HELO alone, without an address: we read the hop, and say that it has none`},
	134: {"read", `a step of Mercury's spooler: we read the hop, and say that it has no address`},
	142: {"read", `no address in the line: we read the hop, and say that it has none`},
}

func TestConformanceReceived(t *testing.T) {
	f, err := os.Open(filepath.Join(fixtures.Suite(t, "received-spamassassin"), "rcvd_parser.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	lines := 0
	for sc.Scan() {
		var c struct{ Received, Expected string }
		if err := json.Unmarshal(sc.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		lines++
		h, ok := ParseReceived(c.Received)
		if got, want := relayDiff(h, ok, c.Expected), differs[lines].keys; got != want {
			t.Errorf("line %d: %s\n dialect %q, differs in %q, want %q\n expected %s\n hop %+v", lines, c.Received, h.Dialect, got, want, c.Expected, h)
		}
	}
	if lines != 145 {
		t.Errorf("%d lines, want 145", lines)
	}
}

// relayDiff names the keys that differ between our hop and SpamAssassin's relay.
func relayDiff(h Hop, ok bool, expected string) string {
	if expected == "" {
		if !ok {
			return ""
		}
		if h.IP.IsValid() {
			return "ip"
		}
		return "read"
	}
	if !ok {
		return "unread"
	}
	ours := map[string]string{"ip": "", "rdns": h.RDNS, "helo": bangs(h.Helo), "by": h.By, "ident": h.Ident,
		"envfrom": bangs(h.EnvelopeFrom), "id": h.ID, "auth": ""}
	if h.IP.IsValid() {
		ours["ip"] = h.IP.String()
	}
	theirs := relay(expected)
	if h.Authenticated != (theirs["auth"] != "") {
		ours["auth"] = "differs from " + theirs["auth"]
	} else {
		ours["auth"] = theirs["auth"]
	}
	var diff []string
	for _, k := range []string{"ip", "rdns", "helo", "by", "ident", "envfrom", "id", "auth"} {
		if ours[k] != theirs[k] {
			diff = append(diff, k)
		}
	}
	return strings.Join(diff, " ")
}

// bangs writes brackets as SpamAssassin does.
func bangs(s string) string { return strings.NewReplacer("[", "!", "]", "!").Replace(s) }

// relay splits "[ ip=1.2.3.4 rdns= helo=x auth=GMX (SMTP / mail.gmx.net) msa=0 ]".
func relay(s string) map[string]string {
	out := map[string]string{}
	for _, f := range strings.Fields(strings.Trim(s, "[] ")) {
		if k, v, ok := strings.Cut(f, "="); ok {
			out[k] = v
		}
	}
	return out
}
