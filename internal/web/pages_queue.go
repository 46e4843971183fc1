package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
)

func (s *Server) queuePages() {
	s.page("GET", "/queue", access.To(access.ActList, access.ObjTask), s.queuePage)
}

// queueSheet is somebody's day: the open tasks of their role, by kind.
type queueSheet struct {
	head
	Kinds []queueKind
	Tasks []cases.QueuedTask
	Kind  string
	Total int
	Today day.Date
	Stale []law.Stale // tables that open cases bear interest by
}

// queueKind is one kind of task with how many wait.
type queueKind struct {
	Name  string
	Count int
}

const maxQueue = 200

func (s *Server) queuePage(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	role := who.Role
	if access.Role(who.Role) == access.Supervisor {
		role = ""
	}
	all, err := s.Cases.Queue(r.Context(), who, role, uuid.Nil, maxQueue)
	if err != nil {
		return err
	}
	sheet := queueSheet{head: head{Title: text(s.tongue(r, who), "queue.title"), Section: "/queue"}, Kind: r.URL.Query().Get("kind"), Total: len(all), Today: day.In(s.Now(), firmZone)}
	slices.SortStableFunc(all, func(a, b cases.QueuedTask) int { return strings.Compare(a.DueOn.String(), b.DueOn.String()) })
	for _, t := range all {
		at := slices.IndexFunc(sheet.Kinds, func(k queueKind) bool { return k.Name == t.Kind })
		if at < 0 {
			at, sheet.Kinds = len(sheet.Kinds), append(sheet.Kinds, queueKind{Name: t.Kind})
		}
		sheet.Kinds[at].Count++
		if sheet.Kind == "" || sheet.Kind == t.Kind {
			sheet.Tasks = append(sheet.Tasks, t)
		}
	}
	if sheet.Stale, err = s.staleInUse(r.Context(), who); err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "queue", sheet)
}

// At is where a task is done: the demand or the proceeding that waits, else the section of the case that it is about.
func (p queueSheet) At(t cases.QueuedTask) string {
	switch {
	case strings.Contains(t.Kind, "demand") && t.Kind != "prepare_demand" && t.DemandID != nil:
		return "/demands/" + t.DemandID.String()
	case (strings.Contains(t.Kind, "filing") || t.Kind == "file_suit") && t.ProceedingID != nil:
		return proceedingURL(*t.ProceedingID)
	case strings.HasSuffix(t.Kind, "_message") || t.Kind == "read_reply" || t.Kind == "reach_debtor":
		return caseURL(t.CaseID) + "?tab=messages#sections"
	case t.OfLimitation():
		return caseURL(t.CaseID) + "?tab=limitation#sections"
	case t.Kind == "answer_dispute":
		return caseURL(t.CaseID) + "?tab=promises#sections"
	}
	return caseURL(t.CaseID)
}

// Late is how many days a task is past its day.
func (p queueSheet) Late(t cases.QueuedTask) int { return p.Today.DaysSince(t.DueOn) }
