package verdict

import "strings"

var gmx = &Decoder{
	Name:   "gmx",
	Title:  "GMX, WEB.DE and mail.com",
	Source: "fields as seen in delivered mail; nothing is published about them",
	Read:   "2026-11-27",
	Fields: []string{"X-GMX-Antispam", "X-GMX-Antivirus", "X-UI-Filterresults", "X-UI-Out-Filterresults", "UI-InboundReport", "UI-OutboundReport", "X-Spam-Flag"},
	Takes: func(near neighbours, name, _ string) bool {
		return name != "x-spam-flag" || near.has("x-ui-filterresults") || near.has("x-gmx-antispam") || near.has("ui-inboundreport")
	},
	Decode: decodeGMX,
}

// gmxClasses are the words before the colon of "junk:10;V03:K0:...".
var gmxClasses = map[string]meaning{
	"junk": {Spam, "put into the spam folder", "classifier-misjudged"}, "notjunk": {NotSpam, "no spam", ""},
	"unknown": {NotSpam, "neither known as good nor as spam", ""},
}

func decodeGMX(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch f.name {
		case "x-gmx-antispam":
			r.gmxAntispam(p)
		case "x-gmx-antivirus":
			r.numbered(p, "Antivirus:", meaning{"", "no malware was found", ""}, meaning{Malware, "malware", ""})
		case "x-spam-flag":
			r.yesSays(f, p, meaning{Spam, "marked as spam", "classifier-misjudged"}, meaning{"", "", ""})
		case "x-ui-out-filterresults", "ui-outboundreport":
			r.reason(f.Name, "a scan of what one of its users sent", p)
		default:
			class, _, _ := r.cut(p, ':')
			r.look(gmxClasses, f.Name+":"+class.text, class)
		}
	}
}

// gmxAntispam reads "6 (nemesis text pattern profiler); Detail=V3;": 0 is no spam, and what is above it names the profiler that hit.
func (r *reading) gmxAntispam(p piece) {
	if strings.HasPrefix(p.text, "-") {
		r.reason("Antispam:"+shown(p.text), "a number below 0, whose meaning is not published", p)
		return
	}
	r.numbered(p, "Antispam:", meaning{NotSpam, "no spam", ""}, meaning{Spam, "one of its profilers takes it for spam", "classifier-misjudged"})
}

// numbered reads "6 (nemesis text pattern profiler)": 0 says zero, what is above it more, with the text of the bracket as it stands.
func (r *reading) numbered(p piece, code string, zero, more meaning) {
	first, rest, bracket := r.cut(p, '(')
	n := number(first.text)
	if !n.Known {
		r.strange(code + p.text)
		return
	}
	m := zero
	if n.Value > 0 {
		m = more
		if what, _, ok := r.cut(rest, ')'); bracket && ok {
			m.text += ": " + shown(what.text)
		}
	}
	if m.word != "" {
		r.say(m.word)
	}
	r.because(code+first.text, m.text, m.cause, first)
}
