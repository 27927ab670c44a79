package suggest

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/bayes"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/rules"
)

// minPhrase is the shortest phrase that is not likely to stand in somebody else's mail by chance. "Best regards," has 13 characters, so the
// words are judged, too.
const minPhrase = 12

// minRare is how many words of a phrase must not be everyday ones.
const minRare = 2

// closings are what a great part of all mail ends with. A phrase that is part of one, or holds nothing besides, marks nobody.
var closings = []string{
	"best regards", "kind regards", "warm regards", "with kind regards", "yours sincerely", "yours faithfully", "many thanks and best wishes",
	"thank you for your business", "thanks in advance", "looking forward to hearing from you", "please do not hesitate to contact me",
	"sent from my iphone", "sent from my mobile device", "get outlook for android", "get outlook for ios",
	"please consider the environment before printing this email", "think before you print", "this email is confidential",
	"this message and any attachments are confidential", "if you are not the intended recipient", "all rights reserved", "have a nice day",
	"visit our website", "follow us on linkedin", "follow us on facebook", "virus free", "scanned for viruses",
	"mit freundlichen grüßen", "mit freundlichem gruß", "viele grüße", "beste grüße", "von meinem iphone gesendet", "bitte denken sie an die umwelt",
	"cordialement", "bien cordialement", "meilleures salutations", "dans l'attente de votre réponse", "envoyé de mon iphone",
	"saludos cordiales", "un cordial saludo", "atentamente", "cordiali saluti", "distinti saluti", "met vriendelijke groet", "med venlig hilsen",
	"cogito ergo sum", "carpe diem", "lorem ipsum dolor sit amet",
}

// everyday are words that say nothing: they stand in most mail.
var everyday = strings.Fields(`
a about after all also am an and any are as at be been before best but by can company contact could customer day dear do email for free from get good
group have he hello help her here his how i if in information internet is it its just know let like limited ltd mail make many may me meeting message mobile
money more mr mrs ms my need new no not now number of office on one only or order our out over page phone please price product re regards reply send
sent service she should sincerely site so some street support team tel telephone thank thanks that the their them there they this time to today up us
visit was we web website week welcome were what when which who will wishes with would www yes you your yours inc gmbh invoice account director manager sales
best kind warm fax cell ext der die das und ist mit von zu den im für auf sie wir nicht ein eine le la les de du des et en un une pour vous nous
el los las y que con por para het een van voor met`)

// Judgement is what there is to say of a phrase for a rule.
type Judgement struct {
	Phrase   string
	Rare     []string // its words that are not everyday ones
	Quoted   bool     // the message quotes it: it has been in a reply already
	Known    Known
	Swing    *checks.Swing // what it would do to the classifier's judgement of the message; nil: that is not known
	Refusals []Refusal
}

// Phrase judges a phrase of a signature for an outgoing allow rule: is it long and rare enough, has known mail its words side by side, and can it be
// used for r's message. r may be nil: the classifier then is the one that ships.
func Phrase(phrase string, r *analyze.Report) Judgement {
	j := Judgement{Phrase: strings.Join(strings.Fields(phrase), " ")}
	j.Rare = rare(j.Phrase)
	c := bayes.New(bayes.Default(), nil)
	if r != nil {
		c = checks.Classifier(r.Input)
	}
	j.Known = knownOf(c, j.Phrase)
	if j.Refusals = common("", j.Phrase); len(j.Refusals) == 0 {
		j.Refusals = j.Known.refuse("", j.Phrase)
	}
	if r != nil {
		if s, ok := checks.Appended(r, j.Phrase); ok {
			j.Swing = &s
		}
		if r.Facts.Direction != rules.Outbound {
			j.Refusals = append(j.Refusals, Refusal{Name: PhraseInbound, What: "the phrase for " + r.Facts.Direction.String() + " mail",
				Reason: "replies quote signatures, so whoever has had one mail of yours can send the phrase in", Instead: "bind a rule for incoming mail to its host or its DKIM signature"})
		}
		j.Quoted = quotes(r, j.Phrase)
		j.nearby(c, r)
	}
	return j
}

// nearby proposes a phrase that would do, where the user's own is a quotation that is everybody's: with the name of his domain beside it.
func (j *Judgement) nearby(c *bayes.Classifier, r *analyze.Report) {
	if len(j.Refusals) == 0 || j.Refusals[0].Name != PhraseCommon || len(j.Rare) < minRare || len(r.Facts.From) != 1 {
		return
	}
	from, odd := literal(r.Facts.From[0])
	_, domain, _ := strings.Cut(from, "@")
	near := j.Phrase + " at " + domain
	if !odd && len(common("", near)) == 0 && len(knownOf(c, near).refuse("", near)) == 0 {
		j.Refusals[0].Instead = fmt.Sprintf("put words of your own beside it, as in --phrase %q, or take one that nobody has (fpcheck suggest --random-phrase)", near)
	}
}

// common refuses a phrase that is short or everybody's.
func common(rule, phrase string) []Refusal {
	refuse := func(reason string) []Refusal {
		return []Refusal{{Rule: rule, Name: PhraseCommon, What: fmt.Sprintf("the phrase %q", phrase), Reason: reason,
			Instead: "take a phrase of at least three unusual words (fpcheck suggest --random-phrase)"}}
	}
	folded := fold(phrase)
	if n := utf8.RuneCountInString(folded); n < minPhrase {
		return refuse(fmt.Sprintf("it has %d characters; less than %d turn up by chance", n, minPhrase))
	}
	for _, c := range closings {
		if strings.Contains(c, folded) || len(rare(strings.ReplaceAll(folded, c, ""))) == 0 && strings.Contains(folded, c) {
			return refuse("it is a closing or a quotation that other people's mail has, too")
		}
	}
	if len(rare(phrase)) < minRare {
		return refuse("nearly all of its words are everyday ones")
	}
	return nil
}

func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

func rare(phrase string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(fold(phrase), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if utf8.RuneCountInString(w) > 2 && !slices.Contains(everyday, w) && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// quotes reports whether the text of r's message holds the phrase behind a quotation mark, as replies do.
func quotes(r *analyze.Report, phrase string) bool {
	m := r.Input.Message
	for line := range strings.Lines(string(m.Bytes(m.Body))) {
		if strings.HasPrefix(line, ">") && strings.Contains(fold(line), fold(phrase)) {
			return true
		}
	}
	return false
}

// phraseWords are easy to spell, and stand beside each other in nobody's mail.
var phraseWords = strings.Fields(`
acorn amber anchor anvil apricot badger balcony bamboo barley basalt beacon birch bramble brass bugle cactus candle canyon cedar chalk cinder clover cobalt
compass copper coral cricket dahlia dapple dolphin ember fennel ferry fiddle flint gable garnet ginger glacier granite gravel hammock harbour hazel heron
hickory hollow indigo ivory jasmine juniper kestrel kettle lagoon lantern larch lattice lichen lilac linen lobster lupin magpie mallow maple marble
meadow mercury mitten mosaic mustard nettle nutmeg oboe ochre orchard otter paddle pansy parsley pebble pelican pepper pewter pigeon plover poplar
pumpkin quartz quiver raven reed ribbon rosemary rudder saffron sandal satchel sickle sorrel sparrow spindle sycamore tamarind tartan thicket thimble thistle
timber topaz trellis tulip turnip velvet violet walnut wicker willow yarrow zephyr`)

// wordsOfPhrase gives more than 34 bits: nobody meets it by chance, and a person can read it aloud.
const wordsOfPhrase = 5

func drawPhrase(random io.Reader) (string, error) {
	var words []string
	for len(words) < wordsOfPhrase {
		b := []byte{0}
		if _, err := io.ReadFull(random, b); err != nil {
			return "", fmt.Errorf("reading random bytes: %w", err)
		}
		if n := int(b[0]); n < len(phraseWords) && !slices.Contains(words, phraseWords[n]) { // no modulus: each word is as likely
			words = append(words, phraseWords[n])
		}
	}
	return strings.Join(words, " "), nil
}
