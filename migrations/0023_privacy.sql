-- +goose Up
-- Requests of data subjects, blocking (art. 32 LOPDGDD), legal hold, and destruction after retention.
set role recobro_owner;

create table app.data_requests (
    id uuid constraint data_requests_pkey primary key,
    kind text not null constraint data_requests_kind_known check (kind in ('access', 'rectification', 'erasure', 'objection', 'restriction', 'portability')),
    state text not null constraint data_requests_state_known check (state in ('received', 'verified', 'answered', 'refused')),
    jurisdiction text not null,
    country text not null, tax_id text not null, name text not null,
    wish text not null default '',
    received_on date not null, due_on date not null,
    verified_how text not null default '', outcome text not null default '', answered_on date,
    recorded_by uuid not null,
    constraint data_requests_due_after_receipt check (due_on >= received_on),
    constraint data_requests_verified_somehow check (state in ('received', 'refused') or verified_how <> ''),
    constraint data_requests_answered_somehow check ((state in ('answered', 'refused')) = (answered_on is not null and outcome <> ''))
);
create index data_requests_due on app.data_requests (due_on, id) where state in ('received', 'verified');
comment on table app.data_requests is 'what a data subject asked, until when the answer is due (art. 12.3 GDPR), and what was answered';

create table app.legal_holds (
    id uuid constraint legal_holds_pkey primary key,
    scope text not null constraint legal_holds_scope_known check (scope in ('case', 'account', 'person', 'client')),
    target uuid not null,
    reason text not null constraint legal_holds_reason_given check (reason <> ''),
    owner uuid not null constraint legal_holds_owner_fkey references app.users (id),
    from_on date not null, review_on date not null, lifted_on date, lifted_by uuid,
    constraint legal_holds_review_later check (review_on > from_on),
    constraint legal_holds_lifted_by_somebody check ((lifted_on is null) = (lifted_by is null))
);
create index legal_holds_live on app.legal_holds (target) where lifted_on is null;
comment on table app.legal_holds is 'while one stands nothing in its reach is destroyed';

create table app.blocked_cases (
    client_id uuid not null, case_id uuid not null, account_id uuid not null, person_id uuid,
    number text not null,
    state text not null constraint blocked_cases_state_known check (state in ('blocked', 'proposed', 'destroyed')),
    blocked_on date not null, blocked_by uuid not null,
    retained_until date not null,
    proposed_on date, proposed_by uuid,
    destroyed_on date, destroyed_by uuid,
    constraint blocked_cases_pkey primary key (client_id, case_id),
    constraint blocked_cases_of_case foreign key (client_id, case_id) references app.cases (client_id, id),
    constraint blocked_cases_proposed_by_somebody check ((state = 'blocked') = (proposed_by is null)),
    constraint blocked_cases_destroyed_by_another check ((state = 'destroyed') = (destroyed_by is not null and destroyed_on is not null) and destroyed_by <> proposed_by),
    constraint blocked_cases_retained check (proposed_on >= retained_until and destroyed_on >= retained_until)
);
create index blocked_cases_case on app.blocked_cases (case_id);
create index blocked_cases_account on app.blocked_cases (account_id);
create index blocked_cases_due on app.blocked_cases (retained_until) where state <> 'destroyed';
comment on table app.blocked_cases is 'closed cases that nobody works with any more: blocked, proposed for destruction, destroyed';

create table app.disclosures (
    id uuid constraint disclosures_pkey primary key,
    client_id uuid not null, case_id uuid not null,
    recipient text not null constraint disclosures_recipient_known check (recipient in ('judge', 'prosecutor', 'authority')),
    reason text not null constraint disclosures_reason_given check (reason <> ''),
    asked_by uuid not null, asked_on date not null,
    granted_by uuid, until_at timestamptz,
    constraint disclosures_of_blocked foreign key (client_id, case_id) references app.blocked_cases (client_id, case_id),
    constraint disclosures_granted_by_another check (granted_by <> asked_by),
    constraint disclosures_granted_for_a_time check ((granted_by is null) = (until_at is null))
);
create index disclosures_case on app.disclosures (case_id) where granted_by is not null;
comment on table app.disclosures is 'a blocked case shown to the person who asked, for an authority, until an instant, by grant of a second person';

create table app.privacy_terms (
    jurisdiction text not null,
    about text not null constraint privacy_terms_about_known check (about in ('answer', 'block', 'destroy')),
    claim text not null default '',
    amount int not null constraint privacy_terms_amount_positive check (amount > 0),
    unit text not null constraint privacy_terms_unit_known check (unit in ('days', 'months', 'years')),
    source text not null constraint privacy_terms_source_given check (source <> ''),
    set_by uuid not null, set_on date not null,
    constraint privacy_terms_pkey primary key (jurisdiction, about, claim)
);
comment on table app.privacy_terms is 'terms a lawyer answers for; what is not here and not in the shipped file is an error, never zero';

create table app.doomed_files (
    sha256 bytea constraint doomed_files_pkey primary key,
    since timestamptz not null default clock_timestamp()
);
comment on table app.doomed_files is 'stored files whose case is destroyed, until they have left the store';

-- What destruction writes over, column by column; a test compares it with the data map.
create table app.destruction_columns (
    table_name text not null, column_name text not null,
    rows text not null, key text not null, becomes text not null,
    constraint destruction_columns_pkey primary key (table_name, column_name)
);
insert into app.destruction_columns (table_name, column_name, rows, key, becomes) values
    ('accounts', 'payment_reference', 'account', 'id', '''destroyed:'' || t.id'),
    ('approvals', 'summary', 'case', 'case_id', '''{}'''), ('approvals', 'reason', 'case', 'case_id', ''''''),
    ('cases', 'debtor_name', 'case', 'id', ''''''), ('cases', 'plan_error', 'case', 'id', 'null'),
    ('contact_points', 'value', 'party', 'party_id', '''destroyed:'' || t.id'), ('contact_points', 'source', 'party', 'party_id', ''''''),
    ('debts', 'external_ref', 'case', 'case_id', '''destroyed:'' || t.id'), ('debts', 'number', 'case', 'case_id', '''destroyed:'' || t.id'),
    ('debts', 'metadata', 'case', 'case_id', '''{}'''),
    ('demands', 'fields', 'demand', 'id', '''{}'''), ('demands', 'operator_reference', 'demand', 'id', ''''''), ('demands', 'review_note', 'demand', 'id', ''''''),
    ('disclosures', 'reason', 'case', 'case_id', '''destroyed'''),
    ('emergencies', 'reason', 'case', 'case_id', '''(destroyed)'''),
    ('disputes', 'reason', 'case', 'case_id', ''''''), ('disputes', 'resolution', 'case', 'case_id', ''''''),
    ('documents', 'sha256', 'case', 'case_id', 'decode(repeat(''00'', 32), ''hex'')'), ('documents', 'name', 'case', 'case_id', ''''''),
    ('filings', 'fields', 'proceeding', 'proceeding_id', '''{}'''), ('filings', 'annexes', 'proceeding', 'proceeding_id', '''[]'''),
    ('filings', 'review_note', 'proceeding', 'proceeding_id', ''''''),
    ('holds', 'reason', 'case', 'case_id', ''''''), ('holds', 'lifts_when', 'case', 'case_id', ''''''),
    ('interest_terms', 'basis', 'case', 'case_id', ''''''),
    ('ledger_entries', 'basis', 'case', 'case_id', ''''''), ('ledger_entries', 'wish', 'case', 'case_id', 'null'),
    ('limitation_facts', 'note', 'case', 'case_id', ''''''),
    ('messages', 'to_name', 'message', 'id', ''''''), ('messages', 'to_address', 'message', 'id', ''''''), ('messages', 'subject', 'message', 'id', ''''''),
    ('messages', 'body_text', 'message', 'id', ''''''), ('messages', 'body_html', 'message', 'id', ''''''),
    ('messages', 'provider_reference', 'message', 'id', ''''''), ('messages', 'provider_answer', 'message', 'id', ''''''),
    ('parties', 'name', 'account', 'account_id', ''''''), ('parties', 'tax_id', 'account', 'account_id', ''''''), ('parties', 'street', 'account', 'account_id', ''''''),
    ('parties', 'postal_code', 'account', 'account_id', ''''''), ('parties', 'city', 'account', 'account_id', ''''''), ('parties', 'region', 'account', 'account_id', ''''''),
    ('parties', 'person_id', 'account', 'account_id', 'null'),
    ('payments', 'payer_reference', 'account', 'account_id', ''''''), ('payments', 'external_ref', 'account', 'account_id', ''''''),
    ('payments', 'return_reason', 'account', 'account_id', ''''''),
    ('portfolio_items', 'external_ref', 'case', 'case_id', '''destroyed:'' || t.n'), ('portfolio_items', 'input', 'case', 'case_id', '''{}'''),
    ('portfolio_items', 'receipt', 'case', 'case_id', 'null'), ('portfolio_items', 'reasons', 'case', 'case_id', '''[]'''), ('portfolio_items', 'warnings', 'case', 'case_id', '''[]'''),
    ('proceeding_acts', 'note', 'proceeding', 'proceeding_id', ''''''),
    ('proceedings', 'docket_number', 'proceeding', 'id', ''''''), ('proceedings', 'title', 'proceeding', 'id', '''''');

-- +goose StatementBegin
do $$
declare
    t text;
    seen constant text := 'exists (select 1 from app.disclosures d where d.case_id = %1$s and d.until_at > clock_timestamp() and d.asked_by = (select (app.me()).id))';
    shown constant text := 'not exists (select 1 from app.blocked_cases b where b.case_id = %1$s) or ' || seen;
begin
    foreach t in array array['data_requests', 'legal_holds', 'blocked_cases', 'disclosures', 'privacy_terms', 'doomed_files', 'destruction_columns'] loop
        execute format('alter table app.%I enable row level security', t);
        execute format('alter table app.%I force row level security', t);
        execute format('create policy definer on app.%I to recobro_owner using (true) with check (true)', t);
    end loop;
    -- Destruction writes over these as their owner.
    foreach t in array array(select distinct table_name from app.destruction_columns union select unnest(array['persons', 'contact_log', 'operations'])) loop
        execute format('create policy destroys on app.%I to recobro_owner using (true) with check (true)', t);
    end loop;

    -- A blocked case and what hangs on it exist for nobody, whatever another policy allows.
    execute format('create policy not_blocked on app.cases as restrictive to recobro_app using (' || shown || ')', 'cases.id');
    foreach t in array array['agreement_cases', 'approvals', 'deadlines', 'debts', 'demand_cases', 'disputes', 'documents', 'holds', 'interest_terms',
            'ledger_entries', 'limitation_facts', 'message_cases', 'portfolio_items', 'proceeding_cases', 'promises', 'tasks'] loop
        execute format('create policy not_blocked on app.%I as restrictive to recobro_app using (%s) with check (true)', t, format(shown, t || '.case_id'));
    end loop;
    -- A paper of several cases is hidden with the last of them: its visible links are none, its blocked account has some.
    for t in select unnest(array['demands', 'agreements', 'messages', 'proceedings']) loop
        execute format('create policy not_blocked on app.%1$I as restrictive to recobro_app using (
            not exists (select 1 from app.blocked_cases b where b.account_id = %1$I.account_id)
            or exists (select 1 from app.%2$I l where l.client_id = %1$I.client_id and l.%3$I = %1$I.id)) with check (true)', t, left(t, -1) || '_cases', left(t, -1) || '_id');
    end loop;
    foreach t in array array['filings', 'proceeding_acts', 'proceeding_parties'] loop
        execute format('create policy not_blocked on app.%1$I as restrictive to recobro_app using (
            exists (select 1 from app.proceedings p where p.client_id = %1$I.client_id and p.id = %1$I.proceeding_id)) with check (true)', t);
    end loop;
    create policy not_blocked on app.instalments as restrictive to recobro_app using (
        exists (select 1 from app.agreements p where p.client_id = instalments.client_id and p.id = instalments.agreement_id)) with check (true);
    -- What hangs on the account is hidden when no case of it is left to see. The account's row itself holds ids only.
    foreach t in array array['parties', 'payments', 'negotiation_attempts'] loop
        execute format('create policy not_blocked on app.%1$I as restrictive to recobro_app using (
            not exists (select 1 from app.blocked_cases b where b.account_id = %1$I.account_id)
            or exists (select 1 from app.cases c where c.client_id = %1$I.client_id and c.account_id = %1$I.account_id)) with check (true)', t);
    end loop;
    create policy not_blocked on app.contact_points as restrictive to recobro_app using (
        exists (select 1 from app.parties p where p.client_id = contact_points.client_id and p.id = contact_points.party_id)) with check (true);
end $$;
-- +goose StatementEnd

create policy keeper_only on app.data_requests to recobro_app using ((select (app.me()).role) in ('dpo', 'job')) with check ((select (app.me()).role) = 'dpo');
create policy staff_reads on app.legal_holds for select to recobro_app using ((select (app.me()).role) in ('dpo', 'lawyer', 'job'));
create policy dpo_writes on app.legal_holds to recobro_app using ((select (app.me()).role) = 'dpo') with check ((select (app.me()).role) = 'dpo');
-- The other policies ask it for everybody, and it holds ids and dates only; the pages show it to dpo and lawyers.
create policy everybody_asks on app.blocked_cases for select to recobro_app using (true);
create policy dpo_writes on app.blocked_cases to recobro_app using ((select (app.me()).role) = 'dpo') with check ((select (app.me()).role) = 'dpo' and state <> 'destroyed');
create policy keepers on app.disclosures for select to recobro_app using ((select (app.me()).role) in ('dpo', 'lawyer'));
create policy dpo_asks on app.disclosures for insert to recobro_app with check ((select (app.me()).role) = 'dpo' and asked_by = (select (app.me()).id) and granted_by is null);
create policy second_person_grants on app.disclosures for update to recobro_app using (asked_by <> (select (app.me()).id) and (select (app.me()).role) in ('dpo', 'lawyer'))
    with check (granted_by = (select (app.me()).id));
create policy staff_reads on app.privacy_terms for select to recobro_app using ((select (app.me()).staff));
create policy lawyer_sets on app.privacy_terms to recobro_app using ((select (app.me()).role) = 'lawyer') with check ((select (app.me()).role) = 'lawyer');
create policy firm_sweeps on app.doomed_files to recobro_app using ((select (app.me()).staff));
create policy readable on app.destruction_columns for select to recobro_app using (true);
grant select, insert on app.data_requests, app.legal_holds, app.blocked_cases, app.disclosures, app.privacy_terms to recobro_app;
grant update (state, verified_how, outcome, answered_on) on app.data_requests to recobro_app;
grant update (review_on, lifted_on, lifted_by) on app.legal_holds to recobro_app;
grant update (state, proposed_on, proposed_by) on app.blocked_cases to recobro_app;
grant update (granted_by, until_at) on app.disclosures to recobro_app;
grant update (amount, unit, source, set_by, set_on) on app.privacy_terms to recobro_app;
grant select, delete on app.doomed_files to recobro_app;
grant select on app.destruction_columns to recobro_app;

create constraint trigger must_have_logged after insert or update or delete on app.data_requests deferrable initially deferred for each row execute function app.logged_firm();
create constraint trigger must_have_logged after insert or update or delete on app.legal_holds deferrable initially deferred for each row execute function app.logged_firm();
create constraint trigger must_have_logged after insert or update or delete on app.privacy_terms deferrable initially deferred for each row execute function app.logged_firm();
create constraint trigger must_have_logged after insert or update or delete on app.blocked_cases deferrable initially deferred for each row execute function app.logged_case();
create constraint trigger must_have_logged after insert or update or delete on app.disclosures deferrable initially deferred for each row execute function app.logged_case();
reset role;

-- Openings are the erasable part of the log. Only the destruction of a case erases them.
set role ev_owner;
-- +goose StatementBegin
create function ev.destroy_openings(p_case uuid) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    delete from ev.openings o where o.subject_kind = 'case' and o.subject = p_case
$$;
-- +goose StatementEnd
revoke execute on function ev.destroy_openings(uuid) from public;
grant execute on function ev.destroy_openings(uuid) to recobro_owner;
-- The verification of the log, a job, reads them still: it tells nobody what stands in them.
create policy not_blocked on ev.openings as restrictive for select to recobro_app using (subject_kind <> 'case'
    or not exists (select 1 from app.blocked_cases b where b.case_id = openings.subject) or (select (app.me()).role) = 'job'
    or exists (select 1 from app.disclosures d where d.case_id = openings.subject and d.until_at > clock_timestamp() and d.asked_by = (select (app.me()).id)));
reset role;

set role recobro_owner;
-- app.destroy_case ends a proposed case as its second person: openings, files, personal columns. The chain and the tree stay.
-- Under a hold, before its day, by the proposer or without a proposal it refuses, whatever the program asks. It answers with the chains that have to tell of it.
-- +goose StatementBegin
create function app.destroy_case(p_case uuid, p_today date) returns table (chain text, id uuid)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    me app.identity := app.me();
    b app.blocked_cases;
    v_whole boolean;
    v_step record;
    v_where text;
    v_nobody uuid;
begin
    perform pg_advisory_xact_lock(7236053); -- one destruction at a time; placing a hold takes it too
    select x.* into b from app.blocked_cases x where x.case_id = p_case for update;
    if me.role is null or me.role not in ('dpo', 'lawyer') or b.case_id is null then
        raise exception 'no such blocked case' using errcode = '42501', constraint = 'destruction_needs_a_case';
    elsif b.state <> 'proposed' or b.proposed_by = me.id then
        raise exception 'a second person confirms what one proposed' using errcode = '23514', constraint = 'destruction_needs_two_persons';
    elsif b.retained_until > p_today then
        raise exception 'before its day' using errcode = '23514', constraint = 'destruction_before_its_day';
    elsif exists (select 1 from app.legal_holds h where h.lifted_on is null and h.target in (b.case_id, b.account_id, b.person_id, b.client_id)) then
        raise exception 'under a legal hold' using errcode = '23514', constraint = 'destruction_under_hold';
    end if;
    update app.blocked_cases x set state = 'destroyed', destroyed_by = me.id, destroyed_on = p_today where x.case_id = p_case;
    v_whole := not exists (select 1 from app.cases c left join app.blocked_cases x on x.client_id = c.client_id and x.case_id = c.id
                            where c.client_id = b.client_id and c.account_id = b.account_id and x.state is distinct from 'destroyed');
    insert into app.doomed_files (sha256)
    select distinct d.sha256 from app.documents d where d.client_id = b.client_id and d.case_id = p_case
       and not exists (select 1 from app.documents o where o.sha256 = d.sha256 and o.case_id <> p_case)
    on conflict on constraint doomed_files_pkey do nothing;
    for v_step in select s.table_name, s.rows, s.key, string_agg(format('%I = %s', s.column_name, s.becomes), ', ') as sets
                    from app.destruction_columns s group by s.table_name, s.rows, s.key order by s.table_name = 'parties', s.table_name loop
        v_where := case v_step.rows
            when 'case' then format('t.%I = $2', v_step.key)
            when 'account' then format('$4 and t.%I = $3', v_step.key)
            when 'party' then format('$4 and t.%I in (select p.id from app.parties p where p.client_id = $1 and p.account_id = $3)', v_step.key)
            else format('t.%1$I in (select l.%2$I from app.%3$I l where l.client_id = $1 and l.case_id = $2)
                and not exists (select 1 from app.%3$I l left join app.blocked_cases x on x.client_id = l.client_id and x.case_id = l.case_id
                     where l.client_id = $1 and l.%2$I = t.%1$I and x.state is distinct from ''destroyed'')', v_step.key, v_step.rows || '_id', v_step.rows || '_cases') end;
        execute format('update app.%I t set %s where t.client_id = $1 and %s', v_step.table_name, v_step.sets, v_where)
          using b.client_id, p_case, b.account_id, v_whole;
    end loop;
    if v_whole then
        update app.legal_holds h set reason = 'destroyed' where h.target = b.account_id;
        if exists (select 1 from app.accounts a where a.person_id = b.person_id and (a.client_id, a.id) <> (b.client_id, b.account_id))
           or exists (select 1 from app.parties p where p.person_id = b.person_id) then
            -- Somebody else's debtor still: only this account belongs to nobody from now on.
            v_nobody := gen_random_uuid();
            insert into app.persons (id, country, tax_id) values (v_nobody, '--', 'destroyed:' || v_nobody);
            update app.accounts a set person_id = v_nobody where a.client_id = b.client_id and a.id = b.account_id;
        else
            update app.data_requests r set tax_id = '', name = '', wish = '', verified_how = 'destroyed', outcome = 'destroyed'
              from app.persons p where p.id = b.person_id and r.country = p.country and r.tax_id = p.tax_id and r.state in ('answered', 'refused');
            update app.legal_holds h set reason = 'destroyed' where h.target = b.person_id;
            delete from app.contact_log l where l.person_id = b.person_id;
            update app.persons p set country = '--', tax_id = 'destroyed:' || p.id, opted_out_on = null, deceased_on = null, insolvent_on = null where p.id = b.person_id;
        end if;
        update app.blocked_cases x set person_id = null where x.client_id = b.client_id and x.account_id = b.account_id;
    end if;
    update app.legal_holds h set reason = 'destroyed' where h.target = p_case;
    -- Answers kept for repeated calls: long over, or naming the case.
    delete from app.operations o where o.created_at < clock_timestamp() - interval '30 days' or position(convert_to(p_case::text, 'UTF8') in o.answer) > 0;
    perform ev.destroy_openings(p_case);
    return query select 'case', x.case_id from app.blocked_cases x where x.client_id = b.client_id and x.account_id = b.account_id and x.state = 'destroyed'
        union select 'portfolio', i.portfolio_id from app.portfolio_items i where i.client_id = b.client_id and i.case_id = p_case;
end $$;
create function app.hold_gate() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform pg_advisory_xact_lock(7236053); -- a hold and a destruction never pass each other
    return new;
end $$;
-- +goose StatementEnd
create trigger hold_gate before insert on app.legal_holds for each row execute function app.hold_gate();
revoke execute on function app.destroy_case(uuid, date), app.hold_gate() from public;
grant execute on function app.destroy_case(uuid, date) to recobro_app;
reset role;
grant select on app.blocked_cases, app.disclosures to ev_owner;
