package imports

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

var exchangeRules = &Format{
	Name: "exchange-rules", Title: "Exchange Online: Get-TransportRule | ConvertTo-Json", Filter: "exchange-online",
	read: func(r *reader) {
		objects := r.objects()
		slices.SortStableFunc(objects, func(a, b properties) int { return a.number("Priority") - b.number("Priority") })
		for _, o := range objects {
			readTransportRule(r, o)
		}
	},
}

var exchangeSpoof = &Format{
	Name: "exchange-spoof", Title: "Exchange Online: Get-TenantAllowBlockListSpoofItems | ConvertTo-Json", Filter: "exchange-online",
	read: func(r *reader) {
		for _, o := range r.objects() {
			readSpoofItem(r, o)
		}
	},
}

// properties are one object of PowerShell.
type properties map[string]any

// objects reads a list of objects, or one.
func (r *reader) objects() []properties {
	var v any
	if err := json.Unmarshal([]byte(r.text), &v); err != nil {
		r.note(0, "not JSON: %v", err)
		return nil
	}
	var out []properties
	for _, item := range values(v) {
		if o, ok := item.(map[string]any); ok {
			out = append(out, o)
		}
	}
	if len(out) == 0 {
		r.note(0, "there is no object in it")
	}
	return out
}

// values returns the elements of a list. Windows PowerShell writes some lists as an object with "value" and "Count".
func values(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	case map[string]any:
		if inner, ok := v["value"].([]any); ok {
			return inner
		}
		if inner, ok := v["Value"].(string); ok {
			return []any{inner}
		}
	}
	return []any{v}
}

// texts returns a property as a list of texts.
func (o properties) texts(name string) []string {
	var out []string
	for _, v := range values(o[name]) {
		switch v := v.(type) {
		case string:
			if v != "" {
				out = append(out, v)
			}
		case float64:
			out = append(out, strconv.FormatFloat(v, 'f', -1, 64))
		case map[string]any: // a rich object: its name is what the page shows
			for _, key := range []string{"Address", "PrimarySmtpAddress", "Name"} {
				if s, ok := v[key].(string); ok {
					out = append(out, s)
					break
				}
			}
		}
	}
	return out
}

func (o properties) text(name string) string { return strings.Join(o.texts(name), " ") }

func (o properties) number(name string) int {
	n, _ := o[name].(float64)
	return int(n)
}

func (o properties) isTrue(name string) bool { b, _ := o[name].(bool); return b }

// set reports whether a property says anything.
func (o properties) set(name string) bool {
	switch v := o[name].(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return v != ""
	case []any:
		return len(v) > 0
	}
	return true
}

func readTransportRule(r *reader, o properties) {
	name := o.text("Name")
	if state := o.text("State"); strings.EqualFold(state, "Disabled") || state == "1" && o.text("Name") != "" && o.number("State") == 1 {
		r.note(0, "%s is switched off, and not taken over", name)
		return
	}
	x := rules.Rule{Reason: oneLine(o.text("Comments")), Stop: o.isTrue("StopRuleProcessing")}
	x.Expires = day(o.text("ExpiryDate"))
	transportAction(&x, o)
	e := &exchange{o: o, x: &x, read: map[string]bool{}}
	e.conditions(&x.When, "")
	e.conditions(&x.Unless, "ExceptIf")
	e.rest()
	switch strings.ToLower(o.text("FromScope")) {
	case "notinorganization", "1":
		x.Direction = rules.Inbound
	case "inorganization", "0":
		own := true
		x.When.OwnSender = &own
	}
	r.add(name, 0, x)
}

// transportAction reads what the rule does to the message, as far as spam is concerned.
func transportAction(x *rules.Rule, o properties) {
	scl, err := strconv.Atoi(o.text("SetSCL"))
	switch {
	case o.set("DeleteMessage"), o.set("RejectMessageReasonText"), o.set("RejectMessageEnhancedStatusCode"):
		x.Action = rules.Block
	case o.set("Quarantine"), err == nil && scl >= 5:
		x.Action = rules.Quarantine
	case err == nil && scl == -1:
		x.Action, x.Skips = rules.Allow, []string{"spam-score"}
	default:
		x.Action = rules.Allow
		x.Unsupported = append(x.Unsupported, "an action that is not about spam")
	}
}

// exchange reads the conditions of one rule.
type exchange struct {
	o    properties
	x    *rules.Rule
	read map[string]bool
}

// get returns a property and notes that it was read.
func (e *exchange) get(name string) []string {
	e.read[name] = true
	return e.o.texts(name)
}

func (e *exchange) unsupported(format string, args ...any) {
	e.x.Unsupported = append(e.x.Unsupported, fmt.Sprintf(format, args...))
}

// conditions reads those that rules know; prefix is that of the exceptions.
func (e *exchange) conditions(c *rules.Conditions, prefix string) {
	sender := &c.Sender
	if strings.EqualFold(e.o.text("SenderAddressLocation"), "Envelope") {
		sender = &c.MailFrom
	}
	add := func(list *[]string, name string, convert func(string) []string) {
		for _, v := range e.get(prefix + name) {
			p := convert(v)
			if p == nil {
				e.unsupported("%s%s %s", prefix, name, v)
			}
			*list = append(*list, p...)
		}
	}
	whole := func(s string) []string { return senderPatterns(s, false) }
	domains := func(s string) []string { return senderPatterns(s, true) } // sub-domains match too
	add(sender, "From", whole)
	add(sender, "SenderDomainIs", domains)
	add(sender, "FromAddressMatchesPatterns", addressPattern)
	add(&c.Recipient, "SentTo", whole)
	add(&c.Recipient, "RecipientDomainIs", domains)
	for _, v := range e.get(prefix + "SenderIpRanges") {
		n, ok := network(v)
		if !ok {
			e.unsupported("%sSenderIpRanges %s", prefix, v)
		}
		c.BorderIP = append(c.BorderIP, n.BorderIP...)
	}
	c.Subject = append(c.Subject, e.get(prefix+"SubjectContainsWords")...)
	e.headers(c, prefix)
}

func (e *exchange) headers(c *rules.Conditions, prefix string) {
	name, words := e.get(prefix+"HeaderContainsMessageHeader"), e.get(prefix+"HeaderContainsWords")
	if len(name) == 1 && len(words) > 0 {
		c.Headers = append(c.Headers, rules.HeaderCondition{Name: name[0], Contains: words})
	}
	name, patterns := e.get(prefix+"HeaderMatchesMessageHeader"), e.get(prefix+"HeaderMatchesPatterns")
	for _, p := range patterns {
		if _, err := regexp.Compile(p); err != nil || len(p) > rules.MaxPattern || len(name) != 1 || len(patterns) > 1 {
			e.unsupported("%sHeaderMatchesPatterns %s", prefix, p)
			continue
		}
		c.Headers = append(c.Headers, rules.HeaderCondition{Name: name[0], Matches: "(?i)" + p})
	}
}

// rest names the conditions that rules do not know.
func (e *exchange) rest() {
	var left []string
	for name := range e.o {
		if isCondition(name) && !e.read[name] && e.o.set(name) {
			left = append(left, name)
		}
	}
	slices.Sort(left)
	for _, name := range left {
		e.unsupported("%s %s", name, e.o.text(name))
	}
}

// isCondition reports whether a property of a transport rule limits the messages that it is for (docs: Set-TransportRule).
func isCondition(name string) bool {
	name = strings.TrimPrefix(name, "ExceptIf")
	for _, other := range []string{"FromScope", "SenderAddressLocation", "MessageSecurity", "RecipientRejectionCount"} {
		if name == other {
			return false
		}
	}
	for _, prefix := range []string{"From", "Sender", "SentTo", "Recipient", "Subject", "Header", "Attachment", "Message", "Any", "Between", "Content", "Has",
		"Manager", "ADComparison", "ADAttribute", "WithImportance", "SCLOver"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// addressPattern turns an anchored expression for one address or domain into a pattern of senders.
func addressPattern(s string) []string {
	if !strings.HasPrefix(s, "^") && !strings.HasPrefix(s, "@") {
		return nil
	}
	text, suffix, plain := literalOf(s)
	switch {
	case plain && !suffix:
		return senderPatterns(text, false)
	case strings.HasPrefix(s, "@"):
		if text, _, _ = literalOf("^" + s); text != "" {
			return senderPatterns(text, false)
		}
	}
	return nil
}

// day reads a date of PowerShell: "/Date(1779667200000)/", or RFC 3339.
func day(s string) time.Time {
	if ms, ok := strings.CutPrefix(s, "/Date("); ok {
		n, err := strconv.ParseInt(strings.TrimSuffix(ms, ")/"), 10, 64)
		if err == nil {
			return time.UnixMilli(n).UTC().Truncate(24 * time.Hour)
		}
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC().Truncate(24 * time.Hour)
		}
	}
	return time.Time{}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// readSpoofItem reads a pair of a spoofed user and the infrastructure that may: the PTR domain of the address, a network, or the domain of a
// signature. A name is taken for the PTR domain.
func readSpoofItem(r *reader, o properties) {
	user, infra := o.text("SpoofedUser"), o.text("SendingInfrastructure")
	x := rules.Rule{Action: rules.Allow, Direction: rules.Inbound}
	if strings.EqualFold(o.text("Action"), "Block") {
		x.Action = rules.Block
	}
	if user != "*" {
		if x.When.Sender = senderPatterns(user, false); x.When.Sender == nil {
			x.Unsupported = append(x.Unsupported, "SpoofedUser "+user)
		}
	}
	if c, ok := network(infra); ok {
		x.When.BorderIP = c.BorderIP
	} else if infra != "*" {
		if x.When.BorderHost = hostPatterns(infra, true); x.When.BorderHost == nil {
			x.Unsupported = append(x.Unsupported, "SendingInfrastructure "+infra)
		}
	}
	r.add(user+" "+infra, 0, x)
}
