package verdict

var avanan = &Decoder{
	Name:   "avanan",
	Title:  "Check Point Harmony Email (Avanan)",
	Source: "sc1.checkpoint.com, Harmony Email and Collaboration: mail flow rules for Microsoft 365; fields as seen in delivered mail",
	Read:   "2026-11-23",
	Fields: []string{"X-CLOUD-SEC-AV-*"},
	Decode: decodeAvanan,
}

var avananMarks = map[string]string{
	"x-cloud-sec-av-info": "customer, kind of mailbox and mode: %s", "x-cloud-sec-av-sent": "it went through the filter and back: %s", "x-cloud-sec-av-int-relay": "it goes on through a connector: %s",
}

func decodeAvanan(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch f.name {
		case "x-cloud-sec-av-scl":
			r.yesSays(f, p, meaning{Spam, "to be put into junk by a mail flow rule", "classifier-misjudged"}, meaning{"", "", ""})
		default:
			r.marks(avananMarks, f, p)
		}
	}
}
