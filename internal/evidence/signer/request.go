package signer

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"recobro/internal/evidence/format"
)

// Request asks to sign a checkpoint: the size that was signed before, the proof that the new tree begins with it, and the
// checkpoint. A witness gets the whole signed note, the log's own signer the text alone (C2SP tlog-witness, add-checkpoint).
type Request struct {
	Old        int64
	Proof      tlog.TreeProof
	Checkpoint []byte
}

// maxProof is how many hashes a proof may have, maxRequest how many bytes the whole request.
const (
	maxProof   = 63
	maxRequest = 64 << 10
)

// Bytes is the request as it is posted.
func (r Request) Bytes() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "old %d\n", r.Old)
	for _, h := range r.Proof {
		b.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
	b.WriteString("\n")
	b.Write(r.Checkpoint)
	return b.Bytes()
}

var errRequest = errors.New("this is not a request to sign a checkpoint")

// ParseRequest reads what Bytes wrote, in its one spelling.
func ParseRequest(b []byte) (Request, error) {
	head, checkpoint, ok := strings.Cut(string(b), "\n\n")
	lines := strings.Split(head, "\n")
	text, isOld := strings.CutPrefix(lines[0], "old ")
	old, err := strconv.ParseInt(text, 10, 64)
	if !ok || !isOld || err != nil || old < 0 || strconv.FormatInt(old, 10) != text || len(lines)-1 > maxProof {
		return Request{}, errRequest
	}
	r := Request{Old: old, Checkpoint: []byte(checkpoint)}
	for _, line := range lines[1:] {
		h, err := format.ParseHash(line)
		if err != nil {
			return Request{}, errRequest
		}
		r.Proof = append(r.Proof, h)
	}
	return r, nil
}
