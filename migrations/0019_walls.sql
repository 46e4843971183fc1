-- +goose Up
-- Who stands how to a case: ethical walls, absences, emergencies, outsiders named in a case. Every row follows the case it hangs on.
set role recobro_owner;

create table app.walls (
    client_id uuid not null references app.clients (id),
    id uuid not null,
    user_id uuid not null references app.users (id),
    account_id uuid, case_id uuid,
    reason text not null constraint walls_reason_said check (btrim(reason) <> ''),
    raised_by uuid not null, raised_at timestamptz not null default clock_timestamp(),
    lifted_by uuid, lifted_at timestamptz, lift_reason text not null default '',
    primary key (client_id, id),
    constraint walls_before_account foreign key (client_id, account_id) references app.accounts (client_id, id),
    constraint walls_before_case foreign key (client_id, case_id) references app.cases (client_id, id),
    constraint walls_before_one_thing check (account_id is null or case_id is null),
    constraint walls_lifted_by_somebody check ((lifted_at is null) = (lifted_by is null) and (lifted_at is null or btrim(lift_reason) <> ''))
);
create unique index walls_stand_once on app.walls (client_id, user_id, coalesce(case_id, account_id, client_id)) where lifted_at is null;
create index walls_of_person on app.walls (user_id) where lifted_at is null;
comment on table app.walls is 'ethical walls: this person has nothing to do with this client, this debtor of it (account), or this case';

create table app.delegations (
    id uuid primary key,
    absent_id uuid not null references app.users (id),
    delegate_id uuid not null references app.users (id),
    from_at timestamptz not null, until_at timestamptz not null,
    made_by uuid not null, made_at timestamptz not null default clock_timestamp(),
    ended_by uuid, ended_at timestamptz,
    constraint delegations_to_another check (absent_id <> delegate_id),
    constraint delegations_end check (until_at > from_at and until_at <= from_at + interval '1 year')
);
create index delegations_of_delegate on app.delegations (delegate_id) where ended_at is null;
comment on table app.delegations is 'absences: between the two instants the delegate stands as assigned in the cases of a person of the same role';

create table app.case_externals (
    client_id uuid not null, id uuid not null, case_id uuid not null,
    user_id uuid not null references app.users (id),
    named_by uuid not null, named_at timestamptz not null default clock_timestamp(),
    removed_by uuid, removed_at timestamptz,
    primary key (client_id, id),
    constraint case_externals_of_case foreign key (client_id, case_id) references app.cases (client_id, id)
);
create unique index case_externals_once on app.case_externals (client_id, case_id, user_id) where removed_at is null;
create index case_externals_of_person on app.case_externals (user_id) where removed_at is null;
comment on table app.case_externals is 'the procuradores and correspondents named in a case: they see its proceeding';

create table app.emergencies (
    client_id uuid not null, id uuid not null, case_id uuid not null,
    user_id uuid not null references app.users (id),
    reason text not null constraint emergencies_reason_said check (length(btrim(reason)) >= 10),
    opened_at timestamptz not null default clock_timestamp(),
    until_at timestamptz not null, closed_at timestamptz,
    primary key (client_id, id),
    constraint emergencies_of_case foreign key (client_id, case_id) references app.cases (client_id, id),
    constraint emergencies_short check (until_at > opened_at and until_at <= opened_at + interval '24 hours')
);
create index emergencies_of_person on app.emergencies (user_id, until_at);
create index emergencies_newest on app.emergencies (opened_at desc);
comment on table app.emergencies is 'break-glass: one person reads one case for at most a day, for a written reason';

-- walls: what an ethical wall keeps this person from (clients, accounts, cases and papers of such cases);
-- stands_for: whose cases this person holds while they are absent; opened: cases opened in an emergency; named: cases that name this outsider;
-- every: sees every row of every client, so that no row needs a look at its case.
alter type app.identity add attribute walls uuid[], add attribute stands_for uuid[], add attribute opened uuid[], add attribute named uuid[], add attribute every boolean;

-- +goose StatementBegin
create function app.papers_of(p_case uuid) returns table (id uuid) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select l.message_id from app.message_cases l where l.case_id = p_case union all select l.demand_id from app.demand_cases l where l.case_id = p_case
    union all select l.agreement_id from app.agreement_cases l where l.case_id = p_case
    union all select l.proceeding_id from app.proceeding_cases l where l.case_id = p_case
$$;
create or replace function app.me() returns app.identity language plpgsql stable security definer as $$
declare
    token pg_catalog.text := nullif(pg_catalog.current_setting('app.session', true), '');
    hash pg_catalog.bytea;
    me app.identity;
    s pg_catalog.record;
    near pg_catalog.record;
    nobody constant pg_catalog.uuid[] := '{}';
begin
    if token is null then
        return me;
    end if;
    hash := pg_catalog.sha256(pg_catalog.convert_to(token, 'UTF8'));
    if pg_catalog.left(token, 3) operator(pg_catalog.=) 'rk_' then
        select k.id, k.client_id, k.name into s from app.api_keys k
         where k.key_hash operator(pg_catalog.=) hash and k.revoked_at is null;
        if found then
            me := ('key', s.id, 'integration', array[s.client_id], false, false, '{}'::pg_catalog.int4[], s.name, 'es', nobody, nobody, nobody, nobody, false);
        end if;
        return me;
    end if;
    select x.kind, x.user_id, x.job, x.client_id, u.role, u.name, u.language into s
      from app.sessions x left join app.users u on u.id operator(pg_catalog.=) x.user_id
     where x.token_hash operator(pg_catalog.=) hash and x.revoked_at is null
       and x.expires_at operator(pg_catalog.>) pg_catalog.clock_timestamp()
       and (x.kind operator(pg_catalog.=) 'job' or (x.mfa_passed and u.disabled_at is null));
    if not found then
        return me;
    end if;
    if s.kind operator(pg_catalog.=) 'job' then
        me := ('job', pg_catalog.substr(pg_catalog.encode(hash, 'hex'), 1, 32)::pg_catalog.uuid, 'job',
               case when s.client_id is null then '{}'::pg_catalog.uuid[] else array[s.client_id] end, s.client_id is null, s.client_id is null, '{}'::pg_catalog.int4[], s.job, 'es',
               nobody, nobody, nobody, nobody, s.client_id is null);
        return me;
    end if;
    me := ('person', s.user_id, s.role, '{}'::pg_catalog.uuid[], s.role operator(pg_catalog.=) any ('{lawyer,paralegal,supervisor,finance,dpo}'::pg_catalog.text[]),
           s.role operator(pg_catalog.=) any ('{lawyer,finance,dpo}'::pg_catalog.text[]), '{}'::pg_catalog.int4[], s.name, s.language,
           nobody, nobody, nobody, nobody, false);
    if s.role operator(pg_catalog.=) any ('{client_admin,client_viewer}'::pg_catalog.text[]) then
        me.clients := array(select c.client_id from app.user_clients c where c.user_id operator(pg_catalog.=) s.user_id);
        return me;
    end if;
    -- A wall before a case stands before the papers that name it as well, whatever else they name.
    select array(select t.team_id from app.user_teams t where t.user_id operator(pg_catalog.=) s.user_id) as teams,
           array(select coalesce(w.case_id, w.account_id, w.client_id) from app.walls w where w.user_id operator(pg_catalog.=) s.user_id and w.lifted_at is null
                 union all
                 select p.id from app.walls w, app.papers_of(w.case_id) p(id)
                  where w.user_id operator(pg_catalog.=) s.user_id and w.lifted_at is null and w.case_id is not null) as walls,
           array(select d.absent_id from app.delegations d join app.users u on u.id operator(pg_catalog.=) d.absent_id
                  where d.delegate_id operator(pg_catalog.=) s.user_id and d.ended_at is null and u.role operator(pg_catalog.=) s.role and u.disabled_at is null
                    and d.from_at operator(pg_catalog.<=) pg_catalog.clock_timestamp() and d.until_at operator(pg_catalog.>) pg_catalog.clock_timestamp()) as stands_for,
           array(select e.case_id from app.emergencies e where e.user_id operator(pg_catalog.=) s.user_id -- the transaction that closes it still writes its entry
                    and coalesce(e.closed_at, e.until_at) operator(pg_catalog.>) pg_catalog.now()) as opened,
           array(select x.case_id from app.case_externals x where x.user_id operator(pg_catalog.=) s.user_id and x.removed_at is null) as named into near;
    me.walls := near.walls;
    if me.staff then
        me.teams := near.teams;
        me.stands_for := near.stands_for;
    end if;
    if s.role operator(pg_catalog.<>) 'external' then
        me.opened := near.opened;
    else
        me.named := near.named;
    end if;
    me.every := me.firm and pg_catalog.cardinality(me.walls) operator(pg_catalog.=) 0;
    return me;
end $$;
create or replace function app.find_cases(p_words text, p_limit int) returns table (id uuid)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    me app.identity := app.me();
    plain text := regexp_replace(upper(p_words), '[^A-Z0-9]', '', 'g');
begin
    return query
    select c.id from app.cases c
     where (me.firm or c.client_id = any (me.clients) or c.team_id = any (me.teams) or c.paralegal_id = any (me.stands_for || me.id) or c.id = any (me.opened || me.named))
       and not array[c.client_id, c.account_id, c.id] && me.walls
       and (c.debtor_name ilike '%' || replace(replace(replace(p_words, '\', '\\'), '%', '\%'), '_', '\_') || '%'
            or c.number = upper(p_words)
            or exists (select 1 from app.parties p where p.client_id = c.client_id and p.account_id = c.account_id and p.tax_id = plain)
            or exists (select 1 from app.debts d where d.client_id = c.client_id and d.case_id = c.id and (d.number = p_words or d.external_ref = p_words)))
     order by c.opened_on desc, c.id desc
     limit least(p_limit, 1000);
end $$;
drop function app.holders_for(int, bigint);
create function app.holders_for(p_client uuid, p_team int, p_turn bigint) returns table (lawyer uuid, paralegal uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with people as (
        select u.id, u.role, row_number() over (partition by u.role order by u.id) - 1 as place, count(*) over (partition by u.role) as n
          from app.user_teams t join app.users u on u.id = t.user_id
         where t.team_id = p_team and u.disabled_at is null and u.role in ('lawyer', 'paralegal')
           and not exists (select 1 from app.walls w where w.user_id = u.id and w.client_id = p_client and w.account_id is null and w.lifted_at is null))
    select (select p.id from people p where p.role = 'lawyer' and p.place = p_turn % p.n),
           (select p.id from people p where p.role = 'paralegal' and p.place = p_turn % p.n)
$$;
-- The case that somebody of the firm names by its number, to wall it off or to open it in an emergency: out of reach it has no other name for them.
create function app.case_numbered(p_number text) returns table (client_id uuid, account_id uuid, id uuid)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    me app.identity := app.me();
begin
    if me.kind is distinct from 'person' or me.role not in ('admin', 'lawyer', 'paralegal', 'supervisor', 'finance', 'dpo') then
        return;
    end if;
    return query select c.client_id, c.account_id, c.id from app.cases c
     where c.number = p_number and not array[c.client_id, c.account_id, c.id] && me.walls;
end $$;
-- +goose StatementEnd
revoke execute on function app.papers_of(uuid), app.holders_for(uuid, int, bigint), app.case_numbered(text) from public;
grant execute on function app.holders_for(uuid, int, bigint), app.case_numbered(text) to recobro_app;

-- Cases: as before, and the cases of who is absent, of an emergency, of an outsider named. The wall comes before everything.
drop policy within_reach on app.cases;
create policy within_reach on app.cases to recobro_app using (
    (select (app.me()).firm) or client_id = any ((select (app.me()).clients)::uuid[]) or team_id = any ((select (app.me()).teams)::int[])
    or paralegal_id = (select (app.me()).id) or paralegal_id = any ((select (app.me()).stands_for)::uuid[])
    or id = any ((select (app.me()).opened)::uuid[]) or id = any ((select (app.me()).named)::uuid[]))
with check (
    (select (app.me()).firm) or client_id = any ((select (app.me()).clients)::uuid[]) or team_id = any ((select (app.me()).teams)::int[])
    or paralegal_id = (select (app.me()).id) or paralegal_id = any ((select (app.me()).stands_for)::uuid[])
    or id = any ((select (app.me()).named)::uuid[]));
create policy walled on app.cases as restrictive to recobro_app using (
    (select cardinality((app.me()).walls)) = 0 or not array[client_id, account_id, id] && (select (app.me()).walls)::uuid[])
with check ((select cardinality((app.me()).walls)) = 0 or not array[client_id, account_id, id] && (select (app.me()).walls)::uuid[]);

-- +goose StatementBegin
do $$
declare
    t text;
    f record;
    near constant text := '(select (app.me()).every) or client_id = any ((select (app.me()).clients)::uuid[])';
    rule text;
begin
    -- What follows what: the child's column, the parent's table and key. Row security of the parent decides, down to the case.
    for f in select * from (values
        ('debts', 'case_id', 'cases', 'id'), ('holds', 'case_id', 'cases', 'id'), ('disputes', 'case_id', 'cases', 'id'), ('promises', 'case_id', 'cases', 'id'),
        ('tasks', 'case_id', 'cases', 'id'), ('approvals', 'case_id', 'cases', 'id'), ('documents', 'case_id', 'cases', 'id'),
        ('ledger_entries', 'case_id', 'cases', 'id'), ('interest_terms', 'case_id', 'cases', 'id'), ('limitation_facts', 'case_id', 'cases', 'id'),
        ('deadlines', 'case_id', 'cases', 'id'), ('message_cases', 'case_id', 'cases', 'id'), ('demand_cases', 'case_id', 'cases', 'id'),
        ('agreement_cases', 'case_id', 'cases', 'id'), ('proceeding_cases', 'case_id', 'cases', 'id'),
        ('payments', 'account_id', 'cases', 'account_id'), ('messages', 'account_id', 'cases', 'account_id'), ('demands', 'account_id', 'cases', 'account_id'),
        ('agreements', 'account_id', 'cases', 'account_id'), ('proceedings', 'account_id', 'cases', 'account_id'),
        ('negotiation_attempts', 'account_id', 'cases', 'account_id'),
        ('parties', 'account_id', 'accounts', 'id'), ('contact_points', 'party_id', 'parties', 'id'),
        ('instalments', 'agreement_id', 'agreements', 'id'), ('filings', 'proceeding_id', 'proceedings', 'id'),
        ('proceeding_acts', 'proceeding_id', 'proceedings', 'id'), ('proceeding_parties', 'proceeding_id', 'proceedings', 'id')) x(child, through, parent, key) loop
        rule := near || format(' or exists (select 1 from app.%I p where p.client_id = %I.client_id and p.%I = %I.%I)', f.parent, f.child, f.key, f.child, f.through);
        execute format('drop policy own_client on app.%I', f.child);
        execute format('create policy follows on app.%I to recobro_app using (%s) with check (%s)', f.child, rule, rule);
    end loop;
    -- An account comes before its first case: then it is the team's that takes the client's cases.
    rule := near || ' or exists (select 1 from app.cases p where p.client_id = accounts.client_id and p.account_id = accounts.id)
        or (select cardinality((app.me()).walls)) = 0 and exists (select 1 from app.clients k where k.id = accounts.client_id and k.team_id = any ((select (app.me()).teams)::int[]))';
    execute format('drop policy own_client on app.accounts');
    execute format('create policy follows on app.accounts to recobro_app using (%s) with check (%s)', rule, rule);
    -- The wall itself, again, where the row names what it stands before.
    for f in select * from (values ('accounts', 'client_id, id'), ('portfolios', 'client_id, id'), ('portfolio_items', 'client_id, case_id'), ('mandates', 'client_id'), ('clients', 'id'),
        ('payments', 'client_id, account_id'), ('parties', 'client_id, account_id'), ('negotiation_attempts', 'client_id, account_id'),
        ('messages', 'client_id, account_id, id'), ('demands', 'client_id, account_id, id'), ('agreements', 'client_id, account_id, id'), ('proceedings', 'client_id, account_id, id'),
        ('debts', 'client_id, account_id, case_id'), ('documents', 'client_id, account_id, case_id'), ('tasks', 'client_id, case_id'), ('approvals', 'client_id, case_id'),
        ('ledger_entries', 'client_id, case_id'), ('holds', 'client_id, case_id'), ('disputes', 'client_id, case_id'), ('promises', 'client_id, case_id'),
        ('deadlines', 'client_id, case_id'), ('interest_terms', 'client_id, case_id'), ('limitation_facts', 'client_id, case_id'),
        ('message_cases', 'client_id, case_id'), ('demand_cases', 'client_id, case_id'), ('agreement_cases', 'client_id, case_id'), ('proceeding_cases', 'client_id, case_id'),
        ('instalments', 'client_id, agreement_id'), ('filings', 'client_id, proceeding_id'), ('proceeding_acts', 'client_id, proceeding_id'), ('proceeding_parties', 'client_id, proceeding_id'),
        ('contact_points', 'client_id'), ('user_clients', 'client_id')) x(t, named) loop
        rule := format('(select cardinality((app.me()).walls)) = 0 or not array[%s] && (select (app.me()).walls)::uuid[]', f.named);
        execute format('create policy walled on app.%I as restrictive to recobro_app using (%s) with check (%s)', f.t, rule, rule);
    end loop;
    -- What a portfolio made of an item is told to those who reach the case.
    rule := near || ' or (select (app.me()).staff) and (case_id is null or exists (select 1 from app.cases p where p.client_id = portfolio_items.client_id and p.id = portfolio_items.case_id))';
    drop policy own_client on app.portfolio_items;
    execute format('create policy follows on app.portfolio_items to recobro_app using (%s) with check (%s)', rule, rule);
    -- An outsider named in a case sees its proceeding and nothing else of it.
    foreach t in array array['debts', 'holds', 'disputes', 'promises', 'tasks', 'approvals', 'ledger_entries', 'interest_terms', 'limitation_facts', 'message_cases', 'demand_cases',
        'agreement_cases', 'payments', 'messages', 'demands', 'agreements', 'negotiation_attempts', 'accounts', 'contact_points', 'instalments', 'portfolios', 'portfolio_items'] loop
        execute format('create policy proceeding_only on app.%I as restrictive for select to recobro_app using ((select (app.me()).role) is distinct from ''external'')', t);
    end loop;
    foreach t in array array['walls', 'delegations', 'case_externals', 'emergencies'] loop
        execute format('alter table app.%I enable row level security', t);
        execute format('alter table app.%I force row level security', t);
        execute format('create policy definer on app.%I for select to recobro_owner using (true)', t);
    end loop;
end $$;
-- +goose StatementEnd
-- Parties follow their case also for an outsider, who reaches no account.
drop policy follows on app.parties;
create policy follows on app.parties to recobro_app using (
    (select (app.me()).every) or client_id = any ((select (app.me()).clients)::uuid[])
    or exists (select 1 from app.cases p where p.client_id = parties.client_id and p.account_id = parties.account_id)
    or exists (select 1 from app.accounts p where p.client_id = parties.client_id and p.id = parties.account_id))
with check (
    (select (app.me()).every) or client_id = any ((select (app.me()).clients)::uuid[])
    or exists (select 1 from app.cases p where p.client_id = parties.client_id and p.account_id = parties.account_id)
    or exists (select 1 from app.accounts p where p.client_id = parties.client_id and p.id = parties.account_id));
create policy proceeding_only on app.documents as restrictive for select to recobro_app using (
    (select (app.me()).role) is distinct from 'external'
    or class = 'open' and (
        exists (select 1 from app.proceeding_acts a where a.client_id = documents.client_id and a.document_id = documents.id)
        or exists (select 1 from app.filings f where f.client_id = documents.client_id and documents.id in (f.document_id, f.receipt_document_id))
        or added_by = (select (app.me()).id)));
create policy signed_only on app.filings as restrictive for select to recobro_app using (
    (select (app.me()).role) is distinct from 'external' or state in ('signed', 'filed', 'admitted', 'returned'));
create policy of_a_named_case on app.clients for select to recobro_app using (
    (select (app.me()).role) in ('external', 'admin') and exists (select 1 from app.cases c where c.client_id = clients.id));

-- The log of a case follows the case; the other chains are the staff's and their client's.
set role ev_owner;
drop policy reads_own on ev.events;
drop policy reads_own on ev.openings;
-- +goose StatementBegin
do $$
declare
    t text;
    rule text;
begin
    foreach t in array array['events', 'openings'] loop
        rule := format('(select (app.me()).every) or client_id = any ((select (app.me()).clients)::uuid[])
            or case when subject_kind = ''case'' then exists (select 1 from app.cases c where c.client_id = %1$I.client_id and c.id = %1$I.subject) else (select (app.me()).staff) end', t);
        execute format('create policy reads_own on ev.%I for select to recobro_app using (%s)', t, rule);
        execute format('create policy walled on ev.%I as restrictive for select to recobro_app using (
            (select cardinality((app.me()).walls)) = 0 or not array[client_id, subject] && (select (app.me()).walls)::uuid[])', t);
        execute format('create policy proceeding_only on ev.%I as restrictive for select to recobro_app using ((select (app.me()).role) is distinct from ''external'')', t);
    end loop;
end $$;
-- +goose StatementEnd
create policy client_reads_disclosed on ev.openings as restrictive for select to recobro_app using (
    (select (app.me()).staff) or (select (app.me()).role) = 'admin' or class in ('open', 'confidential_negotiation'));

-- As before, and: the wall, the outsider named in a case, and on whose behalf somebody acts.
-- +goose StatementBegin
create or replace function ev.append_many(
    p_subject_kinds text[], p_subjects uuid[], p_clients uuid[], p_types text[], p_occ timestamptz[], p_templates text[],
    p_bodies bytea[], p_classes text[], p_openings bytea[], p_request text, p_opkey text, p_build text, p_policy text)
returns table (subject uuid, seq int, leaf bytea)
language plpgsql security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
    me app.identity := app.me();
    v_values text[] := p_types || p_templates || p_subject_kinds || array[p_request, p_opkey, p_build, p_policy];
    v_text text := array_to_string(v_values, '');
    v_origin text;
    v_checkpoint text;
    v_actors text[];
    v_operation text;
    v_count int := cardinality(p_subjects);
    v_round int;
    v_rounds int;
    v_prev record;
    v_clock timestamptz;
    v_header bytea;
begin
    if me.id is null then
        raise exception 'nobody is signed in' using errcode = '42501', constraint = 'ev_actor_known';
    end if;
    if v_text ~ '[^ -~]' or '' = any (v_values) or array_position(v_values, null) is not null
       or length(v_text) > 200 and exists (select 1 from unnest(v_values) x where length(x) > 200) then
        raise exception 'a header value is empty, long or not plain' using errcode = '22023', constraint = 'ev_header_value_plain';
    end if;
    if (me.staff or p_clients <@ me.clients or me.role = 'admin' and p_subject_kinds <@ '{client,firm}'
        or p_subject_kinds <@ '{case}' and p_subjects <@ (me.named || me.opened)) is not true -- an outsider named in the case, an emergency
       or cardinality(me.walls) > 0 and (p_subjects && me.walls or p_clients && me.walls
           or exists (select 1 from app.cases c where c.id = any (p_subjects) and c.account_id = any (me.walls)))
       or 'access' = any (p_subject_kinds) and me.kind <> 'job' then
        raise exception 'not a subject of this actor' using errcode = '42501', constraint = 'ev_actor_reaches_subject';
    end if;
    -- Chains without a row to lock take a lock of their own, in a fixed order.
    if p_subject_kinds && '{client,firm,access}' then
        perform pg_advisory_xact_lock(hashtextextended(s.id::text, 42))
           from (select distinct x.id from unnest(p_subject_kinds, p_subjects) x(kind, id) where x.kind in ('client', 'firm', 'access') order by x.id) s;
    end if;

    select l.origin, coalesce((select c.size || ' ' || encode(c.root, 'hex') from ev.checkpoints c order by c.size desc limit 1), '-')
      into v_origin, v_checkpoint from ev.log l;
    v_actors := array_fill('actor: ' || me.kind || ' ' || me.id || ' ' || me.role || ' -' || E'\n', array[v_count]);
    if cardinality(me.stands_for) > 0 then -- who acts in a case of somebody absent acts on their behalf
        v_actors := array(select 'actor: ' || me.kind || ' ' || me.id || ' ' || me.role || ' ' || coalesce(c.holder::text, '-') || E'\n'
          from unnest(p_subjects) with ordinality s(id, ord)
          left join lateral (select case when x.lawyer_id = me.id or x.paralegal_id = me.id then null when x.lawyer_id = any (me.stands_for) then x.lawyer_id
                                         when x.paralegal_id = any (me.stands_for) then x.paralegal_id end as holder
                               from app.cases x where x.id = s.id) c on true
         order by s.ord);
    end if;
    v_operation := 'req: ' || p_request || E'\n' || 'opkey: ' || p_opkey || E'\n' || 'build: ' || p_build || E'\n' || 'policy: ' || p_policy || E'\n';
    if v_count > 16 then
        perform ev.hold_to_owners(p_subject_kinds, p_subjects, p_clients);
        select max(n) into v_rounds from (
            select count(*) n from unnest(p_subject_kinds, p_subjects) x(kind, id) group by x.kind, x.id) c;
    end if;
    if v_count <= 16 or v_rounds > 8 then
        for i in 1 .. v_count loop
            select e.seq, e.leaf, e.at, e.client_id into v_prev from ev.events e
             where e.subject_kind = p_subject_kinds[i] and e.subject = p_subjects[i] order by e.seq desc limit 1;
            if v_prev.seq is null or v_prev.client_id is distinct from p_clients[i] then
                perform ev.hold_to_owners(p_subject_kinds, p_subjects, p_clients);
            end if;
            v_clock := clock_timestamp();
            subject := p_subjects[i];
            seq := coalesce(v_prev.seq, 0) + 1;
            v_header := ev.header(v_origin, p_clients[i], p_subject_kinds[i], subject, seq, v_prev.leaf, p_types[i], greatest(v_clock, v_prev.at),
                coalesce(v_prev.at > v_clock, false), p_occ[i], v_actors[i] || v_operation, p_templates[i], v_checkpoint, p_bodies[i]);
            leaf := ev.leaf(v_origin, v_header);
            insert into ev.events (subject_kind, subject, seq, client_id, type, at, occ, leaf, header, body)
            values (p_subject_kinds[i], p_subjects[i], append_many.seq, p_clients[i], p_types[i], greatest(v_clock, v_prev.at), p_occ[i], append_many.leaf, v_header, p_bodies[i]);
            insert into ev.openings (subject_kind, subject, seq, client_id, class, opening)
            values (p_subject_kinds[i], p_subjects[i], append_many.seq, p_clients[i], p_classes[i], p_openings[i]);
            return next;
        end loop;
        return;
    end if;

    for v_round in 1 .. coalesce(v_rounds, 0) loop
        return query
        with input as (
            select i.*, row_number() over (partition by i.kind, i.id order by i.ord) as round
              from unnest(p_subject_kinds, p_subjects, p_clients, p_types, p_occ, p_templates, p_bodies, p_classes, p_openings, v_actors)
                   with ordinality as i(kind, id, client_id, type, occ, template, body, class, opening, actor, ord)
        ), chained as (
            select i.*, coalesce(p.seq, 0) + 1 as next_seq, p.leaf as prev, p.at as prev_at, clock_timestamp() as clock
              from input i
              left join lateral (select e.seq, e.leaf, e.at from ev.events e
                                  where e.subject_kind = i.kind and e.subject = i.id order by e.seq desc limit 1) p on true
             where i.round = v_round
        ), headed as (
            select c.*, greatest(c.clock, c.prev_at) as at, ev.header(v_origin, c.client_id, c.kind, c.id, c.next_seq, c.prev, c.type, greatest(c.clock, c.prev_at),
                   coalesce(c.prev_at > c.clock, false), c.occ, c.actor || v_operation, c.template, v_checkpoint, c.body) as header
              from chained c
        ), written as (
            insert into ev.events (subject_kind, subject, seq, client_id, type, at, occ, leaf, header, body)
            select h.kind, h.id, h.next_seq, h.client_id, h.type, h.at, h.occ,
                   ev.leaf(v_origin, h.header), h.header, h.body
              from headed h
            returning events.subject_kind, events.subject, events.seq, events.leaf
        ), opened as (
            insert into ev.openings (subject_kind, subject, seq, client_id, class, opening)
            select h.kind, h.id, h.next_seq, h.client_id, h.class, h.opening from headed h
        )
        select w.subject, w.seq, w.leaf from written w;
    end loop;
end $$;
-- +goose StatementEnd
set role recobro_owner;

-- Walls: the administrator and the data protection officer, told to the person it stands before by nobody but them.
create policy keepers on app.walls to recobro_app using ((select (app.me()).role) in ('admin', 'dpo', 'job')) with check ((select (app.me()).role) in ('admin', 'dpo', 'job'));
create policy staff_reads on app.delegations for select to recobro_app using ((select (app.me()).staff) or (select (app.me()).role) = 'admin');
create policy staff_makes on app.delegations for insert to recobro_app with check (
    made_by = (select (app.me()).id) and (absent_id = (select (app.me()).id) or (select (app.me()).role) in ('admin', 'supervisor')));
create policy staff_ends on app.delegations for update to recobro_app using (
    absent_id = (select (app.me()).id) or delegate_id = (select (app.me()).id) or (select (app.me()).role) in ('admin', 'supervisor'))
with check (ended_by = (select (app.me()).id));
create policy follows on app.case_externals to recobro_app using (
    (select (app.me()).every) or user_id = (select (app.me()).id)
    or (select (app.me()).staff) and exists (select 1 from app.cases p where p.client_id = case_externals.client_id and p.id = case_externals.case_id))
with check ((select (app.me()).staff) and exists (select 1 from app.cases p where p.client_id = case_externals.client_id and p.id = case_externals.case_id));
create policy own_and_dpo on app.emergencies for select to recobro_app using (
    user_id = (select (app.me()).id) or (select (app.me()).role) in ('dpo', 'job')
    or (select (app.me()).staff) and exists (select 1 from app.cases p where p.client_id = emergencies.client_id and p.id = emergencies.case_id));
create policy own on app.emergencies for insert to recobro_app with check (
    user_id = (select (app.me()).id) and (select (app.me()).role) in ('admin', 'lawyer', 'paralegal', 'supervisor', 'finance', 'dpo'));
create policy closes on app.emergencies for update to recobro_app using (user_id = (select (app.me()).id) or (select (app.me()).role) = 'dpo')
with check (closed_at is not null);
grant select, insert on app.walls, app.delegations, app.case_externals, app.emergencies to recobro_app;
grant update (lifted_by, lifted_at, lift_reason) on app.walls to recobro_app;
grant update (ended_by, ended_at) on app.delegations to recobro_app;
grant update (removed_by, removed_at) on app.case_externals to recobro_app;
grant update (closed_at) on app.emergencies to recobro_app;

create constraint trigger must_have_logged after insert or update or delete on app.walls deferrable initially deferred for each row execute function app.logged_firm();
create constraint trigger must_have_logged after insert or update or delete on app.delegations deferrable initially deferred for each row execute function app.logged_firm();
create constraint trigger must_have_logged after insert or update or delete on app.case_externals deferrable initially deferred for each row execute function app.logged_case();
create constraint trigger must_have_logged after insert or update or delete on app.emergencies deferrable initially deferred for each row execute function app.logged_case();
reset role;
