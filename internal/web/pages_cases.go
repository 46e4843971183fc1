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
	filter := cases.Filter{Stage: stageOf(q.Get("stage")), Words: q.Get("q"), Mine: q.Get("mine") == "1", After: q.Get("cursor"), Limit: pageOfCases}
	if id, err := uuid.Parse(q.Get("client_id")); err == nil {
		filter.ClientID = id
	}
	lines, next, err := s.Cases.List(r.Context(), who, filter)
	if err != nil {
		return err
	}
	sheet := casesSheet{head: head{Title: text(s.tongue(r, who), "cases.title"), Section: "/cases", Wide: who.Staff}, Tabs: caseTabs(q, who), Words: filter.Words,
		ClientID: filter.ClientID, Stage: filter.Stage, Mine: filter.Mine, Lines: lines, Today: day.In(s.Now(), firmZone), Staff: who.Staff}
	sheet.Filtered = filter.Words != "" || filter.Mine || filter.Stage != "" || filter.ClientID != uuid.Nil
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
	stage, mine := q.Get("stage"), q.Get("mine") == "1"
	tabs := []caseTab{{to("", ""), "list.all", stage == "" && !mine}}
	if access.Role(who.Role) == access.Lawyer || access.Role(who.Role) == access.Paralegal {
		tabs = append(tabs, caseTab{to("", "1"), "cases.mine", mine})
	}
	for _, st := range cases.Stages {
		tabs = append(tabs, caseTab{to(string(st), ""), "stage." + string(st), stage == string(st) && !mine})
	}
	return tabs
}

// Overdue is how many days the oldest debt of a line is past due; negative when it is not due.
func (p casesSheet) Overdue(l cases.Line) int {
	if l.OldestDue.IsZero() {
		return 0
	}
	return p.Today.DaysSince(l.OldestDue)
}
