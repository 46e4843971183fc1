package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/demands"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/ledger"
	"recobro/internal/postgres"
	"recobro/internal/problem"
	"recobro/internal/statements"
)

func (s *Server) demandPages() {
	to := func(act access.Action) access.Permission { return access.To(act, access.ObjDemand) }
	s.page("POST", "/cases/{id}/demands", to(access.ActDraft), s.draftDemand)
	s.page("GET", "/demands/{id}", to(access.ActRead), s.demandPage)
	s.page("GET", "/demands/{id}/preview", to(access.ActRead), s.demandPreview)
	s.page("POST", "/demands/{id}/fields", to(access.ActEdit), s.saveDemand)
	s.page("POST", "/demands/{id}/submit", to(access.ActSubmit), s.submitDemand)
	s.page("POST", "/demands/{id}/approve", to(access.ActApprove), s.approveDemand)
	s.page("POST", "/demands/{id}/reject", to(access.ActReject), s.rejectDemand)
	s.page("POST", "/demands/{id}/sign", to(access.ActSign), s.signDemand)
	s.page("POST", "/demands/{id}/cancel", to(access.ActCancel), s.cancelDemand)
	s.page("POST", "/demands/{id}/dispatch", to(access.ActDispatch), s.dispatchDemand)
	s.page("POST", "/demands/{id}/delivery", to(access.ActDeliver), s.deliverDemand)
}

// demandSheet is one formal demand with what it must contain and who has seen it.
type demandSheet struct {
	head
	tried
	demands.Demand
	Cases    []*cases.Case
	Inputs   []input
	Checks   []check
	Present  int
	Unsigned int // what stands against the signature alone
	Ticks    ticks
	Blocked  string // why the letter cannot be composed at all
	Eyes     []eye
	May      map[string]bool
	Today    day.Date
}

// input is one field that people write.
type input struct{ Name, Value string }

// check is one item of the checklist in the reader's language.
type check struct{ State, Text, Law, Note string }

func checkOf(lang string, c statements.Check) check {
	return check{State: c.State, Text: c.Text.In(lang), Law: c.Law, Note: c.Note.In(lang)}
}

// eye is one step of the four eyes.
type eye struct {
	Word, Who, On string
	Mark          string // done, now or todo
}

// Form is one of the page's forms.
func (p demandSheet) Form(name string) form { return p.form(name) }

// Missing counts the checklist items that stand against the submission.
func (p demandSheet) Missing() int { return len(p.Checks) - p.Present - p.Unsigned }

// HasText says whether somebody wrote one of the fields.
func (p demandSheet) HasText() bool {
	return slices.ContainsFunc(p.Inputs, func(i input) bool { return i.Value != "" })
}

// Open says that the demand is still being written or reviewed.
func (p demandSheet) Open() bool {
	return p.State == demands.Draft || p.State == demands.InReview || p.State == demands.Approved
}

func (s *Server) demandPage(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.showDemand(w, r, who, tried{status: http.StatusOK})
}

func (s *Server) showDemand(w http.ResponseWriter, r *http.Request, who evidence.Actor, t tried) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	lang := s.tongue(r, who)
	sheet := demandSheet{head: head{Title: text(lang, "demand.title"), Section: "/cases"}, tried: t}
	if err := s.readDemand(r.Context(), who, lang, id, &sheet); err != nil {
		return err
	}
	if err := s.judge(r.Context(), who, lang, &sheet); err != nil {
		return err
	}
	sheet.Ticks = ticksFor(r, who, sheet.Ticks.Facts)
	sheet.Inputs = inputsOf(sheet.Demand, t)
	sheet.offer(who)
	return s.show(w, r, t.status, "demand", sheet)
}

func (s *Server) readDemand(ctx context.Context, who evidence.Actor, lang string, id uuid.UUID, p *demandSheet) (err error) {
	if p.Demand, err = s.Demands.Read(ctx, who, id); err != nil {
		return err
	}
	names := map[uuid.UUID]string{}
	err = s.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) (err error) {
		if p.Cases, err = casesByID(tx, who, p.CaseIDs); err != nil {
			return err
		}
		names, err = access.NamesOf(tx, signatories(p.Demand))
		return err
	})
	if err != nil {
		return err
	}
	pack, err := s.Law.Pack(p.Cases[0].Jurisdiction)
	if err != nil {
		return err
	}
	p.Today = day.In(s.Now(), pack.Zone)
	p.Eyes = eyesOf(lang, p.Demand, names)
	return nil
}

// judge holds the open letter against the checklist; what keeps it from being composed is told, not hidden.
func (s *Server) judge(ctx context.Context, who evidence.Actor, lang string, p *demandSheet) error {
	if !p.Open() {
		return nil
	}
	items, err := s.Demands.Checklist(ctx, who, p.ID)
	if e := problem.Of(err); e != nil && e.Kind != problem.NotFound {
		p.Blocked = e.Text.In(lang)
		return nil
	}
	if err != nil {
		return err
	}
	for _, i := range items {
		p.Checks = append(p.Checks, checkOf(lang, i))
		switch {
		case i.State != statements.Missing:
			p.Present++
		case i.Signature:
			p.Unsigned++
		}
		if i.ID == ledger.RateUnticked {
			p.Ticks.Facts = append(p.Ticks.Facts, i.Fact)
		}
	}
	return nil
}

func casesByID(tx *postgres.Tx, who evidence.Actor, ids []uuid.UUID) (all []*cases.Case, err error) {
	for _, id := range ids {
		c, err := cases.Get(tx, who, id)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

func signatories(d demands.Demand) []uuid.UUID {
	ids := []uuid.UUID{d.DraftedBy}
	for _, id := range []*uuid.UUID{d.ApprovedBy, d.SignedBy} {
		if id != nil {
			ids = append(ids, *id)
		}
	}
	return ids
}

// demandInputs are the fields of a demand that people write.
var demandInputs = []string{"debt_origin", "payments_note", "negotiation_contact", "contact", "data_contact", "credit_files", "costs_note"}

func inputsOf(d demands.Demand, t tried) (all []input) {
	for _, name := range demandInputs {
		value := d.Fields[name]
		if t.Name == "fields" {
			value = t.Values.Get(name)
		}
		all = append(all, input{name, value})
	}
	return all
}

func eyesOf(lang string, d demands.Demand, names map[uuid.UUID]string) []eye {
	person := func(id *uuid.UUID) string {
		if id == nil {
			return ""
		}
		return names[*id]
	}
	eyes := []eye{
		{Word: "demand.eyes.drafted", Who: names[d.DraftedBy], On: d.SubmittedOn.Short(lang), Mark: "done"},
		{Word: "demand.eyes.review", Who: person(d.ApprovedBy), On: d.ApprovedOn.Short(lang)},
		{Word: "demand.eyes.sign", Who: person(d.SignedBy), On: d.IssuedOn.Short(lang)},
		{Word: "demand.eyes.dispatch", Who: word(lang, "channel", d.Channel), On: d.DispatchedOn.Short(lang)},
		{Word: "demand.eyes.delivery", On: d.DeliveredOn.Short(lang)},
	}
	if d.Channel == "" {
		eyes[3].Who = ""
	}
	now := false
	for i := 1; i < len(eyes); i++ {
		switch {
		case eyes[i].On != "":
			eyes[i].Mark = "done"
		case !now:
			eyes[i].Mark, now = "now", true
		default:
			eyes[i].Mark = "todo"
		}
	}
	return eyes
}

// offer notes which buttons the reader gets; the action asks again. Who drafted neither approves nor signs.
func (p *demandSheet) offer(who evidence.Actor) {
	p.May = map[string]bool{}
	for name, act := range map[string]access.Action{"edit": access.ActEdit, "submit": access.ActSubmit, "approve": access.ActApprove, "reject": access.ActReject,
		"sign": access.ActSign, "cancel": access.ActCancel, "dispatch": access.ActDispatch, "deliver": access.ActDeliver} {
		p.May[name] = access.May(who, access.To(act, access.ObjDemand), p.Cases[0].Place(), access.State(p.State))
	}
	other := p.DraftedBy != who.ID
	p.May["approve"], p.May["sign"] = p.May["approve"] && other, p.May["sign"] && other
	p.May["sign"] = p.May["sign"] && p.Blocked == "" && p.Unsigned == 0
	p.May["submit"] = p.May["submit"] && p.Blocked == "" && p.Missing() == 0
}

func (s *Server) demandPreview(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	pdf, err := s.Demands.Preview(r.Context(), who, id)
	if err != nil {
		return err
	}
	return sendPDF(w, "demand-"+id.String()+".pdf", pdf)
}

// sendPDF shows a letter in the browser's own reader.
func sendPDF(w http.ResponseWriter, name string, pdf []byte) error {
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", strings.Replace(documents.Disposition(name), "attachment", "inline", 1))
	_, err := w.Write(pdf)
	return err
}
