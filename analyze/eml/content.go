package eml

// Content returns at most limit bytes of the part with its transfer encoding undone and its charset as it is: what a program that
// changes the encoding has in hand.
func (m *Message) Content(p *Part, limit int) []byte {
	content, _ := m.undoTransfer(p, limit)
	return content
}
