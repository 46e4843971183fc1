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
revoke execute on all functions in schema ev from public;

-- A foreign key is checked as the owner, who is bound by FORCE: the policy all_read names ev_owner for that.
grant select on ev.log to recobro_log;
grant select (subject_kind, subject, seq, leaf, xid) on ev.events to recobro_log;
create policy sequenced on ev.events for select to recobro_log using (true);
reset role;
