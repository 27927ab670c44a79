package checks

import "strings"

// wordGroup is about what the message asks for, in words that honest mail seldom puts together.
var wordGroup = group{
	name: "words", title: "do the words ask for what spam asks for", cap: 4,
	list: []heuristic{
		{id: "words.prize", title: "says that you have won something",
			literals: []string{"you have won", "you are the winner", "you've been selected to receive", "claim your prize", "lottery winner"}},
		{id: "words.advance-fee", title: "offers a share of a large sum",
			literals: []string{"next of kin", "unclaimed funds", "transfer the sum", "inheritance fund", "million dollars", "million usd"},
			window:   400, test: func(s string) bool {
				return hasAny(s, "bank", "beneficiary", "attorney", "barrister") && hasAny(s, "contact", "reply", "confidential")
			}},
		{id: "words.verify-account", title: "presses for a login or a check of an account",
			literals: []string{"verify your account", "confirm your account", "verify your identity", "confirm your password", "update your payment", "reactivate your account", "validate your mailbox"},
			window:   300, test: func(s string) bool {
				return hasAny(s, "suspend", "within 24", "within 48", "immediately", "will be closed", "expire", "limited", "unusual", "deactivat")
			}},
		{id: "words.password-expires", title: "says that the mailbox or its password ends soon",
			literals: []string{"password expires", "password will expire", "mailbox is full", "mailbox is almost full", "mailbox quota", "storage limit"},
			window:   300, test: func(s string) bool {
				return hasAny(s, "click", "keep same password", "upgrade", "log in", "sign in", "verify")
			}},
		{id: "words.payment-change", title: "asks to pay to another account",
			literals: []string{"new bank details", "changed our bank", "updated bank account", "change of bank", "new account details"},
			window:   400, test: func(s string) bool { return hasAny(s, "payment", "invoice", "transfer", "wire") }},
		{id: "words.gift-cards", title: "asks to buy gift cards",
			literals: []string{"gift card", "giftcard", "itunes card", "steam card"},
			window:   300, test: func(s string) bool {
				return hasAny(s, "scratch", "send me the code", "purchase", "are you available", "reimburse", "buy") && !hasAny(s, "shop", "order now", "receipt")
			}},
		{id: "words.extortion", title: "threatens to publish something unless you pay",
			literals: []string{"bitcoin", "btc wallet", "btc address"},
			window:   800, test: func(s string) bool {
				return hasAny(s, "recorded you", "your webcam", "your camera", "compromising", "hacked your", "i have access to your")
			}},
		{id: "words.pills", title: "sells medicine without prescription",
			literals: []string{"viagra", "cialis", "no prescription", "online pharmacy", "canadian pharmacy", "weight loss"},
			window:   300, test: func(s string) bool {
				return hasAny(s, "order now", "cheap", "discount", "buy", "% off", "lose ", "guaranteed")
			}},
		{id: "words.money", title: "promises money for little work",
			literals: []string{"make money", "earn money", "extra income", "work from home", "double your", "guaranteed profit", "risk free", "risk-free"},
			window:   300, test: func(s string) bool {
				return hasAny(s, "per week", "per day", "a week", "a day", "invest", "click", "now", "$")
			}},
		{id: "words.act-now", title: "presses to act at once",
			literals: []string{"act now", "limited time offer", "urgent response", "final notice", "don't delete this", "once in a lifetime", "100% free", "order now"}},
		{id: "words.dear-customer", title: "greets nobody by name",
			literals: []string{"dear customer", "dear user", "dear account holder", "dear email user", "dear client", "dear valued"},
			window:   300, test: func(s string) bool { return hasAny(s, "account", "mailbox", "password", "payment", "card", "verify") }},
		{id: "words.unusual-login", title: "warns of a login that you should check at once",
			literals: []string{"unusual sign-in", "unusual login", "unusual activity", "suspicious activity", "suspicious login", "new sign-in"},
			window:   300, test: func(s string) bool { return hasAny(s, "click", "secure your", "log in", "login", "verify", "confirm") }},
		{id: "words.parcel", title: "wants money or a click for a parcel",
			literals: []string{"your parcel", "your package", "your shipment", "delivery attempt"},
			window:   300, test: func(s string) bool {
				return hasAny(s, "customs fee", "delivery fee", "shipping fee", "small fee", "reschedule", "could not be delivered", "undeliverable", "unpaid")
			}},
		{id: "words.shared-document", title: "says that somebody shared a document and wants a login",
			literals: []string{"shared a document", "shared a file", "shared document", "document has been shared", "sent you a document", "secure document"},
			window:   300, test: func(s string) bool {
				return hasAny(s, "sign in", "log in", "login", "password", "view now", "verify", "authenticate")
			}},
		{id: "words.voicemail", title: "says that a voice message waits in an attachment or behind a link",
			literals: []string{"new voicemail", "new voice message", "voice message", "missed call"},
			window:   300, test: func(s string) bool { return hasAny(s, "attached", "attachment", "listen", "play", "click") }},
		{id: "words.tax-refund", title: "promises a refund from a tax office",
			literals: []string{"tax refund", "tax rebate", "refund from the tax"},
			window:   300, test: func(s string) bool { return hasAny(s, "claim", "eligible", "form", "click", "submit") }},
		{id: "words.investment", title: "promises gains",
			literals: []string{"trading platform", "crypto investment", "investment opportunity", "invest in bitcoin", "guaranteed return", "high return", "passive income"},
			window:   300, test: func(s string) bool {
				return hasAny(s, "profit", "guarantee", "deposit", "per day", "daily", "double", "risk")
			}},
		{id: "words.loan", title: "offers a loan to everybody",
			literals: []string{"loan offer", "instant loan", "low interest", "consolidate your debt", "bad credit", "no credit check", "get out of debt", "debt free"},
			window:   300, test: func(s string) bool { return hasAny(s, "apply", "approved", "approval", "today", "now", "call", "%") }},
		{id: "words.mortgage", title: "sells mortgages to everybody",
			literals: []string{"mortgage rate", "refinance", "home loan", "mortgage quote"},
			window:   300, test: func(s string) bool {
				return hasAny(s, "lowest", "free", "apply", "save", "quote", "today", "rates as low")
			}},
		{id: "words.casino", title: "wants you to gamble",
			literals: []string{"online casino", "free spins", "no deposit bonus", "sports betting", "poker room", "casino bonus"}},
		{id: "words.diploma", title: "sells diplomas",
			literals: []string{"university diploma", "buy a degree", "degree program", "diploma from"},
			window:   300, test: func(s string) bool {
				return hasAny(s, "no test", "no exam", "no classes", "life experience", "prestigious", "non accredited", "non-accredited", "call now")
			}},
		{id: "words.replica", title: "sells copies of brand goods",
			literals: []string{"replica watch", "rolex", "designer replica", "replica handbag", "louis vuitton"},
			window:   300, test: func(s string) bool { return hasAny(s, "replica", "cheap", "discount", "% off", "order") }},
		{id: "words.adult", title: "offers sex",
			literals: []string{"adult site", "hot girls", "live girls", "barely legal", "xxx ", "horny", "hardcore", "porn", "singles in your area", "sexy singles"},
			window:   300, test: func(s string) bool {
				return hasAny(s, "click", "free", "join", "webcam", "site", "meet", "pics", "movies", "18")
			}},
		{id: "words.enlarge", title: "sells enlargement",
			literals: []string{"enlarge your", "increase your size", "male enhancement", "penis", "last longer", "bigger breasts"},
			window:   300, test: func(s string) bool {
				return hasAny(s, "pill", "natural", "guarantee", "order", "inches", "patch", "product", "results", "satisf")
			}},
		{id: "words.seo", title: "sells a better place in search engines",
			literals: []string{"first page of google", "top of google", "seo services", "search engine optimization", "rank your website", "website redesign", "submit your site", "search engines"},
			window:   300, test: func(s string) bool {
				return hasAny(s, "quote", "price", "cost", "reply", "guarantee", "interested", "increase", "traffic", "package")
			}},
		{id: "words.survey", title: "pays for a survey",
			literals: []string{"short survey", "take our survey", "complete the survey", "your opinion"},
			window:   300, test: func(s string) bool { return hasAny(s, "gift card", "reward", "win ", "prize", "free", "paid") }},
		{id: "words.mlm", title: "sells a business at home",
			literals: []string{"home based business", "home-based business", "financial freedom", "be your own boss", "multi-level", "network marketing", "financially independent", "fire your boss", "unlimited income"}},
		{id: "words.stock", title: "recommends a share",
			literals: []string{"penny stock", "hot stock", "stock alert", "strong buy", "stock pick", "otcbb", "otc:", "shares outstanding"},
			window:   300, test: func(s string) bool {
				return hasAny(s, "price", "target", "invest", "profit", "explode", "gain", "forward-looking", "buy")
			}},
		{id: "words.not-spam", title: "says that it is no spam",
			literals: []string{"this is not spam", "not unsolicited", "one time mailing", "one-time mailing", "section 301", "s.1618", "s. 1618", "this email is sent in compliance", "to be removed from", "remove in the subject", "\"remove\" in the subject", "reply with remove", "removal instructions"}},
		{id: "words.bulk-mail", title: "sells addresses or bulk mail",
			literals: []string{"million email addresses", "bulk email", "bulk e-mail", "million emails", "email addresses on cd", "e-mail marketing software", "targeted email", "email extractor"}},
		{id: "words.secret-deal", title: "proposes a secret business",
			literals: []string{"business proposal", "strictly confidential", "utmost confidentiality", "confidential transaction", "urgent business", "mutual benefit"},
			window:   400, test: func(s string) bool {
				return hasAny(s, "fund", "transfer", "bank", "million", "partner", "foreign", "account")
			}},
		{id: "words.quick-favour", title: "asks for a quick favour without saying what",
			literals: []string{"are you at your desk", "are you available", "quick task", "quick favor", "quick favour", "need a favor", "need a favour", "handle a task", "are you in the office"},
			window:   300, test: func(s string) bool {
				return hasAny(s, "urgent", "asap", "discreet", "reply", "let me know", "email me", "can't talk", "cannot talk", "in a meeting", "text me", "cell")
			}},
		{id: "words.payroll", title: "wants wages paid to another account",
			literals: []string{"direct deposit", "payroll", "salary account"},
			window:   300, test: func(s string) bool {
				return hasAny(s, "change", "update", "new account") && hasAny(s, "bank", "account")
			}},
		{id: "words.wire", title: "presses for a transfer",
			literals: []string{"wire transfer", "bank transfer", "send the transfer", "process a payment", "initiate a payment"},
			window:   300, test: func(s string) bool {
				return hasAny(s, "urgent", "today", "asap", "immediately", "right away", "before the close")
			}},
		{id: "words.legal-threat", title: "threatens with a court",
			literals: []string{"legal action", "court notice", "lawsuit", "summons", "warrant", "criminal charges"},
			window:   300, test: func(s string) bool { return hasAny(s, "attached", "click", "pay", "immediately", "download", "avoid") }},
		{id: "words.money-back", title: "promises your money back",
			literals: []string{"money back guarantee", "money-back guarantee", "100% satisfaction", "satisfaction guaranteed", "risk-free trial", "free trial offer", "30 day trial"}},
		{id: "words.for-free", title: "gives something away",
			literals: []string{"absolutely free", "free gift", "no obligation", "at no cost", "free sample", "free membership", "free access", "free quote"},
			window:   300, test: func(s string) bool {
				return hasAny(s, "click", "call", "order", "offer", "now", "visit", "today", "sign up")
			}},
		{id: "words.call-now", title: "presses to call or click now",
			literals: []string{"call now", "click here now", "order today", "don't miss", "limited time", "while supplies last", "offer expires", "special offer", "act fast", "hurry"},
			window:   300, test: func(s string) bool { return hasAny(s, "!", "% off", "free", "$", "save") }},
		{id: "words.credit-cards", title: "offers credit cards to everybody",
			literals: []string{"unsecured credit", "credit card offer", "guaranteed approval", "pre-approved", "pre approved", "credit repair", "clean up your credit", "merchant account", "accept credit cards"}},
		{id: "words.software", title: "sells software far below its price",
			literals: []string{"oem software", "cheap software", "software at", "adobe photoshop", "windows xp", "office xp"},
			window:   300, test: func(s string) bool { return hasAny(s, "% off", "cheap", "lowest", "save", "only $", "download now") }},
		{id: "words.diet", title: "sells slimness",
			literals: []string{"lose weight", "burn fat", "diet pill", "fat burner", "weight loss", "appetite"},
			window:   300, test: func(s string) bool {
				return hasAny(s, "fast", "days", "pounds", "guaranteed", "without", "natural", "order", "free")
			}},
		{id: "words.youth", title: "sells youth",
			literals: []string{"growth hormone", "anti-aging", "anti aging", "hgh", "reverse aging", "wrinkles"},
			window:   300, test: func(s string) bool {
				return hasAny(s, "increase", "order", "natural", "free", "energy", "reduce", "product")
			}},
		{id: "words.ink", title: "sells ink",
			literals: []string{"ink cartridge", "inkjet", "toner cartridge", "printer ink"},
			window:   300, test: func(s string) bool { return hasAny(s, "save", "%", "cheap", "discount") }},
		{id: "words.descrambler", title: "sells what opens locked television",
			literals: []string{"cable descrambler", "free cable", "satellite tv", "directv", "dish network"},
			window:   300, test: func(s string) bool { return hasAny(s, "free", "order", "watch", "channels") }},
		{id: "words.trip", title: "gives a trip away",
			literals: []string{"free vacation", "vacation package", "won a trip", "free cruise", "all-expenses", "all expenses paid"}},
		{id: "words.insurance", title: "sells insurance to everybody",
			literals: []string{"term life insurance", "life insurance", "insurance quotes", "health insurance", "car insurance", "extended warranty"},
			window:   300, test: func(s string) bool {
				return hasAny(s, "save up to", "free quote", "quotes", "lowest", "compare", "70%", "as low as")
			}},
		{id: "words.dear-friend", title: "calls a stranger a friend",
			literals: []string{"dear friend", "dear sir/madam", "dear beloved", "dearest one", "attention beneficiary", "dear winner"}},
		{id: "words.mailing-address", title: "tells where the list of addresses comes from",
			literals: []string{"you are receiving this email because", "you received this email because", "you are receiving this because you", "opted in", "opt-in", "double opt-in", "our partners", "marketing partner"},
			window:   300, test: func(s string) bool { return hasAny(s, "offers", "partner", "opted", "opt-in") }},
	},
}

func hasAny(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
