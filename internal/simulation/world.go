package simulation

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"recobro/internal/contact/mailbox"
	"recobro/internal/day"
	"recobro/internal/money"
)

// Clock is the simulated calendar that the house reads as its business time. Before the first day and after the last it
// shows the real time.
type Clock struct{ at atomic.Pointer[time.Time] }

// Now is the simulated instant, or the real one.
func (c *Clock) Now() time.Time {
	if t := c.at.Load(); t != nil {
		return *t
	}
	return time.Now()
}

// Set stops the clock at an instant.
func (c *Clock) Set(t time.Time) { c.at.Store(&t) }

// Release lets the clock show the real time again.
func (c *Clock) Release() { c.at.Store(nil) }

// Day runs the firm's own business day: everything that production's daily job does, to the end.
type Day func(ctx context.Context, today day.Date) error

// World is a firm, its creditors and its debtors on a seeded calendar.
type World struct {
	demo     Demo
	book     []creditor
	clock    *Clock
	zone     *time.Location
	mail     *mailbox.Box
	runDay   Day
	rand     *rand.Rand
	start    day.Date
	end      day.Date
	everyDay bool // weekends too: a replayed file has its own calendar
	today    day.Date
	debtors  []*debtor
	byCase   map[uuid.UUID]*debtor
	byMail   map[string]*debtor
	agenda   map[day.Date][]func(context.Context) error
	money    []transfer // on their way to the firm's account
	seen     int        // mails read so far
	serial   int
	received map[money.Currency]int64
	people   map[string]*caller
	systems  map[uuid.UUID]*caller
}

// debtor is one debtor of the story with the debts one creditor claims.
type debtor struct {
	creditor   int
	party      party
	fate       fate
	handOver   day.Date
	items      []portfolioItem
	cases      []uuid.UUID
	mails      int
	settled    bool // has said its last word
	agreement  uuid.UUID
	agreedCase uuid.UUID
	plan       []instalment
	// of a replayed invoice
	settlesOn day.Date
	disputes  bool
	invoice   money.Amount
}

// transfer is money on its way: it arrives on a day and is booked by finance.
type transfer struct {
	on     day.Date
	to     *debtor
	caseID uuid.UUID
	amount money.Amount
	direct bool // it went to the creditor, whose system reports it
}

// at puts something on the agenda of a business day, today at the earliest.
func (w *World) at(on day.Date, do func(context.Context) error) {
	if on.Before(w.today) {
		on = w.today
	}
	on = w.playable(on)
	w.agenda[on] = append(w.agenda[on], do)
}

// in puts something on the agenda some calendar days from today.
func (w *World) in(days int, do func(context.Context) error) { w.at(w.today.AddDays(days), do) }

// playable is the day itself, or the next one on which the world is played.
func (w *World) playable(d day.Date) day.Date {
	if w.everyDay {
		return d
	}
	return businessDay(d)
}

func businessDay(d day.Date) day.Date {
	for d.Weekday() == time.Saturday || d.Weekday() == time.Sunday {
		d = d.AddDays(1)
	}
	return d
}

// BusinessDaysBack goes n business days back from d.
func BusinessDaysBack(d day.Date, n int) day.Date {
	for d.Weekday() == time.Saturday || d.Weekday() == time.Sunday {
		d = d.AddDays(-1)
	}
	for n > 1 {
		d = d.AddDays(-1)
		if d.Weekday() != time.Saturday && d.Weekday() != time.Sunday {
			n--
		}
	}
	return d
}

// Play runs the calendar to its last day. progress hears each finished day.
func (w *World) Play(ctx context.Context, progress func(done, total int)) error {
	total := 0
	for d := w.start; !d.After(w.end); d = w.playable(d.AddDays(1)) {
		total++
	}
	for done, d := 1, w.start; !d.After(w.end); done, d = done+1, w.playable(d.AddDays(1)) {
		if err := w.playDay(ctx, d); err != nil {
			return fmt.Errorf("playing %s: %w", d, err)
		}
		if progress != nil {
			progress(done, total)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// playDay is one business day in the order of an office: the creditors' portfolios, the bank's night file, the firm's own
// daily run, the answers of debtors, and what people do about it all.
func (w *World) playDay(ctx context.Context, d day.Date) error {
	w.today = d
	// Five in the afternoon in Madrid is the hour at which one may write to Mexico and Peru too.
	w.clock.Set(time.Date(d.Year, d.Month, d.Day, 17, 0, 0, 0, w.zone))
	for _, step := range []func(context.Context) error{w.handOver, w.bookMoney, w.firmDay, w.readMail, w.deskWork, w.clientsDecide} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	for len(w.agenda[d]) > 0 {
		todo := w.agenda[d]
		w.agenda[d] = nil
		for _, do := range todo {
			if err := do(ctx); err != nil {
				return err
			}
		}
	}
	delete(w.agenda, d)
	return nil
}

func (w *World) firmDay(ctx context.Context) error { return w.runDay(ctx, w.today) }

func (w *World) team(d *debtor) string { return w.book[d.creditor].team }

// lawyer and paralegal are those of the debtor's team.
func (w *World) lawyer(d *debtor) *caller    { return w.person("lawyer", w.team(d)) }
func (w *World) paralegal(d *debtor) *caller { return w.person("paralegal", w.team(d)) }

// clientAdmin is the first client_admin of a creditor: takeOn hires them in the order of the clients.
func (w *World) clientAdmin(creditor int) *caller {
	for _, u := range w.demo.Users {
		if u.Role == "client_admin" {
			if creditor == 0 {
				return w.people[u.Email]
			}
			creditor--
		}
	}
	return nil
}

// person is somebody of a role; with a team, of that team.
func (w *World) person(role, team string) *caller {
	i := slices.IndexFunc(w.demo.Users, func(u Login) bool { return u.Role == role && (team == "" || u.Team == team) })
	return w.people[w.demo.Users[i].Email]
}
