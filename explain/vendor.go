package explain

import "fmt"

// vendorSteps are how a false positive gets to those who can mend it. What is reported on the page teaches the engine, and the support desk does not see
// it; what is forwarded has lost its header.
var vendorSteps = []string{
	"Report it as a false positive on the filter's own page (log or quarantine). That teaches the engine: nobody answers, and the support desk does not see it.",
	"Copy the permalink of its entry in the log.",
	"Release it, and send the original to the support desk attached to a NEW mail, with the permalink. Do not forward it as it is: that loses the whole header (fpcheck report MESSAGE --to ADDRESS --permalink URL writes that mail).",
}

// teaching is the command that teaches a filter which runs on one's own server, by its name.
var teaching = map[string]string{"spamassassin": "sa-learn --ham FILE", "rspamd": "rspamc learn_ham FILE"}

// Taught returns the command that teaches the filters good mail, where one's own server runs the only one: it has no page, no permalink, and nobody to
// write to.
func Taught(filters []string) (command string, ok bool) {
	if len(filters) == 1 {
		command, ok = teaching[filters[0]]
	}
	return command, ok
}

// ReportSteps are how a false positive of these filters gets to those who can mend it: a vendor, or the admin himself.
func ReportSteps(filters []string) []string {
	command, ok := Taught(filters)
	if !ok {
		return vendorSteps
	}
	return []string{
		fmt.Sprintf("Teach the filter that it is good mail: %s, with the original and as the user whose mail the filter judges.", command),
		"A test of your own that misfired: give it fewer points, or a second condition. One that came with the filter: tell its makers, and set its points in your own configuration until then.",
	}
}
