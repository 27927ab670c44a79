package eml

import (
	"bytes"
	"strings"
	"sync"
)

// knownNames are the fields that a line must name to count as a new field whatever stands before it: the registry of RFC 4021, what
// MTAs, filters and mail clients add, and what lists write. Names that begin with X- need not be here.
const knownNames = `
accept-language alternate-recipient amq-delivery-message-id apparently-to apparently-from approved approved-by archived-at
arc-authentication-results arc-message-signature arc-seal auth-results authentication-results authentication-results-original
auto-submitted autoforwarded autosubmitted bcc bounces-to campaign_id campaignid cc cfbl-address cfbl-feedback-id client-id comments
content-alternative content-base content-class content-description content-disposition content-duration content-features content-id
content-identifier content-language content-length content-location content-md5 content-return content-transfer-encoding content-type
content-translation-type conversation-id conversion conversion-with-loss date date-received deferred-delivery delivered-to delivery-date
disposition-notification-options disposition-notification-to dkim-filter dkim-signature domainkey-signature domainkey-status dl-expansion-history
encoding encrypted envelope-from envelope-sender envelope-to errors-to expires expiry-date feedback-id followup-to from gateway generate-delivery-report
importance in-reply-to incomplete-copy injection-date injection-info ironport-data ironport-hdrordr ironport-phdr ironport-sdr keywords language latest-delivery-time lines list-archive
list-help list-id list-owner list-post list-subscribe list-unsubscribe list-unsubscribe-post mail-followup-to mail-reply-to mail-from
mailing-list message-id message-type mime-version mmhs-codress-message-indicator msip_labels newsgroups nntp-posting-host
obsoletes old-received old-return-path organisation organization original-encoded-information-types original-from original-message-id original-recipient
original-sender original-subject originator-return-address originating-client path phishing-simulation pics-label posted-to precedence prevent-nondelivery-report
priority received received-date received-spf recipient-id references rcpt-to relay-version reply-by reply-to require-recipient-valid-since resent-bcc
resent-cc resent-date resent-from resent-message-id resent-reply-to resent-sender resent-to return-path return-receipt-requested
return-receipt-to sender sensitivity see-also sio-label sio-label-history solicitation spamdiagnosticmetadata spamdiagnosticoutput status
subject summary supersedes suggested_attachment_session_id tls-report-domain tls-report-submitter tls-required thread-index thread-topic to topicid ui-outboundreport user-agent
vbr-info via xref x400-content-identifier x400-content-return x400-content-type x400-mts-identifier x400-originator x400-received
x400-recipients x400-trace dmarc-filter mailscanner-null-check drafts-folder authenticated-by antivirus-status
`

var known = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for name := range strings.FieldsSeq(knownNames) {
		set[name] = true
	}
	return set
})

// isKnownName reports whether name is a field that everybody knows, or one that begins with X-.
func isKnownName(name string) bool { return len(name) <= maxToken && knownToken([]byte(name)) }

// maxToken is the longest name that is looked up.
const maxToken = 76

func knownToken(name []byte) bool {
	if len(name) > 3 && lower(name[0]) == 'x' && name[1] == '-' {
		return true
	}
	var buf [maxToken]byte
	n := copy(buf[:], name)
	for i, c := range buf[:n] {
		buf[i] = lower(c)
	}
	return known()[string(buf[:n])]
}

// once are the fields of which a header has one: a second set of them is another message.
var once = map[string]bool{"from": true, "date": true, "subject": true, "message-id": true, "to": true}

// freeText are fields that may hold anything, names of fields among it, in lines of their own.
func freeText(name string) bool {
	name = strings.ToLower(name)
	return name == "subject" || name == "comments" || name == "thread-topic" || strings.HasPrefix(name, "x-spam-") || strings.Contains(name, "report")
}

// certain reports whether text is a field beyond doubt, whatever field it stands in: its value is what that field alone holds.
func certain(name string, text []byte) bool {
	value := bytes.TrimLeft(text[min(len(text), len(name)+1):], " \t")
	switch strings.ToLower(name) {
	case "received", "x-received":
		start := strings.ToLower(string(value[:min(len(value), 5)]))
		return strings.HasPrefix(start, "from ") || strings.HasPrefix(start, "by ") || strings.HasPrefix(start, "(")
	case "date":
		_, ok := ParseDate(string(value[:min(len(value), 31)]))
		return ok
	case "message-id", "return-path":
		return bytes.HasPrefix(value, []byte("<"))
	case "from", "to":
		value, _, _ = bytes.Cut(value[:min(len(value), 200)], []byte(":"))
		return bytes.IndexByte(value, '@') > 0 || bytes.Contains(value, []byte("protected]"))
	case "dkim-signature", "arc-seal", "arc-message-signature", "arc-authentication-results", "authentication-results":
		return bytes.IndexByte(value[:min(len(value), 400)], '=') > 0
	}
	return false
}
