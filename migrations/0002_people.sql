-- +goose Up
-- The firm, its people, their sessions, the systems of clients, and app.me(): who is asking.
set role recobro_owner;

create table app.firm (
    only_row boolean primary key default true constraint firm_is_one_row check (only_row),
    name text not null,
    tax_id text not null,
    registry text not null default '',
    street text not null, postal_code text not null, city text not null, country text not null,
    email text not null, phone text not null default '',
    client_account_iban text not null,
    base_url text not null,
    confirmed_facts text[] not null default '{}',
    demand_term_days int not null default 10 constraint firm_demand_term_positive check (demand_term_days between 1 and 90)
);
comment on table app.firm is 'the firm itself: letterhead, client account, the unverified legal facts it has confirmed';

create table app.teams (
    id int generated always as identity primary key,
    name text not null constraint teams_name_unique unique
);

create table app.users (
    id uuid primary key,
    email text not null constraint users_email_unique unique,
    name text not null,
    role text not null constraint users_role_known check (role in
        ('admin','lawyer','paralegal','supervisor','finance','dpo','client_admin','client_viewer','external')),
    language text not null default 'es' constraint users_language_known check (language in ('es','en')),
    bar_number text not null default '',
    password_hash text not null,
    totp_secret text not null default '',
    totp_last_step bigint not null default 0,
    created_at timestamptz not null default clock_timestamp(),
    disabled_at timestamptz
);
create table app.user_teams (
    user_id uuid not null references app.users (id),
    team_id int not null references app.teams (id),
    primary key (user_id, team_id)
);

create table app.clients (
    id uuid primary key,
    name text not null,
    tax_id text not null,
    country text not null,
    street text not null, postal_code text not null, city text not null,
    email text not null,
    currency text not null,
    language text not null default 'es' constraint clients_language_known check (language in ('es','en')),
    consolidate boolean not null default false,
    account_iban text not null default '',
    team_id int not null references app.teams (id),
    created_at timestamptz not null default clock_timestamp(),
    constraint clients_tax_id_unique unique (country, tax_id)
);
create table app.user_clients (
    user_id uuid not null references app.users (id),
    client_id uuid not null references app.clients (id),
    primary key (user_id, client_id)
);

create table app.sessions (
    token_hash bytea primary key constraint sessions_hash_is_sha256 check (octet_length(token_hash) = 32),
    kind text not null constraint sessions_kind_known check (kind in ('person', 'job')),
    user_id uuid references app.users (id),
    job text,
    client_id uuid references app.clients (id),
    mfa_passed boolean not null default false,
    created_at timestamptz not null default clock_timestamp(),
    seen_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    revoked_at timestamptz,
    user_agent text not null default '',
    constraint sessions_of_a_person_or_a_job check ((kind = 'person') = (user_id is not null) and (kind = 'job') = (job is not null))
);
create index sessions_user on app.sessions (user_id) where revoked_at is null;

create table app.api_keys (
    id uuid primary key,
    client_id uuid not null references app.clients (id),
    name text not null,
    key_hash bytea not null constraint api_keys_hash_unique unique,
    scopes text[] not null default '{}',
    created_by uuid references app.users (id),
    created_at timestamptz not null default clock_timestamp(),
    revoked_at timestamptz
);

create type app.identity as (kind text, id uuid, role text, clients uuid[], staff boolean, firm boolean, teams int[], label text, language text);

-- app.me() resolves the opaque token of this transaction. No SET clause and one function on purpose: both cost every read. So
-- every name in it is written with its schema: a temporary type of the same name would run its checks as the owner.
-- staff: works for the firm and may see client rows; firm: sees the cases of every team.
-- +goose StatementBegin
create function app.me() returns app.identity language plpgsql stable security definer as $$
declare
    token pg_catalog.text := nullif(pg_catalog.current_setting('app.session', true), '');
    hash pg_catalog.bytea;
    me app.identity;
    s pg_catalog.record;
begin
    if token is null then
        return me;
    end if;
    hash := pg_catalog.sha256(pg_catalog.convert_to(token, 'UTF8'));
    if pg_catalog.left(token, 3) operator(pg_catalog.=) 'rk_' then
        select k.id, k.client_id, k.name into s from app.api_keys k
         where k.key_hash operator(pg_catalog.=) hash and k.revoked_at is null;
        if found then
            me := ('key', s.id, 'integration', array[s.client_id], false, false, '{}'::pg_catalog.int4[], s.name, 'es');
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
               case when s.client_id is null then '{}'::pg_catalog.uuid[] else array[s.client_id] end, s.client_id is null, s.client_id is null, '{}'::pg_catalog.int4[], s.job, 'es');
        return me;
    end if;
    me := ('person', s.user_id, s.role, '{}'::pg_catalog.uuid[], s.role operator(pg_catalog.=) any ('{lawyer,paralegal,supervisor,finance,dpo}'::pg_catalog.text[]),
           s.role operator(pg_catalog.=) any ('{lawyer,finance,dpo}'::pg_catalog.text[]), '{}'::pg_catalog.int4[], s.name, s.language);
    if me.staff then
        me.teams := array(select t.team_id from app.user_teams t where t.user_id operator(pg_catalog.=) s.user_id);
    elsif s.role operator(pg_catalog.<>) 'external' then -- who works only in cases that name them reaches no company
        me.clients := array(select c.client_id from app.user_clients c where c.user_id operator(pg_catalog.=) s.user_id);
    end if;
    return me;
end $$;
-- +goose StatementEnd
comment on function app.me() is 'who is asking, by the session token or API key of this transaction';

-- Signing in happens before there is an identity: these doors see only what signing in needs.
-- +goose StatementBegin
create function app.login_of(p_email text)
returns table (id uuid, password_hash text, totp_secret text, totp_last_step bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select u.id, u.password_hash, u.totp_secret, u.totp_last_step from app.users u
     where u.email = lower(p_email) and u.disabled_at is null
$$;
create function app.open_session(p_user uuid, p_hash bytea, p_lifetime interval, p_totp_step bigint, p_agent text)
returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    -- One TOTP step opens one session: a code seen over a shoulder cannot be used again.
    update app.users set totp_last_step = p_totp_step
     where id = p_user and disabled_at is null and totp_last_step < p_totp_step;
    if not found then
        return false;
    end if;
    insert into app.sessions (token_hash, kind, user_id, mfa_passed, expires_at, user_agent)
    values (p_hash, 'person', p_user, true, clock_timestamp() + p_lifetime, left(p_agent, 200));
    return true;
end $$;
create function app.close_session() returns void language sql security definer set search_path = pg_catalog, pg_temp as $$
    update app.sessions set revoked_at = clock_timestamp()
     where token_hash = sha256(convert_to(nullif(current_setting('app.session', true), ''), 'UTF8')) and revoked_at is null
$$;
create function app.open_job(p_hash bytea, p_job text, p_client uuid, p_lifetime interval)
returns void language sql security definer set search_path = pg_catalog, pg_temp as $$
    delete from app.sessions where kind = 'job' and expires_at < clock_timestamp() - interval '1 day';
    insert into app.sessions (token_hash, kind, job, client_id, mfa_passed, expires_at)
    values (p_hash, 'job', p_job, p_client, true, clock_timestamp() + p_lifetime)
$$;
-- +goose StatementEnd
revoke execute on function app.me(), app.login_of(text), app.open_session(uuid, bytea, interval, bigint, text), app.close_session(),
    app.open_job(bytea, text, uuid, interval) from public;
grant execute on function app.me() to recobro_app, ev_owner;
grant execute on function app.login_of(text), app.open_session(uuid, bytea, interval, bigint, text), app.close_session() to recobro_app;
grant execute on function app.open_job(bytea, text, uuid, interval) to recobro_worker;

-- An operation is one call with an Idempotency-Key: claimed in its own transaction, finished inside the one that does the work.
create table app.operations (
    caller uuid not null,
    key text not null constraint operations_key_short check (length(key) between 1 and 255),
    route text not null,
    body_sha256 bytea not null,
    state text not null default 'running' constraint operations_state_known check (state in ('running', 'done')),
    lease_until timestamptz not null,
    status int,
    answer bytea,
    created_at timestamptz not null default clock_timestamp(),
    primary key (caller, key),
    constraint operations_done_has_answer check ((state = 'done') = (status is not null))
);
create index operations_age on app.operations (created_at);

reset role;
