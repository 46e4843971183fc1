package payments

import (
	"fmt"
	"slices"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/money"
	"recobro/internal/settlements"
)

// fall lets the payment fall: on what an agreement in force still asks for, then on the debts outside it. What the payer named
// comes before what is merely due; what meets no debt stays unallocated on the payment and is told to the log.
func (t *taking) fall() error {
	t.tell("payment.recorded", evidence.Fields{"source": string(t.payment.Source), "payer_reference": t.payment.PayerReference, "external_ref": t.payment.ExternalRef})
	rest := t.payment.Amount()
	bound, free := t.groups()
	if len(bound) > 0 {
		open, err := t.desk.Book.InMoney(t.pack.Code, t.agreement.Open(), rest.Currency, t.payment.ReceivedOn)
		if err != nil {
			return err
		}
		part := rest.Min(open)
		left, err := t.keepAgreement(bound, part)
		if err != nil {
			return err
		}
		rest = rest.Minus(part).Plus(left)
	}
	for _, group := range byCurrency(free, rest.Currency) {
		if rest.IsZero() {
			break
		}
		left, err := t.payDebts(group, rest)
		if err != nil {
			return err
		}
		rest = left
	}
	t.payment.UnallocatedMinor = rest.Minor
	if rest.IsPositive() {
		t.tell("payment.unallocated", evidence.Fields{"unallocated": rest.Decimal()})
	}
	for _, c := range t.open {
		if err := cases.Replan(t.Tx, c.ClientID, c.ID); err != nil {
			return fmt.Errorf("replanning case %s: %w", c.Number, err)
		}
	}
	if err := saveUnallocated(t.Tx, t.payment); err != nil {
		return err
	}
	var err error
	if t.payment.Shares, err = t.desk.Book.SharesOf(t.Tx.Tx, t.payment.ClientID, t.payment.ID); err != nil {
		return err
	}
	return t.acknowledge()
}

// acknowledge tells limitation of a part payment, in the cases on which it fell and that it did not close. The law of the case says
// what that does; where nothing says so, nothing.
func (t *taking) acknowledge() error {
	var partly []*cases.Case
	for _, c := range t.open {
		if c.Stage != cases.Closed && slices.ContainsFunc(t.payment.Shares, func(s ledger.Share) bool { return s.CaseID == c.ID }) {
			partly = append(partly, c)
		}
	}
	if len(partly) == 0 {
		return nil
	}
	pack, err := t.desk.Law.Pack(partly[0].Jurisdiction)
	if err != nil {
		return err
	}
	entries, err := cases.Interrupted(t.Tx, pack, partly, cases.LimitationFact{Act: law.PaymentAct, From: t.payment.ReceivedOn, About: &t.payment.ID})
	t.entries = append(t.entries, entries...)
	return err
}

// tell writes a line about the payment into the chain of its host case.
func (t *taking) tell(kind string, fields evidence.Fields) {
	p := t.payment
	fields["payment"], fields["amount"], fields["currency"], fields["received_on"] = p.ID.String(), p.Amount().Decimal(), string(p.Currency), p.ReceivedOn.String()
	t.entries = append(t.entries, t.host().Entry(kind, fields))
}

// groups are the open cases that the payment may fall on: those bound by the agreement in force, and the others.
func (t *taking) groups() (bound, free []*cases.Case) {
	for _, c := range t.open {
		switch {
		case !ledger.Pays(t.pack, t.payment.Currency, c.Currency):
		case t.agreement != nil && t.agreement.Covers(c.ID):
			bound = append(bound, c)
		default:
			free = append(free, c)
		}
	}
	switch {
	case t.named == nil:
		return bound, free
	case t.named.Stage == cases.Closed:
		return nil, nil
	case t.agreement != nil && t.agreement.Covers(t.named.ID):
		return bound, nil
	}
	return nil, []*cases.Case{t.named}
}

// byCurrency groups cases of one currency: those of the payment's own before those kept in its unit of account.
func byCurrency(all []*cases.Case, own money.Currency) (groups [][]*cases.Case) {
	for _, c := range all {
		i := slices.IndexFunc(groups, func(g []*cases.Case) bool { return g[0].Currency == c.Currency })
		switch {
		case i >= 0:
			groups[i] = append(groups[i], c)
		case c.Currency == own:
			groups = slices.Insert(groups, 0, []*cases.Case{c})
		default:
			groups = append(groups, []*cases.Case{c})
		}
	}
	return groups
}

// keepAgreement pays instalments. The cases close when, and only when, the agreement is kept.
func (t *taking) keepAgreement(bound []*cases.Case, part money.Amount) (left money.Amount, err error) {
	fell, err := t.pay(bound, part)
	if err != nil {
		return part, err
	}
	covered, err := coveredBy(t.Tx, t.agreement, bound, access.To(access.ActRecord, access.ObjPayment))
	if err != nil {
		return part, err
	}
	credited, err := t.desk.Settlements.Credit(t.Tx, t.agreement, covered, fell.Applied(bound[0].Currency), t.today)
	t.entries = append(t.entries, credited...)
	return fell.Unallocated, err
}

// coveredBy are all cases of an agreement, held: those open are held already, a closed one is taken now, for its chain tells too.
func coveredBy(tx *evidence.Tx, a *settlements.Agreement, held []*cases.Case, p access.Permission) (covered []*cases.Case, err error) {
	for _, id := range a.CaseIDs {
		i := slices.IndexFunc(held, func(c *cases.Case) bool { return c.ID == id })
		if i >= 0 {
			covered = append(covered, held[i])
			continue
		}
		c, err := cases.Lock(tx, id, p)
		if err != nil {
			return nil, err
		}
		covered = append(covered, c)
	}
	return covered, nil
}

// payDebts pays debts outside any agreement and closes the cases in which nothing is open any more.
func (t *taking) payDebts(free []*cases.Case, amount money.Amount) (left money.Amount, err error) {
	mandate, err := clients.MandateOf(t.Tx.Tx, t.payment.ClientID)
	if err != nil {
		return amount, err
	}
	basis := ""
	if mandate.WaivesInterestWhenPaid {
		basis = fmt.Sprintf("encargo, versión %d: intereses condonados al pagarse el principal", mandate.Version)
		if err := t.waiveShortfall(free, amount, basis); err != nil {
			return amount, err
		}
	}
	fell, err := t.pay(free, amount)
	if err != nil {
		return amount, err
	}
	for _, c := range free {
		if err := t.closeIfPaid(c, fell.After[c.ID], basis); err != nil {
			return amount, err
		}
	}
	return fell.Unallocated, nil
}

// waiveShortfall serves a client that forgives interest once the principal is paid: when the payment covers the principal and
// court fees but not all else, what it lacks is waived first, so that the law's order (interest before principal) does not
// leave a stump of principal.
func (t *taking) waiveShortfall(free []*cases.Case, amount money.Amount, basis string) error {
	ids := make([]uuid.UUID, len(free))
	for i, c := range free {
		ids[i] = c.ID
	}
	balances, err := t.desk.Book.Balance(t.Tx.Tx, t.payment.ClientID, ids, t.payment.ReceivedOn)
	if err != nil {
		return err
	}
	if amount, err = t.desk.Book.InUnit(t.pack.Code, amount, free[0].Currency, t.payment.ReceivedOn); err != nil {
		return err
	}
	total, accessory := amount.Zero(), amount.Zero()
	for _, b := range balances {
		total, accessory = total.Plus(b.Total), accessory.Plus(b.Interest).Plus(b.Compensation).Plus(b.Cost)
	}
	short := total.Minus(amount)
	if !short.IsPositive() || short.Cmp(accessory) > 0 {
		return nil
	}
	for _, c := range free {
		b := balances[c.ID]
		for _, of := range []struct {
			component ledger.Component
			open      money.Amount
		}{{ledger.Cost, b.Cost}, {ledger.Compensation, b.Compensation}, {ledger.Interest, b.Interest}} {
			part := short.Min(of.open)
			if !part.IsPositive() {
				continue
			}
			changed, entries, err := t.desk.Book.Waive(t.Tx, c, of.component, part, t.payment.ReceivedOn, basis)
			if err != nil {
				return fmt.Errorf("waiving %s of case %s: %w", of.component, c.Number, err)
			}
			short, t.entries = short.Minus(part), append(t.entries, entries...)
			if err := addUnallocated(t.Tx, t.payment.ClientID, changed.Freed); err != nil {
				return err
			}
		}
	}
	return nil
}

// closeIfPaid closes a case in which nothing is open, after waiving what its client waives once the principal is paid.
func (t *taking) closeIfPaid(c *cases.Case, after ledger.Balance, waiverBasis string) error {
	if !after.Total.IsZero() && (waiverBasis == "" || !after.Principal.IsZero() || !after.OrdinaryInterest.IsZero() || !after.CourtFee.IsZero()) {
		return nil
	}
	if !after.Total.IsZero() {
		_, entries, err := t.desk.Book.WaiveRest(t.Tx, c, t.today, waiverBasis, ledger.Interest, ledger.Compensation, ledger.Cost)
		if err != nil {
			return fmt.Errorf("waiving the rest of case %s: %w", c.Number, err)
		}
		t.entries = append(t.entries, entries...)
	}
	closed, err := c.Advance(t.Tx, cases.Paid, t.today, "payment "+t.payment.ID.String())
	if err != nil {
		return err
	}
	t.entries = append(t.entries, closed)
	return nil
}

// pay hands the amount to the ledger. Money of earlier payments that finds nothing to fall on any more is unallocated again.
func (t *taking) pay(group []*cases.Case, amount money.Amount) (ledger.Allocated, error) {
	payment := ledger.Payment{ID: t.payment.ID, Amount: amount, ReceivedOn: t.payment.ReceivedOn}
	if t.debt != uuid.Nil {
		payment.Wish = &ledger.Wish{Debt: &t.debt}
	}
	fell, entries, err := t.desk.Book.Pay(t.Tx, group, payment)
	if err != nil {
		return fell, fmt.Errorf("allocating payment %s: %w", t.payment.ID, err)
	}
	t.entries = append(t.entries, entries...)
	return fell, addUnallocated(t.Tx, t.payment.ClientID, fell.Freed)
}
