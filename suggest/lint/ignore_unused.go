package lint

// ignoreUnused is told when all other lints have spoken: see silence.
var ignoreUnused = &Lint{
	Name: "ignore-unused", Title: "a comment that silences nothing", Severity: Warning,
}
