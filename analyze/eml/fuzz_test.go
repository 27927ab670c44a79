package eml

import "testing"

var seeds = []string{
	"From a@example.com Tue Mar  3 09:00:00 2026\nFrom : =?utf-8?Q?J=C3=B6?= <a@example.com>\n fold\nno colon\n\nbody\n",
	"\xEF\xBB\xBFS\xfcbject: \x00\r\n \r\nTo: a@b@c, Team: x@example.com (y);\r\n\r\n.\r\n",
	"A: b\rC: d\r\rold Mac\r",
	"Content-Type: multipart/mixed; boundary=\"b\"; boundary*0*=utf-8''c%20\r\n\r\npre\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" +
		"Content-Type: multipart/digest; boundary=i\r\n\r\n--i\r\n\r\nSubject: x\r\n\r\none\r\n--i--\r\n--b\r\n" +
		"Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename*=iso-8859-1''%F6\r\n\r\nSsO2!cmc\r\n--bx\r\n--b--\r\nepilogue",
	"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html; charset=iso-2022-jp\nContent-Transfer-Encoding: quoted-printable\n--b--\n=1B$B%F=\n--b--",
}

func FuzzParse(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) { checkMessage(t, raw) })
}

// FuzzMIME puts the bytes into the body of a multipart that holds another one, so that the fuzzer need not find that way in itself.
func FuzzMIME(f *testing.F) {
	f.Add([]byte("one\r\n--i\r\n\r\ntwo\r\n--i--\r\n--b\r\n\r\nthree\r\n--b--\r\n"), "text/html; charset=utf-8", "base64")
	f.Add([]byte("=C3=B6=\r\n\n--b\n--i\n--b--"), "message/rfc822", "quoted-printable")
	f.Fuzz(func(t *testing.T, body []byte, contentType, encoding string) {
		raw := "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\nContent-Type: " +
			contentType + "\r\nContent-Transfer-Encoding: " + encoding + "\r\n\r\n"
		checkMessage(t, append([]byte(raw), body...))
	})
}
