package law

import (
	"recobro/internal/day"
	"recobro/internal/problem"
)

// document is a pack's file, as lawyers read and sign it off.
type document struct {
	Code            string            `yaml:"code"`
	Name            problem.Text      `yaml:"name"`
	Version         int               `yaml:"version"`
	Currency        string            `yaml:"currency"`
	TimeZone        string            `yaml:"time_zone"`
	Locale          string            `yaml:"locale"`
	Scope           []Area            `yaml:"scope"` // absent: the whole law
	ResearchedOn    day.Date          `yaml:"researched_on"`
	Since           day.Date          `yaml:"since"` // when this version shipped; the first one rules from the beginning of time
	Settings        settingsDoc       `yaml:"settings"`
	Interest        interestDoc       `yaml:"interest"`
	Units           unitsDoc          `yaml:"units"`
	Calendar        calendarDoc       `yaml:"calendar"`
	Allocation      allocationDoc     `yaml:"allocation"`
	Compensation    compensationDoc   `yaml:"compensation"`
	CollectionCosts collectionCostDoc `yaml:"collection_costs"`
	Limitation      limitationDoc     `yaml:"limitation"`
	Terms           []termDoc         `yaml:"terms"`
	Procedures      []Procedure       `yaml:"procedures"`
	Includes        []string          `yaml:"includes"` // packs whose terms and procedures hold here too: [EU]
	CourtFee        courtFeeDoc       `yaml:"court_fee"`
	Demand          demandDoc         `yaml:"demand"`
	Contact         contactDoc        `yaml:"contact"`
}

// textFact is a rule in words.
type textFact struct {
	Text problem.Text `yaml:"text"`
	Fact `yaml:",inline"`
}
