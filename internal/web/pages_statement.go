package web

import (
	"html/template"
	"net/http"
	"net/url"
	"time"

	"github.com/google/uuid"
	"github.com/gorilla/mux"

	"recobro/internal/access"
	"recobro/internal/day"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/money"
	"recobro/internal/problem"
	"recobro/internal/statements"
)

// statementSubjects are the addresses under which statements stand, with the subject that their id names.
var statementSubjects = map[string]func(uuid.UUID) statements.Subject{
	"/cases":    func(id uuid.UUID) statements.Subject { return statements.Subject{Case: id} },
	"/debts":    func(id uuid.UUID) statements.Subject { return statements.Subject{Debt: id} },
	"/accounts": func(id uuid.UUID) statements.Subject { return statements.Subject{Account: id} },
}

func (s *Server) statementPages() {
	read := access.To(access.ActRead, access.ObjStatement)
	s.page("POST", "/rates/tick", access.To(access.ActVerify, access.ObjLaw), s.tickRates)
	for _, base := range []string{"/cases", "/debts", "/accounts"} {
		s.page("GET", base+"/{id}/statement", read, func(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
			return s.statementPage(w, r, who, base)
		})
		s.page("GET", base+"/{id}/statement/{format}", read, func(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
			return s.statementDownload(w, r, who, base)
		})
	}
}

var errInstant = problem.New(problem.Invalid, "instant_invalid", "El momento no es válido.", "The instant is not valid.")

// readStatement computes the statement that an address asks for.
func (s *Server) readStatement(r *http.Request, who evidence.Actor, base string) (found statements.Statement, err error) {
	id, err := idOf(r)
	if err != nil {
		return found, err
	}
	asked := r.URL.Query()
	q := statements.Question{Subject: statementSubjects[base](id), Currency: money.Currency(asked.Get("currency"))}
	if v := asked.Get("as_of"); v != "" {
		if q.AsOf, err = day.Parse(v); err != nil {
			return found, errDay
		}
	}
	if v := asked.Get("known_at"); v != "" {
		if q.KnownAt, err = time.Parse(time.RFC3339Nano, v); err != nil {
			return found, errInstant
		}
	}
	return s.compute(r.Context(), who, q)
}

func (s *Server) statementPage(w http.ResponseWriter, r *http.Request, who evidence.Actor, base string) error {
	found, err := s.readStatement(r, who, base)
	if err != nil {
		return err
	}
	lang, asked := s.tongue(r, who), r.URL.Query()
	sheet := statementSheet{head: head{Title: text(lang, "statement.title", found.AsOf.Short(lang)), Section: "/cases"}, Statement: found, Address: r.URL.Path,
		Currencies: asked.Get("currency"), Fixed: asked.Get("known_at"), Zone: found.Packs[0].Zone, Applied: statements.Payments(found.Statement),
		Given: statements.GivenUp(found.Statement), Costs: statements.Costs(found.Statement)}
	if err := s.explainRates(r, who, &sheet); err != nil {
		return err
	}
	if asked.Get("daily") != "" {
		if sheet.Months, err = monthsOf(lang, found.Statement); err != nil {
			return err
		}
	}
	return s.show(w, r, http.StatusOK, "statement", sheet)
}

// statementDownload answers a statement as a file; the PDF opens in the browser's own reader.
func (s *Server) statementDownload(w http.ResponseWriter, r *http.Request, who evidence.Actor, base string) error {
	found, err := s.readStatement(r, who, base)
	if err != nil {
		return err
	}
	for _, f := range formats {
		if f.ending != "."+mux.Vars(r)["format"] {
			continue
		}
		file, err := s.statementFile(found, s.tongue(r, who), f)
		if err != nil {
			return err
		}
		if f.ending == ".pdf" {
			return sendPDF(w, file.name, file.data)
		}
		w.Header().Set("Content-Type", file.mediaType)
		w.Header().Set("Content-Disposition", documents.Disposition(file.name))
		_, err = w.Write(file.data)
		return err
	}
	return problem.Missing
}

// statementSheet is the claim on a day, with every line and period that explains it.
type statementSheet struct {
	head
	statements.Statement
	Address    string // of the page, without its question
	Currencies string // the one asked for, of an account
	Fixed      string // the instant asked for; empty is all that is known
	Zone       *time.Location
	RateLines  []rateLine
	Applied    []statements.Applied
	Given      []statements.Part
	Costs      []statements.Part
	Months     []month // day by day, when asked for
	Ticks      ticks
}

// Query asks for this same statement again, exactly. It is typed as part of an address: a template escapes the "=" and "&" of a plain string,
// and the file that a reader then downloads is of today and not of the day that the page shows.
func (p statementSheet) Query() template.URL {
	q := url.Values{"as_of": {p.AsOf.String()}, "known_at": {p.KnownAt.UTC().Format(time.RFC3339Nano)}}
	if p.Currencies != "" {
		q.Set("currency", p.Currencies)
	}
	return template.URL(q.Encode())
}

// Known is the instant up to which things were recorded, in the zone of the case.
func (p statementSheet) Known() time.Time { return p.KnownAt.In(p.Zone) }

// Whole says that the statement is of everything of the debtor.
func (p statementSheet) Whole() bool { return p.Subject.Account != uuid.Nil }

// One says that it is of a single debt.
func (p statementSheet) One() bool { return p.Subject.Debt != uuid.Nil }
