package arc

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze/dkim"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/fixtures"
	"github.com/goccy/go-yaml"
	"github.com/miekg/dns"
)

type zone map[string]string

func (z zone) Resolve(_ context.Context, q resolve.Question) (resolve.Answer, error) {
	s, ok := z[strings.TrimSuffix(q.Name, ".")]
	if !ok {
		return resolve.Answer{Rcode: dns.RcodeNameError}, nil
	}
	return resolve.Answer{RRs: []dns.RR{&dns.TXT{Hdr: dns.RR_Header{Name: q.Name, Rrtype: dns.TypeTXT}, Txt: []string{s}}}}, nil
}

// TestConformanceARC runs ValiMail's validation cases. Where the suite leaves cv empty the newest seal says cv=fail: RFC 8617 5.2, step 2,
// makes that a failed chain.
func TestConformanceARC(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(fixtures.Suite(t, "arc-valimail"), "arc-draft-validation-tests.yml"))
	if err != nil {
		t.Fatal(err)
	}
	count, wrong := 0, 0
	for _, doc := range bytes.Split(bytes.ReplaceAll(raw, []byte("\n--- \n"), []byte("\n---\n")), []byte("\n---\n")) {
		var scenario struct {
			Tests yaml.MapSlice // one name stands twice
			Txt   zone          `yaml:"txt-records"`
		}
		if err := yaml.UnmarshalWithOptions(doc, &scenario, yaml.AllowDuplicateMapKey()); err != nil {
			t.Fatal(err)
		}
		for _, item := range scenario.Tests {
			count++
			c := item.Value.(map[string]any)
			message, _ := c["message"].(string)
			cv, _ := c["cv"].(string)
			want := dkim.Result(strings.ToLower(strings.TrimSpace(cv)))
			if want == "" {
				want = dkim.Fail
			}
			if got := Verify(t.Context(), eml.Parse([]byte(message)), scenario.Txt, dkim.Options{}); got.Status != want {
				wrong++
				t.Errorf("%s (%s): %s (%s), want %s", item.Key, c["description"], got.Status, got.Reason, want)
			}
		}
	}
	if t.Logf("%d cases, %d wrong", count, wrong); count < 171 {
		t.Errorf("%d cases, want 171 (175 with the names that stand twice)", count)
	}
}
