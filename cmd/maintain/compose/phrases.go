package compose

import (
	"fmt"
	"math/rand"
	"strings"
)

// pick returns one of the words.
func pick(r *rand.Rand, words []string) string { return words[r.Intn(len(words))] }

// fill puts values into the slots of a sentence: {n} a number, {day}, {item}, {place}, {name}, {sum}.
func fill(r *rand.Rand, s string) string {
	for strings.Contains(s, "{") {
		i, j := strings.IndexByte(s, '{'), strings.IndexByte(s, '}')
		value := ""
		switch slot := s[i+1 : j]; slot {
		case "n":
			value = fmt.Sprint(100 + r.Intn(89000))
		case "few":
			value = fmt.Sprint(2 + r.Intn(19))
		case "sum":
			value = fmt.Sprintf("%d.%02d", 20+r.Intn(7000), r.Intn(100))
		default:
			value = pick(r, slots[slot])
		}
		s = s[:i] + value + s[j+1:]
	}
	return s
}

var slots = map[string][]string{
	"day": {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "the 4th", "the 11th", "the 19th", "the 23rd", "the last week of the month"},
	"item": {"oak boards", "brass fittings", "paper rolls", "seed trays", "roof tiles", "window frames", "copper pipe", "canvas", "glass jars", "steel brackets", "wool yarn", "flour sacks",
		"paint tins", "bolts of size M8", "cable drums", "shelf panels", "leather hides", "clay", "pump seals", "garden tools"},
	"place": {"the north gate", "the old warehouse", "the second yard", "the workshop", "the loading bay", "the depot by the river", "the shop", "the town hall", "the harbour office", "the showroom"},
	"name":  {"Ines", "Tomas", "Marta", "Joao", "Beatriz", "Henrik", "Lotte", "Pavel", "Aino", "Colm", "Sofia", "Emil", "Greta", "Ruben", "Nadia", "Oskar"},
}

// business is what partners write to each other: an opening, matters, and an end.
var business = struct{ subjects, openings, matters, ends []string }{
	subjects: []string{"{item} for {day}", "Order {n}", "Your question about the {item}", "Delivery note {n}", "Meeting on {day}", "Drawing {n}, second version", "Offer {n}", "The {item} for {place}",
		"Complaint {n}: {item}", "Samples of the {item}", "Plan for {day}", "Minutes of {day}", "Return of the {item}", "Key for {place}", "Measurements from {place}"},
	openings: []string{"Good morning,", "Hello,", "Dear colleagues,", "Good afternoon,", "Dear all,", "Hello from {place},"},
	matters: []string{
		"The {item} leave our warehouse on {day}, so the carrier will be with you the day after between eight and ten.",
		"We have packed {few} crates of {item}; the list with number {n} lies in the first one.",
		"{name} has measured {place} again, and the frame is two fingers narrower than in drawing {n}.",
		"Could you tell us whether {few} of the {item} may come later? The maker has kept us waiting since {day}.",
		"The colour of the {item} is as agreed, but {few} of them have a scratch; we replace those and take the old ones back.",
		"For the meeting on {day} I have asked {name} to bring the samples and the plan of {place}.",
		"The driver needs somebody at {place} who can open the barrier. Please give {name} a ring when you know who it is.",
		"Offer {n} holds until {day}. It names the {item} in both sizes and the work at {place}.",
		"I have gone through the minutes, and point {few} should say {item} instead of what stands there.",
		"Order {n} is nearly finished: {few} {item} are still in the drying room.",
		"The hoist at {place} is being repaired until {day}, so we send the smaller lorry.",
		"{name} and {name} will be with you on {day} to fit the {item}; they bring their own ladder.",
		"The papers are the same as last time: sign the second copy and give it to the driver.",
		"We counted the {item} twice and came to {n} both times, which is {few} more than the note says.",
		"If {day} does not suit you, any morning of the week after is fine with us.",
		"The sum of {sum} was booked on {day}; thank you for being so quick.",
		"Attached is nothing this time: the drawing is too large, so {name} will bring it on paper.",
		"Please do not forget that {place} is closed on {day} because of the market.",
	},
	ends: []string{"Kind regards", "Best wishes", "Until then", "With kind regards", "Many greetings"},
}

// businessLetter is a letter of that kind, different each time.
func businessLetter(r *rand.Rand, from, to string) Letter {
	var b strings.Builder
	b.WriteString("\n" + pick(r, business.openings) + "\n\n")
	order := r.Perm(len(business.matters))
	n := 3 + r.Intn(4)
	for i, at := range order[:n] {
		b.WriteString(business.matters[at])
		if i%2 == 1 || i == n-1 {
			b.WriteString("\n\n")
		} else {
			b.WriteByte(' ')
		}
	}
	b.WriteString(pick(r, business.ends) + "\n" + strings.Split(from, " <")[0] + "\n")
	l := Letter{From: from, To: to, Subject: fill(r, pick(r, business.subjects)), Text: fill(r, b.String())}
	switch r.Intn(3) {
	case 1:
		l.HTML, l.Encoding = "auto", "quoted-printable"
	case 2:
		l.Encoding = "base64"
	}
	return l
}

// lure is what a fraud wants, as openings, demands and threats.
type lure struct{ subjects, openings, demands, pressure, ends []string }

// lures by what is asked for.
var lures = map[string]lure{
	"login": {
		subjects: []string{"Your account will be closed today", "Mailbox quota exceeded: action required", "Unusual login, verify your account", "Password expires in {few} hours", "Final notice for ticket {n}", "You have {few} undelivered messages"},
		openings: []string{"Dear customer,", "Dear user,", "Attention,", "Dear account holder,"},
		demands: []string{"You must verify your account within 24 hours.\n\nhttp://203.0.113.{h}/login/{n}.php", "Confirm your password immediately to keep access.\n\nhttp://203.0.113.{h}/verify?id={n}",
			"Log in to release {few} held messages.\n\nhttp://mail-portal.cheaphost.example/{n}/login.php"},
		pressure: []string{"Otherwise it will be suspended.", "This is the final notice.", "Access will expire and your mails will be deleted.", "Failure to verify your account leads to suspension of access."},
		ends:     []string{"Security Department", "IT Help Desk", "Mail Administrator", "Account Services"},
	},
	"bank": {
		subjects: []string{"New bank details for open invoices", "Updated account for invoice {n}", "Change of our bank account", "Payment of invoice {n}: new IBAN"},
		openings: []string{"Good morning,", "Hello,", "Dear accounts team,"},
		demands: []string{"We have changed our bank. Please use the new bank details below for invoice {n} and for all payments from now on.\n\nBank: First Coast Trust\nIBAN: XX00 0000 {n} 0000 00",
			"Our account is under audit, so please wire the payment of {sum} to the new bank account below.\n\nIBAN: XX00 {n} 0000 0000\nName: Trading Ltd"},
		pressure: []string{"The transfer is urgent, since the auditors close the books tonight.", "Please make the urgent payment today and confirm by mail.", "I am in meetings and cannot be called, so keep it by mail."},
		ends:     []string{"Kind regards\nAccounts", "Regards\nFinance Department", "Kind regards\n{name}"},
	},
	"gift": {
		subjects: []string{"Quick favour", "Are you at your desk?", "Task for today", "Need your help", "Confidential"},
		openings: []string{"Are you at your desk?", "Hi, are you free now?", "Good day, I need you for a moment."},
		demands: []string{"I need you to purchase {few} gift cards for a client today, 100 each. Scratch the back and send me the codes by mail.",
			"Can you buy {few} gift cards at the shop near {place}? Scratch them and send me pictures of the codes."},
		pressure: []string{"I am in a conference and can only write. Please keep it to yourself, it is a surprise.", "I will reimburse you tonight. I cannot talk on the phone now.", "It is urgent and confidential."},
		ends:     []string{"Clara Vogt\nManaging Director", "Clara Vogt\nSent from my phone"},
	},
	"document": {
		subjects: []string{"{name} shared \"Price list {n}\" with you", "Document {n} is waiting for you", "New fax of {few} pages", "Please sign contract {n}"},
		openings: []string{"A confidential document has been shared with you.", "You have received a secure document: Contract {n}.", "{name} has shared a folder with you."},
		demands: []string{"Open it with your mail password:\n\nhttps://docs-view.cheaphost.example/{n}/login?u=buyer",
			"Log in to view the document:\n\nhttps://docs-view.cheaphost.example/view/{n}\n\nYou must verify your identity with your mail password."},
		pressure: []string{"The link expires in 24 hours.", "Access will expire otherwise.", "The document is deleted tonight if you do not log in."},
		ends:     []string{"Document Service", "The sharing team", "{name}"},
	},
	"pills": {
		subjects: []string{"{few}0% OFF TODAY ONLY", "BUY V1AGRA NOW, NO PRESCRIPTION", "Cheap meds, order {n}", "Lose {few} pounds in 7 days"},
		openings: []string{"Dear customer,", "Hello friend,", "Attention!"},
		demands: []string{"Order now: Viagra, Cialis, no prescription needed, cheap prices and 100% free shipping.\n\nhttp://203.0.113.{h}/shop/{n}",
			"Weight loss pills and Viagra from the number one online pharmacy, no prescription, 100% free shipping.\n\nhttp://203.0.113.{h}/p{n}"},
		pressure: []string{"Act now, limited time offer!", "Once in a lifetime discount, guaranteed!", "Limited time offer, act now! Risk free, 100% satisfied."},
		ends:     []string{"Canadian Pharmacy", "Online Pharmacy {n}", "Discount Meds"},
	},
	"casino": {
		subjects: []string{"You have WON {n} dollars", "Casino bonus {n} inside", "Congratulations, winner {n}", "FREE spins for you, {few} only"},
		openings: []string{"Congratulations!", "Dear winner,", "Dear friend,"},
		demands: []string{"You have won {n} dollars in the international lottery. Claim your prize now, 100% free.\n\nhttp://203.0.113.{h}/win/{n}",
			"Online casino: double your money, {few}00% bonus, risk free. Act now!\n\nhttp://203.0.113.{h}/casino{n}"},
		pressure: []string{"Limited time offer, act now!", "Claim your prize within 24 hours. Guaranteed!", "This is not spam. Once in a lifetime opportunity, make money fast!"},
		ends:     []string{"Lottery Board", "Royal Casino", "Prize Department"},
	},
}

// lureLetter is a letter of that kind, different each time.
func lureLetter(r *rand.Rand, kind, from, to string) Letter {
	l := lures[kind]
	text := "\n" + pick(r, l.openings) + "\n\n" + pick(r, l.demands) + "\n\n" + pick(r, l.pressure) + "\n\n" + pick(r, l.ends) + "\n"
	text = strings.ReplaceAll(text, "{h}", fmt.Sprint(200+r.Intn(20)))
	out := Letter{From: from, To: to, Subject: fill(r, pick(r, l.subjects)), Text: fill(r, text)}
	if r.Intn(2) == 0 {
		out.HTML = "auto"
	}
	return out
}
