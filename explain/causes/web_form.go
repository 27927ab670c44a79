package causes

import (
	"fmt"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/providers"
	"github.com/fpcheck/fpcheck/explain"
)

// webForm finds a script that writes as one's own domain, and asks for nothing that fraud asks for.
func webForm(v *explain.View) (analyze.Finding, bool) {
	if !v.Spoof.Claims || !v.Inbound() || suspicious(v) {
		return analyze.Finding{}, false
	}
	return scriptHost(v)
}

// formDiagnosis is what both have in common. Who reads it knows his own form; where nothing shows that there is one, somebody has to be asked.
func formDiagnosis(v *explain.View, script analyze.Finding) *explain.Diagnosis {
	marks := isForm(v)
	d := &explain.Diagnosis{
		Sure: strong, WhoFixes: explain.You, Known: len(marks) > 0,
		For:     append(append([]analyze.Finding{script}, marks...), v.Find("spoof.*", "spf.fail", "spf.softfail")...),
		Against: v.Find("ptr.generic", "ptr.unconfirmed", "helo.mismatch"),
		Clears:  []string{"spoof.*", "spf.fail", "spf.softfail", "dmarc.fail-*"},
		Fixes:   []explain.Fix{fix(explain.You, "Lasting: let the form send through your own mail service with a login, or sign with DKIM as %s.", from(v))},
		Changes: []analyze.Change{sendingServer(v)},
	}
	if !d.Known {
		d.Sure = moderate
	}
	d.For = append(d.For, stated(v, explain.FamilySpoof)...)
	if _, change, ok := spfWith(v, v.From, mechanism(v.Hand.IP)); ok { // people expect it to help; a shared host in SPF lets all its customers send
		d.Changes = append(d.Changes, change)
	}
	return d
}

// isForm finds what shows that the script is a form, and not merely a program on a machine that anybody can rent: a host of a known web hoster, an address
// that the profile or the past knows, or a text that is filled in line by line and leads nowhere else.
func isForm(v *explain.View) []analyze.Finding {
	var out []analyze.Finding
	for _, s := range v.Services {
		if s.Kind == providers.WebHost && s.Verified {
			out = append(out, viaFinding(s))
		}
	}
	if v.Input.Profile.IsDedicated(v.Hand.IP) {
		out = append(out, inProfile("profile.dedicated", "dedicated-servers", "%s is stated to be yours alone", ip(v)))
	}
	if out = append(out, v.Good("reputation.ham")...); len(elsewhere(v)) > 0 { // anybody can copy a form's text around his link
		return out
	}
	if f, ok := formText(v); ok {
		return append(out, f)
	}
	if a := v.Input.Author; v.Input.Message.HeaderOnly && len(a) > 0 && holdsAny(strings.ToLower(a[0].Local), formNames) {
		f, _ := v.Input.Message.First("From")
		return append(out, at("form.address", "the address is one that forms have, and the text is not here", f.Value))
	}
	return out
}

// formText finds a text that is filled in line by line.
func formText(v *explain.View) (analyze.Finding, bool) {
	for _, t := range visible(v) {
		if labels := filledIn(t.text); len(labels) >= formLines {
			return at("form.text", fmt.Sprintf("the text is that of a form: %d lines are named and filled in", len(labels)), t.spot(v, labels[0]+":")), true
		}
	}
	return analyze.Finding{}, false
}

// formNames stand in the addresses that forms write as.
var formNames = []string{"form", "contact", "kontakt", "web", "www"}

// formLines is how many lines a form has at least: a name and a message.
const formLines = 2

// formLabels are what forms call their lines.
var formLabels = []string{"name", "e-mail", "email", "email address", "phone", "telephone", "mobile", "company", "subject", "message", "comments", "comment", "question", "enquiry", "address", "city", "country", "vorname",
	"nachname", "firma", "telefon", "nachricht", "betreff", "ort", "nom", "prénom", "téléphone", "société", "sujet", "nombre", "apellidos", "teléfono", "empresa", "mensaje", "asunto", "naam", "bedrijf", "bericht", "telefoon", "nome", "cognome", "azienda", "messaggio", "oggetto"}

// filledIn lists the labels of a form that stand in the text with something behind them.
func filledIn(text string) []string {
	var out []string
	for _, l := range formLabels {
		if strings.HasPrefix(text, l+": ") || strings.Contains(text, " "+l+": ") || strings.Contains(text, " "+l+" : ") {
			out = append(out, l)
		}
	}
	return out
}
