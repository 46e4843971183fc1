package law

import (
	"fmt"
	"slices"
	"strconv"

	"recobro/internal/problem"
)

// settingsDoc are the choices that no law makes, or makes unclearly, by name. The firm changes them with an adopted Change.
type settingsDoc map[string]settingDoc

type settingDoc struct {
	Fact  `yaml:",inline"`
	Value string `yaml:"value"`
}

// settingForms says which settings a pack may have and what each may be. A new setting is a line here and one in each pack that
// knows it.
var settingForms = map[string]func(value string) bool{
	"day_count":       oneOf(string(Act365), string(ActAct), string(Act360)),
	"rate_grace_days": number(0, 366),                // days after the last covered one on which documents are still made
	"rate_conversion": oneOf("effective", "nominal"), // how effective annual rates are charged by the day: (1+r)^(days/year)−1, or r × days/year

	"limitation_alarm_days": alarmDays, // days before the last one on which the firm is told, the farthest first: "180 60 15"
}

func oneOf(values ...string) func(string) bool {
	return func(v string) bool { return slices.Contains(values, v) }
}

func number(least, most int) func(string) bool {
	return func(v string) bool {
		n, err := strconv.Atoi(v)
		return err == nil && n >= least && n <= most && v == strconv.Itoa(n)
	}
}

func settingID(name string) string { return "setting." + name }

// Setting is the value of a setting and where it comes from. Problems: setting_unknown when the pack has none of that name,
// fact_unverified ("co.setting.rate_conversion") when nobody confirmed it.
func (p *Pack) Setting(name string) (string, Fact, error) {
	s, ok := p.doc.Settings[name]
	if !ok {
		return "", Fact{}, p.unknown("setting_unknown", name)
	}
	return s.Value, s.Fact, p.allow(p.id(settingID(name)), s.Fact)
}

// SettingNumber is a setting that is a whole number; problems as of Setting.
func (p *Pack) SettingNumber(name string) (int, Fact, error) {
	v, f, err := p.Setting(name)
	if err != nil {
		return 0, f, err
	}
	n, err := strconv.Atoi(v)
	if err != nil {
		return 0, f, fmt.Errorf("reading setting %s of %s: %w", name, p.Code, err)
	}
	return n, f, nil
}

// DayCount is the divisor of interest where a debt has none of its own: the setting day_count, ACT/365 in a pack without it.
func (p *Pack) DayCount() DayCount {
	if s, ok := p.doc.Settings["day_count"]; ok {
		return DayCount(s.Value)
	}
	return Act365
}

func (p *Pack) checkSettings() error {
	for name, s := range p.doc.Settings {
		if form := settingForms[name]; form == nil || !form(s.Value) {
			return fmt.Errorf("setting %q: not known, or it cannot be %q", name, s.Value)
		}
	}
	return nil
}

func errSetting(name string) *problem.Error {
	return problem.New(problem.Invalid, "change_invalid", fmt.Sprintf("El ajuste «%s» no admite ese valor.", name), fmt.Sprintf("The setting %q cannot have that value.", name))
}
