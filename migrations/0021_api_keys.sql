-- +goose Up
-- Keys of clients' systems: a key has scopes and outlives its secrets, each of which ends on a day. While one secret replaces
-- another both open, so that a system changes over without an hour in which it cannot call.
set role recobro_owner;

create table app.api_key_secrets (
    key_hash bytea not null constraint api_key_secrets_hash_unique unique constraint api_key_secrets_hash_is_sha256 check (octet_length(key_hash) = 32),
    api_key_id uuid not null,
    client_id uuid not null,
    prefix text not null,
    issued_at timestamptz not null default clock_timestamp(),
    ends_at timestamptz not null default clock_timestamp() + interval '365 days',
    last_used_at timestamptz,
    primary key (api_key_id, issued_at),
    constraint api_key_secrets_live_a_year check (ends_at <= issued_at + interval '366 days')
);
comment on column app.api_key_secrets.prefix is 'the first letters of the secret, by which people tell it from another';
comment on column app.api_key_secrets.last_used_at is 'moves at most once a minute';

-- The keys there are keep their secret, for a year from now, and all they could do until now.
alter table app.api_keys add constraint api_keys_of_a_client unique (client_id, id);
alter table app.api_key_secrets add constraint api_key_secrets_of_a_key foreign key (client_id, api_key_id) references app.api_keys (client_id, id);
insert into app.api_key_secrets (key_hash, api_key_id, client_id, prefix) select key_hash, id, client_id, '' from app.api_keys;
alter table app.api_keys disable trigger must_have_logged;
update app.api_keys set scopes = '{portfolios:read,portfolios:write,debts:write,cases:read,documents:read,documents:write,payments:read,payments:write,reports:read,evidence:read,webhooks:write,sandbox:write}'
 where scopes = '{}';
alter table app.api_keys enable trigger must_have_logged;
alter table app.api_keys drop column key_hash, alter column scopes drop default,
    add constraint api_keys_have_scopes check (cardinality(scopes) > 0);

alter table app.api_key_secrets enable row level security;
alter table app.api_key_secrets force row level security;
create policy definer on app.api_key_secrets to recobro_owner using (true) with check (true);
create policy keepers on app.api_key_secrets to recobro_app using (
    (select (app.me()).role) in ('admin', 'job') or ((select (app.me()).role) = 'client_admin' and client_id = any ((select (app.me()).clients)::uuid[])))
with check (
    (select (app.me()).role) in ('admin', 'job') or ((select (app.me()).role) = 'client_admin' and client_id = any ((select (app.me()).clients)::uuid[])));
-- A hash is looked up by app.me(), never listed; what a key is does not change, but that it ends.
grant insert, select (api_key_id, client_id, prefix, issued_at, ends_at, last_used_at), update (ends_at) on app.api_key_secrets to recobro_app;
revoke update on app.api_keys from recobro_app;
grant update (revoked_at) on app.api_keys to recobro_app;
create constraint trigger must_have_logged after insert or delete or update of ends_at on app.api_key_secrets
    deferrable initially deferred for each row execute function app.logged_client();

alter type app.identity add attribute scopes text[];

-- As before, and: a key by any of its secrets that has not ended, with its scopes.
-- +goose StatementBegin
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
        select k.id, k.client_id, k.name, k.scopes into s
          from app.api_key_secrets x join app.api_keys k on k.id operator(pg_catalog.=) x.api_key_id
         where x.key_hash operator(pg_catalog.=) hash and x.ends_at operator(pg_catalog.>) pg_catalog.clock_timestamp() and k.revoked_at is null;
        if found then
            me := ('key', s.id, 'integration', array[s.client_id], false, false, '{}'::pg_catalog.int4[], s.name, 'es', nobody, nobody, nobody, nobody, false);
            me.scopes := s.scopes;
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
create function app.key_used() returns void language sql security definer set search_path = pg_catalog, pg_temp as $$
    update app.api_key_secrets set last_used_at = clock_timestamp()
     where key_hash = sha256(convert_to(current_setting('app.session', true), 'UTF8'))
       and (last_used_at is null or last_used_at < clock_timestamp() - interval '1 minute')
$$;
-- +goose StatementEnd
comment on function app.key_used() is 'writes down that the secret of this transaction was used, once a minute at most';
revoke execute on function app.key_used() from public;
grant execute on function app.key_used() to recobro_app;
reset role;
