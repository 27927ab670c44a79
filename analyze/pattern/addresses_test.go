package pattern

import "testing"

func TestReplaceAddresses(t *testing.T) {
	for in, want := range map[string]string{
		"":                               "",
		"no address":                     "no address",
		"from <ann@example.org>; for x":  "from <[ann@example.org]>; for x",
		"a@b.example,c+d=e@f.example":    "[a@b.example],[c+d=e@f.example]",
		"@example.org and ann@ and @":    "@example.org and ann@ and @",
		"jürgen@bücher.example (x)":      "[jürgen@bücher.example] (x)",
		"a@@b.example":                   "a@@b.example",
		"a@b@c.example":                  "[a@b]@c.example",
		"\"ann lee\"@example.org":        "\"ann lee\"@example.org",
		"envelope-from ann@host_name.ex": "envelope-from [ann@host]_name.ex",
	} {
		if got := ReplaceAddresses(in, func(a string) string { return "[" + a + "]" }); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
