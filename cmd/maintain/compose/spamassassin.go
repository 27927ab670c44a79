package compose

import (
	"fmt"
	"strconv"
	"strings"
)

// SpamAssassin writes what the receiver's own SpamAssassin said on top of the header, as spamc does. The tests carry the points of
// the site, so a name that begins with LOCAL_ is a rule of its own.
func SpamAssassin(tests ...string) Step {
	return func(m *Mail) {
		score, flag := 0.0, "No"
		for _, t := range tests {
			_, points, _ := strings.Cut(t, "=")
			p, err := strconv.ParseFloat(points, 64)
			if err != nil {
				panic("compose: " + m.Name + ": " + err.Error())
			}
			score += p
		}
		if score >= 5 {
			flag = "Yes"
			m.Add("X-Spam-Flag", "YES")
		}
		m.Add("X-Spam-Status", fmt.Sprintf("%s, score=%.1f required=5.0 tests=%s\r\n\tautolearn=no autolearn_force=no version=4.0.1", flag, score, strings.Join(tests, ",\r\n\t")))
		m.Add("X-Spam-Level", strings.Repeat("*", int(max(score, 0))))
		m.Add("X-Spam-Checker-Version", "SpamAssassin 4.0.1 (2024-03-26) on "+m.Host.Name)
	}
}
