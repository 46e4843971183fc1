package law

import (
	"fmt"
	"slices"

	"recobro/internal/day"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// The gates that a procedure may ask for. The evaluation of each stands below; what it asks, and by which article, is the pack's.
const (
	GateDue         = "due"          // the debt is liquid and due
	GateAmount      = "amount"       // within the limits of the procedure
	GateTitle       = "title"        // a title of a kind that it enforces
	GateWait        = "wait"         // the waiting time after the title is over
	GateBusiness    = "business"     // between businesses only
	GateCrossBorder = "cross_border" // a party in another of the countries
	GateDemand      = "demand"       // a demand was delivered and its term is over
	GateLimitation  = "limitation"   // the claim is not time-barred
	GateNegotiation = "negotiation"  // an attempt to settle with every defendant
)

var knownGates = []string{GateDue, GateAmount, GateTitle, GateWait, GateBusiness, GateCrossBorder, GateDemand, GateLimitation, GateNegotiation}

// GateRule is one thing that must stand before a procedure is filed. Over, Within, Grade and Means belong to negotiation: the term
// after which an unanswered request is over, the term to sue, the least proof of receipt, and which ways of negotiating count.
type GateRule struct {
	Fact      `yaml:",inline"`
	ID        string       `yaml:"id"`
	Text      problem.Text `yaml:"text"`
	From      day.Date     `yaml:"from"` // for what is filed from this day on; zero: always
	Over      string       `yaml:"over"`
	Within    string       `yaml:"within"`
	Grade     int          `yaml:"grade"`
	Means     []string     `yaml:"means"`
	Titles    []string     `yaml:"titles"`    // wait: only after these titles
	Countries []string     `yaml:"countries"` // cross_border
}

// SuitFacts is what the gates look at. All days are of the jurisdiction; zero days are facts that are not there.
type SuitFacts struct {
	On                     day.Date     // the day of filing, or today
	BegunOn                day.Date     // the day on which the first procedure of a chain was filed: negotiation is asked of that day
	Claim                  money.Amount // what is claimed
	DueOn                  day.Date     // the latest due day of the debts
	LimitationOn           day.Date     // the last day to sue
	Business               bool         // all debts are between businesses
	DebtKinds              []string     // invoice, note, cheque …
	Title                  string       // the title that the lawyer names, or that the procedure before gave
	TitleOn                day.Date     // the day of that title
	DeliveredOn, DemandEnd day.Date     // of the demand
	CreditorCountry        string
	Defendants             []Defendant
}

// Defendant is one person sued, with the attempts to negotiate with that person.
type Defendant struct {
	ID, Name, Country string
	Attempts          []Attempt
}

// Attempt is one request to negotiate. Grade is of the proof of receipt, 1 to 5. EndedOn is the day on which the talks ended
// without agreement; zero while nobody has answered.
type Attempt struct {
	Means                            string
	RequestedOn, ReceivedOn, EndedOn day.Date
	Grade                            int
}

// Gate is one gate as it stands. Code and Missing say what is missing and how it is mended; both empty: it is open. Party is the
// defendant that it is about. SueBy is the deadline to sue that an attempt to negotiate started, zero without one.
type Gate struct {
	ID        string
	Text      problem.Text
	Party     string
	PartyName string
	Code      string
	Missing   problem.Text
	SueBy     Deadline
	Fact
}

// Open tells whether the gate holds.
func (g Gate) Open() bool { return g.Code == "" }

// Reason is the closed gate as a coded reason.
func (g Gate) Reason() problem.Reason {
	text := g.Missing
	if g.PartyName != "" {
		text = problem.Text{ES: g.PartyName + ": " + text.ES, EN: g.PartyName + ": " + text.EN}
	}
	pointer := "/gates/" + g.ID
	if g.Party != "" {
		pointer += "/" + g.Party
	}
	return problem.Reason{Pointer: pointer, Code: g.Code, Text: text}
}

// Gates are what the procedure asks before it is filed, each open or closed with what is missing; negotiation once for every
// defendant. Problems: procedure_unknown, fact_unverified, unit_missing, term_unknown.
func (p *Pack) Gates(procedure string, f SuitFacts) ([]Gate, error) {
	pr, err := p.Procedure(procedure)
	if err != nil {
		return nil, err
	}
	var all []Gate
	for _, r := range pr.Gates {
		if !r.From.IsZero() && day.Earlier(f.On, f.BegunOn).Before(r.From) {
			continue
		}
		if err := p.allow(p.id("procedure."+pr.ID+".gate."+r.ID), r.Fact); err != nil {
			return nil, err
		}
		g := Gate{ID: r.ID, Text: r.Text, Fact: r.Fact}
		if r.ID != GateNegotiation {
			if g.Code, g.Missing, err = p.shut(pr, r, f); err != nil {
				return nil, err
			}
			all = append(all, g)
			continue
		}
		for _, d := range f.Defendants {
			one := g
			one.Party, one.PartyName = d.ID, d.Name
			if err := p.negotiated(&one, r, f, d); err != nil {
				return nil, err
			}
			all = append(all, one)
		}
	}
	return all, nil
}

// shut says why a gate of the claim itself is closed; an empty code when it is open.
func (p *Pack) shut(pr Procedure, r GateRule, f SuitFacts) (code string, missing problem.Text, err error) {
	say := func(code, es, en string) (string, problem.Text, error) {
		return code, problem.Text{ES: es, EN: en}, nil
	}
	switch r.ID {
	case GateDue:
		if f.DueOn.IsZero() || !f.DueOn.Before(f.On) {
			return say("debt_not_due", "Hay deuda que aún no ha vencido: espere a su vencimiento o sepárela.", "Some debt is not due yet: wait for its due day or take it out.")
		}
	case GateAmount:
		takes, err := p.Takes(pr, f.Claim, f.On)
		if err != nil {
			return "", problem.Text{}, err
		}
		if !takes {
			return say("procedure_amount", "Ese procedimiento no admite una reclamación de ese importe: elija otro.", "That procedure does not take a claim of that amount: choose another.")
		}
	case GateTitle:
		return p.untitled(pr, f)
	case GateWait:
		return p.waiting(r, f)
	case GateBusiness:
		if !f.Business {
			return say("consumer_debt", "No cabe para deudas de consumidores: elija otro procedimiento.", "Not for debts of consumers: choose another procedure.")
		}
	case GateCrossBorder:
		if !r.crossesBorder(p.Code, f) {
			return say("not_cross_border", "Ninguna parte tiene su domicilio en otro Estado miembro: elija un procedimiento nacional.", "No party lives in another member state: choose a national procedure.")
		}
	case GateDemand:
		if f.DeliveredOn.IsZero() {
			return say("demand_not_delivered", "No consta la entrega del requerimiento: envíelo y anote su prueba.", "There is no proof that the demand was delivered: send it and record its proof.")
		}
		if !f.DemandEnd.Before(f.On) {
			return say("demand_term_running", fmt.Sprintf("El plazo del requerimiento termina el %s.", f.DemandEnd), fmt.Sprintf("The term of the demand ends on %s.", f.DemandEnd))
		}
	case GateLimitation:
		if !f.LimitationOn.IsZero() && f.LimitationOn.Before(f.On) && f.BegunOn.IsZero() {
			return say("limitation_past", fmt.Sprintf("La deuda prescribió el %s.", f.LimitationOn), fmt.Sprintf("The debt became time-barred on %s.", f.LimitationOn))
		}
	}
	return "", problem.Text{}, nil
}

// untitled asks for a title of a kind that the procedure enforces, named by the lawyer or being the debts themselves.
func (p *Pack) untitled(pr Procedure, f SuitFacts) (string, problem.Text, error) {
	if t, ok := pr.title(f.Title); ok && !t.FromDebt {
		return "", problem.Text{}, nil
	}
	itself := func(kind string) bool { t, ok := pr.title(kind); return ok && t.FromDebt }
	if f.Title == "" && len(f.DebtKinds) > 0 && !slices.ContainsFunc(f.DebtKinds, func(kind string) bool { return !itself(kind) }) {
		return "", problem.Text{}, nil
	}
	if itself(f.Title) && !slices.ContainsFunc(f.DebtKinds, func(kind string) bool { return kind != f.Title }) && len(f.DebtKinds) > 0 {
		return "", problem.Text{}, nil
	}
	text := problem.Text{ES: "Falta un título que este procedimiento ejecute. Indique cuál:", EN: "A title that this procedure enforces is missing. Name one:"}
	for i, t := range pr.Titles {
		separator := ";"
		if i == 0 {
			separator = ""
		}
		text.ES, text.EN = text.ES+separator+" "+t.Text.ES, text.EN+separator+" "+t.Text.EN
	}
	return "title_missing", text, nil
}

// waiting asks that the time after the title has passed (ES LEC 548).
func (p *Pack) waiting(r GateRule, f SuitFacts) (string, problem.Text, error) {
	if !slices.Contains(r.Titles, f.Title) || f.TitleOn.IsZero() {
		return "", problem.Text{}, nil
	}
	term, err := p.Term(r.Over, f.TitleOn)
	if err != nil || term.Due.Before(f.On) {
		return "", problem.Text{}, err
	}
	return "title_waiting", problem.Text{ES: fmt.Sprintf("El plazo de espera del título termina el %s (%s).", term.Due, term.Law),
		EN: fmt.Sprintf("The waiting time of the title ends on %s (%s).", term.Due, term.Law)}, nil
}

// crossesBorder: a party has its domicile in one of the rule's countries other than the court's.
func (r GateRule) crossesBorder(court string, f SuitFacts) bool {
	abroad := func(country string) bool { return country != court && slices.Contains(r.Countries, country) }
	return abroad(f.CreditorCountry) || slices.ContainsFunc(f.Defendants, func(d Defendant) bool { return abroad(d.Country) })
}

// negotiated looks for an attempt with the defendant that was received with proof, is over, and is not too old to sue on (ES LO
// 1/2025 arts. 5, 7.3, 10.2 and 10.4). The attempt that lacks least says what is missing.
func (p *Pack) negotiated(g *Gate, r GateRule, f SuitFacts, d Defendant) error {
	on := day.Earlier(f.On, f.BegunOn)
	best := 0
	g.Code = "negotiation_missing"
	g.Missing = problem.Text{ES: "Falta el intento de negociación: envíe la solicitud y anote su recepción.", EN: "The attempt to negotiate is missing: send the request and record its receipt."}
	note := func(rank int, code, es, en string) {
		if rank > best {
			best, g.Code, g.Missing = rank, code, problem.Text{ES: es, EN: en}
		}
	}
	for _, a := range d.Attempts {
		switch {
		case len(r.Means) > 0 && !slices.Contains(r.Means, a.Means):
			continue
		case a.ReceivedOn.IsZero() || a.ReceivedOn.After(on):
			note(1, "negotiation_not_received", "La solicitud de negociar no consta recibida: anote el acuse.", "The request to negotiate is not proved received: record its receipt.")
			continue
		case a.Grade < r.Grade:
			note(2, "negotiation_grade_low", "La prueba de recepción no basta: hace falta la del operador o la firma.", "The proof of receipt is not enough: the operator's or a signature is needed.")
			continue
		}
		start := a.EndedOn
		if start.IsZero() || start.After(on) {
			until, over, err := p.unanswered(r, a, on)
			if err != nil {
				return err
			}
			if !over {
				note(3, "negotiation_running", "La negociación no ha terminado"+until.ES+".", "The negotiation is not over"+until.EN+".")
				continue
			}
			start = a.ReceivedOn
		}
		if r.Within == "" {
			*g = g.opened(Deadline{})
			return nil
		}
		by, err := p.Term(r.Within, start)
		if err != nil {
			return err
		}
		if !by.Due.Before(on) {
			*g = g.opened(by)
			return nil
		}
		note(4, "negotiation_lapsed", fmt.Sprintf("El plazo para demandar tras la negociación terminó el %s: hace falta otro intento.", by.Due),
			fmt.Sprintf("The term to sue after the negotiation ended on %s: another attempt is needed.", by.Due))
	}
	return nil
}

// unanswered tells whether a request that nobody answered is over on a day, and until when it runs.
func (p *Pack) unanswered(r GateRule, a Attempt, on day.Date) (until problem.Text, over bool, err error) {
	if r.Over == "" {
		return until, false, nil
	}
	term, err := p.Term(r.Over, a.ReceivedOn)
	return problem.Text{ES: fmt.Sprintf(": corre hasta el %s", term.Due), EN: fmt.Sprintf(": it runs until %s", term.Due)}, term.Due.Before(on), err
}

func (g Gate) opened(by Deadline) Gate {
	g.Code, g.Missing, g.SueBy = "", problem.Text{}, by
	return g
}
