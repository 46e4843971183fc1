package strategy

import "recobro/internal/problem"

// Reason is why a case takes a step or does not: a stable code and a sentence in both languages.
type Reason struct {
	Code string
	Text problem.Text
}

// reasons holds every reason by its code, for the log's readers.
var reasons = map[string]problem.Text{}

func because(code, es, en string) Reason {
	reasons[code] = problem.Text{ES: es, EN: en}
	return Reason{code, reasons[code]}
}

// ReasonText is the sentence of a code that stands in the log.
func ReasonText(code string) (sentence problem.Text, ok bool) {
	sentence, ok = reasons[code]
	return sentence, ok
}

var (
	// nothing to decide
	reasonClosed      = because("case_closed", "El expediente está cerrado.", "The case is closed.")
	reasonNothingOwed = because("nothing_owed", "No queda principal pendiente.", "No principal is open.")
	reasonIntake      = because("in_intake", "El expediente aún no está aceptado.", "The case is not accepted yet.")
	reasonInCourt     = because("in_court", "El procedimiento judicial marca los pasos.", "The court process sets the steps.")
	reasonPlanDone    = because("plan_done", "La estrategia no tiene más pasos para esta fase.", "The strategy has no further step in this stage.")
	// waits
	reasonDeceased       = because("deceased", "El deudor ha fallecido: decide una persona.", "The debtor has died: a person decides.")
	reasonInsolvent      = because("insolvent", "El deudor está en concurso: decide una persona.", "The debtor is insolvent: a person decides.")
	reasonHold           = because("hold", "Hay una retención abierta.", "A hold is open.")
	reasonAgreement      = because("agreement_live", "Hay un acuerdo en vigor o pendiente de respuesta.", "An agreement is live or waits for an answer.")
	reasonPromise        = because("promise_open", "Hay un compromiso de pago abierto.", "A promise to pay is open.")
	reasonDisputed       = because("fully_disputed", "Toda la deuda está en disputa.", "The whole debt is disputed.")
	reasonPending        = because("message_pending", "Hay una comunicación en curso o de resultado dudoso.", "A message is under way, or nobody knows what became of it.")
	reasonMoneyUnknown   = because("money_not_known", "Los cobros aún no se conocen hasta el día de la decisión.", "Payments are not known up to the day of the decision yet.")
	reasonWithPeople     = because("with_people", "Una persona está preparando el paso.", "A person is preparing the step.")
	reasonDemandUnderWay = because("demand_under_way", "El requerimiento está en curso.", "The demand is under way.")
	reasonApprovalOpen   = because("approval_open", "Se espera la respuesta del cliente.", "The client's answer is awaited.")
	reasonProceeding     = because("proceeding_open", "Ya hay un procedimiento abierto.", "A proceeding is open already.")
	// steps
	reasonDue          = because("due", "Toca por los días transcurridos y nada lo impide.", "It is due by the days gone by and nothing forbids it.")
	reasonTimeBarred   = because("time_barred", "La deuda ha prescrito: una persona propone el cierre.", "The debt is time-barred: a person proposes to close.")
	reasonTermOver     = because("demand_term_over", "El plazo del requerimiento termina sin pago.", "The term of the demand ends without payment.")
	reasonNotDelivered = because("demand_not_delivered", "El requerimiento no se entregó: decide una persona.", "The demand was not delivered: a person decides.")
	reasonAsk          = because("suit_needs_approval", "Para demandar hace falta la autorización del cliente.", "A suit needs the client's approval.")
	// left out
	reasonDone        = because("step_done", "Ya se hizo.", "It has been done.")
	reasonSuperfluous = because("step_superfluous", "Ya no hace falta.", "It is no longer needed.")
	reasonOptedOut    = because("opted_out", "El deudor pidió no recibir comunicaciones.", "The debtor asked not to be contacted.")
	reasonRepresented = because("represented", "El deudor tiene abogado: solo se escribe al abogado.", "The debtor has a lawyer: only the lawyer is written to.")
	reasonBounced     = because("bounced", "El correo del deudor fue devuelto.", "The debtor's e-mail address bounced.")
	reasonNoEmail     = because("no_email", "No hay un correo que sirva.", "There is no e-mail address that works.")
	reasonBarred      = because("channel_barred", "La normativa prohíbe este canal.", "The law bars this channel.")
)
