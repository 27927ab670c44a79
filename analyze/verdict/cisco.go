package verdict

import "strings"

var cisco = &Decoder{
	Name:   "cisco",
	Title:  "Cisco Secure Email (IronPort)",
	Source: "Cisco AsyncOS user guides: anti-spam, sender groups, SenderBase reputation; fields as seen in delivered mail",
	Read:   "2026-11-23",
	Fields: []string{"X-IronPort-*", "X-SBRS", "X-IPAS-Result", "X-Amp-Result", "X-Amp-File-Uploaded", "X-Amp-Original-Verdict", "X-ThreatScanner-Verdict"},
	Decode: decodeCisco,
}

func decodeCisco(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch f.name {
		case "x-ironport-anti-spam-filtered":
			r.look(map[string]meaning{"true": {"", "the anti-spam engine looked at it; the result is encrypted", ""}, "false": {"", "the anti-spam engine did not look at it", ""}}, "Anti-Spam-Filtered:"+p.text, p)
		case "x-ironport-anti-spam-result", "x-ipas-result":
			r.reason(f.Name, "the engine's result, encrypted: only Cisco can read it", p)
		case "x-ironport-anti-spam":
			r.look(ciscoAntiSpam, "Anti-Spam:"+p.text, p)
		case "x-sbrs", "x-ironport-sbrs":
			r.sbrs(p)
		case "x-ironport-mailflowpolicy":
			r.look(mailFlowPolicies, "MailFlowPolicy:"+p.text, p)
		case "x-ironport-sendergroup":
			r.look(senderGroups, "SenderGroup:"+p.text, p)
		case "x-amp-result", "x-amp-original-verdict":
			word, _, _ := r.cut(p, '(') // "SKIPPED(no attachment in message)"
			r.look(ampResults, f.Name+":"+p.text, word)
		case "x-threatscanner-verdict":
			known := cloudmarkVerdicts
			if p.lower() == "negative" {
				known = threatScannerNothing
			}
			r.look(known, f.Name+":"+p.text, p)
		default:
			r.ciscoMark(f, p)
		}
	}
}

// threatScannerNothing is the word of its own beside those of Cloudmark's engine, of which none was seen.
var threatScannerNothing = map[string]meaning{"negative": {"", "the scanner for threats found nothing", ""}}

var ciscoAntiSpam = map[string]meaning{"clean": {NotSpam, "no spam", ""}, "spam": {Spam, "spam", "classifier-misjudged"}, "suspect": {Spam, "suspected spam", "classifier-misjudged"},
	"marketing": {Bulk, "marketing mail", "bulk-level"}, "bulk": {Bulk, "bulk mail", "bulk-level"}, "social": {Bulk, "mail of a social network", "bulk-level"}}

var mailFlowPolicies = map[string]meaning{
	"$trusted": {Allowed, "the sender's address is in a trusted group, so it is not scanned for spam", ""}, "$blocked": {Blocked, "the sender's address is in a blocked group", "listed-address"},
	"$throttled": {"", "the sender's address is throttled for its reputation", "listed-address"}, "$accepted": {"", "accepted and scanned as usual", ""}, "$relayed": {Allowed, "relayed for a user or host of the organisation", ""},
}

var senderGroups = map[string]meaning{
	"whitelist": {Allowed, "the organisation's list of allowed hosts", ""}, "allowed_list": {Allowed, "the organisation's list of allowed hosts", ""},
	"blacklist": {Blocked, "the organisation's list of blocked hosts, or a very bad reputation", "own-block-entry"}, "blocked_list": {Blocked, "the organisation's list of blocked hosts, or a very bad reputation", "own-block-entry"},
	"suspectlist": {"", "hosts of doubtful reputation", "listed-address"}, "unknownlist": {"", "hosts that nobody knows anything about", "first-contact"}, "relaylist": {Allowed, "hosts that may relay", ""},
	"unlisted": {"", "hosts that no list names", ""}, "greylist": {"", "hosts that have to come again", "first-contact"},
}

var ampResults = map[string]meaning{
	"clean": {"", "Advanced Malware Protection found nothing", ""}, "malicious": {Malware, "Advanced Malware Protection found malware", ""},
	"unknown": {"", "Advanced Malware Protection does not know the file", ""}, "unscannable": {"", "Advanced Malware Protection could not open the file", ""},
	"low_risk": {"", "Advanced Malware Protection sees a low risk", ""}, "skipped": {"", "Advanced Malware Protection did not look", ""},
}

// sbrs reads the reputation of the address from -10 to +10, or "None".
func (r *reading) sbrs(p piece) {
	n := number(p.text)
	switch {
	case strings.EqualFold(p.text, "none"):
		r.reason("SBRS:None", "nothing is known of the sender's address", p)
	case !n.Known || n.Value < -10 || n.Value > 10:
		r.strange("SBRS:" + p.text)
	case n.Value < 0:
		r.because("SBRS:"+p.text, "the sender's address has a bad reputation (under 0)", "listed-address", p)
	case n.Value > 5:
		r.reason("SBRS:"+p.text, "the sender's address has a good reputation (over 5)", p)
	default:
		r.reason("SBRS:"+p.text, "the sender's address has a middling reputation (0 to 5)", p)
	}
}

// ciscoMarks are fields that name what was seen.
var ciscoMarks = map[string]string{"x-ironport-av": "the virus scanner that looked: %s", "x-ironport-remoteip": "%s connected", "x-ironport-mid": "the gateway's number for it: %s",
	"x-ironport-listener": "taken by listener %s", "x-ironport-sdr": "reputation of the sender's domain: %s", "x-ironport-sdr-verdict": "reputation of the sender's domain: %s", "x-ironport-reputation": "reputation: %s",
	"x-ironport-hdrordr": "order of its fields", "x-ironport-phdr": "what the engine takes from the header, encrypted", "x-ironport-data": "what the engine takes from it, encrypted", "x-ironport-outbreak-status": "outbreak filter: %s",
	"x-ironport-outbreak-description": "outbreak filter: %s", "x-ironport-tls": "how it was encrypted on the way: %s", "x-ironport-url": "links: %s", "x-amp-file-uploaded": "a file was sent to the sandbox: %s"}

func (r *reading) ciscoMark(f field, p piece) {
	if text := ciscoMarks[f.name]; text != "" {
		r.reason(f.Name, strings.Replace(text, "%s", shown(p.text), 1), p)
		return
	}
	r.strange(f.Name + ": " + p.text)
}
