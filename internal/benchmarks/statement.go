package benchmarks

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"
	"github.com/shopspring/decimal"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/ledger"
	"recobro/internal/money"
	"recobro/internal/postgres"
)

// The floor of a statement is a plain loop over the same periods that does nothing but multiply and round: it is told every base, rate
// and number of days beforehand, reads no line, looks up no rate and builds nothing. It uses the same exact decimals; the same loop
// in whole numbers, for which bases, rates and days are integers beforehand, stands beside it.

const (
	statedPayments = 12
	statedChunk    = 500 // cases read by one statement of SQL
)

var (
	statedDue   = day.Of(2021, 2, 28)
	statedAsOf  = day.Of(2026, 2, 28)
	statedFirst = day.Of(2021, 6, 14) // a payment every 130 days
)

func statementLines(ctx context.Context, b *bench) ([]Line, error) {
	h, err := b.found(ctx)
	if err != nil {
		return nil, err
	}
	model, err := h.fiveYears(ctx)
	if err != nil {
		return nil, err
	}
	b.say("copying a case of five years and %d payments %d times", statedPayments, b.size.Statements)
	ids, err := h.copies(ctx, model, b.size.Statements)
	if err != nil {
		return nil, err
	}
	book := &ledger.Book{Law: h.law}
	one, err := read(ctx, h, book, []uuid.UUID{model})
	if err != nil {
		return nil, err
	}
	stated, err := one.Statements(statedAsOf)
	if err != nil {
		return nil, err
	}
	n := b.size.Statements
	var computing []time.Duration
	took, err := b.inTurn(ctx, computed(one, n), stored(h, book, ids, &computing), multiplied(stated[0], n), inWholeNumbers(stated[0], n))
	if err != nil {
		return nil, err
	}
	computing = computing[b.size.WarmRounds:]
	slices.Sort(computing)
	each := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 / float64(n) }
	line := func(name string, target float64, ours, floor time.Duration) Line {
		return Line{Name: name, Unit: "µs", Target: target, LessIsGood: true, Ours: each(ours), Floor: each(floor)}
	}
	many := fmt.Sprintf("statement, %d cases", n)
	return []Line{line("statement", 4, took[0], took[2]), line(many, 4, computing[len(computing)/2], took[2]),
		line(many+" with their reading", 0, took[1], took[2]), line("statement against integers", 0, took[0], took[3])}, nil
}

// fiveYears opens a case by the product's own actions and pays it twelve times, with the interest of each half-year in between.
func (h *house) fiveYears(ctx context.Context) (uuid.UUID, error) {
	bodies, err := portfolios("statement", 7_000_000, 1)
	if err != nil {
		return uuid.Nil, err
	}
	ids, err := h.handOver(ctx, bodies)
	if err != nil {
		return uuid.Nil, err
	}
	// The case is older than the firm of this measurement: its days are set back, past every trigger.
	for _, q := range []string{`set session_replication_role = replica`,
		`update app.debts set issued_on = '2021-01-29', due_on = '` + statedDue.String() + `', principal_minor = 1234567 where case_id = '` + ids[0].String() + `'`,
		`update app.ledger_entries set effective_on = '2021-01-29', minor = 1234567 where case_id = '` + ids[0].String() + `' and component = 'principal'`,
		`update app.ledger_entries set effective_on = '2021-03-01' where case_id = '` + ids[0].String() + `' and component = 'compensation'`,
		`reset session_replication_role`} {
		if _, err := h.super.ExecContext(ctx, q); err != nil {
			return uuid.Nil, fmt.Errorf("setting a case back: %w", err)
		}
	}
	for i := range statedPayments {
		if err := h.pay(ctx, ids[0], money.Of(60_000, money.EUR), statedFirst.AddDays(130*i)); err != nil {
			return uuid.Nil, err
		}
	}
	return ids[0], nil
}

// pay lets a payment fall on a case.
func (h *house) pay(ctx context.Context, caseID uuid.UUID, amount money.Amount, on day.Date) error {
	p := ledger.Payment{ID: uuid.Must(uuid.NewV7()), Amount: amount, ReceivedOn: on}
	_, err := evidence.Record(ctx, h.log, h.job, func(tx *evidence.Tx) (ledger.Allocated, []evidence.Entry, error) {
		c, err := cases.Lock(tx, caseID, access.To(access.ActRead, access.ObjCase))
		if err != nil {
			return ledger.Allocated{}, nil, err
		}
		_, err = tx.Exec(`insert into payments (client_id, id, account_id, minor, currency, received_on, source) values ($1, $2, $3, $4, $5, $6, 'bank')`,
			c.ClientID, p.ID, c.AccountID, amount.Minor, amount.Currency, on)
		if err != nil {
			return ledger.Allocated{}, nil, fmt.Errorf("storing a payment: %w", err)
		}
		return (&ledger.Book{Law: h.law}).Pay(tx, []*cases.Case{c}, p)
	})
	return err
}

// copies clones the case with its debt and lines, past every trigger: only what a statement reads.
func (h *house) copies(ctx context.Context, model uuid.UUID, n int) ([]uuid.UUID, error) {
	conn, err := h.super.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	defer conn.Close()
	for _, q := range []string{`set session_replication_role = replica`,
		`create temporary table copies as select i, gen_random_uuid() as id, gen_random_uuid() as debt from generate_series(1, ` + fmt.Sprint(n) + `) i`,
		`insert into app.cases select (jsonb_populate_record(c, jsonb_build_object('id', k.id, 'number', 'R-2021-' || lpad(k.i::text, 6, '0')))).* from app.cases c, copies k where c.id = '` + model.String() + `'`,
		`insert into app.debts select (jsonb_populate_record(d, jsonb_build_object('id', k.debt, 'case_id', k.id, 'external_ref', 'S' || k.i, 'number', 'S' || k.i))).* from app.debts d, copies k
			where d.case_id = '` + model.String() + `'`,
		`insert into app.ledger_entries (client_id, id, case_id, debt_id, component, kind, minor, currency, effective_on, recorded_at, payment_id, basis)
			select l.client_id, gen_random_uuid(), k.id, k.debt, l.component, l.kind, l.minor, l.currency, l.effective_on, l.recorded_at, l.payment_id, l.basis
			  from copies k cross join app.ledger_entries l where l.case_id = '` + model.String() + `'`,
		`reset session_replication_role`, `analyze`} {
		if _, err := conn.ExecContext(ctx, q); err != nil {
			return nil, fmt.Errorf("copying a case: %w", err)
		}
	}
	var texts []string
	if err := conn.QueryRowContext(ctx, `select array_agg(id order by i) from copies`).Scan(pq.Array(&texts)); err != nil {
		return nil, fmt.Errorf("reading the copies: %w", err)
	}
	ids := make([]uuid.UUID, len(texts))
	for i, text := range texts {
		if ids[i], err = uuid.Parse(text); err != nil {
			return nil, fmt.Errorf("reading the copies: %w", err)
		}
	}
	return ids, nil
}

func read(ctx context.Context, h *house, book *ledger.Book, ids []uuid.UUID) (r *ledger.Reading, err error) {
	err = h.app.View(ctx, h.job.Token, func(tx *postgres.Tx) error {
		r, err = book.Read(tx, h.client.ID, ledger.Selection{Cases: ids}, time.Time{})
		return err
	})
	return r, err
}

// computed states what was read once, n times.
func computed(r *ledger.Reading, n int) side {
	return func(context.Context, int) (time.Duration, error) {
		start := time.Now()
		for range n {
			if _, err := r.Statements(statedAsOf); err != nil {
				return 0, err
			}
		}
		return time.Since(start), nil
	}
}

// stored reads and states every case from PostgreSQL, a chunk after another, so that no more than a chunk is held. It also notes
// what of a round was computing.
func stored(h *house, book *ledger.Book, ids []uuid.UUID, computing *[]time.Duration) side {
	return func(ctx context.Context, _ int) (time.Duration, error) {
		start, computed := time.Now(), time.Duration(0)
		for from := 0; from < len(ids); from += statedChunk {
			r, err := read(ctx, h, book, ids[from:min(from+statedChunk, len(ids))])
			if err != nil {
				return 0, err
			}
			loaded := time.Now()
			all, err := r.ByCase(statedAsOf)
			computed += time.Since(loaded)
			if err != nil || len(all) == 0 || all[0].Open.IsZero() {
				return 0, fmt.Errorf("stating %d cases: %d statements (%w)", len(ids), len(all), err)
			}
		}
		*computing = append(*computing, computed)
		return time.Since(start), nil
	}
}

// multiplied is the bare loop in exact decimals.
func multiplied(s ledger.Statement, n int) side {
	type period struct{ base, rate, days decimal.Decimal }
	var periods []period
	want := s.Total(ledger.Interest).Charged.Minor
	for _, x := range s.Debts[0].Slices {
		periods = append(periods, period{decimal.NewFromInt(x.Base.Minor), decimal.RequireFromString(x.RatePct), decimal.NewFromInt(int64(x.Days))})
	}
	divisor := decimal.NewFromInt(36500)
	return func(context.Context, int) (time.Duration, error) {
		start := time.Now()
		for range n {
			total := int64(0)
			for _, p := range periods {
				total += p.base.Mul(p.rate).Mul(p.days).DivRound(divisor, 0).IntPart()
			}
			if total != want {
				return 0, fmt.Errorf("the bare loop has %d, the statement %d", total, want)
			}
		}
		return time.Since(start), nil
	}
}

// inWholeNumbers is the bare loop in int64: rates in hundredths of a per cent.
func inWholeNumbers(s ledger.Statement, n int) side {
	type period struct{ base, rate, days int64 }
	var periods []period
	want := s.Total(ledger.Interest).Charged.Minor
	for _, x := range s.Debts[0].Slices {
		periods = append(periods, period{x.Base.Minor, decimal.RequireFromString(x.RatePct).Shift(2).IntPart(), int64(x.Days)})
	}
	return func(context.Context, int) (time.Duration, error) {
		start := time.Now()
		for range n {
			total := int64(0)
			for _, p := range periods {
				total += (p.base*p.rate*p.days + 1_825_000) / 3_650_000
			}
			if total != want {
				return 0, fmt.Errorf("the bare loop has %d, the statement %d", total, want)
			}
		}
		return time.Since(start), nil
	}
}
