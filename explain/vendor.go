package explain

// VendorSteps are how a false positive gets to those who can mend it. What is reported on the page teaches the engine, and the support desk does not see
// it; what is forwarded has lost its header.
var VendorSteps = []string{
	"Report it as a false positive on the filter's own page (log or quarantine). That teaches the engine: nobody answers, and the support desk does not see it.",
	"Copy the permalink of its entry in the log.",
	"Release it, and send the original to the support desk attached to a NEW mail, with the permalink. Do not forward it as it is: that loses the whole header (fpcheck report MESSAGE --to ADDRESS --permalink URL writes that mail).",
}
