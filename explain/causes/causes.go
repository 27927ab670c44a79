// Package causes holds the root causes why mail is caught, one file each, and the list of them.
package causes

import (
	"slices"

	"github.com/fpcheck/fpcheck/explain"
)

// All returns every cause. Where two explain a message equally well the first in the list is named, so the more precise stand first.
func All() []*explain.Cause { return slices.Clone(all) }

var all = []*explain.Cause{
	// What must not be released.
	forgedOwnDomain, lookalikeDomain, displayNameColleague, brandImpersonation, compromisedAccount, realPhishing, realSpam,
	// What one's own side did.
	ownBlockEntry, ownMailboxRule, gatewayHidesClientIP, ownGatewayChangesMail,
	// Own domain from outside.
	signatureServiceLoop, marketingServiceOwnDomain, webFormHostingPool, webFormUnlistedServer, webFormVisitorAddress, ownServerUnlisted,
	// What was changed after signing.
	mailingList, reencodedOnTheWay, footerAfterSigning, changedAfterSigning,
	// What the sender publishes.
	dkimExpiredInQueue, dkimKeyMissing, dkimKeyRevoked, dkimKeyShort, dkimKeyWrong,
	dmarcStrictAlignment, dmarcSubdomainPolicy, forwarder, dmarcMisalignedService,
	spfTooManyLookups, spfPermerror, spfIncludeMissing,
	// The sending server.
	senderWithoutAuthentication, senderWithoutPTR, ptrHeloMismatch,
	blocklistBlind, policyListWrongHop, listedSharedPool, listedAddress,
	// The filter's opinion.
	paymentDetailsChanged, riskyRequest, bulkLevel, firstContact, clockWrong, similarDomainHonest, colleaguePrivateAccount, outgoingUserHeld, heuristicOrdinaryWords, classifierMisjudged, localHistoryStale,
	// Defects that seldom decide.
	dkimTestMode, dkimLengthTag,
	nothingWrong,
}

// CannotTell takes first place where no cause speaks. It matches every report.
var CannotTell = cannotTell

// How sure a cause is. The numbers stand in the JSON; the words sure, likely and possible are those of explain.Confidence.
const (
	proven   = 0.95 // a hash, a verifying signature, a DNS answer, the profile or the filter's own word says so
	strong   = 0.75 // several things speak for it, nothing against, and somebody else could have made it look so
	moderate = 0.60 // it fits best, and another explanation is thinkable
	weak     = 0.40 // a hint
)
