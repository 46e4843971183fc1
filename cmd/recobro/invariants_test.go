package main

import (
	"testing"
)

// invariants are the rules of the domain that hold whatever happens. Each query, run by the superuser over all clients, names
// what breaks its rule, and finds nothing.
var invariants = []struct{ rule, query string }{
	{"no component of a debt is below zero", `select debt_id || ' ' || component from app.ledger_entries group by debt_id, component, borne_by having sum(minor) < 0`},
	{"money received is allocated, unallocated or returned", `select p.id::text from app.payments p left join app.ledger_entries l on l.payment_id = p.id
		where p.returned_on is null group by p.client_id, p.id, p.minor, p.unallocated_minor having p.minor <> p.unallocated_minor - coalesce(sum(coalesce(l.received_minor, l.minor)), 0)`},
	{"a reversal undoes exactly its line", `select r.id::text from app.ledger_entries r join app.ledger_entries l on l.client_id = r.client_id and l.id = r.reverses
		where r.minor <> -l.minor or r.component <> l.component or r.debt_id <> l.debt_id`},
	{"a closed case has nothing open", `select c.number from app.cases c where c.stage = 'closed' and (c.next_step is not null or c.plan_due
		or exists (select 1 from app.tasks t where t.case_id = c.id and t.done_on is null) or exists (select 1 from app.holds h where h.case_id = c.id and h.lifted_on is null)
		or exists (select 1 from app.promises p where p.case_id = c.id and p.state = 'open') or exists (select 1 from app.disputes d where d.case_id = c.id and d.state = 'open'))`},
	{"a case closed as paid or settled owes no principal", `select c.number from app.cases c join app.ledger_entries l on l.case_id = c.id and l.component = 'principal'
		where c.outcome in ('paid', 'settled') group by c.number having sum(l.minor) <> 0`},
	{"every debt was charged exactly its principal", `select d.external_ref from app.debts d left join app.ledger_entries l on l.debt_id = d.id and l.component = 'principal' and l.kind = 'charge'
		group by d.id, d.external_ref, d.principal_minor having coalesce(sum(l.minor), 0) <> d.principal_minor`},
	{"instalments sum to the total", `select a.id::text from app.agreements a join app.instalments i on i.client_id = a.client_id and i.agreement_id = a.id
		group by a.id, a.total_minor having sum(i.minor) <> a.total_minor`},
	{"a kept agreement is paid, a broken one is not", `select a.id::text from app.agreements a join app.instalments i on i.client_id = a.client_id and i.agreement_id = a.id
		where a.state in ('kept', 'broken') group by a.id, a.state having (a.state = 'kept') <> (sum(i.minor) = sum(i.paid_minor))`},
	{"no break is decided beyond the money known", `select a.id::text from app.agreements a join app.accounts x on x.client_id = a.client_id and x.id = a.account_id
		where a.state = 'broken' and a.ended_on - 1 > x.known_until`},
	{"nobody approves or signs what they drafted", `select id::text from app.demands where drafted_by in (approved_by, signed_by) union all select id::text from app.filings where drafted_by in (approved_by, signed_by)`},
	{"whoever approves or signs is a lawyer", `select d.id::text from app.demands d join app.users u on u.id in (d.approved_by, d.signed_by) where u.role <> 'lawyer'
		union all select f.id::text from app.filings f join app.users u on u.id in (f.approved_by, f.signed_by) where u.role <> 'lawyer'`},
	{"a term starts only with a proof of receipt", `select id::text from app.demands where term_on is not null and (delivery_document_id is null or delivery_grade < 3)`},
	{"a case goes to court only after a delivered demand", `select c.number from app.cases c where c.stage in ('judicial', 'enforcement') and not exists (
		select 1 from app.demand_cases y join app.demands d on d.client_id = y.client_id and d.id = y.demand_id where y.case_id = c.id and d.state = 'delivered')`},
	{"one message a step", `select case_id || ' ' || step from app.message_cases group by case_id, step having count(*) > 1`},
	{"nothing is sent to an address that bounced before", `select m.id::text from app.messages m join app.messages b on b.client_id = m.client_id and b.to_address = m.to_address
		and b.state in ('bounced', 'failed') and b.reserved_on < m.reserved_on where m.state = 'sent'`},
	{"no message leaves after the case is closed", `select m.id::text from app.messages m join app.message_cases y on y.client_id = m.client_id and y.message_id = m.id
		join app.cases c on c.id = y.case_id where m.state = 'sent' and m.sent_on > c.closed_on`},
	{"no reminder goes to a disputed whole, a live agreement or a hold", `select e.subject || ' ' || e.seq from ev.events e
		where e.type = 'message.reserved' and exists (select 1 from app.agreement_cases y join app.agreements a on a.client_id = y.client_id and a.id = y.agreement_id
			where y.case_id = e.subject and a.accepted_on < e.occ::date and coalesce(a.ended_on, 'infinity') > e.occ::date)`},
	{"a message never stays under way", `select id::text from app.messages where state in ('reserved', 'sending')`},
	{"no row hangs on another client's parent", `select d.id::text from app.debts d join app.cases c on c.id = d.case_id where c.client_id <> d.client_id
		union all select c.id::text from app.cases c join app.accounts a on a.id = c.account_id where a.client_id <> c.client_id`},
	{"every case has its chain from its opening", `select c.number from app.cases c where not exists (select 1 from ev.events e where e.subject = c.id and e.seq = 1 and e.type = 'case.opened')`},
	{"a case stands where its log last put it", `select c.number from app.cases c where c.stage = 'closed' and not exists (select 1 from ev.events e where e.subject = c.id and e.type = 'case.closed')`},
	{"every document is cited in the log", `select d.id::text from app.documents d where not exists (select 1 from ev.openings o where o.subject = d.case_id
		and convert_from(o.opening, 'UTF8') like '%' || encode(d.sha256, 'hex') || '%')`},
	{"a plan that failed is none", `select number || ' ' || plan_error from app.cases where plan_error is not null`},
}

// TestAnotherYearOfTheFirmBreaksNoRule plays a story of its own seed to the end and looks at everything it left behind.
func TestAnotherYearOfTheFirmBreaksNoRule(t *testing.T) {
	if testing.Short() {
		t.Skip("It plays most of a year: not with -short.")
	}
	data := ownFolder(t)
	must(t, demoCommand{Data: data, Addr: "127.0.0.1:0", Cases: 60, Days: 180, Seed: 7, Once: true}.Run(t.Context()))
	r := reopen(t, data)
	for _, i := range invariants {
		r.none(i.rule, i.query)
	}
	if err := verify(t.Context(), testWriter{t}, r.log, r.worker, r.store.Check); err != nil {
		t.Error(err)
	}
}
