package simulation

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"recobro/internal/contact/mailbox"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/money"
	"recobro/internal/postgres"
)

// House is the running installation that a world plays on: the same server, log and daily run as in production.
type House struct {
	BaseURL string
	Log     *evidence.Log
	Worker  *postgres.DB
	Clock   *Clock
	Mail    *mailbox.Box
	RunDay  Day
}

// Story makes the demo's world: cases of four creditors over so many business days that end on the last day.
func Story(ctx context.Context, h House, seed uint64, cases int, start, end day.Date) (*World, error) {
	book := creditors(start)
	r := rand.New(rand.NewPCG(seed, 406))
	deal := dealer{rand: r, book: book, start: start, end: end}
	debtors, err := deal.deal(cases)
	if err != nil {
		return nil, err
	}
	return newWorld(ctx, h, r, book, debtors, start, end)
}

// Replay makes the world of a real receivables file on its own calendar.
func Replay(ctx context.Context, h House, invoices []Invoice) (*World, error) {
	if len(invoices) == 0 {
		return nil, fmt.Errorf("replaying: the file has no invoices")
	}
	start, end := invoices[0].Due, invoices[0].Settled
	for _, i := range invoices {
		start, end = day.Earlier(start, i.Due), day.Later(end, i.Settled)
	}
	r := rand.New(rand.NewPCG(1, 406))
	w, err := newWorld(ctx, h, r, replayBook(start), replayed(invoices, r), start, end.AddDays(3))
	if err == nil {
		w.everyDay = true
	}
	return w, err
}

func newWorld(ctx context.Context, h House, r *rand.Rand, book []creditor, debtors []*debtor, start, end day.Date) (*World, error) {
	zone, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		return nil, fmt.Errorf("loading the zone: %w", err)
	}
	h.Clock.Set(start.AddDays(-1).Date.In(zone))
	demo, err := Found(ctx, h.Log, h.Worker, start, h.BaseURL, book)
	if err != nil {
		return nil, err
	}
	if err := demo.SignInAll(ctx, h.Log.DB); err != nil {
		return nil, err
	}
	w := &World{demo: demo, book: book, clock: h.Clock, zone: zone, mail: h.Mail, runDay: h.RunDay, rand: r, start: start, end: end, debtors: debtors,
		byCase: map[uuid.UUID]*debtor{}, byMail: map[string]*debtor{}, agenda: map[day.Date][]func(context.Context) error{},
		received: map[money.Currency]int64{}, people: map[string]*caller{}, systems: map[uuid.UUID]*caller{}}
	for _, u := range demo.Users {
		w.people[u.Email] = newCaller(h.BaseURL, u.Token, u.TOTPSecret)
	}
	for _, c := range demo.Clients {
		w.systems[c.ID] = newCaller(h.BaseURL, c.APIKey, "")
	}
	for _, d := range debtors {
		w.byMail[d.party.Email] = d
	}
	return w, w.vouch(ctx)
}

// Demo is what the visitor needs to come in.
func (w *World) Demo() Demo { return w.demo }
