package contact

import (
	"context"
	"fmt"
	"slices"
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
	return at, nil
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
	if w := at.pack.Contact("email", !at.facts.Business, at.now); !w.Allowed {
		return &Refusal{Rule: w.Rule, Text: w.Why, Law: w.Law, Next: w.Next}, nil
	}
	return at.byCaps(tx)
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

// contacted is one line of the firm's contacts with a person, across all clients.
type contacted struct {
	Channel string   `db:"channel"`
	OnDay   day.Date `db:"on_day"`
}

// week is what the laws call a week, read the strict way: any seven days running.
const week = 7

// byCaps judges how often the person has been contacted. A cap that holds only after a direct contact is kept always: whether
// somebody was spoken to is not known of every call.
func (at *situation) byCaps(tx *postgres.Tx) (*Refusal, error) {
	caps := at.pack.Caps(!at.facts.Business)
	if len(caps) == 0 {
		return nil, nil
	}
	var past []contacted
	// What is written and not yet handed over counts as well: two clients' reminders may wait at the same time.
	err := tx.Select(&past, `select channel, on_day from contact_log where person_id = $1 and on_day > $2
		union all
		select m.channel, m.reserved_on from messages m join accounts a on a.client_id = m.client_id and a.id = m.account_id
		 where a.person_id = $1 and m.state = 'reserved' and not exists (select 1 from contact_log l where l.person_id = $1 and l.id = m.id)
		order by 2`, at.account.PersonID, at.today.AddDays(-week))
	if err != nil {
		return nil, fmt.Errorf("reading the contacts with the person of account %s: %w", at.account.ID, err)
	}
	for _, c := range caps {
		if free := freeOn(c, past, at.today); free.After(at.today) {
			return &Refusal{Rule: c.ID, Law: c.Law, Next: time.Date(free.Year, free.Month, free.Day, 12, 0, 0, 0, at.pack.Zone),
				Text: problem.Text{ES: "Se alcanzó el máximo de contactos con esta persona.", EN: "The most contacts with this person have been reached."}}, nil
		}
	}
	return nil, nil
}

// freeOn is the first day on which a cap lets one more e-mail out.
func freeOn(c law.Cap, past []contacted, today day.Date) day.Date {
	if !slices.Contains(c.Channels, "email") {
		return today
	}
	span := week
	if c.Per == "day" {
		span = 1
	}
	var counted []day.Date
	seen := map[string]bool{}
	for _, p := range past {
		if !slices.Contains(c.Channels, p.Channel) || today.DaysSince(p.OnDay) >= max(span, c.MinGapDays) {
			continue
		}
		if c.Of == "channels" && (p.Channel == "email" || seen[p.Channel]) {
			continue
		}
		seen[p.Channel] = true
		counted = append(counted, p.OnDay)
	}
	free := today
	if n := len(counted); n > 0 && c.MinGapDays > 0 {
		free = day.Later(free, counted[n-1].AddDays(c.MinGapDays))
	}
	inSpan := slices.DeleteFunc(counted, func(d day.Date) bool { return today.DaysSince(d) >= span })
	if n := len(inSpan); n >= c.Max {
		free = day.Later(free, inSpan[n-c.Max].AddDays(span))
	}
	return free
}

// OpensLaterToday says whether the contact rules let nothing out at this hour and will later on the same day. To come back then
// is no refused attempt.
func (d *Desk) OpensLaterToday(ctx context.Context, who evidence.Actor, caseID uuid.UUID) (later bool, err error) {
	err = d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		c, err := cases.Get(tx, who, caseID)
		if err != nil {
			return err
		}
		pack, err := d.Law.Pack(c.Jurisdiction)
		if err != nil {
			return err
		}
		now := d.Log.Now()
		w := pack.Contact("email", !c.Business, now)
		later = !w.Allowed && !w.Next.IsZero() && day.In(w.Next, pack.Zone) == day.In(now, pack.Zone)
		return nil
	})
	return later, err
}
