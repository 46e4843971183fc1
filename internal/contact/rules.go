package contact

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// Refusal is the rule that forbids a contact now.
type Refusal struct {
	Rule string
	Text problem.Text
	Law  string    // the article, when it is the law's rule
	Next time.Time // the first instant that may be tried again; zero: when a fact changes
}

func refusal(rule, es, en string) *Refusal {
	return &Refusal{Rule: rule, Text: problem.Text{ES: es, EN: en}}
}

// situation is all that the rules ask about a case at an instant.
type situation struct {
	facts   cases.Facts
	account cases.Account
	pack    *law.Pack
	home    *law.Pack // contact rules of the country where the debtor lives, when it is another
	zones   []*time.Location
	now     time.Time
	today   day.Date // where the case is
}

func (d *Desk) situation(tx *postgres.Tx, client, caseID uuid.UUID, now time.Time) (*situation, error) {
	at := &situation{now: now}
	var err error
	if at.facts, err = cases.FactsOf(tx, client, caseID); err != nil {
		return nil, err
	}
	if at.account, err = cases.AccountOf(tx, client, at.facts.AccountID); err != nil {
		return nil, err
	}
	if at.pack, err = d.Law.Pack(at.facts.Jurisdiction); err != nil {
		return nil, err
	}
	at.today = day.In(now, at.pack.Zone)
	debtor, err := cases.DebtorOf(tx, client, at.facts.AccountID)
	if err != nil {
		return nil, err
	}
	at.live(d.Law, debtor)
	return at, nil
}

// live says whose clock and whose rules hold where the debtor lives. A country without contact rules adds nothing to the case's.
func (at *situation) live(library *law.Library, debtor cases.Party) {
	at.zones = at.pack.ZonesOf(debtor.PostalCode)
	if debtor.AddressCountry == "" || debtor.AddressCountry == at.pack.Code {
		return
	}
	at.zones = nil
	if home, err := library.PackFor(law.ContactArea, debtor.AddressCountry); err == nil {
		at.home, at.zones = home, home.ZonesOf(debtor.PostalCode)
	}
}

// refuse judges an e-mail to the debtor. decided is the day for which the strategy decided it.
func (at *situation) refuse(tx *postgres.Tx, decided day.Date) (*Refusal, error) {
	if no := at.byFacts(); no != nil {
		return no, nil
	}
	if !at.facts.KnownUntil.IsZero() && decided.After(at.facts.KnownUntil) {
		no := refusal("money_not_known", "Los cobros aún no se conocen hasta el día de la decisión.", "Payments are not known up to the day of the decision.")
		no.Next = at.now.AddDate(0, 0, 1)
		return no, nil
	}
	past, err := at.history(tx)
	if err != nil {
		return nil, err
	}
	if w := at.mayWrite(past); !w.Allowed {
		return &Refusal{Rule: w.Rule, Text: w.Why, Law: w.Law, Next: w.Next}, nil
	}
	return nil, nil
}

// mayWrite asks the jurisdiction's contact rules about an e-mail now. Without a history only hours and bans speak.
func (at *situation) mayWrite(past []law.Contacted) law.Window {
	return at.pack.MayContact(law.ContactAsk{Channel: "email", Consumer: !at.facts.Business, At: at.now, Zones: at.zones, Home: at.home, History: past})
}

// byFacts are the rules that hold at writing and again at sending.
func (at *situation) byFacts() *Refusal {
	f := at.facts
	switch {
	case f.Stage == cases.Closed:
		return refusal("case_closed", "El expediente está cerrado.", "The case is closed.")
	case !f.DeceasedOn.IsZero():
		return refusal("deceased", "El deudor ha fallecido.", "The debtor has died.")
	case !f.InsolventOn.IsZero():
		return refusal("insolvent", "El deudor está en concurso.", "The debtor is insolvent.")
	case !f.OptedOutOn.IsZero():
		return refusal("opted_out", "El deudor pidió no recibir comunicaciones.", "The debtor asked not to be contacted.")
	case f.Represented:
		return refusal("represented", "El deudor tiene abogado: solo se escribe al abogado.", "The debtor has a lawyer: only the lawyer is written to.")
	case f.HoldAll || f.HoldContact:
		return refusal("hold", "Hay una retención abierta.", "A hold is open.")
	case f.LiveAgreement():
		return refusal("agreement_live", "Hay un acuerdo en vigor o pendiente de respuesta.", "An agreement is live or waits for an answer.")
	case !f.PromiseDue.IsZero():
		return refusal("promise_open", "Hay un compromiso de pago abierto.", "A promise to pay is open.")
	case f.PrincipalMinor <= 0:
		return refusal("nothing_owed", "No queda principal pendiente.", "No principal is open.")
	case f.ContestedMinor >= f.PrincipalMinor:
		return refusal("fully_disputed", "Toda la deuda está en disputa.", "The whole debt is disputed.")
	case f.Email == nil:
		return refusal("no_usable_email", "No hay un correo al que se pueda escribir.", "There is no e-mail address that may be written to.")
	}
	return nil
}

// history is what the caps count: the firm's contacts with the person across all clients. What is written and not yet handed over
// counts as well: two clients' reminders may wait at the same time. So does a formal demand, which is a letter. Whether somebody
// was spoken to is not known of any of them.
func (at *situation) history(tx *postgres.Tx) ([]law.Contacted, error) {
	memory := at.pack.ContactMemory()
	if at.home != nil {
		memory = max(memory, at.home.ContactMemory())
	}
	if memory == 0 {
		return nil, nil
	}
	var rows []struct {
		Channel string   `db:"channel"`
		OnDay   day.Date `db:"on_day"`
	}
	err := tx.Select(&rows, `select channel, on_day from contact_log where person_id = $1 and on_day > $2
		union all
		select m.channel, m.reserved_on from messages m join accounts a on a.client_id = m.client_id and a.id = m.account_id
		 where a.person_id = $1 and m.state = 'reserved' and not exists (select 1 from contact_log l where l.person_id = $1 and l.id = m.id)
		union all
		select 'letter', d.dispatched_on from demands d join accounts a on a.client_id = d.client_id and a.id = d.account_id
		 where a.person_id = $1 and d.dispatched_on > $2`,
		at.account.PersonID, at.today.AddDays(-memory))
	if err != nil {
		return nil, fmt.Errorf("reading the contacts with the person of account %s: %w", at.account.ID, err)
	}
	past := make([]law.Contacted, len(rows))
	for i, r := range rows {
		past[i] = law.Contacted{Channel: r.Channel, At: time.Date(r.OnDay.Year, r.OnDay.Month, r.OnDay.Day, 12, 0, 0, 0, at.pack.Zone)}
	}
	return past, nil
}

// OpensLaterToday says whether the contact rules let nothing out at this hour and will later on the same day. To come back then
// is no refused attempt.
func (d *Desk) OpensLaterToday(ctx context.Context, who evidence.Actor, caseID uuid.UUID) (later bool, err error) {
	err = d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		c, err := cases.Get(tx, who, caseID)
		if err != nil {
			return err
		}
		at, err := d.situation(tx, c.ClientID, c.ID, d.Log.Now())
		if err != nil {
			return err
		}
		w := at.mayWrite(nil)
		later = !w.Allowed && !w.Next.IsZero() && day.In(w.Next, at.pack.Zone) == at.today
		return nil
	})
	return later, err
}
