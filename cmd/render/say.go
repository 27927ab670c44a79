package render

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/profile"
	"github.com/fpcheck/fpcheck/analyze/providers"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/analyze/trace"
	"github.com/fpcheck/fpcheck/analyze/verdict"
	"github.com/fpcheck/fpcheck/explain"
)

// What the desk and explain have to say, before any format lays it out. Words that come from outside stand in it raw: each format cleans and
// escapes what it prints.

// desk is the one screen that a ticket needs.
type desk struct {
	Notice  string // what the answer has to do without: a body, an unharmed paste, a known delivery point
	From    string
	To      string
	Subject string
	When    string
	ID      string // Message-ID

	Verdict explain.Verdict
	Sure    string // sure, likely or possible
	Cause   string
	Do      []string
	Who     string
	Caught  string
	Surer   string // which line of a profile would make it surer
	Next    []string
}

// newDesk says what the desk shows of e. command is how the user named the message on the command line: a path, or "--case DIR".
func newDesk(e *explain.Explanation, o Options) desk {
	in, d := e.Report.Input, e.First
	return desk{
		Notice: notice(in), From: fromText(in), To: toText(in), Subject: subjectText(in.Message), When: whenText(in), ID: idText(in.Message),
		Verdict: e.Verdict, Sure: explain.Confidence(e.Sure), Cause: d.Sentence(), Do: doText(e), Who: whoText(d),
		Caught: caughtText(e), Surer: surerText(e), Next: nextText(e, o.Command),
	}
}

// noticed is the heading of the defects beside the cause. Where the cause is open one of them may be it.
func noticed(e *explain.Explanation) string {
	if e.First.Open {
		return "Also noticed, and perhaps the cause"
	}
	return "Also noticed, and not the cause"
}

// whoText is who has to act; where nobody has to mend anything there is nothing to say.
func whoText(d *explain.Diagnosis) string {
	if d.WhoFixes == explain.Nobody {
		return ""
	}
	return string(d.WhoFixes)
}

// notice says what is missing, for a paste or a headers-only file.
func notice(in *analyze.Input) string {
	m := in.Message
	if !m.HeaderOnly && len(m.Repairs) == 0 {
		return ""
	}
	var parts []string
	if m.HeaderOnly {
		parts = append(parts, "headers only")
	}
	if n := len(m.Repairs); n > 0 {
		parts = append(parts, plural(n, "repair"))
	}
	return strings.Join(append(parts, borderText(in.Trace)), ", ")
}

func borderText(t *trace.Trace) string {
	if t == nil || t.Border < 0 {
		return "delivery point unknown"
	}
	return "delivery point " + howSure(t.Sure)
}

func fromText(in *analyze.Input) string {
	switch {
	case in.AuthorHidden():
		return "not known: the page it was copied from hid the address"
	case in.AuthorAbsent():
		return "not known: From is not among the fields that are here"
	case len(in.Author) == 0:
		return "nobody: there is no address in From"
	}
	return mailbox(in.Author[0]) + more(len(in.Author)-1)
}

func mailbox(a eml.Address) string {
	if a.Name == "" {
		return short(a.String())
	}
	return fmt.Sprintf("%q <%s>", cut(plainName(a.Name), maxShownName), short(a.String()))
}

// maxShownName keeps a long display name from pushing the address, which is what counts, out of sight.
const maxShownName = 40

// plainName keeps quotes of a display name from ending ours.
func plainName(s string) string { return strings.NewReplacer(`"`, "'", `\`, "/").Replace(Clean(s)) }

func more(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf(" and %d more", n)
}

// toText names the envelope recipient where it is known, and otherwise what To says.
func toText(in *analyze.Input) string {
	if in.Trace != nil {
		if rcpt := in.Trace.Handover.Rcpt; len(rcpt) > 0 {
			return short(rcpt[0]) + more(len(rcpt)-1)
		}
	}
	var list []eml.Address
	for _, f := range in.Message.All("To") {
		list = append(list, in.Message.Addresses(f)...)
	}
	switch {
	case len(list) == 0 && in.RecipientHidden():
		return "hidden"
	case len(list) == 0:
		return "not named"
	}
	return short(list[0].String()) + more(len(list)-1)
}

// maxHeadText bounds, in bytes, what one row shows of a field: mail systems refuse longer lines (RFC 5322 2.1.1), and a ticket of megabytes
// helps nobody.
const maxHeadText = 998

func short(s string) string {
	if len(s) <= maxHeadText {
		return s
	}
	return strings.ToValidUTF8(s[:maxHeadText], "") + "…"
}

func subjectText(m *eml.Message) string {
	f, ok := m.First("Subject")
	if !ok {
		return "(none)"
	}
	return cmp.Or(short(oneLine(m.Text(f))), "(empty)")
}

func whenText(in *analyze.Input) string {
	if !in.Delivered.IsZero() {
		return moment(in.Delivered)
	}
	if t, ok := in.Message.Date(); ok {
		return "unknown (dated " + day(t) + ")"
	}
	return "unknown"
}

func idText(m *eml.Message) string {
	f, ok := m.First("Message-ID")
	if !ok {
		return "(no Message-ID)"
	}
	return cmp.Or(short(oneLine(m.Unfold(f))), "(empty)")
}

// doText is what to do now. What must not be released gets steps that need no rule.
func doText(e *explain.Explanation) []string {
	d := e.First
	if e.Verdict == explain.DoNotRelease {
		return dangerSteps(e)
	}
	do := d.Do
	for _, f := range d.Fixes {
		if do == "" && f.Party == d.WhoFixes {
			do = f.Text
		}
	}
	return []string{fitVerdict(e.Verdict, cmp.Or(do, "nothing"))}
}

// fitVerdict makes the step begin with what the first word says. A cause writes it without knowing whether somebody vouches for the message.
func fitVerdict(v explain.Verdict, do string) string {
	if rest, ok := strings.CutPrefix(do, "Release it"); ok && v == explain.AskTheSender {
		if strings.HasPrefix(rest, " if ") { // the condition is what is asked
			rest = rest[strings.IndexAny(rest+".", ",;."):]
		}
		return "Ask the sender over another way whether he wrote it; if so, release it" + rest
	}
	if rest, ok := strings.CutPrefix(do, "Ask the sender"); ok && v == explain.Release {
		return "Release it if it was expected; otherwise ask the sender" + strings.Replace(rest, "; then release.", ".", 1)
	}
	return do
}

// dangerSteps are what helps against phishing, fraud and taken-over accounts: never a rule. That it is not to be released stands above them.
func dangerSteps(e *explain.Explanation) []string {
	var steps []string
	outbound := e.Report.Input.Direction == rules.Outbound
	if !e.Caught && !outbound {
		steps = append(steps, "It was probably delivered: take it out of the mailboxes.")
	}
	if e.View.Filter.Let {
		steps = append(steps, "An entry or a rule of your own let it pass: take it out, or bind it to who is proven.")
	}
	do := strings.TrimSpace(strings.TrimPrefix(e.First.Do, "Do not release it."))
	steps = append(steps, cmp.Or(do, "Report it to the filter vendor, and find who else got it."))
	if e.First.NoLogin {
		return steps
	}
	if e.First.Cause.Name != "real-spam" && e.First.Cause.Name != "display-name-colleague" && !outbound {
		steps = append(steps, "Whoever clicked or answered changes the password now, and tells you.")
	}
	if e.First.Cause.Name == "real-phishing" || e.First.Cause.Name == "display-name-colleague" {
		steps = append(steps, "Call the sender on a number that you had before, if it is somebody you know.")
	}
	return steps
}

// caughtText says who stopped the message: the filter's word where it is known, and otherwise an estimate that is called one.
func caughtText(e *explain.Explanation) string {
	s, d := e.View.Filter, e.Report.Decision
	caught, let := filterWords(e.Report)
	switch {
	case e.Report.Input.Category != "":
		return "your filter, whose log calls it " + e.Report.Input.Category + ". " + estimate(d)
	case caught != "":
		return caught + ". " + estimate(d)
	case s.Caught:
		return s.Filter + ", which says: " + cmp.Or(s.Verdict, "spam") + ". " + estimate(d)
	case s.Let:
		return "nothing: an entry of yours let it pass, says " + s.Filter + ". " + estimate(d)
	case let != "":
		return "nothing we can see: " + let + ". " + estimate(d)
	case d.Action == policy.Deliver:
		return "nothing we can see" + cmp.Or(claimText(e.Report), ".") + " " + estimate(d)
	}
	return filterName(e.Report) + " " + estimate(d)
}

// filterWords are what our side's filters wrote: of one that caught the message, with its dearest grounds, and of one that let it pass.
func filterWords(r *analyze.Report) (caught, let string) {
	vs, _ := analyze.ResultOf[[]verdict.Verdict](r, checks.Verdicts)
	for _, v := range vs {
		switch {
		case !v.Counts():
		case v.Verdict.Caught() && caught == "":
			caught = verdictText(v) + groundsText(v)
		case !v.Verdict.Caught() && let == "":
			let = checks.VerdictText(v)
		}
	}
	return caught, let
}

// verdictText says it behind "caught by": "Rspamd, which found spam, 11.4 of 15".
func verdictText(v verdict.Verdict) string {
	name, _, _ := strings.Cut(v.Title, " (")
	return name + ", which" + strings.TrimPrefix(checks.VerdictText(v), name)
}

// shownGrounds is how many grounds of a filter fit beside its verdict.
const shownGrounds = 3

// leastGround: smaller points of a filter tip nothing.
const leastGround = 0.1

// groundsText names what weighed most for the filter, in its own words.
func groundsText(v verdict.Verdict) string {
	list := slices.Clone(v.Reasons)
	slices.SortStableFunc(list, func(a, b verdict.Reason) int { return cmp.Compare(b.Points.Value, a.Points.Value) })
	var out []string
	for _, r := range list {
		if len(out) == shownGrounds || r.Blind || r.Cause == "" && (r.Points.Value < leastGround || v.Filter == "microsoft") { // a BCL of 1 is no ground
			continue
		}
		text := cut(Clean(r.Code), maxShownName)
		if r.Points.Known {
			text += " " + points(r.Points.Value)
		}
		out = append(out, text)
	}
	if len(out) == 0 {
		return ""
	}
	return " (" + strings.Join(out, ", ") + ")"
}

// noReason goes without saying of a filter that is not known.
const noReason = ", which wrote no reason."

// claimed is a verdict of spam in a field that is not shown to be our side's: who reads the header sees it, and wonders. Of mail that came in, what says of
// itself that it scanned mail on the way out is none.
func claimed(r *analyze.Report) string {
	vs, _ := analyze.ResultOf[[]verdict.Verdict](r, checks.Verdicts)
	for _, v := range vs {
		if v.Claim() && v.Verdict.Caught() && (v.Direction != rules.Outbound || r.Input.Direction != rules.Inbound) {
			return checks.VerdictText(v)
		}
	}
	return ""
}

// claimText says what a field claims that many filters write below the border, or "": it is what the one who asks sees in the header.
func claimText(r *analyze.Report) string {
	if said := claimed(r); said != "" {
		return ". \"" + said + "\" stands where the sender could have written it, too."
	}
	return ""
}

// filterName names the filter that stands at the border. That it caught the message is not known, unless it wrote that it acted by a DMARC policy.
func filterName(r *analyze.Report) string {
	d := r.Decision
	who, wrote := "probably ", cmp.Or(claimText(r), noReason)
	if did := checks.ActedByDMARC(r); did != "" {
		who, wrote = "", ", which wrote that DMARC failed, and that it acted by the domain's policy ("+did+")."
	}
	switch {
	case d.Filter != "" && d.Filter != "neutral":
		return who + cmp.Or(d.Title, d.Filter) + wrote
	case r.Input.Trace != nil && r.Input.Trace.Receiver != "":
		if p, ok := providers.ByName(r.Input.Trace.Receiver); ok {
			return who + p.Title + wrote
		}
	}
	unknown := "a filter that is not known"
	if p := r.Input.Profile; p != nil && len(p.Domains) > 0 {
		unknown += " (filter: in " + profileName(p) + ")"
	}
	if wrote == noReason {
		wrote = "."
	}
	return unknown + wrote
}

func estimate(d policy.Decision) string {
	step := d.DecidedBy()
	by := cmp.Or(step.Title, string(step.Stage), "no stage")
	switch {
	case d.Action == policy.Deliver && d.Score >= d.Threshold && step.Stage != policy.StageScore: // the score was not asked
		why, _, _ := strings.Cut(step.Reason, " (") // without the place of a rule
		return fmt.Sprintf("Our estimate: delivered by %s: %s.", by, cmp.Or(why, "they allow it"))
	case d.Action == policy.Deliver:
		return fmt.Sprintf("Our estimate: delivered, %s of %s points.", points(d.Score), points(d.Threshold))
	}
	if step.Stage == policy.StageScore && d.Score < d.Threshold { // the log says so, and not the count
		return fmt.Sprintf("Our own count is %s of %s points.", points(d.Score), points(d.Threshold))
	}
	if step.Stage == policy.StageScore {
		return fmt.Sprintf("Our estimate: %s, %s of %s points.", d.Action, points(d.Score), points(d.Threshold))
	}
	return fmt.Sprintf("Our estimate: %s by %s (%s of %s points).", d.Action, by, points(d.Score), points(d.Threshold))
}

// surerText names what would make the answer surer: the word of the filter's log, and a line of a profile. It is empty where the answer is sure,
// or where mail is bad and the organisation known.
func surerText(e *explain.Explanation) string {
	var ways []string
	switch in := e.Report.Input; { // nothing can be said of a sender without it
	case in.AuthorHidden():
		ways = append(ways, "--from, with the sender's address, which the page hid")
	case in.AuthorAbsent():
		ways = append(ways, "--from, with the address in From, which is not here")
	}
	if peerHidden(e.Report.Input) {
		ways = append(ways, "--client-ip, with the address that handed the message over, which the line does not show")
	}
	pr := e.Report.Input.Profile
	known := pr != nil && len(pr.Domains) > 0
	if e.Sure >= explain.SureAt || known && (e.Verdict == explain.DoNotRelease || e.First.Cause.Name == "cannot-tell") {
		return strings.Join(ways, "; ")
	}
	whose := e.First.Cause.Name == "signature-service-loop" && e.Verdict == explain.AskTheSender // no log knows whose tenant it was
	if caught, _ := filterWords(e.Report); caught == "" && checks.ActedByDMARC(e.Report) == "" && e.Report.Input.Category == "" && e.Verdict != explain.DoNotRelease && !whose {
		ways = append(ways, "--category, with what the filter's log calls it")
	}
	if noEnvelope(e.Report) && !e.First.Open && !e.View.Authentic() && e.Verdict != explain.DoNotRelease {
		ways = append(ways, "--mail-from, with the sender that the filter's log shows, so that SPF can be judged")
	}
	if line := profileLine(e); line != "" {
		ways = append(ways, line)
	}
	return strings.Join(ways, "; ")
}

// peerHidden reports whether the border's line is here, and names a host and no address: a page or a person took it out.
func peerHidden(in *analyze.Input) bool {
	t := in.Trace
	return t != nil && t.Border >= 0 && t.Hops[t.Border].Helo != "" && !t.Hops[t.Border].IP.IsValid() && !t.Handover.IP.IsValid()
}

// noEnvelope reports whether SPF was left out since no envelope sender is recorded.
func noEnvelope(r *analyze.Report) bool {
	return slices.ContainsFunc(r.Outcomes, func(o analyze.Outcome) bool { return o.Check == checks.SPF && o.Code == "no-mail-from" })
}

// profileLine is the line of a profile that helps most.
func profileLine(e *explain.Explanation) string {
	in := e.Report.Input
	pr := in.Profile
	switch {
	case pr == nil || len(pr.Domains) == 0:
		return "a profile.yaml with the line domains: [" + ownDomain(in) + "] (fpcheck profile init " + ownDomain(in) + ")"
	case in.Trace != nil && in.Trace.Border < 0 && len(pr.Border) == 0:
		return "the line border: [your MX host] in " + profileName(pr)
	case e.First.Cause.Name == "signature-service-loop": // no address of a service that others use belongs into a profile
		if pr.Tenant == "" {
			return "the line microsoft-365: {tenant: ID} in " + profileName(pr)
		}
	case e.First.Cause.Name == "marketing-service-own-domain": // nor is it asked whose address that is
	case len(pr.SendingServers) == 0 && pr.IsOwnDomain(in.FromDomain()):
		return "the line sending-servers: [your addresses] in " + profileName(pr)
	}
	return ""
}

func profileName(pr *profile.Profile) string { return shortName(pr.Path) }

// ownDomain is the recipient's, as far as it looks like one: it goes into a line that people copy.
func ownDomain(in *analyze.Input) string {
	for _, d := range in.RecipientDomains() {
		if strings.Contains(d, ".") && len(d) < 100 && strings.Trim(d, "abcdefghijklmnopqrstuvwxyz0123456789.-") == "" {
			return d
		}
	}
	return "yourdomain.example"
}

// nextText is what to run next. Nothing leads from bad mail to a rule.
func nextText(e *explain.Explanation, command string) []string {
	hidden := e.Report.Input.AuthorHidden() || e.Report.Input.AuthorAbsent()
	switch {
	case command == "" && hidden:
		return []string{"save the message to a file, and fpcheck FILE --from ADDRESS"}
	case command == "":
		return []string{"save the message to a file, and fpcheck explain FILE"}
	}
	explainIt := "fpcheck explain " + command
	switch {
	case hidden && peerHidden(e.Report.Input):
		return []string{"fpcheck " + command + " --from ADDRESS --client-ip IP", explainIt}
	case hidden: // nothing can be said of a sender without it
		return []string{"fpcheck " + command + " --from ADDRESS", explainIt}
	case peerHidden(e.Report.Input) && e.Verdict == explain.AskTheSender:
		return []string{"fpcheck " + command + " --client-ip IP", explainIt}
	case e.First.Cause.Name == "cannot-tell" && e.Report.Input.OwnUnknown():
		return []string{"fpcheck " + command + " --rcpt ADDRESS", explainIt}
	case e.First.Cause.Name == "cannot-tell" && e.Report.Input.Category == "" && e.View.Filter.Filter == "" && !e.View.Allowed():
		return []string{"fpcheck " + command + " --category WORD", explainIt}
	case e.Verdict != explain.Release:
		return []string{explainIt, "fpcheck ticket " + command + " --to user"}
	case slices.Contains([]explain.Party{explain.SenderAdmin, explain.IPProvider, explain.Service, explain.List, explain.Forwarder}, e.First.WhoFixes):
		return []string{"fpcheck ticket " + command + " --to sender", explainIt}
	case !e.Caught: // there is nothing to change
		return []string{explainIt}
	}
	return []string{"fpcheck suggest " + command, explainIt}
}

// claim is one thing that speaks for or against a cause, and where it can be seen.
type claim struct {
	Text    string
	Where   string
	Finding analyze.Finding
}

func claims(in *analyze.Input, fs []analyze.Finding) []claim {
	out := make([]claim, len(fs))
	for i, f := range fs {
		out[i] = claim{f.Summary, whereText(in, f.Evidence), f}
	}
	return out
}

// maxPlaces is how many places stand beside a claim.
const maxPlaces = 3

// whereText pins a claim: "web-form.eml:9, 14", "widget.com. TXT", "profile.yaml:3".
func whereText(in *analyze.Input, evidence []analyze.Evidence) string {
	var lines, rest []string
	for _, e := range evidence {
		switch {
		case !e.Span.Empty() && in.Message != nil && e.Span.End <= len(in.Message.Raw):
			lines = add(lines, fmt.Sprint(in.Message.Line(e.Span.Start)))
		case e.DNS != nil:
			rest = add(rest, cut(Clean(e.DNS.String()), 40))
		case e.Profile != "":
			if l, ok := in.Profile.Line(e.Profile); ok {
				rest = add(rest, fmt.Sprintf("%s:%d", cut(shortName(in.Profile.Path), 30), l.Number))
			}
		}
	}
	if len(lines) > maxPlaces {
		lines = append(lines[:maxPlaces], "…")
	}
	if len(lines) > 0 {
		rest = append([]string{cut(shortName(in.Name), 30) + ":" + strings.Join(lines, ", ")}, rest...)
	}
	return strings.Join(rest[:min(len(rest), maxPlaces)], "; ")
}

func add(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// changeText names a what-if. The counterfactual has no name of its own.
func changeText(w explain.WhatIf) string {
	if w.Change == "without this" {
		return "if this were not so"
	}
	return Clean(w.Change)
}

// whatIfText says what would become of the message.
func whatIfText(e *explain.Explanation, w explain.WhatIf) string {
	text := fmt.Sprintf("%s, %s of %s", w.Action, points(w.Score), points(e.Report.Decision.Threshold))
	if w.Action == e.Report.Decision.Action && !w.Flips {
		return "still " + text
	}
	return text
}

// decisionText is the decision in one line, as explain shows it.
func decisionText(r *analyze.Report) string {
	d := r.Decision
	by, _ := decidedBy(d)
	return fmt.Sprintf("%s, %s of %s, %s", d.Action, points(d.Score), points(d.Threshold), by)
}
