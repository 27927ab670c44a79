// Package trace turns Received fields into hops and says which can be believed.
package trace

import (
	"net/netip"
	"time"

	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/providers"
)

// Hop is one Received field (RFC 5321 4.4) as its MTA meant it. What the line does not say stays empty.
type Hop struct {
	Span          eml.Span // the whole field
	Dialect       string   // name of the dialect that read it; empty: not understood
	Helo          string   // what the peer said in HELO or EHLO: written by the peer
	RDNS          string   // name of the peer as the MTA itself looked it up; empty when there was none
	PTR           string   // reverse name that the MTA found and could not confirm ("may be forged"); RDNS is empty then
	Verified      bool     // this kind of MTA writes RDNS only when the name leads back to the address
	IP            netip.Addr
	By            string // host that wrote the line
	With          string // protocol as written: ESMTPS, LMTP, HTTP, mapi
	Via           string // what stands after "via": Frontend Transport, smtp
	ID            string
	EnvelopeFrom  string // without angle brackets; "<>" for the null sender
	For           string
	Ident         string    // RFC 1413 user, or the uid that made a message locally ("uid 33")
	AuthUser      string    // the authenticated user, where the line names one
	Authenticated bool      // the peer logged in: ESMTPA, ESMTPSA, "authenticated", auth=...
	TLS           string    // as far as the line says: "TLSv1.2 ECDHE-..."
	At            time.Time // zero when the date could not be read
	Local         bool      // made on the host itself: no peer (pickup, mapi, uid, LMTP on a socket)
	IPSpan        eml.Span  // where the peer's address stands; empty when it does not
	HostSpan      eml.Span  // where RDNS (or else Helo) stands
}

// Side says who wrote something.
type Side int

// The three sides: it is ours only when proven so.
const (
	Unknown Side = iota
	Ours
	Theirs
)

// String returns "unknown", "ours" or "theirs", as in the JSON.
func (s Side) String() string { return [...]string{"unknown", "ours", "theirs"}[s] }

// Belief is how far the contents of a field can be believed, and why.
type Belief struct {
	Who Side
	Why string
}

// Trace is the path of a message, newest hop first. Border is the index of the hop at which mail came from outside to a host
// of our side; -1 when that is unknown. Hops[:Border+1] were written by our side.
type Trace struct {
	Hops     []Hop
	Border   int
	Why      string  // why the border is where it is, or why it is not known
	Sure     float64 // 0..1: see the constants of the scale in border.go
	Receiver string  // provider name of the border's host (analyze/providers), when known
	Handover Handover
	Remarks  []Remark

	known knowledge // what Belief needs
}

// Handover is what the border saw of the peer that handed it the message: from the border's line, or from what the receiver
// wrote elsewhere (Received-SPF, Authentication-Results, X-Sender-IP), or as stated by the user.
type Handover struct {
	IP            netip.Addr
	RDNS          string // name verified or looked up by the border; empty: none or unknown
	Helo          string
	MailFrom      string // envelope sender; "<>" for null; "@example.com" where only the domain was recorded; empty: unknown
	Rcpt          []string
	Authenticated bool
	At            time.Time
	Spans         []eml.Span // the bytes that say so
}

// Remark is something odd about the path: a forged-looking hop, time running backwards, a long delay, an unread line.
type Remark struct {
	Kind string // "forged", "backwards", "delay", "unparsed", "disagree", "reversed"
	Hop  int
	Note string
	Span eml.Span
}

// Options are what the user states about the path. The zero value infers everything.
type Options struct {
	Border         string   // hop number from 1 (newest), or the host that wrote the border's line
	Hosts          []string // patterns of our own MTAs ("*.widget.com"), from the profile
	AuthservIDs    []string
	Networks       []netip.Prefix // our own addresses
	IP             netip.Addr     // stated by the user: --client-ip
	Helo, MailFrom string
	Rcpt           []string
	Senders        []netip.Prefix // sending servers of the profile: inside only where one of Hosts wrote the next line
	Filters        []string       // names of our filters in mail-flow order, from the profile
	Providers      *providers.Set // nil: those that ship with fpcheck
}
