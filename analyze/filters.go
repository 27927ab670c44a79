package analyze

// FilterNames returns the filters in mail-flow order: those of the profile, or else the one that wrote the border's line.
func (in *Input) FilterNames() []string {
	if len(in.Profile.Filters) > 0 {
		return in.Profile.Filters
	}
	if in.Trace.Receiver != "" {
		return []string{in.Trace.Receiver}
	}
	return nil
}
