package web_test

import (
	"encoding/json"
	"strings"
	"testing"

	"recobro/internal/evidence"
	"recobro/internal/testfirm"
)

func TestACaseIsReadWithItsBalancePartiesAndDebtsAndTheFirmKeepsItsOwnFields(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	var out struct {
		Number, Stage string
		Balance       struct {
			Principal, Total struct{ Amount, Currency string }
			AsOf             string `json:"as_of"`
		}
		Parties []struct{ Name, Role string }
		Debts   []struct {
			ExternalRef string `json:"external_ref"`
			Principal   struct{ Amount string }
		}
		Firm *struct {
			LawyerID string `json:"lawyer_id"`
		}
	}
	a := o.good(o.Lawyer, 200, "GET", "/api/v1/cases/"+c.ID.String(), "")
	a.into(t, &out)
	if out.Number != c.Number || out.Balance.Principal.Amount != "1000.00" || out.Balance.AsOf != "2026-03-02" || len(out.Parties) != 1 || len(out.Debts) != 1 || out.Firm == nil || out.Firm.LawyerID == "" {
		t.Errorf("%s", a.body)
	}
	if a.header.Get("ETag") != `"1"` {
		t.Errorf("ETag %q", a.header.Get("ETag"))
	}
	for name, who := range map[string]evidence.Actor{"the client's key": o.KeyA, "the client's administrator": o.ClientAdminA} {
		a := o.good(who, 200, "GET", "/api/v1/cases/"+c.ID.String(), "")
		for _, secret := range []string{o.Lawyer.ID.String(), o.Lawyer2.ID.String(), o.Paralegal.ID.String(), "plan_error", "team_id", `"firm"`} {
			if strings.Contains(string(a.body), secret) {
				t.Errorf("%s reads %s: %s", name, secret, a.body)
			}
		}
	}
	missing := o.call(o.KeyB, "GET", "/api/v1/cases/00000000-0000-0000-0000-0000000000aa", "")
	for _, path := range []string{"", "/interactions", "/statement"} {
		foreign := o.call(o.KeyB, "GET", "/api/v1/cases/"+c.ID.String()+path, "")
		if foreign.status != 404 || string(foreign.body) != string(missing.body) {
			t.Errorf("%s: a foreign case answers %d %s, a missing one %s", path, foreign.status, foreign.body, missing.body)
		}
	}
}

func TestTheCaseListIsFilteredPagedAndWithinReach(t *testing.T) {
	o := open(t)
	one, two := o.OpenCase(testfirm.Opts{}), o.OpenCase(testfirm.Opts{})
	foreign := o.OpenCase(testfirm.Opts{Client: &o.ClientB})
	type list struct {
		Data       []struct{ ID, Number string }
		NextCursor string `json:"next_cursor"`
	}
	for query, want := range map[string]int{
		"": 2, "?stage=amicable": 2, "?stage=closed": 0, "?q=" + one.Number: 1, "?external_ref=nowhere/1": 0, "?updated_since=2999-01-01T00:00:00Z": 0,
		"?updated_since=2020-01-01T00:00:00Z": 2, "?client_id=" + o.ClientB.ID.String(): 0,
	} {
		var l list
		a := o.good(o.KeyA, 200, "GET", "/api/v1/cases"+query, "")
		a.into(t, &l)
		if len(l.Data) != want || strings.Contains(string(a.body), foreign.Number) {
			t.Errorf("%s: %s, want %d", query, a.body, want)
		}
	}
	var first, second list
	o.good(o.KeyA, 200, "GET", "/api/v1/cases?limit=1", "").into(t, &first)
	o.good(o.KeyA, 200, "GET", "/api/v1/cases?limit=1&cursor="+first.NextCursor, "").into(t, &second)
	if len(first.Data) != 1 || len(second.Data) != 1 || first.Data[0].ID == second.Data[0].ID || second.NextCursor != "" {
		t.Errorf("%+v then %+v", first, second)
	}
	_ = two
	if a := o.call(o.KeyA, "GET", "/api/v1/cases?cursor=zzz", ""); a.status != 422 || a.refusal(t).Code != "cursor_invalid" {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestWhatIsDoneToACaseShowsInItsLogAndInternalNotesStayInside(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	at := "/api/v1/cases/" + c.ID.String()
	o.good(o.Paralegal, 201, "POST", at+"/interactions", `{"kind":"call","text":"Dice que paga el viernes"}`)
	o.good(o.Paralegal, 201, "POST", at+"/interactions", `{"kind":"note","text":"CANARIO interno","internal":true}`)
	var hold struct{ ID string }
	o.good(o.Paralegal, 201, "POST", at+"/holds", `{"scope":"contact","reason":"vacaciones","until_on":"2026-04-01"}`).into(t, &hold)
	o.good(o.Lawyer, 200, "POST", "/api/v1/holds/"+hold.ID+"/lift", `{"reason":"ya"}`)
	if a := o.call(o.Lawyer, "POST", "/api/v1/holds/"+hold.ID+"/lift", `{"reason":"otra vez"}`); a.status != 409 {
		t.Errorf("a hold was lifted twice: %d %s", a.status, a.body)
	}
	var dispute struct {
		ID        string
		Contested struct{ Amount, Currency string }
	}
	o.good(o.Paralegal, 201, "POST", at+"/disputes", `{"contested":{"amount":"300.00","currency":"EUR"},"reason":"mercancía rota"}`).into(t, &dispute)
	if dispute.Contested.Amount != "300.00" || dispute.Contested.Currency != "EUR" {
		t.Errorf("%+v", dispute)
	}
	o.good(o.Lawyer, 200, "POST", "/api/v1/disputes/"+dispute.ID+"/resolve", `{"state":"rejected","resolution":"albarán firmado"}`)
	o.good(o.Paralegal, 201, "POST", at+"/promises", `{"amount":{"amount":"100.00","currency":"EUR"},"due_on":"2026-03-10"}`)
	o.good(o.Lawyer, 200, "POST", at+"/assign", `{"lawyer_id":"`+o.Lawyer2.ID.String()+`"}`)
	if a := o.call(o.Lawyer, "POST", at+"/assign", `{"lawyer_id":"`+o.Paralegal.ID.String()+`"}`); a.status != 422 || a.refusal(t).Code != "holder_unfit" {
		t.Errorf("a paralegal became the lawyer: %d %s", a.status, a.body)
	}
	if a := o.call(o.Lawyer, "POST", at+"/advance", `{"event":"demand_expired"}`); a.status != 409 || a.refusal(t).Code != "step_not_possible" {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := o.call(o.KeyB, "POST", at+"/recall", `{"reason":"x"}`); a.status != 404 {
		t.Errorf("another client recalled: %d %s", a.status, a.body)
	}
	o.good(o.KeyA, 200, "POST", at+"/recall", `{"reason":"cobrado por otra vía"}`)
	if a := o.call(o.Lawyer, "POST", at+"/holds", `{"scope":"all","reason":"tarde"}`); a.status != 409 || a.refusal(t).Code != "case_closed" {
		t.Errorf("%d %s", a.status, a.body)
	}
	inside, outside := o.good(o.Lawyer, 200, "GET", at+"/interactions", ""), o.good(o.KeyA, 200, "GET", at+"/interactions", "")
	for _, kind := range []string{"case.opened", "call.noted", "note.written", "hold.placed", "hold.lifted", "dispute.raised", "dispute.rejected", "promise.recorded", "case.assigned", "case.closed"} {
		if !strings.Contains(string(inside.body), kind) {
			t.Errorf("the log lacks %s", kind)
		}
	}
	for _, secret := range []string{"CANARIO", "note.written", o.Lawyer2.ID.String(), o.Paralegal.ID.String()} {
		if strings.Contains(string(outside.body), secret) {
			t.Errorf("the client reads %s", secret)
		}
	}
	if !strings.Contains(string(outside.body), "Dice que paga el viernes") {
		t.Errorf("the client does not read the call: %s", outside.body)
	}
}

func TestTheStatementOfAPastDayIsTheSameWheneverItIsAsked(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	at := "/api/v1/cases/" + c.ID.String() + "/statement?as_of=2026-02-27"
	first := o.good(o.KeyA, 200, "GET", at, "")
	var s struct {
		AsOf  string `json:"as_of"`
		Open  struct{ Amount, Currency string }
		Debts []json.RawMessage
	}
	first.into(t, &s)
	if s.AsOf != "2026-02-27" || s.Open.Currency != "EUR" || len(s.Debts) != 1 || strings.Contains(string(first.body), `"currency":""`) {
		t.Errorf("%s", first.body)
	}
	o.Clock.AddDays(3)
	if again := o.good(o.KeyA, 200, "GET", at, ""); string(again.body) != string(first.body) {
		t.Errorf("first %s\nthen %s", first.body, again.body)
	}
	if a := o.call(o.KeyA, "GET", "/api/v1/cases/"+c.ID.String()+"/statement?as_of=2026-02-30", ""); a.status != 422 || a.refusal(t).Errors[0].Parameter != "as_of" {
		t.Errorf("%d %s", a.status, a.body)
	}
}
