package web

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/gorilla/mux"
	"github.com/shopspring/decimal"

	"recobro/internal/day"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/gazette"
	"recobro/internal/law"
)

// rateView is one regime as a page shows it: what rules today, a sentence, a drawing and a table, the newest period first.
type rateView struct {
	law.RateTable
	Name, Finding string
	Today         *law.RatePeriod // nil when no period rules today
	Next          string          // address of the form for the period after the last; empty when it has no end
	Charts        []chart         // wide, narrow; none without periods, and none of figures that are another regime's
	Newest        []law.RatePeriod
	LastFactors   []law.Figure
}

// chart is a line of steps: a rate from its first day until the next.
type chart struct {
	Class         string
	Width, Height int
	Path          string
	Grid          []gridLine
	Years         []yearMark
}

type gridLine struct {
	Y, Base int
	Label   string
}

type yearMark struct {
	X     int
	Label string
}

// yearsDrawn is how far back a drawing goes; the table below it has everything.
const yearsDrawn = 15

// regimeName is the word for a regime, and for a part of one ("current/up_to_90").
func regimeName(lang string, regime law.Regime) string {
	base, part, found := strings.Cut(string(regime), "/")
	if !found {
		return word(lang, "regime", base)
	}
	return word(lang, "regime", base) + " (" + strings.ReplaceAll(part, "_", " ") + ")"
}

func rateViews(lang string, p *law.Pack, today day.Date) (views []rateView) {
	for _, t := range p.RateTables() {
		v := rateView{RateTable: t, Name: regimeName(lang, t.Regime)}
		v.Newest = slices.Clone(t.Periods)
		slices.Reverse(v.Newest)
		v.LastFactors = slices.Clone(t.Factors[max(0, len(t.Factors)-maxValues):])
		slices.Reverse(v.LastFactors)
		for i, r := range v.Newest {
			if !r.From.After(today) && (r.To.IsZero() || !r.To.Before(today)) {
				v.Today = &v.Newest[i]
			}
		}
		v.Next = following(p.Code, t)
		since := day.Of(today.Year-yearsDrawn, 1, 1)
		drawn := slices.DeleteFunc(slices.Clone(t.Periods), func(r law.RatePeriod) bool { return !r.To.IsZero() && r.To.Before(since) })
		if len(drawn) > 1 && t.Follows == "" {
			v.Finding = finding(lang, drawn, today)
			v.Charts = []chart{steps(lang, drawn, since, today, 1100, "rc-chart rc-widechart"), steps(lang, drawn, since, today, 340, "rc-chart rc-narrowchart")}
		}
		views = append(views, v)
	}
	slices.SortStableFunc(views, func(a, b rateView) int { return a.place() - b.place() })
	return views
}

// place puts the interest that most debts bear first and what only repeats another's figures last.
func (v rateView) place() int {
	switch {
	case v.Regime == law.StatutoryCommercial:
		return 0
	case v.Follows == "":
		return 1
	}
	return 2
}

// following is the period that is published after the last one, as long as that one was: the next half-year, the next month.
func following(code string, t law.RateTable) string {
	if t.Follows != "" || len(t.Periods) == 0 {
		return ""
	}
	last := t.Periods[len(t.Periods)-1]
	if last.From.IsZero() || last.To.IsZero() {
		return ""
	}
	from := last.To.AddDays(1)
	q := url.Values{"tab": {"rates"}, "next": {string(t.Regime)}, "from": {from.String()}}
	if months := (from.Year-last.From.Year)*12 + int(from.Month-last.From.Month); months > 0 && last.From.AddMonths(months) == from {
		q.Set("to", from.AddMonths(months).AddDays(-1).String())
	}
	return lawURL(code) + "?" + q.Encode() + "#acts"
}

// Unvouched are the periods that wait for a lawyer's tick, the newest first; another regime's figures are vouched for there.
func (v rateView) Unvouched() (ids []string) {
	for _, r := range v.Newest {
		if v.Follows == "" && awaitsWord(r) {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

func awaitsWord(r law.RatePeriod) bool {
	return gazette.Awaits(law.NamedFact{ID: r.ID, Confirmed: r.Vouched, Period: true, Fact: r.Fact}) == law.ChangeTick
}

var inGazette = regexp.MustCompile(`^BOE-A-\d{4}-\d{1,6}\b`)

// publicationURL is where an official publication is read, empty when its own name does not tell.
func publicationURL(publication string) string {
	if id := inGazette.FindString(publication); id != "" {
		return "https://www.boe.es/buscar/doc.php?id=" + id
	}
	return ""
}

// finding says in one sentence what a drawing shows.
func finding(lang string, periods []law.RatePeriod, today day.Date) string {
	low, high, now := periods[0], periods[0], periods[len(periods)-1]
	for _, r := range periods {
		if r.Pct.LessThan(low.Pct) {
			low = r
		}
		if r.Pct.GreaterThan(high.Pct) {
			high = r
		}
		if !r.From.After(today) {
			now = r
		}
	}
	return text(lang, "law.chart.finding", percent(lang, now.Pct.String()), now.From.Short(lang), percent(lang, low.Pct.String()), low.From.Short(lang), percent(lang, high.Pct.String()), high.From.Short(lang))
}

// steps draws periods from a day to the end of the table, or to today when it has none.
func steps(lang string, periods []law.RatePeriod, since, today day.Date, width int, class string) chart {
	const left, right, top, bottom, height = 48, 8, 10, 24, 170
	until := day.Later(today, periods[len(periods)-1].To)
	first := day.Later(since, periods[0].From)
	highest := decimal.NewFromInt(1)
	for _, r := range periods {
		highest = decimal.Max(highest, r.Pct)
	}
	most := highest.Div(decimal.NewFromInt(2)).Ceil().Mul(decimal.NewFromInt(2))
	x := func(d day.Date) int {
		return left + (width-left-right)*max(0, d.DaysSince(first))/max(1, until.DaysSince(first))
	}
	y := func(pct decimal.Decimal) int {
		return height - bottom - int(pct.Mul(decimal.NewFromInt(height-top-bottom)).Div(most).Round(0).IntPart())
	}
	c := chart{Class: class, Width: width, Height: height}
	var path strings.Builder
	for i, r := range periods {
		end := until
		if !r.To.IsZero() {
			end = day.Earlier(until, r.To.AddDays(1))
		}
		if i > 0 && periods[i-1].To.AddDays(1) == r.From {
			fmt.Fprintf(&path, "V%d", y(r.Pct))
		} else {
			fmt.Fprintf(&path, "M%d %d", x(day.Later(first, r.From)), y(r.Pct))
		}
		fmt.Fprintf(&path, "H%d", x(end))
	}
	c.Path = path.String()
	for _, at := range []decimal.Decimal{decimal.Zero, most.Div(decimal.NewFromInt(2)), most} {
		c.Grid = append(c.Grid, gridLine{Y: y(at), Base: y(at) + 4, Label: decimalIn(lang, at) + "\u00a0%"})
	}
	for year := first.Year + 1; year <= until.Year; year += max(1, (until.Year-first.Year)/(width/110)) {
		c.Years = append(c.Years, yearMark{x(day.Of(year, 1, 1)), fmt.Sprint(year)})
	}
	return c
}

// lawTable sends a table of a pack as a file that a spreadsheet opens: semicolons, ISO days, decimals with a point.
func (s *Server) lawTable(w http.ResponseWriter, r *http.Request, _ evidence.Actor) error {
	p, err := s.pack(mux.Vars(r)["jurisdiction"])
	if err != nil {
		return err
	}
	q := r.URL.Query()
	lines, err := tableOf(p, q.Get("table"), q.Get("of"), s.Now().In(p.Zone).Year())
	if err != nil {
		return err
	}
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	out.Comma, out.UseCRLF = ';', true
	for _, line := range lines {
		for i, cell := range line {
			if strings.HasPrefix(cell, "=") || strings.HasPrefix(cell, "+") || strings.HasPrefix(cell, "@") || strings.HasPrefix(cell, "-") { // no formula
				line[i] = "'" + cell
			}
		}
	}
	if err := out.WriteAll(lines); err != nil {
		return fmt.Errorf("writing the table: %w", err)
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", documents.Disposition(strings.ToLower(p.Code)+"-"+q.Get("table")+".csv"))
	_, err = w.Write(b.Bytes())
	return err
}

// tableOf is a table of a pack, its heading first: rates and factors of a regime, values of a unit, holidays of the year of, facts.
func tableOf(p *law.Pack, table, of string, thisYear int) ([][]string, error) {
	switch table {
	case "rates", "factors":
		for _, t := range p.RateTables() {
			if string(t.Regime) == of && table == "rates" {
				return rateLines(t), nil
			} else if string(t.Regime) == of {
				return figureLines(t.Factors), nil
			}
		}
	case "units":
		for _, u := range p.UnitTables() {
			if string(u.Code) == of {
				return figureLines(u.Values), nil
			}
		}
	case "holidays":
		year := number(of)
		if year < 1900 || year > 2200 {
			year = thisYear
		}
		days, err := p.Year(law.Place{}, year)
		lines := [][]string{{"on", "es", "en", "law", "source", "confidence"}}
		for _, h := range days {
			lines = append(lines, []string{h.On.String(), h.Name.ES, h.Name.EN, h.Law, h.Source, string(h.Confidence)})
		}
		return lines, err
	case "facts":
		lines := [][]string{{"id", "law", "source", "confidence", "vouched"}}
		for _, f := range p.Facts() {
			lines = append(lines, []string{f.ID, f.Law, f.Source, string(f.Confidence), fmt.Sprint(f.Confirmed)})
		}
		return lines, nil
	}
	return nil, errNoRoute
}

func rateLines(t law.RateTable) [][]string {
	lines := [][]string{{"from", "to", "pct", "law", "source", "publication", "confidence", "vouched"}}
	for _, r := range t.Periods {
		lines = append(lines, []string{r.From.String(), r.To.String(), r.Pct.String(), r.Law, r.Source, r.Publication, string(r.Confidence), fmt.Sprint(r.Vouched)})
	}
	return lines
}

func figureLines(all []law.Figure) [][]string {
	lines := [][]string{{"on", "value", "source", "publication", "confidence"}}
	for _, f := range all {
		lines = append(lines, []string{f.On.String(), f.Value.String(), f.Source, f.Publication, string(f.Confidence)})
	}
	return lines
}
