package verdict

import "strings"

// marks reads fields that are known by name: text says what each tells, with %s for its value.
func (r *reading) marks(texts map[string]string, f field, p piece) {
	if text, ok := texts[f.name]; ok {
		r.reason(f.Name, strings.Replace(text, "%s", shown(p.text), 1), p)
		return
	}
	r.strange(f.Name + ": " + p.text)
}

// yesSays reads a field that says yes or no.
func (r *reading) yesSays(f field, p piece, yes, no meaning) {
	hit, ok := yesNo(p.text)
	m := no
	switch {
	case !ok:
		r.strange(f.Name + ": " + p.text)
		return
	case hit:
		m = yes
	}
	if m.word != "" {
		r.say(m.word)
	}
	if m.text != "" {
		r.because(f.Name+": "+p.text, m.text, m.cause, p)
	}
}
