package providers

import (
	"strings"
	"testing"
)

func TestExtend(t *testing.T) {
	set, err := Extend([]byte("- {name: our-gateway, title: our own gateway, kind: filter, hosts: ['*.gw.widget.com']}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if p := set.ByHost("mx1.gw.widget.com"); p == nil || p.Name != "our-gateway" {
		t.Errorf("mx1.gw.widget.com belongs to %v", p)
	}
	if p := set.ByHost("mx1-us1.ppe-hosted.com"); p == nil || p.Name != "proofpoint-essentials" {
		t.Error("the built-in providers are gone")
	}
	if ByHost("mx1.gw.widget.com") != nil {
		t.Error("the built-in set was changed")
	}
	if set, err := Extend(nil); err != nil || set != Default() {
		t.Errorf("nothing stated gives %v, %v", set, err)
	}
	for _, bad := range []string{"- {name: x}", "- {name: x, title: y, kind: nothing}", "- {name: x, title: y, kind: filter, color: red}", "x"} {
		if _, err := Extend([]byte(bad)); err == nil || !strings.HasPrefix(err.Error(), "reading provider") {
			t.Errorf("%s: error is %v", bad, err)
		}
	}
}
