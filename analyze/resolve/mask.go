package resolve

import "strings"

// maskedKey stands in a snapshot where a paid list's key stood. It is a label like any other.
const maskedKey = "masked-key"

// keyedZones are the lists whose key is a label of the query name: QUERY.KEY.LIST.ZONE, as in
// 2.0.0.127.KEY.zen.dq.spamhaus.net. Whoever reads a snapshot must not be able to use the key.
var keyedZones = []string{".dq.spamhaus.net.", ".mail.abusix.zone."}

// mask replaces the key of a paid list in a canonical name and returns the key, if there was one.
func mask(name string) (masked, key string) {
	for _, zone := range keyedZones {
		rest, ok := strings.CutSuffix(name, zone)
		if !ok {
			continue
		}
		list := strings.LastIndexByte(rest, '.')
		if list < 0 {
			return name, ""
		}
		start := strings.LastIndexByte(rest[:list], '.') + 1
		key = rest[start:list]
		return name[:start] + maskedKey + name[list:], key
	}
	return name, ""
}
