package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

type recordOptions struct {
	loading
	file   string
	output string
	force  bool
}

func newDNSCmd(s streams) *cobra.Command {
	return group("dns", "Freeze DNS answers", newRecordCmd(s))
}

func newRecordCmd(s streams) *cobra.Command {
	o := &recordOptions{loading: loading{streams: s}}
	cmd := &cobra.Command{
		Use:   "record FILE",
		Short: "Ask the DNS all that analyze asks, and write the answers beside the message",
		Long: "Ask the DNS all that analyze asks, and write the answers beside the message: message.eml gets dns.zone, other.eml gets\n" +
			"other.zone. A later run with --dns FILE gives the same answer without a network.",
		Example: "  fpcheck dns record message.eml\n  fpcheck dns record message.eml -o answers.zone",
		Args:    oneFile,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.file = "-"
			if len(args) > 0 {
				o.file = args[0]
			}
			return runRecord(cmd.Context(), o)
		},
	}
	o.bind(cmd)
	cmd.Flags().StringVarP(&o.output, "output", "o", "", "write to this `FILE`; - for standard output")
	cmd.Flags().BoolVar(&o.force, "force", false, "overwrite an existing file")
	_ = cmd.Flags().MarkHidden("record")
	return cmd
}

func runRecord(ctx context.Context, o *recordOptions) error {
	if o.caseDir != "" {
		o.file = filepath.Join(o.caseDir, "message.eml")
		o.caseDir = ""
	}
	target := o.target()
	if _, err := os.Stat(target); err == nil && !o.force {
		return couldNot("--force overwrites it, --output FILE writes elsewhere", "%s is there already", target)
	}
	if _, err := o.prepare([]string{o.file}); err != nil {
		return err
	}
	o.startRecording()
	r, err := o.run(ctx, o.file)
	if err != nil {
		return couldNot("", "%w", err)
	}
	o.sayFailed(r)
	if target == "-" {
		_, err := o.recorder.WriteTo(o.streams.out)
		return err
	}
	if err := save(target, o.recorder); err != nil {
		return err
	}
	o.streams.say("wrote %d answers to %s", o.recorder.Len(), target)
	o.streams.say("hint: fpcheck analyze %s --dns %s", o.file, target)
	return nil
}

// target is where the snapshot goes: beside the message, under the name that --case looks for where the message has that of a case.
func (o *recordOptions) target() string {
	switch {
	case o.output != "":
		return o.output
	case o.file == "-":
		return "-"
	case filepath.Base(o.file) == "message.eml":
		return filepath.Join(filepath.Dir(o.file), "dns.zone")
	}
	return strings.TrimSuffix(o.file, filepath.Ext(o.file)) + ".zone"
}
