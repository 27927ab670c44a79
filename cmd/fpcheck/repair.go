package main

import (
	"errors"
	"os"

	"github.com/google/renameio/v2/maybe"
	"github.com/spf13/cobra"
)

type repairOptions struct {
	loading
	output string
	force  bool
}

func newRepairCmd(s streams) *cobra.Command {
	o := &repairOptions{loading: loading{streams: s}}
	cmd := &cobra.Command{
		Use:   "repair [FILE|-]",
		Short: "Write a pasted or wrapped message as other tools can read it, and say what was mended",
		Long: "Write a pasted or wrapped message as other tools can read it: a paste with its fields put together again, the original out of a report\n" +
			"mail, the message out of an Outlook file. What was mended is said on standard error. A clean message comes out byte for byte.",
		Example: "  fpcheck repair paste.txt > message.eml\n  fpcheck repair --clipboard -o message.eml",
		Args:    oneFile,
		RunE:    func(cmd *cobra.Command, args []string) error { return runRepair(o, args) },
	}
	o.cmd = cmd
	o.handing.bind(cmd)
	_ = cmd.Flags().MarkHidden("from")
	cmd.Flags().StringVarP(&o.output, "output", "o", "", "write to this `FILE`; without it, to standard output")
	cmd.Flags().BoolVar(&o.force, "force", false, "overwrite an existing file")
	return cmd
}

func runRepair(o *repairOptions, args []string) error {
	name, err := o.one(args)
	if err != nil {
		return err
	}
	it, err := o.oneItem(name)
	if err != nil {
		return couldNot("", "%w", err)
	}
	if it.Message == nil {
		return couldNot("fpcheck "+name+" says what the server said", "%s: there is no message to write", o.inputName(name))
	}
	for _, r := range it.Message.Repairs {
		o.streams.say("%s:%d: %s: %s", o.inputName(it.Name), r.Line, r.Kind, r.Note)
	}
	return o.write(it.Message.Raw)
}

// write writes the message whole or not at all.
func (o *repairOptions) write(raw []byte) error {
	if o.output == "" || o.output == "-" {
		if _, err := o.streams.out.Write(raw); err != nil {
			return couldNot("", "writing: %w", err)
		}
		return nil
	}
	if _, err := os.Stat(o.output); !errors.Is(err, os.ErrNotExist) && !o.force {
		return couldNot("--force overwrites it", "%s is there already", o.output)
	}
	if err := maybe.WriteFile(o.output, raw, 0o644); err != nil {
		return couldNot("", "writing: %w", err)
	}
	return nil
}
