package eml

import "bytes"

// Fragment reports whether only a piece of a header was handed over, such as one Received line, a line of a log, or the table above a source:
// then a field that is not there is not missing from the message.
func (m *Message) Fragment() bool {
	for _, r := range m.Repairs {
		if r.Kind == RepairLog || r.Kind == RepairSummary {
			return true
		}
	}
	if len(m.Fields) == 0 || !m.HeaderOnly && len(bytes.TrimSpace(m.Bytes(m.Body))) > 0 {
		return false
	}
	for _, name := range []string{"From", "Date", "Subject", "To"} {
		if len(m.All(name)) > 0 {
			return false
		}
	}
	return true
}

// HasHeader reports whether there is any field that mail has: text without one is no message.
func (m *Message) HasHeader() bool {
	for _, f := range m.Fields {
		if isKnownName(f.Name) {
			return true
		}
	}
	return false
}
