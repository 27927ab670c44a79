package checks

import (
	"fmt"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/dkim"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/resolve"
)

// DKIM asks whether the signatures verify. Its result is a DKIMResult.
var DKIM = &analyze.Check{
	Name:  "dkim",
	Title: "do the signatures verify",
	Spec:  "RFC 6376",
	Stage: policy.StageScore,
	Needs: []*analyze.Check{Recorded},
	Reads: []analyze.Aspect{analyze.ReadsDNS},
	Run:   runDKIM,
}

// DKIMResult is every signature in the order of the fields, and by whose word it counts.
type DKIMResult struct {
	Signatures []dkim.Signature
	Status     []dkim.Result // what counts: ours, or the border's word where the DNS had no answer or the key has changed since
	FromRecord []bool
	Said       []string // where it is the border's word: what it wrote beside it, as "body hash did not verify"; else ""
}

// Passing reports whether any signature counts as valid.
func (r DKIMResult) Passing() bool {
	for _, s := range r.Status {
		if s == dkim.Pass {
			return true
		}
	}
	return false
}

// dkimIDs maps why a signature fails to the finding.
var dkimIDs = map[string]string{
	dkim.BodyHashFails: "dkim.body-changed", dkim.EmptyBodyHash: "dkim.body-changed", dkim.BodyTruncated: "dkim.body-changed",
	dkim.HeaderFails: "dkim.header-changed", dkim.BothFail: "dkim.signature-bad",
	dkim.KeyMissing: "dkim.key-missing", dkim.KeyRevoked: "dkim.key-revoked", dkim.KeySyntax: "dkim.key-bad", dkim.KeyMismatch: "dkim.key-bad",
	dkim.KeyWeak: "dkim.key-weak", dkim.KeyTooLarge: "dkim.key-large", dkim.AlgorithmWeak: "dkim.key-weak", dkim.AlgorithmOther: "dkim.syntax",
	dkim.Expired: "dkim.expired", dkim.NoFrom: "dkim.syntax", dkim.Syntax: "dkim.syntax", dkim.IdentityOutside: "dkim.syntax",
	dkim.TooMany: "dkim.too-many",
}

func runDKIM(p *analyze.Pass) (any, error) {
	sigs := dkim.Verify(p.Context, p.Message, p.Resolve, dkim.Options{Delivered: p.Delivered, Today: p.Today})
	if len(sigs) == 0 && p.Message.Fragment() {
		return nil, analyze.Skip("fragment", "only a piece of the header is here")
	}
	if len(sigs) == 0 {
		p.Note(analyze.Finding{ID: "dkim.none", Summary: "the message has no DKIM signature"})
		return DKIMResult{}, nil
	}
	out := DKIMResult{Signatures: sigs}
	for i := range sigs {
		doubtRepaired(p, &sigs[i])
		doubtOld(p, &sigs[i])
		status, byBorder, said := settleSignature(p, &sigs[i])
		out.Status, out.FromRecord, out.Said = append(out.Status, status), append(out.FromRecord, byBorder), append(out.Said, said)
	}
	passing := out.Passing()
	scored := map[string]bool{}
	for i := range sigs {
		f, ok := signatureFinding(p, &sigs[i], out.Status[i], out.FromRecord[i], out.Said[i])
		switch {
		case !ok:
		case scored[f.ID] || passing && out.Status[i] != dkim.Pass: // one good signature is enough (RFC 6376 6.1)
			p.Note(f)
		default:
			scored[f.ID] = true
			p.Report(f)
		}
		noteTags(p, &sigs[i])
	}
	limitDKIM(p, &out)
	return out, nil
}

// afterRepair is the reason code of a signature that a repaired message cannot answer for.
const afterRepair = "repaired"

// doubtRepaired takes back what a mangled message cannot prove. A signature that verifies proves that the repair was right. One that does not
// says something only where the signer chose relaxed canonicalisation and the repairs touched white space alone, and then about the header
// alone: what pasting did to the body nobody knows.
func doubtRepaired(p *analyze.Pass, s *dkim.Signature) {
	repairs := len(p.Message.Repairs)
	if repairs == 0 {
		return
	}
	relaxed := strings.HasPrefix(s.Canon, "relaxed/") && p.Message.LayoutRepairsOnly()
	switch {
	case s.HeaderSignature == dkim.Pass:
		p.Note(analyze.Finding{ID: "dkim.repair-proven", Evidence: []analyze.Evidence{{Span: s.BSpan}},
			Summary: fmt.Sprintf("the header signature of %s verifies after the repair, so the fields it signs are as they were", s.Domain)})
	case s.HeaderSignature == dkim.Fail && relaxed:
		p.Note(analyze.Finding{ID: "dkim.repair-harmless", Evidence: []analyze.Evidence{{Span: s.BSpan}},
			Summary: fmt.Sprintf("the repairs changed white space alone, which the relaxed signature of %s ignores: it is judged", s.Domain)})
	}
	headerBroken := s.HeaderSignature == dkim.Fail && relaxed
	if s.HeaderSignature == dkim.Fail && !relaxed {
		s.HeaderSignature = dkim.Unknown
	}
	if s.BodyHash == dkim.Fail {
		s.BodyHash = dkim.Unknown
	}
	switch {
	case s.Status != dkim.Fail:
	case headerBroken:
		s.ReasonCode, s.Reason = dkim.HeaderFails, "the signed header fields were changed, or the key is another one"
	default:
		s.Status, s.ReasonCode, s.Reason = dkim.Unknown, afterRepair, "it does not fit, but the message was mended after copying, and that may be why"
	}
}

// goneSince is the reason code of a signature whose key is not there today, where the mail is old.
const goneSince = "gone-since"

// doubtOld takes back what the DNS cannot tell long after delivery, where the border wrote down nothing: keys are changed several times a year, and one
// that is gone was there once.
func doubtOld(p *analyze.Pass, s *dkim.Signature) {
	_, known := recorded(p).DKIM(s.Domain, s.Selector)
	if !known && (s.ReasonCode == dkim.KeyMissing || s.ReasonCode == dkim.KeyRevoked) && askedAfter(p, s.KeyQuestion, recordsHold) {
		s.Status, s.ReasonCode = dkim.Unknown, goneSince
		s.Reason = asOf(p, s.KeyQuestion) + " its key is not in the DNS, which says nothing of the day of delivery"
	}
}

// noteTags says what a signature's tags weaken, whether it verifies or not.
func noteTags(p *analyze.Pass, s *dkim.Signature) {
	if s.Length >= 0 {
		f := analyze.Finding{ID: "dkim.length-tag", Summary: fmt.Sprintf("%s signed the first %d bytes of the body alone (l=): the rest may be anybody's", s.Domain, s.Length),
			Evidence: []analyze.Evidence{{Span: s.DSpan}}}
		if s.Tail.Empty() {
			p.Note(f)
		} else {
			f.Evidence = append(f.Evidence, analyze.Evidence{Span: firstLine(p.Message, s.Tail), Note: "not signed"})
			p.Report(f)
		}
	}
	if s.TestMode {
		p.Note(analyze.Finding{ID: "dkim.test-mode", Summary: fmt.Sprintf("the key of %s is in test mode (t=y): the domain asks to treat its mail as unsigned", s.Domain),
			Evidence: []analyze.Evidence{{Span: s.DSpan}, dnsEvidence(s.KeyQuestion, s.KeyRecord)}})
	}
}

// limitDKIM says what could not be judged.
func limitDKIM(p *analyze.Pass, out *DKIMResult) {
	for i, s := range out.Signatures {
		if out.Status[i] != dkim.Unknown && out.Status[i] != dkim.TempError {
			continue
		}
		code := s.ReasonCode
		if code == dkim.KeyOffline || code == dkim.KeyNotRecorded {
			code = skipCode(s.KeyKind)
		}
		p.Limit(code, "the signature of %s could not be judged: %s", s.Domain, s.Reason)
	}
}

// settleSignature decides what a signature counts as. Where the key cannot be had today, or is another one, and the border recorded a pass
// at delivery, the border is right: keys are rotated (decision: three clocks). said is what the border wrote beside its word.
func settleSignature(p *analyze.Pass, s *dkim.Signature) (status dkim.Result, byBorder bool, said string) {
	rec, ok := recorded(p).DKIM(s.Domain, s.Selector)
	if !ok {
		return s.Status, false, ""
	}
	said = strings.ToLower(rec.Comment)
	if s.Status == dkim.Pass {
		if len(s.Differs) > 0 && rec.Result == "fail" { // verifiers differ about it, and the one that mattered said no
			return dkim.Fail, true, said
		}
		return dkim.Pass, false, ""
	}
	switch s.ReasonCode {
	case dkim.KeyOffline, dkim.KeyNotRecorded, dkim.KeyTemporary, dkim.HeadersOnly, afterRepair:
		return borderWord(rec), true, said
	case dkim.KeyMissing, dkim.KeyRevoked, dkim.HeaderFails:
		if rec.Result == "pass" {
			return dkim.Pass, true, said
		}
	}
	return s.Status, false, ""
}

// borderWord is the recorded result. Gmail writes "neutral (body hash did not verify)" of a changed body; others write "fail".
func borderWord(rec Entry) dkim.Result {
	if rec.Result == "neutral" && strings.Contains(strings.ToLower(rec.Comment), "did not verify") {
		return dkim.Fail
	}
	return dkim.Result(rec.Result)
}

// NoKey reports whether the border wrote that it found no key, where we could not look. Microsoft says "no key for signature", OpenDKIM "key not found in DNS".
func NoKey(s *dkim.Signature, said string) bool {
	return !s.KeyKind.Known() && (strings.Contains(said, "no key") || strings.Contains(said, "key not found"))
}

func signatureFinding(p *analyze.Pass, s *dkim.Signature, status dkim.Result, byBorder bool, said string) (analyze.Finding, bool) {
	f := analyze.Finding{Evidence: []analyze.Evidence{{Span: s.DSpan}}}
	switch {
	case byBorder && status == dkim.Pass && s.KeyKind.Known() && s.ReasonCode != dkim.HeadersOnly:
		f.ID, f.Summary = "dkim.key-rotated", fmt.Sprintf("the border saw the signature of %s pass; the key in the DNS is another one today", s.Domain)
		f.Evidence = append(f.Evidence, dnsEvidence(s.KeyQuestion, keyAnswer(s)))
		return withRecord(p, f, s), true
	case byBorder:
		f.ID, f.Summary = "dkim."+string(status), fmt.Sprintf("the border recorded DKIM %s for %s", status, s.Domain)
		if status == dkim.Fail {
			f.ID = "dkim.recorded-fail"
			f.Summary += because(s)
			if NoKey(s, said) {
				f.ID, f.Summary = "dkim.key-missing", fmt.Sprintf("the border found no key %s of %s", s.Selector, s.Domain)
			}
		}
		return withRecord(p, f, s), true
	case status == dkim.Pass:
		f.ID, f.Summary = "dkim.pass", fmt.Sprintf("the signature of %s verifies: body and header are as they were signed", s.Domain)
		f.Evidence = append(f.Evidence, dnsEvidence(s.KeyQuestion, keyAnswer(s)))
		return f, true
	}
	f.ID = dkimIDs[s.ReasonCode]
	f.Summary = failSentence(s)
	f.Evidence = append(f.Evidence, failEvidence(s)...)
	return f, f.ID != ""
}

// because says why the border may have refused what RFC 6376 accepts.
func because(s *dkim.Signature) string {
	if s.Status != dkim.Pass || len(s.Differs) == 0 {
		return ""
	}
	return ", though it verifies: " + strings.Join(s.Differs, "; ")
}

func withRecord(p *analyze.Pass, f analyze.Finding, s *dkim.Signature) analyze.Finding {
	if rec, ok := recorded(p).DKIM(s.Domain, s.Selector); ok {
		f.Evidence = append(f.Evidence, analyze.Evidence{Span: rec.Span, Note: "recorded by the border"})
	}
	return f
}

func keyAnswer(s *dkim.Signature) string {
	if s.KeyKind != resolve.Found {
		return s.KeyKind.String()
	}
	return s.KeyRecord
}

func failSentence(s *dkim.Signature) string {
	switch s.ReasonCode {
	case dkim.BodyHashFails:
		if s.HeaderSignature == dkim.Pass {
			return fmt.Sprintf("the body was changed after %s signed it; the signed header fields are untouched", s.Domain)
		}
		return fmt.Sprintf("the body was changed after %s signed it", s.Domain)
	case dkim.EmptyBodyHash:
		return fmt.Sprintf("%s signed an empty body, and there is one now", s.Domain)
	case dkim.HeaderFails:
		return fmt.Sprintf("a header field was changed after %s signed it; the body is untouched", s.Domain)
	case dkim.BothFail:
		return fmt.Sprintf("neither body nor header fit the signature of %s", s.Domain)
	case dkim.KeyMissing:
		return fmt.Sprintf("%s publishes no key %s", s.Domain, s.Selector)
	case dkim.KeyRevoked:
		return fmt.Sprintf("%s has revoked the key %s", s.Domain, s.Selector)
	case dkim.KeyWeak:
		return fmt.Sprintf("the key of %s has %d bits: verifiers refuse less than 1024", s.Domain, s.KeyBits)
	case dkim.Expired:
		return fmt.Sprintf("the signature of %s had expired when the message was delivered", s.Domain)
	}
	return strings.TrimSpace(fmt.Sprintf("the signature of %s does not count: %s", s.Domain, s.Reason))
}

func failEvidence(s *dkim.Signature) []analyze.Evidence {
	switch s.ReasonCode {
	case dkim.BodyHashFails, dkim.EmptyBodyHash, dkim.BodyTruncated, dkim.BothFail:
		return []analyze.Evidence{{Span: s.BHSpan, Note: "body hash at signing"}}
	case dkim.KeyMissing, dkim.KeyRevoked, dkim.KeySyntax, dkim.KeyWeak, dkim.KeyMismatch:
		return []analyze.Evidence{dnsEvidence(s.KeyQuestion, keyAnswer(s))}
	case dkim.HeaderFails:
		return []analyze.Evidence{{Span: s.BSpan, Note: "header signature"}}
	}
	return nil
}
