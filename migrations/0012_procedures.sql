-- +goose Up
-- A proceeding keeps the version of the law it started under, what it follows and whom it sues; attempts to negotiate with each
-- debtor are facts of their own.
set role recobro_owner;

alter table app.proceedings
    add column pack_version text not null default '', -- empty: from before versions were kept
    add column follows uuid,
    add column title text not null default '',
    add column claim_minor bigint not null default 0, -- what is claimed, in the currency of its cases; as filed once it is
    add column fee_minor bigint not null default 0 constraint proceedings_fee_not_negative check (fee_minor >= 0), -- court fee charged, in the pack's currency
    add column fee_line uuid, -- its line in the ledger of the first case
    add constraint proceedings_follows foreign key (client_id, follows) references app.proceedings (client_id, id),
    add constraint proceedings_follows_another check (follows <> id);
alter table app.proceeding_acts add column costs_awarded boolean;

create table app.proceeding_parties (
    client_id uuid not null, proceeding_id uuid not null, party_id uuid not null,
    primary key (client_id, proceeding_id, party_id),
    constraint proceeding_parties_of_proceeding foreign key (client_id, proceeding_id) references app.proceedings (client_id, id),
    constraint proceeding_parties_of_party foreign key (client_id, party_id) references app.parties (client_id, id)
);
create table app.negotiation_attempts (
    client_id uuid not null, id uuid not null, account_id uuid not null, party_id uuid not null,
    means text not null constraint negotiation_means_known check (means in ('negotiation', 'mediation', 'conciliation', 'binding_offer', 'expert', 'collaborative')),
    channel text not null,
    requested_on date not null, received_on date, ended_on date,
    grade int not null default 0 constraint negotiation_grade_known check (grade between 0 and 5),
    ended_how text not null default '' constraint negotiation_end_known check (ended_how in ('', 'refused', 'no_agreement', 'not_attended')),
    document_id uuid,
    primary key (client_id, id),
    constraint negotiation_once unique (client_id, party_id, means, requested_on),
    constraint negotiation_of_account foreign key (client_id, account_id) references app.accounts (client_id, id),
    constraint negotiation_of_party foreign key (client_id, party_id) references app.parties (client_id, id),
    constraint negotiation_document foreign key (client_id, document_id) references app.documents (client_id, id),
    constraint negotiation_in_order check (received_on >= requested_on and ended_on >= requested_on),
    constraint negotiation_graded check ((received_on is null) = (grade = 0)),
    constraint negotiation_ended check ((ended_on is null) = (ended_how = ''))
);
comment on table app.negotiation_attempts is 'requests to settle made to one debtor, with the proof of their receipt; the principal debtor''s also come from delivered demands';

-- +goose StatementBegin
do $$
declare
    t text;
begin
    foreach t in array array['proceeding_parties', 'negotiation_attempts'] loop
        execute format('alter table app.%I enable row level security', t);
        execute format('alter table app.%I force row level security', t);
        execute format('create policy own_client on app.%I to recobro_app using (
            (select (app.me()).staff) or client_id = any ((select (app.me()).clients)::uuid[])) with check (
            (select (app.me()).staff) or client_id = any ((select (app.me()).clients)::uuid[]))', t);
    end loop;
end $$;
-- +goose StatementEnd
grant select, insert on app.proceeding_parties to recobro_app;
grant select, insert, update on app.negotiation_attempts to recobro_app;
create constraint trigger must_have_logged after insert or update or delete on app.proceeding_parties
    deferrable initially deferred for each row execute function app.logged_linked('proceeding_cases', 'proceeding_id', 'proceeding_id');
create constraint trigger must_have_logged after insert or update on app.negotiation_attempts
    deferrable initially deferred for each row execute function app.logged_account();
reset role;
