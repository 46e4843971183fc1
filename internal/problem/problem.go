// Package problem is the one error that callers act on: a kind, a stable code and a sentence in both languages for the
// person who reads it. The rule: whatever is not a *problem.Error is internal, and its text is never shown outside.
package problem

import (
	"errors"
	"fmt"
	"strings"
)

// Kind decides the HTTP status and nothing else does.
type Kind string

const (
	Invalid         Kind = "invalid"         // 422: understood, but not acceptable as it stands
	Malformed       Kind = "malformed"       // 400: not readable at all
	Unauthenticated Kind = "unauthenticated" // 401
	Forbidden       Kind = "forbidden"       // 403: only when the caller may know that the thing exists
	NotFound        Kind = "not_found"       // 404: also for what the caller may not see
	NotAcceptable   Kind = "not_acceptable"  // 406: no format that was asked for is offered
	Conflict        Kind = "conflict"        // 409
	Stale           Kind = "stale"           // 412
	NoPrecondition  Kind = "no_precondition" // 428
	TooLarge        Kind = "too_large"       // 413
	TooMany         Kind = "too_many"        // 429
	Unavailable     Kind = "unavailable"     // 503: try again later
	Internal        Kind = "internal"        // 500
)

// Status is the HTTP status of the kind.
func (k Kind) Status() int {
	switch k {
	case Invalid:
		return 422
	case Malformed:
		return 400
	case Unauthenticated:
		return 401
	case Forbidden:
		return 403
	case NotFound:
		return 404
	case NotAcceptable:
		return 406
	case Conflict:
		return 409
	case Stale:
		return 412
	case NoPrecondition:
		return 428
	case TooLarge:
		return 413
	case TooMany:
		return 429
	case Unavailable:
		return 503
	}
	return 500
}

// Text is one sentence in the two languages of Recobro.
type Text struct {
	ES string `json:"es"`
	EN string `json:"en"`
}

// In returns the sentence in lang ("es" or "en"); Spanish for anything else.
func (t Text) In(lang string) string {
	if lang == "en" && t.EN != "" {
		return t.EN
	}
	return t.ES
}

// Reason says what is wrong with one field or item. Pointer is a JSON pointer ("/items/3/debt/due_on"), Code is stable.
// Neither Code nor Text ever echoes the value that was sent.
type Reason struct {
	Pointer string `json:"pointer,omitempty"`
	Code    string `json:"code"`
	Text    Text   `json:"text"`
}

// Error is what a caller can act on. Code is stable: programs branch on it, it becomes the last part of the RFC 9457 type.
type Error struct {
	Kind    Kind
	Code    string
	Text    Text
	Reasons []Reason
}

func (e *Error) Error() string {
	if len(e.Reasons) == 0 {
		return fmt.Sprintf("%s: %s", e.Code, e.Text.EN)
	}
	r := e.Reasons[0]
	return fmt.Sprintf("%s: %s (%s: %s)", e.Code, e.Text.EN, strings.TrimSpace(r.Pointer+" "+r.Code), r.Text.EN)
}

// New makes a problem of a kind with its stable code and its sentence in Spanish and English.
func New(kind Kind, code, es, en string) *Error {
	return &Error{Kind: kind, Code: code, Text: Text{ES: es, EN: en}}
}

// With returns a copy of e that also carries reasons.
func (e *Error) With(reasons ...Reason) *Error {
	c := *e
	c.Reasons = append(append([]Reason(nil), e.Reasons...), reasons...)
	return &c
}

// Is makes errors.Is match on the code, so that a problem with reasons still equals its plain form.
func (e *Error) Is(target error) bool {
	var t *Error
	return errors.As(target, &t) && t.Code == e.Code
}

// Of returns the problem inside err, or nil when err is internal.
func Of(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// Missing is the answer for what does not exist and for what the caller may not see; the two cannot be told apart.
var Missing = New(NotFound, "not_found", "No existe o no está a su alcance.", "It does not exist or is not within your reach.")
