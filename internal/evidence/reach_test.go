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
	key, err := access.AddAPIKey(ctx, o.log, o.job, o.client.ID, "ERP")
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
