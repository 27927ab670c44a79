package lint

var ignoreWithoutReason = &Lint{
	Name: "ignore-without-reason", Title: "a comment that silences a lint and does not say why", Severity: Error,
	All: func(p *Pass) {
		for _, d := range p.comments {
			if d.reason == "" {
				p.reportComment(d, "the comment says what is ignored and not why, so it ignores nothing", "write `# fpcheck: ignore "+d.name+" because ...`")
			}
		}
	},
}
