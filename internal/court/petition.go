package court

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/demands"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/letters"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/internal/problem"
	"recobro/internal/statements"
)

// petition is a filing as it would be printed now, with its annexes in their order.
type petition struct {
	template   *letters.Template
	sheet      letters.Sheet
	pack       *law.Pack
	procedure  law.Procedure
	proceeding *Proceeding
	filing     *Filing
	cases      []*cases.Case
	firm       clients.Firm
	client     clients.Client
	debtor     cases.Party
	sued       []cases.Party  // the defendants, the principal debtor first
	proofs     []Negotiation  // the attempts with the other defendants
	demand     demands.Demand // the one that was delivered
	lawyer     lawyer
	statement  ledger.Statement
	stale      *law.Stale // a table that ends before today: interest is stated up to its last day
	fee        law.CourtFee
	today      day.Date
	annexes    []documents.Document
	talks      int // number of the annex that proves the receipt of the demand; what follows proves the other requests to negotiate
}

type lawyer struct {
	Name      string `db:"name"`
	BarNumber string `db:"bar_number"`
}

var (
	errAnnex = problem.New(problem.Invalid, "filing_annex_missing", "Falta un documento que el procedimiento exige.", "A document that the procedure requires is missing.")
	errMoney = problem.New(problem.Conflict, "money_not_known",
		"Aún no se conocen los cobros de esta cuenta hasta ningún día: no se puede fijar lo que se debe.", "The money received on this account is not known up to any day yet: what is owed cannot be stated.")
	errBar = problem.New(problem.Conflict, "bar_number_missing", "Quien firma necesita su número de colegiado en su ficha.", "Who signs needs the bar number in the user's record.")
)

// compose reads everything that the petition says and annexes. With somebody who signs it is the one that is filed.
func (d *Desk) compose(tx *postgres.Tx, pr *Proceeding, f *Filing, all []*cases.Case, signs *evidence.Actor, now time.Time) (*petition, error) {
	p := &petition{proceeding: pr, filing: f, cases: all}
	var err error
	if p.pack, err = d.packOf(*pr); err != nil {
		return nil, err
	}
	if p.procedure, err = p.pack.Procedure(pr.Procedure); err != nil {
		return nil, err
	}
	if p.template, err = d.Shelf.Template(f.Template, f.Language); err != nil {
		return nil, err
	}
	p.today = day.In(now, p.pack.Zone)
	if err := p.read(tx, signs); err != nil {
		return nil, err
	}
	account, err := cases.AccountOf(tx, pr.ClientID, pr.AccountID)
	if err != nil {
		return nil, err
	}
	if signs != nil && account.KnownUntil.IsZero() {
		return nil, errMoney
	}
	if err := d.state(tx, p, account.KnownUntil); err != nil {
		return nil, err
	}
	if p.fee, _, err = d.fee(tx, p.pack, *pr, p.client, p.statement.Open); err != nil {
		return nil, err
	}
	if err := p.gather(tx); err != nil {
		return nil, err
	}
	p.write()
	return p, nil
}

// isCompany tells a company from a natural person by the tax id; what cannot be read counts as a company.
func isCompany(c clients.Client) bool {
	id, err := law.CheckTaxID(c.Country, c.TaxID)
	return err != nil || id.Holder != law.Person
}

func (p *petition) read(tx *postgres.Tx, signs *evidence.Actor) (err error) {
	if p.firm, err = clients.FirmOf(tx); err != nil {
		return err
	}
	if p.client, err = clients.Get(tx, p.proceeding.ClientID); err != nil {
		return err
	}
	if p.debtor, err = cases.DebtorOf(tx, p.proceeding.ClientID, p.proceeding.AccountID); err != nil {
		return err
	}
	if err = p.readDefendants(tx); err != nil {
		return err
	}
	if p.demand, err = demands.DeliveredOf(tx, p.proceeding.ClientID, p.proceeding.CaseIDs); err != nil {
		return err
	}
	id := p.cases[0].LawyerID
	if signs != nil {
		id = &signs.ID
	}
	if id != nil {
		if err := tx.Get(&p.lawyer, `select name, bar_number from users where id = $1`, id); err != nil {
			return fmt.Errorf("reading the lawyer %s: %w", id, err)
		}
	}
	if signs != nil && p.lawyer.BarNumber == "" {
		return errBar
	}
	return nil
}

// readDefendants reads whom the proceeding sues and how the others than the principal debtor were asked to negotiate.
func (p *petition) readDefendants(tx *postgres.Tx) error {
	parties, err := cases.PartiesOf(tx, p.proceeding.ClientID, p.proceeding.AccountID)
	if err != nil {
		return err
	}
	attempts, err := attemptsOf(tx, p.proceeding.ClientID, p.proceeding.AccountID)
	if err != nil {
		return err
	}
	for _, party := range parties {
		if !slices.Contains(p.proceeding.Defendants, party.ID) {
			continue
		}
		p.sued = append(p.sued, party)
		for _, a := range attempts {
			if a.PartyID == party.ID && a.DocumentID != nil {
				p.proofs = append(p.proofs, a)
			}
		}
	}
	if len(p.sued) == 0 { // from before defendants were named
		p.sued = []cases.Party{p.debtor}
	}
	return nil
}

// debtPapers prove a debt (ES LEC 812.1), in the order in which they are annexed.
var debtPapers = []string{documents.Invoice, documents.Contract, documents.DeliveryNote}

// gather puts the annexes in order: the papers of the debts case by case, the demand as issued, the proofs of dispatch and of
// delivery. What the procedure requires and is not there is named.
func (p *petition) gather(tx *postgres.Tx) error {
	var missing []problem.Reason
	var dispatch []documents.Document
	for _, c := range p.cases {
		all, err := documents.List(tx, c.ClientID, c.ID)
		if err != nil {
			return err
		}
		before := len(p.annexes)
		for _, kind := range debtPapers {
			for _, doc := range all {
				if doc.Kind == kind && printable(doc) {
					p.annexes = append(p.annexes, doc)
				}
			}
		}
		if len(p.annexes) == before {
			missing = append(missing, p.lacks("debt_proof", c.Number)...)
		}
		for _, doc := range all {
			if doc.Kind == documents.DispatchProof && printable(doc) {
				dispatch = append(dispatch, doc)
			}
		}
	}
	for _, id := range []*uuid.UUID{p.demand.DocumentID, p.demand.DeliveryDocumentID} {
		if id == nil {
			continue
		}
		doc, err := documents.Of(tx, p.proceeding.ClientID, *id)
		if err != nil {
			return err
		}
		if doc.Kind == documents.DeliveryProof {
			p.annexes = append(p.annexes, dispatch...)
		}
		if printable(doc) {
			p.annexes = append(p.annexes, doc)
		}
	}
	p.talks = len(p.annexes)
	for _, a := range p.proofs {
		doc, err := documents.Of(tx, p.proceeding.ClientID, *a.DocumentID)
		if err != nil {
			return err
		}
		if printable(doc) {
			p.annexes = append(p.annexes, doc)
		}
	}
	if n := p.talks; n == 0 || p.annexes[n-1].Kind != documents.DeliveryProof {
		missing = append(missing, p.lacks("negotiation_proof", "")...)
	}
	if len(missing) > 0 {
		return errAnnex.With(missing...)
	}
	return nil
}

// printable says that a paper can be bound into a pack.
func printable(d documents.Document) bool {
	return slices.Contains([]string{"application/pdf", "image/png", "image/jpeg"}, d.MediaType)
}

// lacks names a required kind of annex in the words of the law; a kind that the procedure does not require is no reason.
func (p *petition) lacks(kind, caseNumber string) []problem.Reason {
	for _, a := range p.procedure.Annexes {
		if a.Kind == kind && a.Required {
			text := a.Text
			if caseNumber != "" {
				text = problem.Text{ES: caseNumber + ": " + text.ES, EN: caseNumber + ": " + text.EN}
			}
			return []problem.Reason{{Pointer: "/annexes/" + kind, Code: "missing", Text: text}}
		}
	}
	return nil
}

// numbered are the annexes as the filing lists them.
func (p *petition) numbered() []Annex {
	list := make([]Annex, len(p.annexes))
	for i, doc := range p.annexes {
		list[i] = Annex{N: i + 1, Title: p.title(doc), DocumentID: doc.ID}
	}
	return list
}

// title says what an annex is, for the index of the pack.
func (p *petition) title(doc documents.Document) string {
	name := strings.TrimSuffix(doc.Name, path.Ext(doc.Name))
	switch doc.Kind {
	case documents.Invoice:
		return "Factura: " + name
	case documents.Contract:
		return "Contrato: " + name
	case documents.DeliveryNote:
		return "Albarán: " + name
	case documents.Demand:
		return "Requerimiento de pago y solicitud de negociación del " + p.demand.IssuedOn.Long("es")
	case documents.DispatchProof:
		return "Justificante del envío del requerimiento"
	case documents.DeliveryProof:
		for _, a := range p.proofs {
			if *a.DocumentID == doc.ID {
				return "Justificante de la recepción de la solicitud de negociación, del " + a.ReceivedOn.Long("es")
			}
		}
		return "Justificante de la recepción del requerimiento, del " + p.demand.DeliveredOn.Long("es")
	}
	return name
}

// write fills the sheet: what people wrote goes over what the program proposes; figures, names and dates come from the case.
func (p *petition) write() {
	numbers := make([]string, len(p.cases))
	for i, c := range p.cases {
		numbers[i] = c.Number
	}
	text := map[string]string{
		"court": strings.ToUpper(p.proceeding.Court), "client_representative": p.actsThrough(), "place": p.firm.City,
		"notification_contact": joined(p.firm.Street, p.firm.PostalCode+" "+p.firm.City, p.firm.Email),
		"debt_origin":          p.origin(), "negotiation_facts": p.negotiation(), "payments_note": statements.PaymentsNote(p.statement, p.filing.Language, p.pack.Locale),
	}
	for name, value := range p.filing.Fields.V {
		text[name] = value
	}
	for name, value := range map[string]string{
		"client_name": p.client.Name, "client_tax_id": p.client.TaxID, "client_address": joined(p.client.Street, p.client.PostalCode+" "+p.client.City),
		"debtor_name": p.each(func(d cases.Party) string { return d.Name }), "debtor_tax_id": p.each(func(d cases.Party) string { return d.TaxID }),
		"debtor_address": p.each(func(d cases.Party) string { return joined(d.Street, d.PostalCode+" "+d.City, d.Region) }),
		"lawyer_name":    p.lawyer.Name, "as_of": p.statement.AsOf.String(), "demand_received_on": p.demand.DeliveredOn.String(),
		"negotiation_document": p.proofNumbers(), "court_fee_note": p.feeNote(), "signed_on": p.today.String(),
	} {
		text[name] = value
	}
	statements.Figures(p.statement, p.template, p.pack.Locale, text)
	list := make([]string, len(p.annexes))
	for i, doc := range p.annexes {
		list[i] = p.title(doc) + "."
	}
	p.sheet = letters.Sheet{Firm: statements.Letterhead(p.firm), Date: p.today, Place: p.firm.City, Reference: strings.Join(numbers, ", "),
		Values: letters.Values{Text: text, Lists: map[string][]string{"documents": list},
			Tables: map[string]letters.Table{"debts": statements.DebtTable(p.statement, p.filing.Language, p.pack.Locale),
				"interest": statements.InterestTable(p.statement, p.filing.Language, p.pack.Locale)}}}
	if p.lawyer.Name != "" {
		p.sheet.Signature = &letters.Signature{Name: p.lawyer.Name, Role: "Por " + p.client.Name, BarNumber: p.lawyer.BarNumber, Date: p.today}
	}
}

// each joins one thing of every defendant.
func (p *petition) each(of func(cases.Party) string) string {
	parts := make([]string, len(p.sued))
	for i, d := range p.sued {
		parts[i] = of(d)
	}
	return strings.Join(parts, "; ")
}

// proofNumbers are the annexes that prove the requests to negotiate.
func (p *petition) proofNumbers() string {
	if len(p.annexes) > p.talks {
		return fmt.Sprintf("documentos n.º %d a %d", p.talks, len(p.annexes))
	}
	return fmt.Sprintf("documento n.º %d", p.talks)
}

// actsThrough says who speaks for the client before the court: a company its legal representative (LEC art. 7.4), a person itself.
func (p *petition) actsThrough() string {
	if isCompany(p.client) {
		return "que actúa por medio de su representante legal"
	}
	return "que actúa en nombre propio"
}

// origin is the proposal for the first fact, with the annexes that prove it; the drafter makes it precise.
func (p *petition) origin() string {
	relations, papers := "relaciones comerciales", 0
	if p.debtor.Kind == "person" {
		relations = "relaciones contractuales"
	}
	for _, doc := range p.annexes {
		if slices.Contains(debtPapers, doc.Kind) {
			papers++
		}
	}
	proof := "el documento n.º 1"
	if papers > 1 {
		proof = fmt.Sprintf("los documentos n.º 1 a %d", papers)
	}
	return fmt.Sprintf("La parte acreedora y la parte deudora mantuvieron %s de las que procede la deuda que se relaciona, que la parte deudora no ha pagado por completo a su vencimiento. Se acredita con %s.",
		relations, proof)
}

var channelWords = map[string]string{demands.Burofax: "burofax con acuse de recibo y certificación de texto", demands.CartaNotarial: "conducto notarial",
	demands.CertifiedEmail: "correo electrónico certificado", demands.Post: "correo postal"}

// negotiation tells how the attempt to settle went, from the demand's own record (LO 1/2025 arts. 7 and 10; LEC 399.3).
func (p *petition) negotiation() string {
	d := p.demand
	reference := ""
	if d.OperatorReference != "" {
		reference = ", con referencia " + d.OperatorReference
	}
	return fmt.Sprintf("El %s se envió a la parte deudora, por %s%s, un requerimiento de pago que contenía una solicitud de negociación sobre esta misma deuda, con cauce y plazo para contestar. La negociación terminó sin acuerdo.",
		d.DispatchedOn.Long("es"), channelWords[d.Channel], reference)
}

// feeNote says which court fee is due, or why none.
func (p *petition) feeNote() string {
	switch {
	case p.fee.Form == "":
		return ""
	case p.fee.Amount.IsZero():
		return fmt.Sprintf("Tasa judicial. %s (%s).", p.fee.Why.ES, p.fee.Law)
	}
	return fmt.Sprintf("Tasa judicial. Se autoliquida con el modelo %s: %s, que por la presentación telemática quedan en %s (%s).", p.fee.Form, p.printed(p.fee.Amount), p.printed(p.fee.Electronic), p.fee.Law)
}

func (p *petition) printed(a money.Amount) string { return a.In(p.pack.Locale) }

func joined(parts ...string) string {
	var out []string
	for _, s := range parts {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, ", ")
}
