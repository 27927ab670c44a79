package verdict

var amazonSES = &Decoder{
	Name:   "amazon-ses",
	Title:  "Amazon SES receiving and WorkMail",
	Source: "docs.aws.amazon.com/ses: contents of notifications for receiving (spamVerdict, virusVerdict)",
	Read:   "2026-11-27",
	Fields: []string{"X-SES-Spam-Verdict", "X-SES-Virus-Verdict"},
	Decode: decodeSES,
}

var sesSpam = map[string]meaning{
	"pass": {NotSpam, "no spam", ""}, "fail": {Spam, "spam", "classifier-misjudged"}, "gray": {NotSpam, "the engine could not decide", ""},
	"processing_failed": {"", "the engine failed: nothing was looked at", ""}, "disabled": {"", "the engine is switched off", ""},
}

var sesVirus = map[string]meaning{
	"pass": {"", "no malware was found", ""}, "fail": {Malware, "malware", ""}, "gray": {"", "whether it bears malware could not be decided", ""},
	"processing_failed": {"", "the anti-virus failed: nothing was looked at", ""}, "disabled": {"", "the anti-virus is switched off", ""},
}

func decodeSES(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		if f.name == "x-ses-spam-verdict" {
			r.look(sesSpam, "Spam-Verdict:"+p.text, p)
		} else {
			r.look(sesVirus, "Virus-Verdict:"+p.text, p)
		}
	}
}
