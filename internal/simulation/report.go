package simulation

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"

	"recobro/internal/money"
)

// Count is how many cases stand where, as a lawyer of the firm sees them.
type Count struct {
	Stages   map[string]int
	Outcomes map[string]int
	Total    int
}

// Count reads the whole case list through the API.
func (w *World) Count(ctx context.Context) (Count, error) {
	all := Count{Stages: map[string]int{}, Outcomes: map[string]int{}}
	cursor := ""
	for {
		var page struct {
			Data []struct {
				Stage   string `json:"stage"`
				Outcome string `json:"outcome"`
			} `json:"data"`
			NextCursor string `json:"next_cursor"`
		}
		if err := w.person("lawyer", "").get(ctx, "/cases?limit=200&cursor="+url.QueryEscape(cursor), &page); err != nil {
			return all, fmt.Errorf("counting the cases: %w", err)
		}
		for _, c := range page.Data {
			all.Total++
			all.Stages[c.Stage]++
			if c.Outcome != "" {
				all.Outcomes[c.Outcome]++
			}
		}
		if cursor = page.NextCursor; cursor == "" {
			return all, nil
		}
	}
}

var stageWords = []struct{ stage, word string }{{"intake", "Alta"}, {"amicable", "Amistosa"}, {"formal_demand", "Requerimiento"}, {"pre_litigation", "Prejudicial"},
	{"judicial", "Judicial"}, {"enforcement", "Ejecución"}, {"closed", "Cerrado"}}

// Report prints how many cases stand in each stage, how the closed ones ended, and the money that came in.
func (w *World) Report(ctx context.Context, out io.Writer) error {
	count, err := w.Count(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%d expedientes el %s\n", count.Total, w.end.Long("es"))
	for _, s := range stageWords {
		fmt.Fprintf(out, "  %-14s %4d\n", s.word, count.Stages[s.stage])
	}
	for _, outcome := range slices.Sorted(maps.Keys(count.Outcomes)) {
		fmt.Fprintf(out, "      %-14s %4d\n", outcome, count.Outcomes[outcome])
	}
	fmt.Fprint(out, "cobrado:")
	for _, c := range slices.Sorted(maps.Keys(w.received)) {
		fmt.Fprintf(out, "  %s", money.Of(w.received[c], c).In("es"))
	}
	fmt.Fprintln(out)
	return nil
}
