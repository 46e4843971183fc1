// Package letters holds the words of the firm: one file <id>.<lang>.md for each letter and language, a front matter and a
// Markdown body. The rule: a shipped file is version 1 of a template; a change of wording is a new version, never an edit of
// what was sent.
//
// # Body
//
// {{name}} stands for a field of the front matter's closed list. A paragraph, heading, list item or table row that begins with
// {?name} is left out when that field is empty; {?payment} when the letter has no payment box. {small} sets small print, {center}
// centres. On a line of their own: {{table:name}}, {{list:name}}, {{paragraphs:name}}, {{payment}} (payment box with QR),
// {{signature}} (who signs), {{parties:name,name}} (lines for the signatures of an agreement; a name may have several lines).
// A table that begins with an empty head is printed without one. Raw HTML, code and images are refused.
//
// # Names that templates share
//
// Texts: firm_name, case_numbers, client_name, client_tax_id, client_address, client_representative, client_signatory,
// debtor_name, debtor_tax_id, debtor_address, debtor_representative, debtor_signatory, debt_origin (a phrase: "los suministros
// de…"; paragraphs in a petition), interest_basis (law and source of the rate), commercial_rate ("10,40 %"), payments_note,
// payment_reference, iban, payment_link (https), contact, negotiation_contact, data_contact, credit_files (the systems of LOPDGDD
// 20.1 c; empty, no warning), lawyer_name, place, court ("TRIBUNAL DE INSTANCIA DE …, SECCIÓN CIVIL"), negotiation_facts,
// negotiation_document, court_fee_note, costs_note, method_note, converted_note, law_pack, known_at (an instant), grace_days.
//
// Money, printed for people: amount_total, amount_principal, amount_interest, amount_compensation, amount_costs, amount_agreed,
// daily_interest, promised_amount.
//
// Dates, YYYY-MM-DD: as_of, term_on, promised_on, valid_until, signed_on, demand_received_on.
//
// Tables: debts (number, issued, due, principal), interest (debt, from, to, days, base, rate, official publication, amount), instalments
// (n, due, amount). Of a statement: summary (component, charged, paid, given_up, open), claims (number, issued, due, principal,
// principal_open, open), terms (number, from, kind, basis), rates (from, to, rate, law, publication), payments (on, to, basis, amount,
// applied), given_up (on, what, basis, amount), costs (on, what, basis, bearer, amount). Lists: annexes, documents, other_addresses,
// warnings (what nobody has checked yet).
//
// Of an acta: entries_count, first_at, last_at, profile_note, log_origin, checkpoint_size, checkpoint_root, checkpoint_missing; entries
// (seq, at, what, who, grade, leaf), withheld (seq, class, what), papers (seq, name, bytes, sha256), channels (channel, covered, count,
// grade), attested (who, what, at); lists proved and not_proved.
//
// A formal demand of Spain is also the request to negotiate of LO 1/2025, so no template of kind letter has a field for the
// figures of a proposal: those go only into agreement_proposal and settlement_agreement.
package letters

import "embed"

// FS holds the templates.
//
//go:embed *.md
var FS embed.FS
