package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/gazette"
	"recobro/internal/law"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

func (s *Server) lawPages() {
	see := access.To(access.ActRead, access.ObjLaw)
	s.page("GET", "/law", access.To(access.ActList, access.ObjLaw), s.lawsPage)
	s.calculatorPages()
	s.page("GET", "/law/{jurisdiction}", see, s.lawPage)
	s.page("GET", "/law/{jurisdiction}/table.csv", see, s.lawTable)
	s.page("POST", "/law/{jurisdiction}/changes", access.To(access.ActPropose, access.ObjLaw), s.proposeChange)
	s.page("POST", "/law/{jurisdiction}/series", access.To(access.ActPropose, access.ObjLaw), s.importSeries)
	s.page("POST", "/law/{jurisdiction}/vouch", access.To(access.ActVerify, access.ObjLaw), s.vouchFacts)
	s.page("POST", "/law/changes/{id}/approve", access.To(access.ActApprove, access.ObjLaw), s.approveChange)
	s.page("POST", "/law/changes/{id}/reject", access.To(access.ActReject, access.ObjLaw), s.rejectChange)
	s.page("POST", "/law/changes/{id}/withdraw", access.To(access.ActCancel, access.ObjLaw), s.withdrawChange)
}

func lawURL(code string) string { return "/law/" + url.PathEscape(code) }

// lawsSheet lists the packs with what waits and what is stale in each.
type lawsSheet struct {
	head
	Packs []packLine
}

// packLine is one pack in the list.
type packLine struct {
	packOut
	Last *gazette.Change // the newest approval
	Open int             // proposals
}

func (s *Server) lawsPage(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	all, err := s.listPacks(r.Context(), who, nil)
	if err != nil {
		return err
	}
	sheet := lawsSheet{head: head{Title: text(s.tongue(r, who), "law.title"), Section: "/law"}}
	err = s.Log.DB.View(r.Context(), who.Token, func(tx *postgres.Tx) error {
		state, err := gazette.Standing(tx)
		sheet.Packs = nil
		for _, p := range all.Data {
			sheet.Packs = append(sheet.Packs, packLine{p, state[p.Code].Last, state[p.Code].Open})
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "laws", sheet)
}

// lawSheet is one pack: a section of what it says, what is proposed, and the forms to propose more.
type lawSheet struct {
	head
	tried
	Pack     *law.Pack
	Code     string
	Tab      string
	Tabs     []string
	Stale    []law.Stale
	Facts    factList
	Rates    []rateView
	Units    []law.UnitTable
	Choices  []law.NamedSetting
	Holidays []law.Holiday
	Regions  []law.Region
	Place    law.Place
	Year     int
	Today    day.Date
	Open     []changeLine
	Past     []changeLine
	May      map[string]bool
}

// changeLine is a change as the reader may decide it.
type changeLine struct {
	gazette.Change
	MayDecide, MayWithdraw bool
	At                     time.Time // proposed, in the zone of the pack
}

// Late is a decision that was refused because the proposal is decided: its form stands no more.
func (p lawSheet) Late() form {
	for _, c := range p.Open {
		if p.tried.Name == "decide-"+c.ID.String() {
			return form{}
		}
	}
	if strings.HasPrefix(p.tried.Name, "decide-") {
		return p.form(p.tried.Name)
	}
	return form{}
}

// Ticks are the rates of the page that wait for a lawyer's tick.
func (p lawSheet) Ticks() (ids []string) {
	for _, v := range p.Rates {
		ids = append(ids, v.Unvouched()...)
	}
	return ids
}

// Proposes says that the section shown has forms.
func (p lawSheet) Proposes() bool {
	return p.May["propose"] && p.Tab != "facts" && p.Tab != "changes" && (p.Tab != "units" || len(p.Units) > 0)
}

// Form is one of the page's forms.
func (p lawSheet) Form(name string) form { return p.form(name) }

// Own are the regimes with figures of their own: those that a rate can be proposed for.
func (p lawSheet) Own(byFactor bool) (own []law.Regime) {
	for _, t := range p.Rates {
		if t.Follows == "" && (len(t.RateTable.Factors) > 0) == byFactor {
			own = append(own, t.Regime)
		}
	}
	return own
}

// AllOwn are the regimes with figures of their own, by rate or by factor.
func (p lawSheet) AllOwn() []law.Regime { return append(p.Own(false), p.Own(true)...) }

// HolidayForm is the form that adds a holiday or takes one away.
func (p lawSheet) HolidayForm() form {
	if p.tried.Name == "propose-holiday_removed" {
		return p.form("propose-holiday_removed")
	}
	return p.form("propose-holiday")
}

// Link is the address of a section of the page.
func (p lawSheet) Link(tab string) string { return lawURL(p.Code) + "?tab=" + tab + "#sections" }

var lawTabs = []string{"rates", "facts", "holidays", "units", "settings", "changes"}

func (s *Server) lawPage(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.showLaw(w, r, who, mux.Vars(r)["jurisdiction"], r.URL.Query().Get("tab"), tried{status: http.StatusOK})
}

func (s *Server) showLaw(w http.ResponseWriter, r *http.Request, who evidence.Actor, code, tab string, t tried) error {
	pack, err := s.pack(code)
	if err != nil {
		return err
	}
	lang := s.tongue(r, who)
	if !slices.Contains(lawTabs, tab) {
		tab = lawTabs[0]
	}
	today := day.In(s.Now(), pack.Zone)
	if q := r.URL.Query(); t.Name == "" && q.Get("next") != "" { // the form of the next period, filled in as far as it is known
		t.Name, t.Values = "propose-rate", url.Values{"regime": q["next"], "from": q["from"], "to": q["to"]}
	}
	sheet := lawSheet{head: head{Title: pack.Name.In(lang), Section: "/law"}, tried: t, Pack: pack, Code: pack.Code, Tab: tab, Tabs: lawTabs, Stale: gazette.Stale(pack, today), Today: today,
		May: map[string]bool{"propose": lawMay(who, access.ActPropose, access.NoState), "verify": lawMay(who, access.ActVerify, access.NoState)}}
	sheet.Rates = rateViews(lang, pack, today)
	if err = s.readSection(r, who, &sheet); err == nil {
		err = s.readChanges(r, who, &sheet)
	}
	if err != nil {
		return err
	}
	return s.show(w, r, t.status, "law", sheet)
}

// readSection reads what the chosen section shows.
func (s *Server) readSection(r *http.Request, who evidence.Actor, p *lawSheet) error {
	switch p.Tab {
	case "facts":
		return s.readFacts(r, who, p)
	case "holidays":
		return p.readHolidays(r.URL.Query())
	case "units":
		p.Units = newestFirst(p.Pack.UnitTables())
	case "settings":
		p.Choices = p.Pack.Settings()
	}
	return nil
}

func lawMay(who evidence.Actor, act access.Action, state access.State) bool {
	return access.May(who, access.To(act, access.ObjLaw), access.Place{}, state)
}

const (
	maxPast   = 40
	maxValues = 60
)

// newestFirst keeps the newest values of each unit; the rest is in the file.
func newestFirst(units []law.UnitTable) []law.UnitTable {
	for i, u := range units {
		u.Values = slices.Clone(u.Values[max(0, len(u.Values)-maxValues):])
		slices.Reverse(u.Values)
		units[i] = u
	}
	return units
}

var errYear = problem.New(problem.Invalid, "year_invalid", "El año no es válido.", "The year is not valid.")

func (p *lawSheet) readHolidays(q url.Values) (err error) {
	p.Year, p.Regions, p.Place = p.Today.Year, p.Pack.Regions(), law.Place{Region: q.Get("region"), Town: q.Get("town")}
	if y := q.Get("year"); y != "" {
		if p.Year = number(y); p.Year < 1900 || p.Year > 2200 {
			return errYear
		}
	}
	p.Holidays, err = p.Pack.Year(p.Place, p.Year)
	return err
}

// readChanges reads the open proposals, and in their section what was decided.
func (s *Server) readChanges(r *http.Request, who evidence.Actor, p *lawSheet) error {
	return s.Log.DB.View(r.Context(), who.Token, func(tx *postgres.Tx) error {
		open, err := gazette.List(tx, gazette.Filter{Jurisdiction: p.Code, State: gazette.Proposed, Limit: 200})
		if err != nil {
			return err
		}
		p.Open, p.Past = p.lines(who, open), nil
		if p.Tab != "changes" {
			return nil
		}
		all, err := gazette.List(tx, gazette.Filter{Jurisdiction: p.Code, Limit: maxPast})
		p.Past = p.lines(who, slices.DeleteFunc(all, func(c gazette.Change) bool { return c.State == gazette.Proposed }))
		return err
	})
}

func (p *lawSheet) lines(who evidence.Actor, all []gazette.Change) (lines []changeLine) {
	for _, c := range all {
		own := c.ProposedBy != nil && *c.ProposedBy == who.ID
		lines = append(lines, changeLine{Change: c, MayDecide: !own && lawMay(who, access.ActApprove, access.StateProposed), At: c.ProposedAt.In(p.Pack.Zone),
			MayWithdraw: own && lawMay(who, access.ActCancel, access.StateProposed)})
	}
	return lines
}

// staleInUse lists the tables that do not cover today and that open cases within reach bear interest by.
func (s *Server) staleInUse(ctx context.Context, who evidence.Actor) ([]law.Stale, error) {
	var all []law.Stale
	var codes []string
	var regimes []law.Regime
	for _, code := range s.Law.Codes() {
		pack, err := s.Law.Pack(code)
		if err != nil {
			return nil, err
		}
		for _, st := range gazette.Stale(pack, day.In(s.Now(), pack.Zone)) {
			all, codes, regimes = append(all, st), append(codes, code), append(regimes, st.Regime)
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	var used []law.Stale
	err := s.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		in, err := cases.RegimesInUse(tx, codes, regimes)
		used = nil
		for i, yes := range in {
			if yes {
				used = append(used, all[i])
			}
		}
		return err
	})
	return used, err
}
