package web

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/court"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/postgres"
)

func (s *Server) courtPages() {
	s.page("POST", "/cases/{id}/proceedings", access.To(access.ActRecord, access.ObjProceeding), s.openProceeding)
	s.page("POST", "/cases/{id}/negotiations", access.To(access.ActRecord, access.ObjProceeding), s.recordNegotiation)
	s.page("POST", "/cases/{id}/suit", access.To(access.ActRecord, access.ObjProceeding), s.askToSue)
	s.page("GET", "/proceedings/{id}", access.To(access.ActRead, access.ObjProceeding), s.proceedingPage)
	s.page("POST", "/proceedings/{id}/acts", access.To(access.ActRecord, access.ObjAct), s.recordCourtAct)
	s.page("POST", "/proceedings/{id}/filings", access.To(access.ActDraft, access.ObjFiling), s.draftFiling)
	s.page("GET", "/proceedings/{id}/filings/{filing}/preview", access.To(access.ActRead, access.ObjFiling), s.filingPreview)
	s.page("POST", "/proceedings/{id}/deadlines/{deadline}/complete", access.To(access.ActComplete, access.ObjDeadline), s.completeDeadline)
	for step, act := range map[string]access.Action{"submit": access.ActSubmit, "approve": access.ActApprove, "reject": access.ActReject, "sign": access.ActSign, "file": access.ActFile} {
		s.page("POST", "/proceedings/{id}/filings/{filing}/"+step, access.To(act, access.ObjFiling), s.filingStep(step))
	}
}

// proceedingSheet is one court process: its filings, acts and deadlines.
type proceedingSheet struct {
	head
	tried
	court.Proceeding
	Label, Rule string // the procedure's name, with its law
	Cases       []*cases.Case
	Filings     []filingLine
	Acts        []actLine
	Deadlines   []deadlineLine
	Choices     []choice // acts that may come now
	Judges      bool     // one of them decides on costs
	Files       bool     // one of them is the filing, which is written outside
	Ahead       court.Ahead
	May         map[string]bool
	Today       day.Date
}

// filingLine is one filing with what the reader may do to it.
type filingLine struct {
	court.Filing
	May    map[string]bool
	Checks []check // of its figures, while it is not signed
	Ticks  ticks
}

// actLine is one act in the reader's language.
type actLine struct {
	court.Act
	Name string
}

// choice is one value of a select.
type choice struct{ Value, Name string }

// deadlineLine is one deadline with what explains it.
type deadlineLine struct {
	court.Deadline
	Name    string
	Skipped int
	Told    []string // how it came about, line by line
	Left    int      // days from today
	Tone    string
}

// Form is one of the page's forms.
func (p proceedingSheet) Form(name string) form { return p.form(name) }

func (s *Server) proceedingPage(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.showProceeding(w, r, who, tried{status: http.StatusOK})
}

func (s *Server) showProceeding(w http.ResponseWriter, r *http.Request, who evidence.Actor, t tried) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	sheet := proceedingSheet{tried: t}
	if err := s.readProceeding(r.Context(), who, s.tongue(r, who), id, &sheet); err != nil {
		return err
	}
	sheet.offer(who)
	if err := s.checkFilings(r, who, &sheet); err != nil {
		return err
	}
	sheet.head = head{Title: sheet.Label, Section: "/cases"}
	return s.show(w, r, t.status, "proceeding", sheet)
}

func (s *Server) readProceeding(ctx context.Context, who evidence.Actor, lang string, id uuid.UUID, p *proceedingSheet) error {
	pr, filings, acts, err := s.Court.Read(ctx, who, id)
	if err != nil {
		return err
	}
	p.Proceeding = pr
	err = s.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) (err error) {
		p.Cases, err = casesByID(tx, who, p.CaseIDs)
		return err
	})
	if err != nil {
		return err
	}
	pack, err := s.Law.Pack(p.Jurisdiction)
	if err != nil {
		return err
	}
	deadlines, err := s.Court.Deadlines(ctx, who, id)
	if err != nil {
		return err
	}
	if p.Ahead, err = s.Court.Ahead(ctx, who, id); err != nil {
		return err
	}
	p.Today = day.In(s.Now(), pack.Zone)
	p.describe(lang, pack, filings, acts, deadlines)
	return nil
}

// describe puts the pack's names on what the proceeding holds.
func (p *proceedingSheet) describe(lang string, pack *law.Pack, filings []court.Filing, acts []court.Act, deadlines []court.Deadline) {
	names := map[string]string{}
	p.Label = p.Procedure
	for _, pr := range pack.Procedures() {
		if pr.ID != p.Procedure {
			continue
		}
		p.Label, p.Rule = pr.Name.In(lang), pr.Law
		for _, a := range pr.Acts {
			names[a.ID] = a.Name.In(lang)
		}
	}
	for _, a := range p.Ahead.Next {
		p.Choices = append(p.Choices, choice{a.ID, a.Name.In(lang)})
		p.Judges, p.Files = p.Judges || a.Judges, p.Files || a.ID == "filed"
	}
	for _, f := range filings {
		p.Filings = append(p.Filings, filingLine{Filing: f})
	}
	for _, a := range acts {
		name := names[a.Kind]
		if name == "" {
			name = word(lang, "act", a.Kind)
		}
		p.Acts = append(p.Acts, actLine{a, name})
	}
	for _, d := range deadlines {
		if d.ReplacedBy == nil {
			p.Deadlines = append(p.Deadlines, deadlineOf(lang, d, p.Today))
		}
	}
}

func deadlineOf(lang string, d court.Deadline, today day.Date) deadlineLine {
	line := deadlineLine{Deadline: d, Name: word(lang, "term", d.Rule), Left: d.DueOn.DaysSince(today), Tone: "mute"}
	var skipped []struct{ From, To day.Date }
	if json.Unmarshal(d.Skipped, &skipped) == nil {
		for _, s := range skipped {
			line.Skipped += s.To.DaysSince(s.From) + 1
		}
	}
	var told map[string]string
	if json.Unmarshal(d.Explanation, &told) == nil && told[lang] != "" {
		line.Told = strings.Split(told[lang], "\n")
	}
	switch {
	case !d.MetOn.IsZero():
		line.Tone = "ok"
	case line.Left < 0 || (line.Left <= 3 && d.Whose == "ours"):
		line.Tone = "danger"
	case line.Left <= 10 && d.Whose == "ours":
		line.Tone = "warn"
	}
	return line
}

// offer notes which buttons the reader gets; the action asks again.
func (p *proceedingSheet) offer(who evidence.Actor) {
	place := p.Cases[0].Place()
	may := func(act access.Action, object access.Object, state access.State) bool {
		return access.May(who, access.To(act, object), place, state)
	}
	p.May = map[string]bool{"act": len(p.Choices) > 0 && may(access.ActRecord, access.ObjAct, access.NoState), "complete": may(access.ActComplete, access.ObjDeadline, access.StateOpen),
		"follow": len(p.Ahead.Follow) > 0 && may(access.ActRecord, access.ObjProceeding, access.NoState),
		"draft":  p.State == court.Preparing && may(access.ActDraft, access.ObjFiling, access.NoState)}
	for i := range p.Filings {
		f := &p.Filings[i]
		f.May = map[string]bool{}
		for step, act := range map[string]access.Action{"submit": access.ActSubmit, "approve": access.ActApprove, "reject": access.ActReject, "sign": access.ActSign, "file": access.ActFile} {
			f.May[step] = may(act, access.ObjFiling, access.State(f.State)) && (f.DraftedBy != who.ID || step == "submit" || step == "file")
		}
		if f.State != court.FilingCancelled && f.State != court.FilingReturned {
			p.May["draft"] = false
		}
	}
}

func proceedingURL(id uuid.UUID) string { return "/proceedings/" + id.String() }

func (s *Server) openProceeding(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	return submit(s, w, r, submitted[court.Proceeding]{name: "proceeding", done: "proceeding_opened",
		do: func(ctx context.Context) (court.Proceeding, error) {
			return s.Court.Open(ctx, who, []uuid.UUID{id}, openingOf(r))
		},
		next:  func(p court.Proceeding) string { return proceedingURL(p.ID) },
		again: func(t tried) error { return s.showCase(w, r, who, t) }})
}

func openingOf(r *http.Request) court.Opening {
	in := court.Opening{Procedure: r.PostFormValue("procedure"), Court: r.PostFormValue("court"), Title: r.PostFormValue("title"),
		Place: law.Place{Region: r.PostFormValue("region"), Town: r.PostFormValue("town")}}
	if id, err := uuid.Parse(r.PostFormValue("follows")); err == nil {
		in.Follows = &id
	}
	return in
}

func (s *Server) askToSue(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return onCase(s, w, r, who, "suit", "approval_asked", "log", func(ctx context.Context, id uuid.UUID) (clients.Approval, error) {
		return s.Court.AskToSue(ctx, who, id)
	})
}
