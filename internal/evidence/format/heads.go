package format

import (
	"crypto/sha256"
	"fmt"
)

// Head is the newest event of a case at some size of the tree: what the day's list of heads says of the case.
type Head struct {
	Case string // UUID in its usual spelling
	Seq  int
	Leaf [32]byte // of the event's header
}

// Hash is the RFC 6962 leaf hash of a head in the list of heads of the log of that origin. The type stands inside the hashed
// bytes: a head is no event.
func (h Head) Hash(origin string) [32]byte {
	return sha256.Sum256(fmt.Appendf(nil, "\x00%s/head/v1\n%s %d %x\n", origin, h.Case, h.Seq, h.Leaf))
}
