-- +goose Up
-- What the firm enters of official publications. Nothing counts before it is approved, and what was in force is never edited:
-- the next change follows it.
set role recobro_owner;

create table app.law_changes (
    id uuid primary key,
    jurisdiction text not null constraint law_changes_jurisdiction_form check (jurisdiction ~ '^[A-Z]{2}$'),
    kind text not null constraint law_changes_kind_known check (kind in
        ('rate', 'factor', 'unit_value', 'holiday', 'holiday_removed', 'confirm', 'tick', 'setting')),
    payload jsonb not null constraint law_changes_payload_rows check (jsonb_typeof(payload) = 'array' and jsonb_array_length(payload) > 0),
    law text not null default '',
    source text not null default '',
    publication text not null default '',
    confidence text not null default '',
    note text not null default '',
    proposed_by uuid,
    proposed_at timestamptz not null,
    state text not null constraint law_changes_state_known check (state in ('proposed', 'approved', 'rejected', 'withdrawn')),
    decided_by uuid,
    decided_at timestamptz,
    reason text not null default '',
    seq bigint constraint law_changes_seq_unique unique,
    constraint law_changes_source_named check (kind in ('tick', 'confirm') or (source <> '' and confidence in ('read_law', 'read_secondary', 'computed', 'house_rule'))),
    constraint law_changes_decided check ((state = 'proposed') = (decided_at is null) and (state = 'approved') = (seq is not null)),
    -- One lawyer vouches alone for a fact or a rate that stands already; every value needs two persons.
    constraint law_changes_second_person check (state <> 'approved' or kind in ('tick', 'confirm')
        or (proposed_by is not null and decided_by is not null and decided_by <> proposed_by)),
    constraint law_changes_vouched_at_once check (kind not in ('tick', 'confirm') or (state = 'approved' and decided_by is not distinct from proposed_by))
);
comment on table app.law_changes is 'rates, factors, unit values, holidays and settings of the law that the firm entered by page, and the facts its lawyers vouch for';
comment on column app.law_changes.payload is 'the rows of one publication: one for a rate, hundreds for a daily series';
comment on column app.law_changes.proposed_by is 'nobody: recobro itself, told by whoever installs it';
comment on column app.law_changes.seq is 'order of approval; without gaps, and never lower than one that was committed before';
create index law_changes_list on app.law_changes (jurisdiction, proposed_at desc, id desc);
create index law_changes_open on app.law_changes (jurisdiction) where state = 'proposed';

-- What the firm had confirmed so far is the beginning.
alter table app.firm no force row level security;
insert into app.law_changes (id, jurisdiction, kind, payload, note, proposed_at, state, decided_at, seq)
select gen_random_uuid(), f.jurisdiction, 'confirm', f.payload, 'confirmado en los datos del despacho', clock_timestamp(), 'approved', clock_timestamp(),
       row_number() over (order by f.jurisdiction)
  from (select upper(split_part(c.fact, '.', 1)) as jurisdiction, jsonb_agg(jsonb_build_object('fact', c.fact) order by c.fact) as payload
          from app.firm, unnest(confirmed_facts) c(fact) group by 1) f;
alter table app.firm force row level security;
alter table app.firm drop column confirmed_facts;
comment on table app.firm is 'the firm itself: letterhead, client account';

alter table app.law_changes enable row level security;
alter table app.law_changes force row level security;
create policy firm_reads on app.law_changes for select to recobro_app using ((select (app.me()).staff) or (select (app.me()).role) = 'admin');
-- Whoever proposes says so under the own name; only a lawyer, or Recobro itself told by its installer, vouches at once.
create policy staff_proposes on app.law_changes for insert to recobro_app with check ((select (app.me()).staff)
    and proposed_by is not distinct from (select case when (app.me()).role <> 'job' then (app.me()).id end)
    and (state = 'proposed' or (kind in ('tick', 'confirm') and (select (app.me()).role) in ('lawyer', 'job'))));
-- A decided change stands: no update sees it. Only another lawyer approves, under the own name.
create policy staff_decides on app.law_changes for update to recobro_app using ((select (app.me()).staff) and state = 'proposed')
    with check (decided_by = (select (app.me()).id) and (state <> 'approved' or (select (app.me()).role) = 'lawyer'));
grant select, insert on app.law_changes to recobro_app;
grant update (state, decided_by, decided_at, reason, seq) on app.law_changes to recobro_app;
create constraint trigger must_have_logged after insert or update or delete on app.law_changes
    deferrable initially deferred for each row execute function app.logged_firm();
reset role;
