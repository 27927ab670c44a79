package verdict

import "sync"

// entry is a row of a dictionary: the rule, the root cause that it points to, and what it means in our words.
type entry struct{ name, cause, text string }

// The rules of lists decide by themselves, whatever the sum is.
var decisive = map[string]Word{
	"USER_IN_WELCOMELIST": Allowed, "USER_IN_WHITELIST": Allowed, "USER_IN_DEF_WELCOMELIST": "", "USER_IN_WELCOMELIST_TO": Allowed, "USER_IN_WHITELIST_TO": Allowed,
	"USER_IN_BLOCKLIST": Blocked, "USER_IN_BLACKLIST": Blocked, "USER_IN_BLOCKLIST_TO": Blocked, "USER_IN_BLACKLIST_TO": Blocked,
	"USER_IN_DKIM_WELCOMELIST": Allowed, "USER_IN_DKIM_WHITELIST": Allowed, "USER_IN_SPF_WELCOMELIST": Allowed, "USER_IN_SPF_WHITELIST": Allowed, "USER_IN_ALL_SPAM_TO": Allowed, "USER_IN_MORE_SPAM_TO": Allowed,
	"CLAM_VIRUS": Malware, "VIRUS_FOUND": Malware, "CLAMAV": Malware,
}

// dictionary makes the table of a filter when it is first asked for: most messages bear none of these fields.
func dictionary(lists ...[]entry) func() map[string]Symbol {
	return sync.OnceValue(func() map[string]Symbol {
		out := map[string]Symbol{}
		for _, l := range lists {
			for _, e := range l {
				out[e.name] = Symbol{Text: e.text, Cause: e.cause, Blind: e.cause == "blocklist-blind", Word: decisive[e.name]}
			}
		}
		return out
	})
}
