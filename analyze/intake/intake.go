// Package intake turns what people hand over, a paste, a bounce, a mailbox, an Outlook file, into messages.
package intake
