package causes

import (
	"fmt"
	"math"
	"time"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/reputation"
	"github.com/fpcheck/fpcheck/explain"
)

// localHistoryStale: what was learnt of the sender's address, network or name holds a message that is in order.
var localHistoryStale = &explain.Cause{
	Name: "local-history-stale", Title: "Your own history of the sender holds a message that is in order.",
	Match: func(v *explain.View) *explain.Diagnosis {
		hits := v.Find("reputation.spam")
		s, known := heldAgainst(v)
		if !known || v.Sent() || !holds(v, points(hits)) || !v.Vouched() || suspicious(v) || len(fraudulent(v)) > 0 {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: moderate, WhoFixes: explain.You, Clears: []string{"reputation.spam"},
			For:     append(hits, v.Good("dmarc.pass", "spf.pass", "dkim.pass", "bayes.ham", "blocklist.welcome")...),
			Against: v.Find(content...),
			Title:   fmt.Sprintf("What you learnt of %s holds it (%s), and this message is in order.", name(s.Name, "the sender"), counted(s)),
			Do:      "Release it if the text is what it seems, and teach it as good: fpcheck learn --ham MESSAGE.",
			Fixes: []explain.Fix{
				fix(explain.You, "fpcheck learn --ham MESSAGE weighs against the old mail; what was learnt as spam by mistake: fpcheck learn --unlearn MESSAGE. %s", fades(s)),
				fix(explain.SenderAdmin, "%s: mail from %s was spam; find who sent it, if it was one of yours.", postmaster(v.From), name(s.Name, "your server")),
			},
		}
		if len(d.Against) == 0 && spamProbability(v) < 0.5 {
			d.Sure = strong
		}
		return d
	},
}

// heldAgainst is the history that gave its points: the strongest toward spam.
func heldAgainst(v *explain.View) (worst reputation.Standing, ok bool) {
	all, _ := analyze.ResultOf[checks.Standings](v.Report, checks.Reputation)
	for _, s := range all.List {
		if !s.Neutral() && s.Score > worst.Score {
			worst, ok = s, true
		}
	}
	return worst, ok
}

func counted(s reputation.Standing) string {
	if s.Ham > 0 {
		return fmt.Sprintf("%d spam and %d good messages, the last on %s", s.Spam, s.Ham, s.Last.UTC().Format(time.DateOnly))
	}
	return fmt.Sprintf("%d spam messages, the last on %s", s.Spam, s.Last.UTC().Format(time.DateOnly))
}

// fades says when the history will say nothing any more, without new spam.
func fades(s reputation.Standing) string {
	left := (s.SpamLeft + s.HamLeft) / reputation.Floor
	if left <= 1 {
		return "Without new spam it says nothing any more within days."
	}
	days := math.Ceil(math.Log2(left) * reputation.HalfLife.Hours() / 24)
	return fmt.Sprintf("Without new spam it says nothing any more within %.0f days of the delivery: a hit weighs half after 14.", days)
}
