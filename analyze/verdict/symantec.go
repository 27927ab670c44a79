package verdict

import "strings"

var symantec = &Decoder{
	Name:   "symantec",
	Title:  "Symantec Email Security.cloud (MessageLabs) and Messaging Gateway (Brightmail)",
	Source: "knowledge.broadcom.com; fields as seen in delivered mail",
	Read:   "2026-11-23",
	Fields: []string{"X-Brightmail-Tracker", "X-StarScan-*", "X-Msg-Ref", "X-SpamReason", "X-SpamInfo", "X-VirusChecked", "X-SYMC-ESS-*"},
	Many:   []string{"X-Msg-Ref", "X-StarScan-Received", "X-Brightmail-Tracker"},
	Decode: decodeSymantec,
}

func decodeSymantec(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch {
		case f.name == "x-spamreason":
			r.spamStatus(p)
		case f.name == "x-spaminfo":
			r.say(Spam)
			r.because("X-SpamInfo", "the engine's word: "+shown(p.text), "classifier-misjudged", p)
		case f.name == "x-brightmail-tracker":
			r.brightmail(p)
		default:
			r.reason(f.Name, "a mark of the filter: "+shown(p.text), p)
		}
	}
}

// brightmail reads the tracker: "AAAAAA==" means that no rule hit; anything else is encrypted.
func (r *reading) brightmail(p piece) {
	if strings.Trim(p.text, "A=") == "" {
		r.reason("X-Brightmail-Tracker", "no rule of the engine hit", p)
		return
	}
	r.reason("X-Brightmail-Tracker", "rules of the engine hit; which ones is encrypted", p)
}
