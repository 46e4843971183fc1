-- +goose Up
-- Mandates, persons, accounts, debts and cases: who owes what to whom, and where the file stands.
set role recobro_owner;

create table app.mandates (
    client_id uuid not null references app.clients (id),
    version int not null,
    signed_on date not null,
    strategy text not null default '',
    max_discount_principal_bp int not null default 0 constraint mandates_principal_discount_sane check (max_discount_principal_bp between 0 and 10000),
    max_discount_interest_bp int not null default 0 constraint mandates_interest_discount_sane check (max_discount_interest_bp between 0 and 10000),
    max_months int not null default 6 constraint mandates_months_sane check (max_months between 0 and 60),
    min_instalment_minor bigint not null default 0,
    may_sue_without_asking boolean not null default false,
    waives_interest_when_paid boolean not null default false,
    approval_days int not null default 10 constraint mandates_approval_days_sane check (approval_days between 1 and 60),
    recorded_at timestamptz not null default clock_timestamp(),
    primary key (client_id, version)
);
comment on table app.mandates is 'what a client lets the firm do; the newest version holds, older ones stay';

create table app.persons (
    id uuid primary key,
    country text not null,
    tax_id text not null,
    opted_out_on date, deceased_on date, insolvent_on date,
    constraint persons_tax_id_unique unique (country, tax_id)
);
comment on table app.persons is 'firm-wide identity with compliance facts only; no client ever reads it';

create table app.accounts (
    client_id uuid not null references app.clients (id),
    id uuid not null,
    person_id uuid not null references app.persons (id),
    payment_reference text not null constraint accounts_payment_reference_unique unique,
    known_until date,
    opened_at timestamptz not null default clock_timestamp(),
    primary key (client_id, id),
    constraint accounts_one_per_debtor unique (client_id, person_id)
);
create index accounts_id on app.accounts (id);
comment on column app.accounts.known_until is 'money known up to this day: nothing is decided against the debtor for a later one';

create table app.parties (
    client_id uuid not null, id uuid not null, account_id uuid not null,
    person_id uuid references app.persons (id),
    role text not null constraint parties_role_known check (role in ('principal', 'guarantor', 'heir', 'lawyer', 'procurador')),
    kind text not null constraint parties_kind_known check (kind in ('company', 'person')),
    name text not null, tax_id text not null, country text not null, language text not null,
    street text not null default '', postal_code text not null default '', city text not null default '',
    region text not null default '', address_country text not null default '',
    primary key (client_id, id),
    constraint parties_of_account foreign key (client_id, account_id) references app.accounts (client_id, id)
);
create unique index parties_one_principal on app.parties (client_id, account_id) where role = 'principal';
create index parties_account on app.parties (client_id, account_id);

create table app.contact_points (
    client_id uuid not null, id uuid not null, party_id uuid not null,
    kind text not null constraint contact_points_kind_known check (kind in ('email', 'phone')),
    value text not null,
    status text not null default 'unverified' constraint contact_points_status_known check (status in ('unverified', 'verified', 'bad', 'barred')),
    source text not null,
    primary key (client_id, id),
    constraint contact_points_of_party foreign key (client_id, party_id) references app.parties (client_id, id),
    constraint contact_points_once unique (client_id, party_id, kind, value)
);

-- The legal pairs of the step table; internal/cases holds the same list and a test compares the two.
create table app.case_steps (
    from_stage text not null, event text not null, to_stage text not null,
    primary key (from_stage, event, to_stage)
);

create sequence app.case_numbers;
create sequence app.account_serials;
create table app.cases (
    client_id uuid not null, id uuid not null, account_id uuid not null,
    number text not null constraint cases_number_unique unique,
    debtor_name text not null,
    jurisdiction text not null,
    currency text not null,
    business boolean not null,
    stage text not null constraint cases_stage_known check (stage in
        ('intake', 'amicable', 'formal_demand', 'pre_litigation', 'judicial', 'enforcement', 'closed')),
    stage_from text not null, stage_event text not null, stage_since date not null,
    outcome text constraint cases_outcome_known check (outcome in ('paid', 'settled', 'recalled', 'uncollectible', 'time_barred', 'declined')),
    opened_on date not null, closed_on date,
    team_id int not null references app.teams (id),
    lawyer_id uuid references app.users (id), paralegal_id uuid references app.users (id),
    strategy text not null default '', strategy_version int not null default 0,
    steps_done text[] not null default '{}',
    next_step text, next_on date, plan_due boolean not null default true, plan_error text,
    version int not null default 1,
    primary key (client_id, id),
    constraint cases_of_account foreign key (client_id, account_id) references app.accounts (client_id, id),
    constraint cases_step_legal foreign key (stage_from, stage_event, stage) references app.case_steps (from_stage, event, to_stage),
    constraint cases_outcome_only_when_closed check ((stage = 'closed') = (outcome is not null) and (stage = 'closed') = (closed_on is not null)),
    constraint cases_closed_plans_nothing check (stage <> 'closed' or (next_step is null and next_on is null and not plan_due))
);
create index cases_id on app.cases (id);
create index cases_account on app.cases (client_id, account_id);
create index cases_newest on app.cases (opened_on desc, id desc);
create index cases_client_stage on app.cases (client_id, stage, opened_on desc, id desc);
create index cases_stage on app.cases (stage, opened_on desc, id desc);
create index cases_team on app.cases (team_id, stage);
create index cases_due on app.cases (next_on, id) where next_on is not null;
create index cases_to_plan on app.cases (id) where plan_due;
create index cases_debtor_words on app.cases using gin (debtor_name public.gin_trgm_ops);
comment on column app.cases.next_step is 'plan column, not evidence: attempts, blocks and sends are logged';

create table app.debts (
    client_id uuid not null, id uuid not null, case_id uuid not null, account_id uuid not null,
    external_ref text not null,
    kind text not null constraint debts_kind_known check (kind in ('invoice', 'instalment', 'cheque', 'note', 'other')),
    number text not null,
    issued_on date not null, due_on date not null,
    principal_minor bigint not null constraint debts_principal_positive check (principal_minor > 0),
    currency text not null,
    tax_base_minor bigint, tax_minor bigint,
    delivered_on date,
    business boolean not null,
    agreed_rate_pct numeric(9, 4) constraint debts_agreed_rate_sane check (agreed_rate_pct between 0 and 1000),
    regime text not null constraint debts_regime_known check (regime in ('statutory_commercial', 'legal', 'agreed', 'judgment', 'none')),
    limitation_on date not null,
    limitation_law text not null,
    metadata jsonb not null default '{}',
    recorded_at timestamptz not null default clock_timestamp(),
    primary key (client_id, id),
    constraint debts_of_case foreign key (client_id, case_id) references app.cases (client_id, id),
    constraint debts_external_ref_unique unique (client_id, external_ref),
    constraint debts_number_unique unique (client_id, account_id, kind, number),
    constraint debts_due_after_issue check (due_on >= issued_on)
);
create index debts_case on app.debts (client_id, case_id);

create table app.holds (
    client_id uuid not null, id uuid not null, case_id uuid not null,
    scope text not null constraint holds_scope_known check (scope in ('all', 'contact', 'judicial')),
    reason text not null, lifts_when text not null default '',
    opened_on date not null, until_on date, lifted_on date,
    primary key (client_id, id),
    constraint holds_of_case foreign key (client_id, case_id) references app.cases (client_id, id)
);
create index holds_open on app.holds (client_id, case_id) where lifted_on is null;

create table app.disputes (
    client_id uuid not null, id uuid not null, case_id uuid not null,
    contested_minor bigint not null constraint disputes_amount_positive check (contested_minor > 0),
    reason text not null,
    raised_on date not null, answer_due_on date not null,
    state text not null default 'open' constraint disputes_state_known check (state in ('open', 'upheld', 'rejected', 'withdrawn')),
    resolved_on date, resolution text not null default '',
    primary key (client_id, id),
    constraint disputes_of_case foreign key (client_id, case_id) references app.cases (client_id, id)
);
create index disputes_case on app.disputes (client_id, case_id);

create table app.promises (
    client_id uuid not null, id uuid not null, case_id uuid not null,
    minor bigint not null constraint promises_amount_positive check (minor > 0),
    due_on date not null,
    made_on date not null,
    state text not null default 'open' constraint promises_state_known check (state in ('open', 'kept', 'partly_kept', 'broken', 'cancelled')),
    judged_on date,
    primary key (client_id, id),
    constraint promises_of_case foreign key (client_id, case_id) references app.cases (client_id, id)
);
create index promises_open on app.promises (due_on) where state = 'open';
create index promises_case on app.promises (client_id, case_id);

create table app.tasks (
    client_id uuid not null, id uuid not null, case_id uuid not null,
    kind text not null, due_on date not null,
    role text not null, done_on date,
    primary key (client_id, id),
    constraint tasks_of_case foreign key (client_id, case_id) references app.cases (client_id, id)
);
create unique index tasks_open_once on app.tasks (client_id, case_id, kind) where done_on is null;

create table app.approvals (
    client_id uuid not null, id uuid not null, case_id uuid not null,
    kind text not null constraint approvals_kind_known check (kind in ('agreement', 'suit')),
    about uuid not null,
    summary jsonb not null default '{}',
    asked_on date not null, expires_on date not null,
    state text not null default 'open' constraint approvals_state_known check (state in ('open', 'granted', 'refused', 'expired')),
    decided_by uuid, decided_on date, reason text not null default '',
    primary key (client_id, id),
    constraint approvals_of_case foreign key (client_id, case_id) references app.cases (client_id, id)
);
create index approvals_open on app.approvals (client_id, expires_on) where state = 'open';
create unique index approvals_one_open on app.approvals (client_id, kind, about) where state = 'open';
reset role;
