package causes

import (
	"slices"
	"strings"
	"unicode"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/explain"
)

// sameName compares names of people: case, order, marks and what stands beside them do not count, so "Vogt, Clara (CEO)" is Clara Vogt. A name of one
// word is too common for that and must be all there is.
func sameName(known, written string) bool {
	want, got := nameWords(known), nameWords(written)
	if len(want) < 2 {
		return slices.Equal(want, got)
	}
	return !slices.ContainsFunc(want, func(w string) bool { return !slices.Contains(got, w) })
}

func nameWords(s string) []string {
	return strings.FieldsFunc(plainLetters(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// ownName finds the name of the receiving organisation before an address that is not its own: its domain before any address, its bare name before one
// that anybody gets in a minute.
func ownName(v *explain.View) (analyze.Finding, bool) {
	f, ok := v.Input.Message.First("From")
	if !ok || len(v.Input.Author) == 0 {
		return analyze.Finding{}, false
	}
	written := plainLetters(v.Input.Author[0].Name)
	for _, d := range ownDomains(v) {
		domain := slices.Contains(domainsIn(written), d)
		bare := checks.Freemail(v.From) && len(label(d)) >= minLookalike && slices.Contains(nameWords(written), label(d))
		if (domain || bare) && !explain.Same(d, v.From) {
			return at(ownNameID, "the name before the address is that of your organisation", f.Value), true
		}
	}
	return analyze.Finding{}, false
}

// The ids of what is found of one's own organisation.
const (
	ownNameID  = "sender.own-name"
	ownTitleID = "sender.own-title"
)

// signsAsOwn finds a free mailbox whose owner signs with a title in the receiving organisation: his name, a title and the organisation's name in one
// breath. What is quoted of one's own people bears their names and not his.
func signsAsOwn(v *explain.View) []analyze.Finding {
	names := nameWords(v.Input.Author[0].Name)
	if !checks.Freemail(v.From) || len(names) < 2 || len(names[len(names)-1]) < 3 {
		return nil
	}
	last := " " + names[len(names)-1]
	for _, t := range visible(v) {
		text := plainLetters(t.text)
		for named := range places(text, []string{last}) {
			end := named.at + len(last)
			words := nameWords(text[end:min(len(text), end+signatureLong)])
			titled := slices.ContainsFunc(words, func(w string) bool { return slices.Contains(personTitles, w) })
			if titled && slices.ContainsFunc(ownDomains(v), func(d string) bool { return spells(words, label(d)) }) {
				return []analyze.Finding{at(ownTitleID, "it is signed with a title in your organisation", t.spot(v, names[len(names)-1]))}
			}
		}
	}
	return nil
}

// spells reports whether words, written together, hold the label of a domain: "Harbour Museum" of harbour-museum.example.
func spells(words []string, label string) bool {
	label = strings.ReplaceAll(plainLetters(label), "-", "")
	return len(label) >= minNamed && strings.Contains(strings.Join(words, ""), label)
}

// signatureLong is how many bytes behind a name its title and organisation stand.
const signatureLong = 80

// personTitles are of people whose wishes are met without asking.
var personTitles = []string{"ceo", "cfo", "coo", "cto", "director", "president", "chairman", "chairwoman", "chief", "founder", "owner", "treasurer",
	"geschaftsfuhrer", "geschaftsfuhrerin", "geschaftsfuhrung", "geschaftsleitung", "vorstand", "vorstandin", "prokurist", "inhaber", "inhaberin", "directeur", "directrice", "pdg", "gerant", "gerante", "presidente",
	"directora", "gerente", "direttore", "direttrice", "titolare", "amministratore", "diretor", "diretora", "eigenaar", "voorzitter"}

// ownDomains are the profile's, and without one those of the recipients at which not everybody gets a mailbox.
func ownDomains(v *explain.View) []string {
	list := v.Input.Profile.Domains
	if len(list) == 0 {
		list = v.Input.RecipientDomains()
	}
	var out []string
	for _, d := range list {
		if d = strings.ToLower(strings.TrimPrefix(d, "*.")); d != "" && !checks.Freemail(d) {
			out = append(out, d)
		}
	}
	return out
}

// domainsIn lists what has the shape of a domain in a text.
func domainsIn(text string) []string {
	var out []string
	for from := 0; ; {
		n := strings.IndexByte(text[from:], '.')
		if n < 0 {
			return out
		}
		start, end := from+n, from+n+1
		for start > 0 && isHost(text[start-1]) {
			start--
		}
		for end < len(text) && isHost(text[end]) {
			end++
		}
		if word := strings.Trim(text[start:end], ".-"); strings.Contains(word, ".") {
			out = append(out, strings.ToLower(word))
		}
		from = end
	}
}

// isHost reports whether a byte can stand in the name of a host.
func isHost(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '-'
}
