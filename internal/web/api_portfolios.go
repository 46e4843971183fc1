package web

import (
	"context"
	"encoding/base64"
	"strconv"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/intake"
	"recobro/internal/money"
	"recobro/internal/problem"
)

type portfolioIn struct {
	Body struct {
		ClientID  *uuid.UUID    `json:"client_id,omitempty" doc:"Only people of the firm name the client"`
		Reference string        `json:"reference" minLength:"1" maxLength:"100" doc:"The client's own name of the portfolio, once only"`
		Currency  string        `json:"currency,omitempty" enum:"EUR,MXN,PEN,CLP,CLF,COP,USD" doc:"Of every amount; the client's own when absent"`
		Items     []intake.Item `json:"items" minItems:"1" maxItems:"1000"`
	}
}

type portfolioOut struct {
	ID         uuid.UUID    `json:"id"`
	Reference  string       `json:"reference"`
	ReceivedOn day.Date     `json:"received_on"`
	ReceivedAt time.Time    `json:"received_at"`
	Source     string       `json:"source" enum:"api,file,page"`
	Count      int          `json:"count" doc:"Items handed over"`
	Accepted   int          `json:"accepted"`
	Rejected   int          `json:"rejected"`
	Total      money.Amount `json:"accepted_total"`
	Root       *string      `json:"receipts_root,omitempty" doc:"Signed root over the receipts of the accepted items: one signature for the whole portfolio"`
	Items      []itemOut    `json:"items,omitempty" doc:"Only in the answer to the submission"`
}

type itemOut struct {
	N           int             `json:"n" doc:"Place in the portfolio, from 0"`
	ExternalRef string          `json:"external_ref"`
	Status      string          `json:"status" enum:"accepted,watched,under_review,rejected"`
	CaseID      *uuid.UUID      `json:"case_id,omitempty"`
	CaseNumber  string          `json:"case_number,omitempty"`
	Reasons     []reasonOut     `json:"reasons,omitempty"`
	Warnings    []reasonOut     `json:"warnings,omitempty"`
	Receipt     *debtReceiptOut `json:"receipt,omitempty" doc:"What the client holds against the firm; it leads to the portfolio's receipts_root"`
}

type debtReceiptOut intake.Receipt

type portfolioReceiptsOut struct {
	Root       *string          `json:"receipts_root,omitempty"`
	Data       []debtReceiptOut `json:"data"`
	NextCursor string           `json:"next_cursor,omitempty"`
}

type reasonOut struct {
	Pointer string       `json:"pointer,omitempty"`
	Code    string       `json:"code"`
	Text    problem.Text `json:"text"`
}

// ByID is the address of one thing. huma reads embedded structs only when they are exported.
type ByID struct {
	ID uuid.UUID `path:"id"`
}

// ListIn is what every list takes.
type ListIn struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"200"`
}

type portfolioItemsIn struct {
	ByID
	ListIn
	Status string `query:"status" enum:"accepted,watched,under_review,rejected"`
}

type portfolioReceiptsIn struct {
	ByID
	ListIn
}

// portfolioAPI takes portfolios and tells their fate.
func (s *Server) portfolioAPI() {
	submit, see := access.To(access.ActSubmit, access.ObjPortfolio), access.To(access.ActRead, access.ObjPortfolio)
	act(s, submit, needsKey(post("/portfolios", "submitPortfolio", "Entregar una cartera / Hand over a portfolio", 201)), s.submitPortfolio, portfolioView)
	read(s, access.To(access.ActList, access.ObjPortfolio), get("/portfolios", "listPortfolios", "Carteras / Portfolios"), s.listPortfolios)
	read(s, see, get("/portfolios/{id}", "getPortfolio", "Una cartera / One portfolio"), func(ctx context.Context, who evidence.Actor, in *ByID) (portfolioOut, error) {
		r, err := s.Intake.Get(ctx, who, in.ID)
		return portfolioView(who, r), err
	})
	read(s, see, get("/portfolios/{id}/items", "listPortfolioItems", "Las partidas de una cartera / The items of a portfolio"), s.portfolioItems)
	read(s, see, get("/portfolios/{id}/receipts", "listPortfolioReceipts", "Los recibos de una cartera / The receipts of a portfolio"), s.portfolioReceipts)
}

func (s *Server) submitPortfolio(ctx context.Context, who evidence.Actor, in *portfolioIn) (intake.Result, error) {
	client, err := clientOf(who, in.Body.ClientID)
	if err != nil {
		return intake.Result{}, err
	}
	return s.Intake.Submit(ctx, who, client, intake.Portfolio{Reference: in.Body.Reference, Currency: money.Currency(in.Body.Currency), Source: "api", Items: in.Body.Items})
}

var errWhichClient = problem.New(problem.Invalid, "client_missing", "Indique client_id: actúa por más de un cliente, o por el despacho.", "Name client_id: you act for several clients, or for the firm.")

// clientOf is the company somebody acts for: the one named, else the only one. Somebody else's company does not exist.
func clientOf(who evidence.Actor, named *uuid.UUID) (uuid.UUID, error) {
	switch {
	case named == nil && len(who.Clients) == 1:
		return who.Clients[0], nil
	case named == nil:
		return uuid.Nil, errWhichClient.With(problem.Reason{Pointer: "/client_id", Code: "missing_member", Text: faultText("missing_member")})
	case !who.Staff && !who.For(*named):
		return uuid.Nil, problem.Missing
	}
	return *named, nil
}

func (s *Server) listPortfolios(ctx context.Context, who evidence.Actor, in *ListIn) (Page[portfolioOut], error) {
	var before uuid.UUID
	if in.Cursor != "" {
		var err error
		if before, err = uuid.Parse(in.Cursor); err != nil {
			return Page[portfolioOut]{}, errCursor
		}
	}
	all, err := s.Intake.List(ctx, who, before, in.Limit+1)
	return pageOf(all, in.Limit, func(r intake.Result) portfolioOut { return portfolioView(who, r) }, func(r intake.Result) string { return r.ID.String() }), err
}

func (s *Server) portfolioItems(ctx context.Context, who evidence.Actor, in *portfolioItemsIn) (Page[itemOut], error) {
	after := -1
	if in.Cursor != "" {
		raw, err := base64.RawURLEncoding.DecodeString(in.Cursor)
		if err == nil {
			after, err = strconv.Atoi(string(raw))
		}
		if err != nil || after < 0 {
			return Page[itemOut]{}, errCursor
		}
	}
	all, err := s.Intake.Items(ctx, who, in.ID, intake.Status(in.Status), after, in.Limit+1)
	return pageOf(all, in.Limit, itemView, func(f intake.Fate) string { return base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(f.N))) }), err
}

// portfolioReceipts pages the receipts of the accepted items with the signature that they lead to.
func (s *Server) portfolioReceipts(ctx context.Context, who evidence.Actor, in *portfolioReceiptsIn) (portfolioReceiptsOut, error) {
	r, err := s.Intake.Get(ctx, who, in.ID)
	if err != nil {
		return portfolioReceiptsOut{}, err
	}
	page, err := s.portfolioItems(ctx, who, &portfolioItemsIn{ByID: in.ByID, ListIn: in.ListIn, Status: string(intake.Accepted)})
	out := portfolioReceiptsOut{Root: r.ReceiptsRoot, Data: []debtReceiptOut{}, NextCursor: page.NextCursor}
	for _, item := range page.Data {
		if item.Receipt != nil {
			out.Data = append(out.Data, *item.Receipt)
		}
	}
	return out, err
}

var errCursor = problem.New(problem.Invalid, "cursor_invalid", "El cursor no es válido.", "The cursor is not valid.")

// pageOf makes an answer of at most limit things out of one more, and the cursor of the last.
func pageOf[T, Out any](all []T, limit int, view func(T) Out, cursor func(T) string) Page[Out] {
	p := Page[Out]{Data: []Out{}}
	if len(all) > limit {
		all = all[:limit]
		p.NextCursor = cursor(all[limit-1])
	}
	for _, thing := range all {
		p.Data = append(p.Data, view(thing))
	}
	return p
}

func portfolioView(_ evidence.Actor, r intake.Result) portfolioOut {
	out := portfolioOut{ID: r.ID, Reference: r.Reference, ReceivedOn: r.ReceivedOn, ReceivedAt: r.ReceivedAt.UTC(), Source: r.Source, Count: r.Items,
		Accepted: r.Accepted, Rejected: r.Rejected, Total: r.AcceptedTotal(), Root: r.ReceiptsRoot}
	for _, f := range r.Fates {
		out.Items = append(out.Items, itemView(f))
	}
	return out
}

func itemView(f intake.Fate) itemOut {
	return itemOut{N: f.N, ExternalRef: f.ExternalRef, Status: string(f.Status), CaseID: f.CaseID, CaseNumber: f.CaseNumber,
		Reasons: reasonsView(f.Reasons), Warnings: reasonsView(f.Warnings), Receipt: (*debtReceiptOut)(f.Receipt)}
}

func reasonsView(all []problem.Reason) []reasonOut {
	var out []reasonOut
	for _, r := range all {
		out = append(out, reasonOut{r.Pointer, r.Code, r.Text})
	}
	return out
}
