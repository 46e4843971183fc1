package format

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// PrintedCheckpoint is a checkpoint as it stands on paper and in the cp line of a header: size and root of the tree.
type PrintedCheckpoint struct {
	Size int64
	Root tlog.Hash
}

// String is what is printed: the size, a space, the root in hex.
func (p PrintedCheckpoint) String() string { return fmt.Sprintf("%d %x", p.Size, p.Root[:]) }

// ParsePrintedCheckpoint reads what somebody typed off a paper: any spaces and line ends inside the root, any case.
func ParsePrintedCheckpoint(typed string) (PrintedCheckpoint, error) {
	words := strings.Fields(typed)
	if len(words) < 2 {
		return PrintedCheckpoint{}, fmt.Errorf("a printed checkpoint is a size and a root")
	}
	size, err := strconv.ParseInt(words[0], 10, 64)
	root, rootErr := hex.DecodeString(strings.Join(words[1:], ""))
	if err != nil || size < 1 || rootErr != nil || len(root) != 32 {
		return PrintedCheckpoint{}, fmt.Errorf("a printed checkpoint is a size and a root of 64 hexadecimal digits")
	}
	return PrintedCheckpoint{size, tlog.Hash(root)}, nil
}
