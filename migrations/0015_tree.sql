-- +goose Up
-- One RFC 6962 tree over all chains, with its checkpoints and what others said of them. An event takes its place in the tree
-- after its commit, given by one sequencer: no business transaction ever waits for the head of the tree.
-- +goose StatementBegin
do $$
begin
    perform pg_catalog.pg_advisory_xact_lock(7236052); -- roles belong to the whole server
    if not exists (select 1 from pg_catalog.pg_roles where rolname = 'recobro_log') then
        create role recobro_log login nosuperuser nobypassrls nocreatedb nocreaterole;
    end if;
end $$;
-- +goose StatementEnd
grant usage on schema ev to recobro_log;

set role ev_owner;

create table ev.leaves (
    tree_index bigint constraint leaves_pkey primary key constraint leaves_index_not_negative check (tree_index >= 0),
    subject_kind text not null, subject uuid not null, seq int not null,
    leaf bytea not null constraint leaves_leaf_is_sha256 check (octet_length(leaf) = 32),
    constraint leaves_event_once unique (subject_kind, subject, seq)
);
comment on table ev.leaves is 'the place of each event in the tree, dense from 0; written by the sequencer';
create table ev.hashes (
    id bigint constraint hashes_pkey primary key constraint hashes_id_not_negative check (id >= 0),
    hash bytea not null constraint hashes_hash_is_sha256 check (octet_length(hash) = 32)
);
comment on table ev.hashes is 'the complete subtrees of the tree by golang.org/x/mod/sumdb/tlog.StoredHashIndex; what proofs are made of';
create table ev.checkpoints (
    size bigint constraint checkpoints_pkey primary key constraint checkpoints_size_positive check (size > 0),
    root bytea not null constraint checkpoints_root_is_sha256 check (octet_length(root) = 32),
    note text not null,
    signed_at timestamptz not null
);
comment on table ev.checkpoints is 'the signed checkpoints (C2SP tlog-checkpoint), whole notes';
create table ev.cosignatures (
    size bigint not null constraint cosignatures_of_a_checkpoint references ev.checkpoints,
    witness text not null,
    line text not null,
    at timestamptz not null,
    constraint cosignatures_pkey primary key (size, witness)
);
comment on table ev.cosignatures is 'what witnesses signed under a checkpoint (C2SP tlog-cosignature), one note line each';
create table ev.stamps (
    size bigint not null constraint stamps_of_a_checkpoint references ev.checkpoints,
    tsa text not null,
    token bytea not null,
    gen_time timestamptz not null,
    at timestamptz not null,
    constraint stamps_pkey primary key (size, tsa, gen_time)
);
comment on table ev.stamps is 'RFC 3161 tokens over checkpoints, as the authority answered them';

-- The access log has a chain of its own, which only a job writes.
alter table ev.events drop constraint events_subject_kind_known;
alter table ev.events add constraint events_subject_kind_known check (subject_kind in ('case', 'portfolio', 'client', 'firm', 'access'));

-- The sequencer walks the events in the order of their transactions.
create index events_xid on ev.events (xid);

-- Nothing of the log changes or goes, whoever asks. Openings alone may be erased, by a function that runs as the owner.
-- +goose StatementBegin
create function ev.refuse_erasure() returns trigger language plpgsql as $$
begin
    if current_user <> 'ev_owner' then
        raise exception 'an opening is erased by the function for it only' using errcode = '42501', constraint = 'ev_append_only';
    end if;
    return old;
end $$;

do $$
declare
    t text;
begin
    foreach t in array array['log', 'leaves', 'hashes', 'checkpoints', 'cosignatures', 'stamps'] loop
        execute format('create trigger %I before update or delete on ev.%I for each row execute function ev.refuse_change()', t || '_never_change', t);
        execute format('create trigger %I before truncate on ev.%I for each statement execute function ev.refuse_change()', t || '_never_truncated', t);
        execute format('alter table ev.%I enable always trigger %I', t, t || '_never_change');
        execute format('alter table ev.%I enable always trigger %I', t, t || '_never_truncated');
    end loop;
    foreach t in array array['leaves', 'hashes', 'checkpoints', 'cosignatures', 'stamps'] loop
        execute format('alter table ev.%I enable row level security', t);
        execute format('alter table ev.%I force row level security', t);
        -- They hold hashes and signatures, no facts: who reads them learns how many events there are.
        execute format('create policy all_read on ev.%I for select to recobro_app, recobro_log, ev_owner using (true)', t);
        execute format('create policy log_writes on ev.%I for insert to recobro_log with check (true)', t);
        execute format('grant select on ev.%I to recobro_app, recobro_log', t);
        execute format('grant insert on ev.%I to recobro_log', t);
    end loop;
end $$;
-- +goose StatementEnd
create trigger openings_never_change before update on ev.openings for each row execute function ev.refuse_change();
create trigger openings_erased_by_the_owner before delete on ev.openings for each row execute function ev.refuse_erasure();
alter table ev.openings enable always trigger openings_never_change;
alter table ev.openings enable always trigger openings_erased_by_the_owner;
alter table ev.openings enable always trigger openings_never_truncated;

-- The header as before, with the newest published checkpoint: the event is younger than that.
drop function ev.header(text, uuid, text, uuid, int, bytea, text, timestamptz, boolean, timestamptz, text, text, text, bytea);
-- +goose StatementBegin
create function ev.header(p_origin text, p_client uuid, p_kind text, p_subject uuid, p_seq int, p_prev bytea, p_type text, p_at timestamptz, p_regressed boolean,
    p_occ timestamptz, p_operation text, p_template text, p_checkpoint text, p_body bytea)
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
        || p_operation
        || 'tmpl: ' || p_template || E'\n' || 'cp: ' || p_checkpoint || E'\n'
        || 'body: ' || encode(sha256(p_body), 'hex') || E'\n', 'UTF8');
end $$;

-- Holds each chain to its owner. What a subject's client is never changes, so a chain that goes on under the client of its
-- last event needs no second look.
create function ev.hold_to_owners(p_subject_kinds text[], p_subjects uuid[], p_clients uuid[]) returns void language plpgsql stable as $$
begin
    if exists (select 1 from unnest(p_subject_kinds, p_subjects, p_clients) s(kind, id, client_id)
                 left join app.cases c on c.id = s.id
                where s.kind = 'case' and (c.id is null or c.client_id is distinct from s.client_id)) then
        raise exception 'the case is not of that client' using errcode = '23503', constraint = 'ev_case_of_client';
    end if;
    if p_subject_kinds && '{client,portfolio,firm,access}' and exists (
            select 1 from unnest(p_subject_kinds, p_subjects, p_clients) s(kind, id, client_id)
              left join app.portfolios p on s.kind = 'portfolio' and p.client_id = s.client_id and p.id = s.id
             where s.kind = 'client' and s.id is distinct from s.client_id
                or s.kind = 'portfolio' and p.id is null
                or s.kind = 'firm' and (s.id <> '00000000-0000-0000-0000-000000000001' or s.client_id is not null)
                or s.kind = 'access' and (s.id <> '00000000-0000-0000-0000-000000000002' or s.client_id is not null)) then
        raise exception 'the chain is not of that client' using errcode = '42501', constraint = 'ev_chain_of_client';
    end if;
end $$;

-- As in 0003, with fewer statements for the common case, one event: the checks of values are expressions, and the newest row
-- of the chain says whose it is.
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
    if (me.staff or p_clients <@ me.clients or me.role = 'admin' and p_subject_kinds <@ '{client,firm}') is not true
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
    v_operation := 'actor: ' || me.kind || ' ' || me.id || ' ' || me.role || ' -' || E'\n'
        || 'req: ' || p_request || E'\n' || 'opkey: ' || p_opkey || E'\n' || 'build: ' || p_build || E'\n' || 'policy: ' || p_policy || E'\n';
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
                coalesce(v_prev.at > v_clock, false), p_occ[i], v_operation, p_templates[i], v_checkpoint, p_bodies[i]);
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
                   coalesce(c.prev_at > c.clock, false), c.occ, v_operation, c.template, v_checkpoint, c.body) as header
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
revoke execute on all functions in schema ev from public;

-- A foreign key is checked as the owner, who is bound by FORCE: the policy all_read names ev_owner for that.
grant select on ev.log to recobro_log;
grant select (subject_kind, subject, seq, leaf, xid) on ev.events to recobro_log;
create policy sequenced on ev.events for select to recobro_log using (true);
reset role;
