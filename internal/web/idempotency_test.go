package web_test

import (
	"strings"
	"sync"
	"testing"

	"recobro/internal/testfirm"
)

func TestTheSameKeyAndBodyGiveTheFirstAnswerAgain(t *testing.T) {
	o := open(t)
	sent := body(t, "once", item(1))
	first := o.good(o.KeyA, 201, "POST", "/api/v1/portfolios", sent, "Idempotency-Key", "k")
	again := o.good(o.KeyA, 201, "POST", "/api/v1/portfolios", sent, "Idempotency-Key", "k")
	if string(first.body) != string(again.body) || again.header.Get("Idempotency-Replayed") != "true" || first.header.Get("Idempotency-Replayed") != "" {
		t.Errorf("first %s\nagain %s (%v)", first.body, again.body, again.header)
	}
	other := o.call(o.KeyA, "POST", "/api/v1/portfolios", body(t, "once", item(2)), "Idempotency-Key", "k")
	if other.status != 422 || other.refusal(t).Code != "idempotency_key_reused" {
		t.Errorf("the same key with another body: %d %s", other.status, other.body)
	}
	if a := o.call(o.ClientAdminA, "POST", "/api/v1/portfolios", body(t, "another", item(3)), "Idempotency-Key", "k"); a.status != 201 {
		t.Errorf("another caller's key stands in the way: %d %s", a.status, a.body)
	}
	c := o.OpenCase(testfirm.Opts{})
	at := "/api/v1/cases/" + c.ID.String() + "/interactions"
	note := `{"kind":"note","text":"hola"}`
	o.good(o.Lawyer, 201, "POST", at, note, "Idempotency-Key", "n")
	o.good(o.Lawyer, 201, "POST", at, note, "Idempotency-Key", "n")
	if n := strings.Count(string(o.good(o.Lawyer, 200, "GET", at, "").body), "note.written"); n != 1 {
		t.Errorf("one key wrote %d notes", n)
	}
	o.good(o.Lawyer, 201, "POST", at, note)
	if n := strings.Count(string(o.good(o.Lawyer, 200, "GET", at, "").body), "note.written"); n != 2 {
		t.Errorf("without a key there are %d notes, want 2", n)
	}
}

func TestTwentyCallsAtOnceWithOneKeyHaveOneEffect(t *testing.T) {
	o := open(t)
	sent := body(t, "rush", item(1), item(2))
	var mu sync.Mutex
	seen := map[int]int{}
	bodies := map[string]bool{}
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() {
			a := o.call(o.KeyA, "POST", "/api/v1/portfolios", sent, "Idempotency-Key", "rush")
			mu.Lock()
			defer mu.Unlock()
			seen[a.status]++
			if a.status == 201 {
				bodies[string(a.body)] = true
			} else if a.status == 409 && a.header.Get("Retry-After") == "" {
				t.Errorf("409 without Retry-After")
			}
		})
	}
	wait.Wait()
	if seen[201] == 0 || seen[201]+seen[409] != 20 || len(bodies) != 1 {
		t.Errorf("%v, %d different answers", seen, len(bodies))
	}
	var n int
	if err := o.DB.Super.Get(&n, `select count(*) from app.cases`); err != nil || n != 2 {
		t.Errorf("%d cases (%v), want 2", n, err)
	}
	o.good(o.KeyA, 201, "POST", "/api/v1/portfolios", sent, "Idempotency-Key", "rush")
}

func TestARefusedCallGivesItsKeyBack(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	at := "/api/v1/cases/" + c.ID.String() + "/disputes"
	if a := o.call(o.Lawyer, "POST", at, `{"contested":{"amount":"1.00","currency":"MXN"},"reason":"x"}`, "Idempotency-Key", "k"); a.status != 422 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	o.good(o.Lawyer, 201, "POST", at, `{"contested":{"amount":"1.00","currency":"EUR"},"reason":"x"}`, "Idempotency-Key", "k")
}
