package intake_test

import (
	"fmt"
	"html"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/trace"
	"github.com/fpcheck/fpcheck/fixtures"
)

// defect is one thing that pasting does to a header, and the repairs that may be named for it.
type defect struct {
	name  string
	do    func(*rand.Rand, string) string
	kinds []string
	stage int // 0: the viewer that shows the header; 1: copying; 2: the text around it; 3: what is written above it
}

var defects = []defect{
	{"lost indentation", func(_ *rand.Rand, s string) string { return regexp.MustCompile(`\n[ \t]+`).ReplaceAllString(s, "\n") },
		[]string{eml.RepairUnindent, eml.RepairWrap}, 1},
	{"one line", func(_ *rand.Rand, s string) string {
		return strings.TrimSpace(regexp.MustCompile(`\s*\n\s*`).ReplaceAllString(s, " ")) + "\n"
	}, []string{eml.RepairOneLine}, 1},
	{"wrapped", func(r *rand.Rand, s string) string { return wrap(s, 76+r.IntN(5)) }, []string{eml.RepairWrap, eml.RepairUnindent}, 1},
	{"unfolded and wrapped", func(r *rand.Rand, s string) string { return wrap(unfold(s), 76+r.IntN(5)) }, []string{eml.RepairWrap, eml.RepairUnindent}, 1},
	{"indented fields", func(r *rand.Rand, s string) string {
		return eachLine(s, func(i int, l string) string {
			if i > 0 && !strings.HasPrefix(l, " ") && !strings.HasPrefix(l, "\t") && r.IntN(3) == 0 {
				return "   " + l
			}
			return l
		})
	}, []string{eml.RepairField}, 1},
	{"indented", func(_ *rand.Rand, s string) string {
		return eachLine(s, func(_ int, l string) string { return "    " + l })
	},
		[]string{eml.RepairIndent}, 2},
	{"blank lines between fields", func(_ *rand.Rand, s string) string {
		return regexp.MustCompile(`\n([^ \t\n])`).ReplaceAllString(s, "\n\n$1")
	}, []string{eml.RepairBlank}, 1},
	{"blank lines between lines", func(_ *rand.Rand, s string) string { return strings.ReplaceAll(s, "\n", "\n\n") }, []string{eml.RepairBlank}, 1},
	{"quoted", func(_ *rand.Rand, s string) string {
		return eachLine(s, func(_ int, l string) string { return "> " + l })
	},
		[]string{eml.RepairQuoted}, 2},
	{"quoted twice", func(_ *rand.Rand, s string) string {
		return eachLine(s, func(_ int, l string) string { return ">> " + l })
	},
		[]string{eml.RepairQuoted}, 2},
	{"line numbers", func(_ *rand.Rand, s string) string {
		if strings.Count(s, "\n") < 4 {
			return s
		}
		return eachLine(s, func(i int, l string) string { return fmt.Sprintf("%6d\t%s", i+1, l) })
	}, []string{eml.RepairNumbers}, 2},
	{"defanged", func(_ *rand.Rand, s string) string {
		s = regexp.MustCompile(`@`).ReplaceAllString(s, "[at]")
		return regexp.MustCompile(`\.(com|net|org|example)\b`).ReplaceAllString(s, "[.]$1")
	}, []string{eml.RepairDefanged}, 1},
	{"a ticket's fields", func(_ *rand.Rand, s string) string {
		return "Requester: Bob\nSubject: held again\nPriority: high\n\n" + s
	}, []string{eml.RepairPreface}, 3},
	{"no-break spaces", func(r *rand.Rand, s string) string {
		return regexp.MustCompile(` +`).ReplaceAllStringFunc(s, func(sp string) string {
			if r.IntN(2) == 0 {
				return strings.Repeat("\u00a0", len(sp))
			}
			return sp
		})
	}, []string{eml.RepairSpaces}, 1},
	{"typographic quotes", func(_ *rand.Rand, s string) string {
		return regexp.MustCompile(`"([^"\n]*)"`).ReplaceAllString(s, "\u201c$1\u201d")
	}, []string{eml.RepairQuotes}, 1},
	{"mailto links", func(_ *rand.Rand, s string) string { return address.ReplaceAllString(s, "$0<mailto:$0>") }, []string{eml.RepairLinks}, 1},
	{"web links", func(_ *rand.Rand, s string) string {
		return regexp.MustCompile(`([ (@=])((?:mx|mail|mta|www)[\w.-]*\.(?:example|com|net|org))\b`).ReplaceAllString(s, "$1$2<http://$2>")
	}, []string{eml.RepairLinks}, 1},
	{"markdown links", func(_ *rand.Rand, s string) string { return address.ReplaceAllString(s, "[$0](mailto:$0)") }, []string{eml.RepairLinks}, 1},
	{"HTML entities", func(_ *rand.Rand, s string) string { return html.EscapeString(s) }, []string{eml.RepairEntities}, 1},
	{`literal \t`, func(_ *rand.Rand, s string) string {
		return regexp.MustCompile(`\n[ \t]+`).ReplaceAllString(s, "\n\\t")
	},
		[]string{eml.RepairEscapes}, 1},
	{`literal \r\n`, func(_ *rand.Rand, s string) string { return strings.NewReplacer("\n", `\r\n`, "\t", `\t`).Replace(s) },
		[]string{eml.RepairEscapes}, 2},
	{"upside down", func(_ *rand.Rand, s string) string {
		f := regexp.MustCompile(`\n([^ \t\n])`).ReplaceAllString(strings.TrimSpace(s), "\x00$1")
		list := strings.Split(f, "\x00")
		slices.Reverse(list)
		return strings.Join(list, "\n") + "\n"
	}, []string{eml.RepairReversed}, 0},
	{"hidden addresses", func(_ *rand.Rand, s string) string { return hide(s) }, []string{eml.RepairConcealed}, 1},
	{"summary table", func(_ *rand.Rand, s string) string {
		return "Original Message\nMessage ID\t<1@example.net>\nCreated at:\tTue, Mar 3, 2026 at 9:00 AM (Delivered after 4 seconds)\nFrom:\tA <a@example.net>\n" +
			"To:\tb@example.org\nSubject:\tHello\nSPF:\tPASS with IP 192.0.2.7 Learn more\nDKIM:\t'PASS' with domain example.net Learn more\n\n\n" +
			"Download Original\tCopy to clipboard\n\n" + s
	}, []string{eml.RepairPreface}, 3},
	{"greeting", func(_ *rand.Rand, s string) string {
		return "Hi Jo,\n\nhere is what the user sent us. Can you look at it?\n\n" + s
	}, []string{eml.RepairPreface}, 3},
}

var address = regexp.MustCompile(`[\w.+-]+@[\w-]+(\.[\w-]+)+`)

func hide(s string) string { return address.ReplaceAllString(s, "[email\u00a0protected]") }

func unfold(s string) string { return regexp.MustCompile(`\r?\n[ \t]+`).ReplaceAllString(s, " ") }

func eachLine(s string, f func(int, string) string) string {
	lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	for i := range lines {
		lines[i] = f(i, lines[i])
	}
	return strings.Join(lines, "\n") + "\n"
}

// wrap breaks lines at spaces as a window does.
func wrap(s string, width int) string {
	return eachLine(s, func(_ int, l string) string {
		var out strings.Builder
		for len(l) > width {
			at := strings.LastIndexByte(l[:width+1], ' ')
			if at <= len(l)-len(strings.TrimLeft(l, " \t")) {
				break
			}
			out.WriteString(l[:at] + "\n")
			l = l[at+1:]
		}
		return out.String() + l
	})
}

// fold is what MTAs do: lines of at most 78 bytes, indented with a tab.
func fold(s string) string {
	return strings.ReplaceAll(strings.TrimSuffix(wrap(s, 76), "\n"), "\n", "\n\t")
}

// block is a generated header.
type block struct{ name, text string }

// blocks are the headers of all cases, and for each dialect four that were written by it, under the fields that receivers write.
func blocks(t *testing.T) []block {
	t.Helper()
	var out []block
	files, _ := filepath.Glob(fixtures.Path("mail", "*", "message.eml"))
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		m := eml.Parse(b)
		if len(m.Problems) > 0 || len(m.Repeated()) > 0 || strings.Contains(string(b), "reversed") {
			continue
		}
		out = append(out, block{filepath.Base(filepath.Dir(f)), strings.ReplaceAll(string(m.Bytes(m.Header)), "\r\n", "\n")})
	}
	for _, d := range trace.Dialects {
		var lines []string
		b, err := os.ReadFile(fixtures.Path("received", d.Name+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		for l := range strings.Lines(string(b)) {
			l = strings.TrimSuffix(l, "\n")
			if h, ok := d.Parse(l); ok && !h.At.IsZero() && len(lines) < 4 {
				lines = append(lines, l)
			}
		}
		for i, l := range lines {
			out = append(out, block{fmt.Sprintf("%s-%d", d.Name, i), header(d, l, i)})
		}
	}
	return out
}

// header is what a receiver might hand over, with a line of the dialect at the border.
func header(d *trace.Dialect, line string, i int) string {
	h, _ := d.Parse(line)
	at := h.At
	received := func(v string) string { return fold("Received: " + v) }
	inner := trace.Hop{Helo: "relay.example.org", RDNS: "relay.example.org", IP: h.IP, By: "store.example.org", With: "ESMTP", ID: "4XkZ1", For: "jo@example.org",
		At: at.Add(2e9)}
	outer := trace.Hop{Helo: "desk.example.net", RDNS: "desk.example.net", IP: inner.IP, By: "smtp.example.net", With: "ESMTPSA", ID: "4XkY9", For: "jo@example.org",
		At: at.Add(-3e9)}
	write := func(name string, h trace.Hop) string {
		for _, d := range trace.Dialects {
			if d.Name == name {
				return d.Write(h)
			}
		}
		return ""
	}
	stamps := []string{
		"Authentication-Results: mx.example.org; spf=pass (example.org: domain of news@example.net designates 192.0.2.7 as permitted sender)\n" +
			"\tsmtp.mailfrom=news@example.net; dkim=pass header.i=@example.net header.s=s1\n\theader.b=abc12345; dmarc=pass (p=REJECT) header.from=example.net",
		"Authentication-Results: spf=pass (sender IP is 192.0.2.7)\n smtp.mailfrom=example.net; dkim=pass (signature was verified)\n header.d=example.net;dmarc=pass action=none\n" +
			" header.from=example.net;compauth=pass reason=100\nX-Forefront-Antispam-Report:\n CIP:192.0.2.7;CTRY:US;LANG:en;SCL:1;SRV:;IPV:NLI;SFV:NSPM;H:mail.example.net;PTR:mail.example.net;\n" +
			" CAT:NONE;SFS:(13230040)(4022899009);\n DIR:INB;SFP:1101;\nX-Microsoft-Antispam:\n BCL:0;ARA:13230040|4022899009;",
	}
	return strings.Join([]string{
		"Return-Path: <news@example.net>",
		"Delivered-To: jo@example.org",
		received(write("postfix", inner)),
		stamps[i%2],
		received(line),
		"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.net; s=s1;\n\th=From:Date:Subject:Message-ID:\n\tTo:MIME-Version:Content-Type:\n\tList-Unsubscribe; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;\n" +
			"\tb=ZFdGsE1LyPnezzsmF9twxBNL2KAZTadmoiKGv2at2PBKfaHvm7c8jiKdm8ya6LjMKW6GATIP\n\t t0Xi4+37bvpRyfCClfHkcBvXuNN8PcaTK9STNp+/tNRcRURUyTxN3+5EAz50+O/X9AI=",
		received(write("sendmail", outer)),
		"From: \"Example News, weekly\" <news@example.net>",
		"To: \"Jo Doe\" <jo@example.org>,\n\t\"Sales: Europe\" <sales@example.org>",
		"Subject: Your order 4711 and what comes next: a rather long subject that goes on\n in a second line",
		"Date: Tue, 3 Mar 2026 09:00:00 +0000",
		"Message-ID: <20260303090000.1@example.net>",
		"References: <20260301090000.1@example.net>\n <20260302090000.1@example.net>",
		"List-Unsubscribe: <https://news.example.net/u?x=1&y=2>,\n <mailto:leave@example.net?subject=leave>",
		"MIME-Version: 1.0",
		"Content-Type: multipart/alternative;\n boundary=\"----=_Part_1\"",
		"X-Mailer: Example Mailer 1.0",
	}, "\n") + "\n"
}

// reading is what must survive.
type reading struct {
	Border  string
	Hops    []string
	Results []string
}

func read(m *eml.Message) reading {
	t := trace.New(m, trace.Options{})
	r := reading{Border: fmt.Sprint(t.Handover.IP)}
	for _, h := range t.Hops {
		r.Hops = append(r.Hops, fmt.Sprint(h.By, "|", h.Helo, "|", h.RDNS, "|", h.IP, "|", h.At.UTC()))
	}
	for _, f := range m.All("Authentication-Results") {
		r.Results = append(r.Results, strings.Join(strings.Fields(m.Unfold(f)), " "))
	}
	return r
}

// TestMangled applies each defect, and two pairs of defects, to every header: what is read of the repaired paste must be what is read of
// the original, and each defect must be named.
func TestMangled(t *testing.T) {
	list := blocks(t)
	if len(list) < 200 {
		t.Fatalf("%d headers: too few to measure with", len(list))
	}
	r := rand.New(rand.NewPCG(1, 2))
	var total tally
	for _, d := range defects {
		var c tally
		for _, b := range list {
			c.try(t, r, b, d)
		}
		t.Logf("%-28s %s", d.name, c)
		total.add(c)
	}
	single := total
	var pairs tally
	for _, b := range list {
		for range 6 {
			i, j := r.IntN(len(defects)), r.IntN(len(defects))
			if i == j {
				continue
			}
			first, second := defects[i], defects[j]
			if first.stage > second.stage && !(first.name == "quoted" && second.name == "wrapped") { // replies are wrapped with their quote marks
				first, second = second, first
			}
			pairs.try(t, r, b, first, second)
		}
	}
	t.Logf("%d headers; one defect: %s; pairs: %s", len(list), single, pairs)
	for _, c := range []tally{single, pairs} {
		if c.same*100 < c.tried*99 || c.named*100 < c.tried*99 {
			t.Errorf("less than 99 %%: %s", c)
		}
	}
}

type tally struct{ tried, same, named, shown int }

func (c *tally) add(o tally) {
	c.tried, c.same, c.named = c.tried+o.tried, c.same+o.same, c.named+o.named
}

func (c tally) String() string {
	return fmt.Sprintf("%d of %d read the same (%.2f %%), %d with every defect named", c.same, c.tried, 100*float64(c.same)/float64(max(1, c.tried)), c.named)
}

func (c *tally) try(t *testing.T, r *rand.Rand, b block, list ...defect) {
	t.Helper()
	text, want, names := b.text, b.text, ""
	for i, d := range list {
		next := d.do(r, text)
		if strings.TrimSpace(next) == strings.TrimSpace(text) || i > 0 && next == d.do(r, b.text) { // it does nothing here, or undoes the first
			return
		}
		text, names = next, names+" + "+d.name
		if d.name == "hidden addresses" {
			want = strings.ReplaceAll(hide(want), "\u00a0", " ")
		}
	}
	c.tried++
	m := eml.Doctor([]byte(text))
	diff := cmp.Diff(read(eml.Parse([]byte(want))), read(m))
	if diff == "" {
		c.same++
	}
	var unnamed []string
	for _, d := range list {
		if !slices.ContainsFunc(m.Repairs, func(r eml.Repair) bool { return slices.Contains(d.kinds, r.Kind) }) {
			unnamed = append(unnamed, d.name)
		}
	}
	if len(unnamed) == 0 {
		c.named++
	}
	if (diff != "" || len(unnamed) > 0) && c.shown < 90 && os.Getenv("SHOW") != "" {
		c.shown++
		t.Logf("%s%s: not named %q\n%s\n--- pasted\n%s\n--- repaired\n%s", b.name, names, unnamed, diff, text, m.Raw)
	}
}
