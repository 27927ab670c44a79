package policy

// Order is how one filter decides: its stages in order, each with what it yields to.
type Order struct {
	Name, Title  string
	Source       string
	LastRuleWins bool // every rule is asked until one says stop, and the last word counts; otherwise the first rule that matches
	UserFirst    bool // rules of users come before those of groups, and these before the company's
	Stages       []StageOrder
}

// StageOrder is one stage as data.
type StageOrder struct {
	Stage    Stage
	Title    string
	Triggers []Trigger // findings with which the stage acts, whatever the score
	Own      Action    // what it does when its own votes reach the threshold for quarantine; empty: they only count in the sum
	YieldsTo []Knob
	NotOurs  bool // it is named, and nothing is known of what it says
}

// Trigger is a finding on which a stage acts by itself.
type Trigger struct {
	Finding string
	Action  Action
}

// Findings on which stages act. The ids are those of analyze/checks.
var (
	dmarcAsks  = []Trigger{{"dmarc.fail-reject", Reject}, {"dmarc.fail-quarantine", Quarantine}}
	spoofed    = []Trigger{{"spoof.own-domain", Quarantine}}
	spoofedAll = []Trigger{{"spoof.own-domain", Quarantine}, {"spoof.own-domain-proven", Quarantine}}
)

const (
	goodMail = "Vircom: Good Mail is Getting Caught as Spam (2020)"
	ppeOrder = "Proofpoint Essentials: order of scanning"
	ppeSpoof = "Proofpoint Essentials: quarantining suspected spoof"
	msDocs   = "Microsoft Learn: order and precedence of email protection; Tenant Allow/Block List"
	goDocs   = "Google Workspace Admin Help: spam, approved senders, content compliance"
	goDMARC  = "Google Workspace Admin Help 2368132: mail of an approved sender can still be blocked by the DMARC policy of its domain"
	saDocs   = "Mail::SpamAssassin::Conf"
	rsDocs   = "rspamd documentation: multimap, settings, actions"
	mcDocs   = "Mimecast: permitted senders; anti-spoofing policies"
	baDocs   = "Barracuda Email Gateway Defense: sender policies, IP address policies"
)

// Orders are all filters whose order is known; the first is for messages of which no filter is known.
var Orders = []Order{neutral, proofpointEssentials, exchangeOnline, googleWorkspace, spamassassin, rspamd, mimecast, barracuda}

// OrderOf returns the order of the filter called name; ok is false for a filter that we do not know, and the order is then
// the neutral one.
func OrderOf(name string) (Order, bool) {
	for _, o := range Orders {
		if o.Name == name {
			return o, true
		}
	}
	return neutral, name == ""
}

var neutral = Order{
	Name: "neutral", Title: "a filter that is not known", Source: "what most filters have in common", UserFirst: true,
	Stages: []StageOrder{
		{Stage: StageDoor, Title: "reputation of the connecting address", YieldsTo: []Knob{{KnobVendor, "delisting", "common practice", 0.8}}},
		{Stage: StageAuth, Title: "SPF, DKIM and DMARC", Triggers: dmarcAsks, YieldsTo: []Knob{
			{KnobExceptions, "exception of the DMARC policy", "RFC 9989: receivers may deviate by local policy", 0.7},
			{KnobAllowRule, "allow rule", "RFC 9989: receivers may deviate by local policy", 0.6}}},
		{Stage: StageSpoof, Title: "anti-spoofing", Triggers: spoofed, YieldsTo: []Knob{
			{KnobSendingServers, "sending servers", goodMail, 0.9}, {KnobAllowRule, "allow rule", goodMail, 0.8}, {KnobSafeSender, "allowed senders", goodMail, 0.6}}},
		{Stage: StageRules, Title: "filter rules"},
		{Stage: StageLists, Title: "sender lists"},
		{Stage: StageScore, Title: "spam score", YieldsTo: []Knob{
			{KnobAllowRule, "allow rule", goodMail, 0.9}, {KnobSafeSender, "allowed senders", goodMail, 0.9}}},
	},
}

// proofpointEssentials: sources conflict on anti-spoofing. The chart puts it ahead of the filters; the article on good mail and the page on
// suspected spoof say that a filter or a safe sender passes it. Both are in the knobs, with less than full certainty.
var proofpointEssentials = Order{
	Name: "proofpoint-essentials", Title: "Proofpoint Essentials", Source: ppeOrder, UserFirst: true,
	Stages: []StageOrder{
		{Stage: StageDoor, Title: "reputation at the door (550)", Own: Reject, YieldsTo: []Knob{
			{KnobVendor, "delisting at the reputation service; none of your settings", ppeOrder, 0.9}}},
		{Stage: StageVirus, Title: "anti-virus", NotOurs: true},
		{Title: "attachment defense", NotOurs: true},
		{Stage: StageAuth, Title: "DMARC, DKIM and SPF policies", Triggers: dmarcAsks, YieldsTo: []Knob{
			{KnobExceptions, "Manage Exceptions of the policy (domains; up to 60 minutes to apply)", ppeOrder, 0.8}}},
		{Stage: StageSpoof, Title: "inbound domain spoofing protection", Triggers: spoofedAll, YieldsTo: []Knob{
			{KnobSendingServers, "Domains > Sending Servers", goodMail, 0.95},
			{KnobAllowRule, "Filter Policies > Inbound, Allow", goodMail + "; " + ppeSpoof + "; against: " + ppeOrder, 0.6},
			{KnobSafeSender, "Sender Lists, Safe", ppeSpoof + "; against: " + ppeOrder, 0.5}}},
		{Stage: StageRules, Title: "filter policies"},
		{Stage: StageLists, Title: "sender lists"},
		{Stage: StageScore, Title: "spam engine", YieldsTo: []Knob{
			{KnobAllowRule, "Filter Policies > Inbound, Allow", goodMail + "; " + ppeOrder, 0.95},
			{KnobSafeSender, "Sender Lists, Safe", goodMail, 0.95}}},
		{Title: "URL defense", NotOurs: true},
	},
}

var exchangeOnline = Order{
	Name: "exchange-online", Title: "Exchange Online Protection", Source: msDocs, LastRuleWins: true,
	Stages: []StageOrder{
		{Stage: StageDoor, Title: "connection filtering", Own: Reject, YieldsTo: []Knob{
			{KnobVendor, "IP Allow List, or sender.office.com for delisting", msDocs, 0.8}}},
		{Stage: StageVirus, Title: "anti-malware", NotOurs: true},
		{Stage: StageAuth, Title: "DMARC policy", Triggers: dmarcAsks, YieldsTo: []Knob{
			{KnobBoundRule, "Tenant Allow/Block List, spoofed senders", msDocs, 0.8}}},
		{Stage: StageSpoof, Title: "spoof intelligence", Triggers: spoofed, YieldsTo: []Knob{
			{KnobSendingServers, "SPF record or inbound connector", msDocs, 0.6},
			{KnobBoundRule, "Tenant Allow/Block List, spoofed senders (internal)", msDocs, 0.9}}},
		{Stage: StageRules, Title: "mail flow rules"},
		{Stage: StageLists, Title: "allowed senders"},
		{Stage: StageScore, Title: "spam confidence level", YieldsTo: []Knob{
			{KnobAllowRule, "mail flow rule, SCL -1 (high-confidence phishing stays)", msDocs, 0.9},
			{KnobSafeSender, "Tenant Allow/Block List, senders", msDocs, 0.8}}},
		{Title: "Safe Attachments and Safe Links", NotOurs: true},
	},
}

var googleWorkspace = Order{
	Name: "google-workspace", Title: "Google Workspace", Source: goDocs,
	Stages: []StageOrder{
		{Stage: StageDoor, Title: "connection", Own: Reject, YieldsTo: []Knob{{KnobVendor, "email allowlist (IP addresses)", goDocs, 0.6}}},
		{Stage: StageVirus, Title: "virus filter", NotOurs: true},
		{Stage: StageAuth, Title: "DMARC policy", Triggers: dmarcAsks, YieldsTo: []Knob{
			{KnobVendor, "the sender's SPF or DKIM, or an inbound gateway", goDMARC, 0.8}}},
		{Stage: StageSpoof, Title: "spoofing protection", Triggers: spoofed, YieldsTo: []Knob{
			{KnobSendingServers, "SPF record, or email allowlist", goDocs, 0.6}, {KnobAllowRule, "content compliance, bypass spam filter", goDocs, 0.4}}},
		{Stage: StageRules, Title: "content compliance"},
		{Stage: StageLists, Title: "approved senders"},
		{Stage: StageScore, Title: "spam filter", YieldsTo: []Knob{
			{KnobAllowRule, "content compliance, bypass spam filter", goDocs, 0.7}, {KnobSafeSender, "approved senders, authentication required", goDocs, 0.9}}},
	},
}

var spamassassin = Order{
	Name: "spamassassin", Title: "SpamAssassin", Source: saDocs,
	Stages: []StageOrder{
		{Stage: StageRules, Title: "rules with a score of their own"},
		{Stage: StageLists, Title: "welcomelist and blocklist (-100, +100)"},
		{Stage: StageScore, Title: "score", YieldsTo: []Knob{
			{KnobAllowRule, "a meta rule with a negative score", saDocs, 0.95}, {KnobSafeSender, "welcomelist_auth, welcomelist_from_rcvd", saDocs, 0.95}}},
	},
}

var rspamd = Order{
	Name: "rspamd", Title: "Rspamd", Source: rsDocs,
	Stages: []StageOrder{
		{Stage: StageRules, Title: "settings, multimaps and forced actions"},
		{Stage: StageLists, Title: "whitelist maps"},
		{Stage: StageScore, Title: "score", YieldsTo: []Knob{
			{KnobAllowRule, "a multimap with a negative score", rsDocs, 0.95}, {KnobSafeSender, "whitelist module", rsDocs, 0.9}}},
	},
}

// mimecast: a permitted sender passes spam scanning, greylisting and reputation, but not anti-spoofing.
var mimecast = Order{
	Name: "mimecast", Title: "Mimecast", Source: mcDocs,
	Stages: []StageOrder{
		{Stage: StageDoor, Title: "IP reputation", Own: Reject, YieldsTo: []Knob{
			{KnobSafeSender, "Permitted Senders policy", mcDocs, 0.9}, {KnobBoundRule, "Permitted Senders policy with source IP", mcDocs, 0.9}}},
		{Stage: StageAuth, Title: "DNS authentication", Triggers: dmarcAsks, YieldsTo: []Knob{{KnobExceptions, "DNS Authentication policy for the domain", mcDocs, 0.7}}},
		{Stage: StageSpoof, Title: "anti-spoofing", Triggers: spoofedAll, YieldsTo: []Knob{
			{KnobSendingServers, "Anti-Spoofing bypass by source IP, or SPF-based bypass", mcDocs, 0.9}}},
		{Stage: StageVirus, Title: "malware scan", NotOurs: true},
		{Stage: StageRules, Title: "content examination and permitted senders"},
		{Stage: StageLists, Title: "blocked and permitted senders"},
		{Stage: StageScore, Title: "spam scan", YieldsTo: []Knob{
			{KnobAllowRule, "Permitted Senders policy with source IP", mcDocs, 0.8}, {KnobSafeSender, "Permitted Senders policy", mcDocs, 0.9}}},
	},
}

var barracuda = Order{
	Name: "barracuda", Title: "Barracuda Email Gateway Defense", Source: baDocs,
	Stages: []StageOrder{
		{Stage: StageDoor, Title: "IP reputation", Own: Reject, YieldsTo: []Knob{{KnobVendor, "IP Address Policies, exempt", baDocs, 0.8}}},
		{Stage: StageVirus, Title: "anti-virus", NotOurs: true},
		{Stage: StageAuth, Title: "SPF, DKIM and DMARC", Triggers: dmarcAsks, YieldsTo: []Knob{{KnobExceptions, "exemptions of sender authentication", baDocs, 0.6}}},
		{Stage: StageSpoof, Title: "sender spoof protection", Triggers: spoofed, YieldsTo: []Knob{
			{KnobSendingServers, "IP Address Policies, exempt", baDocs, 0.7}}},
		{Stage: StageRules, Title: "message content policies"},
		{Stage: StageLists, Title: "sender policies"},
		{Stage: StageScore, Title: "spam score", YieldsTo: []Knob{
			{KnobSafeSender, "sender policies, exempt", baDocs, 0.9}, {KnobAllowRule, "message content policies, allow", baDocs, 0.4}}},
		{Title: "intent and advanced threat protection", NotOurs: true},
	},
}
