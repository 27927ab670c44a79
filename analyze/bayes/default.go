package bayes

import (
	_ "embed"
	"sync"
)

// defaultModel was made by `make model` of 6,046 public messages of 2002 and 2003; default.sum names the files it was made of.
//
//go:embed default.model
var defaultModel string

// Default returns the model that ships with fpcheck.
var Default = sync.OnceValue(func() *Model {
	m, err := Open(defaultModel)
	if err != nil {
		panic(err) // the file is part of the program, and a test opens it
	}
	return m
})
