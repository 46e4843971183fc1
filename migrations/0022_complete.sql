-- +goose Up
-- Must have logged, everywhere: what may change without an entry is a closed list (migrations/must_have_logged_test.go); each
-- other insert, update or delete is refused at commit unless the chain it belongs to has an entry of this very transaction.
set role recobro_owner;

-- A row that moves from one case to another must be told of in both.
-- +goose StatementBegin
create or replace function app.logged_case() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not ev.logged_now('case', coalesce(new.case_id, old.case_id))
       or (old.case_id <> new.case_id and not ev.logged_now('case', old.case_id)) then
        raise exception 'a change of % without its log entry', tg_table_name using errcode = '23514', constraint = 'must_have_logged';
    end if;
    return null;
end $$;
-- Every case that hung on the paper before and after; a paper without cases belongs to no chain and is refused.
create or replace function app.logged_linked() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_parents uuid[] := array[(to_jsonb(new) ->> tg_argv[2])::uuid, (to_jsonb(old) ->> tg_argv[2])::uuid];
    v_all boolean;
begin
    execute format('select count(*) > 0 and coalesce(bool_and(ev.logged_now(''case'', l.case_id)), false) from app.%I l where l.%I = any ($1)', tg_argv[0], tg_argv[1])
       into v_all using v_parents;
    if not v_all then
        raise exception 'a change of % without its log entry', tg_table_name using errcode = '23514', constraint = 'must_have_logged';
    end if;
    return null;
end $$;
-- What belongs to a debtor's account is told of in one of the account's cases.
create or replace function app.logged_account() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_client uuid := coalesce(new.client_id, old.client_id);
    v_account uuid;
begin
    if tg_table_name = 'accounts' then
        v_account := coalesce(new.id, old.id);
    elsif tg_table_name = 'contact_points' then
        select p.account_id into v_account from app.parties p where p.client_id = v_client and p.id = coalesce(new.party_id, old.party_id);
    else
        v_account := coalesce(new.account_id, old.account_id);
    end if;
    if not exists (select 1 from app.cases c where c.client_id = v_client and c.account_id = v_account and ev.logged_now('case', c.id)) then
        raise exception 'a change of % without its log entry', tg_table_name using errcode = '23514', constraint = 'must_have_logged';
    end if;
    return null;
end $$;
-- What the firm knows of a person is told of in one case of that person, whichever client's.
create function app.logged_debtor() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (select 1 from app.accounts a join app.cases c on c.client_id = a.client_id and c.account_id = a.id
                    where a.person_id = coalesce(new.id, old.id) and ev.logged_now('case', c.id)) then
        raise exception 'a change of % without its log entry', tg_table_name using errcode = '23514', constraint = 'must_have_logged';
    end if;
    return null;
end $$;
create function app.logged_portfolio() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not ev.logged_now('portfolio', coalesce(new.portfolio_id, old.portfolio_id)) then
        raise exception 'a change of % without its log entry', tg_table_name using errcode = '23514', constraint = 'must_have_logged';
    end if;
    return null;
end $$;
create or replace function app.logged_client() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not ev.logged_now('client', coalesce(new.client_id, old.client_id)) then
        raise exception 'a change of % without its log entry', tg_table_name using errcode = '23514', constraint = 'must_have_logged';
    end if;
    return null;
end $$;
-- +goose StatementEnd
revoke execute on function app.logged_debtor(), app.logged_portfolio() from public;
-- The functions read these as their owner, whose hands row security binds too.
create policy definer on app.accounts to recobro_owner using (true) with check (true);

-- Who somebody is enters through app.persons_for alone; what becomes of a person is a fact of a case.
revoke insert on app.persons from recobro_app;
create constraint trigger must_have_logged after update or delete on app.persons
    deferrable initially deferred for each row execute function app.logged_debtor();

-- Intake takes hold of an account by writing it unchanged; the day up to which money is known is a fact of the client.
create constraint trigger must_have_logged after insert or delete on app.accounts
    deferrable initially deferred for each row execute function app.logged_account();
create constraint trigger must_have_logged_change after update on app.accounts
    deferrable initially deferred for each row when ((to_jsonb(old) - 'known_until') is distinct from (to_jsonb(new) - 'known_until')) execute function app.logged_account();
create constraint trigger must_have_logged_until after update on app.accounts
    deferrable initially deferred for each row when (old.known_until is distinct from new.known_until) execute function app.logged_client();
create constraint trigger must_have_logged after insert or update or delete on app.parties
    deferrable initially deferred for each row execute function app.logged_account();
create constraint trigger must_have_logged after insert or update or delete on app.contact_points
    deferrable initially deferred for each row execute function app.logged_account();
create constraint trigger must_have_logged after insert or update or delete on app.portfolio_items
    deferrable initially deferred for each row execute function app.logged_portfolio();

-- A message in a worker's hands: the lease is no fact, all the rest is.
drop trigger must_have_logged on app.messages;
create constraint trigger must_have_logged after insert or delete on app.messages
    deferrable initially deferred for each row execute function app.logged_linked('message_cases', 'message_id', 'id');
create constraint trigger must_have_logged_change after update on app.messages
    deferrable initially deferred for each row when ((to_jsonb(old) - '{lease,lease_until,state}'::text[]) is distinct from (to_jsonb(new) - '{lease,lease_until,state}'::text[])
        or old.state <> new.state and not (old.state = 'reserved' and new.state = 'sending'))
    execute function app.logged_linked('message_cases', 'message_id', 'id');

-- A code of sign-in that was used and the language of the pages are no permission; every other column is.
drop trigger must_have_logged on app.users;
create constraint trigger must_have_logged after insert or delete on app.users
    deferrable initially deferred for each row execute function app.logged_person();
create constraint trigger must_have_logged_change after update on app.users
    deferrable initially deferred for each row when ((to_jsonb(old) - '{language,totp_last_step}'::text[]) is distinct from (to_jsonb(new) - '{language,totp_last_step}'::text[]))
    execute function app.logged_person();

-- Whatever the application may be granted one day: a delete is a change too.
-- +goose StatementBegin
do $$
declare
    t record;
begin
    for t in select * from (values ('payments', 'logged_account()'), ('negotiation_attempts', 'logged_account()'), ('mandates', 'logged_client()'),
            ('firm', 'logged_firm()'), ('clients', 'logged_itself(''client'')'), ('portfolios', 'logged_itself(''portfolio'')')) x(name, function) loop
        execute format('drop trigger must_have_logged on app.%I', t.name);
        execute format('create constraint trigger must_have_logged after insert or update or delete on app.%I
            deferrable initially deferred for each row execute function app.%s', t.name, t.function);
    end loop;
end $$;
-- +goose StatementEnd

-- The access log: who has seen what. Only Recobro itself writes it, in batches whose root is an entry of the access chain; only
-- the data protection officer reads it. What was searched for is not kept.
create table app.access_log (
    batch uuid not null, n int not null,
    at timestamptz not null,
    request text not null,
    actor_kind text not null constraint access_log_actor_known check (actor_kind in ('person', 'key', 'job', 'debtor', 'nobody')),
    actor_id uuid, actor_role text not null,
    route text not null,
    what text not null constraint access_log_what_known check (what in ('read', 'list', 'search', 'download', 'export')),
    subject uuid,
    outcome text not null constraint access_log_outcome_known check (outcome in ('allowed', 'denied', 'failed')),
    primary key (batch, n)
);
create index access_log_subject on app.access_log (subject, at) where subject is not null;
create index access_log_actor on app.access_log (actor_id, at);
create index access_log_at on app.access_log (at);
comment on table app.access_log is 'who has seen what; each batch''s root stands in the access chain of the evidence log';
alter table app.access_log enable row level security;
alter table app.access_log force row level security;
create policy dpo_reads on app.access_log for select to recobro_app using ((select (app.me()).role) in ('dpo', 'job'));
create policy recobro_writes on app.access_log for insert to recobro_app with check ((select (app.me()).role) = 'job');
grant select, insert on app.access_log to recobro_app;
reset role;
