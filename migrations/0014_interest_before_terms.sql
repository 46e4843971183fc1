-- +goose Up
-- Until terms of interest were dated facts every debt bore it from its due day. Where the law lets it run only from a demand, a debt
-- of before would bear none: what was paid, agreed, claimed in court or closed would rest on interest that nobody earned, and its
-- case could not be stated any more. There the day by which it was counted stands, recorded with the debt itself, so that what was
-- known then says the same. Where only a demand was received, interest runs from its receipt, as it would today.
-- The role that migrates sees every row; the facts are in the log already: the debt, its lines, the delivery of the demand.
alter table app.interest_terms disable trigger must_have_logged;
with late as (
    select d.client_id, d.id, d.case_id, d.due_on, d.regime, d.agreed_rate_pct, c.stage, c.account_id,
           (select min(l.recorded_at) from app.ledger_entries l where l.client_id = d.client_id and l.debt_id = d.id) as recorded_at
      from app.debts d
      join app.cases c on c.client_id = d.client_id and c.id = d.case_id
     where ((c.jurisdiction = 'ES' and d.regime in ('legal', 'judgment')) or (c.jurisdiction = 'PE' and d.regime in ('agreed', 'legal', 'statutory_commercial')))
       and not exists (select 1 from app.interest_terms t where t.client_id = d.client_id and t.debt_id = d.id)
), counted as (
    select x.*,
           exists (select 1 from app.ledger_entries l where l.client_id = x.client_id and l.debt_id = x.id and l.component = 'interest'
                      and (l.kind in ('payment', 'waiver')
                        or l.kind = 'charge' and (x.stage in ('judicial', 'enforcement', 'closed')
                            or exists (select 1 from app.agreements a where a.client_id = x.client_id and a.account_id = x.account_id and a.state = 'active')))
                      and not exists (select 1 from app.ledger_entries r where r.client_id = l.client_id and r.reverses = l.id)) as from_due,
           (select min(m.delivered_on) from app.demand_cases dc join app.demands m on m.client_id = dc.client_id and m.id = dc.demand_id
             where dc.client_id = x.client_id and dc.case_id = x.case_id and m.state = 'delivered') as received_on
      from late x
     where x.recorded_at is not null
)
insert into app.interest_terms (client_id, id, case_id, debt_id, kind, from_on, regime, agreed_rate_pct, basis, recorded_at)
select client_id, gen_random_uuid(), case_id, id, 'start', case when from_due then due_on else received_on end, regime, agreed_rate_pct,
       case when from_due then 'desde el vencimiento, como se contó cuando se cobró, pactó o reclamó' else 'requerimiento recibido' end,
       case when from_due then recorded_at else clock_timestamp() end
  from counted
 where from_due or received_on is not null;
alter table app.interest_terms enable trigger must_have_logged;
