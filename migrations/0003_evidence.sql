-- +goose Up
-- The evidence log. One function appends; the header is built here, so nobody can lie about seq, prev, at or who.
set role ev_owner;

create table ev.log (
    only_row boolean primary key default true constraint log_is_one_row check (only_row),
    origin text not null
);
insert into ev.log (origin) values ('recobro/' || gen_random_uuid());

create table ev.events (
    subject_kind text not null constraint events_subject_kind_known check (subject_kind in ('case', 'portfolio', 'client', 'firm')),
    subject uuid not null,
    seq int not null constraint events_seq_positive check (seq > 0),
    client_id uuid,
    type text not null,
    at timestamptz not null,
    occ timestamptz not null,
    leaf bytea not null constraint events_leaf_is_sha256 check (octet_length(leaf) = 32) constraint events_leaf_unique unique,
    header bytea not null constraint events_header_short check (octet_length(header) <= 65536),
    body bytea not null,
    xid xid8 not null default pg_current_xact_id(),
    primary key (subject_kind, subject, seq)
);
create index events_client on ev.events (client_id, at);
comment on table ev.events is 'one row per interaction: the exact bytes of header and body, chained per subject';
create table ev.openings (
    subject_kind text not null, subject uuid not null, seq int not null,
    client_id uuid,
    class text not null constraint openings_class_known check (class in ('open', 'confidential_negotiation', 'lawyer_to_lawyer', 'internal', 'special_category')),
    opening bytea not null,
    primary key (subject_kind, subject, seq),
    constraint openings_of_an_event foreign key (subject_kind, subject, seq) references ev.events
);
comment on table ev.openings is 'salts and values behind the commitments in an event body; erasable without breaking the chain';

-- +goose StatementBegin
create function ev.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the evidence log is append-only' using errcode = '42501', constraint = 'ev_append_only';
end $$;
-- +goose StatementEnd
create trigger events_never_change before update or delete on ev.events for each row execute function ev.refuse_change();
create trigger events_never_truncated before truncate on ev.events for each statement execute function ev.refuse_change();
create trigger openings_never_truncated before truncate on ev.openings for each statement execute function ev.refuse_change();
alter table ev.events enable always trigger events_never_change;
alter table ev.events enable always trigger events_never_truncated;

-- The canonical header, version 1: eighteen lines in this order, for ever. A change of a line is a version 2 beside it.
-- In PL/pgSQL because its plans live as long as the connection; an SQL function that cannot be inlined is planned anew in
-- every transaction.
-- +goose StatementBegin
create function ev.header(p_origin text, p_client uuid, p_kind text, p_subject uuid, p_seq int, p_prev bytea, p_type text, p_at timestamptz, p_regressed boolean,
    p_occ timestamptz, p_actor text, p_operation text, p_template text, p_body bytea)
returns bytea language plpgsql stable as $$
begin
    return convert_to('v: 1' || E'\n' || 'log: ' || p_origin || E'\n'
        || 'client: ' || coalesce(p_client::text, '-') || E'\n'
        || 'subject: ' || p_kind || ' ' || p_subject || E'\n'
        || 'seq: ' || p_seq || E'\n'
        || 'prev: ' || coalesce(encode(p_prev, 'hex'), '-') || E'\n'
        || 'type: ' || p_type || E'\n'
        || 'at: ' || to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || E'\n'
        || 'clock: ' || case when p_regressed then 'regressed' else 'ok' end || E'\n'
        || 'occ: ' || to_char(p_occ at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || E'\n'
        || 'actor: ' || p_actor || E'\n' || p_operation
        || 'tmpl: ' || p_template || E'\n' || 'cp: -' || E'\n'
        || 'body: ' || encode(sha256(p_body), 'hex') || E'\n', 'UTF8');
end $$;
create function ev.leaf(p_origin text, p_header bytea) returns bytea language plpgsql immutable as $$
begin
    return sha256('\x00'::bytea || convert_to(p_origin || '/event/v1' || E'\n', 'UTF8') || p_header);
end $$;
-- +goose StatementEnd

-- ev.append_many appends one event per array element, in order. The caller holds the lock of every case it names.
-- A handful goes one by one; in a bulk, the events of a subject form rounds and each round is one set-based insert.
-- Its plans do not depend on how much is appended, and planning anew would cost as much as appending one event.
-- +goose StatementBegin
create function ev.append_many(
    p_subject_kinds text[], p_subjects uuid[], p_clients uuid[], p_types text[], p_occ timestamptz[], p_templates text[],
    p_bodies bytea[], p_classes text[], p_openings bytea[], p_request text, p_opkey text, p_build text, p_policy text)
returns table (subject uuid, seq int, leaf bytea)
language plpgsql security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
    me app.identity := app.me();
    v_origin text;
    v_actor text;
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
    if exists (select 1 from unnest(p_types || p_templates || p_subject_kinds || array[p_request, p_opkey, p_build, p_policy]) x
                where x is null or x = '' or length(x) > 200 or x ~ '[^ -~]') then
        raise exception 'a header value is empty, long or not plain' using errcode = '22023', constraint = 'ev_header_value_plain';
    end if;
    if not me.staff then
        if exists (select 1 from unnest(p_clients) c where c is null or c <> all (me.clients))
           and not (me.role = 'admin' and not exists (select 1 from unnest(p_subject_kinds) k where k not in ('client', 'firm'))) then
            raise exception 'not a subject of this actor' using errcode = '42501', constraint = 'ev_actor_reaches_subject';
        end if;
    end if;
    if exists (select 1 from unnest(p_subject_kinds, p_subjects, p_clients) s(kind, id, client_id)
                 left join app.cases c on c.id = s.id
                where s.kind = 'case' and c.client_id is distinct from s.client_id) then
        raise exception 'the case is not of that client' using errcode = '23503', constraint = 'ev_case_of_client';
    end if;
    if p_subject_kinds && '{client,portfolio,firm}' and exists (
            select 1 from unnest(p_subject_kinds, p_subjects, p_clients) s(kind, id, client_id)
              left join app.portfolios p on s.kind = 'portfolio' and p.client_id = s.client_id and p.id = s.id
             where s.kind = 'client' and s.id is distinct from s.client_id
                or s.kind = 'portfolio' and p.id is null
                or s.kind = 'firm' and (s.id <> '00000000-0000-0000-0000-000000000001' or s.client_id is not null)) then
        raise exception 'the chain is not of that client' using errcode = '42501', constraint = 'ev_chain_of_client';
    end if;
    -- Chains without a row to lock take a lock of their own, in a fixed order.
    if p_subject_kinds && '{client,firm}' then
        perform pg_advisory_xact_lock(hashtextextended(s.id::text, 42))
           from (select distinct x.id from unnest(p_subject_kinds, p_subjects) x(kind, id) where x.kind in ('client', 'firm') order by x.id) s;
    end if;

    select l.origin into v_origin from ev.log l;
    v_actor := me.kind || ' ' || me.id || ' ' || me.role || ' -';
    v_operation := 'req: ' || p_request || E'\n' || 'opkey: ' || p_opkey || E'\n' || 'build: ' || p_build || E'\n' || 'policy: ' || p_policy || E'\n';
    if v_count > 16 then
        select max(n) into v_rounds from (
            select count(*) n from unnest(p_subject_kinds, p_subjects) x(kind, id) group by x.kind, x.id) c;
    end if;
    if v_count <= 16 or v_rounds > 8 then
        for i in 1 .. v_count loop
            select e.seq, e.leaf, e.at into v_prev from ev.events e
             where e.subject_kind = p_subject_kinds[i] and e.subject = p_subjects[i] order by e.seq desc limit 1;
            v_clock := clock_timestamp();
            subject := p_subjects[i];
            seq := coalesce(v_prev.seq, 0) + 1;
            v_header := ev.header(v_origin, p_clients[i], p_subject_kinds[i], subject, seq, v_prev.leaf, p_types[i], greatest(v_clock, v_prev.at),
                coalesce(v_prev.at > v_clock, false), p_occ[i], v_actor, v_operation, p_templates[i], p_bodies[i]);
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
              from unnest(p_subject_kinds, p_subjects, p_clients, p_types, p_occ, p_templates, p_bodies, p_classes, p_openings)
                   with ordinality as i(kind, id, client_id, type, occ, template, body, class, opening, ord)
        ), chained as (
            select i.*, coalesce(p.seq, 0) + 1 as next_seq, p.leaf as prev, p.at as prev_at, clock_timestamp() as clock
              from input i
              left join lateral (select e.seq, e.leaf, e.at from ev.events e
                                  where e.subject_kind = i.kind and e.subject = i.id order by e.seq desc limit 1) p on true
             where i.round = v_round
        ), headed as (
            select c.*, greatest(c.clock, c.prev_at) as at, ev.header(v_origin, c.client_id, c.kind, c.id, c.next_seq, c.prev, c.type, greatest(c.clock, c.prev_at),
                   coalesce(c.prev_at > c.clock, false), c.occ, v_actor, v_operation, c.template, c.body) as header
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

-- The must-have-logged triggers ask this at commit: has the subject's newest event been written by this transaction?
create function ev.logged_now(p_kind text, p_subject uuid) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return coalesce((select e.xid = pg_current_xact_id() from ev.events e
                      where e.subject_kind = p_kind and e.subject = p_subject order by e.seq desc limit 1), false);
end $$;
-- +goose StatementEnd
revoke execute on all functions in schema ev from public;
grant execute on function ev.append_many(text[], uuid[], uuid[], text[], timestamptz[], text[], bytea[], text[], bytea[], text, text, text, text) to recobro_app;
grant execute on function ev.logged_now(text, uuid) to recobro_owner;
grant select on ev.log, ev.events, ev.openings to recobro_app;

alter table ev.events enable row level security;
alter table ev.openings enable row level security;
create policy reads_own on ev.events for select to recobro_app using (
    (select (app.me()).staff) or client_id = any ((select (app.me()).clients)::uuid[]));
create policy reads_own on ev.openings for select to recobro_app using (
    (select (app.me()).staff) or (client_id = any ((select (app.me()).clients)::uuid[]) and class in ('open', 'confidential_negotiation')));
reset role;
