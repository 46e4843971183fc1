-- +goose Up
-- Documents, payments and the ledger: money lines are only ever added.
set role recobro_owner;

create table app.documents (
    client_id uuid not null, id uuid not null, account_id uuid not null,
    case_id uuid not null,
    kind text not null constraint documents_kind_known check (kind in
        ('invoice', 'contract', 'delivery_note', 'demand', 'dispatch_proof', 'delivery_proof', 'agreement', 'filing', 'filing_pack', 'filing_receipt', 'court', 'statement', 'other')),
    class text not null default 'open' constraint documents_class_known check (class in ('open', 'confidential_negotiation', 'lawyer_to_lawyer', 'internal', 'special_category')),
    name text not null, media_type text not null,
    sha256 bytea not null constraint documents_sha256_length check (octet_length(sha256) = 32),
    bytes bigint not null,
    added_on date not null,
    added_by uuid,
    primary key (client_id, id),
    constraint documents_of_account foreign key (client_id, account_id) references app.accounts (client_id, id),
    constraint documents_of_case foreign key (client_id, case_id) references app.cases (client_id, id)
);
create index documents_id on app.documents (id);
create index documents_case on app.documents (client_id, case_id);

create table app.payments (
    client_id uuid not null, id uuid not null, account_id uuid not null,
    minor bigint not null constraint payments_positive check (minor > 0),
    currency text not null,
    received_on date not null,
    source text not null constraint payments_source_known check (source in ('bank', 'direct', 'card')),
    payer_reference text not null default '',
    external_ref text not null default '',
    unallocated_minor bigint not null default 0 constraint payments_unallocated_sane check (unallocated_minor between 0 and minor),
    recorded_at timestamptz not null default clock_timestamp(),
    returned_on date, return_reason text not null default '',
    primary key (client_id, id),
    constraint payments_of_account foreign key (client_id, account_id) references app.accounts (client_id, id)
);
create unique index payments_external_ref_unique on app.payments (client_id, external_ref) where external_ref <> '';
create index payments_account on app.payments (client_id, account_id, received_on);

create table app.ledger_entries (
    client_id uuid not null, id uuid not null, case_id uuid not null, debt_id uuid not null,
    component text not null constraint ledger_component_known check (component in ('principal', 'interest', 'cost', 'compensation', 'court_fee')),
    kind text not null constraint ledger_kind_known check (kind in ('charge', 'payment', 'waiver', 'reversal')),
    minor bigint not null constraint ledger_not_zero check (minor <> 0),
    currency text not null,
    effective_on date not null,
    recorded_at timestamptz not null default clock_timestamp(),
    payment_id uuid,
    reverses uuid,
    basis text not null,
    wish jsonb constraint ledger_wish_only_of_payments check (wish is null or payment_id is not null),
    primary key (client_id, id),
    constraint ledger_of_case foreign key (client_id, case_id) references app.cases (client_id, id),
    constraint ledger_of_debt foreign key (client_id, debt_id) references app.debts (client_id, id),
    constraint ledger_of_payment foreign key (client_id, payment_id) references app.payments (client_id, id),
    constraint ledger_reverses_entry foreign key (client_id, reverses) references app.ledger_entries (client_id, id),
    constraint ledger_payment_names_payment check ((kind = 'payment') <= (payment_id is not null)),
    constraint ledger_reversal_names_entry check ((kind = 'reversal') = (reverses is not null)),
    constraint ledger_signs check (kind = 'reversal' or (kind = 'charge') = (minor > 0))
);
create index ledger_case on app.ledger_entries (client_id, case_id, effective_on);
create unique index ledger_reversed_once on app.ledger_entries (client_id, reverses) where reverses is not null;
comment on table app.ledger_entries is 'charges are positive, payments and waivers negative; interest is charged only when it must be fixed';

-- What stays open of each component may never fall below zero, whoever writes.
-- +goose StatementBegin
create function app.ledger_never_below_zero() returns trigger language plpgsql as $$
begin
    if exists (select 1 from app.ledger_entries l
                where l.client_id = new.client_id and l.debt_id = new.debt_id and l.component = new.component
                group by l.component having sum(l.minor) < 0) then
        raise exception 'a component would fall below zero' using errcode = '23514', constraint = 'ledger_never_below_zero';
    end if;
    return null;
end $$;
-- +goose StatementEnd
create constraint trigger ledger_never_below_zero after insert on app.ledger_entries
    deferrable initially deferred for each row when (new.minor < 0) execute function app.ledger_never_below_zero();
create index ledger_debt on app.ledger_entries (client_id, debt_id, component);
reset role;
