package compose

import (
	"fmt"
	"strings"
	"time"
)

// ViaMicrosoft is Microsoft 365, which here believes DMARC; its verdict fields stand at the end of the header.
func ViaMicrosoft(m *Mail) {
	v := Verdict{SFV: "NSPM", SCL: 1, CAT: "NONE", Dest: "I"}
	if m.Truth.DMARC == "fail" {
		v = Verdict{SFV: "SPM", SCL: 5, CAT: "SPOOF", Dest: "J"}
	}
	Microsoft(harbour, v)(m)
}

// Verdict is what Microsoft 365 writes about a message.
type Verdict struct {
	SFV, CAT, Dest string
	SCL, BCL       int
	CompAuth       string // compauth=; empty: from DMARC
	Hidden         bool   // a filter in front has taken the mail over the border
	Bulk           bool   // the bulk threshold was hit
	Extra          string // more pairs in the report, with the final semicolon
	Client         *Host  // the true client, where enhanced filtering finds it behind that filter
}

// Microsoft is Microsoft 365 for org.
func Microsoft(org Domain, v Verdict) Step {
	return func(m *Mail) {
		Publish(org)(m)
		peer := m.Host
		if v.Client != nil {
			peer = *v.Client
		}
		m.Add("Received-SPF", microsoftSPF(m, peer))
		m.Add("Authentication-Results", microsoftAuth(m, peer, v))
		if v.Hidden {
			Hop(eopMX, eopBorder, 2*time.Second)(m)
		} else {
			Border(eopMX, eopBorder, 2*time.Second)(m)
		}
		m.Host = Host{Name: "MW2NAM04FT012.eop-NAM04.prod.protection.outlook.com", IP: "2603:10b6:303:8f::1c"}
		Hop(Host{Name: "MW4PR03CA0123.outlook.office365.com", IP: "2603:10b6:303:8f::23"}, exchangeFront, time.Second)(m)
		m.Host = Host{Name: "MW4PR03CA0123.namprd03.prod.outlook.com", IP: "2603:10b6:303:8f::23"}
		Hop(Host{Name: "CO6PR03MB6241.namprd03.prod.outlook.com", IP: "2603:10b6:5:350::15"}, Exchange("15.20.9654.14", ""), time.Second)(m)
		Hop(Host{Name: "CO6PR03MB6241.namprd03.prod.outlook.com", IP: "2603:10b6:5:350::15"}, HTTPS, time.Second)(m)
		m.Trail(Field{"Return-Path", m.envelope()})
		microsoftTrailer(m, peer, v)
	}
}

func eopBorder(l Line) string {
	l.By += " (10.13.31.17)"
	return Exchange("15.20.9654.11", "via Frontend Transport")(l)
}

func exchangeFront(l Line) string {
	l.By += " (2603:10b6:303:8f::23)"
	return Exchange("15.20.9654.20", "via Frontend Transport")(l)
}

func microsoftSPF(m *Mail, peer Host) string {
	d := domainOf(m.MailFrom)
	switch m.Truth.SPF {
	case "pass":
		return fmt.Sprintf("Pass (protection.outlook.com: domain of %s designates\r\n %s as permitted sender) receiver=protection.outlook.com;\r\n client-ip=%s; helo=%s; pr=C", d, peer.IP, peer.IP, peer.HeloName())
	case "none":
		return fmt.Sprintf("None (protection.outlook.com: %s does not designate\r\n permitted sender hosts)", d)
	}
	return fmt.Sprintf("%s (protection.outlook.com: domain of %s does not\r\n designate %s as permitted sender) receiver=protection.outlook.com;\r\n client-ip=%s; helo=%s;",
		strings.ToUpper(m.Truth.SPF[:1])+m.Truth.SPF[1:], d, peer.IP, peer.IP, peer.HeloName())
}

func microsoftAuth(m *Mail, peer Host, v Verdict) string {
	dkim := "dkim=none (message not signed)\r\n header.d=none"
	if len(m.Sigs) > 0 {
		s := m.Sigs[0]
		dkim = fmt.Sprintf("dkim=%s (%s)\r\n header.d=%s", s.Result, microsoftWords(s), s.Domain)
	}
	action, comp := "none", "pass reason=100"
	if m.Truth.DMARC == "fail" {
		action, comp = "quarantine", "fail reason=000"
	}
	if m.Truth.DMARC == "none" {
		comp = "softpass reason=202"
	}
	return fmt.Sprintf("spf=%s (sender IP is %s)\r\n smtp.mailfrom=%s; %s; dmarc=%s\r\n action=%s header.from=%s;compauth=%s", m.Truth.SPF, peer.IP,
		domainOf(m.MailFrom), dkim, m.Truth.DMARC, action, domainOf(addrOf(m.Get("From"))), or(v.CompAuth, comp))
}

func microsoftWords(s *Signature) string {
	switch {
	case s.Result == "pass":
		return "signature was verified"
	case s.Broken == "body" || s.Broken == "both": // the body is looked at first
		return "body hash did not verify"
	case s.Broken == "key":
		return "no key for signature"
	case s.Broken == "expired":
		return "signature timestamp exipred"
	}
	return "signature did not verify"
}

func microsoftTrailer(m *Mail, peer Host, v Verdict) {
	m.Trail([]Field{
		{"X-MS-Exchange-Organization-ExpirationStartTime", m.At.UTC().Format("02 Jan 2006 15:04:05.0000 (UTC)")},
		{"X-MS-Exchange-Organization-Network-Message-Id", "5f0d3c1e-" + m.ID(4, hexLower) + "-4a6e-8b0d-" + m.ID(12, hexLower)},
		{"X-EOPAttributedMessage", "0"},
		{"X-MS-Exchange-Organization-MessageDirectionality", "Incoming"},
		{"X-MS-Exchange-Organization-AuthSource", "MW2NAM04FT012.eop-NAM04.prod.protection.outlook.com"},
		{"X-MS-Exchange-Organization-AuthAs", "Anonymous"},
		{"X-MS-Exchange-Organization-SCL", fmt.Sprint(v.SCL)},
		{"X-Microsoft-Antispam", fmt.Sprintf("BCL:%d;ARA:13230040|35042699022;", v.BCL)},
		{"X-Forefront-Antispam-Report", fmt.Sprintf("CIP:%s;CTRY:US;LANG:en;SCL:%d;SRV:%s;\r\n IPV:NLI;SFV:%s;H:%s;PTR:%s;CAT:%s;\r\n %sSFS:(13230040)(35042699022);DIR:INB;",
			peer.IP, v.SCL, bulk(v), v.SFV, peer.HeloName(), or(peer.RDNS(), "InfoDomainNonexistent"), v.CAT, v.Extra)},
		{"X-MS-Exchange-CrossTenant-OriginalArrivalTime", m.At.UTC().Format("02 Jan 2006 15:04:05.0000 (UTC)")},
		{"X-MS-Exchange-CrossTenant-Id", harbourTenant},
		{"X-MS-Exchange-CrossTenant-AuthAs", "Anonymous"},
		{"X-MS-Exchange-CrossTenant-FromEntityHeader", "Internet"},
		{"X-Microsoft-Antispam-Mailbox-Delivery", "ucf:0;jmr:0;auth:0;dest:" + or(v.Dest, "I") + ";ENG:(910005)(944506478);"},
	}...)
}

func bulk(v Verdict) string {
	if v.Bulk {
		return "BULK"
	}
	return ""
}

// harbourTenant is the tenant of harbour.example.
const harbourTenant = "6b1f7c1a-90f1-4d0e-9f51-3f1d2c6b8a10"
