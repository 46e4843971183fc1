-- +goose Up
-- Row security asks one place who reaches what: the case. What hangs on a case is there for whom the case is there, and looks
-- at nothing else. Walls, blocking, absences and clients are judged at the case alone, so no rule is spelled twice, and no
-- statement carries the rules of every table above it: planning a read of a contact point took 17 ms before.
set role recobro_owner;

-- Whether somebody's place in the firm, their company, an absence, an emergency or a naming brings them to a case. The identity
-- comes as an argument, so that a statement asks for it once.
-- +goose StatementBegin
create function app.reaches(me app.identity, p_client uuid, p_team int, p_paralegal uuid, p_case uuid) returns boolean
language plpgsql immutable parallel safe as $$
begin
    return me.firm or p_client = any (me.clients) or p_team = any (me.teams) or p_paralegal = me.id or p_paralegal = any (me.stands_for)
        or p_case = any (me.opened) or p_case = any (me.named);
end $$;
-- The same for a change: an emergency reads only.
create function app.works_on(me app.identity, p_client uuid, p_team int, p_paralegal uuid, p_case uuid) returns boolean
language plpgsql immutable parallel safe as $$
begin
    me.opened := '{}';
    return app.reaches(me, p_client, p_team, p_paralegal, p_case);
end $$;
-- Whether somebody sees all that is the client's without a look at the case.
create function app.near(me app.identity, p_client uuid) returns boolean language plpgsql immutable parallel safe as $$
begin
    return me.every or p_client = any (me.clients);
end $$;
-- +goose StatementEnd

-- Whether a blocked case is disclosed to this person now.
create function app.disclosed(p_case uuid, p_person uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select exists (select 1 from app.disclosures d where d.case_id = p_case and d.until_at > clock_timestamp() and d.asked_by = p_person)
$$;
-- Whether a paper is part of a proceeding of its case, for an outsider who is named in that.
create function app.of_a_proceeding(p_case uuid, p_document uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select exists (select 1 from app.proceeding_cases l join app.proceeding_acts a on a.client_id = l.client_id and a.proceeding_id = l.proceeding_id
                    where l.case_id = p_case and a.document_id = p_document)
        or exists (select 1 from app.proceeding_cases l join app.filings f on f.client_id = l.client_id and f.proceeding_id = l.proceeding_id
                    where l.case_id = p_case and p_document in (f.document_id, f.receipt_document_id) and f.state in ('signed', 'filed', 'admitted', 'returned'))
$$;
-- The team that takes a client's cases.
create function app.team_of(p_client uuid) returns int language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select k.team_id from app.clients k where k.id = p_client
$$;
revoke execute on function app.disclosed(uuid, uuid), app.of_a_proceeding(uuid, uuid), app.team_of(uuid) from public;
grant execute on function app.disclosed(uuid, uuid), app.of_a_proceeding(uuid, uuid), app.team_of(uuid) to recobro_app, ev_owner;
-- +goose StatementBegin
do $$
declare
    t text;
begin
    foreach t in array array['proceeding_cases', 'proceeding_acts', 'filings', 'clients'] loop
        if not exists (select 1 from pg_policies p where p.schemaname = 'app' and p.tablename = t and p.policyname in ('definer', 'destroys')) then
            execute format('create policy definer on app.%I for select to recobro_owner using (true)', t);
        end if;
    end loop;
end $$;
-- +goose StatementEnd

-- The case: within reach, not behind a wall, not blocked.
drop policy within_reach on app.cases;
drop policy walled on app.cases;
drop policy not_blocked on app.cases;
create policy within_reach on app.cases to recobro_app using (app.reaches((select app.me()), client_id, team_id, paralegal_id, id))
    with check (app.works_on((select app.me()), client_id, team_id, paralegal_id, id));
create policy walled on app.cases as restrictive to recobro_app using (not array[client_id, account_id, id] && (select (app.me()).walls)::uuid[])
    with check (not array[client_id, account_id, id] && (select (app.me()).walls)::uuid[]);
create policy not_blocked on app.cases as restrictive to recobro_app using (
    not exists (select 1 from app.blocked_cases b where b.case_id = cases.id) or app.disclosed(id, (select (app.me()).id)));

-- +goose StatementBegin
do $$
declare
    f record;
    p record;
    rule text;
begin
    for f in select * from (values
        ('debts', 'case_id', 'cases', 'id'), ('holds', 'case_id', 'cases', 'id'), ('disputes', 'case_id', 'cases', 'id'), ('promises', 'case_id', 'cases', 'id'),
        ('tasks', 'case_id', 'cases', 'id'), ('approvals', 'case_id', 'cases', 'id'), ('documents', 'case_id', 'cases', 'id'),
        ('ledger_entries', 'case_id', 'cases', 'id'), ('interest_terms', 'case_id', 'cases', 'id'), ('limitation_facts', 'case_id', 'cases', 'id'),
        ('deadlines', 'case_id', 'cases', 'id'), ('message_cases', 'case_id', 'cases', 'id'), ('demand_cases', 'case_id', 'cases', 'id'),
        ('agreement_cases', 'case_id', 'cases', 'id'), ('proceeding_cases', 'case_id', 'cases', 'id'),
        ('payments', 'account_id', 'cases', 'account_id'), ('parties', 'account_id', 'cases', 'account_id'), ('negotiation_attempts', 'account_id', 'cases', 'account_id'),
        ('messages', 'account_id', 'cases', 'account_id'), ('demands', 'account_id', 'cases', 'account_id'),
        ('agreements', 'account_id', 'cases', 'account_id'), ('proceedings', 'account_id', 'cases', 'account_id'),
        ('contact_points', 'party_id', 'parties', 'id'), ('instalments', 'agreement_id', 'agreements', 'id'), ('filings', 'proceeding_id', 'proceedings', 'id'),
        ('proceeding_acts', 'proceeding_id', 'proceedings', 'id'), ('proceeding_parties', 'proceeding_id', 'proceedings', 'id')) x(child, through, parent, key) loop
        for p in select policyname from pg_policies where schemaname = 'app' and tablename = f.child and policyname in ('follows', 'walled', 'not_blocked') loop
            execute format('drop policy %I on app.%I', p.policyname, f.child);
        end loop;
        rule := format('exists (select 1 from app.%I p where p.client_id = %I.client_id and p.%I = %I.%I)', f.parent, f.child, f.key, f.child, f.through);
        execute format('create policy follows on app.%I to recobro_app using (%s) with check (%s)', f.child, rule, rule);
    end loop;
    -- A paper may name several cases of its account. A wall before one of them stands before the paper; it is blocked with the
    -- last of them: its visible links are none, its blocked account has some.
    for f in select * from (values ('demands', 'demand_cases', 'demand_id'), ('agreements', 'agreement_cases', 'agreement_id'),
        ('messages', 'message_cases', 'message_id'), ('proceedings', 'proceeding_cases', 'proceeding_id')) x(paper, links, link) loop
        execute format('create policy walled on app.%1$I as restrictive to recobro_app using (id <> all ((select (app.me()).walls)::uuid[]))
            with check (id <> all ((select (app.me()).walls)::uuid[]))', f.paper);
        execute format('create policy not_blocked on app.%1$I as restrictive to recobro_app using (
            not exists (select 1 from app.blocked_cases b where b.account_id = %1$I.account_id)
            or exists (select 1 from app.%2$I l where l.client_id = %1$I.client_id and l.%3$I = %1$I.id)) with check (true)', f.paper, f.links, f.link);
    end loop;
end $$;
-- +goose StatementEnd

-- An account comes before its first case: then it is the team's that takes the client's cases.
drop policy follows on app.accounts;
create policy follows on app.accounts to recobro_app using (
    app.near((select app.me()), client_id)
    or exists (select 1 from app.cases p where p.client_id = accounts.client_id and p.account_id = accounts.id)
    or (select (app.me()).walls) = '{}' and app.team_of(client_id) = any ((select (app.me()).teams)::int[]))
with check (
    app.near((select app.me()), client_id)
    or exists (select 1 from app.cases p where p.client_id = accounts.client_id and p.account_id = accounts.id)
    or (select (app.me()).walls) = '{}' and app.team_of(client_id) = any ((select (app.me()).teams)::int[]));

-- What a portfolio made of an item is told to those who reach the case; a refused item has none.
drop policy follows on app.portfolio_items;
drop policy not_blocked on app.portfolio_items;
create policy follows on app.portfolio_items to recobro_app using (
    case when case_id is null then (select (app.me()).staff) or app.near((select app.me()), client_id)
    else exists (select 1 from app.cases p where p.client_id = portfolio_items.client_id and p.id = portfolio_items.case_id) end)
with check (
    case when case_id is null then (select (app.me()).staff) or app.near((select app.me()), client_id)
    else exists (select 1 from app.cases p where p.client_id = portfolio_items.client_id and p.id = portfolio_items.case_id) end);

drop policy proceeding_only on app.documents;
create policy proceeding_only on app.documents as restrictive for select to recobro_app using (
    (select (app.me()).role) is distinct from 'external'
    or class = 'open' and (added_by = (select (app.me()).id) or app.of_a_proceeding(case_id, id)));

-- The log of a case follows the case; the other chains are the staff's and their client's.
set role ev_owner;
-- +goose StatementBegin
do $$
declare
    t text;
begin
    foreach t in array array['events', 'openings'] loop
        execute format('drop policy reads_own on ev.%I', t);
        execute format('drop policy walled on ev.%I', t);
        execute format('create policy reads_own on ev.%1$I for select to recobro_app using (app.near((select app.me()), client_id)
            or case when subject_kind = ''case'' then exists (select 1 from app.cases c where c.client_id = %1$I.client_id and c.id = %1$I.subject) else (select (app.me()).staff) end)', t);
        execute format('create policy walled on ev.%I as restrictive for select to recobro_app using (not array[client_id, subject] && (select (app.me()).walls)::uuid[])', t);
    end loop;
end $$;
-- +goose StatementEnd
drop policy not_blocked on ev.openings;
create policy not_blocked on ev.openings as restrictive for select to recobro_app using (subject_kind <> 'case'
    or not exists (select 1 from app.blocked_cases b where b.case_id = openings.subject) or (select (app.me()).role) = 'job'
    or app.disclosed(subject, (select (app.me()).id)));
reset role;
