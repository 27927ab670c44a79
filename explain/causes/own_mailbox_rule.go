package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/explain"
)

// ownMailboxRule: the filter found nothing, and the mailbox moved the message all the same.
var ownMailboxRule = &explain.Cause{
	Name: "own-mailbox-rule", Title: "The filter found nothing; a rule or junk list of the user's own mailbox moved it.", Families: []explain.Family{explain.FamilyMailbox},
	Match: func(v *explain.View) *explain.Diagnosis {
		if !v.Filter.Caught || !v.Filter.Carries([]explain.Family{explain.FamilyMailbox}) {
			return nil
		}
		return &explain.Diagnosis{
			Sure: proven, WhoFixes: explain.You, For: stated(v, explain.FamilyMailbox),
			Title: fmt.Sprintf("%s found nothing; a rule or the junk list of the user's own mailbox moved it.", v.Filter.Filter),
			Do:    "Look with the user into the inbox rules and the blocked senders of the mailbox; move the message back.",
			Fixes: []explain.Fix{fix(explain.You, "Outlook: Settings > Mail > Junk email (blocked senders and domains) and Rules; PowerShell: Get-MailboxJunkEmailConfiguration, Get-InboxRule.")},
		}
	},
}
