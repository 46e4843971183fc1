package web

import (
	"fmt"
	"html/template"
	"path"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/shopspring/decimal"

	"recobro/internal/cases"
	"recobro/internal/contact"
	"recobro/internal/day"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/money"
	"recobro/internal/problem"
	"recobro/templates"
)

// functions are what templates may call, bound to the language of the page.
func functions(lang string) template.FuncMap {
	return template.FuncMap{
		"t":           func(key string, args ...any) string { return text(lang, key, args...) },
		"word":        func(list string, value any) string { return word(lang, list, keyOf(value)) },
		"money":       func(a money.Amount) string { return inWords(lang, a) },
		"minor":       func(minor int64, c money.Currency) string { return inWords(lang, money.Of(minor, c)) },
		"taxid":       func(country string) string { return taxIDName(lang, country) },
		"sample":      func(c money.Currency) string { return figure(lang, money.Of(123450, c)) },
		"bare":        func(a money.Amount) string { return figure(lang, a) },
		"plus":        func(a, b money.Amount) money.Amount { return a.Plus(b) },
		"less":        func(a, b money.Amount) money.Amount { return a.Minus(b) },
		"bears":       func(b ledger.Bears) string { return bears(lang, b) },
		"size":        func(bytes int64) string { return sizeOf(lang, bytes) },
		"messageTone": func(state contact.State) string { return messageTones[state] },
		"paperTone":   func(state any) string { return paperTone(keyOf(state)) },
		"basis":       func(text string) string { return basis(lang, text) },
		"exact":       func(d decimal.Decimal, c money.Currency) string { return exact(lang, d, c) },
		"percent":     func(pct string) string { return percent(lang, pct) },
		"promiseTone": func(state string) string { return promiseTones[state] },
		"date":        func(d day.Date) string { return d.Short(lang) },
		// instants arrive in the zone of the case
		"dayOf":     func(t time.Time) string { return day.In(t, t.Location()).Short(lang) },
		"clock":     func(t time.Time) string { return t.Format("15:04") },
		"instant":   func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"monthday":  func(d day.Date) string { return fmt.Sprintf("%d", d.Day) },
		"month":     func(d day.Date) string { return word(lang, "month", fmt.Sprint(int(d.Month))) },
		"icon":      icon,
		"stages":    stageBar,
		"segments":  gradeSegments,
		"roundmark": roundMark,
		"regime":    func(r law.Regime) string { return regimeName(lang, r) },
		"decimal":   func(d decimal.Decimal) string { return decimalIn(lang, d) },
		"sure":      func(c law.Confidence) string { return sureTones[c] },
		"awaits":    awaitsWord,
		"official":  publicationURL,
		"inc":       func(n int) int { return n + 1 },
		"dec":       func(n int) int { return n - 1 },
		"list":      func(items ...any) []any { return items },
		"pick":      pick,
		"say":       func(t problem.Text) string { return t.In(lang) },
		"short":     func(hash string) string { return shortHash(hash) },
	}
}

// taxIDName is what a country calls the number that its tax office gives.
func taxIDName(lang, country string) string {
	if name := word(lang, "taxid", country); name != country {
		return name
	}
	return text(lang, "case.taxid")
}

// keyOf is a value as the key of a word; a pointer stands for what it points at.
func keyOf(value any) string {
	if p, ok := value.(*string); ok && p != nil {
		return *p
	}
	return fmt.Sprint(value)
}

// localeOf chooses how figures are written: Mexico and Peru group with a comma, whatever the Spanish of the reader.
func localeOf(lang string, c money.Currency) string {
	switch {
	case lang == "en":
		return "en"
	case c == money.MXN:
		return "es-MX"
	case c == money.PEN:
		return "es-PE"
	}
	return lang
}

func inWords(lang string, a money.Amount) string { return a.In(localeOf(lang, a.Currency)) }

// figure is the amount without its sign of currency, for the cells of a table whose head names it.
func figure(lang string, a money.Amount) string {
	return strings.TrimFunc(inWords(lang, a), func(r rune) bool { return !(r >= '0' && r <= '9') && r != '\u2212' })
}

// exact prints interest before it is rounded, with four decimals, grouped as amounts of the currency are.
func exact(lang string, d decimal.Decimal, c money.Currency) string {
	whole, fraction, _ := strings.Cut(d.StringFixed(4), ".")
	group, point := ".", ","
	if locale := localeOf(lang, c); locale != "es" {
		group, point = ",", "."
	}
	for i := len(whole) - 3; i > 0 && whole[i-1] != '-'; i -= 3 {
		whole = whole[:i] + group + whole[i:]
	}
	return whole + point + fraction
}

// bears is the interest that a debt bears, with its rate where the parties agreed one.
func bears(lang string, b ledger.Bears) string {
	name := regimeName(lang, b.Regime)
	if b.RatePct != "" {
		name += " " + percent(lang, b.RatePct)
	}
	return name
}

func shortHash(hash string) string {
	if len(hash) < 8 {
		return hash
	}
	return hash[:4] + "…" + hash[len(hash)-2:]
}

var messageTones = map[contact.State]string{contact.Reserved: "mute", contact.Sending: "mute", contact.Sent: "info", contact.Failed: "warn",
	contact.Bounced: "warn", contact.Ambiguous: "danger", contact.Withdrawn: "mute"}

// paperTone is the tone of the state of a demand, filing, agreement or proceeding.
func paperTone(state string) string {
	switch state {
	case "delivered", "kept", "active", "admitted", "decided":
		return "ok"
	case "refused", "returned", "broken", "opposed":
		return "danger"
	case "in_review", "awaiting_client":
		return "warn"
	case "dispatched", "issued", "proposed", "filed", "served":
		return "info"
	case "cancelled", "ended":
		return "mute"
	}
	return "legal"
}

var promiseTones = map[string]string{"open": "info", "kept": "ok", "partly_kept": "warn", "broken": "danger", "cancelled": "mute"}

var anID = regexp.MustCompile(` ?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// basis shows why a ledger line stands: a law as it is cited, a debt by its kind and number, or what interest was fixed for.
// The id of a thing is for programs, its word for people.
func basis(lang, raw string) string {
	kind, rest, _ := strings.Cut(raw, " ")
	if named := word(lang, "debt", kind); named != kind {
		return named + " " + rest
	}
	if rest, found := strings.CutPrefix(raw, "recálculo: "); found {
		return text(lang, "basis.again") + ": " + basis(lang, rest)
	}
	reasons := strings.Split(anID.ReplaceAllString(raw, ""), "; ")
	for i, r := range reasons {
		reasons[i] = word(lang, "basis", r)
		if of, found := strings.CutPrefix(r, "recálculo por el cobro del "); found {
			if on, err := day.Parse(of); err == nil {
				reasons[i] = text(lang, "basis.again.payment", on.Short(lang))
			}
		}
	}
	return strings.Join(reasons, "; ")
}

// percent prints a yearly rate: 10,40 % or 10.40%.
func percent(lang, pct string) string {
	if !strings.Contains(pct, ".") {
		pct += ".00"
	} else if len(pct)-strings.Index(pct, ".") == 2 {
		pct += "0"
	}
	if lang == "en" {
		return pct + "%"
	}
	return strings.Replace(pct, ".", ",", 1) + "\u00a0%"
}

// decimalIn prints a figure with every decimal it has.
func decimalIn(lang string, d decimal.Decimal) string {
	if lang == "en" {
		return d.String()
	}
	return strings.Replace(d.String(), ".", ",", 1)
}

// sureTones say how surely a fact was read.
var sureTones = map[law.Confidence]string{law.ReadLaw: "ok", law.Computed: "ok", law.ReadSecondary: "warn", law.Unverified: "danger", law.HouseRule: "mute"}

// sizeOf prints how large a file is.
func sizeOf(lang string, bytes int64) string {
	switch {
	case bytes < 1<<10:
		return fmt.Sprintf("%d B", bytes)
	case bytes < 1<<20:
		return fmt.Sprintf("%d kB", (bytes+512)>>10)
	}
	mb := fmt.Sprintf("%.1f MB", float64(bytes)/(1<<20))
	if lang == "es" {
		mb = strings.Replace(mb, ".", ",", 1)
	}
	return mb
}

// pick makes named arguments for a part that needs more than one.
func pick(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("naming arguments: %d is odd", len(pairs))
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("naming arguments: %v is no name", pairs[i])
		}
		m[name] = pairs[i+1]
	}
	return m, nil
}

// icons are the SVG bodies by name, wrapped in our own tag so that size and stroke follow the text.
var icons = sync.OnceValues(func() (map[string]template.HTML, error) {
	entries, err := templates.Icons.ReadDir("icons")
	if err != nil {
		return nil, fmt.Errorf("listing the icons: %w", err)
	}
	all := make(map[string]template.HTML, len(entries))
	for _, e := range entries {
		raw, err := templates.Icons.ReadFile("icons/" + e.Name())
		if err != nil {
			return nil, fmt.Errorf("reading icon %s: %w", e.Name(), err)
		}
		_, body, _ := strings.Cut(string(raw), ">")
		body, _, ok := strings.Cut(body, "</svg>")
		if !ok {
			return nil, fmt.Errorf("reading icon %s: not an SVG file", e.Name())
		}
		body = strings.Replace(body, `<path stroke="none" d="M0 0h24v24H0z" fill="none" />`, "", 1)
		all[strings.TrimSuffix(path.Base(e.Name()), ".svg")] = template.HTML(`<svg class="rc-i" viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">` +
			strings.Join(strings.Fields(body), " ") + `</svg>`)
	}
	return all, nil
})

func icon(name string) (template.HTML, error) {
	all, err := icons()
	if err != nil {
		return "", err
	}
	svg, ok := all[name]
	if !ok {
		return "", fmt.Errorf("there is no icon %q", name)
	}
	return svg, nil
}

func roundMark(size int) template.HTML {
	return template.HTML(fmt.Sprintf(`<svg viewBox="0 0 28 28" width="%d" height="%d" aria-hidden="true" class="rc-mark"><rect width="28" height="28" rx="7"/><path d="M10 21V7.5h5.2a4.1 4.1 0 0 1 0 8.2H10m5 0 4 5.3"/></svg>`, size, size))
}

// stageStep is one of the six marks of a case's way.
type stageStep struct {
	X     int
	Stage cases.Stage
	Mark  string // done, now or todo
}

// stageBar marks the way of a case; a closed one has gone it all.
func stageBar(s cases.Stage) []stageStep {
	var bar []stageStep
	mark := "done"
	for i, stage := range cases.Stages[:len(cases.Stages)-1] {
		here := mark
		if stage == s {
			here, mark = "now", "todo"
		}
		bar = append(bar, stageStep{X: i * 9, Stage: stage, Mark: here})
	}
	return bar
}

type segment struct {
	X  int
	On bool
}

// gradeSegments are the five marks of a proof grade.
func gradeSegments(grade int) []segment {
	all := make([]segment, 5)
	for i := range all {
		all[i] = segment{X: i * 7, On: i < grade}
	}
	return all
}
