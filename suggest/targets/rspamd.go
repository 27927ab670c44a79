package targets

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/suggest"
)

// Rspamd writes multimap rules with their maps.
var Rspamd = &suggest.Target{
	Name: "rspamd", Title: "Rspamd", Filters: []string{"rspamd"}, Binds: true,
	Emit: emitRspamd, Matches: matchesRspamd,
}

var canRspamd = can{target: "Rspamd", from: true, host: true, ip: true, dkim: true, own: true, text: true, header: true,
	recipient: true, outbound: true, quarantine: true}

// Scores by the default actions: 6 adds a header, 15 rejects. Other symbols stay visible, and keep their weight.
var scoresRspamd = map[rules.Action]string{rules.Allow: "-20.0", rules.Quarantine: "8.0", rules.Block: "30.0"}

func fitsRspamd(r rules.Rule, site suggest.Site) (ask, *refuse) {
	a, x := settle(r, site, canRspamd)
	return a, x
}

func emitRspamd(rs []rules.Rule, site suggest.Site) (suggest.Text, []suggest.Refusal) {
	t := suggest.Text{Target: "rspamd", Title: "Rspamd", Proof: provenIn}
	var b strings.Builder
	var maps []suggest.File
	dkim := false
	refused := emit(&t, rs, site, 24, fitsRspamd, func(a ask) {
		w := &writerRspamd{a: a, symbol: symbol(a.id)}
		w.write(&b)
		maps = append(maps, w.maps...)
		dkim = dkim || len(a.When.DKIM)+len(a.Unless.DKIM) > 0
	}, symbol)
	if b.Len() == 0 {
		return t, refused
	}
	t.Files = append([]suggest.File{{Path: "local.d/multimap.conf", Content: b.String()}}, maps...)
	t.Notes = append(t.Notes,
		"Rspamd must see who connected: as a milter of the server at the border it does. Behind another filter, or behind a hop of your own, set up external_relay first.",
		"rspamadm configtest answers \"syntax OK\" while it drops a rule. Read its output for \"cannot\" and \"unknown\", and scan the message: the symbol must show.")
	if dkim {
		t.Notes = append(t.Notes, "The dkim module must be on: the rule reads whose signature R_DKIM_ALLOW names.")
	}
	return t, refused
}

// writerRspamd writes one rule: symbols without weight for what must hold, and one with the weight that requires them.
type writerRspamd struct {
	a       ask
	symbol  string
	maps    []suggest.File
	require []string // symbols, with ! before those that must be absent
	atoms   []atom
}

// atom is one multimap rule that asks one thing. Those with the weight's own proof come last.
type atom struct{ name, body string }

func (w *writerRspamd) write(b *strings.Builder) {
	if b.Len() > 0 {
		b.WriteByte('\n')
	}
	b.WriteString(hashLines(w.a.about(), ""))
	w.who()
	w.proven(w.a.When, "", "")
	w.written(w.a.When, "", "")
	last := len(w.atoms) - 1
	for i, x := range w.atoms {
		if i != last {
			w.require = append(w.require, x.name)
			writeAtom(b, x.name, x.body, "score = 0.0;")
		}
	}
	final := w.atoms[last]
	w.atoms = nil
	w.unless(b)
	if len(w.a.When.Sender) > 0 {
		w.require = append(w.require, "!MULTIPLE_FROM", "!MULTIPLE_UNIQUE_HEADERS")
	}
	tail := ""
	if len(w.require) > 0 {
		tail = `require_symbols = "` + strings.Join(w.require, " & ") + `"; `
	}
	writeAtom(b, w.symbol, final.body, tail+"score = "+scoresRspamd[w.a.Action]+`; description = "fpcheck `+descRspamd(w.a)+`";`)
}

func descRspamd(a ask) string {
	return strings.TrimSpace(string(a.Action) + " " + firstRunes(comment(a.Ticket), 40))
}

func writeAtom(b *strings.Builder, name, body, tail string) {
	fmt.Fprintf(b, "%s {\n  %s\n  %s\n}\n", name, body, tail)
}

// file adds a map of expressions or networks, and returns its place as the configuration names it.
func (w *writerRspamd) file(suffix string, lines ...string) string {
	path := "local.d/maps.d/fpc_" + w.a.id + "_" + suffix + ".map"
	w.maps = append(w.maps, suggest.File{Path: path, Content: strings.Join(lines, "\n") + "\n"})
	return `"$LOCAL_CONFDIR/` + path + `"`
}

func (w *writerRspamd) expression(suffix, re string) string { return w.file(suffix, "/"+re+"/i") }

// who asks for the parties and the day in one combined rule; each alone where nothing else is asked, as a combined rule knows no
// require_symbols and so cannot be the last.
func (w *writerRspamd) who() {
	var names, lines []string
	alone := !w.asksMore()
	add := func(name, selector, re string) {
		if alone {
			w.selector(strings.ToUpper(name), name, selector, re)
			return
		}
		names = append(names, name)
		lines = append(lines, fmt.Sprintf("    %s { type = \"regexp\"; selector = \"%s\"; map = %s; }", name, selector, w.expression(name, re)))
	}
	c := w.a.When
	if len(c.Sender) > 0 {
		add("from", "from('mime','orig'):addr.lower", "^"+senders(c.Sender)+"$")
	}
	if len(c.MailFrom) > 0 {
		add("mailfrom", "from('smtp','orig'):addr.lower", "^"+senders(c.MailFrom)+"$")
	}
	if len(c.Recipient) > 0 {
		add("rcpt", "rcpts('smtp','orig'):addr.lower", "^"+senders(c.Recipient)+"$")
	}
	if !w.a.Expires.IsZero() {
		add("notexpired", "time('connect','!%Y%m%d')", before(w.a.Expires))
	}
	if len(names) > 0 {
		w.add("WHO", "type = \"combined\";\n  rules {\n"+strings.Join(lines, "\n")+"\n  }\n  expression = \""+strings.Join(names, " & ")+"\";")
	}
}

// asksMore reports whether anything is asked but the parties and the day.
func (w *writerRspamd) asksMore() bool {
	c := w.a.When
	c.Sender, c.MailFrom, c.Recipient = nil, nil, nil
	if len(c.DKIM) > 0 && c.DKIM[0] == "none" {
		c.DKIM = nil
	}
	c.OwnSender = nil
	own := w.own()
	return !c.Empty() || own != nil && *own
}

func (w *writerRspamd) selector(suffix, file, selector, re string) {
	w.add(suffix, `type = "selector"; selector = "`+selector+`"; map = `+w.expression(file, re)+"; regexp = true; one_shot = true;")
}

func (w *writerRspamd) add(suffix, body string) {
	w.atoms = append(w.atoms, atom{w.symbol + "_" + suffix, body})
}

// written asks for what is merely written.
func (w *writerRspamd) written(c rules.Conditions, prefix, file string) {
	asks := func(suffix, field string, list []string) {
		w.add(prefix+suffix, `type = "header"; header = "`+field+`"; map = `+w.expression(file+strings.ToLower(suffix), texts(list))+"; regexp = true; one_shot = true;")
	}
	if len(c.Subject) > 0 {
		asks("SUBJECT", "Subject", c.Subject)
	}
	for i, h := range c.Headers {
		asks(fmt.Sprintf("HEADER%d", i+1), h.Name, h.Contains)
	}
	if len(c.Phrase) > 0 {
		w.add(prefix+"TEXT", `type = "content"; filter = "oneline"; map = `+w.expression(file+"text", texts(c.Phrase))+"; regexp = true; one_shot = true;")
	}
}

// proven asks for the connection, the login and the signature.
func (w *writerRspamd) proven(c rules.Conditions, prefix, file string) {
	if own := w.own(); own != nil && *own == (prefix == "") {
		w.add(prefix+"USER", `type = "user"; map = `+w.expression(file+"user", ".")+"; regexp = true;")
	}
	if len(c.DKIM) > 0 && c.DKIM[0] != "none" {
		w.add(prefix+"DKIM", `type = "symbol_options"; target_symbol = "R_DKIM_ALLOW"; map = `+
			w.expression(file+"dkim", "^"+hosts(c.DKIM, `[^:\s]`)+":s=")+"; regexp = true; one_shot = true;")
	}
	if len(c.BorderIP) > 0 {
		w.add(prefix+"IP", `type = "ip"; map = `+w.file(file+"ip", prefixLines(c.BorderIP)...)+";")
	}
	if len(c.BorderHost) > 0 {
		w.add(prefix+"HOST", `type = "hostname"; map = `+w.expression(file+"host", "^"+hosts(c.BorderHost, `[^\s]`)+"$")+"; regexp = true;")
	}
}

// own is whether the sender must be logged in; nil: either way.
func (w *writerRspamd) own() *bool {
	if not := w.a.Unless.OwnSender; w.a.When.OwnSender == nil && not != nil {
		own := !*not
		return &own
	}
	return w.a.When.OwnSender
}

func prefixLines(list []netip.Prefix) []string {
	out := make([]string, len(list))
	for i, p := range list {
		out[i] = p.String()
	}
	return out
}

// unless writes a symbol for each exception, and requires its absence.
func (w *writerRspamd) unless(b *strings.Builder) {
	c := w.a.Unless
	for _, x := range []struct {
		name, selector string
		list           []string
	}{{"from", "from('mime','orig'):addr.lower", c.Sender}, {"mailfrom", "from('smtp','orig'):addr.lower", c.MailFrom}, {"rcpt", "rcpts('smtp','orig'):addr.lower", c.Recipient}} {
		if len(x.list) > 0 {
			w.selector("NOT_"+strings.ToUpper(x.name), "not_"+x.name, x.selector, "^"+senders(x.list)+"$")
		}
	}
	w.proven(c, "NOT_", "not_")
	w.written(c, "NOT_", "not_")
	for _, x := range w.atoms {
		writeAtom(b, x.name, x.body, "score = 0.0;")
		w.require = append(w.require, "!"+x.name)
	}
	if len(c.DKIM) > 0 && c.DKIM[0] == "none" {
		w.require = append(w.require, "R_DKIM_ALLOW")
	}
	if len(w.a.When.DKIM) > 0 && w.a.When.DKIM[0] == "none" {
		w.require = append(w.require, "!R_DKIM_ALLOW")
	}
}

// matchesRspamd sees what Rspamd sees as a milter at the border: From's first author, provided it is the only one.
func matchesRspamd(r rules.Rule, site suggest.Site, d suggest.Delivery) (bool, error) {
	a, x := fitsRspamd(r, site)
	if x != nil {
		return false, x.err(r)
	}
	if a.expired(d) {
		return false, nil
	}
	s := newSeen(d)
	s.authors, _ = addresses(d.Message, "From")
	s.single = len(s.authors) == 1
	for _, name := range uniqueRspamd {
		s.single = s.single && len(d.Message.All(name)) <= 1
	}
	return s.matches(a), nil
}

// uniqueRspamd are the fields of which a second one makes MULTIPLE_UNIQUE_HEADERS.
var uniqueRspamd = []string{"Content-Type", "Content-Transfer-Encoding", "Date", "From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Message-ID",
	"In-Reply-To", "References", "Subject"}
