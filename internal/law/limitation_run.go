package law

import (
	"cmp"
	"fmt"
	"slices"

	"recobro/internal/day"
	"recobro/internal/problem"
)

// limitationRun derives one last day. Strict takes only what may be relied upon; else what waits for confirmation counts too.
type limitationRun struct {
	pack   *Pack
	claim  LimitationClaim
	period periodDoc
	strict bool
	stops  []stretch
	start  day.Date // of the term that runs, before any suspension moves it
	first  day.Date // on which the claim began to run
	once   []string // words of acts that count once and have counted
	out    Limitation
}

// stretch is a stretch of days on which no term runs; those that overlap are one.
type stretch struct {
	from, to day.Date
	fact     Fact
	refs     []string
	used     bool
}

// restartEvent is a fact that would start the term anew.
type restartEvent struct {
	fact    LimitationFact
	rule    actDoc
	counts  day.Date // must not come after the last day
	restart day.Date
}

func (p *Pack) runLimitation(period periodDoc, c LimitationClaim, strict bool) Limitation {
	if period.Everywhere {
		c.Region = ""
	}
	r := &limitationRun{pack: p, claim: c, period: period, strict: strict, start: c.Due}
	if period.FromServices && !c.ServicesEnded.IsZero() && c.ServicesEnded.Before(c.Due) {
		r.start = c.ServicesEnded
	}
	r.first = r.start
	r.out.Confidence = period.Confidence
	facts := slices.Clone(c.Facts)
	slices.SortFunc(facts, factsByDay)
	events, suspensions := r.sort(facts)
	r.stops = r.merge(suspensions)
	r.run(r.start, nil)
	for _, e := range events {
		r.interrupt(e)
	}
	r.idle(suspensions)
	r.out.Law = r.laws()
	slices.SortStableFunc(r.out.Ignored, func(a, b IgnoredFact) int { return factsByDay(a.LimitationFact, b.LimitationFact) })
	return r.out
}

func factsByDay(a, b LimitationFact) int {
	return cmp.Or(a.From.DaysSince(b.From), cmp.Compare(a.Act, b.Act), cmp.Compare(a.Received.String(), b.Received.String()),
		cmp.Compare(a.To.String(), b.To.String()), cmp.Compare(a.Ref, b.Ref), cmp.Compare(b.Grade, a.Grade))
}

// sort judges every fact by itself: what interrupts, in the order of the days that count, what suspends, and what does neither.
func (r *limitationRun) sort(facts []LimitationFact) (events []restartEvent, suspensions []LimitationFact) {
	for _, f := range facts {
		rule := r.pack.act(f.Act, r.period.Kind, r.claim.Region)
		e := restartEvent{fact: f, rule: rule, counts: f.From}
		switch {
		case rule.Effect == nothing:
			r.ignore(f, noEffect, rule.Law)
		case rule.Effect == annuls:
		case rule.Effect == interrupts && r.period.Fatal, rule.Effect == suspends && r.period.Fatal && f.Act != SuspensionAct:
			r.ignore(f, fatalTerm, r.period.Law)
		case r.annulled(f, facts):
			r.ignore(f, wasAnnulled, rule.Law)
		case rule.Counts == "received" && (f.Received.IsZero() || f.Grade < rule.Grade):
			r.ignore(f, notReceived, rule.Law)
		case rule.Effect == suspends && f.To.Before(f.From):
			r.ignore(f, noEnd, rule.Law)
		case r.strict && !r.confirmed(rule):
			r.ignore(f, notConfirmed, rule.Law)
		case rule.Effect == suspends:
			suspensions = append(suspensions, f)
		case rule.Within > 0 && f.Received.IsZero():
			r.ignore(f, notReceived, rule.Law)
		default:
			events = append(events, e.timed())
		}
	}
	slices.SortStableFunc(events, func(a, b restartEvent) int { return a.counts.DaysSince(b.counts) })
	return events, suspensions
}

// timed sets the day that counts and the one from which the term runs again.
func (e restartEvent) timed() restartEvent {
	f := e.fact
	if e.rule.Counts == "received" || e.rule.Within > 0 && f.Received.After(f.From.AddMonths(e.rule.Within)) {
		e.counts = f.Received
	}
	e.restart = e.counts
	if e.rule.FromEnd {
		e.restart = day.Later(e.restart, f.To)
	}
	return e
}

// annulled says whether a suit came to nothing.
func (r *limitationRun) annulled(f LimitationFact, facts []LimitationFact) bool {
	return f.Act == SuitAct && slices.ContainsFunc(facts, func(d LimitationFact) bool {
		return r.pack.act(d.Act, r.period.Kind, r.claim.Region).Effect == annuls && !d.From.Before(f.From) && (d.Ref == f.Ref || d.Ref == "" || f.Ref == "")
	})
}

func (r *limitationRun) confirmed(rule actDoc) bool {
	return !slices.ContainsFunc(r.pack.needs(rule, r.claim.Region), func(n NamedFact) bool { return r.pack.allow(n.ID, n.Fact) != nil })
}

// merge makes one list of stops, in order and without overlap, of those of the law and those of the case.
func (r *limitationRun) merge(suspensions []LimitationFact) (stops []stretch) {
	var all []stretch
	for _, s := range r.pack.doc.Limitation.Suspensions {
		if r.pack.allow(r.pack.id("suspension."+s.From.String()), s.Fact) == nil {
			all = append(all, stretch{from: s.From, to: s.To, fact: s.Fact})
		}
	}
	for _, f := range suspensions {
		rule := r.pack.act(f.Act, r.period.Kind, r.claim.Region)
		from := f.From
		if rule.Counts == "received" {
			from = f.Received
		}
		all = append(all, stretch{from: from, to: f.To, fact: rule.Fact, refs: []string{f.Ref}})
	}
	slices.SortStableFunc(all, func(a, b stretch) int { return cmp.Or(a.from.DaysSince(b.from), a.to.DaysSince(b.to)) })
	for _, s := range all {
		if n := len(stops); n > 0 && !s.from.After(stops[n-1].to) {
			last := &stops[n-1]
			last.to = day.Later(last.to, s.to)
			last.refs = append(last.refs, s.refs...)
			last.fact.Confidence = weaker(last.fact.Confidence, s.fact.Confidence)
			if last.fact.Law != s.fact.Law {
				last.fact.Law += "; " + s.fact.Law
			}
			continue
		}
		stops = append(stops, s)
	}
	return stops
}

// run lets one whole term run from start. opening is the line of the act that began it, nil for the first one.
func (r *limitationRun) run(start day.Date, opening *LimitationStep) {
	period := r.period
	r.start = start
	if opening != nil {
		r.out.Steps = append(r.out.Steps, *opening)
	}
	for i := range r.stops {
		if s := &r.stops[i]; !start.Before(s.from) && !start.After(s.to) {
			start = s.to.AddDays(1)
			s.used = true
			r.step(LimitationStep{From: s.from, Effect: suspends, Rule: suspendedStart(*s, start), Law: s.fact.Law, Ref: firstRef(s.refs), Confidence: s.fact.Confidence})
		}
	}
	since := start // only what suspends from here on makes the term longer
	r.out.On = start.AddMonths(period.months())
	if t := period.Transitional; t != nil && start.Before(t.BornBefore) {
		r.out.On = start.AddMonths(12 * t.Years)
		if reform := t.BornBefore.AddDays(-1); r.suspended(t.Latest, reform).Before(r.suspended(r.out.On, start)) {
			r.out.On, since = t.Latest, reform
		}
		r.step(LimitationStep{From: start, On: r.out.On, Effect: "transitional", Rule: oldTerm(t, start), Law: t.Law, Confidence: t.Confidence})
	} else {
		r.step(LimitationStep{From: start, On: r.out.On, Effect: "term", Rule: wholeTerm(period, start), Law: period.Law, Confidence: period.Confidence})
	}
	for i := range r.out.Steps { // a line that only prepares a term carries the day that the term gives
		if r.out.Steps[i].On.IsZero() {
			r.out.Steps[i].On = r.out.On
		}
	}
	for i := range r.stops {
		if s := &r.stops[i]; since.Before(s.from) && !r.out.On.Before(s.from) {
			days := s.to.DaysSince(s.from) + 1
			r.out.On = r.out.On.AddDays(days)
			s.used = true
			r.step(LimitationStep{From: s.from, On: r.out.On, Effect: suspends, Rule: suspendedDays(*s, days), Law: s.fact.Law, Ref: firstRef(s.refs), Confidence: s.fact.Confidence})
		}
	}
}

// suspended is a last day made longer by what suspended the term after since.
func (r *limitationRun) suspended(on, since day.Date) day.Date {
	for _, s := range r.stops {
		if since.Before(s.from) && !on.Before(s.from) {
			on = on.AddDays(s.to.DaysSince(s.from) + 1)
		}
	}
	return on
}

func (r *limitationRun) step(s LimitationStep) {
	r.out.Steps = append(r.out.Steps, s)
	r.out.Confidence = weaker(r.out.Confidence, s.Confidence)
}

// interrupt starts the term anew when the act came in time.
func (r *limitationRun) interrupt(e restartEvent) {
	switch {
	case e.counts.Before(r.first):
		r.ignore(e.fact, beforeDue, e.rule.Law)
		return
	case e.counts.After(r.out.On):
		r.ignore(e.fact, tooLate, e.rule.Law)
		if both(e.rule.Late) {
			last := &r.out.Ignored[len(r.out.Ignored)-1]
			last.Why = problem.Text{ES: last.Why.ES + "; " + e.rule.Late.ES, EN: last.Why.EN + "; " + e.rule.Late.EN}
		}
		return
	case e.rule.Once != "" && slices.Contains(r.once, e.rule.Once):
		r.ignore(e.fact, onlyOnce, e.rule.Law)
		return
	}
	next := *r
	next.stops, next.out.Steps, next.out.Warnings = slices.Clone(r.stops), slices.Clone(r.out.Steps), slices.Clone(r.out.Warnings)
	if e.rule.Becomes != "" {
		claim := r.claim
		claim.Kind = e.rule.Becomes
		if after, _, err := r.pack.periods(claim); err == nil {
			next.period = after
		}
	}
	law, confidence := e.rule.Law, e.rule.Confidence
	if !e.rule.OwnRestart && e.rule.Becomes == "" {
		_, restart := r.pack.restart(r.claim.Region)
		confidence = weaker(confidence, restart.Confidence)
		if restart.Law != law {
			law += "; " + restart.Law
		}
	}
	next.out.Confidence = weaker(next.out.Confidence, confidence)
	next.run(e.restart, &LimitationStep{From: e.restart, Effect: interrupts, Rule: begunAnew(e), Law: law, Ref: e.fact.Ref, Confidence: confidence})
	if next.out.On.Before(r.out.On) || e.restart.Before(r.start) {
		r.ignore(e.fact, alreadyStopped, e.rule.Law)
		return
	}
	if both(e.rule.Warn) && r.claim.Business && !slices.Contains(next.out.Warnings, e.rule.Warn) {
		next.out.Warnings = append(next.out.Warnings, e.rule.Warn)
	}
	if next.once = slices.Clone(r.once); e.rule.Once != "" {
		next.once = append(next.once, e.rule.Once)
	}
	*r = next
}

// idle says of suspensions that touched no term why they did not.
func (r *limitationRun) idle(suspensions []LimitationFact) {
	for _, f := range suspensions {
		used := slices.ContainsFunc(r.stops, func(s stretch) bool {
			return s.used && !f.From.Before(s.from) && !f.To.After(s.to)
		})
		switch {
		case used:
		case f.To.Before(r.first):
			r.ignore(f, beforeDue, "")
		default:
			r.ignore(f, tooLate, "")
		}
	}
}

func (r *limitationRun) ignore(f LimitationFact, code, law string) {
	why := ignoredWords[code]
	if law != "" {
		why = problem.Text{ES: fmt.Sprintf("%s (%s)", why.ES, law), EN: fmt.Sprintf("%s (%s)", why.EN, law)}
	}
	r.out.Ignored = append(r.out.Ignored, IgnoredFact{f, code, why})
}

// laws are the articles of the term that runs now.
func (r *limitationRun) laws() (joined string) {
	from := 0
	for i, s := range r.out.Steps {
		if s.Effect == interrupts {
			from = i
		}
	}
	var all []string
	for _, s := range r.out.Steps[from:] {
		if s.Law != "" && !slices.Contains(all, s.Law) {
			all = append(all, s.Law)
		}
	}
	return wordList(all, ";")
}

func (d periodDoc) months() int { return 12*d.Years + d.Months }
