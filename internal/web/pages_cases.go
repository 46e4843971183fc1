package web

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
)

// casesSheet is the list of cases; a client company's people see their own in a plainer form.
type casesSheet struct {
	head
	Tabs     []caseTab
	Clients  []clients.Client
	Words    string
	ClientID uuid.UUID
	Stage    cases.Stage
	Mine     bool
	Lines    []cases.Line
	Next     string // address of the next page
	Today    day.Date
	Filtered bool
	Staff    bool
	Within   int // days in which the cases of the list prescribe; zero: any
}

// caseTab is one saved view: all, mine, or a stage.
type caseTab struct {
	Path, Word string
	Current    bool
}

const pageOfCases = 25

// firmZone is the clock of the list, which holds cases of many jurisdictions: the firm's own.
var firmZone = mustZone("Europe/Madrid")

func mustZone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(fmt.Sprintf("loading the zone %s: %v", name, err))
	}
	return z
}

func (s *Server) casesPage(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	q := r.URL.Query()
	filter, within := caseFilter(q, who, day.In(s.Now(), firmZone))
	lines, next, err := s.Cases.List(r.Context(), who, filter)
	if err != nil {
		return err
	}
	sheet := casesSheet{head: head{Title: text(s.tongue(r, who), "cases.title"), Section: "/cases", Wide: who.Staff}, Tabs: caseTabs(q, who), Words: filter.Words,
		ClientID: filter.ClientID, Stage: filter.Stage, Mine: filter.Mine, Lines: lines, Today: day.In(s.Now(), firmZone), Staff: who.Staff, Within: within}
	sheet.Filtered = filter.Words != "" || filter.Mine || filter.Stage != "" || filter.ClientID != uuid.Nil || within > 0
	if next != "" {
		q.Set("cursor", next)
		sheet.Next = "/cases?" + q.Encode()
	}
	err = s.Log.DB.View(r.Context(), who.Token, func(tx *postgres.Tx) (err error) {
		sheet.Clients, err = clients.List(tx)
		return err
	})
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "cases", sheet)
}

// caseFilter reads the filters of the list; within is in how many days its cases prescribe, zero when it is not by that.
func caseFilter(q url.Values, who evidence.Actor, today day.Date) (f cases.Filter, within int) {
	f = cases.Filter{Stage: stageOf(q.Get("stage")), Words: q.Get("q"), Mine: q.Get("mine") == "1", After: q.Get("cursor"), Limit: pageOfCases}
	if id, err := uuid.Parse(q.Get("client_id")); err == nil {
		f.ClientID = id
	}
	if within = min(number(q.Get("prescribes")), 3650); within > 0 && who.Staff {
		f.LastFrom, f.LastTo = today, today.AddDays(within)
		return f, within
	}
	return f, 0
}

// stageOf lets only a stage of the list through.
func stageOf(raw string) cases.Stage {
	for _, stage := range cases.Stages {
		if string(stage) == raw {
			return stage
		}
	}
	return ""
}

// caseTabs keeps the other filters when the view changes; the page number starts again.
func caseTabs(q url.Values, who evidence.Actor) []caseTab {
	to := func(stage, mine string) string {
		kept := url.Values{}
		for _, name := range []string{"q", "client_id"} {
			if q.Get(name) != "" {
				kept.Set(name, q.Get(name))
			}
		}
		for name, value := range map[string]string{"stage": stage, "mine": mine} {
			if value != "" {
				kept.Set(name, value)
			}
		}
		if len(kept) == 0 {
			return "/cases"
		}
		return "/cases?" + kept.Encode()
	}
	stage, mine, soon := q.Get("stage"), q.Get("mine") == "1", q.Get("prescribes") != ""
	tabs := []caseTab{{to("", ""), "list.all", stage == "" && !mine && !soon}}
	if access.Role(who.Role) == access.Lawyer || access.Role(who.Role) == access.Paralegal {
		tabs = append(tabs, caseTab{to("", "1"), "cases.mine", mine})
	}
	if who.Staff {
		tabs = append(tabs, caseTab{"/cases?prescribes=180", "cases.prescribes", soon})
	}
	for _, st := range cases.Stages {
		tabs = append(tabs, caseTab{to(string(st), ""), "stage." + string(st), stage == string(st) && !mine})
	}
	return tabs
}

// Nearness is the tone of a line's last day to sue: within the last alarm, within two months, or later.
func (p casesSheet) Nearness(l cases.Line) string {
	switch left := l.LastOn.DaysSince(p.Today); {
	case left <= 15:
		return "danger"
	case left <= 60:
		return "warn"
	}
	return "mute"
}

// Overdue is how many days the oldest debt of a line is past due; negative when it is not due.
func (p casesSheet) Overdue(l cases.Line) int {
	if l.OldestDue.IsZero() {
		return 0
	}
	return p.Today.DaysSince(l.OldestDue)
}
