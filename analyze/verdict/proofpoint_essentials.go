package verdict

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

var proofpointEssentials = &Decoder{
	Name:   "proofpoint-essentials",
	Title:  "Proofpoint Essentials",
	Source: "help.proofpoint.com, Proofpoint Essentials: Log Details, Understanding Email Logs; fields as seen in list archives. The verdict stands in the log, not in the header",
	Read:   "2026-11-23",
	Fields: []string{"X-MDID", "X-MDID-O", "X-PPE-STACK", "X-PPE-TRUSTED", "X-Virus-Scanned"},
	Takes: func(_ neighbours, name, value string) bool {
		return name != "x-virus-scanned" || strings.Contains(value, "Proofpoint Essentials")
	},
	Decode: decodeEssentials,
}

func decodeEssentials(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch f.name {
		case "x-virus-scanned":
			r.reason("X-Virus-Scanned", "it passed the engine of Proofpoint Essentials, which writes no reason into the header: the log has it", p)
		case "x-mdid":
			r.mdid(p)
		case "x-mdid-o":
			r.mdidOut(p)
		case "x-ppe-stack":
			r.stack(p)
		case "x-ppe-trusted":
			r.trusted(p)
		}
	}
}

// mdid reads "1465850123-AbCdEfGhIjKl": the time as seconds, and an id by which the log finds the message.
func (r *reading) mdid(p piece) {
	at, id, ok := strings.Cut(p.text, "-")
	if !ok || !digits(at) || id == "" {
		r.strange("X-MDID: " + p.text)
		return
	}
	r.reason("X-MDID", "its id inside Proofpoint Essentials: "+shown(id), p)
}

// mdidOut reads "us5;ut7;1772465178;3OC3rV38qpc3;<a@example.net>;61b5...": a message that a customer sent out.
func (r *reading) mdidOut(p piece) {
	parts := r.split(p, ';')
	if len(parts) < 5 || !digits(parts[2].text) {
		r.strange("X-MDID-O: " + p.text)
		return
	}
	r.v.Direction = rules.Outbound
	r.reason("X-MDID-O", "a customer of Proofpoint Essentials sent it out through stack "+shown(parts[0].text)+", as "+shown(parts[4].text), p)
}

// stack reads {"stack":"us5"}.
func (r *reading) stack(p piece) {
	if quoted := strings.Split(p.text, `"`); len(quoted) == 5 && quoted[1] == "stack" {
		r.reason("X-PPE-STACK", "stack "+shown(quoted[3])+" of Proofpoint Essentials", p)
		return
	}
	r.strange("X-PPE-STACK: " + p.text)
}

// trusted reads "V=1;DIR=OUT;": it left through Proofpoint Essentials, so some customer of it sent it. It is no word of the receiver.
func (r *reading) trusted(p piece) {
	for _, kv := range r.pairs(p, ';', '=') {
		switch {
		case kv.key == "v":
		case kv.key == "dir" && kv.value.lower() == "out":
			r.v.Direction = rules.Outbound
			r.say(Allowed)
			r.reason("X-PPE-TRUSTED DIR=OUT", "it says that it left through Proofpoint Essentials; anybody can write that", kv.whole)
		default:
			r.strange("X-PPE-TRUSTED: " + kv.whole.text)
		}
	}
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
