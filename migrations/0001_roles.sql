-- +goose Up
-- Who may log in, and who owns what. Nobody logs in as an owner; the application owns nothing.
-- +goose StatementBegin
do $$
declare
    wanted record;
begin
    -- Roles belong to the whole server: two databases migrating at once must not both create them.
    perform pg_catalog.pg_advisory_xact_lock(7236052);
    for wanted in select * from (values
        ('recobro_owner', 'nologin'), ('ev_owner', 'nologin'),
        ('recobro_app', 'login'), ('recobro_worker', 'login'), ('recobro_river', 'login')) r(name, login)
    loop
        if not exists (select 1 from pg_catalog.pg_roles where rolname = wanted.name) then
            execute format('create role %I %s nosuperuser nobypassrls nocreatedb nocreaterole', wanted.name, wanted.login);
        end if;
    end loop;
    if not pg_catalog.pg_has_role('recobro_worker', 'recobro_app', 'member') then
        grant recobro_app to recobro_worker;
    end if;
end $$;
-- +goose StatementEnd

create extension if not exists pg_trgm with schema public;
revoke create on schema public from public;

create schema app authorization recobro_owner;
create schema ev authorization ev_owner;
grant usage on schema app to recobro_app, ev_owner;
grant usage on schema ev to recobro_app, recobro_owner;
comment on schema app is 'business tables; row security keyed on the session token in app.session';
comment on schema ev is 'the evidence log: written only by ev.append_many';
