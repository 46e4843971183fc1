package main

import (
	"strings"

	"github.com/google/uuid"

	"recobro/internal/day"
)

// demandNow is what the story reads of a demand.
type demandNow struct {
	ID, State  string
	DocumentID uuid.UUID `json:"document_id"`
	TermOn     string    `json:"term_on"`
	AsOf       string    `json:"as_of"`
}

// task says whether a person's queue holds work of a kind on a case.
func (s *story) task(token, kind string, id uuid.UUID) bool {
	s.t.Helper()
	var queue struct {
		Data []struct {
			Kind   string
			CaseID uuid.UUID `json:"case_id"`
		}
	}
	s.good(token, 200, "GET", "/tasks", nil).into(&queue)
	for _, one := range queue.Data {
		if one.Kind == kind && one.CaseID == id {
			return true
		}
	}
	return false
}

// demands: the strategy puts the demand on the paralegal's desk; only a lawyer approves and signs it.
func (s *story) demands() {
	s.until(day.Of(2026, 3, 23))
	if !s.task(s.paralegal, "prepare_demand", s.anna) {
		s.t.Fatal("no demand waits to be prepared")
	}
	s.demand = s.made(s.paralegal, 201, "/cases/"+s.anna.String()+"/demands", map[string]any{})
	at := "/demands/" + s.demand.String()
	s.good(s.paralegal, 200, "POST", at+"/submit", map[string]any{})
	s.good(s.paralegal, 403, "POST", at+"/approve", map[string]any{})
	s.good(s.paralegal, 403, "POST", at+"/sign", map[string]any{})
	s.good(s.lawyer, 409, "POST", at+"/sign", map[string]any{}) // not approved yet
	s.good(s.key, 404, "GET", at, nil)                          // a draft does not exist for the client
	foreign, nothing := s.good(s.strangersKey, 404, "GET", at, nil), s.good(s.strangersKey, 404, "GET", "/demands/"+uuid.NewString(), nil)
	if string(foreign.body) != string(nothing.body) {
		s.t.Errorf("somebody else's demand answers %s, none at all %s", foreign.body, nothing.body)
	}
	s.good(s.lawyer, 200, "POST", at+"/approve", map[string]any{"note": "Conforme"})
	var issued demandNow
	s.good(s.lawyer, 200, "POST", at+"/sign", map[string]any{}).into(&issued)
	if issued.State != "issued" || issued.AsOf != "2026-03-22" { // up to which money is known
		s.t.Fatalf("signed: %+v", issued)
	}
	s.stands(s.anna, "formal_demand", "")
	s.letterSays(issued.DocumentID)
}

// letterSays reads the issued letter out of its PDF. 1,250.00 for 66 days at 10.15 % is 22.94.
func (s *story) letterSays(id uuid.UUID) {
	s.t.Helper()
	c, account := s.claimOn(s.anna, day.Of(2026, 3, 22)), s.read(s.anna)
	if c.Open.Amount != "1312.94" {
		s.t.Errorf("the statement says %s", c.Open)
	}
	text := s.document(id)
	says(s.t, "the letter without blanks", strings.ReplaceAll(text, " ", ""), account.PaymentReference)
	says(s.t, "the letter", text, s.creditor.Name, s.creditor.TaxID, "Talleres Anaceta, S.L.", "F-2025-0001", "Requerimiento de pago", "Irene Valdelomar", "ICA-F 10412",
		s.shown(c.Open), "1.250,00 €", "22,94 €", "40,00 €", "10,15 %", "BOE-A-2025-27201", "22 de marzo de 2026")
}

// delivers: the letter goes out certified; without the operator's proof it has not arrived, with it the term runs.
func (s *story) delivers() {
	s.until(day.Of(2026, 3, 24))
	at := "/demands/" + s.demand.String()
	s.good(s.paralegal, 200, "POST", at+"/dispatch", map[string]any{"channel": "burofax", "operator_reference": "BF-77"})
	s.until(day.Of(2026, 3, 26))
	s.good(s.paralegal, 422, "POST", at+"/delivery", map[string]any{"result": "delivered", "on": "2026-03-26", "grade": 4})
	var delivered demandNow
	s.good(s.paralegal, 200, "POST", at+"/delivery", map[string]any{"result": "delivered", "on": "2026-03-26", "grade": 4,
		"document": paper(s.t, "acuse.pdf", "CERTIFICADO DEL OPERADOR", "Acuse BF-77 recibido")}).into(&delivered)
	if delivered.State != "delivered" || delivered.TermOn != "2026-04-25" { // thirty days, art. 10.4 LO 1/2025
		s.t.Fatalf("delivered: %+v", delivered)
	}
	s.good(s.key, 200, "GET", at, nil)
}

// breaksOff: the third debtor's second instalment does not come. Its tolerance ends on 21 April; on the 22nd, with the
// bank's file of the 21st read, the agreement is broken, the discount revives and the case goes on.
func (s *story) breaksOff() {
	s.until(day.Of(2026, 4, 16))
	s.pay(s.bruno, s.agreed.Instalments[1].Amount, "TR-4")
	s.until(day.Of(2026, 4, 21))
	if got := s.agreement(s.offered.ID); got.State != "active" || got.ToleranceDays != 5 {
		s.t.Fatalf("on the last day of the tolerance: %+v", got)
	}
	s.until(day.Of(2026, 4, 22))
	if got := s.agreement(s.offered.ID); got.State != "broken" {
		s.t.Fatalf("on the day after the tolerance: %+v", got)
	}
	c := s.stands(s.cruz, "amicable", "")
	claim := s.claim(s.cruz)
	if owed := claim.Charged.read(s.t).Minus(claim.Paid.read(s.t)); claim.Waived.Amount != "0.00" || claim.Paid.Amount != "900.00" || owed.Cmp(claim.Open.read(s.t)) != 0 {
		s.t.Errorf("the discount does not revive: %+v", claim)
	}
	if c.NextStep == "" && !s.task(s.paralegal, "prepare_demand", s.cruz) {
		s.t.Errorf("the case does not go on: %+v", c)
	}
}

// goesToCourt: the term is over, the strategy asks the client, and with its consent the suit is prepared.
func (s *story) goesToCourt() {
	s.until(day.Of(2026, 4, 24))
	s.stands(s.anna, "formal_demand", "")
	s.until(day.Of(2026, 4, 27))
	s.stands(s.anna, "pre_litigation", "")
	s.good(s.paralegal, 409, "POST", "/cases/"+s.anna.String()+"/proceedings", map[string]any{"procedure": "monitorio"}) // nobody has allowed it
	s.until(day.Of(2026, 5, 4))                                                                                          // three days in the stage, and the bank's file of the third
	question := s.question("suit", s.anna)
	s.good(s.lawyer, 403, "POST", "/approvals/"+question.String()+"/grant", map[string]any{})
	s.good(s.clientAdmin, 200, "POST", "/approvals/"+question.String()+"/grant", map[string]any{"reason": "Adelante"})
	s.until(day.Of(2026, 5, 5))
	if !s.task(s.lawyer, "prepare_suit", s.anna) {
		s.t.Fatal("no suit waits to be prepared")
	}
	s.proceeding = s.made(s.paralegal, 201, "/cases/"+s.anna.String()+"/proceedings", map[string]any{"procedure": "monitorio", "court": "Tribunal de Instancia de Valdemiel, Sección Civil"})
}

// filingNow is what the story reads of a filing.
type filingNow struct {
	State      string
	Claim      amount
	DocumentID uuid.UUID `json:"document_id"`
}

// files: the petition is drafted, reviewed and signed; the pack holds index, invoice and proof of delivery.
func (s *story) files() {
	s.petition = s.made(s.paralegal, 201, "/proceedings/"+s.proceeding.String()+"/filings",
		map[string]any{"values": map[string]any{"client_representative": "doña Rosaura Brañal, administradora", "place": "Valdemiel"}})
	at := "/filings/" + s.petition.String()
	s.good(s.paralegal, 200, "POST", at+"/submit", map[string]any{})
	s.good(s.paralegal, 403, "POST", at+"/approve", map[string]any{})
	s.good(s.lawyer, 200, "POST", at+"/approve", map[string]any{})
	var signed filingNow
	s.good(s.lawyer, 200, "POST", at+"/sign", map[string]any{}).into(&signed)
	known := s.today.AddDays(-1)
	if claim := s.claimOn(s.anna, known); signed.State != "signed" || signed.Claim != claim.Open || claim.Open.Amount != "1327.89" {
		s.t.Fatalf("signed: %+v, the statement of %s says %+v", signed, known, claim)
	}
	s.stands(s.anna, "pre_litigation", "") // signed is not filed
	text := s.document(signed.DocumentID)
	says(s.t, "the pack", text, "Documento n.º 1", "Documento n.º 2", "Índice de documentos", "Petición inicial", s.creditor.Name, "Talleres Anaceta, S.L.",
		"FACTURA F-2025-0001", "Acuse BF-77 recibido", s.shown(signed.Claim), "Irene Valdelomar", "TRIBUNAL DE INSTANCIA DE VALDEMIEL")
	s.until(day.Of(2026, 5, 6))
	s.good(s.paralegal, 403, "POST", at+"/file", map[string]any{"docket_number": "412/2026"})
	s.good(s.lawyer, 200, "POST", at+"/file", map[string]any{"docket_number": "412/2026", "receipt": paper(s.t, "justificante.pdf", "Presentado el 6 de mayo")})
	s.stands(s.anna, "judicial", "")
}

// serves: the court admits and serves the petition; the deadline explains itself by the days that did not count. Meanwhile
// the second debtor pays its last instalment.
func (s *story) serves() {
	acts := "/proceedings/" + s.proceeding.String() + "/acts"
	s.until(day.Of(2026, 5, 8))
	s.made(s.paralegal, 201, acts, map[string]any{"kind": "admitted", "happened_on": s.today})
	s.until(day.Of(2026, 5, 18))
	s.pay(s.bruno, s.agreed.Instalments[2].Amount, "TR-5")
	s.until(day.Of(2026, 5, 20))
	s.made(s.paralegal, 201, acts, map[string]any{"kind": "served", "happened_on": s.today})
	var deadlines struct {
		Data []struct {
			Rule, Law, Trigger, Whose, Calendar string
			TriggerOn                           string `json:"trigger_on"`
			DueOn                               string `json:"due_on"`
			Skipped                             []struct{ From, To, ES string }
		}
	}
	s.good(s.lawyer, 200, "GET", "/proceedings/"+s.proceeding.String()+"/deadlines", nil).into(&deadlines)
	for _, d := range deadlines.Data {
		if d.Rule != "payment_requirement" {
			continue
		}
		// Twenty court days from 21 May 2026, Saturdays and Sundays left out (art. 133 LEC): 17 June.
		if d.TriggerOn != "2026-05-20" || d.DueOn != "2026-06-17" || d.Whose != "theirs" || len(d.Skipped) == 0 || !strings.Contains(d.Law, "815.1") {
			s.t.Errorf("the deadline: %+v", d)
		}
		for _, gap := range d.Skipped {
			if gap.ES == "" || gap.From < "2026-05-20" || gap.To > "2026-06-18" {
				s.t.Errorf("skipped without a reason: %+v", gap)
			}
		}
		return
	}
	s.t.Errorf("no deadline to pay or oppose: %+v", deadlines)
}
