package verdict

var labels = &Decoder{
	Name:   "labels",
	Title:  "Labels of how confidential a message is (Microsoft Purview, Titus, Boldon James)",
	Source: "learn.microsoft.com, Purview: sensitivity labels; fields as seen in delivered mail. They are no verdict of a filter",
	Read:   "2026-11-23",
	Fields: []string{"msip_labels", "X-Titus-*", "X-TitusLabs-*", "X-BoldonJames-*", "x-bromium-msgid"},
	Decode: decodeLabels,
}

func decodeLabels(r *reading) {
	for _, f := range r.fields {
		if p := r.value(f); p.text != "" {
			r.reason(f.Name, "a label of how confidential it is, not a verdict: "+shown(p.text), p)
		}
	}
}
