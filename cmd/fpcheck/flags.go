package main

import (
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// choice is a flag that takes one of a few words and refuses others with the list of those.
type choice struct {
	value   *string
	allowed []string
}

func (c choice) String() string {
	if c.value == nil {
		return ""
	}
	return *c.value
}

// maxChoices is how wide the words may be that stand behind the flag in its help; more of them are listed in the text.
const maxChoices = 24

func (c choice) Type() string {
	if s := strings.Join(c.allowed, "|"); len(s) <= maxChoices {
		return s
	}
	return "NAME"
}

func (c choice) Set(s string) error {
	if !slices.Contains(c.allowed, s) {
		return fmt.Errorf("it is one of %s", strings.Join(c.allowed, ", "))
	}
	*c.value = s
	return nil
}

// addChoice adds a flag to cmd that takes one of allowed, which shells complete.
func addChoice(cmd *cobra.Command, value *string, name, preset, help string, allowed ...string) {
	*value = preset
	c := choice{value, allowed}
	if c.Type() == "NAME" {
		help += ": " + strings.Join(allowed, ", ")
	}
	cmd.Flags().Var(c, name, help)
	_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(allowed, cobra.ShellCompDirectiveNoFileComp))
}

// moment is a flag that takes a time as people and mail write it. UTC where no zone is given.
type moment struct{ t *time.Time }

func (m moment) String() string {
	if m.t == nil || m.t.IsZero() {
		return ""
	}
	return m.t.Format(time.RFC3339)
}

func (moment) Type() string { return "TIME" }

func (m moment) Set(s string) error {
	for _, layout := range []string{time.RFC3339, time.DateTime, "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			*m.t = t
			return nil
		}
	}
	if t, err := mail.ParseDate(s); err == nil {
		*m.t = t
		return nil
	}
	return errors.New(`write it as 2026-05-25, "2026-05-25 14:30", 2026-05-25T14:30:00Z, or as in a Date field`)
}
