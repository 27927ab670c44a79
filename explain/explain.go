// Package explain ties findings together into root causes: what happened, what proves it, and who has to mend it.
package explain

import "github.com/fpcheck/fpcheck/analyze"

// Party is who can mend a cause.
type Party string

// The parties.
const (
	You         Party = "you"            // the receiving organisation's admin
	SenderAdmin Party = "sender's admin" // postmaster of the sending domain
	IPProvider  Party = "IP's provider"  // who runs the address: PTR
	Service     Party = "service"        // marketing or form service
	List        Party = "list"           // owner of a mailing list
	Forwarder   Party = "forwarder"
	Vendor      Party = "filter vendor"
	Nobody      Party = "nobody"
)

// Cause is one root cause. Match returns nil where it does not speak.
type Cause struct {
	Name  string // stable, and names the docs page: "web-form-unlisted-server"
	Title string // the sentence that one would say on the phone
	Match func(*analyze.Report) *Diagnosis
}

// Fix is what one party has to do.
type Fix struct {
	Party Party
	Text  string
}

// WhatIf is one change and what the decision would be with it.
type WhatIf struct {
	Change string
	Action string
	Score  float64
	Flips  bool
}

// Verdict is the desk's first word.
type Verdict string

// The three words.
const (
	Release      Verdict = "RELEASE"
	DoNotRelease Verdict = "DO NOT RELEASE"
	AskTheSender Verdict = "ASK THE SENDER"
)

// Diagnosis is a cause as it applies to one message.
type Diagnosis struct {
	Cause        *Cause
	Title        string  // the cause's sentence with this message's names; empty: Cause.Title
	Sure         float64 // 0.9 and more: sure; 0.6: likely; less: possible
	Verdict      Verdict
	For, Against []analyze.Finding
	WhoFixes     Party
	Fixes        []Fix
	WhatIf       []WhatIf
}
