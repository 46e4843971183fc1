package web

import (
	"context"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/day"
	"recobro/internal/evidence"
)

type tasksIn struct {
	Role   string `query:"role" enum:"lawyer,paralegal,supervisor,finance" doc:"Only the work of this role"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor"`
}

type taskOut struct {
	ID     uuid.UUID `json:"id"`
	CaseID uuid.UUID `json:"case_id"`
	Number string    `json:"case_number"`
	Debtor string    `json:"debtor"`
	Kind   string    `json:"kind"`
	Role   string    `json:"role"`
	DueOn  day.Date  `json:"due_on"`
}

// taskAPI is the queue of work that the strategy and deadlines have put on people's desks.
func (s *Server) taskAPI() {
	read(s, access.To(access.ActList, access.ObjTask), get("/tasks", "listTasks", "Tareas pendientes / Open tasks"), s.listTasks)
}

func (s *Server) listTasks(ctx context.Context, who evidence.Actor, in *tasksIn) (Page[taskOut], error) {
	page := Page[taskOut]{Data: []taskOut{}}
	var after uuid.UUID
	if in.Cursor != "" {
		var err error
		if after, err = uuid.Parse(in.Cursor); err != nil {
			return page, errCursor
		}
	}
	tasks, err := s.Cases.Queue(ctx, who, in.Role, after, in.Limit+1)
	if err != nil {
		return page, err
	}
	if len(tasks) > in.Limit {
		tasks = tasks[:in.Limit]
		page.NextCursor = tasks[in.Limit-1].ID.String()
	}
	for _, t := range tasks {
		page.Data = append(page.Data, taskOut{t.ID, t.CaseID, t.Number, t.DebtorName, t.Kind, t.Role, t.DueOn})
	}
	return page, nil
}
