package eml

import "strings"

// RepairKind is one way in which a paste is mangled, and what mending it costs in certainty.
type RepairKind struct {
	Name   string  // stable: it stands in JSON, and names the section of docs/guide/paste.md
	Title  string  // what is wrong, in words
	Layout bool    // mending it touches white space and line ends alone, which relaxed canonicalisation ignores (RFC 6376 3.4.2)
	Sure   float64 // how sure one can be of what was mended: 1 where nothing had to be guessed
}

// The names of the kinds.
const (
	RepairEncoding  = "utf-16"
	RepairBOM       = "bom"
	RepairEscapes   = "literal-escapes"
	RepairPage      = "web-page"
	RepairNumbers   = "line-numbers"
	RepairQuoted    = "quoted"
	RepairPreface   = "preface"
	RepairSummary   = "summary-table"
	RepairSpaces    = "odd-spaces"
	RepairQuotes    = "smart-quotes"
	RepairEntities  = "html-entities"
	RepairDefanged  = "defanged"
	RepairLinks     = "auto-links"
	RepairIndent    = "indented"
	RepairField     = "indented-field"
	RepairBlank     = "blank-lines"
	RepairUnindent  = "lost-indent"
	RepairWrap      = "soft-wrap"
	RepairOneLine   = "one-line"
	RepairReversed  = "reversed-order"
	RepairConcealed = "hidden-address"
	RepairRebuilt   = "rebuilt"
	RepairLog       = "from-log"
)

// RepairKinds lists every kind in the order in which it is mended.
var RepairKinds = []RepairKind{
	{RepairEncoding, "the text is UTF-16", true, 1},
	{RepairBOM, "a byte order mark stands before the first field", true, 1},
	{RepairPage, "the message stands in a web page", false, 0.95},
	{RepairEscapes, `line ends and tabs are written as \r\n and \t`, true, 0.97},
	{RepairNumbers, "the lines are numbered", true, 0.98},
	{RepairQuoted, "the lines are quoted with >", true, 0.98},
	{RepairPreface, "other text stands above the header", true, 0.98},
	{RepairSummary, "there is the table above the source of a message, and not the source", false, 0.6},
	{RepairSpaces, "white space that is no ASCII space", true, 0.98},
	{RepairQuotes, "typographic quotes where the message had plain ones", false, 0.95},
	{RepairEntities, "characters are written as HTML entities", false, 0.97},
	{RepairDefanged, "dots and at signs are written so that nothing links to them", false, 0.95},
	{RepairLinks, "links were added to addresses and names", false, 0.95},
	{RepairIndent, "the whole header is indented", true, 0.98},
	{RepairField, "a field is indented, as only continuation lines are", true, 0.95},
	{RepairBlank, "blank lines stand amid the header", true, 0.97},
	{RepairUnindent, "continuation lines have lost their indentation", true, 0.95},
	{RepairWrap, "fields were wrapped at the width of a window", true, 0.93},
	{RepairOneLine, "several fields stand in one line", true, 0.85},
	{RepairReversed, "the header stands upside down", false, 0.75},
	{RepairConcealed, "an address was replaced by a placeholder", false, 0.8},
	{RepairRebuilt, "the message was put together from the properties of an Outlook file", false, 0.9},
	{RepairLog, "there is a line of a log, and no message", false, 0.6},
}

// KindOf returns what is known of a repair's kind.
func KindOf(r Repair) RepairKind {
	for _, k := range RepairKinds {
		if k.Name == r.Kind {
			return k
		}
	}
	return RepairKind{Name: r.Kind, Sure: 1}
}

// RepairSure says how far the message can be taken for what was sent: 1 where nothing was repaired, less with each kind of repair.
func (m *Message) RepairSure() float64 {
	sure, seen := 1.0, map[string]bool{}
	for _, r := range m.Repairs {
		if !seen[r.Kind] {
			seen[r.Kind] = true
			sure *= KindOf(r).Sure
		}
	}
	return sure
}

// LayoutRepairsOnly reports whether every repair touched white space and line ends alone: a signature with relaxed canonicalisation
// does not notice them. It is true where nothing was repaired.
func (m *Message) LayoutRepairsOnly() bool {
	for _, r := range m.Repairs {
		if !KindOf(r).Layout {
			return false
		}
	}
	return true
}

// Placeholder is what web sites and ticket systems put in place of an address.
const Placeholder = "[email protected]"

// IsPlaceholder reports whether s is, or holds, the placeholder of an address that somebody took out: it names nobody, and must
// not become part of a rule.
func IsPlaceholder(s string) bool { return strings.Contains(strings.ToLower(s), Placeholder) }
