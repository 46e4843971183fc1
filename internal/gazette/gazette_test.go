package gazette_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/gazette"
	"recobro/internal/law"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/internal/problem"
	"recobro/internal/testfirm"
	packs "recobro/policies/law"
)

// office is the test firm with its gazette.
type office struct {
	*testfirm.Firm
	desk *gazette.Desk
}

func open(t *testing.T) office {
	t.Helper()
	f := testfirm.New(t)
	return office{f, &gazette.Desk{Log: f.Log, Law: f.Law}}
}

// halfYear is a rate as a lawyer reads it in the gazette.
func halfYear(from, to, pct string) gazette.Change {
	return gazette.Change{Jurisdiction: "ES", Kind: law.ChangeRate, Source: "BOE-A-2026-99999", Publication: "BOE-A-2026-99999", Confidence: law.ReadLaw,
		Rows: []gazette.Row{{Regime: law.StatutoryCommercial, From: day.MustParse(from), To: day.MustParse(to), Pct: pct}}}
}

func (o office) pack() *law.Pack {
	o.T.Helper()
	p, err := o.Law.Pack("ES")
	if err != nil {
		o.T.Fatal(err)
	}
	return p
}

func (o office) propose(who evidence.Actor, c gazette.Change) gazette.Change {
	o.T.Helper()
	made, err := o.desk.Propose(context.Background(), who, c)
	if err != nil {
		o.T.Fatalf("proposing: %v", err)
	}
	return made
}

func (o office) approve(who evidence.Actor, id uuid.UUID) gazette.Change {
	o.T.Helper()
	made, err := o.desk.Approve(context.Background(), who, id)
	if err != nil {
		o.T.Fatalf("approving: %v", err)
	}
	return made
}

func code(err error) string {
	if e := problem.Of(err); e != nil {
		return e.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func interest(t *testing.T, p *law.Pack, from, to string) (money.Amount, error) {
	t.Helper()
	slices, err := p.Interest(law.Terms{Regime: law.StatutoryCommercial}, money.Of(1_000_00, money.EUR), day.MustParse(from).AddDays(-1), day.MustParse(to))
	sum := money.Of(0, money.EUR)
	for _, s := range slices {
		sum = sum.Plus(s.Amount)
	}
	return sum, err
}

func TestARateCountsForNothingBeforeASecondPersonApprovesIt(t *testing.T) {
	o := open(t)
	proposal := o.propose(o.Finance, halfYear("2027-01-01", "2027-06-30", "10.25"))
	if _, err := interest(t, o.pack(), "2027-01-01", "2027-01-31"); code(err) != "rate_missing" {
		t.Fatalf("a proposal already counts: %v", err)
	}
	for name, who := range map[string]evidence.Actor{"finance": o.Finance, "paralegal": o.Paralegal, "supervisor": o.Supervisor, "dpo": o.DPO, "admin": o.Admin} {
		if _, err := o.desk.Approve(t.Context(), who, proposal.ID); code(err) != "permission_denied" && problem.Of(err) == nil {
			t.Errorf("%s approved: %v", name, err)
		} else if err == nil {
			t.Errorf("%s approved", name)
		}
	}
	before := o.pack().Label()
	approved := o.approve(o.Lawyer, proposal.ID)
	if approved.Label != o.pack().Label() || approved.Label == before || approved.Seq == 0 {
		t.Errorf("the pack was %s, the approval says %s, the shelf says %s", before, approved.Label, o.pack().Label())
	}
	got, err := interest(t, o.pack(), "2027-01-01", "2027-01-31") // 1000 × 10.25 % × 31 / 365
	if err != nil || got != money.Of(8_71, money.EUR) {
		t.Errorf("interest of January 2027: %v, %v", got, err)
	}
	if _, err := o.desk.Approve(t.Context(), o.Lawyer2, proposal.ID); code(err) != "change_decided" {
		t.Errorf("approved twice: %v", err)
	}
}

func TestWhoeverProposesDoesNotApprove(t *testing.T) {
	o := open(t)
	proposal := o.propose(o.Lawyer, halfYear("2027-01-01", "2027-06-30", "10.25"))
	if _, err := o.desk.Approve(t.Context(), o.Lawyer, proposal.ID); code(err) != "approver_is_proposer" {
		t.Errorf("the proposer approved: %v", err)
	}
	o.approve(o.Lawyer2, proposal.ID)
}

// The database keeps the rule by itself: whatever the program asks for, under whatever name.
func TestTheDatabaseRefusesAnApprovalWithoutASecondPerson(t *testing.T) {
	o := open(t)
	mine := o.propose(o.Lawyer, halfYear("2027-01-01", "2027-06-30", "10.25"))
	theirs := o.propose(o.Finance, halfYear("2027-07-01", "2027-12-31", "10.50"))
	done := o.approve(o.Lawyer2, o.propose(o.Lawyer, halfYear("2028-01-01", "2028-06-30", "11")).ID)
	insert := `insert into law_changes (id, jurisdiction, kind, payload, source, confidence, proposed_by, proposed_at, state, decided_by, decided_at, seq)
		select gen_random_uuid(), jurisdiction, kind, payload, source, confidence, `
	for name, try := range map[string]struct {
		who  evidence.Actor
		text string
		args []any
	}{
		"the proposer":      {o.Lawyer, `update law_changes set state = 'approved', decided_by = $1, decided_at = now(), seq = 99 where id = $2`, []any{o.Lawyer.ID, mine.ID}},
		"another's name":    {o.Lawyer, `update law_changes set state = 'approved', decided_by = $1, decided_at = now(), seq = 99 where id = $2`, []any{o.Lawyer2.ID, mine.ID}},
		"a paralegal":       {o.Paralegal, `update law_changes set state = 'approved', decided_by = $1, decided_at = now(), seq = 99 where id = $2`, []any{o.Paralegal.ID, theirs.ID}},
		"born approved":     {o.Lawyer, insert + `$1, now(), 'approved', $1, now(), 99 from law_changes where id = $2`, []any{o.Lawyer.ID, mine.ID}},
		"born by two":       {o.Lawyer, insert + `$1, now(), 'approved', $2, now(), 99 from law_changes where id = $3`, []any{o.Lawyer.ID, o.Lawyer2.ID, mine.ID}},
		"another proposes":  {o.Lawyer, insert + `$1, now(), 'proposed', null, null, null from law_changes where id = $2`, []any{o.Lawyer2.ID, mine.ID}},
		"what was in force": {o.Lawyer, `update law_changes set reason = 'x' where id = $1`, []any{done.ID}},
		"a figure":          {o.Lawyer, `update law_changes set payload = '[{}]' where id = $1`, []any{mine.ID}},
		"away with it":      {o.Lawyer, `delete from law_changes where id = $1`, []any{done.ID}},
		"a client reads":    {o.ClientAdminA, `update law_changes set reason = 'x' where id = $1`, []any{mine.ID}},
		"without a word":    {o.Lawyer2, `update law_changes set state = 'rejected', decided_by = $1, decided_at = now() where id = $2`, []any{o.Lawyer2.ID, mine.ID}},
	} {
		var touched int64
		err := o.DB.App.Write(t.Context(), try.who.Token, func(tx *postgres.Tx) (err error) {
			touched, err = tx.Exec(try.text, try.args...)
			return err
		})
		if err == nil && touched > 0 {
			t.Errorf("%s: %d rows", name, touched)
		}
		if err != nil && postgres.Code(err) != "42501" && postgres.Code(err) != "23514" {
			t.Errorf("%s: %v", name, err)
		}
	}
	err := o.DB.App.View(t.Context(), o.ClientAdminA.Token, func(tx *postgres.Tx) error {
		all, err := gazette.List(tx, gazette.Filter{Limit: 10})
		if len(all) > 0 {
			t.Errorf("a client reads %d changes", len(all))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestWhatIsRejectedOrWithdrawnNeverCounts(t *testing.T) {
	o := open(t)
	first, second := o.propose(o.Supervisor, halfYear("2027-01-01", "2027-06-30", "90")), o.propose(o.Finance, halfYear("2027-01-01", "2027-06-30", "91"))
	if _, err := o.desk.Reject(t.Context(), o.Lawyer, first.ID, " "); code(err) != "reason_missing" {
		t.Errorf("rejected without a reason: %v", err)
	}
	if _, err := o.desk.Withdraw(t.Context(), o.Supervisor, second.ID); code(err) != "not_the_proposer" {
		t.Errorf("withdrew another's proposal: %v", err)
	}
	if _, err := o.desk.Reject(t.Context(), o.Lawyer, first.ID, "Es 9,0"); err != nil {
		t.Error(err)
	}
	if _, err := o.desk.Withdraw(t.Context(), o.Finance, second.ID); err != nil {
		t.Error(err)
	}
	for _, id := range []uuid.UUID{first.ID, second.ID} {
		if _, err := o.desk.Approve(t.Context(), o.Lawyer2, id); code(err) != "change_decided" {
			t.Errorf("approved what was decided: %v", err)
		}
	}
}

func TestAsKnownBeforeTheApprovalTheOldFigureStands(t *testing.T) {
	o := open(t)
	o.Clock.Set(time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC))
	was, err := interest(t, o.pack(), "2026-01-01", "2026-06-30")
	if err != nil {
		t.Fatal(err)
	}
	o.Clock.AddDays(1)
	proposal := o.propose(o.Finance, halfYear("2026-01-01", "2026-06-30", "20"))
	o.Clock.AddDays(1)
	o.approve(o.Lawyer, proposal.ID)
	now, err := interest(t, o.pack(), "2026-01-01", "2026-06-30")
	if err != nil || now == was {
		t.Fatalf("the correction changes nothing: %v, %v", now, err)
	}
	earlier, err := o.Law.PackAt("ES", o.Clock.Now().Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if then, err := interest(t, earlier, "2026-01-01", "2026-06-30"); err != nil || then != was {
		t.Errorf("as known before: %v, was %v (%v)", then, was, err)
	}
	if same, err := o.Law.PackAt("ES", o.Clock.Now()); err != nil || same.Label() != o.pack().Label() {
		t.Errorf("as known at the approval: %v, %v", same, err)
	}
}

func TestTheLogTellsEveryValueOfAChangeAndVerifies(t *testing.T) {
	o := open(t)
	proposal := o.propose(o.Finance, halfYear("2027-01-01", "2027-06-30", "10.25"))
	approved := o.approve(o.Lawyer, proposal.ID)
	var lines []evidence.Interaction
	err := o.DB.App.View(t.Context(), o.Lawyer.Token, func(tx *postgres.Tx) (err error) {
		lines, err = evidence.Interactions(tx, evidence.Firm, 0, 2)
		return err
	})
	if err != nil || len(lines) != 2 || lines[0].Kind != "law.change_approved" || lines[1].Kind != "law.change_proposed" {
		t.Fatalf("the firm's log ends with %+v, %v", lines, err)
	}
	for name, want := range map[string]string{"rows": `[{"regime":"statutory_commercial","from":"2027-01-01","to":"2027-06-30","pct":"10.25"}]`, "source": "BOE-A-2026-99999",
		"publication": "BOE-A-2026-99999", "confidence": "read_law", "pack": "ES " + approved.Label, "jurisdiction": "ES", "change": proposal.ID.String()} {
		if got := lines[0].Fields[name]; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	report, err := o.Log.Verify(t.Context(), o.DPO, nil, nil)
	if err != nil || len(report.Findings) > 0 {
		t.Errorf("verify: %v, %v", report.Findings, err)
	}
}

func TestAnotherProcessSeesAnApprovalByItself(t *testing.T) {
	o := open(t)
	library, err := law.Load(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	other := &gazette.Desk{Log: o.Log, Law: library}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		other.Follow(ctx, 20*time.Millisecond, func(context.Context) (evidence.Actor, error) { return o.Job, nil })
		close(ended)
	}()
	o.approve(o.Lawyer, o.propose(o.Finance, halfYear("2027-01-01", "2027-06-30", "10.25")).ID)
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		p, err := library.Pack("ES")
		if err != nil {
			t.Fatal(err)
		}
		if p.Label() == o.pack().Label() {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the other process still has %s, not %s", p.Label(), o.pack().Label())
		}
	}
	stop()
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		t.Error("following does not end with its context")
	}
}

func TestWhatIsComputedKnowsEveryApprovalThatCameBeforeItEnded(t *testing.T) {
	o := open(t)
	library, err := law.Load(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	other := &gazette.Desk{Log: o.Log, Law: library, Identity: func(context.Context) (evidence.Actor, error) { return o.Job, nil }}
	var seen []string
	look := func() error {
		p, err := library.Pack("ES")
		seen = append(seen, p.Label())
		return err
	}
	o.approve(o.Lawyer, o.propose(o.Finance, halfYear("2027-01-01", "2027-06-30", "10.25")).ID)
	first := o.pack().Label()
	if err := other.Current(t.Context(), look); err != nil || len(seen) != 1 || seen[0] != first {
		t.Errorf("approved before: it computes under %v, not %s: %v", seen, first, err)
	}
	seen = nil
	next := o.propose(o.Finance, halfYear("2027-07-01", "2027-12-31", "10.50")).ID
	err = other.Current(t.Context(), func() error {
		if len(seen) == 0 {
			o.approve(o.Lawyer, next)
		}
		return look()
	})
	if err != nil || len(seen) != 2 || seen[0] != first || seen[1] != o.pack().Label() {
		t.Errorf("approved meanwhile: it computes under %v, then %s: %v", seen, o.pack().Label(), err)
	}
	wrong := errors.New("no")
	if err := other.Current(t.Context(), func() error { return wrong }); !errors.Is(err, wrong) {
		t.Errorf("its own error is %v", err)
	}
}

func TestApprovalsAtOnceGetOnePlaceEach(t *testing.T) {
	o := open(t)
	var ids []uuid.UUID
	for _, c := range []gazette.Change{halfYear("2027-01-01", "2027-06-30", "10"), halfYear("2027-07-01", "2027-12-31", "11"), halfYear("2028-01-01", "2028-06-30", "12"),
		halfYear("2028-07-01", "2028-12-31", "13"), halfYear("2029-01-01", "2029-06-30", "14"), halfYear("2029-07-01", "2029-12-31", "15")} {
		ids = append(ids, o.propose(o.Finance, c).ID)
	}
	var group sync.WaitGroup
	seqs := make([]int64, len(ids))
	for i, id := range ids {
		group.Go(func() {
			who := o.Lawyer
			if i%2 == 1 {
				who = o.Lawyer2
			}
			c, err := o.desk.Approve(context.Background(), who, id)
			if err != nil {
				t.Errorf("approving %d: %v", i, err)
			}
			seqs[i] = c.Seq
		})
	}
	group.Wait()
	seen := map[int64]bool{}
	for _, s := range seqs {
		if seen[s] || s == 0 {
			t.Errorf("places %v", seqs)
		}
		seen[s] = true
	}
	if _, err := interest(t, o.pack(), "2027-01-01", "2029-12-31"); err != nil {
		t.Errorf("not all of them are on the shelf: %v", err)
	}
}

func TestASecondaryRateIsTickedByOneLawyerAlone(t *testing.T) {
	o := open(t)
	proposal := halfYear("2027-01-01", "2027-06-30", "10.25")
	proposal.Confidence, proposal.Source, proposal.Publication = law.ReadSecondary, "un periódico", ""
	o.approve(o.Lawyer, o.propose(o.Finance, proposal).ID)
	waiting := gazette.Awaiting(o.pack(), law.ChangeTick)
	if len(waiting) != 1 || waiting[0] != "es.statutory_commercial.2027-01-01" {
		t.Fatalf("what waits for a tick: %v", waiting)
	}
	for name, who := range map[string]evidence.Actor{"finance": o.Finance, "paralegal": o.Paralegal, "admin": o.Admin} {
		if _, err := o.desk.Tick(t.Context(), who, waiting, ""); err == nil {
			t.Errorf("%s ticked", name)
		}
	}
	if _, err := o.desk.Confirm(t.Context(), o.Lawyer, waiting, ""); code(err) != "fact_needs_no_word" {
		t.Errorf("a secondary rate was confirmed: %v", err)
	}
	if _, err := o.desk.Tick(t.Context(), o.Lawyer, waiting, "visto en el BOE"); err != nil {
		t.Fatal(err)
	}
	if _, err := o.desk.Tick(t.Context(), o.Lawyer2, waiting, ""); !errors.Is(err, gazette.ErrVouched) {
		t.Errorf("ticked twice: %v", err)
	}
	slices, err := o.pack().Interest(law.Terms{Regime: law.StatutoryCommercial}, money.Of(100, money.EUR), day.MustParse("2027-01-01"), day.MustParse("2027-01-31"))
	if err != nil || len(slices) != 1 || !slices[0].Vouched {
		t.Errorf("after the tick: %+v, %v", slices, err)
	}
	var by map[string]gazette.Change
	err = o.DB.App.View(t.Context(), o.Paralegal.Token, func(tx *postgres.Tx) (err error) {
		by, err = gazette.Vouched(tx, "ES")
		return err
	})
	if got := by[waiting[0]]; err != nil || got.Decider != o.Lawyer.Name || got.Note != "visto en el BOE" {
		t.Errorf("who ticked: %+v, %v", got, err)
	}
	// A correction is another figure: nobody has vouched for it.
	correction := halfYear("2027-01-01", "2027-06-30", "10.50")
	correction.Confidence = law.ReadSecondary
	o.approve(o.Lawyer, o.propose(o.Finance, correction).ID)
	if again := gazette.Awaiting(o.pack(), law.ChangeTick); len(again) != 1 {
		t.Errorf("a corrected rate keeps its tick: %v", again)
	}
}

func TestAProposalThatThePackCannotTakeNamesItsFields(t *testing.T) {
	o := open(t)
	bad := halfYear("2027-06-30", "2027-01-01", "diez")
	bad.Source, bad.Confidence = "", law.Unverified
	_, err := o.desk.Propose(t.Context(), o.Finance, bad)
	var at []string
	if e := problem.Of(err); e != nil {
		for _, r := range e.Reasons {
			at = append(at, r.Pointer)
		}
	}
	for _, want := range []string{"/source", "/confidence", "/rows/0/pct", "/rows/0/to"} {
		if !strings.Contains(strings.Join(at, " "), want) {
			t.Errorf("no reason at %s: %v", want, err)
		}
	}
	overlap := halfYear("2027-01-01", "2027-06-30", "10")
	overlap.Rows = append(overlap.Rows, gazette.Row{Regime: law.StatutoryCommercial, From: day.Of(2027, 7, 1), To: day.Of(2027, 12, 31), Pct: "10"},
		gazette.Row{Regime: law.StatutoryCommercial, From: day.Of(2027, 12, 1), To: day.Of(2028, 6, 30), Pct: "10"})
	_, err = o.desk.Propose(t.Context(), o.Finance, overlap)
	if e := problem.Of(err); e == nil || e.Code != "change_not_taken" || e.Reasons[0].Pointer != "/rows/2" || e.Reasons[0].Code != "rate_overlap" {
		t.Errorf("the third row overlaps: %v", err)
	}
	unknown := halfYear("2027-01-01", "2027-06-30", "10")
	unknown.Jurisdiction = "ZZ"
	if _, err := o.desk.Propose(t.Context(), o.Finance, unknown); code(err) != "jurisdiction_unknown" {
		t.Errorf("an unknown jurisdiction: %v", err)
	}
	tick := gazette.Change{Jurisdiction: "ES", Kind: law.ChangeTick, Source: "x", Confidence: law.ReadLaw, Rows: []gazette.Row{{Fact: "es.legal"}}}
	if _, err := o.desk.Propose(t.Context(), o.Lawyer, tick); code(err) != "change_incomplete" {
		t.Errorf("a tick was proposed: %v", err)
	}
}

func TestTwoProposalsOfTheSamePeriodAreJudgedInTheOrderOfApproval(t *testing.T) {
	o := open(t)
	first, second := o.propose(o.Finance, halfYear("2027-01-01", "2027-06-30", "10")), o.propose(o.Finance, halfYear("2027-03-01", "2027-12-31", "11"))
	o.approve(o.Lawyer, first.ID)
	if _, err := o.desk.Approve(t.Context(), o.Lawyer, second.ID); code(err) != "change_not_taken" {
		t.Errorf("an overlapping rate was approved: %v", err)
	}
}

func TestADailySeriesIsOneProposalAndOneVersion(t *testing.T) {
	o := open(t)
	rows, err := gazette.Series{Kind: law.ChangeUnitValue, Unit: "CLF", Mark: gazette.Comma}.Read([]byte("\ufeffFecha;Valor\r\n01/01/2030;50.123,45\r\n02-01-2030; 50.124,00 \r\n\r\n2030-01-03;50.125,1;\r\n"))
	if err != nil || len(rows) != 3 || rows[0].Value != "50123.45" || rows[1].On != day.Of(2030, 1, 2) || rows[2].Value != "50125.1" {
		t.Fatalf("reading: %+v, %v", rows, err)
	}
	proposal := o.propose(o.Finance, gazette.Change{Jurisdiction: "CL", Kind: law.ChangeUnitValue, Rows: rows, Source: "Banco Central de Chile", Confidence: law.ReadLaw})
	chile, err := o.Law.Pack("CL")
	if err != nil {
		t.Fatal(err)
	}
	before := chile.Label()
	approved := o.approve(o.Lawyer, proposal.ID)
	p, err := o.Law.Pack("CL")
	if err != nil {
		t.Fatal(err)
	}
	if value, _, err := p.Unit("CLF", day.Of(2030, 1, 2)); err != nil || !value.Equal(decimal.RequireFromString("50124")) {
		t.Errorf("the UF of 2 January 2030: %v, %v", value, err)
	}
	if approved.Label != next(before) || p.Label() != approved.Label {
		t.Errorf("the pack was %s and is called %s", before, approved.Label)
	}
}

// next is the label after one more approval.
func next(label string) string {
	version, changes, _ := strings.Cut(label, ".")
	n, _ := strconv.Atoi(changes)
	return fmt.Sprintf("%s.%d", version, n+1)
}

func TestASeriesThatCannotBeReadWholeIsNotReadAtAll(t *testing.T) {
	unit := gazette.Series{Kind: law.ChangeUnitValue, Unit: "CLF", Mark: gazette.Comma}
	for name, try := range map[string]struct {
		series gazette.Series
		file   string
		code   string
		lines  string
	}{
		"empty":              {unit, "", "series_empty", ""},
		"only a heading":     {unit, "Fecha;Valor\n", "series_empty", ""},
		"a day that is not":  {unit, "01/01/2030;1\n31/02/2030;1\n", "series_invalid", "/file/2"},
		"a day twice":        {unit, "01/01/2030;1\n2030-01-01;2\n", "series_invalid", "/file/2"},
		"english decimals":   {unit, "01/01/2030;50,124.5\n", "series_invalid", "/file/1"},
		"wrong groups":       {unit, "01/01/2030;5.01.24,5\n", "series_invalid", "/file/1"},
		"too many columns":   {unit, "01/01/2030;1;2\n", "series_invalid", "/file/1"},
		"no figure":          {unit, "01/01/2030;n.d.\n", "series_invalid", "/file/1"},
		"comma for both":     {unit, "2030-01-01,50,5\n", "series_invalid", "/file/1"},
		"no mark":            {gazette.Series{Kind: law.ChangeUnitValue, Unit: "CLF"}, "2030-01-01;1\n", "series_mark", ""},
		"holidays by file":   {gazette.Series{Kind: law.ChangeHoliday, Mark: gazette.Comma}, "2030-01-01;1\n", "series_kind", ""},
		"two wrong lines":    {unit, "x;1\n2030-01-01;y\n2030-01-02;1\n", "series_invalid", "/file/1 /file/2"},
		"binary":             {unit, "\x00\x01\x02", "series_empty", ""},
		"a heading mid-file": {unit, "2030-01-01;1\nFecha;Valor\n", "series_invalid", "/file/2"},
	} {
		rows, err := try.series.Read([]byte(try.file))
		var lines []string
		if e := problem.Of(err); e != nil {
			for _, r := range e.Reasons {
				lines = append(lines, r.Pointer)
			}
		}
		if code(err) != try.code || rows != nil || strings.Join(lines, " ") != try.lines {
			t.Errorf("%s: %d rows, %v at %v", name, len(rows), err, lines)
		}
	}
	rates := gazette.Series{Kind: law.ChangeRate, Regime: law.Legal, Mark: gazette.Point}
	rows, err := rates.Read([]byte("from,to,pct\n2030-01-01,2030-12-31,3.25\n2031-01-01,,\"3.5 %\"\n"))
	if err != nil || len(rows) != 2 || rows[0].Pct != "3.25" || !rows[1].To.IsZero() || rows[1].Pct != "3.5" {
		t.Errorf("rates by comma: %+v, %v", rows, err)
	}
	if rows, err := (gazette.Series{Kind: law.ChangeFactor, Regime: law.Legal, Mark: gazette.Comma}).Read([]byte("D\xeda\tFactor\n31/12/2029\t1,0045\n")); err != nil || rows[0].Value != "1.0045" {
		t.Errorf("Windows-1252 with tabs: %+v, %v", rows, err)
	}
}

func FuzzASeriesNeverPanicsAndReadsOnlyPlainFigures(f *testing.F) {
	for _, seed := range []string{"01/01/2030;1\n", "\"a;b\n", "2030-01-01\t1.000,5\n", "\ufeff,;\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		rows, err := gazette.Series{Kind: law.ChangeFactor, Regime: law.Legal, Mark: gazette.Comma}.Read(file)
		for _, r := range rows {
			if _, bad := decimal.NewFromString(r.Value); bad != nil || r.On.IsZero() {
				t.Errorf("%+v", r)
			}
		}
		if err == nil && len(rows) == 0 {
			t.Error("nothing read and nothing said")
		}
	})
}
