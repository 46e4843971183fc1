-- +goose Up
-- Interest terms of a debt as dated facts; lines that are not claimed, written off, or paid in another currency than they are owed in.
set role recobro_owner;

create table app.interest_terms (
    client_id uuid not null, id uuid not null, case_id uuid not null, debt_id uuid not null,
    kind text not null constraint terms_kind_known check (kind in ('start', 'judgment', 'agreement', 'correction')),
    from_on date not null,
    regime text not null constraint terms_regime_known check (regime in ('statutory_commercial', 'legal', 'agreed', 'judgment', 'bill', 'none')),
    agreed_rate_pct numeric(9, 4) constraint terms_agreed_rate_sane check (agreed_rate_pct between 0 and 1000),
    basis text not null,
    recorded_at timestamptz not null,
    reverses uuid,
    primary key (client_id, id),
    constraint terms_of_case foreign key (client_id, case_id) references app.cases (client_id, id),
    constraint terms_of_debt foreign key (client_id, debt_id) references app.debts (client_id, id),
    constraint terms_reverse_terms foreign key (client_id, reverses) references app.interest_terms (client_id, id),
    constraint terms_rate_when_agreed check ((regime = 'agreed') = (agreed_rate_pct is not null))
);
create index terms_debt on app.interest_terms (client_id, debt_id);
create unique index terms_reversed_once on app.interest_terms (client_id, reverses) where reverses is not null;
comment on table app.interest_terms is 'from the day after from_on the debt bears this interest; without a row its own regime rules as the law starts it';
alter table app.interest_terms enable row level security;
alter table app.interest_terms force row level security;
create policy own_client on app.interest_terms to recobro_app using (
    (select (app.me()).staff) or client_id = any ((select (app.me()).clients)::uuid[])) with check (
    (select (app.me()).staff) or client_id = any ((select (app.me()).clients)::uuid[]));
grant select, insert on app.interest_terms to recobro_app;
create constraint trigger must_have_logged after insert or update or delete on app.interest_terms
    deferrable initially deferred for each row execute function app.logged_case();

alter table app.debts drop constraint debts_regime_known;
alter table app.debts add constraint debts_regime_known check (regime in ('statutory_commercial', 'legal', 'agreed', 'judgment', 'bill', 'none'));
alter table app.debts add column ordinary_interest_minor bigint not null default 0 constraint debts_ordinary_interest_sane check (ordinary_interest_minor >= 0);

alter table app.ledger_entries drop constraint ledger_component_known;
alter table app.ledger_entries add constraint ledger_component_known check
    (component in ('principal', 'ordinary_interest', 'interest', 'cost', 'compensation', 'court_fee', 'fee'));
alter table app.ledger_entries drop constraint ledger_kind_known;
alter table app.ledger_entries add constraint ledger_kind_known check (kind in ('charge', 'payment', 'waiver', 'write_off', 'reversal'));
alter table app.ledger_entries
    add column borne_by text not null default 'debtor' constraint ledger_bearer_known check (borne_by in ('debtor', 'client', 'firm', 'undecided')),
    add column document_id uuid,
    add column proved_minor bigint,
    add column received_minor bigint,
    add column received_currency text,
    add constraint ledger_of_document foreign key (client_id, document_id) references app.documents (client_id, id),
    add constraint ledger_only_costs_are_advanced check (borne_by = 'debtor' or (component in ('cost', 'court_fee', 'fee') and kind in ('charge', 'reversal'))),
    add constraint ledger_fee_is_the_clients check (component <> 'fee' or borne_by = 'client'),
    add constraint ledger_proof_has_document check (proved_minor is null or (document_id is not null and proved_minor > 0)),
    add constraint ledger_received_in_a_currency check ((received_minor is null) = (received_currency is null) and (received_minor is null or payment_id is not null));
comment on column app.ledger_entries.borne_by is 'what the debtor does not bear is no part of the claim';
comment on column app.ledger_entries.proved_minor is 'what the document proves, before the fixed compensation was taken off';
comment on column app.ledger_entries.received_minor is 'of a payment in another currency than the case: what of it fell here, in its own';

-- What the debtor owes of each component may never fall below zero; what others bear does not help it up.
-- +goose StatementBegin
create or replace function app.ledger_never_below_zero() returns trigger language plpgsql as $$
begin
    if exists (select 1 from app.ledger_entries l
                where l.client_id = new.client_id and l.debt_id = new.debt_id and l.component = new.component and l.borne_by = new.borne_by
                group by l.component having sum(l.minor) < 0) then
        raise exception 'a component would fall below zero' using errcode = '23514', constraint = 'ledger_never_below_zero';
    end if;
    return null;
end $$;
-- +goose StatementEnd
reset role;
