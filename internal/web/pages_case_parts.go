package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/court"
	"recobro/internal/demands"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/evidence/bundling"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/internal/problem"
	"recobro/internal/settlements"
	"recobro/internal/strategy"
)

// logLine is one entry of the log as a reader sees it.
type logLine struct {
	At            time.Time // in the zone of the case
	Icon, Tone    string
	Title, Detail string
	By            string
	Grade         int // 0: a fact of the system, which carries none
	Seq           int
	Leaf          string
	Sealed        int64 // size of the first checkpoint that covers it; 0 while none does
	Papers        []uuid.UUID
	Hidden        bool
}

const pageOfLog = 30

// readLog reads a page of the log. Who may not see what an entry says sees, in the firm, that it is there; a client company's
// people see only what is theirs to see.
func (s *Server) readLog(tx *postgres.Tx, r *http.Request, who evidence.Actor, p *caseSheet) error {
	before, err := strconv.Atoi(r.URL.Query().Get("before"))
	if err != nil || before < 0 {
		before = 0
	}
	lines, err := evidence.Interactions(tx, evidence.CaseOf(p.ClientID, p.ID), before, pageOfLog+1)
	if err != nil {
		return err
	}
	if len(lines) > pageOfLog {
		lines = lines[:pageOfLog]
		p.Earlier = fmt.Sprintf("%s?tab=log&before=%d", caseURL(p.ID), lines[pageOfLog-1].Seq)
	}
	names, err := namesIn(tx, lines)
	if err != nil {
		return err
	}
	if len(lines) == 0 {
		return nil
	}
	sealed, err := evidence.Sealed(tx, evidence.CaseOf(p.ClientID, p.ID), lines[len(lines)-1].Seq, lines[0].Seq)
	lang := s.tongue(r, who)
	for _, l := range lines {
		if l.Fields == nil && !who.Staff {
			continue
		}
		line := told(lang, l, names, p.Currency, p.pack.Zone)
		line.Sealed = sealed[l.Seq]
		p.Log = append(p.Log, line)
	}
	return err
}

func told(lang string, l evidence.Interaction, names map[uuid.UUID]string, currency money.Currency, zone *time.Location) logLine {
	say := sayOf(l.Kind)
	line := logLine{At: l.At.In(zone), Icon: say.Icon, Tone: say.Tone, Seq: l.Seq, Leaf: l.Leaf, Hidden: l.Fields == nil}
	if !l.Occurred.IsZero() {
		line.At = l.Occurred.In(zone)
	}
	line.Title, line.Detail = say.tell(lang, l.Fields, currency)
	line.Grade, _ = strconv.Atoi(l.Fields["grade"])
	if id, err := uuid.Parse(l.Actor.ID); err == nil {
		line.By = names[id]
	}
	for _, a := range l.Attachments {
		line.Papers = append(line.Papers, a.Document)
	}
	return line
}

func namesIn(tx *postgres.Tx, lines []evidence.Interaction) (map[uuid.UUID]string, error) {
	var ids []uuid.UUID
	for _, l := range lines {
		if id, err := uuid.Parse(l.Actor.ID); err == nil && l.Actor.Kind == "person" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return access.NamesOf(tx, ids)
}

// tab is one section of the case page.
type tab struct {
	name       string
	permission access.Permission
	read       func(*Server, *postgres.Tx, *http.Request, evidence.Actor, *caseSheet) error
}

var caseSections = []tab{
	{"log", access.To(access.ActList, access.ObjInteraction), (*Server).readLog},
	{"papers", access.To(access.ActList, access.ObjDocument), readPapers},
	{"messages", access.To(access.ActList, access.ObjMessage), readNothing},
	{"demands", access.To(access.ActList, access.ObjDemand), readDemands},
	{"deals", access.To(access.ActList, access.ObjAgreement), readDeals},
	{"court", access.To(access.ActList, access.ObjProceeding), readSuits},
	{"money", access.To(access.ActRecord, access.ObjLedgerEntry), readLedger},
	{"limitation", access.To(access.ActRead, access.ObjLimitation), readLimitation},
	{"promises", access.To(access.ActList, access.ObjPromise), readPromises},
}

// readTab reads the chosen section, or the first that the reader may open.
func (s *Server) readTab(tx *postgres.Tx, r *http.Request, who evidence.Actor, p *caseSheet) error {
	var open []tab
	for _, t := range caseSections {
		if access.May(who, t.permission, p.Place(), access.NoState) {
			open = append(open, t)
		}
	}
	if len(open) == 0 {
		p.Tab = ""
		return nil
	}
	chosen := max(0, slices.IndexFunc(open, func(t tab) bool { return t.name == p.Tab }))
	p.Tab = open[chosen].name
	for _, t := range open {
		p.Tabs = append(p.Tabs, caseTab{Path: caseURL(p.ID) + "?tab=" + t.name, Word: "case.tab." + t.name, Current: t.name == p.Tab})
	}
	return open[chosen].read(s, tx, r, who, p)
}

func readPapers(_ *Server, tx *postgres.Tx, _ *http.Request, _ evidence.Actor, p *caseSheet) (err error) {
	p.Papers, err = documents.List(tx, p.ClientID, p.ID)
	return err
}

func readDemands(_ *Server, tx *postgres.Tx, _ *http.Request, who evidence.Actor, p *caseSheet) (err error) {
	p.Demands, err = demands.List(tx, who, p.Case)
	return err
}

func readDeals(_ *Server, tx *postgres.Tx, _ *http.Request, _ evidence.Actor, p *caseSheet) (err error) {
	p.Deals, err = settlements.OfCase(tx, p.ClientID, p.ID)
	return err
}

func readSuits(_ *Server, tx *postgres.Tx, _ *http.Request, _ evidence.Actor, p *caseSheet) (err error) {
	p.Suits, err = court.List(tx, p.ClientID, p.ID)
	return err
}

// readNothing is for what a desk reads in a view of its own, after this one.
func readNothing(*Server, *postgres.Tx, *http.Request, evidence.Actor, *caseSheet) error { return nil }

func readPromises(_ *Server, tx *postgres.Tx, _ *http.Request, _ evidence.Actor, p *caseSheet) (err error) {
	p.Promises, err = cases.PromisesOf(tx, p.ClientID, p.ID)
	return err
}

// offers are the forms of the page and what each needs.
var offers = map[string]access.Permission{
	"note": access.To(access.ActRecord, access.ObjInteraction), "internal": access.To(access.ActRecord, access.ObjNoteInternal),
	"promise": access.To(access.ActRecord, access.ObjPromise), "payment": access.To(access.ActRecord, access.ObjPayment),
	"hold": access.To(access.ActPlace, access.ObjHold), "dispute": access.To(access.ActRecord, access.ObjDispute),
	"document": access.To(access.ActRecord, access.ObjDocument), "demand": access.To(access.ActDraft, access.ObjDemand),
	"agreement": access.To(access.ActPropose, access.ObjAgreement), "proceeding": access.To(access.ActRecord, access.ObjProceeding),
	"limitation": access.To(access.ActRecord, access.ObjLimitation), "limitationlaw": access.To(access.ActEdit, access.ObjLimitation),
	"limitationback": access.To(access.ActReverse, access.ObjLimitation),
	"money_cost":     access.To(access.ActRecord, access.ObjLedgerEntry), "money_bearer": access.To(access.ActEdit, access.ObjLedgerEntry),
	"money_adjust": access.To(access.ActAdjust, access.ObjLedgerEntry), "money_back": access.To(access.ActReverse, access.ObjLedgerEntry),
	"money_terms": access.To(access.ActEdit, access.ObjDebt),
}

// offer notes which forms and buttons the reader gets; the action asks again.
func (p *caseSheet) offer(who evidence.Actor) {
	p.May = map[string]bool{
		"statement": access.May(who, access.To(access.ActRead, access.ObjStatement), p.Place(), access.NoState),
		"papers":    access.May(who, access.To(access.ActRead, access.ObjDocument), p.Place(), access.NoState),
		"demands":   access.May(who, access.To(access.ActRead, access.ObjDemand), p.Place(), access.NoState),
		"court":     access.May(who, access.To(access.ActRead, access.ObjProceeding), p.Place(), access.NoState),
		"evidence":  access.May(who, access.To(access.ActExport, access.ObjEvidence), p.Place(), access.NoState),
	}
	p.Profiles = bundling.Profiles(who)
	if p.Stage == cases.Closed {
		return
	}
	for name, permission := range offers {
		p.May[name] = access.May(who, permission, p.Place(), access.NoState)
	}
	p.May["lift"] = access.May(who, access.To(access.ActLift, access.ObjHold), p.Place(), access.StateOpen)
	p.May["resolve"] = access.May(who, access.To(access.ActResolve, access.ObjDispute), p.Place(), access.StateOpen)
	p.May["demand"] = p.May["demand"] && (p.Stage == cases.Amicable || p.Stage == cases.FormalDemand) && !p.demandUnderWay()
	p.May["agreement"] = p.May["agreement"] && !p.Facts.LiveAgreement()
	p.May["proceeding"] = p.May["proceeding"] && p.Stage == cases.PreLitigation && p.Facts.ProceedingID == nil
	p.May["suit"] = p.May["proceeding"] && !p.Facts.MaySueWithoutAsking && (p.Facts.SuitApproval == nil || *p.Facts.SuitApproval == "refused" || *p.Facts.SuitApproval == "expired")
	p.May["act"] = p.May["note"] || p.May["promise"] || p.May["payment"] || p.May["hold"] || p.May["dispute"] || p.May["document"] || p.May["demand"] || p.May["agreement"] || p.May["proceeding"]
}

func (p *caseSheet) demandUnderWay() bool {
	state := p.Facts.DemandState
	return p.Facts.DemandID != nil && state != nil && *state != "cancelled" && *state != "refused" && *state != "returned"
}

// move is one manual event of the step table. Why says what stands against it now.
type move struct {
	Event cases.Event
	To    cases.Stage
	Why   string
}

// nextCard is the one next step of the case and its button.
type nextCard struct {
	Title, Text string
	Why         string   // the strategy's reason, for the firm
	LeftOut     []string // steps that it passed over, each with its reason
	Path, Label string   // a link to the thing that waits
	Form        string   // or the form that does it
}

// plan says what comes next and which moves the step table leaves to a person.
func (p *caseSheet) plan(lang string, who evidence.Actor) {
	for _, step := range cases.Steps {
		if step.From != p.Stage || !step.Manual || !access.May(who, step.Permission, p.Place(), p.State()) {
			continue
		}
		m := move{Event: step.Event, To: step.To}
		if step.Guard != nil {
			if e := problem.Of(step.Guard(p.Facts, p.Today)); e != nil {
				m.Why = e.Text.In(lang)
			}
		}
		p.Moves = append(p.Moves, m)
	}
	p.Next = p.next(lang)
}

func (p *caseSheet) next(lang string) nextCard {
	card := nextCard{Title: text(lang, "case.next.none")}
	switch {
	case p.Stage == cases.Closed:
		return nextCard{Title: text(lang, "case.next.closed"), Text: text(lang, "case.closed", p.ClosedOn.Short(lang))}
	case p.PlanError != nil:
		card.Text = text(lang, "case.plan.failed", *p.PlanError)
	case p.Decided != nil:
		card.decide(lang, *p.Decided)
	}
	switch {
	case p.Facts.ProceedingID != nil:
		card.wait(lang, "nextcourt", p.Facts.ProceedingState)
		card.lead(p.May["court"], proceedingURL(*p.Facts.ProceedingID), text(lang, "case.next.court"))
	case p.demandUnderWay() && (p.Stage == cases.Amicable || p.Stage == cases.FormalDemand):
		card.wait(lang, "nextdemand", p.Facts.DemandState)
		card.lead(p.May["demands"], "/demands/"+p.Facts.DemandID.String(), text(lang, "case.next.demand"))
	case p.May["demand"]:
		card.Form, card.Label = "demand", text(lang, "form.demand")
	}
	return card
}

// decide tells what the strategy decides now, why, and what it passed over.
func (c *nextCard) decide(lang string, d strategy.Decision) {
	if d.Step != "" {
		c.Title = word(lang, "step", d.Step)
	}
	if !d.On.IsZero() {
		c.Text = text(lang, "case.next.on", d.On.Short(lang))
	}
	c.Why = d.Reason.Text.In(lang)
	if d.Step == "" { // what the case waits for is the heading
		c.Title, c.Why = c.Why, ""
	}
	for _, e := range d.Excluded {
		if e.Reason.Code != "step_done" {
			c.LeftOut = append(c.LeftOut, "«"+word(lang, "step", e.Step)+"». "+e.Reason.Text.In(lang))
		}
	}
}

// lead links to the paper that waits, for who may open it.
func (c *nextCard) lead(may bool, path, label string) {
	if may {
		c.Path, c.Label = path, label
	}
}

// wait names what the paper that is under way waits for.
func (c *nextCard) wait(lang, list string, state *string) {
	if state == nil {
		return
	}
	if title := word(lang, list, *state); title != *state {
		c.Title = title
	}
}
