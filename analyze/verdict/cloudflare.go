package verdict

var cloudflare = &Decoder{
	Name:   "cloudflare",
	Title:  "Cloudflare Email Security (Area 1)",
	Source: "developers.cloudflare.com/email-security: dispositions and their header",
	Read:   "2026-11-27",
	Fields: []string{"X-Area1Security-*"},
	Decode: decodeCloudflare,
}

var area1Dispositions = map[string]meaning{
	"malicious":     {Phishing, "malicious: more than one thing points to phishing", "real-phishing"},
	"malicious-bec": {Phishing, "malicious: a fraud that asks by mail for money or data", "real-phishing"},
	"suspicious":    {Phishing, "suspicious: something of phishing, and not proven", ""}, "spoof": {Spoof, "a sender that is not who he says", ""},
	"spam": {Spam, "spam", "classifier-misjudged"}, "uce": {Spam, "spam", "classifier-misjudged"}, "bulk": {Bulk, "bulk mail", "bulk-level"},
	"benign": {NotSpam, "nothing was found", ""}, "none": {NotSpam, "nothing was found", ""},
}

func decodeCloudflare(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		if f.name == "x-area1security-disposition" {
			r.look(area1Dispositions, "Disposition:"+p.text, p)
			continue
		}
		r.reason(f.Name, "a mark of the filter: "+shown(p.text), p)
	}
}
