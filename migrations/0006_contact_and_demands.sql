-- +goose Up
-- What leaves the house: messages, demands, agreements, filings. Each hangs on the account and names its cases.
set role recobro_owner;

create table app.messages (
    client_id uuid not null, id uuid not null, account_id uuid not null,
    channel text not null constraint messages_channel_known check (channel in ('email', 'sms', 'letter', 'certified', 'call')),
    step text not null,
    template text not null, template_version int not null, language text not null,
    to_name text not null, to_address text not null, contact_point_id uuid,
    subject text not null default '', body_text text not null default '', body_html text not null default '',
    claim_minor bigint not null default 0,
    state text not null constraint messages_state_known check (state in
        ('reserved', 'sending', 'sent', 'failed', 'bounced', 'ambiguous', 'withdrawn')),
    grade int not null default 0 constraint messages_grade_known check (grade between 0 and 5),
    lease uuid, lease_until timestamptz,
    reserved_on date not null, sent_at timestamptz, sent_on date,
    provider_reference text not null default '', provider_answer text not null default '',
    primary key (client_id, id),
    constraint messages_of_account foreign key (client_id, account_id) references app.accounts (client_id, id)
);
create index messages_id on app.messages (id);
create index messages_newest on app.messages (reserved_on desc, id desc);
create index messages_stuck on app.messages (lease_until) where state in ('reserved', 'sending');
create table app.message_cases (
    client_id uuid not null, message_id uuid not null, case_id uuid not null, step text not null,
    primary key (client_id, message_id, case_id),
    constraint message_cases_of_message foreign key (client_id, message_id) references app.messages (client_id, id),
    constraint message_cases_of_case foreign key (client_id, case_id) references app.cases (client_id, id),
    constraint message_once_per_step unique (client_id, case_id, step)
);

create table app.contact_log (
    person_id uuid not null references app.persons (id),
    id uuid not null,
    channel text not null, happened_at timestamptz not null, on_day date not null,
    primary key (person_id, id)
);
create index contact_log_day on app.contact_log (person_id, on_day);
comment on table app.contact_log is 'the firm''s contacts with a person across all clients: only to protect the debtor (caps)';

create table app.demands (
    client_id uuid not null, id uuid not null, account_id uuid not null,
    template text not null, template_version int not null, language text not null,
    state text not null constraint demands_state_known check (state in
        ('draft', 'in_review', 'approved', 'issued', 'dispatched', 'delivered', 'refused', 'returned', 'cancelled')),
    fields jsonb not null default '{}',
    as_of date not null, term_days int not null, term_on date,
    review_note text not null default '',
    drafted_by uuid not null, submitted_on date, approved_by uuid, approved_on date, signed_by uuid, issued_on date,
    document_id uuid,
    channel text not null default '', operator_reference text not null default '', dispatched_on date,
    delivered_on date, delivery_grade int not null default 0, delivery_document_id uuid,
    version int not null default 1,
    primary key (client_id, id),
    constraint demands_of_account foreign key (client_id, account_id) references app.accounts (client_id, id),
    constraint demands_document foreign key (client_id, document_id) references app.documents (client_id, id),
    constraint demands_delivery_document foreign key (client_id, delivery_document_id) references app.documents (client_id, id),
    constraint demands_drafter_never_approves check (approved_by <> drafted_by and signed_by <> drafted_by),
    constraint demands_issued_has_bytes check (state not in ('issued', 'dispatched', 'delivered', 'refused', 'returned') or document_id is not null),
    constraint demands_delivery_has_proof check (state <> 'delivered' or (delivery_document_id is not null and delivered_on is not null))
);
create index demands_id on app.demands (id);
create index demands_account on app.demands (client_id, account_id);
create index demands_state on app.demands (state, id);
create table app.demand_cases (
    client_id uuid not null, demand_id uuid not null, case_id uuid not null,
    primary key (client_id, demand_id, case_id),
    constraint demand_cases_of_demand foreign key (client_id, demand_id) references app.demands (client_id, id),
    constraint demand_cases_of_case foreign key (client_id, case_id) references app.cases (client_id, id)
);
create index demand_cases_case on app.demand_cases (client_id, case_id);

create table app.agreements (
    client_id uuid not null, id uuid not null, account_id uuid not null,
    kind text not null constraint agreements_kind_known check (kind in ('full_with_discount', 'instalments', 'extension', 'interest_waiver')),
    state text not null constraint agreements_state_known check (state in
        ('awaiting_client', 'proposed', 'active', 'kept', 'broken', 'refused', 'cancelled')),
    currency text not null,
    claim_minor bigint not null, total_minor bigint not null constraint agreements_total_positive check (total_minor > 0),
    discount_principal_minor bigint not null default 0, discount_interest_minor bigint not null default 0,
    discount_cost_minor bigint not null default 0,
    as_of date not null, proposed_on date not null, accepted_on date, ended_on date,
    proposed_by uuid not null, document_id uuid,
    proposed_at timestamptz not null default clock_timestamp(),
    tolerance_days int not null default 5,
    version int not null default 1,
    primary key (client_id, id),
    constraint agreements_of_account foreign key (client_id, account_id) references app.accounts (client_id, id),
    constraint agreements_discount_adds_up check (claim_minor - discount_principal_minor - discount_interest_minor - discount_cost_minor = total_minor
        and discount_principal_minor >= 0 and discount_interest_minor >= 0 and discount_cost_minor >= 0)
);
create index agreements_id on app.agreements (id);
create unique index agreements_one_live on app.agreements (client_id, account_id) where state in ('awaiting_client', 'proposed', 'active');
create table app.agreement_cases (
    client_id uuid not null, agreement_id uuid not null, case_id uuid not null,
    primary key (client_id, agreement_id, case_id),
    constraint agreement_cases_of_agreement foreign key (client_id, agreement_id) references app.agreements (client_id, id),
    constraint agreement_cases_of_case foreign key (client_id, case_id) references app.cases (client_id, id)
);
create index agreement_cases_case on app.agreement_cases (client_id, case_id);
create table app.instalments (
    client_id uuid not null, agreement_id uuid not null, n int not null,
    due_on date not null,
    minor bigint not null constraint instalments_positive check (minor > 0),
    paid_minor bigint not null default 0 constraint instalments_paid_sane check (paid_minor between 0 and minor),
    primary key (client_id, agreement_id, n),
    constraint instalments_of_agreement foreign key (client_id, agreement_id) references app.agreements (client_id, id)
);
create index instalments_due on app.instalments (due_on) where paid_minor < minor;

-- An agreement's instalments sum exactly to its total, whoever writes them.
-- +goose StatementBegin
create function app.instalments_sum_to_total() returns trigger language plpgsql as $$
declare
    v_client uuid := new.client_id;
    v_agreement uuid := (to_jsonb(new) ->> case tg_table_name when 'agreements' then 'id' else 'agreement_id' end)::uuid;
begin
    if (select sum(i.minor) from app.instalments i where i.client_id = v_client and i.agreement_id = v_agreement)
       is distinct from (select a.total_minor from app.agreements a where a.client_id = v_client and a.id = v_agreement) then
        raise exception 'instalments do not sum to the total' using errcode = '23514', constraint = 'instalments_sum_to_total';
    end if;
    return null;
end $$;
-- +goose StatementEnd
create constraint trigger instalments_sum_to_total after insert on app.agreements
    deferrable initially deferred for each row execute function app.instalments_sum_to_total();
create constraint trigger instalments_sum_to_total after insert or update of minor on app.instalments
    deferrable initially deferred for each row execute function app.instalments_sum_to_total();

create table app.proceedings (
    client_id uuid not null, id uuid not null, account_id uuid not null,
    jurisdiction text not null, procedure text not null, court text not null, docket_number text not null default '',
    state text not null constraint proceedings_state_known check (state in ('preparing', 'filed', 'admitted', 'served', 'opposed', 'decided', 'ended')),
    opened_on date not null, filed_on date,
    primary key (client_id, id),
    constraint proceedings_of_account foreign key (client_id, account_id) references app.accounts (client_id, id)
);
create index proceedings_id on app.proceedings (id);
create table app.proceeding_cases (
    client_id uuid not null, proceeding_id uuid not null, case_id uuid not null,
    primary key (client_id, proceeding_id, case_id),
    constraint proceeding_cases_of_proceeding foreign key (client_id, proceeding_id) references app.proceedings (client_id, id),
    constraint proceeding_cases_of_case foreign key (client_id, case_id) references app.cases (client_id, id)
);
create index proceeding_cases_case on app.proceeding_cases (client_id, case_id);
create table app.filings (
    client_id uuid not null, id uuid not null, proceeding_id uuid not null,
    template text not null, template_version int not null, language text not null,
    state text not null constraint filings_state_known check (state in ('draft', 'in_review', 'approved', 'signed', 'filed', 'admitted', 'returned', 'cancelled')),
    fields jsonb not null default '{}', annexes jsonb not null default '[]',
    as_of date not null, claim_minor bigint not null, currency text not null,
    review_note text not null default '',
    drafted_by uuid not null, approved_by uuid, approved_on date, signed_by uuid, signed_on date, filed_on date,
    document_id uuid, receipt_document_id uuid,
    version int not null default 1,
    primary key (client_id, id),
    constraint filings_of_proceeding foreign key (client_id, proceeding_id) references app.proceedings (client_id, id),
    constraint filings_document foreign key (client_id, document_id) references app.documents (client_id, id),
    constraint filings_drafter_never_approves check (approved_by <> drafted_by and signed_by <> drafted_by),
    constraint filings_signed_has_bytes check (state not in ('signed', 'filed', 'admitted') or document_id is not null)
);
create index filings_id on app.filings (id);
create table app.proceeding_acts (
    client_id uuid not null, id uuid not null, proceeding_id uuid not null,
    kind text not null, happened_on date not null, note text not null default '', document_id uuid,
    recorded_at timestamptz not null default clock_timestamp(),
    primary key (client_id, id),
    constraint proceeding_acts_of_proceeding foreign key (client_id, proceeding_id) references app.proceedings (client_id, id)
);
create index proceeding_acts_proceeding on app.proceeding_acts (client_id, proceeding_id);
create table app.deadlines (
    client_id uuid not null, id uuid not null, case_id uuid not null, proceeding_id uuid, act_id uuid,
    rule text not null, law text not null,
    trigger_kind text not null, trigger_on date not null, due_on date not null,
    calendar text not null, skipped jsonb not null default '[]',
    whose text not null default 'ours' constraint deadlines_whose_known check (whose in ('ours', 'theirs')),
    met_on date, replaced_by uuid,
    primary key (client_id, id),
    constraint deadlines_of_case foreign key (client_id, case_id) references app.cases (client_id, id)
);
create index deadlines_open on app.deadlines (due_on) where met_on is null and replaced_by is null;
create index deadlines_case on app.deadlines (client_id, case_id);

create table app.portfolios (
    client_id uuid not null references app.clients (id), id uuid not null,
    reference text not null,
    source text not null constraint portfolios_source_known check (source in ('api', 'file', 'page')),
    currency text not null,
    items int not null, accepted int not null, rejected int not null,
    accepted_minor bigint not null,
    received_at timestamptz not null default clock_timestamp(), received_on date not null,
    submitted_by uuid not null,
    primary key (client_id, id),
    constraint portfolios_reference_unique unique (client_id, reference)
);
create index portfolios_id on app.portfolios (id);
create table app.portfolio_items (
    client_id uuid not null, portfolio_id uuid not null, n int not null,
    external_ref text not null,
    status text not null constraint portfolio_items_status_known check (status in ('accepted', 'watched', 'under_review', 'rejected')),
    case_id uuid, reasons jsonb not null default '[]', warnings jsonb not null default '[]', input jsonb not null,
    primary key (client_id, portfolio_id, n),
    constraint portfolio_items_of_portfolio foreign key (client_id, portfolio_id) references app.portfolios (client_id, id),
    constraint portfolio_items_of_case foreign key (client_id, case_id) references app.cases (client_id, id)
);
reset role;
