package imports

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

var spamAssassin = &Format{
	Name: "spamassassin", Title: "SpamAssassin: welcomelist_*, whitelist_*, blocklist_* and blacklist_* lines", Filter: "spamassassin",
	read: readSpamAssassin,
}

// readSpamAssassin reads the lists of Mail::SpamAssassin::Conf. Other lines are settings, and passed over.
func readSpamAssassin(r *reader) {
	depth := 0
	r.lines(func(n int, line string) {
		if at := strings.Index(line, " #"); at >= 0 {
			line = strings.TrimSpace(line[:at])
		}
		words := strings.Fields(line)
		switch words[0] {
		case "if", "ifplugin", "else":
			if words[0] != "else" {
				depth++
			}
			return
		case "endif":
			depth--
			return
		}
		key := strings.NewReplacer("whitelist", "welcomelist", "blacklist", "blocklist", "def_", "").Replace(strings.ToLower(words[0]))
		kind, isList := strings.CutPrefix(key, "welcomelist_")
		action := rules.Allow
		if !isList {
			kind, isList = strings.CutPrefix(key, "blocklist_")
			action = rules.Block
		}
		switch {
		case strings.HasPrefix(key, "unwelcomelist_"), strings.HasPrefix(key, "unblocklist_"):
			r.note(n, "%s takes an entry of another list back, and is not followed", words[0])
			return
		case !isList || len(words) < 2:
			return
		case depth > 0:
			r.note(n, "stands under a condition (if, ifplugin), which is taken as true")
		}
		readSAList(r, n, kind, action, words)
	})
}

func readSAList(r *reader, n int, kind string, action rules.Action, words []string) {
	args := words[1:]
	switch kind {
	case "from_rcvd":
		x := rules.Rule{Action: action}
		saSender(&x, args[0])
		if len(args) < 2 {
			x.Unsupported = append(x.Unsupported, strings.Join(words, " ")+": the relay is missing")
		} else {
			saRelay(&x, args[1])
		}
		r.add(args[0], n, x)
	case "from_dkim":
		x := rules.Rule{Action: action}
		saSender(&x, args[0])
		signer := args[0][strings.LastIndexByte(args[0], '@')+1:]
		if len(args) > 1 {
			signer = args[1]
		}
		// The signing domain may be a sub-domain of the one that is named (Mail::SpamAssassin::Plugin::DKIM).
		if x.When.DKIM = hostPatterns(signer, true); x.When.DKIM == nil {
			x.Unsupported = append(x.Unsupported, "signed by "+signer)
		}
		r.add(args[0], n, x)
	case "from", "to", "auth", "from_spf":
		for _, a := range args {
			x := rules.Rule{Action: action}
			switch kind {
			case "to":
				if x.When.Recipient = senderPatterns(a, false); x.When.Recipient == nil {
					x.Unsupported = append(x.Unsupported, "recipient "+a)
				}
			case "auth":
				x.Unsupported = append(x.Unsupported, "SPF or DKIM passes for the sender")
				saSender(&x, a)
			case "from_spf":
				x.Unsupported = append(x.Unsupported, "SPF passes for the sender")
				saSender(&x, a)
			default:
				saSender(&x, a)
			}
			r.add(a, n, x)
		}
	default:
		r.add(kind, n, rules.Rule{Action: action, Unsupported: []string{strings.Join(words, " ")}})
	}
}

// saSender sets the sender. SpamAssassin also takes Resent-From and the envelope sender for it; a rule that does so lets a forger of From
// alone in, which is why the author's address is what is taken over.
func saSender(x *rules.Rule, glob string) {
	if glob == "*" || glob == "*@*" {
		return
	}
	if x.When.Sender = senderPatterns(glob, false); x.When.Sender == nil {
		x.Unsupported = append(x.Unsupported, "sender "+glob)
	}
}

// saRelay sets the relay: a host whose name ends so, or an address in brackets.
func saRelay(x *rules.Rule, relay string) {
	if ip, ok := strings.CutPrefix(relay, "["); ok {
		c, ok := network(strings.TrimSuffix(ip, "]"))
		if !ok {
			x.Unsupported = append(x.Unsupported, "relay "+relay)
		}
		x.When.BorderIP = c.BorderIP
		return
	}
	if x.When.BorderHost = hostPatterns(relay, true); x.When.BorderHost == nil {
		x.Unsupported = append(x.Unsupported, "relay "+relay)
	}
}
