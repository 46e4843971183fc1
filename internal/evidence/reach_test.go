package evidence_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
)

// A program that has been taken over may lie about everything it passes: the database holds each chain to its owner.
func TestNobodyWritesAChainUnderAnotherName(t *testing.T) {
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
	other := uuid.MustParse("00000000-0000-0000-0000-0000000000bb")
	for _, by := range []evidence.Actor{who, o.job} {
		for _, subject := range []evidence.Subject{
			{Kind: "client", ID: other, Client: o.client.ID}, {Kind: "portfolio", ID: other, Client: o.client.ID}, {Kind: "case", ID: other, Client: o.client.ID},
			{Kind: "firm", ID: evidence.Firm.ID, Client: o.client.ID}, {Kind: "firm", ID: other}, {Kind: "client", ID: o.client.ID},
		} {
			_, err := evidence.Record(ctx, o.log, by, func(*evidence.Tx) (int, []evidence.Entry, error) {
				return 1, []evidence.Entry{{Subject: subject, Kind: "note.written"}}, nil
			})
			if err == nil {
				t.Errorf("%s wrote %+v", by.Kind, subject)
			}
		}
	}
	if r := o.verify(t); r.Events != 3 || len(r.Findings) != 0 {
		t.Fatalf("%+v", r)
	}
}

func TestOnlyAJobWritesTheAccessLogsChain(t *testing.T) {
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
	chain := uuid.MustParse("00000000-0000-0000-0000-000000000002")
	for name, c := range map[string]struct {
		by      evidence.Actor
		subject evidence.Subject
		ok      bool
	}{
		"a key":                        {who, evidence.Subject{Kind: "access", ID: chain}, false},
		"a key, as its client's":       {who, evidence.Subject{Kind: "access", ID: chain, Client: o.client.ID}, false},
		"a job on another chain":       {o.job, evidence.Subject{Kind: "access", ID: o.client.ID}, false},
		"a job under a client's name":  {o.job, evidence.Subject{Kind: "access", ID: chain, Client: o.client.ID}, false},
		"a job on the access log's":    {o.job, evidence.Subject{Kind: "access", ID: chain}, true},
		"a job with an invented chain": {o.job, evidence.Subject{Kind: "secret", ID: chain}, false},
	} {
		_, err := evidence.Record(ctx, o.log, c.by, func(*evidence.Tx) (int, []evidence.Entry, error) {
			return 1, []evidence.Entry{{Subject: c.subject, Kind: "access.read"}}, nil
		})
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	if r := o.verify(t); len(r.Findings) != 0 {
		t.Fatal(r.Findings)
	}
}

// A header names the newest checkpoint that was published when it was written: the event is not older than that.
func TestHeaderNamesTheNewestCheckpoint(t *testing.T) {
	o := newOffice(t)
	if _, err := o.db.Super.Exec(`insert into ev.checkpoints values (1, sha256('one'), 'note', now()), (2, sha256('two'), 'note', now())`); err != nil {
		t.Fatal(err)
	}
	if err := o.note(context.Background(), "nota"); err != nil {
		t.Fatal(err)
	}
	var lines []string
	err := o.db.Super.Select(&lines, `select substring(convert_from(header, 'UTF8') from 'cp: ([^\n]*)') = case when seq <= 2 then '-' else '2 ' || encode(sha256('two'), 'hex') end from ev.events order by seq`)
	if err != nil || len(lines) != 3 || lines[0] != "true" || lines[1] != "true" || lines[2] != "true" {
		t.Fatalf("%v, %v", lines, err)
	}
}
