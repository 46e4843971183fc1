package ledger

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// TermsKind says what set the interest terms of a debt.
type TermsKind string

const (
	Starts     TermsKind = "start"      // the fact from which the law lets interest run: receipt of a demand, presentation of a cheque
	Judgement  TermsKind = "judgment"   // the first judgment (ES LEC 576)
	Agreement  TermsKind = "agreement"  // creditor and debtor agreed
	Correction TermsKind = "correction" // the terms were recorded wrongly
)

// term is a row of interest_terms: from the day after FromOn the debt bears this. One that reverses another only undoes it.
type term struct {
	ID         uuid.UUID        `db:"id" json:"id"`
	CaseID     uuid.UUID        `db:"case_id" json:"case_id"`
	DebtID     uuid.UUID        `db:"debt_id" json:"debt_id"`
	Kind       TermsKind        `db:"kind" json:"kind"`
	FromOn     day.Date         `db:"from_on" json:"from_on"`
	Regime     law.Regime       `db:"regime" json:"regime"`
	AgreedPct  *decimal.Decimal `db:"agreed_rate_pct" json:"agreed_rate_pct"`
	Basis      string           `db:"basis" json:"basis"`
	RecordedAt time.Time        `db:"recorded_at" json:"recorded_at"`
	Reverses   *uuid.UUID       `db:"reverses" json:"reverses"`
}

// termsOf are the terms of a regime, agreed on a day: some limits of agreed rates are those of that day, some protect consumers, and
// some rates hang on the amount of the debt.
func (c *claim) termsOf(regime law.Regime, agreed *decimal.Decimal, on day.Date) law.Terms {
	t := law.Terms{Regime: regime, Consumer: !c.Business, AgreedOn: on, Principal: money.Of(c.PrincipalMinor, c.Currency), DueOn: c.DueOn}
	if agreed != nil && regime == law.Agreed {
		t.AgreedRate = *agreed
	}
	return t
}

// span is a stretch of time under one set of terms, from the day after `after` until the next span.
type span struct {
	after day.Date
	terms law.Terms
	kind  TermsKind // empty: the debt's own terms from its due day
	basis string
}

// timeline is the debt's terms in the order of time: its own from the due day where the law lets interest run by itself, then
// every dated fact. Empty means that it bears nothing (yet).
func (c *claim) timeline() []span {
	if c.spans == nil {
		c.spans = c.lay()
	}
	return c.spans
}

func (c *claim) lay() []span {
	spans := []span{}
	if start, source := c.pack.StartFor(c.Regime, c.Kind); start == law.StartDue && c.Regime != law.None {
		spans = []span{{after: c.DueOn, terms: c.termsOf(c.Regime, c.AgreedPct, c.IssuedOn), basis: source.Law}}
	}
	if len(c.Terms) == 0 {
		return spans
	}
	for _, t := range c.standingTerms() {
		spans = append(spans, span{day.Later(t.FromOn, c.DueOn), c.termsOf(t.Regime, t.AgreedPct, t.FromOn), t.Kind, t.Basis})
	}
	slices.SortStableFunc(spans, func(a, b span) int { return a.after.DaysSince(b.after) })
	return spans
}

// standingTerms are the facts neither reversed nor reversing.
func (c *claim) standingTerms() []term {
	undone := map[uuid.UUID]bool{}
	for _, t := range c.Terms {
		if t.Reverses != nil {
			undone[*t.Reverses] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(c.Terms), func(t term) bool { return t.Reverses != nil || undone[t.ID] })
}

// termsOn are the terms under which a day bears interest, and what set them; none before the first.
func (c *claim) termsOn(on day.Date) (law.Terms, span) {
	now := span{terms: law.Terms{Regime: law.None}}
	for _, s := range c.timeline() {
		if s.after.Before(on) {
			now = s
		}
	}
	return now.terms, now
}

var (
	errTerms = problem.New(problem.Invalid, "interest_terms_invalid",
		"Faltan el día, el fundamento o la deuda, o el tipo pactado no corresponde al régimen.", "The day, the reason or the debt is missing, or the agreed rate does not go with the regime.")
	errTermsKind = problem.New(problem.Invalid, "interest_terms_kind",
		"Las condiciones de interés se cambian por acuerdo o por corrección.", "Interest terms are changed by an agreement or a correction.")
)

// Terms are interest terms to be set for a debt, from the day after FromOn.
type Terms struct {
	Debt      uuid.UUID
	FromOn    day.Date
	Regime    law.Regime
	AgreedPct *decimal.Decimal // per cent a year, of the regime agreed alone
	Kind      TermsKind        // Agreement or Correction
	Basis     string           // the article, the clause or the reason
}

// SetTerms records interest terms that were agreed, or corrects those that were recorded wrongly; what was applied since is applied
// again. The entry is interest.terms_set. Problems: interest_terms_invalid, interest_terms_kind, effective_in_future.
func (b *Book) SetTerms(tx *evidence.Tx, c *cases.Case, t Terms) (Changed, []evidence.Entry, error) {
	if t.Kind != Agreement && t.Kind != Correction {
		return Changed{}, nil, errTermsKind
	}
	return b.dated(tx, c, t.FromOn, t.Basis, func(f *file) error {
		debt := f.claim(t.Debt)
		if debt == nil || t.Basis == "" || (t.Regime == law.Agreed) != (t.AgreedPct != nil) {
			return errTerms
		}
		if t.Regime != law.None { // a regime or rate that the pack cannot compute is refused before it is written
			if _, err := debt.pack.Interest(debt.termsOf(t.Regime, t.AgreedPct, t.FromOn), money.Of(1, debt.Currency), t.FromOn.AddDays(-1), t.FromOn); err != nil {
				return err
			}
		}
		f.addTerm(debt, term{Kind: t.Kind, FromOn: t.FromOn, Regime: t.Regime, AgreedPct: t.AgreedPct, Basis: t.Basis})
		return nil
	})
}

// Percent reads a yearly rate as it is written on the wire, 12.5; empty is none. Problem: interest_terms_invalid.
func Percent(raw string) (*decimal.Decimal, error) {
	if raw == "" {
		return nil, nil
	}
	pct, err := decimal.NewFromString(raw)
	if err != nil || !plainPercent.MatchString(raw) {
		return nil, errTerms
	}
	return &pct, nil
}

var plainPercent = regexp.MustCompile(`^[0-9]{1,4}([.][0-9]{1,6})?$`)

// InDefault records that the debtor was put in default on a day: debts whose interest the law lets run only from a demand (ES CC 1100
// and 1108) bear it from the day after, and so do cheques of which no presentation was recorded, which came before. Saying it again
// changes nothing: the earliest day stands, and no entry is made.
func (b *Book) InDefault(tx *evidence.Tx, c *cases.Case, on day.Date, basis string) (Changed, []evidence.Entry, error) {
	return b.starting(tx, c, []law.InterestStart{law.StartDemand, law.StartPresentation}, uuid.Nil, on, basis)
}

// Presented records that a cheque was presented, as a document of the case proves, from which its interest runs (ES Ley 19/1985
// art. 149). As InDefault otherwise. Problem: cost_without_proof.
func (b *Book) Presented(tx *evidence.Tx, c *cases.Case, debt uuid.UUID, on day.Date, proof uuid.UUID, basis string) (Changed, []evidence.Entry, error) {
	if err := ofCase(tx, c, &proof); err != nil {
		return Changed{}, nil, err
	}
	made, entries, err := b.starting(tx, c, []law.InterestStart{law.StartPresentation}, debt, on, basis)
	for _, e := range entries[:min(1, len(entries))] {
		e.Fields["document"] = proof.String()
	}
	return made, entries, err
}

// starting lets interest run from a day: of one debt, or of all when it is nil.
func (b *Book) starting(tx *evidence.Tx, c *cases.Case, by []law.InterestStart, only uuid.UUID, on day.Date, basis string) (Changed, []evidence.Entry, error) {
	return b.dated(tx, c, on, basis, func(f *file) error {
		for _, debt := range f.claims {
			start, source := debt.pack.StartFor(debt.Regime, debt.Kind)
			if debt.Regime == law.None || !slices.Contains(by, start) || (only != uuid.Nil && debt.DebtID != only) {
				continue
			}
			standing := debt.standingTerms()
			if slices.ContainsFunc(standing, func(t term) bool { return !t.FromOn.After(on) }) {
				continue
			}
			for _, t := range standing {
				if t.Kind == Starts {
					f.undoTerm(debt, t, basis)
				}
			}
			f.addTerm(debt, term{Kind: Starts, FromOn: on, Regime: debt.Regime, AgreedPct: debt.AgreedPct, Basis: source.Law + "; " + basis})
		}
		return nil
	})
}

// Judged records the first judgment: from the day after, debts that bear the legal interest or none bear that of judgments (ES LEC
// 576.1: the legal plus two points, or what was agreed or a special law gives, which therefore goes on). Where the law knows no such
// interest nothing changes, and no entry is made.
func (b *Book) Judged(tx *evidence.Tx, c *cases.Case, on day.Date, basis string) (Changed, []evidence.Entry, error) {
	return b.dated(tx, c, on, basis, func(f *file) error {
		for _, debt := range f.claims {
			if last, open := debt.pack.CoveredTo(law.Judgment); last.IsZero() && !open {
				continue
			}
			terms, _ := debt.termsOn(on.AddDays(1))
			judged := slices.ContainsFunc(debt.standingTerms(), func(t term) bool { return t.Kind == Judgement })
			if judged || (terms.Regime != law.Legal && terms.Regime != law.None) {
				continue
			}
			_, source := debt.pack.StartOf(law.Judgment)
			f.addTerm(debt, term{Kind: Judgement, FromOn: on, Regime: law.Judgment, Basis: source.Law + "; " + basis})
		}
		return nil
	})
}

// JudgedOn moves the interest that began with a judgment when its day turns out to be another. A debt that no judgment of the old day
// set is left alone; where none is, no entry is made.
func (b *Book) JudgedOn(tx *evidence.Tx, c *cases.Case, old, on day.Date, basis string) (Changed, []evidence.Entry, error) {
	return b.dated(tx, c, day.Earlier(old, on), basis, func(f *file) error {
		for _, debt := range f.claims {
			for _, t := range debt.standingTerms() {
				if t.Kind == Judgement && t.FromOn == old {
					f.undoTerm(debt, t, basis)
					f.addTerm(debt, term{Kind: Judgement, FromOn: on, Regime: t.Regime, AgreedPct: t.AgreedPct, Basis: t.Basis})
				}
			}
		}
		return nil
	})
}

// dated makes one change of terms on a day, and lets what was applied later fall again.
func (b *Book) dated(tx *evidence.Tx, c *cases.Case, on day.Date, basis string, apply func(*file) error) (Changed, []evidence.Entry, error) {
	f, err := b.open(tx, []*cases.Case{c})
	if err != nil {
		return Changed{}, nil, err
	}
	if err := f.notAfterToday(tx, on); err != nil {
		return Changed{}, nil, err
	}
	if err := apply(f); err != nil || len(f.freshTerms) == 0 {
		return Changed{}, nil, err
	}
	moves := f.rewind(func(l Line) bool { return l.EffectiveOn.After(on) }, "recálculo: "+basis)
	made, entries, err := f.finish(tx, moves, on, "ledger.recomputed", basis)
	if err != nil {
		return made, nil, err
	}
	told := evidence.Fields{"basis": basis}
	for i, t := range f.freshTerms {
		told[fmt.Sprintf("terms_%03d", i+1)] = t.String()
	}
	return made, append([]evidence.Entry{c.Entry("interest.terms_set", told)}, entries...), insertTerms(tx, f.client, f.freshTerms)
}

// String tells the log what was set.
func (t term) String() string {
	rate := ""
	if t.AgreedPct != nil {
		rate = " " + t.AgreedPct.String() + " %"
	}
	undoes := ""
	if t.Reverses != nil {
		undoes = " reverses " + t.Reverses.String()
	}
	return fmt.Sprintf("%s %s after %s %s %s%s%s: %s", t.ID, t.DebtID, t.FromOn, t.Kind, t.Regime, rate, undoes, t.Basis)
}

func (f *file) addTerm(c *claim, t term) {
	t.ID, t.CaseID, t.DebtID, t.RecordedAt = uuid.Must(uuid.NewV7()), c.CaseID, c.DebtID, f.now
	c.Terms, c.spans = append(c.Terms, t), nil
	f.freshTerms = append(f.freshTerms, t)
}

func (f *file) undoTerm(c *claim, t term, reason string) {
	id := t.ID
	t.Reverses, t.Basis = &id, reason
	f.addTerm(c, t)
}
