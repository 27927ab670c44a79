package dkim

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"testing"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// judge is a verifier that shares no code with ours: python3-dkim of Debian. It reads one message and zone at a time, as JSON lines.
const judge = `
import sys, json, base64, dkim
for line in sys.stdin:
    job = json.loads(line)
    zone = job["zone"]
    def txt(name, timeout=5):
        return zone.get(name.decode().rstrip(".").lower(), "").encode() or None
    d = dkim.DKIM(base64.b64decode(job["raw"]))
    out = []
    for i in range(job["signatures"]):
        try:
            out.append(bool(d.verify(idx=i, dnsfunc=txt)))
        except Exception as e:
            out.append(False)
    print(json.dumps(out), flush=True)
`

// TestEngineRestored: what we restored verifies with python3-dkim as well: our fixtures, and the posts of list-dev where they are there.
func TestEngineRestored(t *testing.T) {
	const python = "/usr/bin/python3"
	if err := exec.Command(python, "-c", "import dkim").Run(); err != nil {
		if os.Getenv("CI") != "" || os.Getenv("FPCHECK_ENGINES") == "required" {
			t.Fatal("python3-dkim is missing: apt-get install python3-dkim")
		}
		t.Skip("python3-dkim is not here: apt-get install python3-dkim")
	}
	ask := startJudge(t, python)
	for _, c := range kindCases {
		signed := string(signOversigned(t, c.mail, c.canon))
		if r := autopsy(t, c.damage(signed)); !r.Found() || !ask(r.Original(), testKeys().zone, 1)[0] {
			t.Errorf("%s (%s): python3-dkim refuses the restored message", c.kind, c.canon)
		}
	}
	for _, class := range []string{"footer-fullproof", "footer-bh", "unrestored"} {
		posts, z := listPosts(t, class)
		proven := 0
		for _, post := range posts {
			m := eml.Parse(post.raw)
			sigs := Verify(t.Context(), m, z, Options{})
			for i, s := range sigs {
				r := Autopsy(t.Context(), m, s, Options{})
				if r == nil || r.Proof != "signature" {
					continue
				}
				proven++
				if !ask(r.Original(), z, len(sigs))[i] {
					t.Errorf("%s/%s: %v: python3-dkim refuses the restored message", class, post.File, r.Kinds)
				}
			}
		}
		t.Logf("%s: %d restored signatures verify with python3-dkim", class, proven)
	}
}

func startJudge(t *testing.T, python string) func(raw []byte, z zone, n int) []bool {
	cmd := exec.CommandContext(t.Context(), python, "-c", judge)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	enc, dec := json.NewEncoder(in), json.NewDecoder(out)
	return func(raw []byte, z zone, n int) []bool {
		t.Helper()
		flat := map[string]string{}
		for name, v := range z {
			flat[name] = v[0]
		}
		var got []bool
		if err := enc.Encode(map[string]any{"raw": raw, "zone": flat, "signatures": n}); err != nil {
			t.Fatal(err)
		}
		if err := dec.Decode(&got); err != nil {
			t.Fatalf("%v: %s", err, stderr.String())
		}
		return got
	}
}
