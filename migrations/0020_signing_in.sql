-- +goose Up
-- How people come in: sessions that end when nobody uses them and remember when a factor was shown, one-time links by mail,
-- passkeys, recovery codes, and limits of attempts that hold for every process. Secrets are reached through definer functions only.
set role recobro_owner;

alter table app.sessions
    add column id uuid not null default gen_random_uuid() constraint sessions_id_unique unique,
    add column ends_at timestamptz,
    add column proved_at timestamptz,
    add column proved_by text not null default '' constraint sessions_proved_by_known check (proved_by in ('', 'totp', 'passkey', 'recovery', 'sso')),
    add column address text not null default '',
    add column link_id uuid,
    add column held_password text not null default '';
comment on column app.sessions.expires_at is 'moves with use, never beyond ends_at';
comment on column app.sessions.held_password is 'of a session that no factor has opened yet: becomes the person''s with the first factor';

create table app.sign_in_links (
    id uuid primary key,
    user_id uuid not null references app.users (id),
    purpose text not null constraint sign_in_links_purpose_known check (purpose in ('invitation', 'reset')),
    token_hash bytea constraint sign_in_links_token_unique unique,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    used_at timestamptz,
    revoked_at timestamptz
);
create index sign_in_links_user on app.sign_in_links (user_id);
comment on table app.sign_in_links is 'one-time links by mail; the token is made when the mail is written and only its hash is kept';
alter table app.sessions add constraint sessions_of_a_link foreign key (link_id) references app.sign_in_links (id);

create table app.recovery_codes (
    user_id uuid not null references app.users (id),
    code_hash bytea not null,
    used_at timestamptz,
    primary key (user_id, code_hash)
);
create table app.passkeys (
    id bytea primary key constraint passkeys_id_short check (octet_length(id) <= 1023),
    user_id uuid not null references app.users (id),
    name text not null constraint passkeys_name_short check (length(name) <= 100),
    record bytea not null,
    created_at timestamptz not null default clock_timestamp(),
    used_at timestamptz
);
create index passkeys_user on app.passkeys (user_id);
create table app.ceremonies (
    token_hash bytea primary key,
    kind text not null constraint ceremonies_kind_known check (kind in ('signin', 'add', 'sso')),
    data bytea not null,
    expires_at timestamptz not null
);
create index ceremonies_age on app.ceremonies (expires_at);
comment on table app.ceremonies is 'what a passkey or single sign-on asks back within minutes, taken once';
create table app.attempts (
    name_hash bytea primary key,
    tokens double precision not null,
    at timestamptz not null,
    full_at timestamptz not null
);
create index attempts_age on app.attempts (full_at);
comment on table app.attempts is 'token buckets of sign-in attempts, shared by every process';

-- +goose StatementBegin
do $$
declare
    t text;
begin
    foreach t in array array['sign_in_links', 'recovery_codes', 'passkeys', 'ceremonies', 'attempts'] loop
        execute format('alter table app.%I enable row level security', t);
        execute format('alter table app.%I force row level security', t);
        execute format('create policy definer on app.%I to recobro_owner using (true) with check (true)', t);
    end loop;
end $$;

-- May the one who asks keep the accounts of this person? Administrators everybody's; a company's administrator the company's own people.
create function app.may_manage(p_user uuid) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    me app.identity := app.me();
begin
    return coalesce(me.role in ('admin', 'job'), false) or (coalesce(me.role = 'client_admin', false) and me.id <> p_user
        and exists (select 1 from app.users u where u.id = p_user and u.role in ('client_admin', 'client_viewer'))
        and exists (select 1 from app.user_clients c where c.user_id = p_user)
        and not exists (select 1 from app.user_clients c where c.user_id = p_user and c.client_id <> all (me.clients)));
end $$;
create function app.may_join(p_user uuid) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    me app.identity := app.me();
begin
    return coalesce(me.role = 'client_admin', false)
        and exists (select 1 from app.users u where u.id = p_user and u.role in ('client_admin', 'client_viewer'))
        and not exists (select 1 from app.user_clients c where c.user_id = p_user and c.client_id <> all (me.clients));
end $$;

-- A change of a person stands in the firm's chain, or, when a company keeps its own people, in the company's.
create function app.logged_person() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_row jsonb := to_jsonb(coalesce(new, old));
    v_user uuid := coalesce(v_row ->> 'user_id', v_row ->> 'id')::uuid;
begin
    if ev.logged_now('firm', '00000000-0000-0000-0000-000000000001')
       or (v_row ? 'client_id' and ev.logged_now('client', (v_row ->> 'client_id')::uuid))
       or exists (select 1 from app.user_clients c where c.user_id = v_user and ev.logged_now('client', c.client_id)) then
        return null;
    end if;
    raise exception 'a change of % without its log entry', tg_table_name using errcode = '23514', constraint = 'must_have_logged';
end $$;
-- +goose StatementEnd
drop trigger must_have_logged on app.users;
drop trigger must_have_logged on app.user_clients;
create constraint trigger must_have_logged after insert or update of email, name, role, bar_number, password_hash, totp_secret, disabled_at on app.users
    deferrable initially deferred for each row execute function app.logged_person();
create constraint trigger must_have_logged after insert or update or delete on app.user_clients
    deferrable initially deferred for each row execute function app.logged_person();
create constraint trigger must_have_logged after insert or delete on app.passkeys
    deferrable initially deferred for each row execute function app.logged_person();

create policy company_adds on app.users for insert to recobro_app with check (
    (select (app.me()).role) = 'client_admin' and role in ('client_admin', 'client_viewer'));
create policy company_changes on app.users for update to recobro_app using (
    (select (app.me()).role) = 'client_admin' and app.may_manage(id)) with check (role in ('client_admin', 'client_viewer'));
create policy company_adds on app.user_clients for insert to recobro_app with check (
    (select (app.me()).role) = 'client_admin' and client_id = any ((select (app.me()).clients)::uuid[]) and app.may_join(user_id));
-- Secrets are written by the functions below.
revoke update on app.users from recobro_app;
grant update (name, role, language, bar_number, disabled_at) on app.users to recobro_app;

drop function app.open_session(uuid, bytea, interval, bigint, text);
-- +goose StatementBegin
-- Whoever has not chosen a password yet cannot be signed in by one.
create or replace function app.login_of(p_email text)
returns table (id uuid, password_hash text, totp_secret text, totp_last_step bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select u.id, u.password_hash, u.totp_secret, u.totp_last_step from app.users u
     where u.email = lower(p_email) and u.disabled_at is null and u.password_hash <> ''
$$;
-- One use of a factor: a code opens once, so that one seen over a shoulder opens nothing.
create function app.use_factor(p_user uuid, p_factor text, p_step bigint, p_code bytea) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if p_factor = 'totp' then
        update app.users set totp_last_step = p_step where id = p_user and disabled_at is null and totp_last_step < p_step;
    elsif p_factor = 'recovery' then
        update app.recovery_codes set used_at = clock_timestamp() where user_id = p_user and code_hash = p_code and used_at is null;
    elsif p_factor = 'passkey' then
        update app.passkeys set used_at = clock_timestamp() where user_id = p_user and id = p_code;
    else
        return p_factor = 'sso';
    end if;
    return found;
end $$;
create function app.open_session(p_user uuid, p_hash bytea, p_life interval, p_idle interval, p_factor text, p_step bigint, p_code bytea, p_agent text, p_address text)
returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (select 1 from app.users u where u.id = p_user and u.disabled_at is null) or not app.use_factor(p_user, p_factor, p_step, p_code) then
        return false;
    end if;
    insert into app.sessions (token_hash, kind, user_id, mfa_passed, expires_at, ends_at, user_agent, address, proved_at, proved_by)
    values (p_hash, 'person', p_user, true, clock_timestamp() + least(p_life, p_idle), clock_timestamp() + p_life, left(p_agent, 200), left(p_address, 60), clock_timestamp(), p_factor);
    return true;
end $$;
-- A session that only waits for a factor: app.me() does not know it, so every route refuses it but those that ask for the factor.
create function app.open_pending(p_user uuid, p_link bytea, p_hash bytea, p_password text, p_life interval, p_agent text, p_address text)
returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into app.sessions (token_hash, kind, user_id, mfa_passed, expires_at, ends_at, user_agent, address, link_id, held_password)
    select p_hash, 'person', u.id, false, clock_timestamp() + p_life, clock_timestamp() + p_life, left(p_agent, 200), left(p_address, 60), l.id, p_password
      from app.users u left join app.sign_in_links l on l.user_id = u.id and l.token_hash = p_link and l.used_at is null and l.revoked_at is null and l.expires_at > clock_timestamp()
     where u.disabled_at is null and (l.id is not null or (p_link is null and u.id = p_user));
    return found;
end $$;
create function app.pending_of(p_hash bytea)
returns table (user_id uuid, email text, name text, role text, language text, clients text[], purpose text, has_password boolean, totp_secret text, totp_last_step bigint, passkeys int)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select u.id, u.email, u.name, u.role, u.language, array(select c.client_id::text from app.user_clients c where c.user_id = u.id), coalesce(l.purpose, ''),
           u.password_hash <> '' or s.held_password <> '', u.totp_secret, u.totp_last_step, (select count(*)::int from app.passkeys k where k.user_id = u.id)
      from app.sessions s join app.users u on u.id = s.user_id left join app.sign_in_links l on l.id = s.link_id
     where s.token_hash = p_hash and s.kind = 'person' and not s.mfa_passed and s.revoked_at is null and s.expires_at > clock_timestamp() and u.disabled_at is null
       and (s.link_id is null or (l.used_at is null and l.revoked_at is null))
$$;
-- What the pending session holds becomes the person's; whatever was open under the old password ends. The same transaction opens
-- the session that the factor has earned.
create function app.finish_pending(p_hash bytea, p_totp text, p_passkey bytea, p_name text, p_record bytea) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    s record;
begin
    update app.sessions x set revoked_at = clock_timestamp() where x.token_hash = p_hash and not x.mfa_passed and x.revoked_at is null and x.expires_at > clock_timestamp()
    returning x.user_id, x.link_id, x.held_password into s;
    if not found then
        return false;
    end if;
    if s.link_id is not null then
        update app.sign_in_links set used_at = clock_timestamp() where id = s.link_id and used_at is null and revoked_at is null;
        if not found then
            return false;
        end if;
    end if;
    perform 1 from app.users u where u.id = s.user_id for update;
    -- A first factor is enrolled here; whoever has one shows it.
    if (p_totp <> '' or p_passkey is not null) and (exists (select 1 from app.users u where u.id = s.user_id and u.totp_secret <> '')
            or exists (select 1 from app.passkeys k where k.user_id = s.user_id)) then
        return false;
    end if;
    if s.held_password <> '' then
        update app.users set password_hash = s.held_password where id = s.user_id;
        update app.sessions set revoked_at = clock_timestamp() where user_id = s.user_id and revoked_at is null;
    end if;
    if p_totp <> '' then
        update app.users set totp_secret = p_totp where id = s.user_id;
    end if;
    if p_passkey is not null then
        insert into app.passkeys (id, user_id, name, record) values (p_passkey, s.user_id, p_name, p_record);
    end if;
    return true;
end $$;

-- Was a factor shown in this session within the last minutes? Systems and jobs have none to show.
create function app.fresh(p_within interval) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select coalesce((select s.kind = 'job' or s.proved_at > clock_timestamp() - p_within from app.sessions s
                      where s.token_hash = sha256(convert_to(nullif(current_setting('app.session', true), ''), 'UTF8'))), false)
$$;
create function app.prove_session(p_factor text, p_step bigint, p_code bytea) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    me app.identity := app.me();
begin
    if coalesce(me.kind, '') <> 'person' or p_factor = 'sso' or not app.use_factor(me.id, p_factor, p_step, p_code) then
        return false;
    end if;
    update app.sessions set proved_at = clock_timestamp(), proved_by = p_factor
     where token_hash = sha256(convert_to(current_setting('app.session', true), 'UTF8'));
    return true;
end $$;
create function app.touch_session(p_idle interval) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update app.sessions set seen_at = clock_timestamp(), expires_at = least(ends_at, clock_timestamp() + p_idle)
     where token_hash = sha256(convert_to(nullif(current_setting('app.session', true), ''), 'UTF8')) and kind = 'person' and mfa_passed
       and revoked_at is null and expires_at > clock_timestamp() and seen_at < clock_timestamp() - interval '1 minute'
$$;
create function app.sessions_of(p_user uuid)
returns table (id uuid, created_at timestamptz, seen_at timestamptz, ends_at timestamptz, address text, agent text, proved_by text, open boolean, current boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select s.id, s.created_at, s.seen_at, s.expires_at, s.address, s.user_agent, s.proved_by, s.revoked_at is null and s.expires_at > clock_timestamp(),
           s.token_hash = sha256(convert_to(current_setting('app.session', true), 'UTF8'))
      from app.sessions s
     where s.user_id = p_user and s.kind = 'person' and s.mfa_passed and ((app.me()).id = p_user or app.may_manage(p_user))
     order by s.created_at desc limit 50
$$;
-- Ends one session of a person, or all but the caller's own.
create function app.end_sessions(p_user uuid, p_session uuid) returns int
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    ended int;
begin
    if not coalesce((app.me()).id = p_user or app.may_manage(p_user), false) then
        return 0;
    end if;
    update app.sessions s set revoked_at = clock_timestamp()
     where s.user_id = p_user and s.kind = 'person' and s.revoked_at is null
       and (s.id = p_session or (p_session is null and s.token_hash <> sha256(convert_to(coalesce(current_setting('app.session', true), ''), 'UTF8'))));
    get diagnostics ended = row_count;
    return ended;
end $$;

-- The secrets of one's own account; Recobro itself writes those of whoever reaches no chain of the log.
create function app.is_own(p_user uuid) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    me app.identity := app.me();
begin
    return coalesce((me.kind = 'person' and me.id = p_user) or me.kind = 'job', false);
end $$;
create function app.factors_of(p_user uuid) returns table (email text, password_hash text, totp_secret text, totp_last_step bigint, recovery_left int)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select u.email, u.password_hash, u.totp_secret, u.totp_last_step, (select count(*)::int from app.recovery_codes r where r.user_id = u.id and r.used_at is null)
      from app.users u where u.id = p_user and app.is_own(p_user)
$$;
create function app.set_password(p_user uuid, p_hash text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    update app.users set password_hash = p_hash where id = p_user and app.is_own(p_user);
    return found;
end $$;
-- An empty secret takes the authenticator away, unless it is the last factor.
create function app.set_totp(p_user uuid, p_secret text, p_step bigint) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    update app.users u set totp_secret = p_secret, totp_last_step = greatest(u.totp_last_step, p_step)
     where u.id = p_user and app.is_own(p_user) and (p_secret <> '' or exists (select 1 from app.passkeys k where k.user_id = u.id));
    return found;
end $$;
create function app.set_recovery_codes(p_user uuid, p_hashes bytea[]) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    delete from app.recovery_codes where user_id = p_user and app.is_own(p_user);
    insert into app.recovery_codes (user_id, code_hash) select p_user, h from unnest(p_hashes) h where app.is_own(p_user)
$$;
create function app.add_passkey(p_user uuid, p_id bytea, p_name text, p_record bytea) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into app.passkeys (id, user_id, name, record) select p_id, p_user, p_name, p_record where app.is_own(p_user);
    return found;
end $$;
create function app.drop_passkey(p_user uuid, p_id bytea) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform 1 from app.users u where u.id = p_user for update;
    delete from app.passkeys k where k.id = p_id and k.user_id = p_user and app.is_own(p_user)
       and (exists (select 1 from app.passkeys o where o.user_id = k.user_id and o.id <> k.id)
            or exists (select 1 from app.users u where u.id = k.user_id and u.totp_secret <> ''));
    return found;
end $$;
-- Passkeys are found by the person (their own) or by the credential that signs in.
create function app.passkeys_for(p_user uuid) returns table (id bytea, name text, record bytea, created_at timestamptz, used_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select k.id, k.name, k.record, k.created_at, k.used_at from app.passkeys k join app.users u on u.id = k.user_id and u.disabled_at is null
     where k.user_id = p_user order by k.created_at
$$;
create function app.count_passkey(p_id bytea, p_record bytea) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update app.passkeys set record = p_record where id = p_id
$$;
create function app.reset_factors(p_user uuid) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not app.may_manage(p_user) then
        return false;
    end if;
    delete from app.recovery_codes where user_id = p_user;
    delete from app.passkeys where user_id = p_user;
    update app.users set totp_secret = '', password_hash = '' where id = p_user;
    perform app.end_sessions(p_user, null);
    return found;
end $$;

-- How the accounts stand that the one who asks may keep.
create function app.standing_of(p_users uuid[]) returns table (id uuid, invited boolean, totp boolean, passkeys int, last_sign_in timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select u.id, u.password_hash = '', u.totp_secret <> '', (select count(*)::int from app.passkeys k where k.user_id = u.id),
           (select max(x.created_at) from app.sessions x where x.user_id = u.id and x.mfa_passed)
      from app.users u where u.id = any (p_users) and (app.may_manage(u.id) or app.is_own(u.id))
$$;
-- Links: who may keep the account asks for one; anybody may ask for a reset of an account that has a password; only a job sees
-- the token, which it writes into a mail.
create function app.ask_link(p_id uuid, p_user uuid, p_purpose text, p_life interval) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not app.may_manage(p_user) then
        return false;
    end if;
    update app.sign_in_links set revoked_at = clock_timestamp() where user_id = p_user and used_at is null and revoked_at is null;
    insert into app.sign_in_links (id, user_id, purpose, expires_at) values (p_id, p_user, p_purpose, clock_timestamp() + p_life);
    return true;
end $$;
create function app.write_link(p_id uuid, p_token bytea) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if coalesce((app.me()).kind, '') <> 'job' then
        return false;
    end if;
    update app.sign_in_links set token_hash = p_token where id = p_id and used_at is null and revoked_at is null and expires_at > clock_timestamp();
    return found;
end $$;
create function app.link_of(p_token bytea) returns table (email text, name text, language text, purpose text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select u.email, u.name, u.language, l.purpose from app.sign_in_links l join app.users u on u.id = l.user_id and u.disabled_at is null
     where l.token_hash = p_token and l.used_at is null and l.revoked_at is null and l.expires_at > clock_timestamp()
$$;

create function app.keep_ceremony(p_token bytea, p_kind text, p_data bytea, p_life interval) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    delete from app.ceremonies where expires_at < clock_timestamp();
    insert into app.ceremonies (token_hash, kind, data, expires_at) values (p_token, p_kind, p_data, clock_timestamp() + p_life)
$$;
create function app.take_ceremony(p_token bytea, p_kind text) returns bytea
language sql security definer set search_path = pg_catalog, pg_temp as $$
    delete from app.ceremonies where token_hash = p_token and kind = p_kind and expires_at > clock_timestamp() returning data
$$;
-- Takes one token from each bucket in turn; false at the first that is empty, and those after it lose nothing.
create function app.attempt(p_names bytea[], p_bursts int[], p_seconds double precision[], p_at timestamptz) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    n record;
    v_tokens double precision;
begin
    delete from app.attempts a where a.name_hash in (select o.name_hash from app.attempts o where o.full_at < p_at - interval '1 hour' limit 20 for update skip locked);
    for n in select * from unnest(p_names, p_bursts, p_seconds) with ordinality x(name, burst, seconds, ord) order by x.ord loop
        insert into app.attempts as a (name_hash, tokens, at, full_at) values (n.name, n.burst, p_at, p_at)
        on conflict (name_hash) do update set at = greatest(a.at, p_at),
            tokens = least(n.burst, a.tokens + greatest(0, extract(epoch from p_at - a.at)) / n.seconds)
        returning a.tokens into v_tokens;
        if v_tokens < 1 then
            return false;
        end if;
        update app.attempts set tokens = v_tokens - 1, full_at = p_at + make_interval(secs => (n.burst - v_tokens + 1) * n.seconds) where name_hash = n.name;
    end loop;
    return true;
end $$;

do $$
declare
    f text;
begin
    for f in select p.oid::regprocedure from pg_proc p where p.pronamespace = 'app'::regnamespace and p.proname in ('may_manage', 'may_join', 'login_of', 'open_session', 'open_pending', 'pending_of',
        'finish_pending', 'fresh', 'prove_session', 'touch_session', 'sessions_of', 'end_sessions', 'is_own', 'factors_of', 'set_password', 'set_totp', 'set_recovery_codes',
        'add_passkey', 'drop_passkey', 'passkeys_for', 'count_passkey', 'reset_factors', 'standing_of', 'ask_link', 'write_link', 'link_of', 'keep_ceremony', 'take_ceremony', 'attempt') loop
        execute format('revoke execute on function %s from public', f);
        execute format('grant execute on function %s to recobro_app', f);
    end loop;
end $$;
-- +goose StatementEnd
revoke execute on function app.use_factor(uuid, text, bigint, bytea), app.logged_person() from public;
reset role;
