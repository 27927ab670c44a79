// Package arc validates the chain of ARC seals (RFC 8617) and says what each sealer saw before it changed the message.
//
// ARC is on its way to historic: it is evidence of what earlier hosts saw, as far as one trusts the sealer, and never a reason to pass by itself.
package arc

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/authres"
	"github.com/fpcheck/fpcheck/analyze/dkim"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/resolve"
)

// None is the status of a message without ARC fields. The others are dkim.Pass, dkim.Fail and dkim.Unknown.
const None dkim.Result = "none"

const (
	// MaxInstances: RFC 8617 4.2.1 allows 50 sets.
	MaxInstances = 50
	// maxSealBytes bounds what the seals hash, since each covers all sets below it: real sets take some 3 KB.
	maxSealBytes = 32 << 20
)

// Chain is what validation found.
type Chain struct {
	Status     dkim.Result
	Reason     string     // a few words; empty for pass and none
	Instances  []Instance // 1 first
	OldestPass int        // lowest instance whose message signature still fits, all above it fitting, too; 0: none (RFC 8617 5.2)
}

// Instance is one ARC set.
type Instance struct {
	N       int
	Seen    authres.Result // ARC-Authentication-Results: what the sealer saw
	Message dkim.Signature // ARC-Message-Signature
	Seal    dkim.Signature // ARC-Seal; its BodyHash is always unknown
	Sealer  string         // d= of the seal, lower case
	CV      string         // cv= of the seal: what the sealer found of the chain below
	Problem string         // what is wrong with the form of the set; empty: nothing

	aar, ams, as eml.Field
	count        [3]int
}

// Verify validates the chain. r may be nil: then nothing but the form and the body hashes can be judged.
func Verify(ctx context.Context, m *eml.Message, r resolve.Resolver, o dkim.Options) Chain {
	c := Chain{Status: None}
	if c.collect(m); c.Status != None || len(c.Instances) == 0 {
		return c
	}
	e := dkim.NewEngine(ctx, m, r, o)
	size := 0
	for i := range c.Instances {
		in := &c.Instances[i]
		size += in.aar.Span.Len() + in.ams.Span.Len() + in.as.Span.Len()
		in.Seen = authres.Parse(m, in.aar)
	}
	if size*len(c.Instances) > maxSealBytes {
		c.fail("the ARC fields are too large to be verified")
		return c
	}
	c.judge(e)
	c.form(m)
	c.conclude()
	return c
}

// SawPass returns the lowest instance whose sealer wrote that DKIM passed for the domain, or false.
func (c Chain) SawPass(domain string) (Instance, bool) {
	for _, in := range c.Instances {
		for _, method := range in.Seen.Method("dkim") {
			d := method.Get("header.d")
			if d == "" {
				id := method.Get("header.i")
				d = id[strings.LastIndexByte(id, '@')+1:]
			}
			if method.Value == "pass" && strings.EqualFold(d, domain) {
				return in, true
			}
		}
	}
	return Instance{}, false
}

func (c *Chain) fail(why string) {
	if c.Status != dkim.Fail {
		c.Status, c.Reason = dkim.Fail, why
	}
}

// fields are the three of a set.
var fields = [3]string{"ARC-Authentication-Results", "ARC-Message-Signature", "ARC-Seal"}

// collect sorts the ARC fields into sets.
func (c *Chain) collect(m *eml.Message) {
	sets := map[int]*Instance{}
	for _, f := range m.Fields {
		k := slices.IndexFunc(fields[:], func(name string) bool { return strings.EqualFold(f.Name, name) })
		if k < 0 {
			continue
		}
		n, ok := instance(m, f, k)
		if !ok || n > MaxInstances {
			c.fail(fmt.Sprintf("%s with an instance that is none (1 to %d)", fields[k], MaxInstances))
			continue
		}
		if sets[n] == nil {
			sets[n] = &Instance{N: n}
		}
		in := sets[n]
		*[]*eml.Field{&in.aar, &in.ams, &in.as}[k] = f
		in.count[k]++
	}
	for n := 1; n <= MaxInstances; n++ {
		if in := sets[n]; in != nil {
			c.Instances = append(c.Instances, *in)
			c.complete(len(c.Instances), in)
		}
	}
}

// complete asks for one field of each kind and for no gap (RFC 8617 5.2, step 3).
func (c *Chain) complete(at int, in *Instance) {
	if in.N != at {
		c.fail(fmt.Sprintf("instance %d is missing", at))
	}
	for k, n := range in.count {
		if n != 1 {
			c.fail(fmt.Sprintf("instance %d has %d fields %s", in.N, n, fields[k]))
		}
	}
}

// instance reads i=: anywhere in the two tag lists, at the start of the results.
func instance(m *eml.Message, f eml.Field, kind int) (int, bool) {
	value := ""
	if kind == 0 {
		first, _, semicolon := bytes.Cut(m.Bytes(f.Value), []byte{';'})
		name, v, _ := bytes.Cut(first, []byte{'='})
		if !semicolon || string(bytes.TrimSpace(name)) != "i" {
			return 0, false
		}
		value = string(bytes.TrimSpace(v))
	} else {
		tags, err := dkim.ParseTags(m.Raw, f.Value)
		if err != nil {
			return 0, false
		}
		value = tags.Value("i")
	}
	n, err := strconv.Atoi(value)
	return n, err == nil && n > 0
}

func (c *Chain) judge(e *dkim.Engine) {
	var covered []eml.Field
	for i := range c.Instances {
		in := &c.Instances[i]
		in.Message = e.Judge(in.ams, dkim.FormAMS, nil)
		covered = append(covered, in.aar, in.ams)
		in.Seal = e.Judge(in.as, dkim.FormSeal, covered)
		in.Sealer = in.Seal.Domain
		covered = append(covered, in.as)
	}
}

// form finds what the grammar forbids (RFC 8617 4.1).
func (c *Chain) form(m *eml.Message) {
	for i := range c.Instances {
		in := &c.Instances[i]
		for _, f := range []eml.Field{in.ams, in.as} {
			tags, err := dkim.ParseTags(m.Raw, f.Value)
			if err == nil {
				err = tags.Strict(m.Raw, f.Value)
			}
			if cv, ok := tags.Get("cv"); ok && f.Span == in.as.Span {
				in.CV = cv.Value
			}
			_, h := tags.Get("h")
			canon, hasCanon := tags.Get("c")
			switch {
			case err != nil:
				in.Problem = err.Error()
			case f.Span == in.as.Span && h:
				in.Problem = "the seal has a tag h="
			case f.Span == in.ams.Span && slices.Contains(in.Message.SignedHeaders, "arc-seal"):
				in.Problem = "the message signature covers a seal"
			case hasCanon && canon.Value == "":
				in.Problem = "c= is empty"
			}
		}
		want := "pass"
		if i == 0 {
			want = "none"
		}
		if in.CV != want && in.Problem == "" {
			in.Problem = fmt.Sprintf("cv=%s where %s must stand", in.CV, want)
		}
	}
}

// conclude follows RFC 8617 5.2: form, newest message signature, then every seal.
func (c *Chain) conclude() {
	newest := len(c.Instances) - 1
	for i, in := range c.Instances {
		switch {
		case i == newest && in.CV == "fail":
			c.fail(fmt.Sprintf("%s already sealed it as broken", in.Sealer))
		case in.Problem != "":
			c.fail(fmt.Sprintf("instance %d: %s", in.N, in.Problem))
		}
	}
	c.weigh(c.Instances[newest].Message, "the message was changed after the last seal")
	for i := newest; i >= 0; i-- {
		c.weigh(c.Instances[i].Seal, fmt.Sprintf("the seal of instance %d does not fit", i+1))
	}
	if c.Status == None {
		c.Status = dkim.Pass
	}
	for i := newest; i >= 0 && c.Instances[i].Message.Passes(); i-- {
		c.OldestPass = i + 1
	}
}

// weigh lets one signature count: what could not be judged makes the chain unknown, what does not fit makes it fail.
func (c *Chain) weigh(s dkim.Signature, why string) {
	switch s.Status {
	case dkim.Pass:
	case dkim.Unknown, dkim.TempError:
		if c.Status == None {
			c.Status, c.Reason = dkim.Unknown, s.Reason
		}
	default:
		if s.Reason != "" {
			why += ": " + s.Reason
		}
		c.fail(why)
	}
}
