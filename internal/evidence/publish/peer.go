package publish

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"recobro/internal/evidence/format"
	"recobro/internal/evidence/signer"
)

// Peer is the log's signer or a witness: where it answers and the key that its answers must bear.
type Peer struct {
	Name   string
	Key    note.Verifier
	prefix string // of its URLs
	client *http.Client
}

// maxAnswer bounds what a peer may answer: a dozen signature lines have 2 KB.
const maxAnswer = 64 << 10

// ParsePeer reads https://host/prefix#KEY, http://… on this machine or a private network, or unix:/path#KEY. KEY is the
// public key as the peer printed it when it was set up.
func ParsePeer(text string, kind format.Kind) (Peer, error) {
	address, public, _ := strings.Cut(text, "#")
	key, err := format.Verifier(public)
	if err != nil || format.KindOf(key) != kind {
		return Peer{}, fmt.Errorf("reading the address of a signer or witness %q: want URL#KEY, with the key it printed", address)
	}
	p := Peer{Name: key.Name(), Key: key, prefix: strings.TrimSuffix(address, "/")}
	transport := &http.Transport{ResponseHeaderTimeout: 10 * time.Second, TLSHandshakeTimeout: 5 * time.Second, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 16 << 10}
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	transport.DialContext = dialer.DialContext
	if socket, ok := strings.CutPrefix(address, "unix:"); ok {
		p.prefix = "http://socket"
		transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, "unix", socket)
		}
	} else if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return Peer{}, fmt.Errorf("reading the address of a signer or witness %q: want https://, http:// or unix:/path", address)
	}
	// A checkpoint is posted where it was meant to go, or nowhere.
	p.client = &http.Client{Transport: transport, Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return p, nil
}

// sign asks the peer and answers its verified signature line. What the peer refuses is a signer.Refusal.
func (p Peer) sign(ctx context.Context, r signer.Request) (line string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.prefix+"/add-checkpoint", bytes.NewReader(r.Bytes()))
	if err != nil {
		return "", fmt.Errorf("asking %s: %w", p.Name, err)
	}
	res, err := p.client.Do(req)
	if err != nil {
		return "", fmt.Errorf("asking %s: %w", p.Name, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil || len(body) > maxAnswer {
		return "", fmt.Errorf("reading the answer of %s: %w", p.Name, errors.Join(err, errAnswer))
	}
	switch res.StatusCode {
	case http.StatusOK:
		return p.verified(r.Checkpoint, body)
	case http.StatusConflict:
		size, err := strconv.ParseInt(strings.TrimSuffix(string(body), "\n"), 10, 64)
		if err != nil || size < 0 {
			return "", fmt.Errorf("reading the answer of %s: %w", p.Name, errAnswer)
		}
		return "", signer.Refusal{Status: res.StatusCode, Size: size, Why: fmt.Sprintf("%s signed a tree of %d leaves last", p.Name, size)}
	case http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity:
		return "", signer.Refusal{Status: res.StatusCode, Why: fmt.Sprintf("%s refuses (%d): %s", p.Name, res.StatusCode, strings.ToValidUTF8(strings.TrimSpace(string(body[:min(len(body), 500)])), "?"))}
	}
	return "", fmt.Errorf("asking %s: it answered %s", p.Name, res.Status)
}

var errAnswer = errors.New("this is no answer of a signer or witness")

// verified finds the line that the peer's key signed among the lines of an answer; lines of other keys are nothing.
func (p Peer) verified(checkpoint, lines []byte) (string, error) {
	text, _, _ := strings.Cut(string(checkpoint), "\n\n")
	n, err := note.Open([]byte(strings.TrimSuffix(text, "\n")+"\n\n"+string(lines)), note.VerifierList(p.Key))
	if err != nil {
		return "", fmt.Errorf("verifying the signature of %s: %w", p.Name, err)
	}
	return fmt.Sprintf("— %s %s\n", n.Sigs[0].Name, n.Sigs[0].Base64), nil
}
