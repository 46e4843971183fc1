// Package stamp gets RFC 3161 time stamps over checkpoints from time-stamping authorities. The rule: a token is verified against
// a configured root before it is stored, and an authority that is down delays a stamp, never an event.
package stamp

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/notaryproject/tspclient-go" // RFC 3161 with the whole chain, EKU and ESS checks, and no dependencies

	"recobro/internal/evidence"
	"recobro/internal/postgres"
)

// Authority is a time-stamping authority: where it answers, and the roots that its certificate must lead to.
type Authority struct {
	Name   string // as it stands in the log: host and path of its URL
	url    string
	roots  *x509.CertPool
	client *http.Client
}

// maxToken bounds an answer: a token with its chain has 3 to 10 KB.
const maxToken = 256 << 10

// NewAuthority reads the address of an authority, http or https; a stamp is signed, so that the way it comes need not be trusted.
func NewAuthority(address string, roots *x509.CertPool) (Authority, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || roots == nil {
		return Authority{}, fmt.Errorf("reading the address of a time-stamping authority: want http:// or https://, and its root certificates")
	}
	return Authority{Name: u.Host + u.Path, url: address, roots: roots, client: &http.Client{Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}, nil
}

// Token is a verified time stamp as the authority answered it.
type Token struct {
	DER []byte
	At  time.Time // what the authority says, UTC
}

// Stamp asks for a time stamp over the SHA-256 of content, with a nonce, and verifies it.
func (a Authority) Stamp(ctx context.Context, content []byte) (Token, error) {
	fail := func(err error) (Token, error) {
		return Token{}, fmt.Errorf("asking %s for a time stamp: %w", a.Name, err)
	}
	request, err := tspclient.NewRequest(tspclient.RequestOptions{Content: content, HashAlgorithm: crypto.SHA256})
	if err != nil {
		return fail(err)
	}
	query, err := request.MarshalBinary()
	if err != nil {
		return fail(err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.url, bytes.NewReader(query))
	if err != nil {
		return fail(err)
	}
	req.Header.Set("Content-Type", tspclient.MediaTypeTimestampQuery)
	res, err := a.client.Do(req)
	if err != nil {
		return fail(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxToken+1))
	if err != nil || len(body) > maxToken || res.StatusCode != http.StatusOK {
		return fail(errors.Join(err, fmt.Errorf("it answered %s with %d bytes", res.Status, len(body))))
	}
	der, err := tokenIn(body, request)
	if err != nil {
		return fail(err)
	}
	at, err := Verify(der, content, a.roots)
	if err != nil {
		return fail(err)
	}
	return Token{der, at}, nil
}

// tokenIn takes the token out of an answer that fits the request: status, policy, imprint, nonce.
func tokenIn(body []byte, request *tspclient.Request) (der []byte, err error) {
	defer refusePanic(&err)
	var response tspclient.Response
	if err := response.UnmarshalBinary(body); err != nil {
		return nil, err
	}
	if err := response.Validate(request); err != nil {
		return nil, err
	}
	return response.TimestampToken.FullBytes, nil
}

// refusePanic turns a parser that stumbles over hostile bytes into a refusal.
func refusePanic(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("the bytes cannot be read: %v", p)
	}
}

// Verify checks a token against the content it stamps and the roots, at the time that the token itself names, and answers that
// time. The certificate must be for time stamping and nothing else.
func Verify(der, content []byte, roots *x509.CertPool) (at time.Time, err error) {
	defer refusePanic(&err)
	token, err := tspclient.ParseSignedToken(der)
	if err != nil {
		return at, err
	}
	info, err := token.Info()
	if err != nil {
		return at, err
	}
	stamped, err := info.Validate(content)
	if err != nil {
		return at, err
	}
	if _, err := token.Verify(context.Background(), x509.VerifyOptions{CurrentTime: stamped.Value, Roots: roots}); err != nil {
		return at, err
	}
	return stamped.Value.UTC(), nil
}

// Stamper has the newest checkpoint stamped by every authority. A stamp over the newest checkpoint holds for all events before
// it, so that nothing queues up while an authority is down: the first stamp after it covers all.
type Stamper struct {
	DB          *postgres.DB // role recobro_log
	Authorities []Authority
	Every       time.Duration // how old the last stamp of an authority may be; zero stamps at once
	Logger      *slog.Logger
}

// Step asks every authority whose last stamp is too old, unless it stamped the newest checkpoint already.
func (s *Stamper) Step(ctx context.Context) error {
	var problems []error
	for _, a := range s.Authorities {
		problems = append(problems, s.stamp(ctx, a))
	}
	return errors.Join(problems...)
}

func (s *Stamper) stamp(ctx context.Context, a Authority) error {
	var newest evidence.Checkpoint
	var fresh bool
	err := s.DB.View(ctx, "", func(tx *postgres.Tx) (err error) {
		if newest, err = evidence.NewestCheckpoint(tx); err != nil {
			return err
		}
		return tx.Get(&fresh, `select exists (select 1 from ev.stamps where tsa = $1 and (size = $2 or at > clock_timestamp() - $3::interval))`,
			a.Name, newest.Size, fmt.Sprintf("%d seconds", int(s.Every.Seconds())))
	})
	if err != nil || fresh || newest.Size == 0 {
		return err
	}
	token, err := a.Stamp(ctx, []byte(newest.Note))
	if err != nil {
		return err
	}
	err = s.DB.Write(ctx, "", func(tx *postgres.Tx) error {
		_, err := tx.Exec(`insert into ev.stamps (size, tsa, token, gen_time, at) values ($1, $2, $3, $4, clock_timestamp()) on conflict do nothing`, newest.Size, a.Name, token.DER, token.At)
		return err
	})
	if err != nil {
		return fmt.Errorf("storing a time stamp of %s: %w", a.Name, err)
	}
	return nil
}

// Run stamps until ctx ends. What goes wrong is logged and tried again.
func (s *Stamper) Run(ctx context.Context, every time.Duration) {
	for {
		if err := s.Step(ctx); err != nil && ctx.Err() == nil {
			s.Logger.Error("stamping the log", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(every):
		}
	}
}
