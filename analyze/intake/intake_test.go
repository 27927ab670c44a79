package intake

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/fixtures"
)

// mail is a small message with a subject.
func mail(subject string) string {
	return "Received: from a.example (a.example [192.0.2.7]) by mx.example.org (Postfix) with ESMTP id 1; Tue, 3 Mar 2026 09:00:00 +0000\n" +
		"From: a@example.net\nTo: b@example.org\nSubject: " + subject + "\nDate: Tue, 3 Mar 2026 09:00:00 +0000\nMessage-ID: <1@example.net>\n\nHi " + subject + "\n"
}

// summary writes the items one a line: name, format, subject, or the error.
func summary(seq func(func(*Item, error) bool)) string {
	var b strings.Builder
	seq(func(it *Item, err error) bool {
		b.WriteString(it.Name)
		switch {
		case err != nil:
			first, _, _ := strings.Cut(err.Error(), "\n")
			b.WriteString(" ! " + first)
		case it.Message == nil:
			b.WriteString(" " + it.Format)
		default:
			f, _ := it.Message.First("Subject")
			b.WriteString(" " + it.Format + " " + it.Message.Text(f))
		}
		b.WriteString("\n")
		return true
	})
	return b.String()
}

func check(t *testing.T, what, got, want string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

const separator1 = "From a@example.net Tue Mar  3 09:00:00 2026\n"

// packed is a zip file of names and texts.
func packed(files ...string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, _ := z.Create(files[i])
		_, _ = io.WriteString(f, files[i+1])
	}
	_ = z.Close()
	return b.Bytes()
}

func TestContainers(t *testing.T) {
	mbox := separator1 + mail("one") + "\n>From the desk\n\n" + separator1 + mail("two") + "\nFrom here on it is text\n\n"
	gz := func(s string) string {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = io.WriteString(z, s)
		_ = z.Close()
		return b.String()
	}
	check(t, "message", summary(Bytes("a.eml", []byte(mail("x")), Options{})), "a.eml message x\n")
	check(t, "empty", summary(Bytes("a.eml", nil, Options{})), "a.eml ! it is empty: save the message once more, or paste its header\n")
	check(t, "prose", summary(Bytes("-", []byte("Dear all,\nthe minutes: none\n"), Options{})), "- ! "+ErrNoHeader.Error()+"\n")
	check(t, "mbox", summary(Bytes("m", []byte(mbox), Options{})), "m#1 message one\nm#2 message two\n")
	check(t, "mbox of one", summary(Bytes("m", []byte(separator1+mail("one")), Options{})), "m message one\n")
	check(t, "gzip", summary(Bytes("m.mbox.gz", []byte(gz(mbox)), Options{})), "m.mbox#1 message one\nm.mbox#2 message two\n")
	check(t, "zip", summary(Bytes("z.zip", packed("b.eml", mail("b"), "a/a.eml", mail("a"), "notes.pdf", "%PDF", "box.gz", gz(mbox), "empty.eml", ""), Options{})),
		"z.zip/a/a.eml message a\nz.zip/b.eml message b\nz.zip/box#1 message one\nz.zip/box#2 message two\nz.zip/empty.eml ! it is empty: save the message once more, or paste its header\n")
	check(t, "zip without mail", summary(Bytes("z.zip", packed("notes.pdf", "%PDF"), Options{})), "z.zip ! it holds no message\n")
	check(t, "damaged zip", summary(Bytes("z.zip", packed("b.eml", mail("b"))[:60], Options{})), "z.zip ! unpacking: zip: not a valid zip file; it is damaged or cut off: get it once more\n")
	check(t, "damaged gzip", summary(Bytes("m.gz", []byte(gz(mbox))[:80], Options{})), "m ! unpacking: unexpected EOF; it is damaged or cut off: get it once more\n")
	deep := []byte(mail("deep"))
	for range MaxDepth + 1 {
		deep = packed("x", string(deep))
	}
	check(t, "too deep", summary(Bytes("z", deep, Options{})), "z/x/x/x/x/x ! "+ErrDeep.Error()+"\n")
	check(t, "bomb", summary(Bytes("b.gz", []byte(gz(strings.Repeat("\x00", 2*MaxRatio*int(ratioFrom)/100))), Options{})), "b ! "+ErrBomb.Error()+"\n")
	check(t, "zip bomb", summary(Bytes("b.zip", packed("a.eml", mail("a"), "b.eml", strings.Repeat("A", 32<<20)), Options{})), "b.zip/a.eml message a\nb.zip/b.eml ! "+ErrBomb.Error()+"\n")
	twice := packed("a.eml", mail("a"), "b.eml", mail("b"))
	check(t, "files apart", summary(Bytes("t.zip", twice, Options{})), "t.zip/a.eml message a\nt.zip/b.eml message b\n")
	for i := bytes.Index(twice, []byte("PK\x01\x02")); i+24 < len(twice); i++ { // APPNOTE 4.3.12: the packed size stands at 20
		if bytes.HasPrefix(twice[i:], []byte("PK\x01\x02")) {
			binary.LittleEndian.PutUint32(twice[i+20:], uint32(len(twice)/2+1))
		}
	}
	check(t, "files that share bytes", summary(Bytes("t.zip", twice, Options{})), "t.zip ! "+ErrBomb.Error()+"\n")
	cutOff := gz(mail("a") + strings.Repeat("0123456789abcdef", 9999))
	check(t, "cut off", summary(Bytes("a.gz", []byte(cutOff[:len(cutOff)-9]), Options{})), "a ! unpacking: unexpected EOF; it is damaged or cut off: get it once more\n")
	check(t, "bom", summary(Bytes("a", []byte("\xEF\xBB\xBF"+mail("bom")), Options{})), "a message bom\n")
}

// A quoted line of an mbox is text again, and a sentence that begins with From does not end a message.
func TestMboxText(t *testing.T) {
	mbox := separator1 + mail("one") + "\n>From the desk\n>>From below\n\nFrom here on it is text\n\n" + separator1 + mail("two")
	var bodies []string
	for it, err := range Bytes("m", []byte(mbox), Options{}) {
		if err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, string(it.Message.Bytes(it.Message.Body)))
	}
	check(t, "bodies", strings.Join(bodies, "---\n"), "Hi one\n\nFrom the desk\n>From below\n\nFrom here on it is text\n---\nHi two\n")
}

func TestFolders(t *testing.T) {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	check(t, "folder", summary(Folder(fstest.MapFS{"b.eml": file(mail("b")), "a/c.eml": file(mail("c")), "dns.zone": file("x"), ".hidden/d.eml": file(mail("d")), "broken": file("nothing here")}, "in", Options{})),
		"in/a/c.eml message c\nin/b.eml message b\nin/broken ! "+ErrNoHeader.Error()+"\n")
	check(t, "Maildir", summary(Folder(fstest.MapFS{"cur/1:2,S": file(mail("seen")), "new/2": file(mail("new")), "tmp/3": file("half"), "dovecot-uidlist": file("3 V1"),
		".Spam/cur/4:2,": file(mail("spam")), ".Spam/new/x": file(mail("fresh")), ".Spam/tmp/y": file("half")}, "Maildir", Options{})),
		"Maildir/.Spam/cur/4:2, message spam\nMaildir/.Spam/new/x message fresh\nMaildir/cur/1:2,S message seen\nMaildir/new/2 message new\n")
	check(t, "no mail", summary(Folder(fstest.MapFS{"x.pdf": file("")}, "in", Options{})), "in ! it holds no message\n")
}

// What people hand over instead of the message is called what it is. A text that begins alike and has a header is a message.
func TestOtherFiles(t *testing.T) {
	const instead = ", and not the message: save the message itself (.eml or .msg), or paste its header\n"
	give := func(text string) string { return summary(Bytes("f", []byte(text), Options{})) }
	check(t, "PDF", give("%PDF-1.7\n1 0 obj\n"), "f ! it is a PDF"+instead)
	check(t, "nearly a PDF", give("%PDG-1.7\n"), "f ! "+ErrNoHeader.Error()+"\n")
	check(t, "picture", give("\x89PNG\r\n\x1a\n\x00"), "f ! it is a picture"+instead)
	check(t, "Word", give(string(packed("[Content_Types].xml", "<Types/>", "word/document.xml", "<w/>"))), "f ! it is a Word, Excel or PowerPoint file"+instead)
	check(t, "nearly Word", give(string(packed("Content_Types.eml", mail("zipped")))), "f/Content_Types.eml message zipped\n")
	check(t, "pst", give("!BDN\x00\x00"), "f ! it is a data file of Outlook (.pst, .ost), which is not opened: drag the message out of Outlook into a folder, and take that file\n")
	check(t, "7z", give("7z\xbc\xaf\x27\x1c\x00"), "f ! it is an archive of a kind that is not opened: unpack it first\n")
	check(t, "a name above the header", give("BZhang writes:\n\n"+mail("below it")), "f message below it\n")
}

// attachedTo wraps messages into a report mail.
func attachedTo(subject string, originals ...string) string {
	s := "From: user@example.org\nTo: helpdesk@example.org\nSubject: " + subject + "\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nplease look\n"
	for _, o := range originals {
		s += "--x\nContent-Type: message/rfc822\n\n" + o
	}
	return s + "--x--\n"
}

func TestAttached(t *testing.T) {
	one := []byte(attachedTo("caught", mail("original")))
	check(t, "one", summary(Bytes("r", one, Options{})), "r attached original\n")
	check(t, "outer", summary(Bytes("r", one, Options{Outer: true})), "r message caught\n")
	check(t, "no such part", summary(Bytes("r", one, Options{Part: 2})), "r ! there is no part 2: the mail carries 1 message\n")
	two := []byte(attachedTo("caught", mail("first"), mail("second")))
	check(t, "two", summary(Bytes("r", two, Options{})), "r ! r carries 2 messages: say which one with --part\n")
	check(t, "second", summary(Bytes("r", two, Options{Part: 2})), "r attached second\n")
	var c *Choose
	for _, err := range Bytes("r", two, Options{}) {
		if !errors.As(err, &c) || !strings.Contains(err.Error(), "--part 1   first, from a@example.net") {
			t.Errorf("%v", err)
		}
	}
	digest := strings.Replace(attachedTo("digest", mail("post")), "multipart/mixed", "multipart/digest", 1)
	check(t, "digest", summary(Bytes("r", []byte(digest), Options{})), "r message digest\n")
	for it := range Bytes("r", one, Options{}) {
		f, _ := it.Message.First("Subject")
		line := it.Message.Line(f.Span.Start)
		if got := strings.Split(string(one), "\n")[line-1]; got != "Subject: original" {
			t.Errorf("line %d is %q", line, got)
		}
	}
}

func TestInlineForward(t *testing.T) {
	forward := "FYI\n\n---------- Forwarded message ---------\nFrom: A <a@example.net>\nDate: Tue, 3 Mar 2026\nSubject: Offer\nTo: b@example.org\n\nHello\n"
	outlook := "Please release.\n\nFrom: A <a@example.net>\nSent: Tuesday, 3 March 2026\nTo: b@example.org\nSubject: Offer\n\nHello\n"
	german := "Bitte freigeben\n\nVon: A <a@example.net>\nGesendet: Dienstag\nAn: b@example.org\nBetreff: Angebot\n"
	for _, text := range []string{forward, outlook, german} {
		head := "From: user@example.org\nTo: helpdesk@example.org\nSubject: FW: Offer\nMessage-ID: <2@example.org>\n"
		path := "Received: from x by y; Tue, 3 Mar 2026 09:00:00 +0000\n"
		check(t, "report", summary(Bytes("r", []byte(path+head+"\n"+text), Options{})), "r ! "+strings.SplitN(ErrInline.Error(), "\n", 2)[0]+"\n")
		check(t, "asked for", summary(Bytes("r", []byte(path+head+"\n"+text), Options{Outer: true})), "r message FW: Offer\n")
		other := strings.Replace(head, "helpdesk@", "jo@", 1)
		check(t, "a forward to a colleague is mail", summary(Bytes("r", []byte(path+other+"\n"+text), Options{})), "r message FW: Offer\n")
		check(t, "no path", summary(Bytes("r", []byte(other+"\n"+text), Options{})), "r ! "+strings.SplitN(ErrInline.Error(), "\n", 2)[0]+"\n")
	}
	check(t, "pasted text", summary(Bytes("-", []byte(forward), Options{})), "- ! "+strings.SplitN(ErrInline.Error(), "\n", 2)[0]+"\n")
	saved := "<html><body><b>From:</b> A &lt;a@example.net&gt;<br><b>Sent:</b> Tuesday<br><b>To:</b> B<br><b>Subject:</b> Offer</body></html>\n"
	check(t, "a mail saved as a page", summary(Bytes("s.html", []byte(saved), Options{})), "s.html ! "+strings.SplitN(ErrInline.Error(), "\n", 2)[0]+"\n")
}

// A report mail whose text holds the header of the original stands for the original; a mail to somebody else, or with a header without path, does not.
func TestPastedIntoReport(t *testing.T) {
	path := "Received: from x by y; Tue, 3 Mar 2026 09:00:00 +0000\n"
	outer := path + "From: user@example.org\nTo: helpdesk@example.org\nSubject: caught\nMessage-ID: <2@example.org>\n\n"
	inner := "Hi,\n\nplease see:\n\n> Received: from a by b; Tue, 3 Mar 2026 08:00:00 +0000\n> From: a@example.net\n> Subject: offer\n"
	check(t, "report", summary(Bytes("r", []byte(outer+inner), Options{})), "r quoted offer\n")
	check(t, "asked for", summary(Bytes("r", []byte(outer+inner), Options{Outer: true})), "r message caught\n")
	check(t, "to somebody else", summary(Bytes("r", []byte(strings.Replace(outer, "helpdesk@", "jo@", 1)+inner), Options{})), "r message caught\n")
	check(t, "from a stranger", summary(Bytes("r", []byte(strings.Replace(outer, "user@example.org", "user@example.com", 1)+inner), Options{})), "r message caught\n")
	check(t, "without path", summary(Bytes("r", []byte(outer+"Hi,\n\n> From: a@example.net\n> Subject: offer\n"), Options{})), "r message caught\n")
	check(t, "without author", summary(Bytes("r", []byte(outer+"Hi,\n\n> Received: from a by b; Tue, 3 Mar 2026 08:00:00 +0000\n"), Options{})), "r message caught\n")
}

// Gmail's table states an address, and what to paste in its place; the source below it states both better.
func TestSummaryTable(t *testing.T) {
	table := "Message ID\t<1@example.net>\nFrom:\ta@example.net\nTo:\tb@example.org\nSubject:\tx\nSPF:\tPASS with IP 192.0.2.7 Learn more\n"
	source := "Received: from a by b; Tue, 3 Mar 2026 09:00:00 +0000\nFrom: a@example.net\nSubject: x\n\nHi\n"
	for it, err := range Bytes("-", []byte(table), Options{}) {
		if err != nil || it.Stated.IP.String() != "192.0.2.7" || len(it.Notes) != 1 {
			t.Errorf("%v %+v %v", err, it.Stated, it.Notes)
		}
	}
	for it, err := range Bytes("-", []byte(table+"\n"+source), Options{}) {
		if err != nil || it.Stated.IP.IsValid() || len(it.Notes) != 0 {
			t.Errorf("with the source: %v %+v %v", err, it.Stated, it.Notes)
		}
	}
}

func TestRejections(t *testing.T) {
	for _, c := range []struct{ line, code, enhanced, reason, list, server, ip string }{
		{"550 5.7.1 Service unavailable; client [192.0.2.7] blocked using zen.spamhaus.org", "550", "5.7.1", ReasonBlocklist, "Spamhaus ZEN", "", "192.0.2.7"},
		{"<jo@example.org>: host mx.example.org[198.51.100.1] said: 550 5.7.25 no reverse name for 192.0.2.7 (in reply to RCPT TO command)", "550", "5.7.25", ReasonPTR, "", "mx.example.org", "192.0.2.7"},
		{"550 your email is not wanted here", "550", "", ReasonReputation, "", "", ""},
		{"Remote Server returned '550 5.7.606 Access denied, banned sending IP [192.0.2.7]'", "550", "5.7.606", ReasonReputation, "Microsoft 365", "", "192.0.2.7"},
		{"550-5.7.26 This mail has been blocked because the sender is unauthenticated.", "550", "5.7.26", ReasonAuth, "", "", ""},
		{"SMTP error from remote mail server after RCPT TO:<jo@example.org>: host mx.example.org [198.51.100.1]: 554 refused, bad reputation, see ipcheck.proofpoint.com", "554", "", ReasonReputation, "Proofpoint Dynamic Reputation", "mx.example.org", ""},
		{"450 4.2.0 <jo@example.org>: Recipient address rejected: Greylisted", "450", "4.2.0", ReasonGreylist, "", "", ""},
		{"550 5.1.1 <jo@example.org>: Recipient address rejected: User unknown", "550", "5.1.1", ReasonRecipient, "", "", ""},
		{"550 5.7.509 Access denied, sending domain example.net does not pass DMARC verification", "550", "5.7.509", ReasonDMARC, "", "", ""},
		{"554 Message refused as spam", "554", "", ReasonContent, "", "", ""},
		{"550 5.7.99 computer says no", "550", "5.7.99", ReasonUnknown, "", "", ""},
	} {
		var it *Item
		for i, err := range Bytes("-", []byte(c.line+"\n"), Options{}) {
			if it = i; err != nil {
				t.Errorf("%s: %v", c.line, err)
			}
		}
		if it == nil || it.Refusal == nil {
			t.Errorf("%s: not read", c.line)
			continue
		}
		r := it.Refusal
		ip := ""
		if r.IP.IsValid() {
			ip = r.IP.String()
		}
		check(t, c.line, fmt.Sprint(r.Code, "|", r.Enhanced, "|", r.Reason, "|", r.List, "|", r.Server, "|", ip), fmt.Sprint(c.code, "|", c.enhanced, "|", c.reason, "|", c.list, "|", c.server, "|", c.ip))
		if r.Why() == "" || r.Advice() == "" || r.Temporary != (c.code[0] == '4') {
			t.Errorf("%s: %+v", c.line, r)
		}
	}
	for _, s := range []string{"The 550 people who came were happy", "Order 5501.7.1 is on its way", mail("550 5.7.1 blocked using zen.spamhaus.org")} {
		for it := range Bytes("-", []byte(s), Options{}) {
			if it.Refusal != nil {
				t.Errorf("%q is no rejection: %+v", s, it.Refusal)
			}
		}
	}
}

// TestBounces reads fixtures/bounce/*.eml and compares with the .want beside it.
func TestBounces(t *testing.T) {
	files, _ := filepath.Glob(fixtures.Path("bounce", "*.eml"))
	if len(files) < 5 {
		t.Fatalf("%d bounces", len(files))
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(strings.TrimSuffix(f, ".eml") + ".want")
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		for it, err := range Bytes(filepath.Base(f), b, Options{}) {
			if err != nil {
				t.Errorf("%s: %v", f, err)
				continue
			}
			fmt.Fprintf(&got, "format %s\n", it.Format)
			if r := it.Refusal; r != nil {
				fmt.Fprintf(&got, "code %s %s\nreason %s %s\nserver %s\nreporter %s\nrecipient %s\nip %v\n", r.Code, r.Enhanced, r.Reason, r.List, r.Server, r.Reporter, r.Recipient, r.IP)
			}
			if it.Message != nil {
				f, _ := it.Message.First("Subject")
				fmt.Fprintf(&got, "original %s\nheader only %v\n", it.Message.Text(f), it.Message.HeaderOnly)
			}
		}
		clean := func(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, " \n", "\n"), "\r", "") }
		check(t, filepath.Base(f), clean(got.String()), clean(string(want)))
	}
}

func TestLogs(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"message trace", "\ufefforigin_timestamp_utc,sender_address,recipient_status,message_subject,total_bytes,message_id,network_message_id,original_client_ip,directionality\n" +
			"2026-03-03T09:00:00.0000000Z,a@example.net,\"b@example.org##Receive, Fail;c@example.org##Receive, Deliver\",\"Hello, you\",1,<1@example.net>,x,192.0.2.7,Inbound\n",
			"x:2 a@example.net b@example.org,c@example.org Hello, you 192.0.2.7 2026-03-03T09:00:00Z \n"},
		{"quarantine", "#TYPE Deserialized\n\"Identity\",\"ReceivedTime\",\"SenderAddress\",\"RecipientAddress\",\"Subject\",\"Type\"\n\"1\",\"3/14/2026 9:00:00 AM\",\"a@example.net\",\"b@example.org\",\"Hi\",\"High Confidence Phish\"\n",
			"x:2 a@example.net b@example.org Hi invalid IP 2026-03-14T09:00:00Z fraud\n"},
		{"filter log", "Date/Time;Envelope Sender;From Header;Recipient;Subject;Classification;Status\n14/03/2026 09:00:00;a@example.net;A <boss@example.net>;b@example.org;Hi;Spam;Quarantined\n",
			"x:2 a@example.net b@example.org Hi invalid IP 2026-03-14T09:00:00Z spam\n"},
		{"a date that may be two", "Date,Sender,To,Subject\n3/4/2026 09:00:00,a@example.net,b@example.org,Hi\n", "x:2 a@example.net b@example.org Hi invalid IP 0001-01-01T00:00:00Z \n"},
		{"new fields in a cell", "Sender,To,Subject\na@example.net,b@example.org,\"Hi\nX-Forged: 1\"\n", "x:2 a@example.net b@example.org Hi X-Forged: 1 invalid IP 0001-01-01T00:00:00Z \n"},
	} {
		for _, in := range []string{c.in, utf16LE(c.in)} {
			got := ""
			for it, err := range Bytes("x", []byte(in), Options{}) {
				if err != nil || it.Format != FormatLog {
					t.Fatalf("%s: %v %+v", c.name, err, it)
				}
				f, _ := it.Message.First("Subject")
				got += fmt.Sprint(it.Name, " ", it.Stated.MailFrom, " ", strings.Join(it.Stated.Rcpt, ","), " ", it.Message.Text(f), " ", it.Stated.IP, " ", it.Stated.Delivered.Format(time.RFC3339), " ", it.Stated.Category, "\n")
				if len(it.Message.All("X-Forged")) > 0 || eml.KindOf(it.Message.Repairs[0]).Name != eml.RepairLog {
					t.Errorf("%s: %s", c.name, it.Message.Raw)
				}
			}
			if strings.HasPrefix(c.name, "quarantine") {
				got = strings.Replace(got, "x:3", "x:2", 1)
			}
			check(t, c.name, got, c.want)
		}
	}
	check(t, "another table", summary(Bytes("x", []byte("name,price,colour\nchair,3,red\n"), Options{})), "x ! "+ErrNoHeader.Error()+"\n")
}

func utf16LE(s string) string {
	var b strings.Builder
	b.WriteString("\xFF\xFE")
	for _, r := range strings.TrimPrefix(s, "\ufeff") {
		b.WriteByte(byte(r))
		b.WriteByte(byte(r >> 8))
	}
	return b.String()
}

func FuzzIntake(f *testing.F) {
	f.Add([]byte(mail("x")), 0)
	f.Add([]byte(separator1+mail("one")+"\n"+separator1+mail("two")), 0)
	f.Add([]byte(attachedTo("caught", mail("first"), mail("second"))), 2)
	f.Add([]byte("550 5.7.1 blocked using zen.spamhaus.org [192.0.2.7]"), 0)
	f.Add([]byte("Date,Sender,To,Subject\n3/4/2026,a@example.net,b@example.org,Hi\n"), 0)
	files, _ := filepath.Glob(fixtures.Path("bounce", "*.eml"))
	for _, name := range files {
		if b, err := os.ReadFile(name); err == nil {
			f.Add(b, 0)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte, part int) { checkItems(t, b, Options{Part: part & 3, Outer: part < 0}) })
}

// FuzzOutlook has its own seed, since files of that size would slow the other target down.
func FuzzOutlook(f *testing.F) {
	f.Add(compoundFile(testMessage()))
	f.Fuzz(func(t *testing.T, b []byte) { checkItems(t, b, Options{}) })
}

// checkItems reads an input: every item has a name and something to look at, or an error.
func checkItems(t *testing.T, b []byte, o Options) {
	t.Helper()
	n := 0
	for it, err := range Bytes("x", b, o) {
		if n++; n > 1000 {
			break
		}
		if it == nil || it.Name == "" || err == nil && it.Message == nil && it.Refusal == nil {
			t.Fatalf("%+v, %v", it, err)
		}
	}
	if n == 0 {
		t.Fatal("nothing came of the input, and nothing was said")
	}
}

// endless is an mbox of n bytes, made as it is read.
type endless struct {
	left int64
	buf  []byte
	n    int
}

func (e *endless) Read(b []byte) (int, error) {
	if len(e.buf) == 0 {
		if e.left <= 0 {
			return 0, io.EOF
		}
		e.n++
		e.buf = []byte(separator1 + mail(fmt.Sprint("number ", e.n)) + strings.Repeat("A line of text that is like many others.\n", 200) + "\n")
	}
	n := copy(b, e.buf)
	e.buf = e.buf[n:]
	e.left -= int64(n)
	return n, nil
}

// BenchmarkMbox reads a mailbox of 100 MB, and of ten times that where FPCHECK_GB is set. The most memory in use is reported: it stays the same.
func BenchmarkMbox(b *testing.B) {
	sizes := []int64{10, 100}
	if os.Getenv("FPCHECK_GB") != "" {
		sizes = append(sizes, 1000)
	}
	for _, mb := range sizes {
		b.Run(fmt.Sprintf("%dMB", mb), func(b *testing.B) {
			b.SetBytes(mb << 20)
			b.ReportAllocs()
			var most uint64
			for b.Loop() {
				n := 0
				for _, err := range Reader("m", &endless{left: mb << 20}, Options{}) {
					if err != nil {
						b.Fatal(err)
					}
					if n++; n%1000 == 0 { // what is still in use once the garbage is gone
						var s runtime.MemStats
						runtime.GC()
						runtime.ReadMemStats(&s)
						most = max(most, s.HeapAlloc)
					}
				}
			}
			b.ReportMetric(float64(most)/(1<<20), "MB-in-use")
		})
	}
}
