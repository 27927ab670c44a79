// Package bayes judges content by the words that good and bad mail had before, and says which words weighed most.
package bayes

// Document is what a message says, as analyze/checks reads it: texts are lower case with white space folded.
type Document struct {
	Subject string
	Texts   []string
	Shapes  []string // facts about the form, such as "html-only" or "tag:font"
	Hosts   []string // of links, lower case: learnt from the user's own mail, never shipped
	Routes  []string // names of header fields, sender, path: learnt from the user's own mail, never shipped
}

// Place says where a token stands.
type Place uint8

// The places.
const (
	InSubject Place = iota
	InText
	InShapes
	InHosts
	InRoutes
)

// String names the place in words.
func (p Place) String() string {
	return [...]string{"subject", "text", "form", "link", "header"}[p]
}

// shipped says whether tokens of p may be part of the embedded model: hosts and routes would teach it whose mail it saw.
func (p Place) shipped() bool { return p <= InShapes }

// Token is one feature: a word, or a word with the one before it, in its place.
type Token struct {
	Hash  uint32
	Index int32 // of the text, shape, host or route
	Start int32 // of the first word, in that text
	End   int32 // behind the last word
	Place Place
	Pair  bool // two words
}

// size is the length of all that makes tokens, counting a mark as a word.
func (d *Document) size() int {
	n := len(d.Subject) + 2*(len(d.Shapes)+len(d.Hosts)+len(d.Routes))
	for _, s := range d.Texts {
		n += len(s)
	}
	return n
}

// Words returns the text of t as it stands in d: both ends of a pair with what is between.
func (d *Document) Words(t Token) string {
	switch t.Place {
	case InSubject:
		return d.Subject[t.Start:t.End]
	case InText:
		return d.Texts[t.Index][t.Start:t.End]
	case InShapes:
		return d.Shapes[t.Index]
	case InHosts:
		return d.Hosts[t.Index]
	}
	return d.Routes[t.Index]
}
