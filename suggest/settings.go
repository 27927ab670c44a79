package suggest

import (
	"fmt"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/explain"
)

// sendingServer is the root of most trouble with one's own domain: an address that may send is not in the list. It is offered where
// the address is one's own alone.
func (w *workbench) sendingServer() []Remedy {
	ip := w.r.Facts.IP
	if w.from == "" || !w.own || !ip.IsValid() || w.r.Input.Profile.IsSendingServer(ip) || w.r.Facts.Direction != rules.Inbound {
		return nil
	}
	what := "add " + ip.String() + " to the sending servers"
	switch {
	case w.service != nil:
		w.not(SharedHost, what, fmt.Sprintf("a host of %s: every customer of it could send as %s", w.service.Title, w.fromDomain()), "a rule on sender and host or signature")
		return nil
	case !w.dedicated():
		reason := "nobody has said that the address is yours alone: on a shared host every customer could send as " + w.fromDomain()
		if p := sharedWebHost(w.r); p != nil {
			reason = fmt.Sprintf("a shared web host (%s): every customer of it could send as %s", p.Title, w.fromDomain())
		}
		w.not(SharedHost, what, reason, "if it is yours alone, say --dedicated, or dedicated-servers in the profile")
		return nil
	}
	rem := Remedy{Kind: SendingServer, Title: "Add " + ip.String() + " to the sending servers", Party: explain.You, Lasting: true, Knob: policy.KnobSendingServers,
		Text: fmt.Sprintf("State that %s may send as %s.", ip, w.fromDomain())}
	switch w.r.Input.Profile.OutboundFiltering {
	case "yes":
	case "no":
		rem.Kind, rem.Knob = SafeSender, policy.KnobSafeSender
		rem.Title = "Add " + ip.String() + " to the company's list of safe senders"
		rem.Text = fmt.Sprintf("You use no outgoing filtering, so %s goes into the safe list and not into the sending servers, which may also relay.", ip)
		rem.Residual = []string{"mail from " + ip.String() + " passes the spam engine whoever the author is"}
	default:
		rem.Warnings = append(rem.Warnings, Refusal{Name: OutboundRelay, What: what, Reason: "where sending servers also relay (Proofpoint Essentials), the address may then send through your filter to anybody",
			Instead: "say outbound-filtering: yes or no in the profile; without outgoing filtering use the safe list or a filter"})
	}
	return []Remedy{rem}
}

func (w *workbench) fromDomain() string {
	_, domain, _ := strings.Cut(w.from, "@")
	return domain
}

// lists are the settings that look at the written sender alone: last, with what they open, and for one's own domain never.
func (w *workbench) lists() []Remedy {
	if w.from == "" || w.r.Facts.Direction == rules.Outbound {
		return nil
	}
	if w.own {
		w.not(OwnUnbound, "trusted sender entry for "+w.from, "anybody can write that address", "a rule on sender and host or signature")
		return nil
	}
	return []Remedy{{Kind: SafeSender, Party: explain.You, Knob: policy.KnobSafeSender,
		Title:    "Trusted sender entry for " + w.from,
		Text:     fmt.Sprintf("Put %s into the list of allowed senders of the one who gets the mail.", w.from),
		Residual: []string{"anybody can write " + w.from + ": the list does not ask who sent it"}}}
}

// exception is for filters whose policy stage yields to nothing else.
func (w *workbench) exception() []Remedy {
	if w.from == "" || w.r.Facts.Direction != rules.Inbound {
		return nil
	}
	step := w.r.Decision.DecidedBy()
	if w.r.Decision.Stage != policy.StageAuth || step.Result == policy.ResultPass {
		return nil
	}
	return []Remedy{{Kind: Exception, Party: explain.You, Knob: policy.KnobExceptions,
		Title:    "Exception of the DMARC, DKIM and SPF policies for " + w.fromDomain(),
		Text:     fmt.Sprintf("Exempt %s until its owner has mended what fails.", w.fromDomain()),
		Residual: []string{"forged mail of " + w.fromDomain() + " passes that step, too: the exception asks for the domain alone"}}}
}
