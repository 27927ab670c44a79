package eml

// Given returns the input as it was given: Raw, or what was pasted before its repair.
func (m *Message) Given() []byte {
	if m.origin.given != nil {
		return m.origin.given
	}
	return m.Raw
}
