package render

import "github.com/fpcheck/fpcheck/analyze"

func addAuthentication(o *object, r *analyze.Report) {}
