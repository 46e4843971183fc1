package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"github.com/gorilla/mux"

	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// tried is a form that was refused: shown again with what was typed and what is wrong.
type tried struct {
	Name    string
	Values  url.Values
	Refusal *refusalText
	status  int
}

type refusalText struct {
	Sentence string
	Reasons  []string
}

// form is one form of a page as its template sees it.
type form struct {
	Name    string
	Key     string // of the operation: the same form sent twice does its work once
	Open    bool
	Refusal *refusalText
	values  url.Values
}

// form prepares the form of that name; the one that was refused keeps its input.
func (t tried) form(name string) form {
	f := form{Name: name, Key: newKey()}
	if t.Name == name && name != "" {
		f.Open, f.Refusal, f.values = true, t.Refusal, t.Values
	}
	return f
}

// Value is what was typed into a field.
func (f form) Value(field string) string { return f.values.Get(field) }

// Is says whether a choice was made.
func (f form) Is(field, value string) bool { return f.values.Get(field) == value }

// submitted is a form on its way into an action. Next names the page to go to by what the action made.
type submitted[T any] struct {
	name, done string
	do         func(context.Context) (T, error)
	next       func(T) string
	again      func(tried) error // the page of the form, once more
	shown      func(T) error     // answers in place of next where a secret is shown, which is kept nowhere; a form sent again gets none
}

// submit runs the action of a form at most once and leads the browser on. What the person can mend is shown beside the form.
func submit[T any](s *Server, w http.ResponseWriter, r *http.Request, in submitted[T]) error {
	state := requestOf(r.Context())
	if err := readForm(r); err != nil {
		return err
	}
	if _, err := uuid.Parse(r.PostFormValue("operation")); err == nil {
		state.key = "form-" + r.PostFormValue("operation")
	}
	call := huma.Operation{Method: http.MethodPost, OperationID: in.name, DefaultStatus: http.StatusSeeOther}
	where := func(made T) ([]byte, error) { return []byte(in.next(made)), nil }
	answer, made, replayed, err := once(r.Context(), s.Log, call, in.do, where)
	refused := problem.Of(err)
	switch {
	case err == nil && in.shown != nil && !replayed:
		return in.shown(made)
	case err == nil:
		s.doneWith(w, r, string(answer.Body), in.done)
		return nil
	case refused == nil || in.again == nil || refused.Kind == problem.NotFound || refused.Kind == problem.Unauthenticated:
		return err
	}
	lang := s.tongue(r, state.who)
	t := tried{Name: in.name, Values: r.PostForm, status: refused.Kind.Status(), Refusal: &refusalText{Sentence: refused.Text.In(lang)}}
	for _, reason := range refused.Reasons {
		if sentence := reason.Text.In(lang); sentence != t.Refusal.Sentence {
			t.Refusal.Reasons = append(t.Refusal.Reasons, sentence)
		}
	}
	return in.again(t)
}

// maxField is the longest text of a field, in characters; a file is no field.
const maxField = 20_000

// readForm reads the whole body, so that the operation's hash covers it, and refuses what the database could not hold.
func readForm(r *http.Request) error {
	var err error
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		err = r.ParseMultipartForm(maxBody)
	} else {
		err = r.ParseForm()
	}
	if err == nil {
		_, err = io.Copy(io.Discard, r.Body)
	}
	var large *http.MaxBytesError
	if err != nil && !errors.As(err, &large) {
		return errForm
	}
	for _, values := range r.PostForm {
		for _, v := range values {
			if strings.Contains(v, "\x00") || !utf8.ValidString(v) || utf8.RuneCountInString(v) > maxField {
				return errForm
			}
		}
	}
	return err
}

var (
	errForm = problem.New(problem.Malformed, "form_malformed", "El formulario no es legible.", "The form cannot be read.")
	errFile = problem.New(problem.Invalid, "file_missing", "Elija un fichero.", "Choose a file.")
	errDay  = problem.New(problem.Invalid, "day_invalid", "La fecha no es válida.", "The date is not valid.")
)

// idOf is the id in the address; the route table lets nothing else through.
func idOf(r *http.Request) (uuid.UUID, error) {
	id, err := uuid.Parse(mux.Vars(r)["id"])
	if err != nil {
		return id, problem.Missing
	}
	return id, nil
}

// dayOf reads a date field; empty is no date.
func dayOf(r *http.Request, field string) (day.Date, error) {
	raw := strings.TrimSpace(r.PostFormValue(field))
	if raw == "" {
		return day.Date{}, nil
	}
	d, err := day.Parse(raw)
	if err != nil {
		return d, errDay
	}
	return d, nil
}

var (
	plainFigure   = regexp.MustCompile(`^([0-9]+)(?:([.,])([0-9]+))?$`)
	groupedFigure = regexp.MustCompile(`^([0-9]{1,3}(?:[.][0-9]{3})+|[0-9]{1,3}(?:,[0-9]{3})+)(?:([.,])([0-9]+))?$`)
)

// amountOf reads an amount as people write it: 1234,5 or 1.234,50 or 1234.50. A lone separator before exactly three figures
// groups thousands when the reader's language groups with it; otherwise it begins the cents.
func amountOf(raw, lang string, c money.Currency) (money.Amount, error) {
	raw = strings.NewReplacer(" ", "", "\u00a0", "", "€", "", "$", "").Replace(strings.TrimSpace(raw))
	grouping := "."
	if localeOf(lang, c) != "es" {
		grouping = ","
	}
	whole, cents := "", ""
	if m := plainFigure.FindStringSubmatch(raw); m != nil {
		whole, cents = m[1], m[3]
		if len(m[1]) <= 3 && len(cents) == 3 && m[2] == grouping {
			whole, cents = m[1]+cents, ""
		}
	} else if m := groupedFigure.FindStringSubmatch(raw); m != nil && (m[2] == "" || !strings.Contains(m[1], m[2])) {
		whole, cents = strings.NewReplacer(".", "", ",", "").Replace(m[1]), m[3]
	}
	whole = strings.TrimLeft(whole, "0")
	if whole == "" && strings.HasPrefix(raw, "0") {
		whole = "0"
	}
	if cents != "" {
		cents = "." + cents
	}
	a, err := money.Parse(whole+cents, c)
	if err != nil {
		return a, badAmount(lang, c)
	}
	return a, nil
}

// badAmount shows how figures are written for this reader and currency.
func badAmount(lang string, c money.Currency) error {
	like := figure(lang, money.Of(348000, c))
	return problem.New(problem.Invalid, "amount_invalid", "El importe no es válido: escríbalo así, "+like+".", "The amount is not valid: write it like "+like+".")
}

// formAmount reads the amount field of a form in the words of whoever typed it.
func (s *Server) formAmount(r *http.Request, field string, who evidence.Actor, c money.Currency) (money.Amount, error) {
	return amountOf(r.PostFormValue(field), s.tongue(r, who), c)
}
