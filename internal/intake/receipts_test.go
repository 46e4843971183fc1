package intake_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"recobro/internal/evidence"
	"recobro/internal/evidence/format"
	"recobro/internal/evidence/publish"
	"recobro/internal/evidence/signer"
	"recobro/internal/evidence/tree"
	"recobro/internal/intake"
	"recobro/internal/testfirm"
)

// published lets the firm's log be sequenced, signed and published as in production, until the test ends.
func published(t *testing.T, f *testfirm.Firm, origin string) {
	t.Helper()
	quiet, dir := slog.New(slog.DiscardHandler), t.TempDir()
	key, err := signer.MakeKey(filepath.Join(dir, "key"), origin, format.LogKey)
	must(t, err)
	must(t, signer.Init(filepath.Join(dir, "state"), key, signer.Log{Origin: origin}))
	s, err := signer.Open(filepath.Join(dir, "state"), key, signer.Log{Origin: origin})
	must(t, err)
	server := httptest.NewServer(s.Handler(quiet))
	peer, err := publish.ParsePeer(server.URL+"#"+key.Public(), format.LogKey)
	must(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	p := &publish.Publisher{DB: f.DB.Log, Signer: peer, Logger: quiet, Alarm: publish.OnTheChain(f.Log, func(context.Context) (evidence.Actor, error) { return f.Job, nil })}
	done := make(chan struct{}, 2)
	go func() {
		(&tree.Sequencer{DB: f.DB.Log, Logger: quiet}).Run(ctx, 100*time.Millisecond)
		done <- struct{}{}
	}()
	go func() { p.Run(ctx, time.Second); done <- struct{}{} }()
	t.Cleanup(func() { cancel(); <-done; <-done; server.Close(); _ = s.Close() })
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestEV25EveryReceiptsLeafIsInACheckpointWithinAMinute hands portfolios over while the log is published, and holds every receipt
// against its signature, the tree and the promise. make receipts does it with 10,000.
func TestEV25EveryReceiptsLeafIsInACheckpointWithinAMinute(t *testing.T) {
	count := 300
	if text := os.Getenv("RECOBRO_TEST_RECEIPTS"); text != "" {
		var err error
		count, err = strconv.Atoi(text)
		must(t, err)
	}
	f, d := desk(t)
	var origin string
	must(t, f.DB.Super.Get(&origin, `select origin from ev.log`))
	var err error
	d.Receipts, err = signer.MakeKey(filepath.Join(t.TempDir(), "receipts"), format.ReceiptsOf(origin), format.LogKey)
	must(t, err)
	known, err := format.Verifier(d.Receipts.Public())
	must(t, err)
	published(t, f, origin)
	var promises []intake.Receipt
	for first := 0; first < count; first += 100 {
		p := intake.Portfolio{Reference: fmt.Sprint("p", first), Source: "api", Items: []intake.Item{{ExternalRef: fmt.Sprint("refused-", first)}}}
		for n := range 100 {
			p.Items = append(p.Items, good(first+n))
		}
		r, err := d.Submit(t.Context(), f.KeyA, f.ClientA.ID, p)
		must(t, err)
		if r.Accepted != 100 || r.ReceiptsRoot == nil || r.Fates[0].Receipt != nil {
			t.Fatalf("%d accepted, root %v, a refused item's receipt %v", r.Accepted, r.ReceiptsRoot, r.Fates[0].Receipt)
		}
		stored, err := d.Items(t.Context(), f.KeyA, r.ID, intake.Accepted, -1, 200)
		must(t, err)
		for i, fate := range stored {
			handedOut := r.Fates[i+1].Receipt
			if handedOut == nil || fate.Receipt == nil || handedOut.Text(origin) != fate.Receipt.Text(origin) {
				t.Fatalf("item %d: handed out %+v, stored %+v", fate.N, handedOut, fate.Receipt)
			}
			must(t, format.VerifyReceipt(*fate.Receipt, *r.ReceiptsRoot, origin, known))
			promises = append(promises, *fate.Receipt)
		}
	}
	kept(t, f, promises)
}

// kept waits until a checkpoint covers every leaf, and asks of each that it was signed in time.
func kept(t *testing.T, f *testfirm.Firm, promises []intake.Receipt) {
	t.Helper()
	deadline := time.Now().Add(2 * time.Minute)
	for {
		var uncovered int
		must(t, f.DB.Super.Get(&uncovered, `select count(*) from ev.events e left join ev.leaves l using (subject_kind, subject, seq)
			where e.subject_kind = 'case' and coalesce(l.tree_index >= (select coalesce(max(size), 0) from ev.checkpoints), true)`))
		if uncovered == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d events are in no checkpoint", uncovered)
		}
		time.Sleep(50 * time.Millisecond)
	}
	for _, r := range promises {
		leaf, err := hex.DecodeString(r.LeafHash)
		must(t, err)
		var at time.Time
		must(t, f.DB.Super.Get(&at, `select (select min(c.signed_at) from ev.checkpoints c where c.size > l.tree_index) from ev.leaves l
			where l.subject_kind = 'case' and l.subject = $1 and l.seq = $2 and l.leaf = $3`, r.CaseID, r.Seq, leaf))
		promised, err := time.Parse(time.RFC3339Nano, r.IncludedBy)
		must(t, err)
		if at.After(promised) {
			t.Errorf("%s: promised by %s, signed at %s", r.ExternalRef, promised, at)
		}
	}
}
