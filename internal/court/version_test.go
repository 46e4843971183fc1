package court_test

import (
	"context"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/uuid"

	"recobro/internal/court"
	"recobro/internal/day"
	"recobro/internal/law"
	"recobro/internal/testfirm"
	packs "recobro/policies/law"
)

// shelves are the law as shipped, and the same with a second version of Spain's pack in which the verbal trial is answered in fifteen days.
func shelves(t testing.TB) (before, after *law.Library) {
	t.Helper()
	files := fstest.MapFS{}
	must(t, fs.WalkDir(packs.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(packs.FS, path)
		files[path] = &fstest.MapFile{Data: raw}
		return err
	}))
	before, err := law.Load(files)
	must(t, err)
	second := string(files["es.yaml"].Data)
	for old, now := range map[string]string{
		"\nversion: 1\n": "\nversion: 2\nsince: 2026-05-01\n",
		"    trigger: {es: Demanda notificada, en: Claim served}\n    count: 10\n": "    trigger: {es: Demanda notificada, en: Claim served}\n    count: 15\n",
	} {
		if strings.Count(second, old) != 1 {
			t.Fatalf("the pack has %q %d times", old, strings.Count(second, old))
		}
		second = strings.Replace(second, old, now, 1)
	}
	files["es-2.yaml"] = &fstest.MapFile{Data: []byte(second)}
	after, err = law.Load(files)
	must(t, err)
	return before, after
}

func TestARunningProceedingKeepsTheTermsOfTheLawItStartedUnder(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	before, after := shelves(t)
	served := func(p court.Proceeding) court.Deadline {
		t.Helper()
		for _, kind := range []string{"filed", "served"} {
			_, err := o.RecordAct(ctx, o.Lawyer, p.ID, court.ActIn{Kind: kind, On: o.Clock.Today()})
			must(t, err)
		}
		all, err := o.Deadlines(ctx, o.Lawyer, p.ID)
		must(t, err)
		return all[slices.IndexFunc(all, func(l court.Deadline) bool { return l.Rule == "answer_verbal" })]
	}
	begin := func() court.Proceeding {
		t.Helper()
		c := o.ready(t, testfirm.Opts{}, true)
		p, err := o.Open(ctx, o.Lawyer, []uuid.UUID{c.ID}, court.Opening{Procedure: "verbal"})
		must(t, err)
		return p
	}
	o.Desk.Law = before
	running := begin()
	o.Desk.Law = after
	o.Clock.On(day.Of(2026, 3, 2))
	fresh := begin()
	if running.PackVersion != "1" || fresh.PackVersion != "2" {
		t.Errorf("they run under %q and %q", running.PackVersion, fresh.PackVersion)
	}
	// Ten and fifteen court days from 20 April 2026; 1 May is a holiday.
	if l := served(running); l.DueOn != day.Of(2026, 5, 5) {
		t.Errorf("the running one ends on %s", l.DueOn)
	}
	if l := served(fresh); l.DueOn != day.Of(2026, 5, 12) {
		t.Errorf("the new one ends on %s", l.DueOn)
	}
}
