package simulation

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"

	"recobro/internal/access"
)

// caller speaks to the public API with one person's or system's token, as any program would.
type caller struct {
	base, token string
	secret      string // of the person's authenticator; a system has none
	http        *http.Client
}

func newCaller(base, token, secret string) *caller {
	return &caller{base: base, token: token, secret: secret, http: &http.Client{Timeout: 60 * time.Second}}
}

// refusal is a problem document that the API answered with.
type refusal struct {
	Status int    `json:"status"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Errors []struct {
		Pointer string `json:"pointer"`
		Code    string `json:"code"`
	} `json:"errors"`
	path string
}

func (r *refusal) Error() string {
	return fmt.Sprintf("%s: %d %s %s %v", r.path, r.Status, r.Code, r.Detail, r.Errors)
}

func (c *caller) get(ctx context.Context, path string, out any) error {
	return c.do(ctx, http.MethodGet, path, nil, out)
}

func (c *caller) post(ctx context.Context, path string, in, out any) error {
	return c.do(ctx, http.MethodPost, path, in, out)
}

// do makes one call. A person who is asked to confirm that it is them does so with a code, as at any screen, and repeats.
func (c *caller) do(ctx context.Context, method, path string, in, out any) error {
	err := c.once(ctx, method, path, in, out)
	var no *refusal
	if c.secret == "" || !errors.As(err, &no) || no.Code != access.ErrStepUp.Code {
		return err
	}
	code, err := totp.GenerateCode(c.secret, time.Now())
	if err != nil {
		return fmt.Errorf("making a code: %w", err)
	}
	if err := c.once(ctx, http.MethodPost, "/sessions/current:prove", map[string]string{"code": code}, nil); err != nil {
		return err
	}
	return c.once(ctx, method, path, in, out)
}

func (c *caller) once(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("writing the body of %s: %w", path, err)
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+"/api/v1"+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Accept", "application/json")
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Idempotency-Key", uuid.NewString())
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("calling %s: %w", path, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 400 {
		r := &refusal{path: method + " " + path}
		_ = json.NewDecoder(resp.Body).Decode(r) // a body that is no problem document leaves the status
		r.Status = resp.StatusCode
		return r
	}
	if out == nil {
		_, err = io.Copy(io.Discard, resp.Body)
		return err
	}
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
		return fmt.Errorf("reading the answer of %s: %w", path, err)
	}
	return nil
}
