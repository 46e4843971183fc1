package law

import (
	"fmt"
	"slices"

	"recobro/internal/day"
	"recobro/internal/problem"
)

// LimitationAct is what happened that may stop a term, or begin it anew.
type LimitationAct string

// The acts that a pack has a rule for. A rule may be that the act does nothing.
const (
	LetterAct          LimitationAct = "letter"          // the creditor's own written demand
	NotarialAct        LimitationAct = "notarial"        // a demand through a notary
	AcknowledgementAct LimitationAct = "acknowledgement" // the debtor acknowledges the debt, or renews its document
	PaymentAct         LimitationAct = "payment"         // the debtor pays a part
	SuitAct            LimitationAct = "suit"            // a claim filed with a court
	DismissalAct       LimitationAct = "suit_dismissed"  // that claim was dismissed, withdrawn or abandoned
	NegotiationAct     LimitationAct = "negotiation"     // a request to negotiate that the law asks for before a suit
	ConciliationAct    LimitationAct = "conciliation"
	SuspensionAct      LimitationAct = "suspension" // days on which the term did not run, for a reason of this case
)

// LimitationActs is the closed list.
var LimitationActs = []LimitationAct{LetterAct, NotarialAct, AcknowledgementAct, PaymentAct, SuitAct, DismissalAct, NegotiationAct, ConciliationAct, SuspensionAct}

// LimitationFact is one act with its days. Ref is the caller's own name for it and comes back with what became of the fact.
type LimitationFact struct {
	Act      LimitationAct `json:"act"`
	From     day.Date      `json:"from"`              // sent, filed, signed, paid, attempted; first day of a suspension
	Received day.Date      `json:"received,omitzero"` // the debtor had the letter, or was served; zero: not proven
	To       day.Date      `json:"to,omitzero"`       // last day of a suspension, end of a negotiation, finality of a judgment; zero: not known
	Grade    int           `json:"grade"`             // proof grade of the receipt, 0 to 5
	Ref      string        `json:"ref,omitempty"`
}

// LimitationClaim is what limitation is asked for.
type LimitationClaim struct {
	Kind          string   // of claim, see LimitationKinds; empty is general
	Region        string   // whose civil law governs, see LimitationRegions; empty is the common law
	Business      bool     // the debtor is no consumer
	Due           day.Date // the claim could be brought from this day
	ServicesEnded day.Date // end of the services, when known: some terms run from it
	Facts         []LimitationFact
}

// LimitationStep is one line of the derivation: what happened on From, by which Law, and the last day after it.
type LimitationStep struct {
	From       day.Date     `json:"from"`
	Rule       problem.Text `json:"rule"`
	Law        string       `json:"law"`
	Effect     string       `json:"effect"` // term, transitional, interrupts or suspends
	On         day.Date     `json:"on"`
	Ref        string       `json:"ref,omitempty"`
	Confidence Confidence   `json:"confidence"`
}

// IgnoredFact did not change the last day; Why says the reason.
type IgnoredFact struct {
	LimitationFact
	Code string       `json:"code"`
	Why  problem.Text `json:"why"`
}

// OtherAction is a second action on the same claim, with its own last day (CL, CO: the executive one).
type OtherAction struct {
	Name       problem.Text `json:"name"`
	On         day.Date     `json:"on"`
	Law        string       `json:"law"`
	Confidence Confidence   `json:"confidence"`
}

// Limitation is the last day of a claim and how it comes about. Where a rule waits for a lawyer's confirmation the earlier day
// is the answer, which never loses a claim; Later is the day that confirming the facts named in Confirm would give.
type Limitation struct {
	On         day.Date         `json:"on"`
	Kind       string           `json:"kind"`
	Region     string           `json:"region"`
	Fatal      bool             `json:"fatal"` // caducidad
	Law        string           `json:"law"`   // of the term that runs now
	Confidence Confidence       `json:"confidence"`
	Steps      []LimitationStep `json:"steps"`
	Ignored    []IgnoredFact    `json:"ignored,omitempty"`
	Warnings   []problem.Text   `json:"warnings,omitempty"`
	Others     []OtherAction    `json:"others,omitempty"`
	Later      day.Date         `json:"later,omitzero"`
	Confirm    []string         `json:"confirm,omitempty"`
}

// Limitation answers until when a claim can be sued on, whatever the order of its facts. Problems: due_missing,
// limitation_unknown, fact_unverified.
func (p *Pack) Limitation(c LimitationClaim) (Limitation, error) {
	if c.Due.IsZero() {
		return Limitation{}, problem.New(problem.Invalid, "due_missing", "Falta el día en que la deuda pudo reclamarse.", "The day on which the debt could be claimed is missing.")
	}
	period, others, err := p.periods(c)
	if err != nil {
		return Limitation{}, err
	}
	l := p.runLimitation(period, c, true)
	l.Kind, l.Region, l.Fatal = period.Kind, c.Region, period.Fatal
	if l.Confirm = p.unconfirmed(period, c, l.Ignored); len(l.Confirm) > 0 {
		if full := p.runLimitation(period, c, false); full.On.After(l.On) {
			l.Later = full.On
		} else {
			l.Confirm = nil
		}
	}
	for _, o := range others {
		if p.allow(p.id(o.path()), o.Fact) == nil {
			run := p.runLimitation(o, c, true)
			l.Others = append(l.Others, OtherAction{o.Name, run.On, run.Law, run.Confidence})
		}
	}
	return l, nil
}

// periods finds the term that governs the claim and the other actions on it.
func (p *Pack) periods(c LimitationClaim) (governs periodDoc, others []periodDoc, err error) {
	kind := c.Kind
	if kind == "" {
		kind = "general"
	}
	found := false
	for _, d := range p.doc.Limitation.Periods {
		switch {
		case d.Kind != kind || !d.rules(c.Region) || !fitsWho(d.Who, c.Business):
		case d.Action != "":
			others = append(others, d)
		case !found:
			governs, found = d, true
		}
	}
	if !found {
		name := kind
		if c.Region != "" {
			name = c.Region + " " + kind
		}
		return governs, nil, p.unknown("limitation_unknown", name)
	}
	return governs, others, p.allow(p.id(governs.path()), governs.Fact)
}

// unconfirmed names the facts of the pack that would have to be confirmed for what was ignored only for that.
func (p *Pack) unconfirmed(period periodDoc, c LimitationClaim, ignored []IgnoredFact) (ids []string) {
	if period.Everywhere {
		c.Region = ""
	}
	for _, f := range ignored {
		if f.Code != notConfirmed {
			continue
		}
		rule := p.act(f.Act, period.Kind, c.Region)
		for _, need := range p.needs(rule, c.Region) {
			if p.allow(need.ID, need.Fact) != nil && !slices.Contains(ids, need.ID) {
				ids = append(ids, need.ID)
			}
		}
	}
	return ids
}

// needs are the facts on which the effect of an act rests.
func (p *Pack) needs(rule actDoc, region string) []NamedFact {
	all := []NamedFact{{ID: p.id(rule.path()), Fact: rule.Fact}}
	if rule.Effect == interrupts && !rule.OwnRestart && rule.Becomes == "" {
		id, restart := p.restart(region)
		all = append(all, NamedFact{ID: id, Fact: restart})
	}
	return all
}

func (p *Pack) restart(region string) (string, Fact) {
	for _, r := range p.doc.Limitation.Regions {
		if r.ID == region {
			return p.id("limitation_restart." + r.ID), r.Fact
		}
	}
	return p.id("limitation_restart"), p.doc.Limitation.Restart
}

// act finds the rule of an act; checkLimitation has seen to it that there is one. A regional law without a rule of its own for
// an act takes the common one (ES: a law of procedure holds everywhere).
func (p *Pack) act(act LimitationAct, kind, region string) actDoc {
	for _, a := range p.doc.Limitation.Acts {
		if a.Act == act && a.Region == region && (len(a.Kinds) == 0 || slices.Contains(a.Kinds, kind)) {
			return a
		}
	}
	if region != "" {
		return p.act(act, kind, "")
	}
	return actDoc{Act: act, Effect: nothing}
}

// Explain is the derivation in words: the last day, how it comes about, and what did not count.
func (l Limitation) Explain() problem.Text {
	t := problem.Text{ES: "Último día: " + l.On.Short("es") + ".", EN: "Last day: " + l.On.Short("en") + "."}
	for _, s := range l.Steps {
		by := ""
		if s.Law != "" {
			by = " (" + s.Law + ")"
		}
		t.ES += fmt.Sprintf(" %s%s: %s.", s.Rule.ES, by, s.On.Short("es"))
		t.EN += fmt.Sprintf(" %s%s: %s.", s.Rule.EN, by, s.On.Short("en"))
	}
	for _, f := range l.Ignored {
		name := actWords[f.Act]
		t.ES += fmt.Sprintf(" No cuenta %s del %s: %s.", name.ES, f.From.Short("es"), f.Why.ES)
		t.EN += fmt.Sprintf(" Not counted: %s of %s: %s.", name.EN, f.From.Short("en"), f.Why.EN)
	}
	if !l.Later.IsZero() {
		t.ES += fmt.Sprintf(" Si un abogado confirma %s, el último día sería el %s.", wordList(l.Confirm, "y"), l.Later.Short("es"))
		t.EN += fmt.Sprintf(" If a lawyer confirms %s, the last day would be %s.", wordList(l.Confirm, "and"), l.Later.Short("en"))
	}
	return t
}
