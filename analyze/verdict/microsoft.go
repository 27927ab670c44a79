package verdict

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/authres"
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var microsoft = &Decoder{
	Name:   "microsoft",
	Title:  "Microsoft (Exchange Online Protection, Defender, Outlook.com)",
	Source: "learn.microsoft.com, defender-office-365: message-headers-eop-mdo, anti-spam-policies-asf-settings-about, anti-spam-spam-confidence-level-scl-about; mailbox fields as seen in delivered mail",
	Read:   "2026-11-23",
	Fields: []string{
		"X-Forefront-Antispam-Report", "X-Forefront-Antispam-Report-Untrusted", "X-Microsoft-Antispam", "X-Microsoft-Antispam-Untrusted",
		"X-Microsoft-Antispam-Mailbox-Delivery", "X-MS-Exchange-Organization-SCL", "X-MS-Exchange-Organization-PCL", "X-CustomSpam",
		"X-Message-Delivery", "X-SID-Result", "X-SID-PRA", "X-Sender-IP", "Authentication-Results", "Received-SPF",
		"X-MS-Exchange-Organization-AuthAs", "X-MS-Exchange-Organization-AuthSource", "X-MS-Exchange-Organization-MessageDirectionality",
		"X-MS-Exchange-CrossTenant-*", "X-OriginatorOrg", "X-MS-Exchange-SkipListedInternetSender",
		"X-MS-Exchange-ExternalOriginalInternetSender", "X-MS-Exchange-EnableFirstContactSafetyTip", "X-EOPAttributedMessage",
		"X-MS-Exchange-AtpMessageProperties", "SpamDiagnosticMetadata", "SpamDiagnosticOutput", "X-MS-Exchange-Transport-EndToEndLatency",
		"X-IncomingTopHeaderMarker",
	},
	Many:   []string{"X-CustomSpam"},
	Takes:  takesMicrosoft,
	Decode: decodeMicrosoft,
}

// spamSCL is the level from which Exchange treats a message as spam.
const spamSCL = 5

// takesMicrosoft knows the two fields that every receiver writes by how Microsoft writes them.
func takesMicrosoft(_ neighbours, name, value string) bool {
	switch name {
	case "authentication-results":
		return strings.Contains(value, "compauth=") || strings.Contains(value, "(sender IP is") || strings.Contains(value, "dmarc=bestguesspass")
	case "received-spf":
		return strings.Contains(value, "(protection.outlook.com:")
	}
	return true
}

// microsoftFields says how to read each field; the names are lower case and without "-untrusted".
var microsoftFields = map[string]func(*reading, piece){
	"x-forefront-antispam-report":                      (*reading).forefront,
	"x-microsoft-antispam":                             (*reading).microsoftAntispam,
	"x-microsoft-antispam-mailbox-delivery":            (*reading).mailboxDelivery,
	"x-ms-exchange-organization-scl":                   (*reading).organizationSCL,
	"x-ms-exchange-organization-pcl":                   (*reading).organizationPCL,
	"x-customspam":                                     (*reading).customSpam,
	"x-message-delivery":                               (*reading).messageDelivery,
	"spamdiagnosticmetadata":                           (*reading).spamDiagnostic,
	"spamdiagnosticoutput":                             (*reading).spamDiagnosticOutput,
	"x-ms-exchange-atpmessageproperties":               (*reading).atpProperties,
	"received-spf":                                     (*reading).microsoftSPF,
	"x-sid-result":                                     said("X-SID-Result", "Outlook.com's sender check says %s"),
	"x-sid-pra":                                        said("X-SID-PRA", "Outlook.com takes %s for the responsible sender"),
	"x-sender-ip":                                      said("X-Sender-IP", "%s connected to Outlook.com"),
	"x-ms-exchange-organization-authas":                authAs("AuthAs"),
	"x-ms-exchange-organization-authsource":            said("AuthSource", "%s decided how far the sender is authenticated"),
	"x-ms-exchange-organization-messagedirectionality": directionality,
	"x-ms-exchange-crosstenant-id":                     said("CrossTenant-Id", "the message passed tenant %s"),
	"x-ms-exchange-crosstenant-authas":                 authAs("CrossTenant-AuthAs"),
	"x-ms-exchange-crosstenant-fromentityheader":       fromEntity,
	"x-ms-exchange-crosstenant-originalattributedtenantconnectingip": said("OriginalAttributedTenantConnectingIp", "first seen from %s"),
	"x-originatororg":                              said("X-OriginatorOrg", "it left the Microsoft tenant of %s, as written"),
	"x-ms-exchange-skiplistedinternetsender":       said("SkipListedInternetSender", "Enhanced Filtering skipped the hops %s"),
	"x-ms-exchange-externaloriginalinternetsender": said("ExternalOriginalInternetSender", "the true source in front of the gateway is %s"),
	"x-ms-exchange-enablefirstcontactsafetytip":    said("EnableFirstContactSafetyTip", "the tip for first contacts is switched on (%s)"),
	"x-eopattributedmessage":                       said("X-EOPAttributedMessage", "attributed to a tenant: %s"),
	"x-ms-exchange-transport-endtoendlatency":      said("EndToEndLatency", "the way through Microsoft took %s"),
	"x-incomingtopheadermarker":                    said("X-IncomingTopHeaderMarker", "Outlook.com marks where the sender's fields begin"),
}

func decodeMicrosoft(r *reading) {
	for _, f := range r.fields {
		name := strings.TrimSuffix(f.name, "-untrusted")
		if name == "authentication-results" {
			r.compositeAuth(f)
		} else if read := microsoftFields[name]; read != nil {
			read(r, r.value(f))
		}
	}
	r.mailboxAgainstFilter()
	r.category()
}

// category prefers the category to the bare word for spam: Microsoft says SFV:SPM to bulk mail and phishing, too.
func (r *reading) category() {
	_, bulk := r.has("CAT:BULK")
	_, over := r.has("SRV:BULK")
	if r.v.Verdict == Spam && (bulk || over) {
		r.v.Verdict = Bulk
	}
	if r.v.Verdict == Spam {
		return
	}
	for i := range r.v.Reasons {
		if r.v.Reasons[i].Code == "SFV:SPM" {
			r.v.Reasons[i].Cause = ""
		}
	}
}

// said returns a reader for a field that is shown as it stands.
func said(code, format string) func(*reading, piece) {
	return func(r *reading, p piece) {
		if p.text == "" {
			return
		}
		text := format
		if strings.Contains(format, "%s") {
			text = fmt.Sprintf(format, shown(p.text))
		}
		r.reason(code, text, p)
	}
}

var sfvTable = map[string]meaning{
	"nspm": {NotSpam, "the spam filter found it to be no spam", ""},
	"spm":  {Spam, "the spam filter found it to be spam", "classifier-misjudged"},
	"blk":  {Blocked, "skipped: the sender is among the user's blocked senders", "own-block-entry"},
	"sfe":  {Allowed, "skipped: the sender is among the user's safe senders", ""},
	"ska":  {Allowed, "skipped: an allowed sender or domain of the anti-spam policy", ""},
	"skb":  {Blocked, "caught by a blocked sender or domain of the anti-spam policy", "own-block-entry"},
	"skn":  {Allowed, "marked as no spam before filtering, by a mail flow rule (SCL -1) or a connector", ""},
	"skq":  {Allowed, "released from quarantine", ""},
	"sks":  {Policy, "marked as spam before filtering, by a mail flow rule (SCL 5 to 9)", "own-block-entry"},
	"ski":  {Allowed, "skipped, as for mail inside one organisation", ""},
	"dms":  {Allowed, "the verdict was set aside by a setting of the tenant", ""},
}

var catTable = map[string]meaning{
	"none":   {"", "", ""},
	"amp":    {Malware, "category: anti-malware", ""},
	"malw":   {Malware, "category: malware", ""},
	"sap":    {Malware, "category: Safe Attachments", ""},
	"ftbp":   {Policy, "category: a file type that the organisation blocks", ""},
	"bimp":   {Phishing, "category: impersonation of a brand", "real-phishing"},
	"dimp":   {Phishing, "category: impersonation of a domain", "lookalike-domain"},
	"gimp":   {Phishing, "category: unlike what this sender usually sends (mailbox intelligence)", "display-name-colleague"},
	"uimp":   {Phishing, "category: impersonation of a user", "display-name-colleague"},
	"spoof":  {Spoof, "category: spoofing", ""},
	"phsh":   {Phishing, "category: phishing", "real-phishing"},
	"hphsh":  {Phishing, "category: phishing, high confidence", "real-phishing"},
	"hphish": {Phishing, "category: phishing, high confidence", "real-phishing"},
	"intos":  {Phishing, "category: phishing inside the organisation", "compromised-account"},
	"spm":    {Spam, "category: spam", "classifier-misjudged"},
	"hspm":   {Spam, "category: spam, high confidence", "classifier-misjudged"},
	"ospm":   {Spam, "category: outgoing spam", "outgoing-user-held"},
	"bulk":   {Bulk, "category: bulk mail", "bulk-level"},
}

var ipvTable = map[string]meaning{
	"cal": {Allowed, "the address is on the IP allow list, so filtering was skipped", ""},
	"nli": {"", "the address is on no IP reputation list", ""},
}

var sftyTable = map[string]meaning{
	"9.19": {Phishing, "safety tip: a domain that looks like a protected one", "lookalike-domain"},
	"9.20": {Phishing, "safety tip: a user who looks like a protected one", "display-name-colleague"},
	"9.25": {"", "safety tip: first contact with this sender", "first-contact"},
}

var dirTable = map[string]rules.Direction{
	"inb": rules.Inbound, "out": rules.Outbound, "oub": rules.Outbound, "otb": rules.Outbound, "int": rules.Internal,
}

// forefrontFacts are keys that say what was seen and decide nothing.
var forefrontFacts = map[string]string{
	"cip": "connected from %s", "ctry": "from country %s", "lang": "language %s", "h": "it greeted as %s", "ptr": "its reverse name is %s",
	"arc": "ARC fields: %s", "a": "the sending domain has an address: %s", "mx": "the sending domain has a mail host: %s", "spf": "SPF: %s",
}

// opaque keys are Microsoft's own rule ids and ratings; nobody outside knows what they mean.
var opaque = map[string]bool{"sfs": true, "ruleid": true, "eng": true, "ara": true, "srvr": true, "sfp": true, "asf": true, "sclt": true, "uriscan": true}

// forefront reads KEY:value; pairs. The last ";" may be missing, and "(null)" stands for nothing. A key that stands again is not
// believed over the first: a HELO name could bring one in.
func (r *reading) forefront(p piece) {
	seen := map[string]bool{}
	for _, kv := range r.pairs(p, ';', ':') {
		if seen[kv.key] {
			r.strange(kv.whole.text + " (the key stands twice)")
			continue
		}
		seen[kv.key] = true
		r.forefrontKey(kv)
	}
}

func (r *reading) forefrontKey(kv pair) {
	v := kv.value
	if v.text == "" || v.lower() == "(null)" || opaque[kv.key] {
		return
	}
	code := strings.ToUpper(kv.key) + ":" + v.text
	tables := map[string]map[string]meaning{"sfv": sfvTable, "cat": catTable, "ipv": ipvTable, "efv": ipvTable, "sfty": sftyTable}
	switch {
	case kv.key == "scl":
		r.scl("SCL", v)
	case kv.key == "dir":
		r.setDirection(dirTable, code, v)
	case kv.key == "srv":
		r.look(map[string]meaning{"bulk": {Bulk, "over the tenant's threshold for bulk mail, so it is treated as spam", "bulk-level"}}, code, v)
	case tables[kv.key] != nil:
		r.look(tables[kv.key], code, v)
	case forefrontFacts[kv.key] != "":
		r.reason(code, fmt.Sprintf(forefrontFacts[kv.key], shown(v.text)), v)
	default:
		r.strange(code)
	}
}

func (r *reading) setDirection(table map[string]rules.Direction, code string, v piece) {
	d, ok := table[v.lower()]
	if !ok {
		r.strange(code)
		return
	}
	r.v.Direction = d
	r.reason(code, "direction: "+d.String(), v)
}

// scl reads a spam confidence level. It is a scale: levels that the documentation does not name occur.
func (r *reading) scl(code string, v piece) {
	n := number(v.text)
	if !n.Known || n.Value < -1 || n.Value > 9 {
		r.strange(code + ":" + v.text)
		return
	}
	if !r.v.Score.Known {
		r.v.Score, r.v.Threshold = n, Number{spamSCL, true}
	}
	word, text := NotSpam, "spam confidence level under 5: no spam"
	switch {
	case n.Value < 0:
		word, text = Allowed, "spam confidence level -1: filtering was skipped"
	case n.Value >= 9:
		word, text = Spam, "spam confidence level 9: spam, high confidence"
	case n.Value >= spamSCL:
		word, text = Spam, "spam confidence level of 5 or more: spam"
	}
	r.say(word)
	r.reason(code+":"+v.text, text, v)
}

func (r *reading) organizationSCL(p piece) { r.scl("SCL", p) }

func (r *reading) organizationPCL(p piece) {
	n := number(p.text)
	switch {
	case !n.Known || n.Value < 0 || n.Value > 8:
		r.strange("PCL:" + p.text)
	case n.Value >= 4:
		r.say(Phishing)
		r.because("PCL:"+p.text, "phishing confidence level of 4 or more: likely phishing", "real-phishing", p)
	default:
		r.reason("PCL:"+p.text, "phishing confidence level under 4: not likely", p)
	}
}

func (r *reading) microsoftAntispam(p piece) {
	for _, kv := range r.pairs(p, ';', ':') {
		switch kv.key {
		case "bcl":
			r.bcl(kv.value)
		case "pcl":
			r.organizationPCL(kv.value)
		default:
			if !opaque[kv.key] && kv.whole.text != "" && !strings.HasPrefix(kv.whole.text, "(") {
				r.strange(kv.whole.text)
			}
		}
	}
}

// defaultBCL is the threshold for bulk mail that Microsoft's default policy has.
const defaultBCL = 7

func (r *reading) bcl(v piece) {
	n := number(v.text)
	if !n.Known || n.Value < 0 || n.Value > 9 {
		r.strange("BCL:" + v.text)
		return
	}
	text, cause := "bulk complaint level 0: no bulk sender", ""
	switch {
	case n.Value >= 8:
		text = "bulk complaint level of 8 or 9: a bulk sender with many complaints"
	case n.Value >= 4:
		text = "bulk complaint level of 4 to 7: a bulk sender with a mixed number of complaints"
	case n.Value >= 1:
		text = "bulk complaint level of 1 to 3: a bulk sender with few complaints"
	}
	if n.Value >= defaultBCL {
		cause = "bulk-level"
	}
	x := r.reason("BCL:"+v.text, text, v)
	x.Cause, x.Points = cause, n
}

var dispositions = map[string]meaning{
	"i": {"", "delivered to the inbox", ""},
	"j": {"", "delivered to the junk folder", ""},
	"c": {"", "moved to a folder by a rule", "own-mailbox-rule"},
	"d": {"", "deleted", ""},
}

var overrides = map[string]meaning{
	"spamfilterauthj":     {Spam, "the spam filter's verdict sent it to junk", "classifier-misjudged"},
	"spamfilterpass":      {NotSpam, "the spam filter let it pass", ""},
	"trustedsenderlist":   {Allowed, "the sender is on the user's list of safe senders", ""},
	"senderinaddressbook": {Allowed, "the sender is in the user's address book", ""},
	"customrules":         {Policy, "a rule of the mailbox moved it", "own-mailbox-rule"},
	"blockedsenderlist":   {Blocked, "the sender is on the user's list of blocked senders", "own-block-entry"},
	"exclusivesettings":   {Policy, "the user takes mail from safe senders alone", "own-mailbox-rule"},
}

// deliveryFlags are set or not; what most of them mean is not published.
var deliveryFlags = map[string]bool{"auth": true, "ucf": true, "jmr": true, "ex": true, "wl": true, "pcwl": true, "iwl": true, "ijl": true, "rwl": true, "dwl": true, "kl": true, "dkl": true, "psp": true}

func (r *reading) mailboxDelivery(p piece) {
	for _, kv := range r.pairs(p, ';', ':') {
		code := kv.key + ":" + kv.value.text
		switch {
		case kv.key == "dest":
			r.look(dispositions, code, kv.value)
		case kv.key == "ofr":
			r.look(overrides, "OFR:"+kv.value.text, kv.value)
		case kv.key == "rf":
			r.reason("RF:"+kv.value.text, "folder that was chosen: "+shown(kv.value.text), kv.value)
		case deliveryFlags[kv.key]:
			if kv.value.text != "0" && kv.value.text != "" {
				r.reason(code, "a flag of the mailbox is set; Microsoft does not publish its meaning", kv.value)
			}
		case !opaque[kv.key] && kv.whole.text != "":
			r.strange(kv.whole.text)
		}
	}
}

// has reports whether one of the reasons so far has that code.
func (r *reading) has(code string) (Reason, bool) {
	for _, x := range r.v.Reasons {
		if strings.EqualFold(x.Code, code) {
			return x, true
		}
	}
	return Reason{}, false
}

// mailboxAgainstFilter says where the mailbox did otherwise than the filter found.
func (r *reading) mailboxAgainstFilter() {
	junk, inJunk := r.has("dest:J")
	inbox, inInbox := r.has("dest:I")
	_, byFilter := r.has("OFR:SpamFilterAuthJ")
	at := func(x Reason) piece { return piece{span: x.Span} }
	if _, clean := r.has("SFV:NSPM"); clean && inJunk && !byFilter {
		r.say(Policy)
		r.because("SFV:NSPM+dest:J", "the filter found nothing: a rule or list of the mailbox moved it to junk", "own-mailbox-rule", at(junk))
	}
	if _, spam := r.has("SFV:SPM"); spam && inInbox {
		r.say(Allowed)
		r.because("SFV:SPM+dest:I", "the filter found spam, and a list of the mailbox let it into the inbox", "", at(inbox))
	}
}

// messageDelivery reads Outlook.com's base64 of "V=1.1;us=0;l=0;a=0;D=1;GD=1;SCL=0".
func (r *reading) messageDelivery(p piece) {
	b, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(p.text, " ", ""))
	if err != nil || !strings.HasPrefix(string(b), "V=") {
		r.strange(p.text)
		return
	}
	for _, kv := range strings.Split(string(b), ";") {
		key, value, _ := strings.Cut(kv, "=")
		v := piece{value, p.span}
		switch strings.ToLower(key) {
		case "v", "us", "l", "a", "gd", "":
		case "d":
			r.look(map[string]meaning{"1": {"", "delivered to the inbox or a folder", ""}, "2": {"", "delivered to the junk folder", ""}}, "D="+value, v)
		case "scl":
			r.mailboxSCL(v)
		default:
			r.strange(kv)
		}
	}
}

// mailboxSCL is the level of the mailbox, which may differ from the organisation's: safe senders make it -1.
func (r *reading) mailboxSCL(v piece) {
	n := number(v.text)
	if !n.Known {
		r.strange("SCL=" + v.text)
		return
	}
	if !r.v.Score.Known {
		r.v.Score, r.v.Threshold = n, Number{spamSCL, true}
	}
	switch {
	case n.Value < 0:
		r.say(Allowed)
	case n.Value >= spamSCL:
		r.say(Spam)
	default:
		r.say(NotSpam)
	}
	r.reason("SCL="+v.text, "spam confidence level as the mailbox sees it", v)
}

func (r *reading) spamDiagnostic(p piece) {
	r.look(map[string]meaning{"nspm": {NotSpam, "no spam", ""}, "spam": {Spam, "spam", "classifier-misjudged"}, "spm": {Spam, "spam", "classifier-misjudged"},
		"default": {"", "", ""}}, "SpamDiagnosticMetadata:"+p.text, p)
}

func (r *reading) spamDiagnosticOutput(p piece) {
	r.reason("SpamDiagnosticOutput:"+p.text, "numbers of Microsoft's own; their meaning is not published", p)
}

func (r *reading) atpProperties(p piece) {
	for _, w := range r.split(p, '|') {
		r.look(map[string]meaning{"sa": {"", "Safe Attachments looked at it", ""}, "sl": {"", "Safe Links looked at it", ""}}, w.text, w)
	}
}

func (r *reading) microsoftSPF(p piece) {
	words := r.words(p)
	if len(words) == 0 {
		return
	}
	r.reason("spf="+words[0].lower(), "SPF at delivery: "+shown(words[0].lower()), words[0])
}

func authAs(code string) func(*reading, piece) {
	return func(r *reading, p piece) {
		r.look(map[string]meaning{"internal": {"", "treated as mail from inside the organisation", ""}, "anonymous": {"", "treated as mail from a stranger", ""},
			"external": {"", "treated as mail from a partner", ""}, "partner": {"", "treated as mail from a partner", ""}}, code+":"+p.text, p)
	}
}

func directionality(r *reading, p piece) {
	r.look(map[string]meaning{"incoming": {"", "mail from outside", ""}, "originating": {"", "mail that was made in the organisation", ""}}, "MessageDirectionality:"+p.text, p)
}

func fromEntity(r *reading, p piece) {
	r.look(map[string]meaning{"hosted": {"", "it came from a mailbox in Microsoft 365", ""}, "hybridonprem": {"", "it came from the organisation's own Exchange", ""},
		"internet": {"", "it came from the internet", ""}}, "FromEntityHeader:"+p.text, p)
}

// compositeAuth reads compauth and what Microsoft's words for DKIM and DMARC mean.
func (r *reading) compositeAuth(f field) {
	a := authres.Parse(r.m, f.Field)
	for _, m := range a.Methods {
		at := piece{text: m.Value, span: m.Span}
		switch m.Name {
		case "compauth":
			r.compauthReason(m, at)
		case "dkim":
			r.dkimText(m, at)
		case "dmarc":
			r.dmarcText(m, at)
		}
	}
}

var compauthResults = map[string]string{"pass": "passed", "softpass": "passed weakly", "fail": "failed", "none": "was not checked"}

var compauthReasons = map[string]struct{ text, cause string }{
	"000": {"DMARC failed, and the domain asks for quarantine or rejection", ""},
	"001": {"nothing speaks for the domain in From, and it publishes no or weak records", "sender-without-authentication"},
	"002": {"the administrator forbids this pair of sender and infrastructure", "own-block-entry"},
	"010": {"DMARC failed for one of the organisation's own domains", "forged-own-domain"},
	"130": {"a trusted ARC seal overrode a DMARC failure", ""},
}

// compauthClasses are the reasons by their first digit.
var compauthClasses = map[byte]struct{ text, cause string }{
	'1': {"", ""}, '7': {"", ""}, '2': {"by signs of Microsoft's own", ""}, '3': {"", ""},
	'4': {"the check was bypassed", ""}, '9': {"the check was bypassed", ""},
	'6': {"nothing speaks for the organisation's own domain in From", "web-form-unlisted-server"},
	'0': {"", ""},
}

func (r *reading) compauthReason(m authres.Method, at piece) {
	code := "compauth=" + m.Value
	result, ok := compauthResults[m.Value]
	if !ok {
		r.strange(code)
		return
	}
	number := m.Get("reason")
	if number == "" {
		number = m.Reason
	}
	if number == "" {
		r.reason(code, "composite authentication "+result, at)
		return
	}
	code += " reason=" + number
	why, ok := compauthReasons[number]
	if !ok && len(number) == 3 {
		why, ok = compauthClasses[number[0]]
	}
	if !ok {
		r.strange(code)
		return
	}
	r.because(code, strings.TrimSuffix("composite authentication "+result+": "+why.text, ": "), why.cause, at)
}

var dkimTexts = map[string]struct{ text, cause string }{
	"signature was verified":      {"", ""},
	"message not signed":          {"the message has no signature", ""},
	"no key for signature":        {"the DNS has no key for the signature", "dkim-key-missing"},
	"signature did not verify":    {"the signed fields were changed, or the key is another", "dkim-key-wrong"},
	"body hash did not verify":    {"the body was changed after signing", "changed-after-signing"},
	"key query timeout":           {"the DNS did not answer the question for the key", ""},
	"signature timestamp exipred": {"the signature had expired", "dkim-expired-in-queue"},
	"signature timestamp expired": {"the signature had expired", "dkim-expired-in-queue"},
	"invalid public key":          {"the key in the DNS cannot be read", "dkim-key-wrong"},
	"ignored public key size":     {"the key is too short", "dkim-key-short"},
}

func (r *reading) dkimText(m authres.Method, at piece) {
	if m.Comment == "" {
		return
	}
	t, ok := dkimTexts[strings.ToLower(m.Comment)]
	if !ok {
		r.strange("dkim=" + m.Value + " (" + m.Comment + ")")
		return
	}
	if t.text != "" {
		r.because("dkim="+m.Value+" ("+m.Comment+")", "DKIM: "+t.text, t.cause, at)
	}
}

var dmarcActions = map[string]string{
	"quarantine": "the domain's policy asks for quarantine", "oreject": "the policy asks for rejection, and the tenant does not reject",
	"o.reject": "the policy asks for rejection, and the tenant does not reject", "pct.quarantine": "left out of quarantine by pct",
	"pct.reject": "left out of rejection by pct", "reject": "the domain's policy asks for rejection", "permerror": "the record cannot be read", "temperror": "the DNS did not answer",
}

var dmarcWords = map[string]string{
	"bestguesspass": "the domain has no DMARC record; Microsoft guesses that it would pass", "permerror": "the DMARC record cannot be read",
	"temperror": "the DNS did not answer the question for the DMARC record",
}

func (r *reading) dmarcText(m authres.Method, at piece) {
	if text := dmarcWords[m.Value]; text != "" {
		r.reason("dmarc="+m.Value, text, at)
	}
	action := strings.ToLower(m.Get("action"))
	if action == "" || action == "none" {
		return
	}
	text, ok := dmarcActions[action]
	if !ok {
		r.strange("dmarc action=" + action)
		return
	}
	r.reason("dmarc="+m.Value+" action="+action, "DMARC: "+text, at)
}

// asf are the settings of Advanced Spam Filtering by the text that X-CustomSpam has, in lower case.
var asf = map[string]string{
	"image links to remote sites": "links to pictures on other sites", "numeric ip in url": "a link to a bare IP address",
	"url redirect to other port": "a link that leads to another port", "url to .biz or .info websites": "a link to a .biz or .info site",
	"empty message": "an empty message", "embed tag in html": "an <embed> in HTML",
	"javascript or vbscript tags in html": "a script in HTML", "javascript or vbscript in html": "a script in HTML", "form tag in html": "a <form> in HTML",
	"iframe or frame in html": "a frame in HTML", "frame or iframe tags in html": "a frame in HTML", "web bug": "an invisible picture that reports opening",
	"web bugs in html": "an invisible picture that reports opening", "object tag in html": "an <object> in HTML",
	"sensitive word in subject/body": "a word of Microsoft's list in subject or body", "spf record fail": "SPF says fail",
	"spf from record fail": "SPF or Sender ID of the From domain says fail", "backscatter ndr": "a bounce of a message that the organisation did not send",
}

// customSpam reads what Advanced Spam Filtering writes, after mail flow rules: no rule can see it, and it cannot be reported as a mistake.
func (r *reading) customSpam(p piece) {
	text, ok := asf[p.lower()]
	if !ok {
		r.strange("X-CustomSpam: " + p.text)
		return
	}
	r.say(Spam)
	r.because("ASF: "+p.text, "a setting of Advanced Spam Filtering hit: "+text+"; it makes the level "+asfLevel(p.lower()), asfCause[p.lower()], p)
}

// asfCause are the settings that point to one root cause; the others only say that the mail looks like something.
var asfCause = map[string]string{
	"sensitive word in subject/body": "heuristic-ordinary-words", "spf record fail": "spf-include-missing", "spf from record fail": "spf-include-missing",
}

// asfLevel is the spam confidence level that a setting brings about.
func asfLevel(setting string) string {
	switch setting {
	case "image links to remote sites", "numeric ip in url", "url redirect to other port", "url to .biz or .info websites":
		return "5 or 6"
	case "spf from record fail", "backscatter ndr":
		return "6"
	}
	return "9"
}
