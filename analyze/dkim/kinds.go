package dkim

// Kind is a way in which messages are changed after signing. Name is the name of its page, too (fpcheck docs NAME).
type Kind struct {
	Name  string
	Title string // what happened, in a few words that follow "the message was changed: "
	Body  bool   // found by the body hash; otherwise by the header signature
}

// Kinds lists every kind that an autopsy can name. The names are forever.
var Kinds = []Kind{
	{"footer-appended", "lines were appended at the end", true},
	{"banner-prepended", "lines were put in front of the text", true},
	{"block-at-part-end", "a block was put at the end of a part", true},
	{"block-at-part-start", "a block was put at the start of a part", true},
	{"html-block-end", "a block was put before the end of the HTML", true},
	{"html-block-start", "a block was put at the start of the HTML", true},
	{"lines-inserted", "lines were put into the middle", true},
	{"mime-part-added", "a MIME part was added", true},
	{"mime-unwrap", "the message was wrapped into a multipart", true},
	{"preamble", "the text before the first MIME part was changed", true},
	{"transfer-encoding", "the transfer encoding was changed", true},
	{"charset", "the text was converted to another charset", true},
	{"line-ends", "line ends were changed", true},
	{"trailing-space", "white space at line ends was changed", true},
	{"blank-lines", "empty lines were added", true},
	{"from-escaped", "lines that begin with From were escaped", true},
	{"dot-stuffed", "dots at line starts were doubled or lost", true},
	{"nul-bytes", "NUL bytes were put in", true},
	{"url-rewritten", "links were rewritten", true},
	{"canonicalization", "the signer used another canonicalisation than it wrote into c=", true},
	{"body-empty", "the body was empty when it was signed", true},
	{"subject-tag", "a mark was put into the subject", false},
	{"subject-changed", "the subject was changed", false},
	{"address-rewritten", "an address field was rewritten", false},
	{"message-id", "the Message-ID was replaced", false},
	{"field-added", "a signed field was added", false},
	{"field-removed", "a signed field was removed", false},
	{"field-doubled", "a signed field stands twice", false},
	{"field-changed", "a signed field was changed", false},
	{"content-type", "the Content-Type was rewritten", false},
	{"refolded", "fields were folded anew", false},
	{"words-reencoded", "encoded words were encoded anew", false},
}

// KindOf returns the kind of that name.
func KindOf(name string) (Kind, bool) {
	for _, k := range Kinds {
		if k.Name == name {
			return k, true
		}
	}
	return Kind{}, false
}
