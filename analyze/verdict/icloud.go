package verdict

var icloud = &Decoder{
	Name:   "icloud",
	Title:  "Apple iCloud Mail",
	Source: "fields as seen in delivered mail; nothing is published about them",
	Read:   "2026-11-27",
	Fields: []string{"X-Apple-MoveToFolder", "X-Apple-Action", "X-Apple-UUID", "X-ICL-Score", "X-ICL-Info", "X-ICL-Repid", "X-ICLOUD-MAIL-BWL"},
	Decode: decodeICloud,
}

var icloudMarks = map[string]string{
	"x-apple-uuid": "id of the message inside iCloud", "x-icl-info": "a mark of the engine, whose meaning is not published",
	"x-icl-repid": "a mark of the engine, whose meaning is not published", "x-icloud-mail-bwl": "a mark of the lists of allowed and blocked senders: %s",
}

var icloudFolders = map[string]meaning{
	"inbox": {NotSpam, "put into the inbox", ""}, "junk": {Spam, "put into the Junk folder", "classifier-misjudged"},
}

// icloudActions are the words before the folder in "MOVE_TO_FOLDER/Junk".
var icloudActions = map[string]meaning{"wl": {Allowed, "on a list of allowed senders", ""}, "bl": {Blocked, "on a list of blocked senders", "own-block-entry"}}

func decodeICloud(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch f.name {
		case "x-apple-movetofolder":
			r.look(icloudFolders, "MoveToFolder:"+p.text, p)
		case "x-apple-action":
			how, folder, _ := r.cut(p, '/')
			if how.lower() == "move_to_folder" || how.lower() == "junk" { // an older form had the folder alone
				if folder.text == "" {
					folder = how
				}
				r.look(icloudFolders, "Action:"+p.text, folder)
				continue
			}
			r.look(icloudActions, "Action:"+p.text, how)
		case "x-icl-score":
			r.v.Score = r.numberOr(p, "Score:") // between 3 and 4 both folders were seen, so there is no threshold to state
		default:
			r.marks(icloudMarks, f, p)
		}
	}
}
