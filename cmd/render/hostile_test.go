package render

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/intake"
	"github.com/fpcheck/fpcheck/analyze/profile"
	"github.com/fpcheck/fpcheck/explain"
	"github.com/fpcheck/fpcheck/explain/causes"
	"github.com/fpcheck/fpcheck/suggest/triage"
)

// hostile is what people could write into a subject, a name or a HELO to get markup into a ticket or a page. Each holds "marker".
var hostile = []string{
	`<script>marker()</script>`, `<img src=x onerror=marker()>`, `"><svg/onload=marker()>`, `marker' onmouseover='x`, `{{marker}}`, `</title><b>marker`,
	`[marker](https://evil.example)`, `![marker](https://evil.example/x.png)`, `[marker]: https://evil.example`, `<https://marker.evil.example>`,
	`https://marker.evil.example/login`, `www.marker.example`, `marker@evil.example`, `mailto:marker@evil.example`, `@marker please`, `#1 marker !2 GH-3`,
	"`marker` ``marker`` ```", "``` marker", `| marker | b |`, `# marker`, `- marker`, `1. marker`, `1) marker`, `> marker`, `***marker***`, `__marker__`, `~~marker~~`,
	`\`, `\[marker\](x)`, `&lt;b&gt;marker&#64;evil.example`, `:marker: $x$`, `marker --- ===`, "marker\u2028# x", "marker\u202ehttps://evil.example", "marker\x1b[2J\u200b", `/close marker`,
	"=?utf-8?q?=0A#_marker=0A[x](https://evil.example)?=", "=?utf-8?q?marker=0D=0A=0D=0A<b>?=", `javascript:marker()`, `style="marker:expression(1)"`,
}

// hostileMail writes the text wherever a sender may write.
func hostileMail(s string) string {
	helo := strings.NewReplacer(" ", "_", "(", "", ")", "").Replace(s)
	return "Received: from " + helo + " (" + helo + " [203.0.113.9])\r\n\tby mx.example.org (Postfix) with ESMTP id 4Xk\r\n\tfor <b@example.org>; Tue, 3 Mar 2026 09:00:00 +0000\r\n" +
		"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=" + helo + "; s=" + helo + "; h=from; bh=x; b=y\r\n" +
		"From: \"" + strings.ReplaceAll(s, `"`, `\"`) + "\" <" + strings.ReplaceAll(helo, ">", "") + "@evil.example>\r\n" +
		"To: " + s + " <b@example.org>\r\nSubject: " + s + "\r\nMessage-ID: <" + s + ">\r\nList-Owner: <mailto:" + s + "@x.example>\r\n\r\n" +
		"Verify your account at http://203.0.113.9/" + s + " or it is closed within 24 hours. Your password expires.\r\n<a href=\"http://203.0.113.9/\">https://bank.example</a>\r\n"
}

func explained(t testing.TB, raw string) *explain.Explanation {
	t.Helper()
	pr, err := profile.Parse("profile.yaml", []byte("domains: [example.org]\nborder: [mx.example.org]\n"))
	if err != nil {
		t.Fatal(err)
	}
	in := analyze.Prepare(eml.Parse([]byte(raw)), pr, analyze.Stated{})
	in.Name, in.Weights, in.Today = "message.eml", checks.Weights(), time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)
	r := analyze.Run(context.Background(), in, checks.All())
	return explain.Run(context.Background(), r, causes.All(), causes.CannotTell)
}

// markdowns are all that is written as Markdown of one message.
func markdowns(t testing.TB, e *explain.Explanation) map[string]string {
	t.Helper()
	out := map[string]string{}
	write := func(name string, f func(io.Writer) error) {
		var b bytes.Buffer
		if err := f(&b); err != nil {
			t.Fatal(err)
		}
		out[name] = b.String()
	}
	for _, verdict := range []explain.Verdict{explain.Release, explain.DoNotRelease, explain.AskTheSender} {
		v := *e
		v.Verdict = verdict
		for _, to := range []string{"user", "admin", "sender"} {
			for _, redact := range []bool{false, true} {
				write(string(verdict)+" "+to, func(w io.Writer) error {
					return Ticket(w, &v, TicketOptions{To: to, Number: "1", Redact: redact, Markdown: true}, Options{})
				})
			}
		}
		write(string(verdict)+" explain", func(w io.Writer) error { return ExplainMarkdown(w, &v, Options{}) })
	}
	write("analyze", func(w io.Writer) error { return AnalysisMarkdown(w, e.Report, Options{Verbose: true}) })
	return out
}

func TestMarkdownIsNotTheirs(t *testing.T) {
	for _, s := range hostile {
		for name, text := range markdowns(t, explained(t, hostileMail(s))) {
			if bad := strangeMarkdown(text); bad != "" {
				t.Errorf("%q in %s: %s\n%s", s, name, bad, text)
			}
		}
	}
}

// strangeMarkdown returns what in text is markup that we do not write: beside headings, bullets, fences and code there is none.
func strangeMarkdown(text string) string {
	fence := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case fence != "" && line == fence:
			fence = ""
			continue
		case fence != "":
			continue
		case strings.Trim(line, "`") == "" && len(line) > 2:
			fence = line
			continue
		}
		line = strings.TrimPrefix(strings.TrimPrefix(line, "## "), "- ")
		rest := strings.ReplaceAll(withoutCode(line), " > ", " ")
		rest = strings.TrimSuffix(strings.ReplaceAll(rest, " > ", " "), " >")
		if strings.ContainsAny(rest, "<>[]|@*_~`\\&{}$#!=") || strings.Contains(rest, "://") || strings.Contains(rest, "www.") || listStart.MatchString(rest) {
			return rest
		}
	}
	if fence != "" {
		return "an open fence"
	}
	return ""
}

var listStart = regexp.MustCompile(`^\s*([-+>]|[0-9]+[.)]|/)(\s|$|[a-z])`)

// withoutCode takes the code spans out, as CommonMark 6.1 finds them.
func withoutCode(s string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '`')
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		n := i
		for n < len(s) && s[n] == '`' {
			n++
		}
		ticks, rest := s[i:n], s[n:]
		end := closing(rest, len(ticks))
		if end < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i] + "code")
		s = rest[end+len(ticks):]
	}
}

// closing finds a run of exactly n backticks.
func closing(s string, n int) int {
	for i := 0; i < len(s); {
		if s[i] != '`' {
			i++
			continue
		}
		j := i
		for j < len(s) && s[j] == '`' {
			j++
		}
		if j-i == n {
			return i
		}
		i = j
	}
	return -1
}

func FuzzMarkdown(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Markdown(s)
		if strings.ContainsAny(got, "\n\r") {
			t.Fatalf("%q has a line break: %q", s, got)
		}
		if bad := strangeMarkdown("- " + got + "\n"); bad != "" {
			t.Fatalf("%q: %q in %q", s, bad, got)
		}
	})
}

// The page holds nothing of the message but in text nodes, and nothing that a browser would load or run.
func TestHTMLIsNotTheirs(t *testing.T) {
	for _, s := range hostile {
		e := explained(t, hostileMail(s))
		var page, analysis bytes.Buffer
		if err := HTML(&page, e, Options{}); err != nil {
			t.Fatal(err)
		}
		if err := AnalysisHTML(&analysis, e.Report, Options{}); err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{page.String(), analysis.String()} {
			if strings.Contains(s, "marker") && !strings.Contains(text, "marker") {
				t.Errorf("%q: the page does not show it", s)
			}
			checkPage(t, s, text)
			if i := strings.IndexFunc(text, func(r rune) bool { return r != '\n' && Clean(string(r)) != string(r) && r != '\u00a0' }); i >= 0 {
				t.Errorf("%q: the page holds %+q", s, text[max(0, i-20):min(len(text), i+20)])
			}
		}
	}
}

// elements and attributes that the template has. Nothing else may appear.
var (
	pageElements = strings.Fields("html head meta title style body main section p dl dt dd small h2 div svg line rect text table tbody tr td pre span mark")
	pageAttrs    = regexp.MustCompile(`^(lang|charset|http-equiv|content|name|class|viewbox|role|aria-label|x|y|x1|x2|y1|y2|rx|width|height|text-anchor)$`)
)

func checkPage(t *testing.T, what, text string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		switch n.Type {
		case html.CommentNode:
			t.Errorf("%q: a comment: %s", what, n.Data)
		case html.ElementNode:
			if !contains(pageElements, n.Data) {
				t.Errorf("%q: an element <%s>", what, n.Data)
			}
			for _, a := range n.Attr {
				if !pageAttrs.MatchString(strings.ToLower(a.Key)) || strings.Contains(a.Val, "marker") || strings.Contains(a.Val, "evil") || strings.Contains(a.Val, "url(") {
					t.Errorf("%q: <%s %s=%q>", what, n.Data, a.Key, a.Val)
				}
			}
		case html.TextNode:
			if p := n.Parent.Data; (p == "style" || p == "title") && strings.Contains(n.Data, "marker") {
				t.Errorf("%q: text of the message in <%s>", what, p)
			}
		}
	}
	if !strings.Contains(text, `content="default-src 'none'; style-src 'unsafe-inline'`) {
		t.Errorf("%q: the page has no policy against loading", what)
	}
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

// Plain tickets and the screens of a terminal hold no line that the message began.
func TestTextIsNotTheirs(t *testing.T) {
	for _, s := range hostile {
		e := explained(t, hostileMail(s))
		for name, f := range map[string]func(io.Writer) error{
			"desk":    func(w io.Writer) error { return Desk(w, e, Options{Width: 60, Command: "message.eml"}) },
			"explain": func(w io.Writer) error { return Explain(w, e, Options{Verbose: true}) },
			"dkim":    func(w io.Writer) error { return Autopsy(w, e.Report, Options{Verbose: true}) },
			"ticket":  func(w io.Writer) error { return Ticket(w, e, TicketOptions{To: "admin"}, Options{}) },
		} {
			var b bytes.Buffer
			if err := f(&b); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(b.String()) {
				if line = strings.TrimSuffix(line, "\n"); Clean(line) != line {
					t.Errorf("%q in %s: %q", s, name, line)
				}
			}
		}
	}
}

func TestDefang(t *testing.T) {
	pr := &profile.Profile{Domains: []string{"widget.com"}, SendingServers: []netip.Prefix{netip.MustParsePrefix("198.51.100.0/28")}}
	for in, want := range map[string]string{
		"http://evil.example/x.php?a=b.c":         "hxxp://evil[.]example/x[.]php?a=b.c",
		"<https://login.evil.example>":            "<hxxps://login[.]evil[.]example>",
		"mail from a@evil.example, 5.0 points":    "mail from a@evil[.]example, 5.0 points",
		"[203.0.113.9] message.eml:12 widget.com": "[203[.]0[.]113[.]9] message.eml:12 widget.com",
		"to b@www.widget.com.":                    "to b@www.widget.com.",
		"sending-servers: [198.51.100.0/28]":      "sending-servers: [198.51.100.0/28]",
		"by 198.51.100.66":                        "by 198[.]51[.]100[.]66",
		"e.g. nothing":                            "e.g. nothing",
	} {
		if got := defang(in, pr); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// The screens keep to the window. Only commands to copy may be longer.
func TestScreensKeepTheirWidth(t *testing.T) {
	for _, s := range []string{hostile[0], strings.Repeat("marker", 40), strings.Repeat("日本語 ", 40)} {
		e := explained(t, hostileMail(s))
		for w := MinWidth; w <= MaxWidth; w += 20 {
			for name, f := range map[string]func(io.Writer, Options) error{
				"desk":    func(w io.Writer, o Options) error { return Desk(w, e, o) },
				"explain": func(w io.Writer, o Options) error { return Explain(w, e, o) },
				"dkim":    func(w io.Writer, o Options) error { return Autopsy(w, e.Report, o) },
			} {
				var b bytes.Buffer
				if err := f(&b, Options{Width: w, Verbose: true, Command: "message.eml"}); err != nil {
					t.Fatal(err)
				}
				for line := range strings.Lines(b.String()) {
					if n := width(strings.TrimSuffix(line, "\n")); n > w {
						t.Errorf("%s: %d columns on a terminal of %d: %q", name, n, w, line)
					}
				}
			}
		}
	}
}

// However long the message made a field, the head of a ticket stays short.
func TestHeadIsBounded(t *testing.T) {
	long := strings.Repeat("é ", 200_000)
	e := explained(t, "From: "+long+" <"+strings.Repeat("a", 200_000)+"@example.net>\r\nTo: "+strings.Repeat("b", 200_000)+"@example.org\r\nSubject: "+long+
		"\r\nMessage-ID: <"+long+">\r\n\r\nHello.\r\n")
	var page bytes.Buffer
	if err := HTML(&page, e, Options{}); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"desk": strings.Join([]string{fromText(e.Report.Input), toText(e.Report.Input), subjectText(e.Report.Input.Message),
		idText(e.Report.Input.Message)}, "\n"), "page": page.String()} {
		if len(text) > 40_000 || !utf8.ValidString(text) || !strings.Contains(text, "é é") {
			t.Errorf("%s: %d bytes", name, len(text))
		}
	}
}

// A name of 200,000 bytes, wherever it stands, does not push the answer off the screen: no screen is longer than that of a short name by more than what
// some words of the longest length take.
func TestScreensAreBounded(t *testing.T) {
	screens := func(name string) map[string]int {
		out := map[string]int{}
		mail := "Return-Path: <" + name + "@" + name + "example.net>\r\n" + hostileMail(name+"example.net")
		mail = strings.Replace(mail, "\r\n\r\n", "\r\nContent-Type: application/octet-stream; name=\""+name+".exe\"\r\n\r\n", 1)
		e := explained(t, mail)
		for what, f := range map[string]func(io.Writer) error{
			"desk":     func(w io.Writer) error { return Desk(w, e, Options{Command: "message.eml"}) },
			"analyze":  func(w io.Writer) error { return Text(w, e.Report, Options{Verbose: true}) },
			"explain":  func(w io.Writer) error { return Explain(w, e, Options{Verbose: true}) },
			"dkim":     func(w io.Writer) error { return Autopsy(w, e.Report, Options{}) },
			"page":     func(w io.Writer) error { return HTML(w, e, Options{}) },
			"markdown": func(w io.Writer) error { return ExplainMarkdown(w, e, Options{}) },
			"ticket":   func(w io.Writer) error { return Ticket(w, e, TicketOptions{To: "admin", Markdown: true}, Options{}) },
		} {
			var b bytes.Buffer
			if err := f(&b); err != nil {
				t.Fatal(err)
			}
			out[what] = b.Len()
		}
		return out
	}
	short, long := screens("abcdefghi."), screens(strings.Repeat("abcdefghi.", 20_000))
	for what, n := range long {
		if n > short[what]+30_000 {
			t.Errorf("%s: %d bytes, and %d with a short name", what, n, short[what])
		}
	}
}

// The JSON of a triage holds nothing that a terminal acts on, and comes back as it was.
func TestTriageJSONIsNotTheirs(t *testing.T) {
	for _, s := range append([]string{"ab\u009b2J\u009d0;x\u009c", "\u202eab\u2066\u200f", "a\u200b\u00ad\ufeff\U000e0041\ufe0f\u3164", "日本語 é 😀"}, hostile...) {
		file := &triage.File{Records: []*triage.Record{{From: s, Recipients: []string{s}}}, Groups: []*triage.Group{{Title: s, Examples: []string{s}}}, Bad: map[string]string{s: s}}
		for name, f := range map[string]func(io.Writer, Triage, Options) error{"json": TriageJSON, "lines": TriageLines} {
			var b bytes.Buffer
			if err := f(&b, Triage{File: file}, Options{}); err != nil {
				t.Fatal(err)
			}
			if text := strings.TrimSuffix(b.String(), "\n"); Clean(text) != text {
				t.Errorf("%+q: %s has %+q", s, name, text)
			}
			var got struct {
				From    string
				Records []triage.Record
			}
			if err := json.Unmarshal(b.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			if name == "json" {
				got.From = got.Records[0].From
			}
			if got.From != strings.ToValidUTF8(s, "\ufffd") {
				t.Errorf("%+q in %s came back as %+q", s, name, got.From)
			}
		}
	}
}

// A rejection without its message keeps to the format that was asked for, and is no more of theirs than a message.
func TestRefusalIsNotTheirs(t *testing.T) {
	for _, s := range hostile {
		it := &intake.Item{Name: "reject.txt", Notes: []string{s}, Refusal: &intake.Refusal{Code: "550", Reason: intake.ReasonContent, Text: "550 5.7.1 " + s, Server: s, Reporter: s, Recipient: s}}
		out := map[string]string{}
		for name, f := range map[string]func(io.Writer, *intake.Item, Options) error{"text": Refusal, "markdown": RefusalMarkdown, "html": RefusalHTML, "json": RefusalJSON} {
			var b bytes.Buffer
			if err := f(&b, it, Options{}); err != nil {
				t.Fatal(err)
			}
			out[name] = b.String()
			if strings.Contains(s, "marker") && strings.Count(b.String(), "marker") < 4 {
				t.Errorf("%q: %s does not show it:\n%s", s, name, b.String())
			}
		}
		for line := range strings.Lines(out["text"]) {
			if line = strings.TrimSuffix(line, "\n"); Clean(line) != line {
				t.Errorf("%q: %q", s, line)
			}
		}
		if bad := strangeMarkdown(out["markdown"]); bad != "" {
			t.Errorf("%q: %s\n%s", s, bad, out["markdown"])
		}
		checkPage(t, s, out["html"])
	}
}
