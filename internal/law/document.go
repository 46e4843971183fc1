package law

import (
	"github.com/shopspring/decimal"

	"recobro/internal/day"
	"recobro/internal/problem"
)

// document is a pack's file, as lawyers read and sign it off.
type document struct {
	Code         string          `yaml:"code"`
	Name         problem.Text    `yaml:"name"`
	Version      int             `yaml:"version"`
	Currency     string          `yaml:"currency"`
	TimeZone     string          `yaml:"time_zone"`
	Locale       string          `yaml:"locale"`
	Scope        []Area          `yaml:"scope"` // absent: the whole law
	ResearchedOn day.Date        `yaml:"researched_on"`
	Interest     interestDoc     `yaml:"interest"`
	Calendar     calendarDoc     `yaml:"calendar"`
	Allocation   allocationDoc   `yaml:"allocation"`
	Compensation compensationDoc `yaml:"compensation"`
	Limitation   limitationDoc   `yaml:"limitation"`
	Terms        []termDoc       `yaml:"terms"`
	Procedures   []Procedure     `yaml:"procedures"`
	CourtFee     courtFeeDoc     `yaml:"court_fee"`
	Demand       demandDoc       `yaml:"demand"`
	Contact      contactDoc      `yaml:"contact"`
}

type interestDoc struct {
	Agreed  agreedDoc            `yaml:"agreed"`
	Regimes map[Regime]rateTable `yaml:"regimes"`
}

type agreedDoc struct {
	Fact `yaml:",inline"`
	Cap  textFact `yaml:"cap"`
}

// textFact is a rule in words.
type textFact struct {
	Text problem.Text `yaml:"text"`
	Fact `yaml:",inline"`
}

// rateTable is one regime: its own rates, or another regime's plus points, or accumulated factors.
type rateTable struct {
	Fact      `yaml:",inline"`
	SameAs    Regime          `yaml:"same_as"`
	AddPoints decimal.Decimal `yaml:"add_points"`
	Rates     []rateRow       `yaml:"rates"`
	Factors   []factorRow     `yaml:"factors"`
}

type rateRow struct {
	From       day.Date        `yaml:"from"`
	To         day.Date        `yaml:"to"`
	Pct        decimal.Decimal `yaml:"pct"`
	Source     string          `yaml:"source"`
	Confidence Confidence      `yaml:"confidence"`
	Note       string          `yaml:"note"`
}

type factorRow struct {
	On    day.Date        `yaml:"on"`
	Value decimal.Decimal `yaml:"value"`
}
