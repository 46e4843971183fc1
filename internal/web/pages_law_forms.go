package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"
	"github.com/gorilla/mux"

	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/gazette"
	"recobro/internal/law"
	"recobro/internal/problem"
)

func (s *Server) approveChange(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.decideChange(w, r, who, "law_approved", func(ctx context.Context, id uuid.UUID) (gazette.Change, error) {
		return s.Gazette.Approve(ctx, who, id)
	})
}

func (s *Server) rejectChange(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.decideChange(w, r, who, "law_rejected", func(ctx context.Context, id uuid.UUID) (gazette.Change, error) {
		return s.Gazette.Reject(ctx, who, id, r.PostFormValue("reason"))
	})
}

func (s *Server) withdrawChange(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.decideChange(w, r, who, "law_withdrawn", func(ctx context.Context, id uuid.UUID) (gazette.Change, error) {
		return s.Gazette.Withdraw(ctx, who, id)
	})
}

// decideChange runs a decision on a proposal and shows the proposals again.
func (s *Server) decideChange(w http.ResponseWriter, r *http.Request, who evidence.Actor, done string, do func(context.Context, uuid.UUID) (gazette.Change, error)) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	c, err := s.changeOf(r.Context(), who, id)
	if err != nil {
		return err
	}
	return submit(s, w, r, submitted[gazette.Change]{name: "decide-" + id.String(), done: done, next: changed,
		do:    func(ctx context.Context) (gazette.Change, error) { return do(ctx, id) },
		again: func(t tried) error { return s.showLaw(w, r, who, c.Jurisdiction, "changes", t) }})
}

// changed is where a change is shown after an action on it.
func changed(c gazette.Change) string {
	return lawURL(c.Jurisdiction) + "?tab=changes#change-" + c.ID.String()
}

// lawTabOf is the section that the form of a kind of change stands in.
var lawTabOf = map[law.ChangeKind]string{law.ChangeRate: "rates", law.ChangeFactor: "rates", law.ChangeUnitValue: "units", law.ChangeHoliday: "holidays",
	law.ChangeHolidayRemoved: "holidays", law.ChangeSetting: "settings"}

func (s *Server) proposeChange(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	code := mux.Vars(r)["jurisdiction"]
	return submit(s, w, r, submitted[gazette.Change]{name: "propose", done: "law_proposed", next: changed,
		do: func(ctx context.Context) (gazette.Change, error) {
			c, err := typedChange(r, code)
			if err != nil {
				return c, err
			}
			return s.Gazette.Propose(ctx, who, c)
		},
		again: func(t tried) error {
			kind := law.ChangeKind(t.Values.Get("kind"))
			t.Name = "propose-" + string(kind)
			return s.showLaw(w, r, who, code, lawTabOf[kind], t)
		}})
}

// typedHead reads what every form of a publication has.
func typedHead(r *http.Request, code string) gazette.Change {
	field := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	return gazette.Change{Jurisdiction: code, Kind: law.ChangeKind(field("kind")), Law: field("law"), Source: field("source"), Publication: field("publication"),
		Confidence: law.Confidence(field("confidence")), Note: field("note")}
}

var errFigure = problem.New(problem.Invalid, "figure_invalid", "La cifra no es válida: escríbala así, 10,25.", "The figure is not valid: write it like 10.25.")

// typedChange reads the one row of a form.
func typedChange(r *http.Request, code string) (gazette.Change, error) {
	c := typedHead(r, code)
	field := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	row := gazette.Row{Regime: law.Regime(field("regime")), Unit: field("unit"), Region: field("region"), Place: field("town"),
		Name: problem.Text{ES: field("name_es"), EN: field("name_en")}, Setting: field("setting"), Set: field("set")}
	if row.Name.EN == "" {
		row.Name.EN = row.Name.ES
	}
	for name, into := range map[string]*day.Date{"from": &row.From, "to": &row.To, "on": &row.On} {
		var err error
		if *into, err = dayOf(r, name); err != nil {
			return c, err
		}
	}
	for name, into := range map[string]*string{"pct": &row.Pct, "value": &row.Value} {
		raw := field(name)
		if raw == "" {
			continue
		}
		plain, ok := plainFigureOf(raw)
		if !ok {
			return c, errFigure
		}
		*into = plain
	}
	c.Rows = []gazette.Row{row}
	return c, nil
}

// plainFigureOf reads a figure as people write it in either language: the mark that stands last, or alone and not as a group of
// three, begins the decimals.
func plainFigureOf(raw string) (string, bool) {
	comma, point := strings.LastIndex(raw, ","), strings.LastIndex(raw, ".")
	if comma < 0 && point >= 0 || point > comma && comma >= 0 {
		return gazette.Point.Plain(raw)
	}
	return gazette.Comma.Plain(raw)
}

func (s *Server) importSeries(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	code := mux.Vars(r)["jurisdiction"]
	return submit(s, w, r, submitted[gazette.Change]{name: "series", done: "law_proposed", next: changed,
		do: func(ctx context.Context) (gazette.Change, error) {
			file, err := uploadOf(r, "file")
			if err == nil && file == nil {
				err = errFile
			}
			if err != nil {
				return gazette.Change{}, err
			}
			c := typedHead(r, code)
			c.Rows, err = gazette.Series{Kind: c.Kind, Regime: law.Regime(r.PostFormValue("regime")), Unit: r.PostFormValue("unit"), Mark: gazette.Mark(r.PostFormValue("decimal_mark"))}.Read(file.Data)
			if err != nil {
				return c, err
			}
			return s.Gazette.Propose(ctx, who, c)
		},
		again: func(t tried) error {
			return s.showLaw(w, r, who, code, lawTabOf[law.ChangeKind(t.Values.Get("kind"))], t)
		}})
}

// vouchFacts takes a lawyer's word for the facts that were chosen, or for all that were shown.
func (s *Server) vouchFacts(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	code := mux.Vars(r)["jurisdiction"]
	return submit(s, w, r, submitted[[]gazette.Change]{name: "vouch", done: "law_vouched",
		do: func(ctx context.Context) ([]gazette.Change, error) {
			vouch := s.Gazette.Tick
			if law.ChangeKind(r.PostFormValue("word")) == law.ChangeConfirm {
				vouch = s.Gazette.Confirm
			}
			facts := r.PostForm["fact"]
			if r.PostFormValue("all") != "" {
				facts = r.PostForm["shown"]
			}
			return vouch(ctx, who, facts, r.PostFormValue("note"))
		},
		next: func([]gazette.Change) string {
			if r.PostFormValue("tab") == "rates" {
				return lawURL(code) + "?tab=rates#sections"
			}
			return lawURL(code) + "?tab=facts&awaits=" + url.QueryEscape(r.PostFormValue("word")) + "#sections"
		},
		again: func(t tried) error { return s.showLaw(w, r, who, code, cmp.Or(r.PostFormValue("tab"), "facts"), t) }})
}
