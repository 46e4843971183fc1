package statements

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"recobro/internal/day"
	"recobro/internal/ledger"
	"recobro/internal/money"
)

// columns of the plain lines. Their names are those of the API and do not change.
var columns = []string{"record", "case_number", "debt_number", "component", "kind", "from", "to", "days", "base", "rate_pct", "year_days", "law", "publication",
	"basis", "borne_by", "amount", "currency"}

// plain is one line of the file by the names of its columns.
type plain map[string]string

// CSV writes the statement as lines for programs: a record "total" for each component and for the whole ("open"), "debt" for what is
// open of each debt, "interest" for each slice and "line" for each line of the ledger. Decimal points, ISO days, UTF-8, RFC 4180.
// What people wrote never begins like a formula.
func CSV(s Statement) ([]byte, error) {
	all := []plain{}
	for _, t := range s.Totals {
		all = append(all, plain{"record": "total", "component": string(t.Component), "to": s.AsOf.String()}.of(t.Left))
	}
	all = append(all, plain{"record": "total", "component": "open", "to": s.AsOf.String()}.of(s.Open))
	for _, d := range s.Debts {
		all = append(all, debtLines(s.AsOf, d)...)
	}
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.UseCRLF = true
	rows := [][]string{columns}
	for _, p := range all {
		row := make([]string, len(columns))
		for i, name := range columns {
			row[i] = p[name]
		}
		rows = append(rows, row)
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, fmt.Errorf("writing the lines of %s: %w", s.Numbers(), err)
	}
	return out.Bytes(), nil
}

func debtLines(asOf day.Date, d ledger.DebtStatement) []plain {
	line := func(record string) plain {
		return plain{"record": record, "case_number": harmless(d.CaseNumber), "debt_number": harmless(d.Number)}
	}
	debt := line("debt")
	debt["kind"], debt["from"], debt["to"] = d.Kind, d.DueOn.String(), asOf.String()
	all := []plain{debt.of(d.Open)}
	for _, one := range d.Slices {
		p := line("interest")
		p["component"], p["from"], p["to"], p["days"], p["base"] = string(ledger.Interest), one.From.String(), one.To.String(), strconv.Itoa(one.Days), one.Base.Decimal()
		p["rate_pct"], p["law"], p["publication"] = one.RatePct, harmless(one.Law), harmless(one.Publication)
		if one.YearDays > 0 {
			p["year_days"] = strconv.Itoa(one.YearDays)
		}
		all = append(all, p.of(one.Amount))
	}
	for _, l := range d.Lines {
		p := line("line")
		p["component"], p["kind"], p["from"], p["basis"], p["borne_by"] = string(l.Component), string(l.Kind), l.EffectiveOn.String(), harmless(Reason(l.Basis)), string(l.BorneBy)
		all = append(all, p.of(l.Amount))
	}
	return all
}

func (p plain) of(a money.Amount) plain {
	p["amount"], p["currency"] = a.Decimal(), string(a.Currency)
	return p
}

// harmless puts an apostrophe before text that a spreadsheet would take for a formula.
func harmless(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n|", rune(text[0])) {
		return "'" + text
	}
	return text
}
