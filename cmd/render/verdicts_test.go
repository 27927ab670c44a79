package render

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/profile"
)

// scanned is the report of a message that bears a filter's field, above the border or below it.
func scanned(field string, ours bool) *analyze.Report {
	const mx = "Received: from mail.example.net (mail.example.net [192.0.2.7]) by mx.example.org (Postfix) with ESMTPS id 4Xk7QzZ; Tue, 3 Mar 2026 09:00:02 +0000\n"
	text := field + mx + "From: a@example.net\n\nhello\n"
	if !ours {
		text = mx + "From: a@example.net\n" + field + "\nhello\n"
	}
	in := analyze.Prepare(eml.Parse([]byte(text)), &profile.Profile{Border: []string{"mx.example.org"}}, analyze.Stated{})
	in.Today = time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)
	return analyze.Run(context.Background(), in, []*analyze.Check{checks.Verdicts})
}

const badField = "X-Spam-Status: Yes, score=6.5 required=5.0 tests=BAYES_99=3.5,URIBL_BLOCKED,\x1b[31mOUR\n"

func TestVerdictsInText(t *testing.T) {
	text := func(r *analyze.Report) string {
		var b strings.Builder
		if err := Text(&b, r, Options{}); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	if got := text(scanned(badField, true)); !strings.Contains(got, "the filter said  SpamAssassin found spam, 6.5 of 5; our estimate says deliver.") || strings.Contains(got, "\x1b[31m") {
		t.Error(got)
	}
	got := text(scanned(badField, false))
	if strings.Contains(got, "the filter said") || !strings.Contains(got, "claims that SpamAssassin found spam") {
		t.Errorf("a claim is shown as a word of ours:\n%s", got)
	}
}

func TestVerdictsInJSON(t *testing.T) {
	schema := strictSchema(t)
	for _, ours := range []bool{true, false} {
		var b strings.Builder
		if err := JSON(&b, scanned(badField, ours), Options{}); err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		if err := json.Unmarshal([]byte(b.String()), &got); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(got); err != nil {
			t.Error(err)
		}
		v := got["verdicts"].([]any)[0].(map[string]any)
		if v["verdict"] != "spam" || v["counts"] != ours || (v["agrees"] == nil) == ours || v["score"] != 6.5 {
			t.Errorf("ours %v: %v", ours, v)
		}
		first := v["reasons"].([]any)[0].(map[string]any)
		if first["code"] != "BAYES_99" || first["cause"] != "classifier-misjudged" || first["points"] != 3.5 {
			t.Errorf("%v", first)
		}
	}
}
