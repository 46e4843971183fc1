-- +goose Up
-- The second barrier: row security on every table, and commits refused when a change is not in the log.
set role recobro_owner;

-- +goose StatementBegin
do $$
declare
    t text;
begin
    -- Tables of a client's data: the firm's staff and that client.
    foreach t in array array['accounts', 'parties', 'contact_points', 'debts', 'holds', 'disputes', 'promises', 'tasks', 'approvals',
        'documents', 'payments', 'ledger_entries', 'messages', 'message_cases', 'demands', 'demand_cases', 'agreements', 'agreement_cases',
        'instalments', 'proceedings', 'proceeding_cases', 'filings', 'proceeding_acts', 'deadlines', 'portfolios', 'portfolio_items'] loop
        execute format('alter table app.%I enable row level security', t);
        execute format('alter table app.%I force row level security', t);
        execute format('create policy own_client on app.%I to recobro_app using (
            (select (app.me()).staff) or client_id = any ((select (app.me()).clients)::uuid[])) with check (
            (select (app.me()).staff) or client_id = any ((select (app.me()).clients)::uuid[]))', t);
    end loop;
    -- Tables of the firm: each gets its own policy below.
    foreach t in array array['firm', 'teams', 'users', 'user_teams', 'clients', 'user_clients', 'sessions', 'api_keys', 'operations',
        'mandates', 'persons', 'cases', 'contact_log'] loop
        execute format('alter table app.%I enable row level security', t);
        execute format('alter table app.%I force row level security', t);
    end loop;
    -- The definer functions of recobro_owner read these; FORCE binds the owner too, so it is said aloud.
    foreach t in array array['users', 'user_teams', 'user_clients', 'sessions', 'api_keys', 'persons', 'cases', 'parties', 'debts',
        'demand_cases', 'agreement_cases', 'message_cases', 'proceeding_cases'] loop
        execute format('create policy definer on app.%I to recobro_owner using (true) with check (true)', t);
    end loop;
end $$;
-- +goose StatementEnd

-- A document that is the firm's own affair (internal, between lawyers, special category) is out of the client's reach.
create policy client_reads_disclosed on app.documents as restrictive for select to recobro_app using (
    (select (app.me()).staff) or class in ('open', 'confidential_negotiation'));

-- A case: every team's for lawyers, finance, dpo and jobs; the own teams' and the assigned ones for the rest of the staff; the client's own.
create policy within_reach on app.cases to recobro_app using (
    (select (app.me()).firm) or client_id = any ((select (app.me()).clients)::uuid[])
    or team_id = any ((select (app.me()).teams)::int[]) or paralegal_id = (select (app.me()).id))
with check (
    (select (app.me()).firm) or client_id = any ((select (app.me()).clients)::uuid[])
    or team_id = any ((select (app.me()).teams)::int[]) or paralegal_id = (select (app.me()).id));
create policy log_reads on app.cases for select to ev_owner using (true);
create policy log_reads on app.portfolios for select to ev_owner using (true);

create policy signed_in_reads on app.firm for select to recobro_app using ((select (app.me()).id) is not null);
create policy admin_writes on app.firm for all to recobro_app using ((select (app.me()).role) in ('admin', 'job')) with check ((select (app.me()).role) in ('admin', 'job'));
create policy signed_in_reads on app.teams for select to recobro_app using ((select (app.me()).id) is not null);
create policy admin_writes on app.teams for all to recobro_app using ((select (app.me()).role) in ('admin', 'job')) with check ((select (app.me()).role) in ('admin', 'job'));
create policy reads on app.users for select to recobro_app using (
    (select (app.me()).staff) or (select (app.me()).role) = 'admin' or id = (select (app.me()).id)
    or ((select (app.me()).role) = 'client_admin' and exists (
        select 1 from app.user_clients c where c.user_id = users.id and c.client_id = any ((select (app.me()).clients)::uuid[]))));
create policy admin_writes on app.users for all to recobro_app using ((select (app.me()).role) in ('admin', 'job')) with check ((select (app.me()).role) in ('admin', 'job'));
create policy reads on app.user_teams for select to recobro_app using ((select (app.me()).staff) or (select (app.me()).role) = 'admin');
create policy admin_writes on app.user_teams for all to recobro_app using ((select (app.me()).role) in ('admin', 'job')) with check ((select (app.me()).role) in ('admin', 'job'));
create policy reads on app.user_clients for select to recobro_app using (
    (select (app.me()).staff) or (select (app.me()).role) = 'admin' or client_id = any ((select (app.me()).clients)::uuid[]));
create policy admin_writes on app.user_clients for all to recobro_app using ((select (app.me()).role) in ('admin', 'job')) with check ((select (app.me()).role) in ('admin', 'job'));
create policy reads on app.clients for select to recobro_app using (
    (select (app.me()).staff) or (select (app.me()).role) = 'admin' or id = any ((select (app.me()).clients)::uuid[]));
create policy admin_writes on app.clients for all to recobro_app using ((select (app.me()).role) in ('admin', 'job')) with check ((select (app.me()).role) in ('admin', 'job'));
create policy reads on app.mandates for select to recobro_app using (
    (select (app.me()).staff) or (select (app.me()).role) = 'admin' or client_id = any ((select (app.me()).clients)::uuid[]));
create policy admin_writes on app.mandates for insert to recobro_app with check ((select (app.me()).role) in ('admin', 'job', 'lawyer'));
create policy reads on app.api_keys for select to recobro_app using (
    (select (app.me()).role) in ('admin', 'job') or ((select (app.me()).role) = 'client_admin' and client_id = any ((select (app.me()).clients)::uuid[])));
create policy writes on app.api_keys for all to recobro_app using (
    (select (app.me()).role) in ('admin', 'job') or ((select (app.me()).role) = 'client_admin' and client_id = any ((select (app.me()).clients)::uuid[])))
with check (
    (select (app.me()).role) in ('admin', 'job') or ((select (app.me()).role) = 'client_admin' and client_id = any ((select (app.me()).clients)::uuid[])));
create policy own_calls on app.operations to recobro_app using (caller = (select (app.me()).id)) with check (caller = (select (app.me()).id));
create policy staff_only on app.persons to recobro_app using ((select (app.me()).staff)) with check ((select (app.me()).staff));
create policy staff_only on app.contact_log to recobro_app using ((select (app.me()).staff)) with check ((select (app.me()).staff));

grant select, insert, update on all tables in schema app to recobro_app;
grant delete on app.operations, app.tasks, app.user_teams, app.user_clients to recobro_app;
grant usage on all sequences in schema app to recobro_app;
revoke update on app.ledger_entries, app.message_cases, app.demand_cases, app.agreement_cases, app.proceeding_cases, app.mandates,
    app.contact_log, app.portfolio_items from recobro_app;
-- Of these only what changes by an action or a plan may be written; who somebody is and what a case is about stays as it came.
revoke update on app.cases, app.persons, app.accounts, app.parties, app.contact_points, app.tasks, app.messages, app.portfolios from recobro_app;
grant update (stage, stage_from, stage_event, stage_since, outcome, closed_on, team_id, lawyer_id, paralegal_id, strategy, strategy_version, steps_done,
    next_step, next_on, plan_due, plan_error, version) on app.cases to recobro_app;
grant update (opted_out_on, deceased_on, insolvent_on) on app.persons to recobro_app;
grant update (person_id, known_until) on app.accounts to recobro_app; -- person_id: intake takes hold of an account by writing it unchanged
grant update (status) on app.contact_points to recobro_app;
grant update (done_on) on app.tasks to recobro_app;
grant update (state, grade, lease, lease_until, sent_at, sent_on, provider_reference, provider_answer) on app.messages to recobro_app;
revoke all on app.sessions, app.case_steps from recobro_app;
grant select on app.case_steps to recobro_app;
-- Secrets of people are checked by app.login_of, never listed.
revoke select on app.users from recobro_app;
grant select (id, email, name, role, language, bar_number, created_at, disabled_at) on app.users to recobro_app;
revoke select on app.api_keys from recobro_app;
grant select (id, client_id, name, scopes, created_by, created_at, revoked_at) on app.api_keys to recobro_app;
grant select on app.cases, app.portfolios to ev_owner;

-- Search and identity cross what row security can index or a client may read; they answer with ids only.
-- +goose StatementBegin
create function app.find_cases(p_words text, p_limit int) returns table (id uuid)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    me app.identity := app.me();
    plain text := regexp_replace(upper(p_words), '[^A-Z0-9]', '', 'g');
begin
    return query
    select c.id from app.cases c
     where (me.firm or c.client_id = any (me.clients) or c.team_id = any (me.teams) or c.paralegal_id = me.id)
       and (c.debtor_name ilike '%' || replace(replace(replace(p_words, '\', '\\'), '%', '\%'), '_', '\_') || '%'
            or c.number = upper(p_words)
            or exists (select 1 from app.parties p where p.client_id = c.client_id and p.account_id = c.account_id and p.tax_id = plain)
            or exists (select 1 from app.debts d where d.client_id = c.client_id and d.case_id = c.id and (d.number = p_words or d.external_ref = p_words)))
     order by c.opened_on desc, c.id desc
     limit least(p_limit, 1000);
end $$;
create function app.persons_for(p_countries text[], p_tax_ids text[], p_new_ids uuid[]) returns table (country text, tax_id text, id uuid)
language sql security definer set search_path = pg_catalog, pg_temp as $$
    insert into app.persons (country, tax_id, id)
    select distinct on (n.country, n.tax_id) n.country, n.tax_id, n.id from unnest(p_countries, p_tax_ids, p_new_ids) n(country, tax_id, id)
     order by n.country, n.tax_id
    on conflict on constraint persons_tax_id_unique do nothing;
    select p.country, p.tax_id, p.id from app.persons p
     where (p.country, p.tax_id) in (select n.country, n.tax_id from unnest(p_countries, p_tax_ids) n(country, tax_id));
$$;

-- Must have logged: at commit, each case behind a change must have an event of this very transaction.
create function app.logged_case() returns trigger language plpgsql as $$
begin
    if not ev.logged_now('case', coalesce(new.case_id, old.case_id)) then
        raise exception 'a change of % without its log entry', tg_table_name using errcode = '23514', constraint = 'must_have_logged';
    end if;
    return null;
end $$;
create function app.logged_itself() returns trigger language plpgsql as $$
begin
    if not ev.logged_now(tg_argv[0], coalesce(new.id, old.id)) then
        raise exception 'a change of % without its log entry', tg_table_name using errcode = '23514', constraint = 'must_have_logged';
    end if;
    return null;
end $$;
create function app.logged_linked() returns trigger language plpgsql as $$
declare
    v_parent uuid := (to_jsonb(coalesce(new, old)) ->> tg_argv[2])::uuid;
    v_found boolean;
    v_all boolean;
begin
    execute format('select count(*) > 0, coalesce(bool_and(ev.logged_now(''case'', l.case_id)), false) from app.%I l where l.%I = $1', tg_argv[0], tg_argv[1])
       into v_found, v_all using v_parent;
    if not (v_found and v_all) then
        raise exception 'a change of % without its log entry', tg_table_name using errcode = '23514', constraint = 'must_have_logged';
    end if;
    return null;
end $$;
create function app.logged_account() returns trigger language plpgsql as $$
begin
    if not exists (select 1 from app.cases c where c.client_id = new.client_id and c.account_id = new.account_id and ev.logged_now('case', c.id)) then
        raise exception 'a change of % without its log entry', tg_table_name using errcode = '23514', constraint = 'must_have_logged';
    end if;
    return null;
end $$;
create function app.logged_firm() returns trigger language plpgsql as $$
begin
    if not ev.logged_now('firm', '00000000-0000-0000-0000-000000000001') then
        raise exception 'a change of % without its log entry', tg_table_name using errcode = '23514', constraint = 'must_have_logged';
    end if;
    return null;
end $$;
create function app.logged_client() returns trigger language plpgsql as $$
begin
    if not ev.logged_now('client', new.client_id) then
        raise exception 'a change of % without its log entry', tg_table_name using errcode = '23514', constraint = 'must_have_logged';
    end if;
    return null;
end $$;
-- The triggers run as their owner, so that they see the log and every linked case whoever writes.
do $$
declare
    f text;
begin
    foreach f in array array['logged_case', 'logged_itself', 'logged_linked', 'logged_account', 'logged_firm', 'logged_client'] loop
        execute format('alter function app.%I() security definer set search_path = pg_catalog, pg_temp', f);
    end loop;
end $$;
-- +goose StatementEnd
revoke execute on all functions in schema app from public;
grant execute on function app.find_cases(text, int), app.persons_for(text[], text[], uuid[]) to recobro_app;

create constraint trigger must_have_logged after insert or delete or update of stage, stage_from, stage_event, stage_since, outcome, team_id, lawyer_id, paralegal_id, account_id, closed_on
    on app.cases deferrable initially deferred for each row execute function app.logged_itself('case');
-- +goose StatementBegin
do $$
declare
    t text;
begin
    foreach t in array array['debts', 'holds', 'disputes', 'promises', 'approvals', 'documents', 'ledger_entries', 'deadlines'] loop
        execute format('create constraint trigger must_have_logged after insert or update or delete on app.%I
            deferrable initially deferred for each row execute function app.logged_case()', t);
    end loop;
    for t in select unnest(array['demands', 'agreements', 'proceedings']) loop
        execute format('create constraint trigger must_have_logged after insert or update or delete on app.%I
            deferrable initially deferred for each row execute function app.logged_linked(%L, %L, %L)', t,
            left(t, -1) || '_cases', left(t, -1) || '_id', 'id');
    end loop;
end $$;
-- +goose StatementEnd
create constraint trigger must_have_logged after insert or update or delete on app.instalments
    deferrable initially deferred for each row execute function app.logged_linked('agreement_cases', 'agreement_id', 'agreement_id');
create constraint trigger must_have_logged after insert or update or delete on app.filings
    deferrable initially deferred for each row execute function app.logged_linked('proceeding_cases', 'proceeding_id', 'proceeding_id');
create constraint trigger must_have_logged after insert or update or delete on app.proceeding_acts
    deferrable initially deferred for each row execute function app.logged_linked('proceeding_cases', 'proceeding_id', 'proceeding_id');
create constraint trigger must_have_logged after insert or update of state on app.messages
    deferrable initially deferred for each row when (new.state <> 'sending') execute function app.logged_linked('message_cases', 'message_id', 'id');
-- A case joins a paper, an agreement or a message only together with an entry.
-- +goose StatementBegin
do $$
declare
    t text;
begin
    foreach t in array array['demand_cases', 'agreement_cases', 'message_cases', 'proceeding_cases'] loop
        execute format('create constraint trigger must_have_logged after insert or update or delete on app.%I
            deferrable initially deferred for each row execute function app.logged_case()', t);
    end loop;
end $$;
-- +goose StatementEnd
create constraint trigger must_have_logged after insert or update on app.payments
    deferrable initially deferred for each row execute function app.logged_account();
create constraint trigger must_have_logged after insert or delete on app.portfolios
    deferrable initially deferred for each row execute function app.logged_itself('portfolio');
create constraint trigger must_have_logged after insert or update on app.clients
    deferrable initially deferred for each row execute function app.logged_itself('client');
create constraint trigger must_have_logged after insert on app.mandates
    deferrable initially deferred for each row execute function app.logged_client();
create constraint trigger must_have_logged after insert or update on app.api_keys
    deferrable initially deferred for each row execute function app.logged_client();
create constraint trigger must_have_logged after insert or update of email, name, role, bar_number, password_hash, totp_secret, disabled_at on app.users
    deferrable initially deferred for each row execute function app.logged_firm();
create constraint trigger must_have_logged after insert or update or delete on app.user_teams
    deferrable initially deferred for each row execute function app.logged_firm();
create constraint trigger must_have_logged after insert or update or delete on app.user_clients
    deferrable initially deferred for each row execute function app.logged_firm();
create constraint trigger must_have_logged after insert or update on app.firm
    deferrable initially deferred for each row execute function app.logged_firm();

insert into app.case_steps (from_stage, event, to_stage) values
    ('intake', 'opened', 'intake'),
    ('intake', 'accepted', 'amicable'),
    ('amicable', 'demand_started', 'formal_demand'),
    ('formal_demand', 'demand_withdrawn', 'amicable'),
    ('formal_demand', 'demand_expired', 'pre_litigation'),
    ('pre_litigation', 'suit_filed', 'judicial'),
    ('judicial', 'suit_withdrawn', 'pre_litigation'),
    ('judicial', 'title_obtained', 'enforcement');
insert into app.case_steps (from_stage, event, to_stage)
select s, e, 'closed' from unnest(array['intake', 'amicable', 'formal_demand', 'pre_litigation', 'judicial', 'enforcement']) s,
    unnest(array['paid', 'settled', 'recalled', 'uncollectible', 'time_barred', 'declined']) e;
insert into app.case_steps (from_stage, event, to_stage)
select f, 'corrected', t from unnest(array['amicable', 'formal_demand', 'pre_litigation', 'judicial', 'enforcement']) f,
    unnest(array['amicable', 'formal_demand', 'pre_litigation', 'judicial', 'enforcement']) t where f <> t;
reset role;
