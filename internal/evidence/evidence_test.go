package evidence_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/testdb"
)

// office is a log with a job's identity and one client company.
type office struct {
	db     *testdb.DB
	log    *evidence.Log
	job    evidence.Actor
	client clients.Client
}

func newOffice(t *testing.T) office {
	t.Helper()
	ctx := context.Background()
	db := testdb.New(t)
	log := &evidence.Log{DB: db.App, Now: time.Now, Build: "test"}
	job, err := access.OpenJob(ctx, db.Worker, "test", nil, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	team, err := clients.AddTeam(ctx, db.App, job, "Equipo de prueba")
	if err != nil {
		t.Fatal(err)
	}
	client, err := clients.Add(ctx, log, job, clients.Client{Name: "Suministros Ficticios, S.A.", TaxID: "A00000000", Country: "ES", Street: "Calle Mayor 1",
		PostalCode: "28013", City: "Madrid", Email: "cobros@ficticios.example", Currency: "EUR", Language: "es", TeamID: team}, clients.Mandate{SignedOn: day.MustParse("2026-01-02")})
	if err != nil {
		t.Fatal(err)
	}
	return office{db, log, job, client}
}

// note appends one entry to the client's chain.
func (o office) note(ctx context.Context, text string) error {
	_, err := evidence.Record(ctx, o.log, o.job, func(*evidence.Tx) (string, []evidence.Entry, error) {
		return text, []evidence.Entry{{Subject: evidence.ClientOf(o.client.ID), Kind: "note.written", Fields: evidence.Fields{"text": text}}}, nil
	})
	return err
}

func (o office) verify(t *testing.T) evidence.Report {
	t.Helper()
	report, err := o.log.Verify(context.Background(), o.job, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestChainIsDenseAndVerifies(t *testing.T) {
	o := newOffice(t)
	for i := range 5 {
		if err := o.note(context.Background(), fmt.Sprintf("nota %d, con ñ y €", i)); err != nil {
			t.Fatal(err)
		}
	}
	report := o.verify(t)
	if len(report.Findings) != 0 || report.Events != 7 || report.Chains != 1 {
		t.Fatalf("client.added, mandate.signed and five notes in one chain expected: %+v", report)
	}
	var lines []evidence.Interaction
	err := o.db.App.View(context.Background(), o.job.Token, func(tx *postgres.Tx) error {
		var err error
		lines, err = evidence.Interactions(tx, evidence.ClientOf(o.client.ID), 0, 3)
		return err
	})
	if err != nil || len(lines) != 3 || lines[0].Seq != 7 || lines[0].Fields["text"] != "nota 4, con ñ y €" || lines[0].Actor.Kind != "job" {
		t.Fatalf("newest lines: %+v, %v", lines, err)
	}
}

func TestVerifyFindsEveryKindOfTampering(t *testing.T) {
	for name, tamper := range map[string]string{
		"one byte of a header":        `update ev.events set header = set_byte(header, 40, get_byte(header, 40) # 1) where seq = 4`,
		"one byte of a body":          `update ev.events set body = set_byte(body, 5, get_byte(body, 5) # 1) where seq = 4`,
		"a header with its leaf":      `update ev.events set header = h, leaf = sha256('\x00'::bytea || convert_to((select origin from ev.log) || '/event/v1' || E'\n', 'UTF8') || h) from (select set_byte(header, 300, get_byte(header, 300) # 1) as h from ev.events where seq = 4) x where seq = 4`,
		"a line taken out":            `delete from ev.openings where seq = 4; delete from ev.events where seq = 4`,
		"a value in an opening":       `update ev.openings set opening = convert_to(replace(convert_from(opening, 'UTF8'), 'nota 1', 'nota 9'), 'UTF8') where seq = 4`,
		"an opening of another event": `update ev.openings o set opening = (select opening from ev.openings x where x.seq = 5) where o.seq = 4`,
		"two lines changed over":      `update ev.events set seq = -seq where false; alter table ev.openings drop constraint openings_of_an_event; alter table ev.events drop constraint events_seq_positive; update ev.events set seq = -4 where seq = 4; update ev.events set seq = 4 where seq = 5; update ev.events set seq = 5 where seq = -4`,
		"the client a row belongs to": `update ev.events set client_id = gen_random_uuid() where seq = 4`,
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			for i := range 3 {
				if err := o.note(context.Background(), fmt.Sprintf("nota %d", i)); err != nil {
					t.Fatal(err)
				}
			}
			if r := o.verify(t); len(r.Findings) != 0 {
				t.Fatalf("before: %v", r.Findings)
			}
			if _, err := o.db.Super.Exec("alter table ev.events disable trigger all; alter table ev.openings disable trigger all; " + tamper); err != nil {
				t.Fatal(err)
			}
			if r := o.verify(t); len(r.Findings) == 0 {
				t.Fatal("the change was not found")
			}
		})
	}
}

func TestAppRoleCannotTouchTheLog(t *testing.T) {
	o := newOffice(t)
	for _, sql := range []string{
		`insert into ev.events (subject_kind, subject, seq, type, at, occ, leaf, header, body) values ('firm', gen_random_uuid(), 1, 'x', now(), now(), sha256(''), '', '')`,
		`update ev.events set type = 'x'`, `delete from ev.events`, `truncate ev.events`, `update ev.openings set class = 'open'`,
		`delete from ev.openings`, `alter table ev.events disable trigger all`, `update ev.log set origin = 'x'`, `set session_replication_role = replica`,
	} {
		err := o.db.App.Write(context.Background(), o.job.Token, func(tx *postgres.Tx) error {
			_, err := tx.Exec(sql)
			return err
		})
		if postgres.Code(err) != "42501" {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

func TestOwnerCannotRewriteThroughTriggers(t *testing.T) {
	o := newOffice(t)
	if _, err := o.db.Super.Exec(`set session_replication_role = replica; update ev.events set type = 'x'`); err == nil {
		t.Fatal("an update passed although the trigger is always enabled")
	}
	_, _ = o.db.Super.Exec(`set session_replication_role = origin`)
}

func TestChangeWithoutEntryDoesNotCommit(t *testing.T) {
	o := newOffice(t)
	err := o.db.App.Write(context.Background(), o.job.Token, func(tx *postgres.Tx) error {
		_, err := tx.Exec(`update clients set name = 'Otro' where id = $1`, o.client.ID)
		return err
	})
	if name, _ := postgres.Broken(err); name != "must_have_logged" {
		t.Fatalf("got %v", err)
	}
	var name string
	if err := o.db.Super.Get(&name, `select name from app.clients where id = $1`, o.client.ID); err != nil || name == "Otro" {
		t.Fatalf("the change stands: %q, %v", name, err)
	}
}

func TestActionWithoutEntryIsRefused(t *testing.T) {
	o := newOffice(t)
	_, err := evidence.Record(context.Background(), o.log, o.job, func(*evidence.Tx) (int, []evidence.Entry, error) { return 1, nil, nil })
	if err == nil || !strings.Contains(err.Error(), "no entry") {
		t.Fatalf("got %v", err)
	}
}

func TestHeaderCannotBeSmuggledInto(t *testing.T) {
	o := newOffice(t)
	for _, kind := range []string{"note\nseq: 1", "", strings.Repeat("x", 300), "ñ"} {
		_, err := evidence.Record(context.Background(), o.log, o.job, func(*evidence.Tx) (int, []evidence.Entry, error) {
			return 1, []evidence.Entry{{Subject: evidence.ClientOf(o.client.ID), Kind: kind}}, nil
		})
		if err == nil {
			t.Errorf("type %q passed", kind)
		}
	}
	if r := o.verify(t); r.Events != 2 || len(r.Findings) != 0 {
		t.Fatalf("%+v", r)
	}
}

func TestNobodyAppends(t *testing.T) {
	o := newOffice(t)
	stranger := evidence.Actor{Kind: "person", Role: "lawyer", Token: "rs_unknown"}
	_, err := evidence.Record(context.Background(), o.log, stranger, func(*evidence.Tx) (int, []evidence.Entry, error) {
		return 1, []evidence.Entry{{Subject: evidence.Firm, Kind: "note.written"}}, nil
	})
	if postgres.Code(err) != "42501" {
		t.Fatalf("got %v", err)
	}
}

func TestClientsKeyCannotWriteAnothersChain(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	key, err := access.AddAPIKey(ctx, o.log, o.job, access.NewKey{ClientID: o.client.ID, Name: "ERP", Scopes: access.Scopes()})
	if err != nil {
		t.Fatal(err)
	}
	who, err := access.Identify(ctx, o.db.App, postgres.Identity(key.Key))
	if err != nil {
		t.Fatal(err)
	}
	for _, subject := range []evidence.Subject{evidence.Firm, evidence.ClientOf(uuid.New())} {
		_, err := evidence.Record(ctx, o.log, who, func(*evidence.Tx) (int, []evidence.Entry, error) {
			return 1, []evidence.Entry{{Subject: subject, Kind: "note.written"}}, nil
		})
		if postgres.Code(err) != "42501" {
			t.Errorf("%s: %v", subject.Kind, err)
		}
	}
	if _, err := access.RevokeAPIKey(ctx, o.log, o.job, key.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := access.Identify(ctx, o.db.App, postgres.Identity(key.Key)); !errors.Is(err, evidence.ErrNobody) {
		t.Fatalf("a revoked key still opens: %v", err)
	}
}

func TestManyWritersOnOneChainLoseNoNumber(t *testing.T) {
	o := newOffice(t)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for i := range 10 {
				if err := o.note(context.Background(), fmt.Sprint(i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	if r := o.verify(t); r.Events != 82 || len(r.Findings) != 0 {
		t.Fatalf("%+v", r)
	}
}

func TestOperationAnswersTheSameTwice(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	done := 0
	run := func(op *evidence.Operation) (*evidence.Answer, error) {
		answer, err := o.log.Claim(ctx, o.job, op)
		if answer != nil || err != nil {
			return answer, err
		}
		_, err = evidence.Record(evidence.WithOperation(ctx, op), o.log, o.job, func(*evidence.Tx) (string, []evidence.Entry, error) {
			done++
			return "hecho", []evidence.Entry{{Subject: evidence.Firm, Kind: "note.written"}}, nil
		})
		return nil, err
	}
	operation := func(body byte) *evidence.Operation {
		return &evidence.Operation{Key: "k1", Route: "POST /x", BodySHA256: [32]byte{body}, Encode: func(made any) (int, []byte, bool, error) {
			return 201, []byte(made.(string)), true, nil
		}}
	}
	if answer, err := run(operation(1)); answer != nil || err != nil {
		t.Fatal(answer, err)
	}
	answer, err := run(operation(1))
	if err != nil || answer == nil || string(answer.Body) != "hecho" || answer.Status != 201 || done != 1 {
		t.Fatalf("second call: %+v, %v, done %d times", answer, err, done)
	}
	if _, err := run(operation(2)); err == nil || !strings.Contains(err.Error(), "idempotency_key_reused") {
		t.Fatalf("another body under the same key: %v", err)
	}
}

func TestRunningOperationIsAConflictUntilReleased(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	op := &evidence.Operation{Key: "k2", Route: "POST /x"}
	if a, err := o.log.Claim(ctx, o.job, op); a != nil || err != nil {
		t.Fatal(a, err)
	}
	if _, err := o.log.Claim(ctx, o.job, op); err == nil || !strings.Contains(err.Error(), "operation_running") {
		t.Fatalf("claimed twice: %v", err)
	}
	if err := o.log.Release(ctx, o.job, op); err != nil {
		t.Fatal(err)
	}
	if a, err := o.log.Claim(ctx, o.job, op); a != nil || err != nil {
		t.Fatalf("after the release: %v %v", a, err)
	}
}
