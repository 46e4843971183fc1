package web

import (
	"fmt"
	"maps"
	"sync"

	"recobro/internal/law"
	"recobro/internal/problem"
	"recobro/internal/strategy"
	packs "recobro/policies/law"
)

// texts are the words of the pages by key, in both languages. A key with a list before the point ("stage.amicable") is read
// through word; the others through text.
var texts = func() map[string]problem.Text {
	all := map[string]problem.Text{}
	for _, part := range []map[string]problem.Text{shellWords, listWords, caseWords, paperWords, statementWords, clientWords, closedWords, limitationWords, lawWords, ledgerWords, peopleWords, evidenceWords, keyWords} {
		maps.Copy(all, part)
	}
	return all
}()

// text is the sentence of a key; a key that is not there shows itself, and a test looks for every key the templates use.
func text(lang, key string, args ...any) string {
	found, ok := texts[key]
	if !ok {
		return key
	}
	if len(args) == 0 {
		return found.In(lang)
	}
	return fmt.Sprintf(found.In(lang), args...)
}

// word is the word for a value of a closed list: word("es", "stage", "amicable"). A value that nobody has named yet (a step
// of a new strategy, a template's own field) is shown as it is.
func word(lang, list, value string) string {
	if found, ok := texts[list+"."+value]; ok {
		return found.In(lang)
	}
	if found, ok := lawNames()[list+"."+value]; ok {
		return found.In(lang)
	}
	if found, ok := strategy.ReasonText(value); ok && list == "reason" {
		return found.In(lang)
	}
	return value
}

// lawNames are the words of the packs that this program carries: a new jurisdiction names its own acts and terms.
var lawNames = sync.OnceValue(func() map[string]problem.Text {
	library, err := law.Load(packs.FS)
	if err != nil {
		panic(err) // the packs are part of the program, which does not start without them
	}
	return library.Names()
})

var shellWords = map[string]problem.Text{
	"shell.skip":        {ES: "Saltar al contenido", EN: "Skip to the content"},
	"shell.nav":         {ES: "Principal", EN: "Main"},
	"shell.menu":        {ES: "Menú", EN: "Menu"},
	"shell.search":      {ES: "Buscar", EN: "Search"},
	"shell.search.hint": {ES: "Expediente, deudor o NIF", EN: "Case, debtor or tax id"},
	"shell.account":     {ES: "Cuenta de %s", EN: "Account of %s"},
	"shell.logout":      {ES: "Cerrar sesión", EN: "Sign out"},
	"shell.api":         {ES: "API", EN: "API"},
	"nav.queue":         {ES: "Mi jornada", EN: "My day"},
	"nav.cases":         {ES: "Expedientes", EN: "Cases"},
	"nav.approvals":     {ES: "Autorizaciones", EN: "Approvals"},
	"nav.messages":      {ES: "Comunicaciones", EN: "Messages"},
	"nav.portfolios":    {ES: "Carteras", EN: "Portfolios"},
	"language.es":       {ES: "Español", EN: "Español"},
	"language.en":       {ES: "English", EN: "English"},

	"login.title":       {ES: "Entrar", EN: "Sign in"},
	"login.email":       {ES: "Correo", EN: "E-mail"},
	"login.password":    {ES: "Contraseña", EN: "Password"},
	"login.code":        {ES: "Código de un solo uso", EN: "One-time code"},
	"login.code.hint":   {ES: "Seis cifras de su aplicación de verificación", EN: "Six digits from your authenticator"},
	"login.submit":      {ES: "Entrar", EN: "Sign in"},
	"login.help":        {ES: "La sesión se cierra a las 12 horas. Si no tiene acceso, pídalo a la administración del despacho.", EN: "The session ends after 12 hours. If you have no access, ask the firm's administrator."},
	"login.side.title":  {ES: "Cada paso, con su prueba", EN: "Every step, with its proof"},
	"login.side.text":   {ES: "Expedientes, requerimientos, acuerdos y procedimientos en un registro que no se cambia ni se borra.", EN: "Cases, demands, agreements and proceedings in a log that is never changed nor deleted."},
	"login.side.client": {ES: "¿Es cliente y no tiene acceso? Pídaselo a su letrado.", EN: "Are you a client without access? Ask your lawyer."},
	"login.failed":      {ES: "No se ha podido entrar.", EN: "You could not be signed in."},

	"error.reference":       {ES: "Si vuelve a pasar, dé esta referencia a soporte:", EN: "If it happens again, give support this reference:"},
	"error.home":            {ES: "Ir al inicio", EN: "Go to the start"},
	"error.not_found":       {ES: "No está aquí", EN: "It is not here"},
	"error.forbidden":       {ES: "Su función no permite esto", EN: "Your role does not allow this"},
	"error.conflict":        {ES: "Otra persona llegó antes o ya no es posible", EN: "Somebody was faster, or it is no longer possible"},
	"error.invalid":         {ES: "Hay algo que corregir", EN: "Something has to be corrected"},
	"error.unauthenticated": {ES: "Vuelva a entrar", EN: "Sign in again"},
	"error.internal":        {ES: "Algo ha fallado en Recobro", EN: "Something failed in Recobro"},
	"error.internal.text":   {ES: "El fallo ha quedado anotado. Puede volver a intentarlo en unos minutos.", EN: "The failure has been noted. You can try again in a few minutes."},

	"home.title": {ES: "Inicio", EN: "Home"},
	"home.text":  {ES: "Su función no abre expedientes. Lo que puede hacer está en la API y en la línea de órdenes.", EN: "Your role opens no cases. What you may do is in the API and on the command line."},

	"done.signed_out":           {ES: "Sesión cerrada", EN: "Signed out"},
	"done.limitation_recorded":  {ES: "Hecho anotado; la fecha de prescripción está al día", EN: "Fact recorded; the last day to sue is up to date"},
	"done.limitation_reversed":  {ES: "Hecho anulado", EN: "Fact taken back"},
	"done.limitation_law_set":   {ES: "Ley aplicable fijada", EN: "Governing law set"},
	"done.note":                 {ES: "Anotación guardada", EN: "Note saved"},
	"done.hold_placed":          {ES: "Retención puesta", EN: "Hold placed"},
	"done.hold_lifted":          {ES: "Retención levantada", EN: "Hold lifted"},
	"done.dispute_raised":       {ES: "Disputa anotada", EN: "Dispute recorded"},
	"done.dispute_resolved":     {ES: "Disputa resuelta", EN: "Dispute resolved"},
	"done.promise_recorded":     {ES: "Compromiso anotado", EN: "Promise recorded"},
	"done.payment_recorded":     {ES: "Cobro registrado", EN: "Payment recorded"},
	"done.document_added":       {ES: "Documento añadido", EN: "Document added"},
	"done.case_advanced":        {ES: "Fase cambiada", EN: "Stage changed"},
	"done.demand_drafted":       {ES: "Requerimiento preparado", EN: "Demand drafted"},
	"done.demand_edited":        {ES: "Borrador guardado", EN: "Draft saved"},
	"done.demand_submitted":     {ES: "Enviado a revisión", EN: "Sent to review"},
	"done.demand_approved":      {ES: "Requerimiento aprobado", EN: "Demand approved"},
	"done.demand_rejected":      {ES: "Devuelto a quien lo preparó", EN: "Returned to its drafter"},
	"done.demand_signed":        {ES: "Requerimiento firmado y emitido", EN: "Demand signed and issued"},
	"done.demand_cancelled":     {ES: "Requerimiento cancelado", EN: "Demand cancelled"},
	"done.demand_dispatched":    {ES: "Envío anotado", EN: "Dispatch recorded"},
	"done.delivery_recorded":    {ES: "Entrega anotada", EN: "Delivery recorded"},
	"done.agreement_proposed":   {ES: "Acuerdo propuesto", EN: "Agreement proposed"},
	"done.agreement_accepted":   {ES: "Acuerdo aceptado", EN: "Agreement accepted"},
	"done.agreement_cancelled":  {ES: "Acuerdo cancelado", EN: "Agreement cancelled"},
	"done.approval_granted":     {ES: "Autorización concedida", EN: "Approval granted"},
	"done.approval_refused":     {ES: "Autorización denegada", EN: "Approval refused"},
	"done.approval_asked":       {ES: "Autorización pedida al cliente", EN: "The client was asked"},
	"done.proceeding_opened":    {ES: "Procedimiento abierto", EN: "Proceeding opened"},
	"done.filing_drafted":       {ES: "Escrito preparado", EN: "Filing drafted"},
	"done.filing_submitted":     {ES: "Escrito enviado a revisión", EN: "Filing sent to review"},
	"done.filing_approved":      {ES: "Escrito aprobado", EN: "Filing approved"},
	"done.filing_rejected":      {ES: "Escrito devuelto a quien lo preparó", EN: "Filing returned to its drafter"},
	"done.filing_signed":        {ES: "Escrito firmado", EN: "Filing signed"},
	"done.negotiation_recorded": {ES: "Intento de negociación anotado", EN: "Attempt to negotiate recorded"},
	"done.filing_filed":         {ES: "Escrito presentado", EN: "Filing filed"},
	"done.act_recorded":         {ES: "Actuación judicial anotada", EN: "Court act recorded"},
	"done.deadline_met":         {ES: "Plazo cumplido", EN: "Deadline met"},
	"done.message_settled":      {ES: "Comunicación aclarada", EN: "Message settled"},
}

var listWords = map[string]problem.Text{
	"list.prev":               {ES: "Anteriores", EN: "Previous"},
	"list.next":               {ES: "Siguientes", EN: "Next"},
	"list.filter":             {ES: "Filtrar", EN: "Filter"},
	"list.clear":              {ES: "Quitar filtros", EN: "Clear the filters"},
	"list.all":                {ES: "Todos", EN: "All"},
	"list.open":               {ES: "Abrir", EN: "Open"},
	"cases.title":             {ES: "Expedientes", EN: "Cases"},
	"cases.prescribes":        {ES: "Prescriben pronto", EN: "Soon time-barred"},
	"cases.prescribes.within": {ES: "Prescriben en (días)", EN: "Time-barred within (days)"},
	"cases.mine":              {ES: "Míos", EN: "Mine"},
	"cases.views":             {ES: "Fases", EN: "Stages"},
	"cases.words":             {ES: "Texto", EN: "Words"},
	"cases.words.hint":        {ES: "Deudor, NIF, factura o referencia", EN: "Debtor, tax id, invoice or reference"},
	"cases.client":            {ES: "Cliente", EN: "Client"},
	"cases.client.all":        {ES: "Todos los clientes", EN: "All clients"},
	"cases.table":             {ES: "Tabla de expedientes", EN: "Table of cases"},
	"cases.case":              {ES: "Expediente", EN: "Case"},
	"cases.stage":             {ES: "Fase", EN: "Stage"},
	"cases.open":              {ES: "Deuda viva", EN: "Open debt"},
	"cases.overdue":           {ES: "Vencida", EN: "Overdue"},
	"cases.days":              {ES: "%d días", EN: "%d days"},
	"cases.day":               {ES: "1 día", EN: "1 day"},
	"cases.notdue":            {ES: "no vencida", EN: "not due"},
	"cases.next":              {ES: "Siguiente paso", EN: "Next step"},
	"cases.next.none":         {ES: "Sin paso pendiente", EN: "No step waiting"},
	"cases.next.on":           {ES: "el %s", EN: "on %s"},
	"cases.plan.failed":       {ES: "El plan necesita una revisión", EN: "The plan needs a look"},
	"cases.opened":            {ES: "Alta", EN: "Opened"},
	"cases.empty":             {ES: "Todavía no hay expedientes", EN: "There are no cases yet"},
	"cases.empty.text":        {ES: "Cuando un cliente entregue una cartera, sus expedientes estarán aquí.", EN: "When a client hands over a portfolio, its cases will be here."},
	"cases.none":              {ES: "Ningún expediente coincide", EN: "No case matches"},
	"cases.none.text":         {ES: "Quite un filtro o busque con otras palabras.", EN: "Drop a filter or search with other words."},

	"queue.title":      {ES: "Mi jornada", EN: "My day"},
	"queue.all":        {ES: "Todo", EN: "Everything"},
	"queue.kinds":      {ES: "Tareas por clase", EN: "Tasks by kind"},
	"queue.task":       {ES: "Tarea", EN: "Task"},
	"queue.empty":      {ES: "No queda nada por hacer hoy", EN: "Nothing is left to do today"},
	"queue.empty.text": {ES: "Las tareas nuevas aparecen cuando la estrategia o un plazo las pide.", EN: "New tasks appear when the strategy or a deadline asks for them."},
	"queue.go":         {ES: "Ir a los expedientes", EN: "Go to the cases"},
	"queue.late":       {ES: "Atrasada %d días", EN: "%d days late"},
	"queue.late.one":   {ES: "Atrasada 1 día", EN: "1 day late"},
	"queue.today":      {ES: "Hoy", EN: "Today"},

	"messages.title":      {ES: "Comunicaciones", EN: "Messages"},
	"messages.when":       {ES: "Fecha", EN: "Date"},
	"messages.to":         {ES: "Destinatario", EN: "To"},
	"messages.subject":    {ES: "Asunto", EN: "Subject"},
	"messages.state":      {ES: "Estado", EN: "State"},
	"messages.proof":      {ES: "Prueba", EN: "Proof"},
	"messages.channel":    {ES: "Canal", EN: "Channel"},
	"messages.template":   {ES: "Plantilla", EN: "Template"},
	"messages.answer":     {ES: "Respuesta del servidor", EN: "Answer of the server"},
	"messages.table":      {ES: "Tabla de comunicaciones", EN: "Table of messages"},
	"messages.empty":      {ES: "No hay comunicaciones", EN: "There are no messages"},
	"messages.empty.text": {ES: "Lo que se envíe a los deudores quedará aquí, con su prueba.", EN: "What is sent to debtors will stand here, with its proof."},
	"messages.text":       {ES: "Texto enviado", EN: "Text as sent"},
	"messages.unknown":    {ES: "No se sabe si llegó a salir", EN: "Nobody knows whether it left"},
	"messages.unknown.do": {ES: "No se repetirá hasta que una persona compruebe en el operador si salió.", EN: "It will not be repeated until a person checks with the operator whether it left."},
	"messages.settle":     {ES: "Aclarar", EN: "Settle"},
	"messages.was_sent":   {ES: "Sí salió", EN: "It did leave"},
	"messages.not_sent":   {ES: "No salió", EN: "It did not leave"},
}
