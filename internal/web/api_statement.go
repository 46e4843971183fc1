package web

import (
	"cmp"
	"context"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/ledger"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// statement is that of a case, or of one of its debts.
func (s *Server) statement(ctx context.Context, who evidence.Actor, in *statementIn) (out ledger.Statement, err error) {
	err = s.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		c, on, err := s.stated(tx, who, in.ID, in.AsOf)
		if err != nil {
			return err
		}
		if in.DebtID == uuid.Nil {
			out, err = s.book().Statement(tx, c.ClientID, []uuid.UUID{c.ID}, on, in.KnownAt)
			return err
		}
		all, err := s.statements(tx, c.ClientID, ledger.Selection{Debts: []uuid.UUID{in.DebtID}}, on, in.KnownAt)
		if err != nil || all[0].Debts[0].CaseID != c.ID {
			return cmp.Or(err, error(problem.Missing))
		}
		out = all[0]
		return nil
	})
	return out, err
}

type debtorIn struct {
	ByID
	AsOf    day.Date  `query:"as_of" doc:"Today where the case is, when absent"`
	KnownAt time.Time `query:"known_at" doc:"As it was known at this instant; all that is known when absent"`
}

// debtorOut are the statements of a debtor's cases with one client, as far as the reader may read them.
type debtorOut struct {
	Data []ledger.Statement `json:"data"`
}

func (s *Server) debtorStatements(ctx context.Context, who evidence.Actor, in *debtorIn) (out debtorOut, err error) {
	err = s.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		c, on, err := s.stated(tx, who, in.ID, in.AsOf)
		if err != nil {
			return err
		}
		all, err := cases.OfAccount(tx, who, c.ClientID, c.AccountID, access.To(access.ActRead, access.ObjStatement))
		if err != nil {
			return err
		}
		ids := make([]uuid.UUID, len(all))
		for i, one := range all {
			ids[i] = one.ID
		}
		out.Data, err = s.statements(tx, c.ClientID, ledger.Selection{Cases: ids}, on, in.KnownAt)
		return err
	})
	return out, err
}

// stated is a case whose statement the reader may read, and the day asked for, or today where the case is.
func (s *Server) stated(tx *postgres.Tx, who evidence.Actor, id uuid.UUID, asked day.Date) (*cases.Case, day.Date, error) {
	c, err := cases.Get(tx, who, id)
	if err != nil {
		return nil, asked, err
	}
	if err := access.Require(who, access.To(access.ActRead, access.ObjStatement), c.Place(), access.NoState); err != nil {
		return nil, asked, err
	}
	if !asked.IsZero() {
		return c, asked, nil
	}
	pack, err := s.Cases.Pack(c)
	if err != nil {
		return nil, asked, err
	}
	return c, day.In(s.Now(), pack.Zone), nil
}

func (s *Server) statements(tx *postgres.Tx, client uuid.UUID, of ledger.Selection, on day.Date, known time.Time) ([]ledger.Statement, error) {
	r, err := s.book().Read(tx, client, of, known)
	if err != nil {
		return nil, err
	}
	return r.Statements(on)
}
