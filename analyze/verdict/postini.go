package verdict

import "strings"

var postini = &Decoder{
	Name:   "postini",
	Title:  "Postini (switched off in 2015; its fields live on in archives)",
	Source: "Postini administration guides; fields as seen in archives",
	Read:   "2026-11-23",
	Fields: []string{"X-pstn-levels", "X-pstn-settings", "X-pstn-disposition", "X-pstn-neptune", "X-pstn-mail-from", "X-pstn-dkim", "X-pstn-2strike", "X-pstn-addresses", "X-pstn-xfilter"},
	Decode: decodePostini,
}

// postiniClasses are the letters of X-pstn-levels.
var postiniClasses = map[string]string{"s": "spam altogether", "r": "racism", "p": "adult content", "m": "money", "c": "commerce", "fc": "", "lc": "", "cv": ""}

// postiniSpam is the level under which a message was held at Postini's middle setting: a low number is spam.
const postiniSpam = 1

func decodePostini(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch f.name {
		case "x-pstn-levels":
			r.pstnLevels(p)
		case "x-pstn-disposition":
			r.look(map[string]meaning{"quarantine": {Spam, "held", "classifier-misjudged"}, "forward": {NotSpam, "passed on", ""}, "discard": {Spam, "thrown away", "classifier-misjudged"}, "bounce": {Blocked, "sent back", ""}}, "disposition:"+p.text, p)
		default:
			r.reason(f.Name, "a mark of the filter: "+shown(p.text), p)
		}
	}
}

// pstnLevels reads "(S:99.90000/99.90000 CV:99.9 FC:95.5 LC:95.5 R:95.9 P:95.9 M:97.0 C:98.7 )". Low numbers are bad.
func (r *reading) pstnLevels(p piece) {
	for _, kv := range r.pairs(r.trim(p, "()"), ' ', ':') {
		class, ok := postiniClasses[kv.key]
		level, _, _ := strings.Cut(kv.value.text, "/")
		n := number(level)
		if !ok || !n.Known {
			r.strange(kv.whole.text)
			continue
		}
		if kv.key == "s" {
			r.v.Score, r.v.Threshold = n, Number{postiniSpam, true}
			if n.Value < postiniSpam {
				r.say(Spam)
			} else {
				r.say(NotSpam)
			}
		}
		if class != "" && n.Value < postiniSpam {
			r.because(kv.whole.text, "a low level for "+class+", and low is bad here", "classifier-misjudged", kv.whole)
		}
	}
}
