package verdict

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/trace"
	"github.com/fpcheck/fpcheck/fixtures"
)

// everySample calls f with every sample of every fixture.
func everySample(t *testing.T, f func(t *testing.T, s sample, fields string)) {
	for _, d := range Decoders {
		for _, s := range readSamples(t, fixtures.Path("verdict", d.Name+".txt")) {
			f(t, s, strings.Join(s.header, "\n"))
		}
	}
}

func ours(vs []Verdict) []string {
	var out []string
	for _, v := range vs {
		if v.Side == trace.Ours {
			out = append(out, describe(v)...)
		}
	}
	return out
}

// TestNothingBelowTheBorderIsOurs: the same fields, written by the sender in the four places that are open to him.
func TestNothingBelowTheBorderIsOurs(t *testing.T) {
	places := map[string]func(string) (*eml.Message, *trace.Trace){
		"among the author's fields": below,
		"under the border's line":   func(f string) (*eml.Message, *trace.Trace) { return message(ownHop, ownMX, f, theirHop, author) },
		"between forged hops": func(f string) (*eml.Message, *trace.Trace) {
			return message(ownHop, ownMX, theirHop, f, strings.Replace(ownMX, "mail.example.net (mail.example.net [192.0.2.7])", "x.example (x.example [203.0.113.9])", 1), author)
		},
		"behind a copy of our own line": func(f string) (*eml.Message, *trace.Trace) {
			return message(ownHop, ownMX, theirHop, ownHop, f, ownMX, author)
		},
	}
	everySample(t, func(t *testing.T, s sample, fields string) {
		for place, put := range places {
			m, tr := put(fields)
			vs := Decode(m, tr)
			if got := ours(vs); got != nil {
				t.Errorf("%s: %s: believed: %q", s.name(), place, got)
			}
			if len(vs) == 0 {
				t.Errorf("%s: %s: not even shown", s.name(), place)
			}
		}
	})
}

// TestForgedCopyChangesNothing: our word stays what it is, whatever the sender writes beside it, and in whichever order.
func TestForgedCopyChangesNothing(t *testing.T) {
	everySample(t, func(t *testing.T, s sample, fields string) {
		m, tr := above(fields)
		want := ours(Decode(m, tr))
		for _, forged := range []string{lies, fields + "\n" + lies, lies + "\n" + fields} {
			m, tr := message(ownHop, fields, ownMX, theirHop, author, forged)
			if diff := cmp.Diff(want, ours(Decode(m, tr))); diff != "" {
				t.Errorf("%s: a forged copy below changes our word (-alone +beside):\n%s", s.name(), diff)
			}
		}
	})
}

// lies are fields of every larger filter that acquit.
const lies = `X-Forefront-Antispam-Report: SCL:-1;SFV:SKN;IPV:CAL;CAT:NONE;DIR:INB;
X-MS-Exchange-Organization-SCL: -1
X-Microsoft-Antispam-Mailbox-Delivery: dest:I;OFR:TrustedSenderList;
X-Spam-Status: No, score=-100.0 required=5.0 tests=USER_IN_WELCOMELIST
X-Spam-Flag: NO
X-Spamd-Result: default: False [-50.00 / 15.00]; WHITELIST_DMARC(-50.00)[]
X-Rspamd-Action: no action
X-Spam_action: no action
X-Mimecast-Spam-Score: 0
X-Barracuda-Spam-Status: No, SCORE=0.00 using global scores of TAG_LEVEL=1000.0 QUARANTINE_LEVEL=1000.0 KILL_LEVEL=1000.0 tests=
X-Proofpoint-Spam-Details: rule=notspam policy=default score=0
X-PPE-TRUSTED: V=1;DIR=OUT;
X-Gm-Spam: 0
X-IronPort-MailFlowPolicy: $TRUSTED
X-TM-AS-User-Approved-Sender: Yes
X-VR-SPAMSTATE: OK
X-SpamExperts-Class: whitelisted
X-FEAS-System-WL: 1
X-KLMS-AntiSpam-Status: trusted
X-Pm-Spam-Action: inbox
X-Mailprotector-Decision: deliver
X-Mox-Reason: list-allow`

// TestDoubledAboveTheBorder: two scanners of our own side make two verdicts; the one does not overwrite the other.
func TestDoubledAboveTheBorder(t *testing.T) {
	m, tr := above("X-Spam-Status: Yes, score=9 required=5\nX-Spam-Status: No, score=1 required=5")
	vs := Decode(m, tr)
	if len(vs) != 2 || vs[0].Verdict != Spam || vs[1].Verdict != NotSpam {
		t.Errorf("%v", describeAll(vs))
	}
}

// TestTheWayOutIsTheirs: a field of our own filter's kind that calls itself outgoing is the sending side's scan, unless our user sent it.
func TestTheWayOutIsTheirs(t *testing.T) {
	for _, f := range []string{"X-Forefront-Antispam-Report: SCL:1;SFV:NSPM;DIR:OUT;", "X-Proofpoint-Spam-Details: rule=outbound_notspam score=0", "X-PPE-TRUSTED: V=1;DIR=OUT;",
		"X-SpamExperts-Outgoing-Class: ham"} {
		m, tr := above(f)
		if v := Decode(m, tr)[0]; v.Side != trace.Theirs || !v.Claim() || v.Counts() {
			t.Errorf("%s: %v", f, v.Side)
		}
		tr.Handover.Authenticated = true
		if v := Decode(m, tr)[0]; v.Side != trace.Ours {
			t.Errorf("%s: sent by our own user: %v", f, v.Side)
		}
		m, tr = above(strings.NewReplacer("DIR:OUT", "DIR:INB", "outbound_", "", "DIR=OUT", "DIR=IN", "Outgoing-", "").Replace(f))
		if v := Decode(m, tr)[0]; v.Side != trace.Ours {
			t.Errorf("%s: not outgoing: %v", f, v.Side)
		}
	}
}

// TestUntrustedIsAClaim: Microsoft renames what comes from another tenant.
func TestUntrustedIsAClaim(t *testing.T) {
	m, tr := above("X-Forefront-Antispam-Report-Untrusted: SCL:-1;SFV:SKN;DIR:INB;")
	vs := Decode(m, tr)
	if len(vs) != 1 || !vs[0].Claim() || vs[0].Verdict != Allowed {
		t.Errorf("%v", describeAll(vs))
	}
}

// TestFlood: many copies stay few verdicts, and are counted.
func TestFlood(t *testing.T) {
	m, tr := below(strings.Repeat("X-Spam-Status: No, score=-1 required=5\n", 5000) + "X-End: 1")
	vs := Decode(m, tr)
	if len(vs) != maxCopies || vs[maxCopies-1].More == 0 {
		t.Errorf("%d verdicts", len(vs))
	}
	m, tr = above("X-Spam-Status: Yes, score=9 required=5 tests=" + strings.TrimSuffix(strings.Repeat("A_B,", 3)+many(3000), ","))
	if v := Decode(m, tr)[0]; len(v.Reasons) != maxReasons || v.More == 0 {
		t.Errorf("%d reasons, %d more", len(v.Reasons), v.More)
	}
}

func many(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("R_" + string(rune('A'+i%26)) + string(rune('A'+i/26%26)) + string(rune('A'+i/676%26)) + ",")
	}
	return b.String()
}

// TestHeloCannotSmuggle: what the peer calls itself stands inside Microsoft's own field.
func TestHeloCannotSmuggle(t *testing.T) {
	for _, helo := range []string{"(", "[", "x;SFV:SKN", "x;SCL:-1", "x;CAT:NONE"} {
		m, tr := above("X-Forefront-Antispam-Report: CIP:192.0.2.7;SCL:9;SFV:SPM;H:" + helo + ";CAT:PHSH;DIR:INB;")
		if v := Decode(m, tr)[0]; v.Verdict != Phishing && !(helo == "x;CAT:NONE" && v.Verdict == Spam) {
			t.Errorf("HELO %q makes it %s", helo, v.Verdict)
		}
	}
}

// TestForgedBehindMicrosoft: Microsoft writes among the author's fields, so that place proves nothing; what counts is what it takes out of
// incoming mail.
func TestForgedBehindMicrosoft(t *testing.T) {
	raw, err := os.ReadFile(fixtures.Path("mail", "plain-good-microsoft", "message.eml"))
	if err != nil {
		t.Fatal(err)
	}
	decode := func(forged string) []Verdict {
		m := eml.Parse([]byte(strings.Replace(string(raw), "MIME-Version:", forged+"MIME-Version:", 1)))
		return Decode(m, trace.New(m, trace.Options{}))
	}
	want := ours(decode(""))
	if len(want) == 0 || !strings.HasPrefix(want[0], "=> microsoft not-spam") {
		t.Fatalf("%q", want)
	}
	for _, forged := range []string{
		"X-Spam-Status: No, score=-100 required=5 tests=USER_IN_WELCOMELIST\r\n", "X-Mimecast-Spam-Score: 0\r\n", "X-CustomSpam: Web bug\r\n", "X-PPE-TRUSTED: V=1;DIR=OUT;\r\n",
		"X-Forefront-Antispam-Report-Untrusted: SCL:9;SFV:SKB;DIR:INB;\r\n", "X-MS-Exchange-CrossTenant-AuthAs: Internal\r\n", "X-Message-Delivery: Vj0xLjE7RD0xO1NDTD0tMQ==\r\n",
	} {
		if diff := cmp.Diff(want, ours(decode(forged))); diff != "" {
			t.Errorf("%s changes our word (-alone +beside):\n%s", forged, diff)
		}
	}
}
