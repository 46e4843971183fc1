-- tables and columns
app.access_log.batch uuid not null
app.access_log.n integer not null
app.access_log.at timestamp with time zone not null
app.access_log.request text not null
app.access_log.actor_kind text not null
app.access_log.actor_id uuid
app.access_log.actor_role text not null
app.access_log.route text not null
app.access_log.what text not null
app.access_log.subject uuid
app.access_log.outcome text not null
app.accounts.client_id uuid not null
app.accounts.id uuid not null
app.accounts.person_id uuid not null
app.accounts.payment_reference text not null
app.accounts.known_until date
app.accounts.opened_at timestamp with time zone not null default clock_timestamp()
app.agreement_cases.client_id uuid not null
app.agreement_cases.agreement_id uuid not null
app.agreement_cases.case_id uuid not null
app.agreements.client_id uuid not null
app.agreements.id uuid not null
app.agreements.account_id uuid not null
app.agreements.kind text not null
app.agreements.state text not null
app.agreements.currency text not null
app.agreements.claim_minor bigint not null
app.agreements.total_minor bigint not null
app.agreements.discount_principal_minor bigint not null default 0
app.agreements.discount_interest_minor bigint not null default 0
app.agreements.discount_cost_minor bigint not null default 0
app.agreements.as_of date not null
app.agreements.proposed_on date not null
app.agreements.accepted_on date
app.agreements.ended_on date
app.agreements.proposed_by uuid not null
app.agreements.document_id uuid
app.agreements.proposed_at timestamp with time zone not null default clock_timestamp()
app.agreements.tolerance_days integer not null default 5
app.agreements.version integer not null default 1
app.api_key_secrets.key_hash bytea not null
app.api_key_secrets.api_key_id uuid not null
app.api_key_secrets.client_id uuid not null
app.api_key_secrets.prefix text not null
app.api_key_secrets.issued_at timestamp with time zone not null default clock_timestamp()
app.api_key_secrets.ends_at timestamp with time zone not null default (clock_timestamp() + '365 days'::interval)
app.api_key_secrets.last_used_at timestamp with time zone
app.api_keys.id uuid not null
app.api_keys.client_id uuid not null
app.api_keys.name text not null
app.api_keys.scopes text[] not null
app.api_keys.created_by uuid
app.api_keys.created_at timestamp with time zone not null default clock_timestamp()
app.api_keys.revoked_at timestamp with time zone
app.approvals.client_id uuid not null
app.approvals.id uuid not null
app.approvals.case_id uuid not null
app.approvals.kind text not null
app.approvals.about uuid not null
app.approvals.summary jsonb not null default '{}'::jsonb
app.approvals.asked_on date not null
app.approvals.expires_on date not null
app.approvals.state text not null default 'open'::text
app.approvals.decided_by uuid
app.approvals.decided_on date
app.approvals.reason text not null default ''::text
app.attempts.name_hash bytea not null
app.attempts.tokens double precision not null
app.attempts.at timestamp with time zone not null
app.attempts.full_at timestamp with time zone not null
app.blocked_cases.client_id uuid not null
app.blocked_cases.case_id uuid not null
app.blocked_cases.account_id uuid not null
app.blocked_cases.person_id uuid
app.blocked_cases.number text not null
app.blocked_cases.state text not null
app.blocked_cases.blocked_on date not null
app.blocked_cases.blocked_by uuid not null
app.blocked_cases.retained_until date not null
app.blocked_cases.proposed_on date
app.blocked_cases.proposed_by uuid
app.blocked_cases.destroyed_on date
app.blocked_cases.destroyed_by uuid
app.case_externals.client_id uuid not null
app.case_externals.id uuid not null
app.case_externals.case_id uuid not null
app.case_externals.user_id uuid not null
app.case_externals.named_by uuid not null
app.case_externals.named_at timestamp with time zone not null default clock_timestamp()
app.case_externals.removed_by uuid
app.case_externals.removed_at timestamp with time zone
app.case_facts.client_id uuid
app.case_facts.case_id uuid
app.case_facts.account_id uuid
app.case_facts.number text
app.case_facts.stage text
app.case_facts.stage_since date
app.case_facts.jurisdiction text
app.case_facts.currency text
app.case_facts.business boolean
app.case_facts.opened_on date
app.case_facts.strategy text
app.case_facts.strategy_version integer
app.case_facts.steps_done text[]
app.case_facts.next_step text
app.case_facts.next_on date
app.case_facts.plan_due boolean
app.case_facts.known_until date
app.case_facts.debts bigint
app.case_facts.oldest_due date
app.case_facts.limitation_on date
app.case_facts.claimed_minor bigint
app.case_facts.principal_minor bigint
app.case_facts.hold_all boolean
app.case_facts.hold_contact boolean
app.case_facts.hold_judicial boolean
app.case_facts.agreement_state text
app.case_facts.contested_minor bigint
app.case_facts.promise_due date
app.case_facts.sent bigint
app.case_facts.last_sent_on date
app.case_facts.bounced bigint
app.case_facts.pending bigint
app.case_facts.email text
app.case_facts.demand_id uuid
app.case_facts.demand_state text
app.case_facts.demand_delivered_on date
app.case_facts.demand_term_on date
app.case_facts.demand_grade integer
app.case_facts.proceeding_id uuid
app.case_facts.proceeding_state text
app.case_facts.suit_approval text
app.case_facts.mandate_version integer
app.case_facts.mandate_strategy text
app.case_facts.may_sue_without_asking boolean
app.case_facts.waives_interest_when_paid boolean
app.case_facts.language text
app.case_facts.debtor_kind text
app.case_facts.debtor_country text
app.case_facts.opted_out_on date
app.case_facts.deceased_on date
app.case_facts.insolvent_on date
app.case_facts.represented boolean
app.case_steps.from_stage text not null
app.case_steps.event text not null
app.case_steps.to_stage text not null
app.cases.client_id uuid not null
app.cases.id uuid not null
app.cases.account_id uuid not null
app.cases.number text not null
app.cases.debtor_name text not null
app.cases.jurisdiction text not null
app.cases.currency text not null
app.cases.business boolean not null
app.cases.stage text not null
app.cases.stage_from text not null
app.cases.stage_event text not null
app.cases.stage_since date not null
app.cases.outcome text
app.cases.opened_on date not null
app.cases.closed_on date
app.cases.team_id integer not null
app.cases.lawyer_id uuid
app.cases.paralegal_id uuid
app.cases.strategy text not null default ''::text
app.cases.strategy_version integer not null default 0
app.cases.steps_done text[] not null default '{}'::text[]
app.cases.next_step text
app.cases.next_on date
app.cases.plan_due boolean not null default true
app.cases.plan_error text
app.cases.version integer not null default 1
app.ceremonies.token_hash bytea not null
app.ceremonies.kind text not null
app.ceremonies.data bytea not null
app.ceremonies.expires_at timestamp with time zone not null
app.clients.id uuid not null
app.clients.name text not null
app.clients.tax_id text not null
app.clients.country text not null
app.clients.street text not null
app.clients.postal_code text not null
app.clients.city text not null
app.clients.email text not null
app.clients.currency text not null
app.clients.language text not null default 'es'::text
app.clients.consolidate boolean not null default false
app.clients.account_iban text not null default ''::text
app.clients.team_id integer not null
app.clients.created_at timestamp with time zone not null default clock_timestamp()
app.contact_log.person_id uuid not null
app.contact_log.id uuid not null
app.contact_log.channel text not null
app.contact_log.happened_at timestamp with time zone not null
app.contact_log.on_day date not null
app.contact_points.client_id uuid not null
app.contact_points.id uuid not null
app.contact_points.party_id uuid not null
app.contact_points.kind text not null
app.contact_points.value text not null
app.contact_points.status text not null default 'unverified'::text
app.contact_points.source text not null
app.data_requests.id uuid not null
app.data_requests.kind text not null
app.data_requests.state text not null
app.data_requests.jurisdiction text not null
app.data_requests.country text not null
app.data_requests.tax_id text not null
app.data_requests.name text not null
app.data_requests.wish text not null default ''::text
app.data_requests.received_on date not null
app.data_requests.due_on date not null
app.data_requests.verified_how text not null default ''::text
app.data_requests.outcome text not null default ''::text
app.data_requests.answered_on date
app.data_requests.recorded_by uuid not null
app.deadlines.client_id uuid not null
app.deadlines.id uuid not null
app.deadlines.case_id uuid not null
app.deadlines.proceeding_id uuid
app.deadlines.act_id uuid
app.deadlines.rule text not null
app.deadlines.law text not null
app.deadlines.trigger_kind text not null
app.deadlines.trigger_on date not null
app.deadlines.due_on date not null
app.deadlines.calendar text not null
app.deadlines.skipped jsonb not null default '[]'::jsonb
app.deadlines.whose text not null default 'ours'::text
app.deadlines.met_on date
app.deadlines.replaced_by uuid
app.deadlines.raw_on date
app.deadlines.grace_at timestamp with time zone
app.deadlines.explanation jsonb not null default '{}'::jsonb
app.debts.client_id uuid not null
app.debts.id uuid not null
app.debts.case_id uuid not null
app.debts.account_id uuid not null
app.debts.external_ref text not null
app.debts.kind text not null
app.debts.number text not null
app.debts.issued_on date not null
app.debts.due_on date not null
app.debts.principal_minor bigint not null
app.debts.currency text not null
app.debts.tax_base_minor bigint
app.debts.tax_minor bigint
app.debts.delivered_on date
app.debts.business boolean not null
app.debts.agreed_rate_pct numeric(9,4)
app.debts.regime text not null
app.debts.limitation_on date not null
app.debts.limitation_law text not null
app.debts.metadata jsonb not null default '{}'::jsonb
app.debts.recorded_at timestamp with time zone not null default clock_timestamp()
app.debts.ordinary_interest_minor bigint not null default 0
app.debts.limitation_kind text not null default 'general'::text
app.debts.limitation_region text not null default ''::text
app.delegations.id uuid not null
app.delegations.absent_id uuid not null
app.delegations.delegate_id uuid not null
app.delegations.from_at timestamp with time zone not null
app.delegations.until_at timestamp with time zone not null
app.delegations.made_by uuid not null
app.delegations.made_at timestamp with time zone not null default clock_timestamp()
app.delegations.ended_by uuid
app.delegations.ended_at timestamp with time zone
app.demand_cases.client_id uuid not null
app.demand_cases.demand_id uuid not null
app.demand_cases.case_id uuid not null
app.demands.client_id uuid not null
app.demands.id uuid not null
app.demands.account_id uuid not null
app.demands.template text not null
app.demands.template_version integer not null
app.demands.language text not null
app.demands.state text not null
app.demands.fields jsonb not null default '{}'::jsonb
app.demands.as_of date not null
app.demands.term_days integer not null
app.demands.term_on date
app.demands.review_note text not null default ''::text
app.demands.drafted_by uuid not null
app.demands.submitted_on date
app.demands.approved_by uuid
app.demands.approved_on date
app.demands.signed_by uuid
app.demands.issued_on date
app.demands.document_id uuid
app.demands.channel text not null default ''::text
app.demands.operator_reference text not null default ''::text
app.demands.dispatched_on date
app.demands.delivered_on date
app.demands.delivery_grade integer not null default 0
app.demands.delivery_document_id uuid
app.demands.version integer not null default 1
app.destruction_columns.table_name text not null
app.destruction_columns.column_name text not null
app.destruction_columns.rows text not null
app.destruction_columns.key text not null
app.destruction_columns.becomes text not null
app.disclosures.id uuid not null
app.disclosures.client_id uuid not null
app.disclosures.case_id uuid not null
app.disclosures.recipient text not null
app.disclosures.reason text not null
app.disclosures.asked_by uuid not null
app.disclosures.asked_on date not null
app.disclosures.granted_by uuid
app.disclosures.until_at timestamp with time zone
app.disputes.client_id uuid not null
app.disputes.id uuid not null
app.disputes.case_id uuid not null
app.disputes.contested_minor bigint not null
app.disputes.reason text not null
app.disputes.raised_on date not null
app.disputes.answer_due_on date not null
app.disputes.state text not null default 'open'::text
app.disputes.resolved_on date
app.disputes.resolution text not null default ''::text
app.documents.client_id uuid not null
app.documents.id uuid not null
app.documents.account_id uuid not null
app.documents.case_id uuid not null
app.documents.kind text not null
app.documents.class text not null default 'open'::text
app.documents.name text not null
app.documents.media_type text not null
app.documents.sha256 bytea not null
app.documents.bytes bigint not null
app.documents.added_on date not null
app.documents.added_by uuid
app.doomed_files.sha256 bytea not null
app.doomed_files.since timestamp with time zone not null default clock_timestamp()
app.emergencies.client_id uuid not null
app.emergencies.id uuid not null
app.emergencies.case_id uuid not null
app.emergencies.user_id uuid not null
app.emergencies.reason text not null
app.emergencies.opened_at timestamp with time zone not null default clock_timestamp()
app.emergencies.until_at timestamp with time zone not null
app.emergencies.closed_at timestamp with time zone
app.filings.client_id uuid not null
app.filings.id uuid not null
app.filings.proceeding_id uuid not null
app.filings.template text not null
app.filings.template_version integer not null
app.filings.language text not null
app.filings.state text not null
app.filings.fields jsonb not null default '{}'::jsonb
app.filings.annexes jsonb not null default '[]'::jsonb
app.filings.as_of date not null
app.filings.claim_minor bigint not null
app.filings.currency text not null
app.filings.review_note text not null default ''::text
app.filings.drafted_by uuid not null
app.filings.approved_by uuid
app.filings.approved_on date
app.filings.signed_by uuid
app.filings.signed_on date
app.filings.filed_on date
app.filings.document_id uuid
app.filings.receipt_document_id uuid
app.filings.version integer not null default 1
app.firm.only_row boolean not null default true
app.firm.name text not null
app.firm.tax_id text not null
app.firm.registry text not null default ''::text
app.firm.street text not null
app.firm.postal_code text not null
app.firm.city text not null
app.firm.country text not null
app.firm.email text not null
app.firm.phone text not null default ''::text
app.firm.client_account_iban text not null
app.firm.base_url text not null
app.firm.demand_term_days integer not null default 10
app.holds.client_id uuid not null
app.holds.id uuid not null
app.holds.case_id uuid not null
app.holds.scope text not null
app.holds.reason text not null
app.holds.lifts_when text not null default ''::text
app.holds.opened_on date not null
app.holds.until_on date
app.holds.lifted_on date
app.instalments.client_id uuid not null
app.instalments.agreement_id uuid not null
app.instalments.n integer not null
app.instalments.due_on date not null
app.instalments.minor bigint not null
app.instalments.paid_minor bigint not null default 0
app.interest_terms.client_id uuid not null
app.interest_terms.id uuid not null
app.interest_terms.case_id uuid not null
app.interest_terms.debt_id uuid not null
app.interest_terms.kind text not null
app.interest_terms.from_on date not null
app.interest_terms.regime text not null
app.interest_terms.agreed_rate_pct numeric(9,4)
app.interest_terms.basis text not null
app.interest_terms.recorded_at timestamp with time zone not null
app.interest_terms.reverses uuid
app.law_changes.id uuid not null
app.law_changes.jurisdiction text not null
app.law_changes.kind text not null
app.law_changes.payload jsonb not null
app.law_changes.law text not null default ''::text
app.law_changes.source text not null default ''::text
app.law_changes.publication text not null default ''::text
app.law_changes.confidence text not null default ''::text
app.law_changes.note text not null default ''::text
app.law_changes.proposed_by uuid
app.law_changes.proposed_at timestamp with time zone not null
app.law_changes.state text not null
app.law_changes.decided_by uuid
app.law_changes.decided_at timestamp with time zone
app.law_changes.reason text not null default ''::text
app.law_changes.seq bigint
app.ledger_entries.client_id uuid not null
app.ledger_entries.id uuid not null
app.ledger_entries.case_id uuid not null
app.ledger_entries.debt_id uuid not null
app.ledger_entries.component text not null
app.ledger_entries.kind text not null
app.ledger_entries.minor bigint not null
app.ledger_entries.currency text not null
app.ledger_entries.effective_on date not null
app.ledger_entries.recorded_at timestamp with time zone not null default clock_timestamp()
app.ledger_entries.payment_id uuid
app.ledger_entries.reverses uuid
app.ledger_entries.basis text not null
app.ledger_entries.wish jsonb
app.ledger_entries.borne_by text not null default 'debtor'::text
app.ledger_entries.document_id uuid
app.ledger_entries.proved_minor bigint
app.ledger_entries.received_minor bigint
app.ledger_entries.received_currency text
app.legal_holds.id uuid not null
app.legal_holds.scope text not null
app.legal_holds.target uuid not null
app.legal_holds.reason text not null
app.legal_holds.owner uuid not null
app.legal_holds.from_on date not null
app.legal_holds.review_on date not null
app.legal_holds.lifted_on date
app.legal_holds.lifted_by uuid
app.limitation_facts.client_id uuid not null
app.limitation_facts.id uuid not null
app.limitation_facts.case_id uuid not null
app.limitation_facts.debt_id uuid
app.limitation_facts.act text not null
app.limitation_facts.from_on date not null
app.limitation_facts.received_on date
app.limitation_facts.to_on date
app.limitation_facts.grade smallint not null default 0
app.limitation_facts.document_id uuid
app.limitation_facts.about uuid
app.limitation_facts.note text not null default ''::text
app.limitation_facts.reverses uuid
app.limitation_facts.recorded_by uuid not null
app.limitation_facts.recorded_at timestamp with time zone not null default clock_timestamp()
app.mandates.client_id uuid not null
app.mandates.version integer not null
app.mandates.signed_on date not null
app.mandates.strategy text not null default ''::text
app.mandates.max_discount_principal_bp integer not null default 0
app.mandates.max_discount_interest_bp integer not null default 0
app.mandates.max_months integer not null default 6
app.mandates.min_instalment_minor bigint not null default 0
app.mandates.may_sue_without_asking boolean not null default false
app.mandates.waives_interest_when_paid boolean not null default false
app.mandates.approval_days integer not null default 10
app.mandates.recorded_at timestamp with time zone not null default clock_timestamp()
app.message_cases.client_id uuid not null
app.message_cases.message_id uuid not null
app.message_cases.case_id uuid not null
app.message_cases.step text not null
app.messages.client_id uuid not null
app.messages.id uuid not null
app.messages.account_id uuid not null
app.messages.channel text not null
app.messages.step text not null
app.messages.template text not null
app.messages.template_version integer not null
app.messages.language text not null
app.messages.to_name text not null
app.messages.to_address text not null
app.messages.contact_point_id uuid
app.messages.subject text not null default ''::text
app.messages.body_text text not null default ''::text
app.messages.body_html text not null default ''::text
app.messages.claim_minor bigint not null default 0
app.messages.state text not null
app.messages.grade integer not null default 0
app.messages.lease uuid
app.messages.lease_until timestamp with time zone
app.messages.reserved_on date not null
app.messages.sent_at timestamp with time zone
app.messages.sent_on date
app.messages.provider_reference text not null default ''::text
app.messages.provider_answer text not null default ''::text
app.negotiation_attempts.client_id uuid not null
app.negotiation_attempts.id uuid not null
app.negotiation_attempts.account_id uuid not null
app.negotiation_attempts.party_id uuid not null
app.negotiation_attempts.means text not null
app.negotiation_attempts.channel text not null
app.negotiation_attempts.requested_on date not null
app.negotiation_attempts.received_on date
app.negotiation_attempts.ended_on date
app.negotiation_attempts.grade integer not null default 0
app.negotiation_attempts.ended_how text not null default ''::text
app.negotiation_attempts.document_id uuid
app.operations.caller uuid not null
app.operations.key text not null
app.operations.route text not null
app.operations.body_sha256 bytea not null
app.operations.state text not null default 'running'::text
app.operations.lease_until timestamp with time zone not null
app.operations.status integer
app.operations.answer bytea
app.operations.created_at timestamp with time zone not null default clock_timestamp()
app.parties.client_id uuid not null
app.parties.id uuid not null
app.parties.account_id uuid not null
app.parties.person_id uuid
app.parties.role text not null
app.parties.kind text not null
app.parties.name text not null
app.parties.tax_id text not null
app.parties.country text not null
app.parties.language text not null
app.parties.street text not null default ''::text
app.parties.postal_code text not null default ''::text
app.parties.city text not null default ''::text
app.parties.region text not null default ''::text
app.parties.address_country text not null default ''::text
app.passkeys.id bytea not null
app.passkeys.user_id uuid not null
app.passkeys.name text not null
app.passkeys.record bytea not null
app.passkeys.created_at timestamp with time zone not null default clock_timestamp()
app.passkeys.used_at timestamp with time zone
app.payments.client_id uuid not null
app.payments.id uuid not null
app.payments.account_id uuid not null
app.payments.minor bigint not null
app.payments.currency text not null
app.payments.received_on date not null
app.payments.source text not null
app.payments.payer_reference text not null default ''::text
app.payments.external_ref text not null default ''::text
app.payments.unallocated_minor bigint not null default 0
app.payments.recorded_at timestamp with time zone not null default clock_timestamp()
app.payments.returned_on date
app.payments.return_reason text not null default ''::text
app.persons.id uuid not null
app.persons.country text not null
app.persons.tax_id text not null
app.persons.opted_out_on date
app.persons.deceased_on date
app.persons.insolvent_on date
app.portfolio_items.client_id uuid not null
app.portfolio_items.portfolio_id uuid not null
app.portfolio_items.n integer not null
app.portfolio_items.external_ref text not null
app.portfolio_items.status text not null
app.portfolio_items.case_id uuid
app.portfolio_items.reasons jsonb not null default '[]'::jsonb
app.portfolio_items.warnings jsonb not null default '[]'::jsonb
app.portfolio_items.input jsonb not null
app.portfolio_items.receipt jsonb
app.portfolios.client_id uuid not null
app.portfolios.id uuid not null
app.portfolios.reference text not null
app.portfolios.source text not null
app.portfolios.currency text not null
app.portfolios.items integer not null
app.portfolios.accepted integer not null
app.portfolios.rejected integer not null
app.portfolios.accepted_minor bigint not null
app.portfolios.received_at timestamp with time zone not null default clock_timestamp()
app.portfolios.received_on date not null
app.portfolios.submitted_by uuid not null
app.portfolios.receipts_root text
app.privacy_terms.jurisdiction text not null
app.privacy_terms.about text not null
app.privacy_terms.claim text not null default ''::text
app.privacy_terms.amount integer not null
app.privacy_terms.unit text not null
app.privacy_terms.source text not null
app.privacy_terms.set_by uuid not null
app.privacy_terms.set_on date not null
app.proceeding_acts.client_id uuid not null
app.proceeding_acts.id uuid not null
app.proceeding_acts.proceeding_id uuid not null
app.proceeding_acts.kind text not null
app.proceeding_acts.happened_on date not null
app.proceeding_acts.note text not null default ''::text
app.proceeding_acts.document_id uuid
app.proceeding_acts.recorded_at timestamp with time zone not null default clock_timestamp()
app.proceeding_acts.costs_awarded boolean
app.proceeding_cases.client_id uuid not null
app.proceeding_cases.proceeding_id uuid not null
app.proceeding_cases.case_id uuid not null
app.proceeding_parties.client_id uuid not null
app.proceeding_parties.proceeding_id uuid not null
app.proceeding_parties.party_id uuid not null
app.proceedings.client_id uuid not null
app.proceedings.id uuid not null
app.proceedings.account_id uuid not null
app.proceedings.jurisdiction text not null
app.proceedings.procedure text not null
app.proceedings.court text not null
app.proceedings.docket_number text not null default ''::text
app.proceedings.state text not null
app.proceedings.opened_on date not null
app.proceedings.filed_on date
app.proceedings.pack_version text not null default ''::text
app.proceedings.follows uuid
app.proceedings.title text not null default ''::text
app.proceedings.claim_minor bigint not null default 0
app.proceedings.fee_minor bigint not null default 0
app.proceedings.fee_line uuid
app.proceedings.region text not null default ''::text
app.proceedings.town text not null default ''::text
app.promises.client_id uuid not null
app.promises.id uuid not null
app.promises.case_id uuid not null
app.promises.minor bigint not null
app.promises.due_on date not null
app.promises.made_on date not null
app.promises.state text not null default 'open'::text
app.promises.judged_on date
app.recovery_codes.user_id uuid not null
app.recovery_codes.code_hash bytea not null
app.recovery_codes.used_at timestamp with time zone
app.sessions.token_hash bytea not null
app.sessions.kind text not null
app.sessions.user_id uuid
app.sessions.job text
app.sessions.client_id uuid
app.sessions.mfa_passed boolean not null default false
app.sessions.created_at timestamp with time zone not null default clock_timestamp()
app.sessions.seen_at timestamp with time zone not null default clock_timestamp()
app.sessions.expires_at timestamp with time zone not null
app.sessions.revoked_at timestamp with time zone
app.sessions.user_agent text not null default ''::text
app.sessions.id uuid not null default gen_random_uuid()
app.sessions.ends_at timestamp with time zone
app.sessions.proved_at timestamp with time zone
app.sessions.proved_by text not null default ''::text
app.sessions.address text not null default ''::text
app.sessions.link_id uuid
app.sessions.held_password text not null default ''::text
app.sign_in_links.id uuid not null
app.sign_in_links.user_id uuid not null
app.sign_in_links.purpose text not null
app.sign_in_links.token_hash bytea
app.sign_in_links.created_at timestamp with time zone not null default clock_timestamp()
app.sign_in_links.expires_at timestamp with time zone not null
app.sign_in_links.used_at timestamp with time zone
app.sign_in_links.revoked_at timestamp with time zone
app.tasks.client_id uuid not null
app.tasks.id uuid not null
app.tasks.case_id uuid not null
app.tasks.kind text not null
app.tasks.due_on date not null
app.tasks.role text not null
app.tasks.done_on date
app.teams.id integer not null
app.teams.name text not null
app.user_clients.user_id uuid not null
app.user_clients.client_id uuid not null
app.user_teams.user_id uuid not null
app.user_teams.team_id integer not null
app.users.id uuid not null
app.users.email text not null
app.users.name text not null
app.users.role text not null
app.users.language text not null default 'es'::text
app.users.bar_number text not null default ''::text
app.users.password_hash text not null
app.users.totp_secret text not null default ''::text
app.users.totp_last_step bigint not null default 0
app.users.created_at timestamp with time zone not null default clock_timestamp()
app.users.disabled_at timestamp with time zone
app.walls.client_id uuid not null
app.walls.id uuid not null
app.walls.user_id uuid not null
app.walls.account_id uuid
app.walls.case_id uuid
app.walls.reason text not null
app.walls.raised_by uuid not null
app.walls.raised_at timestamp with time zone not null default clock_timestamp()
app.walls.lifted_by uuid
app.walls.lifted_at timestamp with time zone
app.walls.lift_reason text not null default ''::text
ev.checkpoints.size bigint not null
ev.checkpoints.root bytea not null
ev.checkpoints.note text not null
ev.checkpoints.signed_at timestamp with time zone not null
ev.cosignatures.size bigint not null
ev.cosignatures.witness text not null
ev.cosignatures.line text not null
ev.cosignatures.at timestamp with time zone not null
ev.events.subject_kind text not null
ev.events.subject uuid not null
ev.events.seq integer not null
ev.events.client_id uuid
ev.events.type text not null
ev.events.at timestamp with time zone not null
ev.events.occ timestamp with time zone not null
ev.events.leaf bytea not null
ev.events.header bytea not null
ev.events.body bytea not null
ev.events.xid xid8 not null default pg_current_xact_id()
ev.hashes.id bigint not null
ev.hashes.hash bytea not null
ev.leaves.tree_index bigint not null
ev.leaves.subject_kind text not null
ev.leaves.subject uuid not null
ev.leaves.seq integer not null
ev.leaves.leaf bytea not null
ev.log.only_row boolean not null default true
ev.log.origin text not null
ev.openings.subject_kind text not null
ev.openings.subject uuid not null
ev.openings.seq integer not null
ev.openings.client_id uuid
ev.openings.class text not null
ev.openings.opening bytea not null
ev.stamps.size bigint not null
ev.stamps.tsa text not null
ev.stamps.token bytea not null
ev.stamps.gen_time timestamp with time zone not null
ev.stamps.at timestamp with time zone not null

-- constraints
app.access_log access_log_actor_known: CHECK ((actor_kind = ANY (ARRAY['person'::text, 'key'::text, 'job'::text, 'debtor'::text, 'nobody'::text])))
app.access_log access_log_outcome_known: CHECK ((outcome = ANY (ARRAY['allowed'::text, 'denied'::text, 'failed'::text])))
app.access_log access_log_pkey: PRIMARY KEY (batch, n)
app.access_log access_log_what_known: CHECK ((what = ANY (ARRAY['read'::text, 'list'::text, 'search'::text, 'download'::text, 'export'::text])))
app.accounts accounts_client_id_fkey: FOREIGN KEY (client_id) REFERENCES app.clients(id)
app.accounts accounts_one_per_debtor: UNIQUE (client_id, person_id)
app.accounts accounts_payment_reference_unique: UNIQUE (payment_reference)
app.accounts accounts_person_id_fkey: FOREIGN KEY (person_id) REFERENCES app.persons(id)
app.accounts accounts_pkey: PRIMARY KEY (client_id, id)
app.agreement_cases agreement_cases_of_agreement: FOREIGN KEY (client_id, agreement_id) REFERENCES app.agreements(client_id, id)
app.agreement_cases agreement_cases_of_case: FOREIGN KEY (client_id, case_id) REFERENCES app.cases(client_id, id)
app.agreement_cases agreement_cases_pkey: PRIMARY KEY (client_id, agreement_id, case_id)
app.agreements agreements_discount_adds_up: CHECK ((((((claim_minor - discount_principal_minor) - discount_interest_minor) - discount_cost_minor) = total_minor) AND (discount_principal_minor >= 0) AND (discount_interest_minor >= 0) AND (discount_cost_minor >= 0)))
app.agreements agreements_kind_known: CHECK ((kind = ANY (ARRAY['full_with_discount'::text, 'instalments'::text, 'extension'::text, 'interest_waiver'::text])))
app.agreements agreements_of_account: FOREIGN KEY (client_id, account_id) REFERENCES app.accounts(client_id, id)
app.agreements agreements_pkey: PRIMARY KEY (client_id, id)
app.agreements agreements_state_known: CHECK ((state = ANY (ARRAY['awaiting_client'::text, 'proposed'::text, 'active'::text, 'kept'::text, 'broken'::text, 'refused'::text, 'cancelled'::text])))
app.agreements agreements_total_positive: CHECK ((total_minor > 0))
app.api_key_secrets api_key_secrets_hash_is_sha256: CHECK ((octet_length(key_hash) = 32))
app.api_key_secrets api_key_secrets_hash_unique: UNIQUE (key_hash)
app.api_key_secrets api_key_secrets_live_a_year: CHECK ((ends_at <= (issued_at + '366 days'::interval)))
app.api_key_secrets api_key_secrets_of_a_key: FOREIGN KEY (client_id, api_key_id) REFERENCES app.api_keys(client_id, id)
app.api_key_secrets api_key_secrets_pkey: PRIMARY KEY (api_key_id, issued_at)
app.api_keys api_keys_client_id_fkey: FOREIGN KEY (client_id) REFERENCES app.clients(id)
app.api_keys api_keys_created_by_fkey: FOREIGN KEY (created_by) REFERENCES app.users(id)
app.api_keys api_keys_have_scopes: CHECK ((cardinality(scopes) > 0))
app.api_keys api_keys_of_a_client: UNIQUE (client_id, id)
app.api_keys api_keys_pkey: PRIMARY KEY (id)
app.approvals approvals_kind_known: CHECK ((kind = ANY (ARRAY['agreement'::text, 'suit'::text])))
app.approvals approvals_of_case: FOREIGN KEY (client_id, case_id) REFERENCES app.cases(client_id, id)
app.approvals approvals_pkey: PRIMARY KEY (client_id, id)
app.approvals approvals_state_known: CHECK ((state = ANY (ARRAY['open'::text, 'granted'::text, 'refused'::text, 'expired'::text])))
app.attempts attempts_pkey: PRIMARY KEY (name_hash)
app.blocked_cases blocked_cases_destroyed_by_another: CHECK ((((state = 'destroyed'::text) = ((destroyed_by IS NOT NULL) AND (destroyed_on IS NOT NULL))) AND (destroyed_by <> proposed_by)))
app.blocked_cases blocked_cases_of_case: FOREIGN KEY (client_id, case_id) REFERENCES app.cases(client_id, id)
app.blocked_cases blocked_cases_pkey: PRIMARY KEY (client_id, case_id)
app.blocked_cases blocked_cases_proposed_by_somebody: CHECK (((state = 'blocked'::text) = (proposed_by IS NULL)))
app.blocked_cases blocked_cases_retained: CHECK (((proposed_on >= retained_until) AND (destroyed_on >= retained_until)))
app.blocked_cases blocked_cases_state_known: CHECK ((state = ANY (ARRAY['blocked'::text, 'proposed'::text, 'destroyed'::text])))
app.case_externals case_externals_of_case: FOREIGN KEY (client_id, case_id) REFERENCES app.cases(client_id, id)
app.case_externals case_externals_pkey: PRIMARY KEY (client_id, id)
app.case_externals case_externals_user_id_fkey: FOREIGN KEY (user_id) REFERENCES app.users(id)
app.case_steps case_steps_pkey: PRIMARY KEY (from_stage, event, to_stage)
app.cases cases_closed_plans_nothing: CHECK (((stage <> 'closed'::text) OR ((next_step IS NULL) AND (next_on IS NULL) AND (NOT plan_due))))
app.cases cases_lawyer_id_fkey: FOREIGN KEY (lawyer_id) REFERENCES app.users(id)
app.cases cases_number_unique: UNIQUE (number)
app.cases cases_of_account: FOREIGN KEY (client_id, account_id) REFERENCES app.accounts(client_id, id)
app.cases cases_outcome_known: CHECK ((outcome = ANY (ARRAY['paid'::text, 'settled'::text, 'recalled'::text, 'uncollectible'::text, 'time_barred'::text, 'declined'::text])))
app.cases cases_outcome_only_when_closed: CHECK ((((stage = 'closed'::text) = (outcome IS NOT NULL)) AND ((stage = 'closed'::text) = (closed_on IS NOT NULL))))
app.cases cases_paralegal_id_fkey: FOREIGN KEY (paralegal_id) REFERENCES app.users(id)
app.cases cases_pkey: PRIMARY KEY (client_id, id)
app.cases cases_stage_known: CHECK ((stage = ANY (ARRAY['intake'::text, 'amicable'::text, 'formal_demand'::text, 'pre_litigation'::text, 'judicial'::text, 'enforcement'::text, 'closed'::text])))
app.cases cases_step_legal: FOREIGN KEY (stage_from, stage_event, stage) REFERENCES app.case_steps(from_stage, event, to_stage)
app.cases cases_team_id_fkey: FOREIGN KEY (team_id) REFERENCES app.teams(id)
app.ceremonies ceremonies_kind_known: CHECK ((kind = ANY (ARRAY['signin'::text, 'add'::text, 'sso'::text])))
app.ceremonies ceremonies_pkey: PRIMARY KEY (token_hash)
app.clients clients_language_known: CHECK ((language = ANY (ARRAY['es'::text, 'en'::text])))
app.clients clients_pkey: PRIMARY KEY (id)
app.clients clients_tax_id_unique: UNIQUE (country, tax_id)
app.clients clients_team_id_fkey: FOREIGN KEY (team_id) REFERENCES app.teams(id)
app.contact_log contact_log_person_id_fkey: FOREIGN KEY (person_id) REFERENCES app.persons(id)
app.contact_log contact_log_pkey: PRIMARY KEY (person_id, id)
app.contact_points contact_points_kind_known: CHECK ((kind = ANY (ARRAY['email'::text, 'phone'::text])))
app.contact_points contact_points_of_party: FOREIGN KEY (client_id, party_id) REFERENCES app.parties(client_id, id)
app.contact_points contact_points_once: UNIQUE (client_id, party_id, kind, value)
app.contact_points contact_points_pkey: PRIMARY KEY (client_id, id)
app.contact_points contact_points_status_known: CHECK ((status = ANY (ARRAY['unverified'::text, 'verified'::text, 'bad'::text, 'barred'::text])))
app.data_requests data_requests_answered_somehow: CHECK (((state = ANY (ARRAY['answered'::text, 'refused'::text])) = ((answered_on IS NOT NULL) AND (outcome <> ''::text))))
app.data_requests data_requests_due_after_receipt: CHECK ((due_on >= received_on))
app.data_requests data_requests_kind_known: CHECK ((kind = ANY (ARRAY['access'::text, 'rectification'::text, 'erasure'::text, 'objection'::text, 'restriction'::text, 'portability'::text])))
app.data_requests data_requests_pkey: PRIMARY KEY (id)
app.data_requests data_requests_state_known: CHECK ((state = ANY (ARRAY['received'::text, 'verified'::text, 'answered'::text, 'refused'::text])))
app.data_requests data_requests_verified_somehow: CHECK (((state = ANY (ARRAY['received'::text, 'refused'::text])) OR (verified_how <> ''::text)))
app.deadlines deadlines_of_case: FOREIGN KEY (client_id, case_id) REFERENCES app.cases(client_id, id)
app.deadlines deadlines_pkey: PRIMARY KEY (client_id, id)
app.deadlines deadlines_whose_known: CHECK ((whose = ANY (ARRAY['ours'::text, 'theirs'::text])))
app.debts debts_agreed_rate_sane: CHECK (((agreed_rate_pct >= (0)::numeric) AND (agreed_rate_pct <= (1000)::numeric)))
app.debts debts_due_after_issue: CHECK ((due_on >= issued_on))
app.debts debts_external_ref_unique: UNIQUE (client_id, external_ref)
app.debts debts_kind_known: CHECK ((kind = ANY (ARRAY['invoice'::text, 'instalment'::text, 'cheque'::text, 'note'::text, 'other'::text])))
app.debts debts_number_unique: UNIQUE (client_id, account_id, kind, number)
app.debts debts_of_case: FOREIGN KEY (client_id, case_id) REFERENCES app.cases(client_id, id)
app.debts debts_ordinary_interest_sane: CHECK ((ordinary_interest_minor >= 0))
app.debts debts_pkey: PRIMARY KEY (client_id, id)
app.debts debts_principal_positive: CHECK ((principal_minor > 0))
app.debts debts_regime_known: CHECK ((regime = ANY (ARRAY['statutory_commercial'::text, 'legal'::text, 'agreed'::text, 'judgment'::text, 'bill'::text, 'none'::text])))
app.delegations delegations_absent_id_fkey: FOREIGN KEY (absent_id) REFERENCES app.users(id)
app.delegations delegations_delegate_id_fkey: FOREIGN KEY (delegate_id) REFERENCES app.users(id)
app.delegations delegations_end: CHECK (((until_at > from_at) AND (until_at <= (from_at + '1 year'::interval))))
app.delegations delegations_pkey: PRIMARY KEY (id)
app.delegations delegations_to_another: CHECK ((absent_id <> delegate_id))
app.demand_cases demand_cases_of_case: FOREIGN KEY (client_id, case_id) REFERENCES app.cases(client_id, id)
app.demand_cases demand_cases_of_demand: FOREIGN KEY (client_id, demand_id) REFERENCES app.demands(client_id, id)
app.demand_cases demand_cases_pkey: PRIMARY KEY (client_id, demand_id, case_id)
app.demands demands_delivery_document: FOREIGN KEY (client_id, delivery_document_id) REFERENCES app.documents(client_id, id)
app.demands demands_delivery_has_proof: CHECK (((state <> 'delivered'::text) OR ((delivery_document_id IS NOT NULL) AND (delivered_on IS NOT NULL))))
app.demands demands_document: FOREIGN KEY (client_id, document_id) REFERENCES app.documents(client_id, id)
app.demands demands_drafter_never_approves: CHECK (((approved_by <> drafted_by) AND (signed_by <> drafted_by)))
app.demands demands_issued_has_bytes: CHECK (((state <> ALL (ARRAY['issued'::text, 'dispatched'::text, 'delivered'::text, 'refused'::text, 'returned'::text])) OR (document_id IS NOT NULL)))
app.demands demands_of_account: FOREIGN KEY (client_id, account_id) REFERENCES app.accounts(client_id, id)
app.demands demands_pkey: PRIMARY KEY (client_id, id)
app.demands demands_state_known: CHECK ((state = ANY (ARRAY['draft'::text, 'in_review'::text, 'approved'::text, 'issued'::text, 'dispatched'::text, 'delivered'::text, 'refused'::text, 'returned'::text, 'cancelled'::text])))
app.destruction_columns destruction_columns_pkey: PRIMARY KEY (table_name, column_name)
app.disclosures disclosures_granted_by_another: CHECK ((granted_by <> asked_by))
app.disclosures disclosures_granted_for_a_time: CHECK (((granted_by IS NULL) = (until_at IS NULL)))
app.disclosures disclosures_of_blocked: FOREIGN KEY (client_id, case_id) REFERENCES app.blocked_cases(client_id, case_id)
app.disclosures disclosures_pkey: PRIMARY KEY (id)
app.disclosures disclosures_reason_given: CHECK ((reason <> ''::text))
app.disclosures disclosures_recipient_known: CHECK ((recipient = ANY (ARRAY['judge'::text, 'prosecutor'::text, 'authority'::text])))
app.disputes disputes_amount_positive: CHECK ((contested_minor > 0))
app.disputes disputes_of_case: FOREIGN KEY (client_id, case_id) REFERENCES app.cases(client_id, id)
app.disputes disputes_pkey: PRIMARY KEY (client_id, id)
app.disputes disputes_state_known: CHECK ((state = ANY (ARRAY['open'::text, 'upheld'::text, 'rejected'::text, 'withdrawn'::text])))
app.documents documents_class_known: CHECK ((class = ANY (ARRAY['open'::text, 'confidential_negotiation'::text, 'lawyer_to_lawyer'::text, 'internal'::text, 'special_category'::text])))
app.documents documents_kind_known: CHECK ((kind = ANY (ARRAY['invoice'::text, 'contract'::text, 'delivery_note'::text, 'demand'::text, 'dispatch_proof'::text, 'delivery_proof'::text, 'agreement'::text, 'filing'::text, 'filing_pack'::text, 'filing_receipt'::text, 'court'::text, 'statement'::text, 'other'::text])))
app.documents documents_of_account: FOREIGN KEY (client_id, account_id) REFERENCES app.accounts(client_id, id)
app.documents documents_of_case: FOREIGN KEY (client_id, case_id) REFERENCES app.cases(client_id, id)
app.documents documents_pkey: PRIMARY KEY (client_id, id)
app.documents documents_sha256_length: CHECK ((octet_length(sha256) = 32))
app.doomed_files doomed_files_pkey: PRIMARY KEY (sha256)
app.emergencies emergencies_of_case: FOREIGN KEY (client_id, case_id) REFERENCES app.cases(client_id, id)
app.emergencies emergencies_pkey: PRIMARY KEY (client_id, id)
app.emergencies emergencies_reason_said: CHECK ((length(btrim(reason)) >= 10))
app.emergencies emergencies_short: CHECK (((until_at > opened_at) AND (until_at <= (opened_at + '24:00:00'::interval))))
app.emergencies emergencies_user_id_fkey: FOREIGN KEY (user_id) REFERENCES app.users(id)
app.filings filings_document: FOREIGN KEY (client_id, document_id) REFERENCES app.documents(client_id, id)
app.filings filings_drafter_never_approves: CHECK (((approved_by <> drafted_by) AND (signed_by <> drafted_by)))
app.filings filings_of_proceeding: FOREIGN KEY (client_id, proceeding_id) REFERENCES app.proceedings(client_id, id)
app.filings filings_pkey: PRIMARY KEY (client_id, id)
app.filings filings_signed_has_bytes: CHECK (((state <> ALL (ARRAY['signed'::text, 'filed'::text, 'admitted'::text])) OR (document_id IS NOT NULL)))
app.filings filings_state_known: CHECK ((state = ANY (ARRAY['draft'::text, 'in_review'::text, 'approved'::text, 'signed'::text, 'filed'::text, 'admitted'::text, 'returned'::text, 'cancelled'::text])))
app.firm firm_demand_term_positive: CHECK (((demand_term_days >= 1) AND (demand_term_days <= 90)))
app.firm firm_is_one_row: CHECK (only_row)
app.firm firm_pkey: PRIMARY KEY (only_row)
app.holds holds_of_case: FOREIGN KEY (client_id, case_id) REFERENCES app.cases(client_id, id)
app.holds holds_pkey: PRIMARY KEY (client_id, id)
app.holds holds_scope_known: CHECK ((scope = ANY (ARRAY['all'::text, 'contact'::text, 'judicial'::text])))
app.instalments instalments_of_agreement: FOREIGN KEY (client_id, agreement_id) REFERENCES app.agreements(client_id, id)
app.instalments instalments_paid_sane: CHECK (((paid_minor >= 0) AND (paid_minor <= minor)))
app.instalments instalments_pkey: PRIMARY KEY (client_id, agreement_id, n)
app.instalments instalments_positive: CHECK ((minor > 0))
app.interest_terms interest_terms_pkey: PRIMARY KEY (client_id, id)
app.interest_terms terms_agreed_rate_sane: CHECK (((agreed_rate_pct >= (0)::numeric) AND (agreed_rate_pct <= (1000)::numeric)))
app.interest_terms terms_kind_known: CHECK ((kind = ANY (ARRAY['start'::text, 'judgment'::text, 'agreement'::text, 'correction'::text])))
app.interest_terms terms_of_case: FOREIGN KEY (client_id, case_id) REFERENCES app.cases(client_id, id)
app.interest_terms terms_of_debt: FOREIGN KEY (client_id, debt_id) REFERENCES app.debts(client_id, id)
app.interest_terms terms_rate_when_agreed: CHECK (((regime = 'agreed'::text) = (agreed_rate_pct IS NOT NULL)))
app.interest_terms terms_regime_known: CHECK ((regime = ANY (ARRAY['statutory_commercial'::text, 'legal'::text, 'agreed'::text, 'judgment'::text, 'bill'::text, 'none'::text])))
app.interest_terms terms_reverse_terms: FOREIGN KEY (client_id, reverses) REFERENCES app.interest_terms(client_id, id)
app.law_changes law_changes_decided: CHECK ((((state = 'proposed'::text) = (decided_at IS NULL)) AND ((state = 'approved'::text) = (seq IS NOT NULL))))
app.law_changes law_changes_jurisdiction_form: CHECK ((jurisdiction ~ '^[A-Z]{2}$'::text))
app.law_changes law_changes_kind_known: CHECK ((kind = ANY (ARRAY['rate'::text, 'factor'::text, 'unit_value'::text, 'holiday'::text, 'holiday_removed'::text, 'confirm'::text, 'tick'::text, 'setting'::text])))
app.law_changes law_changes_payload_rows: CHECK (((jsonb_typeof(payload) = 'array'::text) AND (jsonb_array_length(payload) > 0)))
app.law_changes law_changes_pkey: PRIMARY KEY (id)
app.law_changes law_changes_second_person: CHECK (((state <> 'approved'::text) OR (kind = ANY (ARRAY['tick'::text, 'confirm'::text])) OR ((proposed_by IS NOT NULL) AND (decided_by IS NOT NULL) AND (decided_by <> proposed_by))))
app.law_changes law_changes_seq_unique: UNIQUE (seq)
app.law_changes law_changes_source_named: CHECK (((kind = ANY (ARRAY['tick'::text, 'confirm'::text])) OR ((source <> ''::text) AND (confidence = ANY (ARRAY['read_law'::text, 'read_secondary'::text, 'computed'::text, 'house_rule'::text])))))
app.law_changes law_changes_state_known: CHECK ((state = ANY (ARRAY['proposed'::text, 'approved'::text, 'rejected'::text, 'withdrawn'::text])))
app.law_changes law_changes_vouched_at_once: CHECK (((kind <> ALL (ARRAY['tick'::text, 'confirm'::text])) OR ((state = 'approved'::text) AND (NOT (decided_by IS DISTINCT FROM proposed_by)))))
app.ledger_entries ledger_bearer_known: CHECK ((borne_by = ANY (ARRAY['debtor'::text, 'client'::text, 'firm'::text, 'undecided'::text])))
app.ledger_entries ledger_component_known: CHECK ((component = ANY (ARRAY['principal'::text, 'ordinary_interest'::text, 'interest'::text, 'cost'::text, 'compensation'::text, 'court_fee'::text, 'fee'::text])))
app.ledger_entries ledger_entries_pkey: PRIMARY KEY (client_id, id)
app.ledger_entries ledger_fee_is_the_clients: CHECK (((component <> 'fee'::text) OR (borne_by = 'client'::text)))
app.ledger_entries ledger_kind_known: CHECK ((kind = ANY (ARRAY['charge'::text, 'payment'::text, 'waiver'::text, 'write_off'::text, 'reversal'::text])))
app.ledger_entries ledger_not_zero: CHECK ((minor <> 0))
app.ledger_entries ledger_of_case: FOREIGN KEY (client_id, case_id) REFERENCES app.cases(client_id, id)
app.ledger_entries ledger_of_debt: FOREIGN KEY (client_id, debt_id) REFERENCES app.debts(client_id, id)
app.ledger_entries ledger_of_document: FOREIGN KEY (client_id, document_id) REFERENCES app.documents(client_id, id)
app.ledger_entries ledger_of_payment: FOREIGN KEY (client_id, payment_id) REFERENCES app.payments(client_id, id)
app.ledger_entries ledger_only_costs_are_advanced: CHECK (((borne_by = 'debtor'::text) OR ((component = ANY (ARRAY['cost'::text, 'court_fee'::text, 'fee'::text])) AND (kind = ANY (ARRAY['charge'::text, 'reversal'::text])))))
app.ledger_entries ledger_payment_names_payment: CHECK (((kind = 'payment'::text) <= (payment_id IS NOT NULL)))
app.ledger_entries ledger_proof_has_document: CHECK (((proved_minor IS NULL) OR ((document_id IS NOT NULL) AND (proved_minor > 0))))
app.ledger_entries ledger_received_in_a_currency: CHECK ((((received_minor IS NULL) = (received_currency IS NULL)) AND ((received_minor IS NULL) OR (payment_id IS NOT NULL))))
app.ledger_entries ledger_reversal_names_entry: CHECK (((kind = 'reversal'::text) = (reverses IS NOT NULL)))
app.ledger_entries ledger_reverses_entry: FOREIGN KEY (client_id, reverses) REFERENCES app.ledger_entries(client_id, id)
app.ledger_entries ledger_signs: CHECK (((kind = 'reversal'::text) OR ((kind = 'charge'::text) = (minor > 0))))
app.ledger_entries ledger_wish_only_of_payments: CHECK (((wish IS NULL) OR (payment_id IS NOT NULL)))
app.legal_holds legal_holds_lifted_by_somebody: CHECK (((lifted_on IS NULL) = (lifted_by IS NULL)))
app.legal_holds legal_holds_owner_fkey: FOREIGN KEY (owner) REFERENCES app.users(id)
app.legal_holds legal_holds_pkey: PRIMARY KEY (id)
app.legal_holds legal_holds_reason_given: CHECK ((reason <> ''::text))
app.legal_holds legal_holds_review_later: CHECK ((review_on > from_on))
app.legal_holds legal_holds_scope_known: CHECK ((scope = ANY (ARRAY['case'::text, 'account'::text, 'person'::text, 'client'::text])))
app.limitation_facts limitation_facts_act_known: CHECK ((act = ANY (ARRAY['letter'::text, 'notarial'::text, 'acknowledgement'::text, 'payment'::text, 'suit'::text, 'suit_dismissed'::text, 'negotiation'::text, 'conciliation'::text, 'suspension'::text])))
app.limitation_facts limitation_facts_days_in_order: CHECK (((received_on >= from_on) AND (to_on >= from_on)))
app.limitation_facts limitation_facts_grade_known: CHECK (((grade >= 0) AND (grade <= 5)))
app.limitation_facts limitation_facts_of_case: FOREIGN KEY (client_id, case_id) REFERENCES app.cases(client_id, id)
app.limitation_facts limitation_facts_pkey: PRIMARY KEY (client_id, id)
app.limitation_facts limitation_facts_reversed: FOREIGN KEY (client_id, reverses) REFERENCES app.limitation_facts(client_id, id)
app.mandates mandates_approval_days_sane: CHECK (((approval_days >= 1) AND (approval_days <= 60)))
app.mandates mandates_client_id_fkey: FOREIGN KEY (client_id) REFERENCES app.clients(id)
app.mandates mandates_interest_discount_sane: CHECK (((max_discount_interest_bp >= 0) AND (max_discount_interest_bp <= 10000)))
app.mandates mandates_months_sane: CHECK (((max_months >= 0) AND (max_months <= 60)))
app.mandates mandates_pkey: PRIMARY KEY (client_id, version)
app.mandates mandates_principal_discount_sane: CHECK (((max_discount_principal_bp >= 0) AND (max_discount_principal_bp <= 10000)))
app.message_cases message_cases_of_case: FOREIGN KEY (client_id, case_id) REFERENCES app.cases(client_id, id)
app.message_cases message_cases_of_message: FOREIGN KEY (client_id, message_id) REFERENCES app.messages(client_id, id)
app.message_cases message_cases_pkey: PRIMARY KEY (client_id, message_id, case_id)
app.message_cases message_once_per_step: UNIQUE (client_id, case_id, step)
app.messages messages_channel_known: CHECK ((channel = ANY (ARRAY['email'::text, 'sms'::text, 'letter'::text, 'certified'::text, 'call'::text])))
app.messages messages_grade_known: CHECK (((grade >= 0) AND (grade <= 5)))
app.messages messages_of_account: FOREIGN KEY (client_id, account_id) REFERENCES app.accounts(client_id, id)
app.messages messages_pkey: PRIMARY KEY (client_id, id)
app.messages messages_state_known: CHECK ((state = ANY (ARRAY['reserved'::text, 'sending'::text, 'sent'::text, 'failed'::text, 'bounced'::text, 'ambiguous'::text, 'withdrawn'::text])))
app.negotiation_attempts negotiation_attempts_pkey: PRIMARY KEY (client_id, id)
app.negotiation_attempts negotiation_document: FOREIGN KEY (client_id, document_id) REFERENCES app.documents(client_id, id)
app.negotiation_attempts negotiation_end_known: CHECK ((ended_how = ANY (ARRAY[''::text, 'refused'::text, 'no_agreement'::text, 'not_attended'::text])))
app.negotiation_attempts negotiation_ended: CHECK (((ended_on IS NULL) = (ended_how = ''::text)))
app.negotiation_attempts negotiation_grade_known: CHECK (((grade >= 0) AND (grade <= 5)))
app.negotiation_attempts negotiation_graded: CHECK (((received_on IS NULL) = (grade = 0)))
app.negotiation_attempts negotiation_in_order: CHECK (((received_on >= requested_on) AND (ended_on >= requested_on)))
app.negotiation_attempts negotiation_means_known: CHECK ((means = ANY (ARRAY['negotiation'::text, 'mediation'::text, 'conciliation'::text, 'binding_offer'::text, 'expert'::text, 'collaborative'::text])))
app.negotiation_attempts negotiation_of_account: FOREIGN KEY (client_id, account_id) REFERENCES app.accounts(client_id, id)
app.negotiation_attempts negotiation_of_party: FOREIGN KEY (client_id, party_id) REFERENCES app.parties(client_id, id)
app.negotiation_attempts negotiation_once: UNIQUE (client_id, party_id, means, requested_on)
app.operations operations_done_has_answer: CHECK (((state = 'done'::text) = (status IS NOT NULL)))
app.operations operations_key_short: CHECK (((length(key) >= 1) AND (length(key) <= 255)))
app.operations operations_pkey: PRIMARY KEY (caller, key)
app.operations operations_state_known: CHECK ((state = ANY (ARRAY['running'::text, 'done'::text])))
app.parties parties_kind_known: CHECK ((kind = ANY (ARRAY['company'::text, 'person'::text])))
app.parties parties_of_account: FOREIGN KEY (client_id, account_id) REFERENCES app.accounts(client_id, id)
app.parties parties_person_id_fkey: FOREIGN KEY (person_id) REFERENCES app.persons(id)
app.parties parties_pkey: PRIMARY KEY (client_id, id)
app.parties parties_role_known: CHECK ((role = ANY (ARRAY['principal'::text, 'guarantor'::text, 'heir'::text, 'lawyer'::text, 'procurador'::text])))
app.passkeys passkeys_id_short: CHECK ((octet_length(id) <= 1023))
app.passkeys passkeys_name_short: CHECK ((length(name) <= 100))
app.passkeys passkeys_pkey: PRIMARY KEY (id)
app.passkeys passkeys_user_id_fkey: FOREIGN KEY (user_id) REFERENCES app.users(id)
app.payments payments_of_account: FOREIGN KEY (client_id, account_id) REFERENCES app.accounts(client_id, id)
app.payments payments_pkey: PRIMARY KEY (client_id, id)
app.payments payments_positive: CHECK ((minor > 0))
app.payments payments_source_known: CHECK ((source = ANY (ARRAY['bank'::text, 'direct'::text, 'card'::text])))
app.payments payments_unallocated_sane: CHECK (((unallocated_minor >= 0) AND (unallocated_minor <= minor)))
app.persons persons_pkey: PRIMARY KEY (id)
app.persons persons_tax_id_unique: UNIQUE (country, tax_id)
app.portfolio_items portfolio_items_of_case: FOREIGN KEY (client_id, case_id) REFERENCES app.cases(client_id, id)
app.portfolio_items portfolio_items_of_portfolio: FOREIGN KEY (client_id, portfolio_id) REFERENCES app.portfolios(client_id, id)
app.portfolio_items portfolio_items_pkey: PRIMARY KEY (client_id, portfolio_id, n)
app.portfolio_items portfolio_items_receipt_of_a_case: CHECK (((receipt IS NULL) OR (case_id IS NOT NULL)))
app.portfolio_items portfolio_items_status_known: CHECK ((status = ANY (ARRAY['accepted'::text, 'watched'::text, 'under_review'::text, 'rejected'::text])))
app.portfolios portfolios_client_id_fkey: FOREIGN KEY (client_id) REFERENCES app.clients(id)
app.portfolios portfolios_pkey: PRIMARY KEY (client_id, id)
app.portfolios portfolios_reference_unique: UNIQUE (client_id, reference)
app.portfolios portfolios_source_known: CHECK ((source = ANY (ARRAY['api'::text, 'file'::text, 'page'::text])))
app.privacy_terms privacy_terms_about_known: CHECK ((about = ANY (ARRAY['answer'::text, 'block'::text, 'destroy'::text])))
app.privacy_terms privacy_terms_amount_positive: CHECK ((amount > 0))
app.privacy_terms privacy_terms_pkey: PRIMARY KEY (jurisdiction, about, claim)
app.privacy_terms privacy_terms_source_given: CHECK ((source <> ''::text))
app.privacy_terms privacy_terms_unit_known: CHECK ((unit = ANY (ARRAY['days'::text, 'months'::text, 'years'::text])))
app.proceeding_acts proceeding_acts_of_proceeding: FOREIGN KEY (client_id, proceeding_id) REFERENCES app.proceedings(client_id, id)
app.proceeding_acts proceeding_acts_pkey: PRIMARY KEY (client_id, id)
app.proceeding_cases proceeding_cases_of_case: FOREIGN KEY (client_id, case_id) REFERENCES app.cases(client_id, id)
app.proceeding_cases proceeding_cases_of_proceeding: FOREIGN KEY (client_id, proceeding_id) REFERENCES app.proceedings(client_id, id)
app.proceeding_cases proceeding_cases_pkey: PRIMARY KEY (client_id, proceeding_id, case_id)
app.proceeding_parties proceeding_parties_of_party: FOREIGN KEY (client_id, party_id) REFERENCES app.parties(client_id, id)
app.proceeding_parties proceeding_parties_of_proceeding: FOREIGN KEY (client_id, proceeding_id) REFERENCES app.proceedings(client_id, id)
app.proceeding_parties proceeding_parties_pkey: PRIMARY KEY (client_id, proceeding_id, party_id)
app.proceedings proceedings_fee_not_negative: CHECK ((fee_minor >= 0))
app.proceedings proceedings_follows: FOREIGN KEY (client_id, follows) REFERENCES app.proceedings(client_id, id)
app.proceedings proceedings_follows_another: CHECK ((follows <> id))
app.proceedings proceedings_of_account: FOREIGN KEY (client_id, account_id) REFERENCES app.accounts(client_id, id)
app.proceedings proceedings_pkey: PRIMARY KEY (client_id, id)
app.proceedings proceedings_state_known: CHECK ((state = ANY (ARRAY['preparing'::text, 'filed'::text, 'admitted'::text, 'served'::text, 'opposed'::text, 'decided'::text, 'ended'::text])))
app.promises promises_amount_positive: CHECK ((minor > 0))
app.promises promises_of_case: FOREIGN KEY (client_id, case_id) REFERENCES app.cases(client_id, id)
app.promises promises_pkey: PRIMARY KEY (client_id, id)
app.promises promises_state_known: CHECK ((state = ANY (ARRAY['open'::text, 'kept'::text, 'partly_kept'::text, 'broken'::text, 'cancelled'::text])))
app.recovery_codes recovery_codes_pkey: PRIMARY KEY (user_id, code_hash)
app.recovery_codes recovery_codes_user_id_fkey: FOREIGN KEY (user_id) REFERENCES app.users(id)
app.sessions sessions_client_id_fkey: FOREIGN KEY (client_id) REFERENCES app.clients(id)
app.sessions sessions_hash_is_sha256: CHECK ((octet_length(token_hash) = 32))
app.sessions sessions_id_unique: UNIQUE (id)
app.sessions sessions_kind_known: CHECK ((kind = ANY (ARRAY['person'::text, 'job'::text])))
app.sessions sessions_of_a_link: FOREIGN KEY (link_id) REFERENCES app.sign_in_links(id)
app.sessions sessions_of_a_person_or_a_job: CHECK ((((kind = 'person'::text) = (user_id IS NOT NULL)) AND ((kind = 'job'::text) = (job IS NOT NULL))))
app.sessions sessions_pkey: PRIMARY KEY (token_hash)
app.sessions sessions_proved_by_known: CHECK ((proved_by = ANY (ARRAY[''::text, 'totp'::text, 'passkey'::text, 'recovery'::text, 'sso'::text])))
app.sessions sessions_user_id_fkey: FOREIGN KEY (user_id) REFERENCES app.users(id)
app.sign_in_links sign_in_links_pkey: PRIMARY KEY (id)
app.sign_in_links sign_in_links_purpose_known: CHECK ((purpose = ANY (ARRAY['invitation'::text, 'reset'::text])))
app.sign_in_links sign_in_links_token_unique: UNIQUE (token_hash)
app.sign_in_links sign_in_links_user_id_fkey: FOREIGN KEY (user_id) REFERENCES app.users(id)
app.tasks tasks_of_case: FOREIGN KEY (client_id, case_id) REFERENCES app.cases(client_id, id)
app.tasks tasks_pkey: PRIMARY KEY (client_id, id)
app.teams teams_name_unique: UNIQUE (name)
app.teams teams_pkey: PRIMARY KEY (id)
app.user_clients user_clients_client_id_fkey: FOREIGN KEY (client_id) REFERENCES app.clients(id)
app.user_clients user_clients_pkey: PRIMARY KEY (user_id, client_id)
app.user_clients user_clients_user_id_fkey: FOREIGN KEY (user_id) REFERENCES app.users(id)
app.user_teams user_teams_pkey: PRIMARY KEY (user_id, team_id)
app.user_teams user_teams_team_id_fkey: FOREIGN KEY (team_id) REFERENCES app.teams(id)
app.user_teams user_teams_user_id_fkey: FOREIGN KEY (user_id) REFERENCES app.users(id)
app.users users_email_unique: UNIQUE (email)
app.users users_language_known: CHECK ((language = ANY (ARRAY['es'::text, 'en'::text])))
app.users users_pkey: PRIMARY KEY (id)
app.users users_role_known: CHECK ((role = ANY (ARRAY['admin'::text, 'lawyer'::text, 'paralegal'::text, 'supervisor'::text, 'finance'::text, 'dpo'::text, 'client_admin'::text, 'client_viewer'::text, 'external'::text])))
app.walls walls_before_account: FOREIGN KEY (client_id, account_id) REFERENCES app.accounts(client_id, id)
app.walls walls_before_case: FOREIGN KEY (client_id, case_id) REFERENCES app.cases(client_id, id)
app.walls walls_before_one_thing: CHECK (((account_id IS NULL) OR (case_id IS NULL)))
app.walls walls_client_id_fkey: FOREIGN KEY (client_id) REFERENCES app.clients(id)
app.walls walls_lifted_by_somebody: CHECK ((((lifted_at IS NULL) = (lifted_by IS NULL)) AND ((lifted_at IS NULL) OR (btrim(lift_reason) <> ''::text))))
app.walls walls_pkey: PRIMARY KEY (client_id, id)
app.walls walls_reason_said: CHECK ((btrim(reason) <> ''::text))
app.walls walls_user_id_fkey: FOREIGN KEY (user_id) REFERENCES app.users(id)
ev.checkpoints checkpoints_pkey: PRIMARY KEY (size)
ev.checkpoints checkpoints_root_is_sha256: CHECK ((octet_length(root) = 32))
ev.checkpoints checkpoints_size_positive: CHECK ((size > 0))
ev.cosignatures cosignatures_of_a_checkpoint: FOREIGN KEY (size) REFERENCES ev.checkpoints(size)
ev.cosignatures cosignatures_pkey: PRIMARY KEY (size, witness)
ev.events events_header_short: CHECK ((octet_length(header) <= 65536))
ev.events events_leaf_is_sha256: CHECK ((octet_length(leaf) = 32))
ev.events events_leaf_unique: UNIQUE (leaf)
ev.events events_pkey: PRIMARY KEY (subject_kind, subject, seq)
ev.events events_seq_positive: CHECK ((seq > 0))
ev.events events_subject_kind_known: CHECK ((subject_kind = ANY (ARRAY['case'::text, 'portfolio'::text, 'client'::text, 'firm'::text, 'access'::text])))
ev.hashes hashes_hash_is_sha256: CHECK ((octet_length(hash) = 32))
ev.hashes hashes_id_not_negative: CHECK ((id >= 0))
ev.hashes hashes_pkey: PRIMARY KEY (id)
ev.leaves leaves_event_once: UNIQUE (subject_kind, subject, seq)
ev.leaves leaves_index_not_negative: CHECK ((tree_index >= 0))
ev.leaves leaves_leaf_is_sha256: CHECK ((octet_length(leaf) = 32))
ev.leaves leaves_pkey: PRIMARY KEY (tree_index)
ev.log log_is_one_row: CHECK (only_row)
ev.log log_pkey: PRIMARY KEY (only_row)
ev.openings openings_class_known: CHECK ((class = ANY (ARRAY['open'::text, 'confidential_negotiation'::text, 'lawyer_to_lawyer'::text, 'internal'::text, 'special_category'::text])))
ev.openings openings_of_an_event: FOREIGN KEY (subject_kind, subject, seq) REFERENCES ev.events(subject_kind, subject, seq)
ev.openings openings_pkey: PRIMARY KEY (subject_kind, subject, seq)
ev.stamps stamps_of_a_checkpoint: FOREIGN KEY (size) REFERENCES ev.checkpoints(size)
ev.stamps stamps_pkey: PRIMARY KEY (size, tsa, gen_time)

-- indexes
CREATE INDEX access_log_actor ON app.access_log USING btree (actor_id, at)
CREATE INDEX access_log_at ON app.access_log USING btree (at)
CREATE INDEX access_log_subject ON app.access_log USING btree (subject, at) WHERE (subject IS NOT NULL)
CREATE INDEX accounts_id ON app.accounts USING btree (id)
CREATE INDEX agreement_cases_case ON app.agreement_cases USING btree (client_id, case_id)
CREATE INDEX agreements_id ON app.agreements USING btree (id)
CREATE INDEX approvals_open ON app.approvals USING btree (client_id, expires_on) WHERE (state = 'open'::text)
CREATE INDEX attempts_age ON app.attempts USING btree (full_at)
CREATE INDEX blocked_cases_account ON app.blocked_cases USING btree (account_id)
CREATE INDEX blocked_cases_case ON app.blocked_cases USING btree (case_id)
CREATE INDEX blocked_cases_due ON app.blocked_cases USING btree (retained_until) WHERE (state <> 'destroyed'::text)
CREATE INDEX case_externals_of_person ON app.case_externals USING btree (user_id) WHERE (removed_at IS NULL)
CREATE INDEX cases_account ON app.cases USING btree (client_id, account_id)
CREATE INDEX cases_client_stage ON app.cases USING btree (client_id, stage, opened_on DESC, id DESC)
CREATE INDEX cases_debtor_words ON app.cases USING gin (debtor_name gin_trgm_ops)
CREATE INDEX cases_due ON app.cases USING btree (next_on, id) WHERE (next_on IS NOT NULL)
CREATE INDEX cases_id ON app.cases USING btree (id)
CREATE INDEX cases_newest ON app.cases USING btree (opened_on DESC, id DESC)
CREATE INDEX cases_stage ON app.cases USING btree (stage, opened_on DESC, id DESC)
CREATE INDEX cases_team ON app.cases USING btree (team_id, stage)
CREATE INDEX cases_to_plan ON app.cases USING btree (id) WHERE plan_due
CREATE INDEX ceremonies_age ON app.ceremonies USING btree (expires_at)
CREATE INDEX contact_log_day ON app.contact_log USING btree (person_id, on_day)
CREATE INDEX data_requests_due ON app.data_requests USING btree (due_on, id) WHERE (state = ANY (ARRAY['received'::text, 'verified'::text]))
CREATE INDEX deadlines_case ON app.deadlines USING btree (client_id, case_id)
CREATE INDEX deadlines_open ON app.deadlines USING btree (due_on) WHERE ((met_on IS NULL) AND (replaced_by IS NULL))
CREATE INDEX debts_case ON app.debts USING btree (client_id, case_id)
CREATE INDEX debts_limitation ON app.debts USING btree (limitation_on, case_id)
CREATE INDEX delegations_of_delegate ON app.delegations USING btree (delegate_id) WHERE (ended_at IS NULL)
CREATE INDEX demand_cases_case ON app.demand_cases USING btree (client_id, case_id)
CREATE INDEX demands_account ON app.demands USING btree (client_id, account_id)
CREATE INDEX demands_id ON app.demands USING btree (id)
CREATE INDEX demands_state ON app.demands USING btree (state, id)
CREATE INDEX disclosures_case ON app.disclosures USING btree (case_id) WHERE (granted_by IS NOT NULL)
CREATE INDEX disputes_case ON app.disputes USING btree (client_id, case_id)
CREATE INDEX documents_case ON app.documents USING btree (client_id, case_id)
CREATE INDEX documents_id ON app.documents USING btree (id)
CREATE INDEX emergencies_newest ON app.emergencies USING btree (opened_at DESC)
CREATE INDEX emergencies_of_person ON app.emergencies USING btree (user_id, until_at)
CREATE INDEX events_client ON ev.events USING btree (client_id, at)
CREATE INDEX events_xid ON ev.events USING btree (xid)
CREATE INDEX filings_id ON app.filings USING btree (id)
CREATE INDEX holds_open ON app.holds USING btree (client_id, case_id) WHERE (lifted_on IS NULL)
CREATE INDEX instalments_due ON app.instalments USING btree (due_on) WHERE (paid_minor < minor)
CREATE INDEX law_changes_list ON app.law_changes USING btree (jurisdiction, proposed_at DESC, id DESC)
CREATE INDEX law_changes_open ON app.law_changes USING btree (jurisdiction) WHERE (state = 'proposed'::text)
CREATE INDEX ledger_case ON app.ledger_entries USING btree (client_id, case_id, effective_on)
CREATE INDEX ledger_debt ON app.ledger_entries USING btree (client_id, debt_id, component)
CREATE INDEX legal_holds_live ON app.legal_holds USING btree (target) WHERE (lifted_on IS NULL)
CREATE INDEX limitation_facts_case ON app.limitation_facts USING btree (client_id, case_id)
CREATE INDEX messages_id ON app.messages USING btree (id)
CREATE INDEX messages_newest ON app.messages USING btree (reserved_on DESC, id DESC)
CREATE INDEX messages_stuck ON app.messages USING btree (lease_until) WHERE (state = ANY (ARRAY['reserved'::text, 'sending'::text]))
CREATE INDEX operations_age ON app.operations USING btree (created_at)
CREATE INDEX parties_account ON app.parties USING btree (client_id, account_id)
CREATE INDEX passkeys_user ON app.passkeys USING btree (user_id)
CREATE INDEX payments_account ON app.payments USING btree (client_id, account_id, received_on)
CREATE INDEX portfolios_id ON app.portfolios USING btree (id)
CREATE INDEX proceeding_acts_proceeding ON app.proceeding_acts USING btree (client_id, proceeding_id)
CREATE INDEX proceeding_cases_case ON app.proceeding_cases USING btree (client_id, case_id)
CREATE INDEX proceedings_id ON app.proceedings USING btree (id)
CREATE INDEX proceedings_place ON app.proceedings USING btree (jurisdiction, region)
CREATE INDEX promises_case ON app.promises USING btree (client_id, case_id)
CREATE INDEX promises_open ON app.promises USING btree (due_on) WHERE (state = 'open'::text)
CREATE INDEX sessions_user ON app.sessions USING btree (user_id) WHERE (revoked_at IS NULL)
CREATE INDEX sign_in_links_user ON app.sign_in_links USING btree (user_id)
CREATE INDEX terms_debt ON app.interest_terms USING btree (client_id, debt_id)
CREATE INDEX walls_of_person ON app.walls USING btree (user_id) WHERE (lifted_at IS NULL)
CREATE UNIQUE INDEX access_log_pkey ON app.access_log USING btree (batch, n)
CREATE UNIQUE INDEX accounts_one_per_debtor ON app.accounts USING btree (client_id, person_id)
CREATE UNIQUE INDEX accounts_payment_reference_unique ON app.accounts USING btree (payment_reference)
CREATE UNIQUE INDEX accounts_pkey ON app.accounts USING btree (client_id, id)
CREATE UNIQUE INDEX agreement_cases_pkey ON app.agreement_cases USING btree (client_id, agreement_id, case_id)
CREATE UNIQUE INDEX agreements_one_live ON app.agreements USING btree (client_id, account_id) WHERE (state = ANY (ARRAY['awaiting_client'::text, 'proposed'::text, 'active'::text]))
CREATE UNIQUE INDEX agreements_pkey ON app.agreements USING btree (client_id, id)
CREATE UNIQUE INDEX api_key_secrets_hash_unique ON app.api_key_secrets USING btree (key_hash)
CREATE UNIQUE INDEX api_key_secrets_pkey ON app.api_key_secrets USING btree (api_key_id, issued_at)
CREATE UNIQUE INDEX api_keys_of_a_client ON app.api_keys USING btree (client_id, id)
CREATE UNIQUE INDEX api_keys_pkey ON app.api_keys USING btree (id)
CREATE UNIQUE INDEX approvals_one_open ON app.approvals USING btree (client_id, kind, about) WHERE (state = 'open'::text)
CREATE UNIQUE INDEX approvals_pkey ON app.approvals USING btree (client_id, id)
CREATE UNIQUE INDEX attempts_pkey ON app.attempts USING btree (name_hash)
CREATE UNIQUE INDEX blocked_cases_pkey ON app.blocked_cases USING btree (client_id, case_id)
CREATE UNIQUE INDEX case_externals_once ON app.case_externals USING btree (client_id, case_id, user_id) WHERE (removed_at IS NULL)
CREATE UNIQUE INDEX case_externals_pkey ON app.case_externals USING btree (client_id, id)
CREATE UNIQUE INDEX case_steps_pkey ON app.case_steps USING btree (from_stage, event, to_stage)
CREATE UNIQUE INDEX cases_number_unique ON app.cases USING btree (number)
CREATE UNIQUE INDEX cases_pkey ON app.cases USING btree (client_id, id)
CREATE UNIQUE INDEX ceremonies_pkey ON app.ceremonies USING btree (token_hash)
CREATE UNIQUE INDEX checkpoints_pkey ON ev.checkpoints USING btree (size)
CREATE UNIQUE INDEX clients_pkey ON app.clients USING btree (id)
CREATE UNIQUE INDEX clients_tax_id_unique ON app.clients USING btree (country, tax_id)
CREATE UNIQUE INDEX contact_log_pkey ON app.contact_log USING btree (person_id, id)
CREATE UNIQUE INDEX contact_points_once ON app.contact_points USING btree (client_id, party_id, kind, value)
CREATE UNIQUE INDEX contact_points_pkey ON app.contact_points USING btree (client_id, id)
CREATE UNIQUE INDEX cosignatures_pkey ON ev.cosignatures USING btree (size, witness)
CREATE UNIQUE INDEX data_requests_pkey ON app.data_requests USING btree (id)
CREATE UNIQUE INDEX deadlines_pkey ON app.deadlines USING btree (client_id, id)
CREATE UNIQUE INDEX debts_external_ref_unique ON app.debts USING btree (client_id, external_ref)
CREATE UNIQUE INDEX debts_number_unique ON app.debts USING btree (client_id, account_id, kind, number)
CREATE UNIQUE INDEX debts_pkey ON app.debts USING btree (client_id, id)
CREATE UNIQUE INDEX delegations_pkey ON app.delegations USING btree (id)
CREATE UNIQUE INDEX demand_cases_pkey ON app.demand_cases USING btree (client_id, demand_id, case_id)
CREATE UNIQUE INDEX demands_pkey ON app.demands USING btree (client_id, id)
CREATE UNIQUE INDEX destruction_columns_pkey ON app.destruction_columns USING btree (table_name, column_name)
CREATE UNIQUE INDEX disclosures_pkey ON app.disclosures USING btree (id)
CREATE UNIQUE INDEX disputes_pkey ON app.disputes USING btree (client_id, id)
CREATE UNIQUE INDEX documents_pkey ON app.documents USING btree (client_id, id)
CREATE UNIQUE INDEX doomed_files_pkey ON app.doomed_files USING btree (sha256)
CREATE UNIQUE INDEX emergencies_pkey ON app.emergencies USING btree (client_id, id)
CREATE UNIQUE INDEX events_leaf_unique ON ev.events USING btree (leaf)
CREATE UNIQUE INDEX events_pkey ON ev.events USING btree (subject_kind, subject, seq)
CREATE UNIQUE INDEX filings_pkey ON app.filings USING btree (client_id, id)
CREATE UNIQUE INDEX firm_pkey ON app.firm USING btree (only_row)
CREATE UNIQUE INDEX hashes_pkey ON ev.hashes USING btree (id)
CREATE UNIQUE INDEX holds_pkey ON app.holds USING btree (client_id, id)
CREATE UNIQUE INDEX instalments_pkey ON app.instalments USING btree (client_id, agreement_id, n)
CREATE UNIQUE INDEX interest_terms_pkey ON app.interest_terms USING btree (client_id, id)
CREATE UNIQUE INDEX law_changes_pkey ON app.law_changes USING btree (id)
CREATE UNIQUE INDEX law_changes_seq_unique ON app.law_changes USING btree (seq)
CREATE UNIQUE INDEX leaves_event_once ON ev.leaves USING btree (subject_kind, subject, seq)
CREATE UNIQUE INDEX leaves_pkey ON ev.leaves USING btree (tree_index)
CREATE UNIQUE INDEX ledger_entries_pkey ON app.ledger_entries USING btree (client_id, id)
CREATE UNIQUE INDEX ledger_reversed_once ON app.ledger_entries USING btree (client_id, reverses) WHERE (reverses IS NOT NULL)
CREATE UNIQUE INDEX legal_holds_pkey ON app.legal_holds USING btree (id)
CREATE UNIQUE INDEX limitation_facts_pkey ON app.limitation_facts USING btree (client_id, id)
CREATE UNIQUE INDEX limitation_facts_reversed_once ON app.limitation_facts USING btree (client_id, reverses) WHERE (reverses IS NOT NULL)
CREATE UNIQUE INDEX log_pkey ON ev.log USING btree (only_row)
CREATE UNIQUE INDEX mandates_pkey ON app.mandates USING btree (client_id, version)
CREATE UNIQUE INDEX message_cases_pkey ON app.message_cases USING btree (client_id, message_id, case_id)
CREATE UNIQUE INDEX message_once_per_step ON app.message_cases USING btree (client_id, case_id, step)
CREATE UNIQUE INDEX messages_pkey ON app.messages USING btree (client_id, id)
CREATE UNIQUE INDEX negotiation_attempts_pkey ON app.negotiation_attempts USING btree (client_id, id)
CREATE UNIQUE INDEX negotiation_once ON app.negotiation_attempts USING btree (client_id, party_id, means, requested_on)
CREATE UNIQUE INDEX openings_pkey ON ev.openings USING btree (subject_kind, subject, seq)
CREATE UNIQUE INDEX operations_pkey ON app.operations USING btree (caller, key)
CREATE UNIQUE INDEX parties_one_principal ON app.parties USING btree (client_id, account_id) WHERE (role = 'principal'::text)
CREATE UNIQUE INDEX parties_pkey ON app.parties USING btree (client_id, id)
CREATE UNIQUE INDEX passkeys_pkey ON app.passkeys USING btree (id)
CREATE UNIQUE INDEX payments_external_ref_unique ON app.payments USING btree (client_id, external_ref) WHERE (external_ref <> ''::text)
CREATE UNIQUE INDEX payments_pkey ON app.payments USING btree (client_id, id)
CREATE UNIQUE INDEX persons_pkey ON app.persons USING btree (id)
CREATE UNIQUE INDEX persons_tax_id_unique ON app.persons USING btree (country, tax_id)
CREATE UNIQUE INDEX portfolio_items_pkey ON app.portfolio_items USING btree (client_id, portfolio_id, n)
CREATE UNIQUE INDEX portfolios_pkey ON app.portfolios USING btree (client_id, id)
CREATE UNIQUE INDEX portfolios_reference_unique ON app.portfolios USING btree (client_id, reference)
CREATE UNIQUE INDEX privacy_terms_pkey ON app.privacy_terms USING btree (jurisdiction, about, claim)
CREATE UNIQUE INDEX proceeding_acts_pkey ON app.proceeding_acts USING btree (client_id, id)
CREATE UNIQUE INDEX proceeding_cases_pkey ON app.proceeding_cases USING btree (client_id, proceeding_id, case_id)
CREATE UNIQUE INDEX proceeding_parties_pkey ON app.proceeding_parties USING btree (client_id, proceeding_id, party_id)
CREATE UNIQUE INDEX proceedings_pkey ON app.proceedings USING btree (client_id, id)
CREATE UNIQUE INDEX promises_pkey ON app.promises USING btree (client_id, id)
CREATE UNIQUE INDEX recovery_codes_pkey ON app.recovery_codes USING btree (user_id, code_hash)
CREATE UNIQUE INDEX sessions_id_unique ON app.sessions USING btree (id)
CREATE UNIQUE INDEX sessions_pkey ON app.sessions USING btree (token_hash)
CREATE UNIQUE INDEX sign_in_links_pkey ON app.sign_in_links USING btree (id)
CREATE UNIQUE INDEX sign_in_links_token_unique ON app.sign_in_links USING btree (token_hash)
CREATE UNIQUE INDEX stamps_pkey ON ev.stamps USING btree (size, tsa, gen_time)
CREATE UNIQUE INDEX tasks_open_once ON app.tasks USING btree (client_id, case_id, kind) WHERE (done_on IS NULL)
CREATE UNIQUE INDEX tasks_pkey ON app.tasks USING btree (client_id, id)
CREATE UNIQUE INDEX teams_name_unique ON app.teams USING btree (name)
CREATE UNIQUE INDEX teams_pkey ON app.teams USING btree (id)
CREATE UNIQUE INDEX terms_reversed_once ON app.interest_terms USING btree (client_id, reverses) WHERE (reverses IS NOT NULL)
CREATE UNIQUE INDEX user_clients_pkey ON app.user_clients USING btree (user_id, client_id)
CREATE UNIQUE INDEX user_teams_pkey ON app.user_teams USING btree (user_id, team_id)
CREATE UNIQUE INDEX users_email_unique ON app.users USING btree (email)
CREATE UNIQUE INDEX users_pkey ON app.users USING btree (id)
CREATE UNIQUE INDEX walls_pkey ON app.walls USING btree (client_id, id)
CREATE UNIQUE INDEX walls_stand_once ON app.walls USING btree (client_id, user_id, COALESCE(case_id, account_id, client_id)) WHERE (lifted_at IS NULL)

-- row security
app.access_log dpo_reads for SELECT to {recobro_app} using (( SELECT (app.me()).role AS role) = ANY (ARRAY['dpo'::text, 'job'::text])) with check -
app.access_log recobro_writes for INSERT to {recobro_app} using - with check (( SELECT (app.me()).role AS role) = 'job'::text)
app.accounts definer for ALL to {recobro_owner} using true with check true
app.accounts destroys for ALL to {recobro_owner} using true with check true
app.accounts follows for ALL to {recobro_app} using (app.near(( SELECT app.me() AS me), client_id) OR (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = accounts.client_id) AND (p.account_id = accounts.id)))) OR ((( SELECT (app.me()).walls AS walls) = '{}'::uuid[]) AND (app.team_of(client_id) = ANY (( SELECT (app.me()).teams AS teams)::integer[])))) with check (app.near(( SELECT app.me() AS me), client_id) OR (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = accounts.client_id) AND (p.account_id = accounts.id)))) OR ((( SELECT (app.me()).walls AS walls) = '{}'::uuid[]) AND (app.team_of(client_id) = ANY (( SELECT (app.me()).teams AS teams)::integer[]))))
app.accounts proceeding_only for SELECT to {recobro_app} using (( SELECT (app.me()).role AS role) IS DISTINCT FROM 'external'::text) with check -
app.accounts walled for ALL to {recobro_app} using ((( SELECT cardinality((app.me()).walls) AS cardinality) = 0) OR (NOT (ARRAY[client_id, id] && ( SELECT (app.me()).walls AS walls)))) with check ((( SELECT cardinality((app.me()).walls) AS cardinality) = 0) OR (NOT (ARRAY[client_id, id] && ( SELECT (app.me()).walls AS walls))))
app.agreement_cases definer for ALL to {recobro_owner} using true with check true
app.agreement_cases follows for ALL to {recobro_app} using (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = agreement_cases.client_id) AND (p.id = agreement_cases.case_id)))) with check (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = agreement_cases.client_id) AND (p.id = agreement_cases.case_id))))
app.agreement_cases proceeding_only for SELECT to {recobro_app} using (( SELECT (app.me()).role AS role) IS DISTINCT FROM 'external'::text) with check -
app.agreements follows for ALL to {recobro_app} using (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = agreements.client_id) AND (p.account_id = agreements.account_id)))) with check (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = agreements.client_id) AND (p.account_id = agreements.account_id))))
app.agreements not_blocked for ALL to {recobro_app} using ((NOT (EXISTS ( SELECT 1
   FROM app.blocked_cases b
  WHERE (b.account_id = agreements.account_id)))) OR (EXISTS ( SELECT 1
   FROM app.agreement_cases l
  WHERE ((l.client_id = agreements.client_id) AND (l.agreement_id = agreements.id))))) with check true
app.agreements proceeding_only for SELECT to {recobro_app} using (( SELECT (app.me()).role AS role) IS DISTINCT FROM 'external'::text) with check -
app.agreements walled for ALL to {recobro_app} using (id <> ALL (( SELECT (app.me()).walls AS walls)::uuid[])) with check (id <> ALL (( SELECT (app.me()).walls AS walls)::uuid[]))
app.api_key_secrets definer for ALL to {recobro_owner} using true with check true
app.api_key_secrets keepers for ALL to {recobro_app} using ((( SELECT (app.me()).role AS role) = ANY (ARRAY['admin'::text, 'job'::text])) OR ((( SELECT (app.me()).role AS role) = 'client_admin'::text) AND (client_id = ANY (( SELECT (app.me()).clients AS clients)::uuid[])))) with check ((( SELECT (app.me()).role AS role) = ANY (ARRAY['admin'::text, 'job'::text])) OR ((( SELECT (app.me()).role AS role) = 'client_admin'::text) AND (client_id = ANY (( SELECT (app.me()).clients AS clients)::uuid[]))))
app.api_keys definer for ALL to {recobro_owner} using true with check true
app.api_keys reads for SELECT to {recobro_app} using ((( SELECT (app.me()).role AS role) = ANY (ARRAY['admin'::text, 'job'::text])) OR ((( SELECT (app.me()).role AS role) = 'client_admin'::text) AND (client_id = ANY (( SELECT (app.me()).clients AS clients)::uuid[])))) with check -
app.api_keys writes for ALL to {recobro_app} using ((( SELECT (app.me()).role AS role) = ANY (ARRAY['admin'::text, 'job'::text])) OR ((( SELECT (app.me()).role AS role) = 'client_admin'::text) AND (client_id = ANY (( SELECT (app.me()).clients AS clients)::uuid[])))) with check ((( SELECT (app.me()).role AS role) = ANY (ARRAY['admin'::text, 'job'::text])) OR ((( SELECT (app.me()).role AS role) = 'client_admin'::text) AND (client_id = ANY (( SELECT (app.me()).clients AS clients)::uuid[]))))
app.approvals destroys for ALL to {recobro_owner} using true with check true
app.approvals follows for ALL to {recobro_app} using (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = approvals.client_id) AND (p.id = approvals.case_id)))) with check (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = approvals.client_id) AND (p.id = approvals.case_id))))
app.approvals proceeding_only for SELECT to {recobro_app} using (( SELECT (app.me()).role AS role) IS DISTINCT FROM 'external'::text) with check -
app.attempts definer for ALL to {recobro_owner} using true with check true
app.blocked_cases definer for ALL to {recobro_owner} using true with check true
app.blocked_cases dpo_writes for ALL to {recobro_app} using (( SELECT (app.me()).role AS role) = 'dpo'::text) with check ((( SELECT (app.me()).role AS role) = 'dpo'::text) AND (state <> 'destroyed'::text))
app.blocked_cases everybody_asks for SELECT to {recobro_app} using true with check -
app.case_externals definer for SELECT to {recobro_owner} using true with check -
app.case_externals follows for ALL to {recobro_app} using (( SELECT (app.me()).every AS every) OR (user_id = ( SELECT (app.me()).id AS id)) OR (( SELECT (app.me()).staff AS staff) AND (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = case_externals.client_id) AND (p.id = case_externals.case_id)))))) with check (( SELECT (app.me()).staff AS staff) AND (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = case_externals.client_id) AND (p.id = case_externals.case_id)))))
app.cases definer for ALL to {recobro_owner} using true with check true
app.cases destroys for ALL to {recobro_owner} using true with check true
app.cases log_reads for SELECT to {ev_owner} using true with check -
app.cases not_blocked for ALL to {recobro_app} using ((NOT (EXISTS ( SELECT 1
   FROM app.blocked_cases b
  WHERE (b.case_id = cases.id)))) OR app.disclosed(id, ( SELECT (app.me()).id AS id))) with check -
app.cases walled for ALL to {recobro_app} using (NOT (ARRAY[client_id, account_id, id] && ( SELECT (app.me()).walls AS walls))) with check (NOT (ARRAY[client_id, account_id, id] && ( SELECT (app.me()).walls AS walls)))
app.cases within_reach for ALL to {recobro_app} using app.reaches(( SELECT app.me() AS me), client_id, team_id, paralegal_id, id) with check app.works_on(( SELECT app.me() AS me), client_id, team_id, paralegal_id, id)
app.ceremonies definer for ALL to {recobro_owner} using true with check true
app.clients admin_writes for ALL to {recobro_app} using (( SELECT (app.me()).role AS role) = ANY (ARRAY['admin'::text, 'job'::text])) with check (( SELECT (app.me()).role AS role) = ANY (ARRAY['admin'::text, 'job'::text]))
app.clients definer for SELECT to {recobro_owner} using true with check -
app.clients of_a_named_case for SELECT to {recobro_app} using ((( SELECT (app.me()).role AS role) = ANY (ARRAY['external'::text, 'admin'::text])) AND (EXISTS ( SELECT 1
   FROM app.cases c
  WHERE (c.client_id = clients.id)))) with check -
app.clients reads for SELECT to {recobro_app} using (( SELECT (app.me()).staff AS staff) OR (( SELECT (app.me()).role AS role) = 'admin'::text) OR (id = ANY (( SELECT (app.me()).clients AS clients)::uuid[]))) with check -
app.clients walled for ALL to {recobro_app} using ((( SELECT cardinality((app.me()).walls) AS cardinality) = 0) OR (NOT (ARRAY[id] && ( SELECT (app.me()).walls AS walls)))) with check ((( SELECT cardinality((app.me()).walls) AS cardinality) = 0) OR (NOT (ARRAY[id] && ( SELECT (app.me()).walls AS walls))))
app.contact_log destroys for ALL to {recobro_owner} using true with check true
app.contact_log staff_only for ALL to {recobro_app} using ( SELECT (app.me()).staff AS staff) with check ( SELECT (app.me()).staff AS staff)
app.contact_points destroys for ALL to {recobro_owner} using true with check true
app.contact_points follows for ALL to {recobro_app} using (EXISTS ( SELECT 1
   FROM app.parties p
  WHERE ((p.client_id = contact_points.client_id) AND (p.id = contact_points.party_id)))) with check (EXISTS ( SELECT 1
   FROM app.parties p
  WHERE ((p.client_id = contact_points.client_id) AND (p.id = contact_points.party_id))))
app.contact_points proceeding_only for SELECT to {recobro_app} using (( SELECT (app.me()).role AS role) IS DISTINCT FROM 'external'::text) with check -
app.data_requests definer for ALL to {recobro_owner} using true with check true
app.data_requests keeper_only for ALL to {recobro_app} using (( SELECT (app.me()).role AS role) = ANY (ARRAY['dpo'::text, 'job'::text])) with check (( SELECT (app.me()).role AS role) = 'dpo'::text)
app.deadlines follows for ALL to {recobro_app} using (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = deadlines.client_id) AND (p.id = deadlines.case_id)))) with check (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = deadlines.client_id) AND (p.id = deadlines.case_id))))
app.debts definer for ALL to {recobro_owner} using true with check true
app.debts destroys for ALL to {recobro_owner} using true with check true
app.debts follows for ALL to {recobro_app} using (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = debts.client_id) AND (p.id = debts.case_id)))) with check (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = debts.client_id) AND (p.id = debts.case_id))))
app.debts proceeding_only for SELECT to {recobro_app} using (( SELECT (app.me()).role AS role) IS DISTINCT FROM 'external'::text) with check -
app.delegations definer for SELECT to {recobro_owner} using true with check -
app.delegations staff_ends for UPDATE to {recobro_app} using ((absent_id = ( SELECT (app.me()).id AS id)) OR (delegate_id = ( SELECT (app.me()).id AS id)) OR (( SELECT (app.me()).role AS role) = ANY (ARRAY['admin'::text, 'supervisor'::text]))) with check (ended_by = ( SELECT (app.me()).id AS id))
app.delegations staff_makes for INSERT to {recobro_app} using - with check ((made_by = ( SELECT (app.me()).id AS id)) AND ((absent_id = ( SELECT (app.me()).id AS id)) OR (( SELECT (app.me()).role AS role) = ANY (ARRAY['admin'::text, 'supervisor'::text]))))
app.delegations staff_reads for SELECT to {recobro_app} using (( SELECT (app.me()).staff AS staff) OR (( SELECT (app.me()).role AS role) = 'admin'::text)) with check -
app.demand_cases definer for ALL to {recobro_owner} using true with check true
app.demand_cases follows for ALL to {recobro_app} using (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = demand_cases.client_id) AND (p.id = demand_cases.case_id)))) with check (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = demand_cases.client_id) AND (p.id = demand_cases.case_id))))
app.demand_cases proceeding_only for SELECT to {recobro_app} using (( SELECT (app.me()).role AS role) IS DISTINCT FROM 'external'::text) with check -
app.demands destroys for ALL to {recobro_owner} using true with check true
app.demands follows for ALL to {recobro_app} using (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = demands.client_id) AND (p.account_id = demands.account_id)))) with check (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = demands.client_id) AND (p.account_id = demands.account_id))))
app.demands not_blocked for ALL to {recobro_app} using ((NOT (EXISTS ( SELECT 1
   FROM app.blocked_cases b
  WHERE (b.account_id = demands.account_id)))) OR (EXISTS ( SELECT 1
   FROM app.demand_cases l
  WHERE ((l.client_id = demands.client_id) AND (l.demand_id = demands.id))))) with check true
app.demands proceeding_only for SELECT to {recobro_app} using (( SELECT (app.me()).role AS role) IS DISTINCT FROM 'external'::text) with check -
app.demands walled for ALL to {recobro_app} using (id <> ALL (( SELECT (app.me()).walls AS walls)::uuid[])) with check (id <> ALL (( SELECT (app.me()).walls AS walls)::uuid[]))
app.destruction_columns definer for ALL to {recobro_owner} using true with check true
app.destruction_columns readable for SELECT to {recobro_app} using true with check -
app.disclosures definer for ALL to {recobro_owner} using true with check true
app.disclosures destroys for ALL to {recobro_owner} using true with check true
app.disclosures dpo_asks for INSERT to {recobro_app} using - with check ((( SELECT (app.me()).role AS role) = 'dpo'::text) AND (asked_by = ( SELECT (app.me()).id AS id)) AND (granted_by IS NULL))
app.disclosures keepers for SELECT to {recobro_app} using (( SELECT (app.me()).role AS role) = ANY (ARRAY['dpo'::text, 'lawyer'::text])) with check -
app.disclosures second_person_grants for UPDATE to {recobro_app} using ((asked_by <> ( SELECT (app.me()).id AS id)) AND (( SELECT (app.me()).role AS role) = ANY (ARRAY['dpo'::text, 'lawyer'::text]))) with check (granted_by = ( SELECT (app.me()).id AS id))
app.disputes destroys for ALL to {recobro_owner} using true with check true
app.disputes follows for ALL to {recobro_app} using (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = disputes.client_id) AND (p.id = disputes.case_id)))) with check (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = disputes.client_id) AND (p.id = disputes.case_id))))
app.disputes proceeding_only for SELECT to {recobro_app} using (( SELECT (app.me()).role AS role) IS DISTINCT FROM 'external'::text) with check -
app.documents client_reads_disclosed for SELECT to {recobro_app} using (( SELECT (app.me()).staff AS staff) OR (class = ANY (ARRAY['open'::text, 'confidential_negotiation'::text]))) with check -
app.documents destroys for ALL to {recobro_owner} using true with check true
app.documents follows for ALL to {recobro_app} using (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = documents.client_id) AND (p.id = documents.case_id)))) with check (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = documents.client_id) AND (p.id = documents.case_id))))
app.documents proceeding_only for SELECT to {recobro_app} using ((( SELECT (app.me()).role AS role) IS DISTINCT FROM 'external'::text) OR ((class = 'open'::text) AND ((added_by = ( SELECT (app.me()).id AS id)) OR app.of_a_proceeding(case_id, id)))) with check -
app.doomed_files definer for ALL to {recobro_owner} using true with check true
app.doomed_files firm_sweeps for ALL to {recobro_app} using ( SELECT (app.me()).staff AS staff) with check -
app.emergencies closes for UPDATE to {recobro_app} using ((user_id = ( SELECT (app.me()).id AS id)) OR (( SELECT (app.me()).role AS role) = 'dpo'::text)) with check (closed_at IS NOT NULL)
app.emergencies definer for SELECT to {recobro_owner} using true with check -
app.emergencies destroys for ALL to {recobro_owner} using true with check true
app.emergencies own for INSERT to {recobro_app} using - with check ((user_id = ( SELECT (app.me()).id AS id)) AND (( SELECT (app.me()).role AS role) = ANY (ARRAY['admin'::text, 'lawyer'::text, 'paralegal'::text, 'supervisor'::text, 'finance'::text, 'dpo'::text])))
app.emergencies own_and_dpo for SELECT to {recobro_app} using ((user_id = ( SELECT (app.me()).id AS id)) OR (( SELECT (app.me()).role AS role) = ANY (ARRAY['dpo'::text, 'job'::text])) OR (( SELECT (app.me()).staff AS staff) AND (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = emergencies.client_id) AND (p.id = emergencies.case_id)))))) with check -
app.filings destroys for ALL to {recobro_owner} using true with check true
app.filings follows for ALL to {recobro_app} using (EXISTS ( SELECT 1
   FROM app.proceedings p
  WHERE ((p.client_id = filings.client_id) AND (p.id = filings.proceeding_id)))) with check (EXISTS ( SELECT 1
   FROM app.proceedings p
  WHERE ((p.client_id = filings.client_id) AND (p.id = filings.proceeding_id))))
app.filings signed_only for SELECT to {recobro_app} using ((( SELECT (app.me()).role AS role) IS DISTINCT FROM 'external'::text) OR (state = ANY (ARRAY['signed'::text, 'filed'::text, 'admitted'::text, 'returned'::text]))) with check -
app.firm admin_writes for ALL to {recobro_app} using (( SELECT (app.me()).role AS role) = ANY (ARRAY['admin'::text, 'job'::text])) with check (( SELECT (app.me()).role AS role) = ANY (ARRAY['admin'::text, 'job'::text]))
app.firm signed_in_reads for SELECT to {recobro_app} using (( SELECT (app.me()).id AS id) IS NOT NULL) with check -
app.holds destroys for ALL to {recobro_owner} using true with check true
app.holds follows for ALL to {recobro_app} using (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = holds.client_id) AND (p.id = holds.case_id)))) with check (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = holds.client_id) AND (p.id = holds.case_id))))
app.holds proceeding_only for SELECT to {recobro_app} using (( SELECT (app.me()).role AS role) IS DISTINCT FROM 'external'::text) with check -
app.instalments follows for ALL to {recobro_app} using (EXISTS ( SELECT 1
   FROM app.agreements p
  WHERE ((p.client_id = instalments.client_id) AND (p.id = instalments.agreement_id)))) with check (EXISTS ( SELECT 1
   FROM app.agreements p
  WHERE ((p.client_id = instalments.client_id) AND (p.id = instalments.agreement_id))))
app.instalments proceeding_only for SELECT to {recobro_app} using (( SELECT (app.me()).role AS role) IS DISTINCT FROM 'external'::text) with check -
app.interest_terms destroys for ALL to {recobro_owner} using true with check true
app.interest_terms follows for ALL to {recobro_app} using (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = interest_terms.client_id) AND (p.id = interest_terms.case_id)))) with check (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = interest_terms.client_id) AND (p.id = interest_terms.case_id))))
app.interest_terms proceeding_only for SELECT to {recobro_app} using (( SELECT (app.me()).role AS role) IS DISTINCT FROM 'external'::text) with check -
app.law_changes firm_reads for SELECT to {recobro_app} using (( SELECT (app.me()).staff AS staff) OR (( SELECT (app.me()).role AS role) = 'admin'::text)) with check -
app.law_changes staff_decides for UPDATE to {recobro_app} using (( SELECT (app.me()).staff AS staff) AND (state = 'proposed'::text)) with check ((decided_by = ( SELECT (app.me()).id AS id)) AND ((state <> 'approved'::text) OR (( SELECT (app.me()).role AS role) = 'lawyer'::text)))
app.law_changes staff_proposes for INSERT to {recobro_app} using - with check (( SELECT (app.me()).staff AS staff) AND (NOT (proposed_by IS DISTINCT FROM ( SELECT
        CASE
            WHEN ((app.me()).role <> 'job'::text) THEN (app.me()).id
            ELSE NULL::uuid
        END AS "case"))) AND ((state = 'proposed'::text) OR ((kind = ANY (ARRAY['tick'::text, 'confirm'::text])) AND (( SELECT (app.me()).role AS role) = ANY (ARRAY['lawyer'::text, 'job'::text])))))
app.ledger_entries destroys for ALL to {recobro_owner} using true with check true
app.ledger_entries follows for ALL to {recobro_app} using (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = ledger_entries.client_id) AND (p.id = ledger_entries.case_id)))) with check (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = ledger_entries.client_id) AND (p.id = ledger_entries.case_id))))
app.ledger_entries proceeding_only for SELECT to {recobro_app} using (( SELECT (app.me()).role AS role) IS DISTINCT FROM 'external'::text) with check -
app.legal_holds definer for ALL to {recobro_owner} using true with check true
app.legal_holds dpo_writes for ALL to {recobro_app} using (( SELECT (app.me()).role AS role) = 'dpo'::text) with check (( SELECT (app.me()).role AS role) = 'dpo'::text)
app.legal_holds staff_reads for SELECT to {recobro_app} using (( SELECT (app.me()).role AS role) = ANY (ARRAY['dpo'::text, 'lawyer'::text, 'job'::text])) with check -
app.limitation_facts destroys for ALL to {recobro_owner} using true with check true
app.limitation_facts follows for ALL to {recobro_app} using (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = limitation_facts.client_id) AND (p.id = limitation_facts.case_id)))) with check (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = limitation_facts.client_id) AND (p.id = limitation_facts.case_id))))
app.limitation_facts proceeding_only for SELECT to {recobro_app} using (( SELECT (app.me()).role AS role) IS DISTINCT FROM 'external'::text) with check -
app.mandates admin_writes for INSERT to {recobro_app} using - with check (( SELECT (app.me()).role AS role) = ANY (ARRAY['admin'::text, 'job'::text, 'lawyer'::text]))
app.mandates reads for SELECT to {recobro_app} using (( SELECT (app.me()).staff AS staff) OR (( SELECT (app.me()).role AS role) = 'admin'::text) OR (client_id = ANY (( SELECT (app.me()).clients AS clients)::uuid[]))) with check -
app.mandates walled for ALL to {recobro_app} using ((( SELECT cardinality((app.me()).walls) AS cardinality) = 0) OR (NOT (ARRAY[client_id] && ( SELECT (app.me()).walls AS walls)))) with check ((( SELECT cardinality((app.me()).walls) AS cardinality) = 0) OR (NOT (ARRAY[client_id] && ( SELECT (app.me()).walls AS walls))))
app.message_cases definer for ALL to {recobro_owner} using true with check true
app.message_cases follows for ALL to {recobro_app} using (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = message_cases.client_id) AND (p.id = message_cases.case_id)))) with check (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = message_cases.client_id) AND (p.id = message_cases.case_id))))
app.message_cases proceeding_only for SELECT to {recobro_app} using (( SELECT (app.me()).role AS role) IS DISTINCT FROM 'external'::text) with check -
app.messages destroys for ALL to {recobro_owner} using true with check true
app.messages follows for ALL to {recobro_app} using (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = messages.client_id) AND (p.account_id = messages.account_id)))) with check (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = messages.client_id) AND (p.account_id = messages.account_id))))
app.messages not_blocked for ALL to {recobro_app} using ((NOT (EXISTS ( SELECT 1
   FROM app.blocked_cases b
  WHERE (b.account_id = messages.account_id)))) OR (EXISTS ( SELECT 1
   FROM app.message_cases l
  WHERE ((l.client_id = messages.client_id) AND (l.message_id = messages.id))))) with check true
app.messages proceeding_only for SELECT to {recobro_app} using (( SELECT (app.me()).role AS role) IS DISTINCT FROM 'external'::text) with check -
app.messages walled for ALL to {recobro_app} using (id <> ALL (( SELECT (app.me()).walls AS walls)::uuid[])) with check (id <> ALL (( SELECT (app.me()).walls AS walls)::uuid[]))
app.negotiation_attempts follows for ALL to {recobro_app} using (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = negotiation_attempts.client_id) AND (p.account_id = negotiation_attempts.account_id)))) with check (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = negotiation_attempts.client_id) AND (p.account_id = negotiation_attempts.account_id))))
app.negotiation_attempts proceeding_only for SELECT to {recobro_app} using (( SELECT (app.me()).role AS role) IS DISTINCT FROM 'external'::text) with check -
app.operations destroys for ALL to {recobro_owner} using true with check true
app.operations own_calls for ALL to {recobro_app} using (caller = ( SELECT (app.me()).id AS id)) with check (caller = ( SELECT (app.me()).id AS id))
app.parties definer for ALL to {recobro_owner} using true with check true
app.parties destroys for ALL to {recobro_owner} using true with check true
app.parties follows for ALL to {recobro_app} using (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = parties.client_id) AND (p.account_id = parties.account_id)))) with check (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = parties.client_id) AND (p.account_id = parties.account_id))))
app.passkeys definer for ALL to {recobro_owner} using true with check true
app.payments destroys for ALL to {recobro_owner} using true with check true
app.payments follows for ALL to {recobro_app} using (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = payments.client_id) AND (p.account_id = payments.account_id)))) with check (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = payments.client_id) AND (p.account_id = payments.account_id))))
app.payments proceeding_only for SELECT to {recobro_app} using (( SELECT (app.me()).role AS role) IS DISTINCT FROM 'external'::text) with check -
app.persons definer for ALL to {recobro_owner} using true with check true
app.persons destroys for ALL to {recobro_owner} using true with check true
app.persons staff_only for ALL to {recobro_app} using ( SELECT (app.me()).staff AS staff) with check ( SELECT (app.me()).staff AS staff)
app.portfolio_items destroys for ALL to {recobro_owner} using true with check true
app.portfolio_items follows for ALL to {recobro_app} using 
CASE
    WHEN (case_id IS NULL) THEN (( SELECT (app.me()).staff AS staff) OR app.near(( SELECT app.me() AS me), client_id))
    ELSE (EXISTS ( SELECT 1
       FROM app.cases p
      WHERE ((p.client_id = portfolio_items.client_id) AND (p.id = portfolio_items.case_id))))
END with check 
CASE
    WHEN (case_id IS NULL) THEN (( SELECT (app.me()).staff AS staff) OR app.near(( SELECT app.me() AS me), client_id))
    ELSE (EXISTS ( SELECT 1
       FROM app.cases p
      WHERE ((p.client_id = portfolio_items.client_id) AND (p.id = portfolio_items.case_id))))
END
app.portfolio_items proceeding_only for SELECT to {recobro_app} using (( SELECT (app.me()).role AS role) IS DISTINCT FROM 'external'::text) with check -
app.portfolio_items walled for ALL to {recobro_app} using ((( SELECT cardinality((app.me()).walls) AS cardinality) = 0) OR (NOT (ARRAY[client_id, case_id] && ( SELECT (app.me()).walls AS walls)))) with check ((( SELECT cardinality((app.me()).walls) AS cardinality) = 0) OR (NOT (ARRAY[client_id, case_id] && ( SELECT (app.me()).walls AS walls))))
app.portfolios log_reads for SELECT to {ev_owner} using true with check -
app.portfolios own_client for ALL to {recobro_app} using (( SELECT (app.me()).staff AS staff) OR (client_id = ANY (( SELECT (app.me()).clients AS clients)::uuid[]))) with check (( SELECT (app.me()).staff AS staff) OR (client_id = ANY (( SELECT (app.me()).clients AS clients)::uuid[])))
app.portfolios proceeding_only for SELECT to {recobro_app} using (( SELECT (app.me()).role AS role) IS DISTINCT FROM 'external'::text) with check -
app.portfolios walled for ALL to {recobro_app} using ((( SELECT cardinality((app.me()).walls) AS cardinality) = 0) OR (NOT (ARRAY[client_id, id] && ( SELECT (app.me()).walls AS walls)))) with check ((( SELECT cardinality((app.me()).walls) AS cardinality) = 0) OR (NOT (ARRAY[client_id, id] && ( SELECT (app.me()).walls AS walls))))
app.privacy_terms definer for ALL to {recobro_owner} using true with check true
app.privacy_terms lawyer_sets for ALL to {recobro_app} using (( SELECT (app.me()).role AS role) = 'lawyer'::text) with check (( SELECT (app.me()).role AS role) = 'lawyer'::text)
app.privacy_terms staff_reads for SELECT to {recobro_app} using ( SELECT (app.me()).staff AS staff) with check -
app.proceeding_acts destroys for ALL to {recobro_owner} using true with check true
app.proceeding_acts follows for ALL to {recobro_app} using (EXISTS ( SELECT 1
   FROM app.proceedings p
  WHERE ((p.client_id = proceeding_acts.client_id) AND (p.id = proceeding_acts.proceeding_id)))) with check (EXISTS ( SELECT 1
   FROM app.proceedings p
  WHERE ((p.client_id = proceeding_acts.client_id) AND (p.id = proceeding_acts.proceeding_id))))
app.proceeding_cases definer for ALL to {recobro_owner} using true with check true
app.proceeding_cases follows for ALL to {recobro_app} using (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = proceeding_cases.client_id) AND (p.id = proceeding_cases.case_id)))) with check (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = proceeding_cases.client_id) AND (p.id = proceeding_cases.case_id))))
app.proceeding_parties follows for ALL to {recobro_app} using (EXISTS ( SELECT 1
   FROM app.proceedings p
  WHERE ((p.client_id = proceeding_parties.client_id) AND (p.id = proceeding_parties.proceeding_id)))) with check (EXISTS ( SELECT 1
   FROM app.proceedings p
  WHERE ((p.client_id = proceeding_parties.client_id) AND (p.id = proceeding_parties.proceeding_id))))
app.proceedings destroys for ALL to {recobro_owner} using true with check true
app.proceedings follows for ALL to {recobro_app} using (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = proceedings.client_id) AND (p.account_id = proceedings.account_id)))) with check (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = proceedings.client_id) AND (p.account_id = proceedings.account_id))))
app.proceedings not_blocked for ALL to {recobro_app} using ((NOT (EXISTS ( SELECT 1
   FROM app.blocked_cases b
  WHERE (b.account_id = proceedings.account_id)))) OR (EXISTS ( SELECT 1
   FROM app.proceeding_cases l
  WHERE ((l.client_id = proceedings.client_id) AND (l.proceeding_id = proceedings.id))))) with check true
app.proceedings walled for ALL to {recobro_app} using (id <> ALL (( SELECT (app.me()).walls AS walls)::uuid[])) with check (id <> ALL (( SELECT (app.me()).walls AS walls)::uuid[]))
app.promises follows for ALL to {recobro_app} using (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = promises.client_id) AND (p.id = promises.case_id)))) with check (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = promises.client_id) AND (p.id = promises.case_id))))
app.promises proceeding_only for SELECT to {recobro_app} using (( SELECT (app.me()).role AS role) IS DISTINCT FROM 'external'::text) with check -
app.recovery_codes definer for ALL to {recobro_owner} using true with check true
app.sessions definer for ALL to {recobro_owner} using true with check true
app.sign_in_links definer for ALL to {recobro_owner} using true with check true
app.tasks follows for ALL to {recobro_app} using (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = tasks.client_id) AND (p.id = tasks.case_id)))) with check (EXISTS ( SELECT 1
   FROM app.cases p
  WHERE ((p.client_id = tasks.client_id) AND (p.id = tasks.case_id))))
app.tasks proceeding_only for SELECT to {recobro_app} using (( SELECT (app.me()).role AS role) IS DISTINCT FROM 'external'::text) with check -
app.teams admin_writes for ALL to {recobro_app} using (( SELECT (app.me()).role AS role) = ANY (ARRAY['admin'::text, 'job'::text])) with check (( SELECT (app.me()).role AS role) = ANY (ARRAY['admin'::text, 'job'::text]))
app.teams signed_in_reads for SELECT to {recobro_app} using (( SELECT (app.me()).id AS id) IS NOT NULL) with check -
app.user_clients admin_writes for ALL to {recobro_app} using (( SELECT (app.me()).role AS role) = ANY (ARRAY['admin'::text, 'job'::text])) with check (( SELECT (app.me()).role AS role) = ANY (ARRAY['admin'::text, 'job'::text]))
app.user_clients company_adds for INSERT to {recobro_app} using - with check ((( SELECT (app.me()).role AS role) = 'client_admin'::text) AND (client_id = ANY (( SELECT (app.me()).clients AS clients)::uuid[])) AND app.may_join(user_id))
app.user_clients definer for ALL to {recobro_owner} using true with check true
app.user_clients reads for SELECT to {recobro_app} using (( SELECT (app.me()).staff AS staff) OR (( SELECT (app.me()).role AS role) = 'admin'::text) OR (client_id = ANY (( SELECT (app.me()).clients AS clients)::uuid[]))) with check -
app.user_clients walled for ALL to {recobro_app} using ((( SELECT cardinality((app.me()).walls) AS cardinality) = 0) OR (NOT (ARRAY[client_id] && ( SELECT (app.me()).walls AS walls)))) with check ((( SELECT cardinality((app.me()).walls) AS cardinality) = 0) OR (NOT (ARRAY[client_id] && ( SELECT (app.me()).walls AS walls))))
app.user_teams admin_writes for ALL to {recobro_app} using (( SELECT (app.me()).role AS role) = ANY (ARRAY['admin'::text, 'job'::text])) with check (( SELECT (app.me()).role AS role) = ANY (ARRAY['admin'::text, 'job'::text]))
app.user_teams definer for ALL to {recobro_owner} using true with check true
app.user_teams reads for SELECT to {recobro_app} using (( SELECT (app.me()).staff AS staff) OR (( SELECT (app.me()).role AS role) = 'admin'::text)) with check -
app.users admin_writes for ALL to {recobro_app} using (( SELECT (app.me()).role AS role) = ANY (ARRAY['admin'::text, 'job'::text])) with check (( SELECT (app.me()).role AS role) = ANY (ARRAY['admin'::text, 'job'::text]))
app.users company_adds for INSERT to {recobro_app} using - with check ((( SELECT (app.me()).role AS role) = 'client_admin'::text) AND (role = ANY (ARRAY['client_admin'::text, 'client_viewer'::text])))
app.users company_changes for UPDATE to {recobro_app} using ((( SELECT (app.me()).role AS role) = 'client_admin'::text) AND app.may_manage(id)) with check (role = ANY (ARRAY['client_admin'::text, 'client_viewer'::text]))
app.users definer for ALL to {recobro_owner} using true with check true
app.users reads for SELECT to {recobro_app} using (( SELECT (app.me()).staff AS staff) OR (( SELECT (app.me()).role AS role) = 'admin'::text) OR (id = ( SELECT (app.me()).id AS id)) OR ((( SELECT (app.me()).role AS role) = 'client_admin'::text) AND (EXISTS ( SELECT 1
   FROM app.user_clients c
  WHERE ((c.user_id = users.id) AND (c.client_id = ANY (( SELECT (app.me()).clients AS clients)::uuid[]))))))) with check -
app.walls definer for SELECT to {recobro_owner} using true with check -
app.walls keepers for ALL to {recobro_app} using (( SELECT (app.me()).role AS role) = ANY (ARRAY['admin'::text, 'dpo'::text, 'job'::text])) with check (( SELECT (app.me()).role AS role) = ANY (ARRAY['admin'::text, 'dpo'::text, 'job'::text]))
ev.checkpoints all_read for SELECT to {ev_owner,recobro_app,recobro_log} using true with check -
ev.checkpoints log_writes for INSERT to {recobro_log} using - with check true
ev.cosignatures all_read for SELECT to {ev_owner,recobro_app,recobro_log} using true with check -
ev.cosignatures log_writes for INSERT to {recobro_log} using - with check true
ev.events proceeding_only for SELECT to {recobro_app} using (( SELECT (app.me()).role AS role) IS DISTINCT FROM 'external'::text) with check -
ev.events reads_own for SELECT to {recobro_app} using (app.near(( SELECT app.me() AS me), client_id) OR
CASE
    WHEN (subject_kind = 'case'::text) THEN (EXISTS ( SELECT 1
       FROM app.cases c
      WHERE ((c.client_id = events.client_id) AND (c.id = events.subject))))
    ELSE ( SELECT (app.me()).staff AS staff)
END) with check -
ev.events sequenced for SELECT to {recobro_log} using true with check -
ev.events walled for SELECT to {recobro_app} using (NOT (ARRAY[client_id, subject] && ( SELECT (app.me()).walls AS walls))) with check -
ev.hashes all_read for SELECT to {ev_owner,recobro_app,recobro_log} using true with check -
ev.hashes log_writes for INSERT to {recobro_log} using - with check true
ev.leaves all_read for SELECT to {ev_owner,recobro_app,recobro_log} using true with check -
ev.leaves log_writes for INSERT to {recobro_log} using - with check true
ev.openings client_reads_disclosed for SELECT to {recobro_app} using (( SELECT (app.me()).staff AS staff) OR (( SELECT (app.me()).role AS role) = 'admin'::text) OR (class = ANY (ARRAY['open'::text, 'confidential_negotiation'::text]))) with check -
ev.openings not_blocked for SELECT to {recobro_app} using ((subject_kind <> 'case'::text) OR (NOT (EXISTS ( SELECT 1
   FROM app.blocked_cases b
  WHERE (b.case_id = openings.subject)))) OR (( SELECT (app.me()).role AS role) = 'job'::text) OR app.disclosed(subject, ( SELECT (app.me()).id AS id))) with check -
ev.openings proceeding_only for SELECT to {recobro_app} using (( SELECT (app.me()).role AS role) IS DISTINCT FROM 'external'::text) with check -
ev.openings reads_own for SELECT to {recobro_app} using (app.near(( SELECT app.me() AS me), client_id) OR
CASE
    WHEN (subject_kind = 'case'::text) THEN (EXISTS ( SELECT 1
       FROM app.cases c
      WHERE ((c.client_id = openings.client_id) AND (c.id = openings.subject))))
    ELSE ( SELECT (app.me()).staff AS staff)
END) with check -
ev.openings walled for SELECT to {recobro_app} using (NOT (ARRAY[client_id, subject] && ( SELECT (app.me()).walls AS walls))) with check -
ev.stamps all_read for SELECT to {ev_owner,recobro_app,recobro_log} using true with check -
ev.stamps log_writes for INSERT to {recobro_log} using - with check true

-- triggers
CREATE CONSTRAINT TRIGGER instalments_sum_to_total AFTER INSERT ON app.agreements DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.instalments_sum_to_total()
CREATE CONSTRAINT TRIGGER instalments_sum_to_total AFTER INSERT OR UPDATE OF minor ON app.instalments DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.instalments_sum_to_total()
CREATE CONSTRAINT TRIGGER ledger_never_below_zero AFTER INSERT ON app.ledger_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.minor < 0)) EXECUTE FUNCTION app.ledger_never_below_zero()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER DELETE OR UPDATE ON app.persons DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_debtor()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE ON app.accounts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_account()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE ON app.messages DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_linked('message_cases', 'message_id', 'id')
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE ON app.passkeys DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_person()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE ON app.users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_person()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE OF ends_at ON app.api_key_secrets DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_client()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE OF stage, stage_from, stage_event, stage_since, outcome, team_id, lawyer_id, paralegal_id, account_id, closed_on ON app.cases DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_itself('case')
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.agreement_cases DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_case()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.agreements DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_linked('agreement_cases', 'agreement_id', 'id')
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.approvals DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_case()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.blocked_cases DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_case()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.case_externals DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_case()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.clients DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_itself('client')
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.contact_points DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_account()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.data_requests DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_firm()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.deadlines DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_case()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.debts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_case()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.delegations DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_firm()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.demand_cases DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_case()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.demands DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_linked('demand_cases', 'demand_id', 'id')
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.disclosures DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_case()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.disputes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_case()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.documents DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_case()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.emergencies DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_case()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.filings DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_linked('proceeding_cases', 'proceeding_id', 'proceeding_id')
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.firm DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_firm()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.holds DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_case()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.instalments DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_linked('agreement_cases', 'agreement_id', 'agreement_id')
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.interest_terms DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_case()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.law_changes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_firm()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.ledger_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_case()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.legal_holds DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_firm()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.limitation_facts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_case()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.mandates DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_client()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.message_cases DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_case()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.negotiation_attempts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_account()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.parties DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_account()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.payments DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_account()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.portfolio_items DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_portfolio()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.portfolios DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_itself('portfolio')
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.privacy_terms DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_firm()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.proceeding_acts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_linked('proceeding_cases', 'proceeding_id', 'proceeding_id')
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.proceeding_cases DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_case()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.proceeding_parties DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_linked('proceeding_cases', 'proceeding_id', 'proceeding_id')
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.proceedings DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_linked('proceeding_cases', 'proceeding_id', 'id')
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.promises DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_case()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.user_clients DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_person()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.user_teams DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_firm()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR DELETE OR UPDATE ON app.walls DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_firm()
CREATE CONSTRAINT TRIGGER must_have_logged AFTER INSERT OR UPDATE ON app.api_keys DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.logged_client()
CREATE CONSTRAINT TRIGGER must_have_logged_change AFTER UPDATE ON app.accounts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((to_jsonb(old.*) - 'known_until'::text) IS DISTINCT FROM (to_jsonb(new.*) - 'known_until'::text))) EXECUTE FUNCTION app.logged_account()
CREATE CONSTRAINT TRIGGER must_have_logged_change AFTER UPDATE ON app.messages DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((((to_jsonb(old.*) - '{lease,lease_until,state}'::text[]) IS DISTINCT FROM (to_jsonb(new.*) - '{lease,lease_until,state}'::text[])) OR ((old.state <> new.state) AND (NOT ((old.state = 'reserved'::text) AND (new.state = 'sending'::text)))))) EXECUTE FUNCTION app.logged_linked('message_cases', 'message_id', 'id')
CREATE CONSTRAINT TRIGGER must_have_logged_change AFTER UPDATE ON app.users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((to_jsonb(old.*) - '{language,totp_last_step}'::text[]) IS DISTINCT FROM (to_jsonb(new.*) - '{language,totp_last_step}'::text[]))) EXECUTE FUNCTION app.logged_person()
CREATE CONSTRAINT TRIGGER must_have_logged_until AFTER UPDATE ON app.accounts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((old.known_until IS DISTINCT FROM new.known_until)) EXECUTE FUNCTION app.logged_client()
CREATE TRIGGER checkpoints_never_change BEFORE DELETE OR UPDATE ON ev.checkpoints FOR EACH ROW EXECUTE FUNCTION ev.refuse_change()
CREATE TRIGGER checkpoints_never_truncated BEFORE TRUNCATE ON ev.checkpoints FOR EACH STATEMENT EXECUTE FUNCTION ev.refuse_change()
CREATE TRIGGER cosignatures_never_change BEFORE DELETE OR UPDATE ON ev.cosignatures FOR EACH ROW EXECUTE FUNCTION ev.refuse_change()
CREATE TRIGGER cosignatures_never_truncated BEFORE TRUNCATE ON ev.cosignatures FOR EACH STATEMENT EXECUTE FUNCTION ev.refuse_change()
CREATE TRIGGER events_never_change BEFORE DELETE OR UPDATE ON ev.events FOR EACH ROW EXECUTE FUNCTION ev.refuse_change()
CREATE TRIGGER events_never_truncated BEFORE TRUNCATE ON ev.events FOR EACH STATEMENT EXECUTE FUNCTION ev.refuse_change()
CREATE TRIGGER hashes_never_change BEFORE DELETE OR UPDATE ON ev.hashes FOR EACH ROW EXECUTE FUNCTION ev.refuse_change()
CREATE TRIGGER hashes_never_truncated BEFORE TRUNCATE ON ev.hashes FOR EACH STATEMENT EXECUTE FUNCTION ev.refuse_change()
CREATE TRIGGER hold_gate BEFORE INSERT ON app.legal_holds FOR EACH ROW EXECUTE FUNCTION app.hold_gate()
CREATE TRIGGER leaves_never_change BEFORE DELETE OR UPDATE ON ev.leaves FOR EACH ROW EXECUTE FUNCTION ev.refuse_change()
CREATE TRIGGER leaves_never_truncated BEFORE TRUNCATE ON ev.leaves FOR EACH STATEMENT EXECUTE FUNCTION ev.refuse_change()
CREATE TRIGGER log_never_change BEFORE DELETE OR UPDATE ON ev.log FOR EACH ROW EXECUTE FUNCTION ev.refuse_change()
CREATE TRIGGER log_never_truncated BEFORE TRUNCATE ON ev.log FOR EACH STATEMENT EXECUTE FUNCTION ev.refuse_change()
CREATE TRIGGER openings_erased_by_the_owner BEFORE DELETE ON ev.openings FOR EACH ROW EXECUTE FUNCTION ev.refuse_erasure()
CREATE TRIGGER openings_never_change BEFORE UPDATE ON ev.openings FOR EACH ROW EXECUTE FUNCTION ev.refuse_change()
CREATE TRIGGER openings_never_truncated BEFORE TRUNCATE ON ev.openings FOR EACH STATEMENT EXECUTE FUNCTION ev.refuse_change()
CREATE TRIGGER stamps_never_change BEFORE DELETE OR UPDATE ON ev.stamps FOR EACH ROW EXECUTE FUNCTION ev.refuse_change()
CREATE TRIGGER stamps_never_truncated BEFORE TRUNCATE ON ev.stamps FOR EACH STATEMENT EXECUTE FUNCTION ev.refuse_change()

-- functions
app.add_passkey(p_user uuid, p_id bytea, p_name text, p_record bytea) owner recobro_owner security definer
app.ask_link(p_id uuid, p_user uuid, p_purpose text, p_life interval) owner recobro_owner security definer
app.attempt(p_names bytea[], p_bursts integer[], p_seconds double precision[], p_at timestamp with time zone) owner recobro_owner security definer
app.case_numbered(p_number text) owner recobro_owner security definer
app.close_session() owner recobro_owner security definer
app.count_passkey(p_id bytea, p_record bytea) owner recobro_owner security definer
app.destroy_case(p_case uuid, p_today date) owner recobro_owner security definer
app.disclosed(p_case uuid, p_person uuid) owner recobro_owner security definer
app.drop_passkey(p_user uuid, p_id bytea) owner recobro_owner security definer
app.end_sessions(p_user uuid, p_session uuid) owner recobro_owner security definer
app.factors_of(p_user uuid) owner recobro_owner security definer
app.find_cases(p_words text, p_limit integer) owner recobro_owner security definer
app.finish_pending(p_hash bytea, p_totp text, p_passkey bytea, p_name text, p_record bytea) owner recobro_owner security definer
app.fresh(p_within interval) owner recobro_owner security definer
app.hold_gate() owner recobro_owner security definer
app.holders_for(p_client uuid, p_team integer, p_turn bigint) owner recobro_owner security definer
app.instalments_sum_to_total() owner recobro_owner
app.is_own(p_user uuid) owner recobro_owner security definer
app.keep_ceremony(p_token bytea, p_kind text, p_data bytea, p_life interval) owner recobro_owner security definer
app.key_used() owner recobro_owner security definer
app.ledger_never_below_zero() owner recobro_owner
app.link_of(p_token bytea) owner recobro_owner security definer
app.logged_account() owner recobro_owner security definer
app.logged_case() owner recobro_owner security definer
app.logged_client() owner recobro_owner security definer
app.logged_debtor() owner recobro_owner security definer
app.logged_firm() owner recobro_owner security definer
app.logged_itself() owner recobro_owner security definer
app.logged_linked() owner recobro_owner security definer
app.logged_person() owner recobro_owner security definer
app.logged_portfolio() owner recobro_owner security definer
app.login_of(p_email text) owner recobro_owner security definer
app.may_join(p_user uuid) owner recobro_owner security definer
app.may_manage(p_user uuid) owner recobro_owner security definer
app.me() owner recobro_owner security definer
app.near(me app.identity, p_client uuid) owner recobro_owner
app.of_a_proceeding(p_case uuid, p_document uuid) owner recobro_owner security definer
app.open_job(p_hash bytea, p_job text, p_client uuid, p_lifetime interval) owner recobro_owner security definer
app.open_pending(p_user uuid, p_link bytea, p_hash bytea, p_password text, p_life interval, p_agent text, p_address text) owner recobro_owner security definer
app.open_session(p_user uuid, p_hash bytea, p_life interval, p_idle interval, p_factor text, p_step bigint, p_code bytea, p_agent text, p_address text) owner recobro_owner security definer
app.papers_of(p_case uuid) owner recobro_owner security definer
app.passkeys_for(p_user uuid) owner recobro_owner security definer
app.pending_of(p_hash bytea) owner recobro_owner security definer
app.persons_for(p_countries text[], p_tax_ids text[], p_new_ids uuid[]) owner recobro_owner security definer
app.prove_session(p_factor text, p_step bigint, p_code bytea) owner recobro_owner security definer
app.reaches(me app.identity, p_client uuid, p_team integer, p_paralegal uuid, p_case uuid) owner recobro_owner
app.reset_factors(p_user uuid) owner recobro_owner security definer
app.sessions_of(p_user uuid) owner recobro_owner security definer
app.set_password(p_user uuid, p_hash text) owner recobro_owner security definer
app.set_recovery_codes(p_user uuid, p_hashes bytea[]) owner recobro_owner security definer
app.set_totp(p_user uuid, p_secret text, p_step bigint) owner recobro_owner security definer
app.standing_of(p_users uuid[]) owner recobro_owner security definer
app.take_ceremony(p_token bytea, p_kind text) owner recobro_owner security definer
app.team_of(p_client uuid) owner recobro_owner security definer
app.touch_session(p_idle interval) owner recobro_owner security definer
app.use_factor(p_user uuid, p_factor text, p_step bigint, p_code bytea) owner recobro_owner security definer
app.works_on(me app.identity, p_client uuid, p_team integer, p_paralegal uuid, p_case uuid) owner recobro_owner
app.write_link(p_id uuid, p_token bytea) owner recobro_owner security definer
ev.append_many(p_subject_kinds text[], p_subjects uuid[], p_clients uuid[], p_types text[], p_occ timestamp with time zone[], p_templates text[], p_bodies bytea[], p_classes text[], p_openings bytea[], p_request text, p_opkey text, p_build text, p_policy text) owner ev_owner security definer
ev.destroy_openings(p_case uuid) owner ev_owner security definer
ev.header(p_origin text, p_client uuid, p_kind text, p_subject uuid, p_seq integer, p_prev bytea, p_type text, p_at timestamp with time zone, p_regressed boolean, p_occ timestamp with time zone, p_operation text, p_template text, p_checkpoint text, p_body bytea) owner ev_owner
ev.hold_to_owners(p_subject_kinds text[], p_subjects uuid[], p_clients uuid[]) owner ev_owner
ev.leaf(p_origin text, p_header bytea) owner ev_owner
ev.logged_now(p_kind text, p_subject uuid) owner ev_owner security definer
ev.refuse_change() owner ev_owner
ev.refuse_erasure() owner ev_owner

-- grants
INSERT SELECT on app.access_log to recobro_app
INSERT SELECT on app.accounts to recobro_app
INSERT SELECT on app.agreement_cases to recobro_app
INSERT SELECT UPDATE on app.agreements to recobro_app
INSERT on app.api_key_secrets to recobro_app
INSERT on app.api_keys to recobro_app
INSERT SELECT UPDATE on app.approvals to recobro_app
INSERT SELECT on app.blocked_cases to recobro_app
INSERT SELECT on app.case_externals to recobro_app
SELECT on app.case_facts to recobro_app
SELECT on app.case_steps to recobro_app
INSERT SELECT on app.cases to recobro_app
INSERT SELECT UPDATE on app.clients to recobro_app
INSERT SELECT on app.contact_log to recobro_app
INSERT SELECT on app.contact_points to recobro_app
INSERT SELECT on app.data_requests to recobro_app
INSERT SELECT UPDATE on app.deadlines to recobro_app
INSERT SELECT UPDATE on app.debts to recobro_app
INSERT SELECT on app.delegations to recobro_app
INSERT SELECT on app.demand_cases to recobro_app
INSERT SELECT UPDATE on app.demands to recobro_app
SELECT on app.destruction_columns to recobro_app
INSERT SELECT on app.disclosures to recobro_app
INSERT SELECT UPDATE on app.disputes to recobro_app
INSERT SELECT UPDATE on app.documents to recobro_app
DELETE SELECT on app.doomed_files to recobro_app
INSERT SELECT on app.emergencies to recobro_app
INSERT SELECT UPDATE on app.filings to recobro_app
INSERT SELECT UPDATE on app.firm to recobro_app
INSERT SELECT UPDATE on app.holds to recobro_app
INSERT SELECT UPDATE on app.instalments to recobro_app
INSERT SELECT on app.interest_terms to recobro_app
INSERT SELECT on app.law_changes to recobro_app
INSERT SELECT on app.ledger_entries to recobro_app
INSERT SELECT on app.legal_holds to recobro_app
INSERT SELECT on app.limitation_facts to recobro_app
INSERT SELECT on app.mandates to recobro_app
INSERT SELECT on app.message_cases to recobro_app
INSERT SELECT on app.messages to recobro_app
INSERT SELECT UPDATE on app.negotiation_attempts to recobro_app
DELETE INSERT SELECT UPDATE on app.operations to recobro_app
INSERT SELECT on app.parties to recobro_app
INSERT SELECT UPDATE on app.payments to recobro_app
SELECT on app.persons to recobro_app
INSERT SELECT on app.portfolio_items to recobro_app
INSERT SELECT on app.portfolios to recobro_app
INSERT SELECT on app.privacy_terms to recobro_app
INSERT SELECT UPDATE on app.proceeding_acts to recobro_app
INSERT SELECT on app.proceeding_cases to recobro_app
INSERT SELECT on app.proceeding_parties to recobro_app
INSERT SELECT UPDATE on app.proceedings to recobro_app
INSERT SELECT UPDATE on app.promises to recobro_app
DELETE INSERT SELECT on app.tasks to recobro_app
INSERT SELECT UPDATE on app.teams to recobro_app
DELETE INSERT SELECT UPDATE on app.user_clients to recobro_app
DELETE INSERT SELECT UPDATE on app.user_teams to recobro_app
INSERT on app.users to recobro_app
INSERT SELECT on app.walls to recobro_app
SELECT on ev.checkpoints to recobro_app
INSERT SELECT on ev.checkpoints to recobro_log
SELECT on ev.cosignatures to recobro_app
INSERT SELECT on ev.cosignatures to recobro_log
SELECT on ev.events to recobro_app
SELECT on ev.hashes to recobro_app
INSERT SELECT on ev.hashes to recobro_log
SELECT on ev.leaves to recobro_app
INSERT SELECT on ev.leaves to recobro_log
SELECT on ev.log to recobro_app
SELECT on ev.log to recobro_log
SELECT on ev.openings to recobro_app
SELECT on ev.stamps to recobro_app
INSERT SELECT on ev.stamps to recobro_log

-- grants on columns
app.accounts.known_until UPDATE to recobro_app
app.accounts.person_id UPDATE to recobro_app
app.api_key_secrets.api_key_id SELECT to recobro_app
app.api_key_secrets.client_id SELECT to recobro_app
app.api_key_secrets.ends_at SELECT to recobro_app
app.api_key_secrets.ends_at UPDATE to recobro_app
app.api_key_secrets.issued_at SELECT to recobro_app
app.api_key_secrets.last_used_at SELECT to recobro_app
app.api_key_secrets.prefix SELECT to recobro_app
app.api_keys.client_id SELECT to recobro_app
app.api_keys.created_at SELECT to recobro_app
app.api_keys.created_by SELECT to recobro_app
app.api_keys.id SELECT to recobro_app
app.api_keys.name SELECT to recobro_app
app.api_keys.revoked_at SELECT to recobro_app
app.api_keys.revoked_at UPDATE to recobro_app
app.api_keys.scopes SELECT to recobro_app
app.blocked_cases.proposed_by UPDATE to recobro_app
app.blocked_cases.proposed_on UPDATE to recobro_app
app.blocked_cases.state UPDATE to recobro_app
app.case_externals.removed_at UPDATE to recobro_app
app.case_externals.removed_by UPDATE to recobro_app
app.cases.closed_on UPDATE to recobro_app
app.cases.lawyer_id UPDATE to recobro_app
app.cases.next_on UPDATE to recobro_app
app.cases.next_step UPDATE to recobro_app
app.cases.outcome UPDATE to recobro_app
app.cases.paralegal_id UPDATE to recobro_app
app.cases.plan_due UPDATE to recobro_app
app.cases.plan_error UPDATE to recobro_app
app.cases.stage UPDATE to recobro_app
app.cases.stage_event UPDATE to recobro_app
app.cases.stage_from UPDATE to recobro_app
app.cases.stage_since UPDATE to recobro_app
app.cases.steps_done UPDATE to recobro_app
app.cases.strategy UPDATE to recobro_app
app.cases.strategy_version UPDATE to recobro_app
app.cases.team_id UPDATE to recobro_app
app.cases.version UPDATE to recobro_app
app.contact_points.status UPDATE to recobro_app
app.data_requests.answered_on UPDATE to recobro_app
app.data_requests.outcome UPDATE to recobro_app
app.data_requests.state UPDATE to recobro_app
app.data_requests.verified_how UPDATE to recobro_app
app.delegations.ended_at UPDATE to recobro_app
app.delegations.ended_by UPDATE to recobro_app
app.disclosures.granted_by UPDATE to recobro_app
app.disclosures.until_at UPDATE to recobro_app
app.emergencies.closed_at UPDATE to recobro_app
app.law_changes.decided_at UPDATE to recobro_app
app.law_changes.decided_by UPDATE to recobro_app
app.law_changes.reason UPDATE to recobro_app
app.law_changes.seq UPDATE to recobro_app
app.law_changes.state UPDATE to recobro_app
app.legal_holds.lifted_by UPDATE to recobro_app
app.legal_holds.lifted_on UPDATE to recobro_app
app.legal_holds.review_on UPDATE to recobro_app
app.messages.grade UPDATE to recobro_app
app.messages.lease UPDATE to recobro_app
app.messages.lease_until UPDATE to recobro_app
app.messages.provider_answer UPDATE to recobro_app
app.messages.provider_reference UPDATE to recobro_app
app.messages.sent_at UPDATE to recobro_app
app.messages.sent_on UPDATE to recobro_app
app.messages.state UPDATE to recobro_app
app.persons.deceased_on UPDATE to recobro_app
app.persons.insolvent_on UPDATE to recobro_app
app.persons.opted_out_on UPDATE to recobro_app
app.privacy_terms.amount UPDATE to recobro_app
app.privacy_terms.set_by UPDATE to recobro_app
app.privacy_terms.set_on UPDATE to recobro_app
app.privacy_terms.source UPDATE to recobro_app
app.privacy_terms.unit UPDATE to recobro_app
app.tasks.done_on UPDATE to recobro_app
app.users.bar_number SELECT to recobro_app
app.users.bar_number UPDATE to recobro_app
app.users.created_at SELECT to recobro_app
app.users.disabled_at SELECT to recobro_app
app.users.disabled_at UPDATE to recobro_app
app.users.email SELECT to recobro_app
app.users.id SELECT to recobro_app
app.users.language SELECT to recobro_app
app.users.language UPDATE to recobro_app
app.users.name SELECT to recobro_app
app.users.name UPDATE to recobro_app
app.users.role SELECT to recobro_app
app.users.role UPDATE to recobro_app
app.walls.lift_reason UPDATE to recobro_app
app.walls.lifted_at UPDATE to recobro_app
app.walls.lifted_by UPDATE to recobro_app
ev.events.leaf SELECT to recobro_log
ev.events.seq SELECT to recobro_log
ev.events.subject SELECT to recobro_log
ev.events.subject_kind SELECT to recobro_log
ev.events.xid SELECT to recobro_log

-- legal moves of a case
amicable --corrected--> enforcement
amicable --corrected--> formal_demand
amicable --corrected--> judicial
amicable --corrected--> pre_litigation
amicable --declined--> closed
amicable --demand_started--> formal_demand
amicable --paid--> closed
amicable --recalled--> closed
amicable --settled--> closed
amicable --time_barred--> closed
amicable --uncollectible--> closed
enforcement --corrected--> amicable
enforcement --corrected--> formal_demand
enforcement --corrected--> judicial
enforcement --corrected--> pre_litigation
enforcement --declined--> closed
enforcement --paid--> closed
enforcement --recalled--> closed
enforcement --settled--> closed
enforcement --time_barred--> closed
enforcement --uncollectible--> closed
formal_demand --corrected--> amicable
formal_demand --corrected--> enforcement
formal_demand --corrected--> judicial
formal_demand --corrected--> pre_litigation
formal_demand --declined--> closed
formal_demand --demand_expired--> pre_litigation
formal_demand --demand_withdrawn--> amicable
formal_demand --paid--> closed
formal_demand --recalled--> closed
formal_demand --settled--> closed
formal_demand --time_barred--> closed
formal_demand --uncollectible--> closed
intake --accepted--> amicable
intake --declined--> closed
intake --opened--> intake
intake --paid--> closed
intake --recalled--> closed
intake --settled--> closed
intake --time_barred--> closed
intake --uncollectible--> closed
judicial --corrected--> amicable
judicial --corrected--> enforcement
judicial --corrected--> formal_demand
judicial --corrected--> pre_litigation
judicial --declined--> closed
judicial --paid--> closed
judicial --recalled--> closed
judicial --settled--> closed
judicial --suit_withdrawn--> pre_litigation
judicial --time_barred--> closed
judicial --title_obtained--> enforcement
judicial --uncollectible--> closed
pre_litigation --corrected--> amicable
pre_litigation --corrected--> enforcement
pre_litigation --corrected--> formal_demand
pre_litigation --corrected--> judicial
pre_litigation --declined--> closed
pre_litigation --paid--> closed
pre_litigation --recalled--> closed
pre_litigation --settled--> closed
pre_litigation --suit_filed--> judicial
pre_litigation --time_barred--> closed
pre_litigation --uncollectible--> closed

