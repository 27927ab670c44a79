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
