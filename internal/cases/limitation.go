package cases

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"recobro/internal/access"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// LimitationFact is one dated act that the law may let stop the limitation of a case's debts, with the paper that proves it.
type LimitationFact struct {
	ClientID   uuid.UUID         `db:"client_id"`
	ID         uuid.UUID         `db:"id"`
	CaseID     uuid.UUID         `db:"case_id"`
	DebtID     *uuid.UUID        `db:"debt_id"` // nil: every debt of the case
	Act        law.LimitationAct `db:"act"`
	From       day.Date          `db:"from_on"`
	Received   day.Date          `db:"received_on"`
	To         day.Date          `db:"to_on"`
	Grade      int               `db:"grade"` // of the proof that it was received, 0 to 5
	DocumentID *uuid.UUID        `db:"document_id"`
	About      *uuid.UUID        `db:"about"` // the demand, filing or agreement that it comes from; nil: a person wrote it down
	Note       string            `db:"note"`
	RecordedBy uuid.UUID         `db:"recorded_by"`
	RecordedAt time.Time         `db:"recorded_at"`
	Reversed   bool              `db:"reversed"`
}

// ofLaw is the fact as package law reads it.
func (f LimitationFact) ofLaw() law.LimitationFact {
	return law.LimitationFact{Act: f.Act, From: f.From, Received: f.Received, To: f.To, Grade: f.Grade, Ref: f.ID.String()}
}

// over keeps what the fact before said of its receipt and its end when this one says nothing of them.
func (f LimitationFact) over(before LimitationFact) LimitationFact {
	if f.Received.IsZero() && !before.Received.Before(f.From) {
		f.Received, f.Grade = before.Received, before.Grade
	}
	if f.To.IsZero() && !before.To.Before(f.From) {
		f.To = before.To
	}
	return f
}

func (f LimitationFact) sameAs(g LimitationFact) bool {
	return f.From == g.From && f.Received == g.Received && f.To == g.To && f.Grade == g.Grade
}

var (
	errAct      = problem.New(problem.Invalid, "limitation_act_unknown", "Ese acto no es de los que interrumpen o suspenden.", "That act is none of those that interrupt or suspend.")
	errActDay   = problem.New(problem.Invalid, "limitation_days", "Las fechas no pueden ser: falta la primera, alguna es futura o van en desorden.", "Those dates cannot be: the first is missing, one is in the future, or they are out of order.")
	errActProof = problem.New(problem.Invalid, "limitation_proof_missing", "Sin un documento del expediente que lo pruebe no se anota.", "Without a document of the case that proves it, it is not recorded.")
	errActDebt  = problem.New(problem.Invalid, "debt_unknown", "Esa deuda no es de este expediente.", "That debt is not of this case.")
	errReversed = problem.New(problem.Conflict, "limitation_fact_reversed", "Ese hecho ya se anuló.", "That fact has been taken back already.")
	errClaim    = problem.New(problem.Invalid, "limitation_unknown", "La ley que rige no tiene plazo cargado para esa clase de pretensión.", "The law that governs has no term on file for that kind of claim.")
	errRegion   = problem.New(problem.Invalid, "limitation_region_unknown", "La normativa no conoce ese derecho civil propio.", "The pack knows no such regional law.")
)

// Interrupted records a fact in every given case, which the caller has locked and whose pack it hands in, and moves the last
// days of their debts in the same transaction. A fact about the same thing replaces the one recorded before: a suit that was
// filed, then served, then decided is one fact. It asks no permission: the caller's action did. The caller logs the entries.
func Interrupted(tx *evidence.Tx, pack *law.Pack, cs []*Case, f LimitationFact) ([]evidence.Entry, error) {
	if len(cs) == 0 {
		return nil, nil
	}
	standing, err := factsOf(tx.Tx, idsOf(cs))
	if err != nil {
		return nil, err
	}
	var fresh []*Case
	var replaced []LimitationFact
	for _, c := range cs {
		i := slices.IndexFunc(standing, func(s LimitationFact) bool {
			return !s.Reversed && s.CaseID == c.ID && s.Act == f.Act && f.About != nil && s.About != nil && *s.About == *f.About
		})
		if i >= 0 {
			f = f.over(standing[i])
		}
		if i >= 0 && standing[i].sameAs(f) {
			continue
		}
		if i >= 0 {
			replaced = append(replaced, standing[i])
		}
		fresh = append(fresh, c)
	}
	if len(fresh) == 0 {
		return nil, nil
	}
	if err := takeBack(tx, replaced, "replaced"); err != nil {
		return nil, err
	}
	entries, err := insertFact(tx, fresh, f)
	if err != nil {
		return nil, err
	}
	moved, err := recompute(tx, pack, fresh)
	return append(entries, moved...), err
}

// NoLonger takes back what was recorded in locked cases about a thing that came to nothing: a payment that was returned.
func NoLonger(tx *evidence.Tx, pack *law.Pack, cs []*Case, about uuid.UUID, why string) ([]evidence.Entry, error) {
	facts, err := factsOf(tx.Tx, idsOf(cs))
	if err != nil {
		return nil, err
	}
	facts = slices.DeleteFunc(facts, func(f LimitationFact) bool { return f.Reversed || f.About == nil || *f.About != about })
	if len(facts) == 0 {
		return nil, nil
	}
	if err := takeBack(tx, facts, why); err != nil {
		return nil, err
	}
	var entries []evidence.Entry
	for _, f := range facts {
		entries = append(entries, f.takenBack(why))
	}
	moved, err := recompute(tx, pack, cs)
	return append(entries, moved...), err
}

func (f LimitationFact) takenBack(why string) evidence.Entry {
	return evidence.Entry{Subject: evidence.CaseOf(f.ClientID, f.CaseID), Kind: "limitation.fact_reversed",
		Fields: evidence.Fields{"fact": f.ID.String(), "act": string(f.Act), "from_on": f.From.String(), "reason": why}}
}

func idsOf(cs []*Case) []string {
	ids := make([]string, len(cs))
	for i, c := range cs {
		ids[i] = c.ID.String()
	}
	return ids
}

func insertFact(tx *evidence.Tx, cs []*Case, f LimitationFact) (entries []evidence.Entry, err error) {
	ids := make([]string, len(cs))
	for i, c := range cs {
		id := newID()
		if i == 0 && f.ID != uuid.Nil {
			id = f.ID
		}
		ids[i] = id.String()
		fields := evidence.Fields{"fact": ids[i], "act": string(f.Act), "from_on": f.From.String(), "received_on": f.Received.String(), "to_on": f.To.String(), "note": f.Note}
		if f.Grade > 0 {
			fields["grade"] = strconv.Itoa(f.Grade)
		}
		for name, id := range map[string]*uuid.UUID{"document": f.DocumentID, "about": f.About, "debt": f.DebtID} {
			if id != nil {
				fields[name] = id.String()
			}
		}
		entries = append(entries, c.Entry("limitation.fact_recorded", fields))
	}
	_, err = tx.Exec(`insert into limitation_facts (client_id, id, case_id, debt_id, act, from_on, received_on, to_on, grade, document_id, about, note, recorded_by)
		select $1, x.id, x.case_id, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 from unnest($2::uuid[], $3::uuid[]) x(id, case_id)`,
		cs[0].ClientID, pq.Array(ids), pq.Array(idsOf(cs)), f.DebtID, f.Act, f.From, f.Received, f.To, f.Grade, f.DocumentID, f.About, f.Note, tx.Actor.ID)
	if err != nil {
		return nil, fmt.Errorf("recording %s of %d cases: %w", f.Act, len(cs), err)
	}
	return entries, nil
}

// takeBack reverses facts; the rows stay.
func takeBack(tx *evidence.Tx, facts []LimitationFact, why string) error {
	if len(facts) == 0 {
		return nil
	}
	ids, reversals := make([]string, len(facts)), make([]string, len(facts))
	for i, f := range facts {
		ids[i], reversals[i] = f.ID.String(), newID().String()
	}
	_, err := tx.Exec(`insert into limitation_facts (client_id, id, case_id, act, from_on, note, reverses, recorded_by)
		select f.client_id, x.reversal, f.case_id, f.act, f.from_on, $4, f.id, $5
		  from unnest($2::uuid[], $3::uuid[]) x(id, reversal) join limitation_facts f on f.client_id = $1 and f.id = x.id`,
		facts[0].ClientID, pq.Array(ids), pq.Array(reversals), why, tx.Actor.ID)
	if err != nil {
		return fmt.Errorf("taking back %d limitation facts: %w", len(facts), err)
	}
	return nil
}

// factsOf reads the facts of cases in the order of their days, those taken back too.
func factsOf(tx *postgres.Tx, caseIDs []string) ([]LimitationFact, error) {
	var all []LimitationFact
	err := tx.Select(&all, `select f.client_id, f.id, f.case_id, f.debt_id, f.act, f.from_on, f.received_on, f.to_on, f.grade, f.document_id, f.about, f.note,
			f.recorded_by, f.recorded_at, exists (select 1 from limitation_facts r where r.client_id = f.client_id and r.reverses = f.id) as reversed
		  from cases c join limitation_facts f on f.client_id = c.client_id and f.case_id = c.id
		 where c.id = any ($1::uuid[]) and f.reverses is null order by f.from_on, f.id`, pq.Array(caseIDs))
	if err != nil {
		return nil, fmt.Errorf("reading the limitation facts of %d cases: %w", len(caseIDs), err)
	}
	return all, nil
}

// recompute moves the last days of the debts of locked cases to what the law says now, with an entry for each that moves.
func recompute(tx *evidence.Tx, pack *law.Pack, cs []*Case) (entries []evidence.Entry, err error) {
	var debts []Debt
	err = tx.Select(&debts, `select `+debtColumns+` from debts where client_id = $1 and case_id = any ($2::uuid[]) order by due_on, id`, cs[0].ClientID, pq.Array(idsOf(cs)))
	if err != nil {
		return nil, fmt.Errorf("reading the debts of %d cases: %w", len(cs), err)
	}
	facts, err := factsOf(tx.Tx, idsOf(cs))
	if err != nil {
		return nil, err
	}
	var ids, days, laws []string
	for _, debt := range debts {
		l, err := debt.Limitation(pack, facts)
		if err != nil {
			return nil, fmt.Errorf("computing the limitation of debt %s: %w", debt.ID, err)
		}
		if l.On == debt.LimitationOn && l.Law == debt.LimitationLaw {
			continue
		}
		ids, days, laws = append(ids, debt.ID.String()), append(days, l.On.String()), append(laws, l.Law)
		entry := cs[slices.IndexFunc(cs, func(c *Case) bool { return c.ID == debt.CaseID })].Entry("limitation.recomputed", evidence.Fields{
			"debt": debt.ID.String(), "number": debt.Number, "kind": l.Kind, "region": l.Region, "old_on": debt.LimitationOn.String(), "new_on": l.On.String(),
			"law": l.Law, "explanation": l.Explain().ES})
		entry.Class = evidence.Internal
		entries = append(entries, entry)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	_, err = tx.Exec(`update debts d set limitation_on = x.last_on, limitation_law = x.law from unnest($2::uuid[], $3::date[], $4::text[]) x(id, last_on, law)
		where d.client_id = $1 and d.id = x.id`, cs[0].ClientID, pq.Array(ids), pq.Array(days), pq.Array(laws))
	if err != nil {
		return nil, fmt.Errorf("moving the limitation of %d debts: %w", len(ids), err)
	}
	return entries, nil
}

// Limitation derives the last day of the debt from those of its case's facts that stand.
func (d Debt) Limitation(pack *law.Pack, facts []LimitationFact) (law.Limitation, error) {
	claim := law.LimitationClaim{Kind: d.LimitationKind, Region: d.Region, Business: d.Business, Due: d.DueOn, ServicesEnded: d.DeliveredOn}
	for _, f := range facts {
		if f.Reversed || f.CaseID != d.CaseID || f.DebtID != nil && *f.DebtID != d.ID {
			continue
		}
		of := f.ofLaw()
		if f.Act == law.DismissalAct {
			of.Ref = suitOf(f, facts)
		}
		claim.Facts = append(claim.Facts, of)
	}
	return pack.Limitation(claim)
}

// suitOf names the suit that came to nothing: the one about the same proceeding, or any when the fact names none.
func suitOf(dismissal LimitationFact, facts []LimitationFact) string {
	for _, f := range facts {
		if f.Act == law.SuitAct && !f.Reversed && f.CaseID == dismissal.CaseID && f.About != nil && dismissal.About != nil && *f.About == *dismissal.About {
			return f.ID.String()
		}
	}
	return ""
}

// DebtLimitation is a debt with the derivation of its last day.
type DebtLimitation struct {
	Debt
	Limitation law.Limitation
	Problem    *problem.Error // why the law gives no day now; the one on the debt stands
}

// LimitationSheet is what a case's limitation rests on.
type LimitationSheet struct {
	Debts     []DebtLimitation
	Facts     []LimitationFact // those taken back too
	Today     day.Date         // where the case is
	Suggested string           // the regional law that the debtor's address suggests; a lawyer decides
}

// LimitationOf derives the last days of a case's debts anew from its facts, as the law is known now.
func LimitationOf(tx *postgres.Tx, pack *law.Pack, c *Case, today day.Date) (LimitationSheet, error) {
	s := LimitationSheet{Today: today}
	debts, err := DebtsOf(tx, c.ClientID, c.ID)
	if err != nil {
		return s, err
	}
	if s.Facts, err = factsOf(tx, []string{c.ID.String()}); err != nil {
		return s, err
	}
	for _, debt := range debts {
		l, err := debt.Limitation(pack, s.Facts)
		p := problem.Of(err)
		if err != nil && p == nil {
			return s, err
		}
		s.Debts = append(s.Debts, DebtLimitation{debt, l, p})
	}
	debtor, err := DebtorOf(tx, c.ClientID, c.AccountID)
	if err == nil && debtor.AddressCountry == c.Jurisdiction {
		s.Suggested = pack.LimitationRegionLike(debtor.PostalCode)
	}
	return s, err
}

// Limitation reads the sheet of a case for whoever may see it.
func (d *Desk) Limitation(ctx context.Context, who evidence.Actor, caseID uuid.UUID) (s LimitationSheet, err error) {
	err = d.Log.DB.View(ctx, who.Token, func(tx *dbTx) error {
		c, err := Get(tx, who, caseID)
		if err != nil {
			return err
		}
		if err := access.Require(who, access.To(access.ActRead, access.ObjLimitation), c.Place(), access.NoState); err != nil {
			return err
		}
		pack, err := d.Pack(c)
		if err != nil {
			return err
		}
		s, err = LimitationOf(tx, pack, c, day.In(d.Log.Now(), pack.Zone))
		return err
	})
	return s, err
}
