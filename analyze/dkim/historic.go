package dkim

import "github.com/fpcheck/fpcheck/analyze/eml"

// domainKeys judges a DomainKey-Signature field (RFC 4870).
func (e *Engine) domainKeys(f eml.Field) Signature { return e.Judge(f, FormDKIM, nil) }
