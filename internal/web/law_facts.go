package web

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"

	"recobro/internal/evidence"
	"recobro/internal/law"
)

// factList is one page of the facts of a pack that were asked for.
type factList struct {
	Query, Awaits, Sure string
	Shown               []factLine
	Total               int
	From                int // the first one shown, counted from 1
	Prev, Next          string
}

// factLine is a fact as it is listed. Rate is the period that it is the figure of, nil when it is none.
type factLine struct {
	factOut
	Rate *law.RatePeriod
}

// factsShown is how many facts stand on a page: few enough to compare one by one with what was published.
const factsShown = 50

// Last is the last fact shown, counted from 1.
func (l factList) Last() int { return l.From + len(l.Shown) - 1 }

// Confidences are the ways in which a fact may have been read.
func (l factList) Confidences() []law.Confidence {
	return []law.Confidence{law.ReadLaw, law.ReadSecondary, law.Computed, law.Unverified, law.HouseRule}
}

// Ids of the facts shown that wait for a lawyer's word.
func (l factList) Ids() (ids []string) {
	for _, f := range l.Shown {
		if f.Awaits != "" {
			ids = append(ids, f.ID)
		}
	}
	return ids
}

func (s *Server) readFacts(r *http.Request, who evidence.Actor, p *lawSheet) error {
	q := r.URL.Query()
	list := factList{Query: q.Get("q"), Awaits: cmp.Or(q.Get("awaits"), p.tried.Values.Get("word")), Sure: q.Get("sure")}
	facts, err := s.factsOf(r.Context(), who, p.Pack)
	if err != nil {
		return err
	}
	rates := map[string]*law.RatePeriod{}
	for _, t := range p.Pack.RateTables() {
		for i := range t.Periods {
			rates[t.Periods[i].ID] = &t.Periods[i]
		}
	}
	var all []factLine
	for _, f := range facts {
		if f.has(list.Query) && (list.Awaits == "" || string(f.Awaits) == list.Awaits) && (list.Sure == "" || string(f.Confidence) == list.Sure) {
			all = append(all, factLine{f, rates[f.ID]})
		}
	}
	list.page(lawURL(p.Code), q, all)
	p.Facts = list
	return nil
}

// page keeps the facts of the page asked for; an address beyond the end shows the last page.
func (l *factList) page(at string, q url.Values, all []factLine) {
	l.Total = len(all)
	first := min(max(0, number(q.Get("from"))-1), max(0, len(all)-1)) / factsShown * factsShown
	end := min(len(all), first+factsShown)
	l.From, l.Shown = first+1, all[first:end]
	link := func(from int) string {
		to := url.Values{"tab": {"facts"}, "from": {strconv.Itoa(from + 1)}}
		for name, value := range map[string]string{"q": l.Query, "awaits": l.Awaits, "sure": l.Sure} {
			if value != "" {
				to.Set(name, value)
			}
		}
		return at + "?" + to.Encode() + "#sections"
	}
	if first > 0 {
		l.Prev = link(first - factsShown)
	}
	if end < len(all) {
		l.Next = link(end)
	}
}
