package causes

import (
	"github.com/fpcheck/fpcheck/explain"
)

var dkimTestMode = &explain.Cause{
	Name: "dkim-test-mode", Title: "The sender's DKIM key is in test mode, so receivers may treat its mail as unsigned.",
	Match: func(v *explain.View) *explain.Diagnosis {
		for _, s := range v.Signatures() {
			if s.TestMode {
				return &explain.Diagnosis{
					Sure: weak, WhoFixes: explain.SenderAdmin, For: v.Find("dkim.test-mode"), Clears: []string{"dkim.test-mode"},
					Do:    "Nothing: few receivers act on it.",
					Fixes: []explain.Fix{fix(explain.SenderAdmin, "%s: take t=y out of the TXT record at %s.", postmaster(s.Domain), keyName(s))},
				}
			}
		}
		return nil
	},
}
