package web

import (
	"context"
	"strconv"
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

type casesIn struct {
	ListIn
	Stage       string    `query:"stage" enum:"intake,amicable,formal_demand,pre_litigation,judicial,enforcement,closed"`
	Words       string    `query:"q" maxLength:"200" doc:"Debtor, tax id, case or invoice number, own reference"`
	TaxID       string    `query:"debtor_tax_id" maxLength:"40"`
	ExternalRef string    `query:"external_ref" maxLength:"100"`
	ClientID    uuid.UUID `query:"client_id" doc:"For whoever acts for several"`
	Since       time.Time `query:"updated_since" doc:"Something happened on the case at this instant or later"`
	Mine        bool      `query:"mine" doc:"Held by the caller"`
	Prescribes  int       `query:"prescribes_within" minimum:"0" maximum:"3650" doc:"Open cases whose last day to sue comes within so many days, the nearest first"`
}

type interactionsIn struct {
	ByID
	ListIn
}

// caseAPI reads cases. What is done to them stands in api_case_work.go.
func (s *Server) caseAPI() {
	see := access.To(access.ActRead, access.ObjCase)
	read(s, access.To(access.ActList, access.ObjCase), get("/cases", "listCases", "Expedientes / Cases"), s.listCases)
	read(s, see, get("/cases/{id}", "getCase", "Un expediente / One case"), s.getCase)
	read(s, access.To(access.ActRead, access.ObjInteraction), get("/cases/{id}/interactions", "listInteractions", "Qué ha pasado / What has happened"), s.listInteractions)
}

func (s *Server) listCases(ctx context.Context, who evidence.Actor, in *casesIn) (Page[caseLine], error) {
	f := cases.Filter{Stage: cases.Stage(in.Stage), Words: in.Words, TaxID: in.TaxID, ExternalRef: in.ExternalRef, ClientID: in.ClientID, Since: in.Since,
		Mine: in.Mine, After: in.Cursor, Limit: in.Limit}
	if in.Prescribes > 0 {
		f.LastFrom = day.In(s.Now(), firmZone)
		f.LastTo = f.LastFrom.AddDays(in.Prescribes)
	}
	lines, next, err := s.Cases.List(ctx, who, f)
	page := Page[caseLine]{Data: []caseLine{}, NextCursor: next}
	for _, l := range lines {
		page.Data = append(page.Data, caseLineView(l))
	}
	return page, err
}

func (s *Server) getCase(ctx context.Context, who evidence.Actor, in *ByID) (out caseOut, err error) {
	err = s.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		c, err := cases.Get(tx, who, in.ID)
		if err != nil {
			return err
		}
		out = caseView(who, c)
		return s.fillCase(tx, c, &out)
	})
	return out, err
}

// fillCase adds account, parties, debts and balance. A rate that the law's data lacks is named, and hides nothing else.
func (s *Server) fillCase(tx *postgres.Tx, c *cases.Case, out *caseOut) error {
	account, err := cases.AccountOf(tx, c.ClientID, c.AccountID)
	if err != nil {
		return err
	}
	parties, err := cases.PartiesOf(tx, c.ClientID, c.AccountID)
	if err != nil {
		return err
	}
	debts, err := cases.DebtsOf(tx, c.ClientID, c.ID)
	if err != nil {
		return err
	}
	pack, err := s.Cases.Pack(c)
	if err != nil {
		return err
	}
	out.PaymentReference, out.MoneyKnownUntil = account.PaymentReference, account.KnownUntil
	for _, p := range parties {
		out.Parties = append(out.Parties, partyView(p))
	}
	for _, d := range debts {
		out.Debts = append(out.Debts, debtView(d))
	}
	today := day.In(s.Now(), pack.Zone)
	balances, err := s.book().Balance(tx, c.ClientID, []uuid.UUID{c.ID}, today)
	if missing := problem.Of(err); missing != nil && missing.Kind == problem.Invalid {
		out.BalanceProblem = &reasonOut{Code: missing.Code, Text: missing.Text}
		return nil
	}
	out.Balance = balanceView(balances[c.ID], c.Currency, today)
	return err
}

// book is the one calculation path, on the law of this server.
func (s *Server) book() *ledger.Book { return &ledger.Book{Law: s.Law} }

func (s *Server) listInteractions(ctx context.Context, who evidence.Actor, in *interactionsIn) (page Page[interactionOut], err error) {
	before := number(in.Cursor)
	if in.Cursor != "" && before == 0 {
		return page, errCursor
	}
	var lines []evidence.Interaction
	err = s.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		c, err := cases.Get(tx, who, in.ID)
		if err != nil {
			return err
		}
		if err := access.Require(who, access.To(access.ActRead, access.ObjInteraction), c.Place(), access.NoState); err != nil {
			return err
		}
		lines, err = evidence.Interactions(tx, evidence.CaseOf(c.ClientID, c.ID), before, in.Limit+1)
		return err
	})
	page = Page[interactionOut]{Data: []interactionOut{}}
	if len(lines) > in.Limit {
		lines = lines[:in.Limit]
		page.NextCursor = strconv.Itoa(lines[in.Limit-1].Seq)
	}
	for _, l := range lines {
		if out, shown := interactionView(who, l); shown {
			page.Data = append(page.Data, out)
		}
	}
	return page, err
}
