-- +goose Up
-- Limitation as dated facts: what stopped a term or began it anew, and under which law the term runs.
set role recobro_owner;

alter table app.debts
    add column limitation_kind text not null default 'general',
    add column limitation_region text not null default '';
comment on column app.debts.limitation_kind is 'kind of claim in the words of the pack; proposed from the debt''s kind, corrected by a lawyer';
comment on column app.debts.limitation_region is 'whose civil law governs the claim; empty is the common law, a lawyer sets it';
create index debts_limitation on app.debts (limitation_on, case_id);

create table app.limitation_facts (
    client_id uuid not null, id uuid not null, case_id uuid not null,
    debt_id uuid,  -- null: every debt of the case
    act text not null constraint limitation_facts_act_known check (act in
        ('letter', 'notarial', 'acknowledgement', 'payment', 'suit', 'suit_dismissed', 'negotiation', 'conciliation', 'suspension')),
    from_on date not null, received_on date, to_on date,
    grade smallint not null default 0 constraint limitation_facts_grade_known check (grade between 0 and 5),
    document_id uuid,
    about uuid,  -- the demand, filing, agreement or payment that it comes from; null: written down by a person
    note text not null default '',
    reverses uuid,  -- the fact that this row takes back
    recorded_by uuid not null,
    recorded_at timestamptz not null default clock_timestamp(),
    primary key (client_id, id),
    constraint limitation_facts_of_case foreign key (client_id, case_id) references app.cases (client_id, id),
    constraint limitation_facts_reversed foreign key (client_id, reverses) references app.limitation_facts (client_id, id),
    constraint limitation_facts_days_in_order check (received_on >= from_on and to_on >= from_on)
);
create index limitation_facts_case on app.limitation_facts (client_id, case_id);
create unique index limitation_facts_reversed_once on app.limitation_facts (client_id, reverses) where reverses is not null;
comment on table app.limitation_facts is 'append-only; a correction takes the old fact back and adds a new one';

alter table app.limitation_facts enable row level security;
alter table app.limitation_facts force row level security;
create policy own_client on app.limitation_facts to recobro_app using (
    (select (app.me()).staff) or client_id = any ((select (app.me()).clients)::uuid[])) with check (
    (select (app.me()).staff) or client_id = any ((select (app.me()).clients)::uuid[]));
grant select, insert on app.limitation_facts to recobro_app;
create constraint trigger must_have_logged after insert or update or delete on app.limitation_facts
    deferrable initially deferred for each row execute function app.logged_case();
reset role;
