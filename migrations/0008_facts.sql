-- +goose Up
-- What step guards and the strategy decide from: one row of facts per case, read under the reader's own row security.
set role recobro_owner;

create view app.case_facts with (security_invoker = true) as
select c.client_id, c.id as case_id, c.account_id, c.number, c.stage, c.stage_since, c.jurisdiction, c.currency, c.business, c.opened_on,
       c.strategy, c.strategy_version, c.steps_done, c.next_step, c.next_on, c.plan_due,
       a.known_until,
       d.debts, d.oldest_due, d.limitation_on, d.claimed_minor,
       coalesce(l.principal_minor, 0) as principal_minor,
       coalesce(h.all_held, false) as hold_all, coalesce(h.contact_held, false) as hold_contact, coalesce(h.court_held, false) as hold_judicial,
       g.state as agreement_state,
       coalesce(s.contested_minor, 0) as contested_minor,
       p.due_on as promise_due,
       m.sent, m.last_sent_on, coalesce(m.bounced, 0) as bounced, coalesce(m.pending, 0) as pending,
       e.value as email,
       dm.id as demand_id, dm.state as demand_state, dm.delivered_on as demand_delivered_on, dm.term_on as demand_term_on, dm.delivery_grade as demand_grade,
       pr.id as proceeding_id, pr.state as proceeding_state,
       su.state as suit_approval,
       ma.version as mandate_version, ma.strategy as mandate_strategy, ma.may_sue_without_asking, ma.waives_interest_when_paid,
       t.language, t.kind as debtor_kind, t.country as debtor_country,
       pe.opted_out_on, pe.deceased_on, pe.insolvent_on,
       exists (select 1 from app.parties x where x.client_id = c.client_id and x.account_id = c.account_id and x.role = 'lawyer') as represented
  from app.cases c
  join app.accounts a on a.client_id = c.client_id and a.id = c.account_id
  join app.parties t on t.client_id = c.client_id and t.account_id = c.account_id and t.role = 'principal'
  left join app.persons pe on pe.id = a.person_id  -- nothing for a client: it learns yes or no, never why
  left join lateral (select count(*) as debts, min(x.due_on) as oldest_due, min(x.limitation_on) as limitation_on, least(coalesce(sum(x.principal_minor), 0), 9e18)::bigint as claimed_minor
                       from app.debts x where x.client_id = c.client_id and x.case_id = c.id) d on true
  left join lateral (select least(coalesce(sum(x.minor), 0), 9e18)::bigint as principal_minor from app.ledger_entries x
                      where x.client_id = c.client_id and x.case_id = c.id and x.component = 'principal') l on true
  left join lateral (select bool_or(x.scope = 'all') as all_held, bool_or(x.scope in ('all', 'contact')) as contact_held, bool_or(x.scope in ('all', 'judicial')) as court_held
                       from app.holds x where x.client_id = c.client_id and x.case_id = c.id and x.lifted_on is null) h on true
  left join lateral (select x.state from app.agreement_cases y join app.agreements x on x.client_id = y.client_id and x.id = y.agreement_id
                      where y.client_id = c.client_id and y.case_id = c.id order by x.proposed_on desc, x.id desc limit 1) g on true
  left join lateral (select least(coalesce(sum(x.contested_minor), 0), 9e18)::bigint as contested_minor from app.disputes x
                      where x.client_id = c.client_id and x.case_id = c.id and x.state = 'open') s on true
  left join lateral (select min(x.due_on) as due_on from app.promises x
                      where x.client_id = c.client_id and x.case_id = c.id and x.state = 'open') p on true
  left join lateral (select count(*) filter (where x.state = 'sent') as sent, max(x.sent_on) as last_sent_on,
                            count(*) filter (where x.state in ('bounced', 'failed')) as bounced, count(*) filter (where x.state in ('reserved', 'sending', 'ambiguous')) as pending
                       from app.message_cases y join app.messages x on x.client_id = y.client_id and x.id = y.message_id
                      where y.client_id = c.client_id and y.case_id = c.id) m on true
  left join lateral (select x.value from app.contact_points x where x.client_id = c.client_id and x.party_id = t.id
                        and x.kind = 'email' and x.status in ('unverified', 'verified') order by x.status desc, x.id limit 1) e on true
  left join lateral (select x.id, x.state, x.delivered_on, x.term_on, x.delivery_grade
                       from app.demand_cases y join app.demands x on x.client_id = y.client_id and x.id = y.demand_id
                      where y.client_id = c.client_id and y.case_id = c.id and x.state <> 'cancelled' order by x.id desc limit 1) dm on true
  left join lateral (select x.id, x.state from app.proceeding_cases y join app.proceedings x on x.client_id = y.client_id and x.id = y.proceeding_id
                      where y.client_id = c.client_id and y.case_id = c.id order by x.id desc limit 1) pr on true
  left join lateral (select x.state from app.approvals x where x.client_id = c.client_id and x.kind = 'suit' and x.about = c.id order by x.id desc limit 1) su on true
  left join lateral (select x.version, x.strategy, x.may_sue_without_asking, x.waives_interest_when_paid
                       from app.mandates x where x.client_id = c.client_id order by x.version desc limit 1) ma on true;
grant select on app.case_facts to recobro_app;
comment on view app.case_facts is 'the facts that guards and strategy decide from, never from a counter';

-- Who of a team gets the next case: lawyers and paralegals in turn. A client's system may not list the firm's people.
-- +goose StatementBegin
create function app.holders_for(p_team int, p_turn bigint) returns table (lawyer uuid, paralegal uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with people as (
        select u.id, u.role, row_number() over (partition by u.role order by u.id) - 1 as place, count(*) over (partition by u.role) as n
          from app.user_teams t join app.users u on u.id = t.user_id
         where t.team_id = p_team and u.disabled_at is null and u.role in ('lawyer', 'paralegal'))
    select (select p.id from people p where p.role = 'lawyer' and p.place = p_turn % p.n),
           (select p.id from people p where p.role = 'paralegal' and p.place = p_turn % p.n)
$$;
-- +goose StatementEnd
revoke execute on function app.holders_for(int, bigint) from public;
grant execute on function app.holders_for(int, bigint) to recobro_app;
reset role;
