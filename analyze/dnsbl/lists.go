package dnsbl

// Tier is how much a listing weighs; the points stand in the weights file.
type Tier string

// The tiers. Informational lists are reported without points: being on them is a trait, not an offence.
const (
	High          Tier = "high"
	Medium        Tier = "medium"
	Low           Tier = "low"
	Informational Tier = "informational"
	Positive      Tier = "positive"
)

// Kind is what a list holds; a list may hold several.
type Kind int

// The kinds.
const (
	IP4 Kind = 1 << iota
	IP6
	Domain // names of senders and hosts
	URI    // names in links
)

// Code is what one answer of a list means.
type Code struct {
	ID     string // stable: "spamhaus-pbl"
	Title  string
	Tier   Tier
	Third  uint8 // third byte of the answer where the list uses it; AnyThird: not looked at
	From   uint8 // last byte, From to To
	To     uint8
	Bit    uint8 // in place of From and To: this bit of the last byte
	Border bool  // counts for the host that handed the mail to our side alone: a dial-up address further down is what a phone has
}

// AnyThird says that the third byte of an answer is not looked at.
const AnyThird = 255

// List is a blocklist, or a list of good senders, that is asked by DNS (RFC 5782).
type List struct {
	Name  string // stable: stands in reports and profiles
	Zone  string // without the final dot; a "%s." in front stands for the key
	Title string
	Page  string // where an address is looked up and taken off
	Kinds Kind
	Key   bool // asked only where a key was handed in
	Codes []Code

	Bits       bool   // the last byte is a set of bits, of which the lowest means that the list refused (URIBL, SURBL)
	Refused    []Code // answers that are not listings, beside those that hold for every list
	Test       string // name that must be listed, as it stands before the zone; empty: 2.0.0.127
	TestAnswer string // answer to Test where that is one of Refused
	TestNot    string // name that must not be listed; empty: 1.0.0.127
}

// one is a code for a single value of the last byte.
func one(id, title string, tier Tier, value uint8) Code {
	return Code{ID: id, Title: title, Tier: tier, From: value, To: value}
}

// span is a code for a range of values of the last byte.
func span(id, title string, tier Tier, from, to uint8) Code {
	return Code{ID: id, Title: title, Tier: tier, From: from, To: to}
}

// bit is a code for one bit of the last byte.
func bit(id, title string, tier Tier, b uint8) Code {
	return Code{ID: id, Title: title, Tier: tier, Bit: b}
}

// border marks a code as one for the host at the border.
func border(c Code) Code { c.Border = true; return c }

// third fits a code to a value of the third byte.
func third(c Code, value uint8) Code { c.Third = value; return c }

// zen is shared by the public zone and the one with a key. https://www.spamhaus.org/faqs/dnsbl-usage/
var zen = []Code{
	one("spamhaus-sbl", "Spamhaus SBL: a known source of spam", High, 2),
	border(one("spamhaus-css", "Spamhaus CSS: low-reputation sender", High, 3)),
	span("spamhaus-xbl", "Spamhaus XBL: an infected or hijacked machine", High, 4, 7),
	one("spamhaus-drop", "Spamhaus DROP: a network run by criminals", High, 9),
	border(one("spamhaus-pbl", "Spamhaus PBL: its provider says it should not send mail directly", Medium, 10)),
	border(one("spamhaus-pbl", "Spamhaus PBL: an end user's address that should not send mail directly", Medium, 11)),
}

// dbl holds names. https://www.spamhaus.org/faqs/domain-blocklist/
var dbl = []Code{
	third(span("spamhaus-dbl", "Spamhaus DBL: a domain of spammers", High, 2, 3), 1),
	third(one("spamhaus-dbl-phish", "Spamhaus DBL: a phishing domain", High, 4), 1),
	third(one("spamhaus-dbl-malware", "Spamhaus DBL: a malware domain", High, 5), 1),
	third(one("spamhaus-dbl-botnet", "Spamhaus DBL: a domain that botnets report to", High, 6), 1),
	third(span("spamhaus-dbl-abused", "Spamhaus DBL: a legitimate domain that was broken into", Medium, 102, 106), 1),
}

var abusix = []Code{
	border(span("abusix-black", "Abusix: sent to spam traps", High, 2, 3)),
	one("abusix-exploit", "Abusix: an infected machine", High, 4),
	border(span("abusix-dynamic", "Abusix: an end user's address", Medium, 11, 12)),
}

// Lists are the lists that are asked, in the order of the report. SORBS is not here: it closed in June 2024. Neither are lists
// that take money for taking addresses off, but for UCEPROTECT, which admins meet and ask about: its wider levels list whole
// providers for their neighbours' spam, so they carry no weight.
var Lists = []*List{
	{
		Name: "spamhaus-zen", Zone: "zen.spamhaus.org", Title: "Spamhaus ZEN", Page: "https://check.spamhaus.org/", Kinds: IP4 | IP6, Codes: zen,
	},
	{
		Name: "spamhaus-zen-dqs", Zone: "%s.zen.dq.spamhaus.net", Title: "Spamhaus ZEN by key", Page: "https://check.spamhaus.org/",
		Kinds: IP4 | IP6, Key: true, Codes: zen,
	},
	{
		Name: "barracuda", Zone: "b.barracudacentral.org", Title: "Barracuda BRBL", Page: "https://www.barracudacentral.org/rbl/removal-request", Kinds: IP4,
		Codes: []Code{border(one("barracuda", "Barracuda: poor reputation", Medium, 2))},
	},
	{
		Name: "spamcop", Zone: "bl.spamcop.net", Title: "SpamCop", Page: "https://www.spamcop.net/bl.shtml", Kinds: IP4,
		Codes: []Code{border(one("spamcop", "SpamCop: users reported spam from it in the last day", Medium, 2))},
	},
	{
		Name: "psbl", Zone: "psbl.surriel.com", Title: "PSBL", Page: "https://psbl.org/", Kinds: IP4 | IP6,
		Codes: []Code{border(one("psbl", "PSBL: sent to a spam trap", Medium, 2))},
	},
	{
		Name: "mailspike", Zone: "bl.mailspike.net", Title: "Mailspike blocklist", Page: "https://mailspike.org/iplookup.html", Kinds: IP4,
		Codes: []Code{
			border(one("mailspike-zombie", "Mailspike: sends a wave of spam right now", Medium, 2)),
			border(one("mailspike-worst", "Mailspike: worst reputation", Medium, 10)),
			border(one("mailspike-very-bad", "Mailspike: very bad reputation", Medium, 11)),
			border(one("mailspike-bad", "Mailspike: bad reputation", Low, 12)),
		},
	},
	{
		Name: "validity", Zone: "bl.score.senderscore.com", Title: "Validity (SenderScore) blocklist", Page: "https://senderscore.org/", Kinds: IP4,
		Codes: []Code{border(span("validity", "Validity: low sender score", Medium, 2, 4))},
	},
	{
		Name: "abusix", Zone: "%s.combined.mail.abusix.zone", Title: "Abusix Mail Intelligence", Page: "https://lookup.abusix.com/",
		Kinds: IP4 | IP6, Key: true, Codes: abusix,
	},
	{
		Name: "hostkarma", Zone: "hostkarma.junkemailfilter.com", Title: "HostKarma", Page: "https://ipadmin.junkemailfilter.com/remove.php", Kinds: IP4,
		TestNot: "255.255.255.255", // 127.0.0.1 is its word for good senders, and what it holds about itself
		Codes: []Code{
			border(one("hostkarma-white", "HostKarma: sends no spam", Positive, 1)),
			border(one("hostkarma-black", "HostKarma: sends spam", Low, 2)),
			border(one("hostkarma-yellow", "HostKarma: sends both, so do not judge by address", Informational, 3)),
			border(one("hostkarma-brown", "HostKarma: little good seen", Informational, 4)),
			border(one("hostkarma-no-bl", "HostKarma: do not blocklist", Informational, 5)),
		},
	},
	{
		Name: "blocklist-de", Zone: "bl.blocklist.de", Title: "blocklist.de", Page: "https://www.blocklist.de/en/delist.html", Kinds: IP4 | IP6,
		Codes: []Code{border(span("blocklist-de", "blocklist.de: attacked servers", Low, 2, 21))},
	},
	{
		Name: "uceprotect-1", Zone: "dnsbl-1.uceprotect.net", Title: "UCEPROTECT level 1", Page: "https://www.uceprotect.net/en/rblcheck.php", Kinds: IP4 | IP6,
		Codes: []Code{border(one("uceprotect-1", "UCEPROTECT level 1: sent to a spam trap in the last week", Low, 2))},
	},
	{
		Name: "uceprotect-2", Zone: "dnsbl-2.uceprotect.net", Title: "UCEPROTECT level 2", Page: "https://www.uceprotect.net/en/rblcheck.php", Kinds: IP4,
		Codes: []Code{border(one("uceprotect-2", "UCEPROTECT level 2: neighbours of the address sent spam", Informational, 2))},
	},
	{
		Name: "uceprotect-3", Zone: "dnsbl-3.uceprotect.net", Title: "UCEPROTECT level 3", Page: "https://www.uceprotect.net/en/rblcheck.php", Kinds: IP4,
		Codes: []Code{border(one("uceprotect-3", "UCEPROTECT level 3: customers of the same provider sent spam", Informational, 2))},
	},
	{
		Name: "dnswl", Zone: "list.dnswl.org", Title: "DNSWL", Page: "https://www.dnswl.org/?page_id=15", Kinds: IP4 | IP6,
		TestAnswer: "127.0.10.0",
		Refused: []Code{
			third(span("dnswl-blocked", "DNSWL refuses this resolver: too many questions", "", 255, 255), AnyThird),
			third(span("dnswl-special", "DNSWL answers with a special case, which says nothing about the address", "", 0, 254), 10),
		},
		Codes: []Code{
			border(third(one("dnswl-none", "DNSWL: a legitimate sender, of which nothing more is known", Informational, 0), AnyThird)),
			border(third(one("dnswl-low", "DNSWL: a legitimate sender, low trust", Positive, 1), AnyThird)),
			border(third(one("dnswl-medium", "DNSWL: a legitimate sender, medium trust", Positive, 2), AnyThird)),
			border(third(one("dnswl-high", "DNSWL: a legitimate sender, high trust", Positive, 3), AnyThird)),
		},
	},
	{
		Name: "mailspike-wl", Zone: "wl.mailspike.net", Title: "Mailspike list of good senders", Page: "https://mailspike.org/iplookup.html", Kinds: IP4,
		Codes: []Code{
			border(one("mailspike-possible", "Mailspike: possibly a good sender", Informational, 17)),
			border(one("mailspike-good", "Mailspike: good reputation", Positive, 18)),
			border(one("mailspike-very-good", "Mailspike: very good reputation", Positive, 19)),
			border(one("mailspike-excellent", "Mailspike: excellent reputation", Positive, 20)),
		},
	},
	{
		Name: "spamhaus-dbl", Zone: "dbl.spamhaus.org", Title: "Spamhaus DBL", Page: "https://check.spamhaus.org/", Kinds: Domain | URI,
		Test: "dbltest.com", TestNot: "invalid", Codes: dbl,
		Refused: []Code{third(one("dbl-ip", "Spamhaus DBL is not asked for addresses", "", 255), 1)},
	},
	{
		Name: "spamhaus-dbl-dqs", Zone: "%s.dbl.dq.spamhaus.net", Title: "Spamhaus DBL by key", Page: "https://check.spamhaus.org/", Kinds: Domain | URI, Key: true,
		Test: "dbltest.com", TestNot: "invalid", Codes: dbl,
		Refused: []Code{third(one("dbl-ip", "Spamhaus DBL is not asked for addresses", "", 255), 1)},
	},
	{
		Name: "uribl", Zone: "multi.uribl.com", Title: "URIBL", Page: "https://lookup.uribl.com/", Kinds: URI, Bits: true,
		Test: "2.0.0.127", TestNot: "invalid",
		Codes: []Code{
			bit("uribl-black", "URIBL: the domain stands in spam", High, 2),
			bit("uribl-grey", "URIBL: the domain stands in bulk mail", Low, 4),
			bit("uribl-red", "URIBL: the domain is new or hidden", Low, 8),
		},
	},
	{
		Name: "surbl", Zone: "multi.surbl.org", Title: "SURBL", Page: "https://surbl.org/surbl-analysis", Kinds: URI, Bits: true,
		Test: "surbl-org-permanent-test-point.com", TestNot: "invalid",
		Codes: []Code{
			bit("surbl-disposable", "SURBL: a domain for throw-away addresses", Low, 4),
			bit("surbl-phish", "SURBL: a phishing domain", High, 8),
			bit("surbl-malware", "SURBL: a malware domain", High, 16),
			bit("surbl-click", "SURBL: a domain that counts clicks for spammers", Low, 32),
			bit("surbl-abuse", "SURBL: the domain stands in spam", High, 64),
			bit("surbl-cracked", "SURBL: a site that was broken into", Medium, 128),
		},
	},
}

// Find returns the list of that name, or nil.
func Find(name string) *List {
	for _, l := range Lists {
		if l.Name == name {
			return l
		}
	}
	return nil
}
