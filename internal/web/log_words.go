package web

import "recobro/internal/problem"

// say makes a sentence of its title and detail, Spanish first.
func say(icon, tone, titleES, titleEN, detailES, detailEN string) sentence {
	return sentence{Icon: icon, Tone: tone, Title: problem.Text{ES: titleES, EN: titleEN}, Detail: problem.Text{ES: detailES, EN: detailEN}}
}

// in says that the value of a field is a word of a closed list.
func (s sentence) in(field, list string) sentence {
	lists := map[string]string{field: list}
	for f, l := range s.Lists {
		lists[f] = l
	}
	s.Lists = lists
	return s
}

// of says which kind of ledger lines its amount is the sum of, where an entry tells of others too.
func (s sentence) of(kind string) sentence {
	s.Lines = kind
	return s
}

// sentences are what the log says, by the kind of the entry. A test holds them against every kind the code writes.
var sentences = map[string]sentence{
	// case
	"case.opened":              say("database-import", "mute", "Alta del expediente", "Case opened", "[{number}. ][Cartera {portfolio}.]", "[{number}. ][Portfolio {portfolio}.]"),
	"case.assigned":            say("user-check", "mute", "Cambio de equipo", "Team changed", "", ""),
	"case.advanced":            say("progress", "legal", "Fase: [{to}]", "Stage: [{to}]", "[{event}. ][Antes: {from}. ][Motivo: {reason}]", "[{event}. ][Before: {from}. ][Reason: {reason}]").in("from", "stage").in("to", "stage").in("event", "event").in("reason", "reason"),
	"case.closed":              say("folder", "ok", "Expediente cerrado[: {event}]", "Case closed[: {event}]", "[Motivo: {reason}]", "[Reason: {reason}]").in("event", "event"),
	"case.planned":             say("list-check", "mute", "Plan[: {step}]", "Plan[: {step}]", "[{reason}]", "[{reason}]").in("step", "step"),
	"case.recalled":            say("arrow-back-up", "mute", "Retirado por el cliente", "Recalled by the client", "[{reason}]", "[{reason}]"),
	"debt.added":               say("receipt", "mute", "Deuda añadida[: {number}]", "Debt added[: {number}]", "[{principal}, ][vence el {due_on}]", "[{principal}, ][due on {due_on}]"),
	"debt.adjusted":            say("receipt", "mute", "Deuda corregida[: {number}]", "Debt adjusted[: {number}]", "[{amount}. ][{reason}]", "[{amount}. ][{reason}]"),
	"limitation.fact_recorded": say("hourglass", "legal", "Prescripción: [{act}][ del {from_on}]", "Limitation: [{act}][ of {from_on}]", "[Recibido el {received_on}. ][Hasta el {to_on}. ][{note}]", "[Received on {received_on}. ][Until {to_on}. ][{note}]").in("act", "limitact"),
	"limitation.fact_reversed": say("arrow-back-up", "warn", "Prescripción: se anula [{act}][ del {from_on}]", "Limitation: [{act}][ of {from_on}] taken back", "[{reason}]", "[{reason}]").in("act", "limitact"),
	"limitation.recomputed":    say("hourglass", "legal", "Nueva fecha de prescripción[: {new_on}]", "New last day to sue[: {new_on}]", "[{number}. ][Antes: {old_on}. ][{explanation}]", "[{number}. ][Before: {old_on}. ][{explanation}]"),
	"limitation.law_set":       say("scale", "legal", "Prescripción: cambia la ley aplicable[ a {number}]", "Limitation: the law that governs[ {number}] is set", "[{kind}. ][{region}. ][{reason}]", "[{kind}. ][{region}. ][{reason}]").in("kind", "limitkind").in("region", "limitregion"),
	"limitation.alarm":         say("bell", "danger", "Prescribe pronto[: {limitation_on}]", "Soon time-barred[: {limitation_on}]", "[Aviso a {days} días.]", "[Told {days} days ahead.]"),
	"step.taken":               say("user", "mute", "Paso en manos de una persona[: {step}]", "Step handed to a person[: {step}]", "[{task}, ][{role}]", "[{task}, ][{role}]").in("step", "step").in("task", "task").in("role", "role"),
	"step.skipped":             say("circle-minus", "mute", "Paso no dado[: {step}]", "Step not taken[: {step}]", "[{reason}]", "[{reason}]").in("step", "step").in("reason", "reason"),
	"step.done":                say("list-check", "mute", "Paso dado[: {step}]", "Step taken[: {step}]", "", "").in("step", "step"),
	"task.opened":              say("checklist", "mute", "Tarea nueva[: {kind}]", "New task[: {kind}]", "[Para {role}, ][antes del {due_on}.]", "[For {role}, ][by {due_on}.]").in("kind", "task").in("role", "role"),
	"task.done":                say("checklist", "mute", "Tarea hecha[: {kind}]", "Task done[: {kind}]", "", "").in("kind", "task"),
	// talk
	"call.noted":            say("phone", "info", "Llamada", "Call", "[{text}]", "[{text}]"),
	"note.written":          say("note", "info", "Nota", "Note", "[{text}]", "[{text}]"),
	"visit.noted":           say("home-check", "info", "Visita", "Visit", "[{text}]", "[{text}]"),
	"reply.received":        say("mailbox", "info", "Respuesta del deudor", "Reply from the debtor", "[{subject}]", "[{subject}]"),
	"message.reserved":      say("clock", "mute", "Comunicación preparada[: {step}]", "Message prepared[: {step}]", "[Para {to}.]", "[To {to}.]").in("step", "step").in("channel", "channel"),
	"message.sending":       say("clock", "mute", "Comunicación en curso", "Message under way", "", ""),
	"message.sent":          say("mail", "info", "Comunicación enviada[: {step}]", "Message sent[: {step}]", "[A {to}. ][Respuesta del servidor: {answer}]", "[To {to}. ][The server answered: {answer}]").in("step", "step").in("channel", "channel"),
	"message.failed":        say("alert-circle", "warn", "La comunicación no salió", "The message did not leave", "[{answer}][{reason}]", "[{answer}][{reason}]"),
	"message.bounced":       say("arrow-back-up", "warn", "Correo devuelto", "The e-mail bounced", "[{to}. ][Respuesta del servidor: {answer}. ][{reason}]", "[{to}. ][The server answered: {answer}. ][{reason}]"),
	"message.ambiguous":     say("zoom-question", "warn", "No se sabe si la comunicación salió", "Nobody knows whether the message left", "No se repite hasta que una persona lo compruebe.", "It is not repeated until a person has checked."),
	"message.settled":       say("circle-check", "mute", "Comunicación aclarada", "Message settled", "[{reason}]", "[{reason}]"),
	"message.resolved":      say("circle-check", "mute", "Comunicación aclarada", "Message settled", "[{outcome}. ][{reason}]", "[{outcome}. ][{reason}]").in("outcome", "messagestate"),
	"message.withdrawn":     say("circle-minus", "mute", "Comunicación retirada", "Message withdrawn", "[{reason}]", "[{reason}]"),
	"message.deferred":      say("clock", "mute", "Comunicación aplazada", "Message deferred", "[{answer}][{reason}]", "[{answer}][{reason}]"),
	"contact.refused":       say("hand-stop", "warn", "Contacto impedido por una regla", "Contact stopped by a rule", "[{reason}]", "[{reason}]").in("channel", "channel").in("step", "step"),
	"message.blocked":       say("hand-stop", "warn", "Comunicación no enviada: lo impide una regla", "Message not sent: a rule forbids it", "[{reason}]", "[{reason}]"),
	"contact.blocked":       say("hand-stop", "warn", "Contacto impedido por una regla", "Contact stopped by a rule", "[{reason}]", "[{reason}]"),
	"contact_point.changed": say("users", "mute", "Dato de contacto cambiado", "Contact point changed", "[{status}]", "[{status}]").in("status", "pointstate"),
	"contact_point.barred":  say("hand-stop", "warn", "Dato de contacto prohibido", "Contact point barred", "[{reason}]", "[{reason}]"),
	// holds, disputes, promises
	"hold.placed":         say("hand-stop", "warn", "Retención puesta[: {scope}]", "Hold placed[: {scope}]", "[{reason}. ][Hasta el {until}.]", "[{reason}. ][Until {until}.]").in("scope", "scope"),
	"hold.lifted":         say("lock-open", "mute", "Retención levantada", "Hold lifted", "[{reason}]", "[{reason}]"),
	"dispute.raised":      say("scale", "warn", "Disputa[ de {contested}]", "Dispute[ over {contested}]", "[{reason}. ][Respuesta antes del {answer_due_on}.]", "[{reason}. ][Answer due by {answer_due_on}.]"),
	"dispute.upheld":      say("scale", "warn", "Disputa estimada", "Dispute upheld", "[{resolution}]", "[{resolution}]"),
	"dispute.rejected":    say("scale", "mute", "Disputa rechazada", "Dispute rejected", "[{resolution}]", "[{resolution}]"),
	"dispute.withdrawn":   say("scale", "mute", "Disputa retirada", "Dispute withdrawn", "[{resolution}]", "[{resolution}]"),
	"promise.recorded":    say("calendar-event", "info", "Compromiso de pago[: {amount} el {due_on}]", "Promise to pay[: {amount} on {due_on}]", "", ""),
	"promise.kept":        say("calendar-event", "ok", "Compromiso cumplido", "Promise kept", "[Recibido: {received}]", "[Received: {received}]"),
	"promise.partly_kept": say("calendar-event", "warn", "Compromiso cumplido en parte", "Promise partly kept", "[Recibido: {received}]", "[Received: {received}]"),
	"promise.broken":      say("calendar-x", "danger", "Compromiso incumplido", "Promise broken", "[Recibido: {received}]", "[Received: {received}]"),
	// money
	"compensation.charged": say("coin-euro", "mute", "Indemnización por cobro[: {amount}]", "Compensation[: {amount}]", "[{basis}]", "[{basis}]"),
	"charge.recorded":      say("coin-euro", "mute", "Cargo[: {amount}]", "Charge[: {amount}]", "[{basis}]", "[{basis}]"),
	"cost.charged":         say("coin-euro", "mute", "Coste[: {amount}]", "Cost[: {amount}]", "[{borne_by}. ][{basis}]", "[{borne_by}. ][{basis}]").in("borne_by", "bearer"),
	"interest.fixed":       say("coin-euro", "mute", "Interés fijado[: {amount}]", "Interest fixed[: {amount}]", "[{basis}]", "[{basis}]"),
	"interest.charged":     say("coin-euro", "mute", "Interés fijado[: {amount}]", "Interest fixed[: {amount}]", "[Hasta el {until}. ][{basis}]", "[Up to {until}. ][{basis}]"),
	"entry.reversed":       say("arrow-back-up", "mute", "Apunte anulado[: {amount}]", "Entry reversed[: {amount}]", "[{reason}]", "[{reason}]"),
	"cost.bearer_changed":  say("coin-euro", "mute", "Cambia quién soporta un coste", "Who bears a cost changes", "[{reason}]", "[{reason}]"),
	"ledger.waived":        say("coin-euro", "ok", "Condonado[: {amount}]", "Waived[: {amount}]", "[{reason}]", "[{reason}]").of("waiver"),
	"ledger.written_off":   say("coin-euro", "warn", "Dado por fallido[: {amount}]", "Written off[: {amount}]", "[{reason}]", "[{reason}]").of("write_off"),
	"ledger.recomputed":    say("coin-euro", "mute", "Se imputa de nuevo lo cobrado", "What was paid is allocated again", "[{reason}]", "[{reason}]"),
	"ledger.reversed":      say("arrow-back-up", "mute", "Apunte anulado[: {amount}]", "Entry reversed[: {amount}]", "[{reason}]", "[{reason}]"),
	"waiver.granted":       say("coin-euro", "ok", "Quita[: {amount}]", "Waiver[: {amount}]", "[{basis}]", "[{basis}]"),
	"debt.waived":          say("coin-euro", "ok", "Quita[: {amount}]", "Waiver[: {amount}]", "[{basis}]", "[{basis}]"),
	"payment.recorded":     say("cash", "ok", "Cobro[ de {amount}]", "Payment[ of {amount}]", "[{source}, ][recibido el {received_on}]", "[{source}, ][received on {received_on}]").in("source", "source"),
	"payment.received":     say("cash", "ok", "Cobro[ de {amount}]", "Payment[ of {amount}]", "[{source}, ][recibido el {received_on}]", "[{source}, ][received on {received_on}]").in("source", "source"),
	"payment.allocated":    say("cash", "ok", "Cobro imputado[: {amount}]", "Payment allocated[: {amount}]", "[{basis}]", "[{basis}]"),
	"payment.unallocated":  say("cash", "warn", "Cobro sin imputar[: {amount}]", "Payment not allocated[: {amount}]", "", ""),
	"payment.returned":     say("arrow-back-up", "warn", "Cobro devuelto[: {amount}]", "Payment returned[: {amount}]", "[{reason}]", "[{reason}]"),
	"payment.reversed":     say("arrow-back-up", "warn", "Cobro anulado[: {amount}]", "Payment reversed[: {amount}]", "[{reason}]", "[{reason}]"),
	// papers
	"document.added":    say("file-upload", "mute", "Documento añadido[: {name}]", "Document added[: {name}]", "[{kind}]", "[{kind}]").in("kind", "paper"),
	"demand.drafted":    say("file-text", "legal", "Requerimiento preparado", "Demand drafted", "No se ha enviado.", "It has not been sent."),
	"demand.edited":     say("pencil", "legal", "Requerimiento corregido", "Demand edited", "", ""),
	"demand.submitted":  say("send", "legal", "Requerimiento enviado a revisión", "Demand sent to review", "", ""),
	"demand.approved":   say("file-check", "legal", "Requerimiento aprobado", "Demand approved", "[{note}]", "[{note}]"),
	"demand.rejected":   say("arrow-back-up", "warn", "Requerimiento devuelto a quien lo preparó", "Demand returned to its drafter", "[{note}][{reason}]", "[{note}][{reason}]"),
	"demand.issued":     say("signature", "legal", "Requerimiento firmado y emitido", "Demand signed and issued", "[Reclama {amount}. ][Liquidación a {as_of}.]", "[It claims {amount}. ][Statement on {as_of}.]"),
	"demand.dispatched": say("send", "info", "Requerimiento enviado[ por {channel}]", "Demand dispatched[ by {channel}]", "[Referencia {operator_reference}. ][{on}]", "[Reference {operator_reference}. ][{on}]").in("channel", "channel"),
	"demand.delivered":  say("mailbox", "ok", "Requerimiento entregado[ el {delivered_on}]", "Demand delivered[ on {delivered_on}]", "[El plazo termina el {term_on}.]", "[The term ends on {term_on}.]"),
	"demand.refused":    say("mailbox", "warn", "El deudor rehusó el requerimiento", "The debtor refused the demand", "[El plazo termina el {term_on}.]", "[The term ends on {term_on}.]"),
	"demand.returned":   say("arrow-back-up", "warn", "Requerimiento devuelto por el correo", "Demand returned by the post", "[{reason}]", "[{reason}]"),
	"demand.cancelled":  say("circle-minus", "mute", "Requerimiento cancelado", "Demand cancelled", "[{reason}]", "[{reason}]"),
	// agreements and approvals
	"agreement.proposed":       say("heart-handshake", "info", "Acuerdo propuesto", "Agreement proposed", "[{kind}: {total}. ][{instalments}]", "[{kind}: {total}. ][{instalments}]").in("kind", "deal"),
	"agreement.sent_to_client": say("hourglass", "warn", "Acuerdo consultado al cliente", "Agreement put to the client", "[{kind}: {total}]", "[{kind}: {total}]").in("kind", "deal"),
	"agreement.accepted":       say("heart-handshake", "ok", "Acuerdo aceptado", "Agreement accepted", "[{total}]", "[{total}]"),
	"agreement.active":         say("heart-handshake", "ok", "Acuerdo en vigor", "Agreement in force", "[{total}]", "[{total}]"),
	"agreement.kept":           say("heart-handshake", "ok", "Acuerdo cumplido", "Agreement kept", "[{total}]", "[{total}]"),
	"agreement.late":           say("calendar-x", "warn", "Acuerdo con retraso", "Agreement late", "[Plazo {n}, ][vencía el {due_on}]", "[Instalment {n}, ][due on {due_on}]"),
	"agreement.broken":         say("calendar-x", "danger", "Acuerdo roto", "Agreement broken", "[{reason}]", "[{reason}]"),
	"agreement.refused":        say("circle-minus", "warn", "El cliente no autorizó el acuerdo", "The client refused the agreement", "[{reason}]", "[{reason}]"),
	"agreement.cancelled":      say("circle-minus", "mute", "Acuerdo cancelado", "Agreement cancelled", "[{reason}]", "[{reason}]"),
	"agreement.revived":        say("arrow-back-up", "warn", "La deuda revive entera", "The whole debt revives", "", ""),
	"instalment.paid":          say("cash", "ok", "Plazo pagado[: {amount}]", "Instalment paid[: {amount}]", "[Plazo {n}, ][vence el {due_on}. ][Quedan {open}.]", "[Instalment {n}, ][due on {due_on}. ][{open} left.]"),
	"instalment.reopened":      say("arrow-back-up", "warn", "Plazo otra vez pendiente[: {amount}]", "Instalment open again[: {amount}]", "[Plazo {n}. ][Quedan {open}.]", "[Instalment {n}. ][{open} left.]"),
	"instalment.unpaid":        say("arrow-back-up", "warn", "Plazo otra vez pendiente[: {amount}]", "Instalment open again[: {amount}]", "[Plazo {n}]", "[Instalment {n}]"),
	"approval.asked":           say("hourglass", "warn", "Autorización pedida al cliente[: {kind}]", "The client was asked[: {kind}]", "[Responde antes del {expires_on}.]", "[Answer due by {expires_on}.]").in("kind", "approval"),
	"approval.granted":         say("circle-check", "ok", "El cliente autoriza[: {kind}]", "The client grants[: {kind}]", "[{reason}]", "[{reason}]").in("kind", "approval"),
	"approval.refused":         say("circle-minus", "warn", "El cliente no autoriza[: {kind}]", "The client refuses[: {kind}]", "[{reason}]", "[{reason}]").in("kind", "approval"),
	"approval.expired":         say("clock", "warn", "Autorización caducada[: {kind}]", "Approval lapsed[: {kind}]", "El silencio no concede nada.", "Silence grants nothing.").in("kind", "approval"),
	// court
	"proceeding.opened":    say("gavel", "legal", "Procedimiento abierto[: {procedure}]", "Proceeding opened[: {procedure}]", "[{court}]", "[{court}]").in("procedure", "procedure"),
	"proceeding.ended":     say("gavel", "mute", "Procedimiento terminado", "Proceeding ended", "[{reason}]", "[{reason}]"),
	"proceeding.changed":   say("gavel", "mute", "Procedimiento actualizado", "Proceeding updated", "[{court}. ][{docket_number}]", "[{court}. ][{docket_number}]"),
	"filing.drafted":       say("file-text", "legal", "Escrito preparado", "Filing drafted", "[{template}]", "[{template}]").in("template", "template"),
	"filing.edited":        say("pencil", "legal", "Escrito corregido", "Filing edited", "", ""),
	"filing.submitted":     say("send", "legal", "Escrito enviado a revisión", "Filing sent to review", "", ""),
	"filing.approved":      say("file-check", "legal", "Escrito aprobado", "Filing approved", "", ""),
	"filing.rejected":      say("arrow-back-up", "warn", "Escrito devuelto a quien lo preparó", "Filing returned to its drafter", "[{note}][{reason}]", "[{note}][{reason}]"),
	"filing.signed":        say("signature", "legal", "Escrito firmado", "Filing signed", "[Cuantía {claim}]", "[Amount claimed {claim}]"),
	"filing.filed":         say("building-bank", "legal", "Escrito presentado", "Filing filed", "[{court}. ][{on}]", "[{court}. ][{on}]"),
	"filing.admitted":      say("building-bank", "ok", "Escrito admitido", "Filing admitted", "", ""),
	"filing.returned":      say("arrow-back-up", "warn", "Escrito devuelto por el juzgado", "Filing returned by the court", "[{reason}]", "[{reason}]"),
	"filing.cancelled":     say("circle-minus", "mute", "Escrito cancelado", "Filing cancelled", "[{reason}]", "[{reason}]"),
	"court_fee.charged":    say("receipt", "legal", "Tasa judicial cargada[: {amount}]", "Court fee charged[: {amount}]", "[{law}]", "[{law}]"),
	"negotiation.recorded": say("message-circle", "legal", "Intento de negociación[ con {name}]", "Attempt to negotiate[ with {name}]", "[Pedido el {requested_on}. ][Recibido el {received_on}. ][Terminado el {ended_on}]", "[Asked on {requested_on}. ][Received on {received_on}. ][Ended on {ended_on}]"),
	"act.recorded":         say("gavel", "info", "Actuación judicial[: {kind}]", "Court act[: {kind}]", "[{on}. ][{note}]", "[{on}. ][{note}]").in("kind", "act"),
	"act.corrected":        say("gavel", "warn", "Actuación corregida[: {kind}]", "Act corrected[: {kind}]", "[{reason}]", "[{reason}]").in("kind", "act"),
	"deadline.computed":    say("calendar-time", "warn", "Plazo[: {due_on}]", "Deadline[: {due_on}]", "[{rule}. ][{law}]", "[{rule}. ][{law}]").in("rule", "term"),
	"deadline.set":         say("calendar-time", "warn", "Plazo[: {due_on}]", "Deadline[: {due_on}]", "[{rule}. ][{law}]", "[{rule}. ][{law}]").in("rule", "term"),
	"deadline.met":         say("calendar-time", "ok", "Plazo cumplido", "Deadline met", "[{rule}]", "[{rule}]").in("rule", "term"),
	"deadline.replaced":    say("calendar-time", "mute", "Plazo recalculado[: {due_on}]", "Deadline computed again[: {due_on}]", "[{reason}]", "[{reason}]"),
	"deadline.passed":      say("calendar-x", "danger", "Plazo pasado", "Deadline passed", "[{rule}]", "[{rule}]").in("rule", "term"),
	// the firm, clients, portfolios
	"money.known_until":            say("database", "ok", "Cobros conocidos[ hasta el {until}]", "Payments known[ up to {until}]", "", ""),
	"guarantor.added":              say("user", "mute", "Avalista añadido[: {name}]", "Guarantor added[: {name}]", "[{tax_id}]", "[{tax_id}]"),
	"portfolio.submitted":          say("database-import", "mute", "Cartera recibida[: {reference}]", "Portfolio received[: {reference}]", "[{accepted} aceptadas, ][{rejected} rechazadas]", "[{accepted} accepted, ][{rejected} refused]"),
	"portfolio.received":           say("database-import", "mute", "Cartera recibida[: {reference}]", "Portfolio received[: {reference}]", "[{accepted} aceptadas, ][{rejected} rechazadas]", "[{accepted} accepted, ][{rejected} refused]"),
	"item.rejected":                say("circle-minus", "warn", "Partida rechazada[: {external_ref}]", "Item refused[: {external_ref}]", "[{reasons}]", "[{reasons}]"),
	"user.added":                   say("user", "mute", "Usuario creado[: {name}]", "User added[: {name}]", "[{role}]", "[{role}]").in("role", "role"),
	"api_key.added":                say("plug-connected", "mute", "Clave de API creada[: {name}]", "API key added[: {name}]", "", ""),
	"api_key.revoked":              say("plug-connected", "mute", "Clave de API revocada", "API key revoked", "", ""),
	"firm.changed":                 say("building-bank", "mute", "Datos del despacho cambiados", "Firm's data changed", "", ""),
	"client.added":                 say("briefcase", "mute", "Cliente nuevo[: {name}]", "New client[: {name}]", "[{tax_id}]", "[{tax_id}]"),
	"interest.terms_set":           say("receipt", "legal", "Intereses: régimen anotado", "Interest: terms recorded", "[{basis}]", "[{basis}]"),
	"law.change_proposed":          say("scale", "legal", "Normativa: cambio propuesto[ en {jurisdiction}][, {kind}]", "Law: change proposed[ in {jurisdiction}][, {kind}]", "[{source}. ][{note}]", "[{source}. ][{note}]").in("kind", "lawchange"),
	"law.change_approved":          say("scale", "ok", "Normativa: cambio aprobado[ en {jurisdiction}][, {kind}]", "Law: change approved[ in {jurisdiction}][, {kind}]", "[{source}. ][Versión {pack}]", "[{source}. ][Version {pack}]").in("kind", "lawchange"),
	"law.change_rejected":          say("scale", "warn", "Normativa: cambio rechazado[ en {jurisdiction}][, {kind}]", "Law: change rejected[ in {jurisdiction}][, {kind}]", "[{reason}]", "[{reason}]").in("kind", "lawchange"),
	"law.change_withdrawn":         say("scale", "mute", "Normativa: propuesta retirada[ en {jurisdiction}][, {kind}]", "Law: proposal withdrawn[ in {jurisdiction}][, {kind}]", "", "").in("kind", "lawchange"),
	"law.rate_ticked":              say("checklist", "legal", "Tipos contrastados[ en {jurisdiction}][: {count}]", "Rates vouched for[ in {jurisdiction}][: {count}]", "[{note}. ][Versión {pack}]", "[{note}. ][Version {pack}]"),
	"law.fact_confirmed":           say("checklist", "legal", "Datos confirmados[ en {jurisdiction}][: {count}]", "Facts confirmed[ in {jurisdiction}][: {count}]", "[{note}. ][Versión {pack}]", "[{note}. ][Version {pack}]"),
	"mandate.signed":               say("signature", "mute", "Encargo firmado", "Mandate signed", "", ""),
	"log.heads":                    say("checklist", "mute", "Registro: último asiento de cada expediente[, {cases} expedientes]", "Log: the last entry of every case[, {cases} cases]", "[{root}]", "[{root}]"),
	"log.signer_refused":           say("alert-triangle", "danger", "Alarma: el firmante del registro se niega", "Alarm: the log's signer refuses", "[{why}]", "[{why}]"),
	"log.witness_refused":          say("alert-triangle", "danger", "Alarma: un testigo del registro se niega[: {peer}]", "Alarm: a witness of the log refuses[: {peer}]", "[{why}]", "[{why}]"),
	"case.blocked":                 say("lock", "warn", "Expediente bloqueado[ hasta el {retained_until}]", "Case blocked[ until {retained_until}]", "", ""),
	"case.destruction_proposed":    say("lock", "warn", "Destrucción de los datos propuesta", "Destruction of the data proposed", "", ""),
	"case.destruction_withdrawn":   say("lock", "mute", "Propuesta de destrucción retirada", "Proposal of destruction withdrawn", "", ""),
	"case.destroyed":               say("lock", "danger", "Datos destruidos; la prueba sigue siendo válida", "Data destroyed; the proof stays valid", "", ""),
	"case.shared_papers_destroyed": say("lock", "danger", "Destruidos los papeles compartidos con otro expediente", "Papers shared with another case destroyed", "", ""),
	"portfolio.lines_destroyed":    say("lock", "mute", "Líneas de la cartera destruidas", "Lines of the portfolio destroyed", "", ""),
	"disclosure.asked":             say("lock", "warn", "Acceso a datos bloqueados solicitado", "Disclosure of blocked data asked for", "[{reason}]", "[{reason}]"),
	"disclosure.granted":           say("lock", "warn", "Acceso a datos bloqueados concedido[ hasta {until}]", "Disclosure of blocked data granted[ until {until}]", "", ""),
}
