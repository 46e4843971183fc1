package web

import "recobro/internal/problem"

// limitationWords are those of the limitation of debts: acts, kinds of claim, regional laws, alarms.
var limitationWords = map[string]problem.Text{
	"limitact.letter":          {ES: "Reclamación escrita", EN: "Written demand"},
	"limitact.notarial":        {ES: "Requerimiento notarial", EN: "Notarial demand"},
	"limitact.acknowledgement": {ES: "Reconocimiento de la deuda", EN: "Acknowledgement of the debt"},
	"limitact.payment":         {ES: "Pago parcial", EN: "Part payment"},
	"limitact.suit":            {ES: "Demanda", EN: "Suit"},
	"limitact.suit_dismissed":  {ES: "Demanda desestimada, retirada o caducada", EN: "Suit dismissed, withdrawn or abandoned"},
	"limitact.negotiation":     {ES: "Solicitud de negociación", EN: "Request to negotiate"},
	"limitact.conciliation":    {ES: "Conciliación", EN: "Conciliation"},
	"limitact.suspension":      {ES: "Suspensión del plazo", EN: "Suspension of the term"},

	"limitkind.general":               {ES: "Personal, plazo general", EN: "General term"},
	"limitkind.sale":                  {ES: "Venta", EN: "Sale"},
	"limitkind.sale_other_trade":      {ES: "Venta a comerciante de otro tráfico", EN: "Sale to a trader of another trade"},
	"limitkind.fees":                  {ES: "Honorarios", EN: "Fees"},
	"limitkind.services":              {ES: "Servicios u obras", EN: "Services or works"},
	"limitkind.periodic":              {ES: "Pagos periódicos", EN: "Periodic payments"},
	"limitkind.mortgage":              {ES: "Hipotecaria", EN: "Mortgage"},
	"limitkind.note":                  {ES: "Letra o pagaré, obligado directo", EN: "Bill or note, direct obligor"},
	"limitkind.note_endorser":         {ES: "Letra o pagaré, acción de regreso", EN: "Bill or note, recourse"},
	"limitkind.note_between_obligors": {ES: "Letra o pagaré, entre obligados", EN: "Bill or note, between obligors"},
	"limitkind.note_reimbursement":    {ES: "Letra o pagaré, reembolso", EN: "Bill or note, reimbursement"},
	"limitkind.cheque":                {ES: "Cheque", EN: "Cheque"},
	"limitkind.transport":             {ES: "Transporte por carretera", EN: "Road transport"},
	"limitkind.judgment":              {ES: "Sentencia o título judicial", EN: "Judgment"},
	"limitkind.retail":                {ES: "Venta al por menor", EN: "Retail sale"},
	"limitkind.other_one_year":        {ES: "Otras de un año", EN: "Others of one year"},
	"limitkind.company":               {ES: "Acciones de sociedad", EN: "Company actions"},
	"limitkind.tort":                  {ES: "Responsabilidad extracontractual", EN: "Tort"},
	"limitkind.invoice":               {ES: "Factura", EN: "Invoice"},
	"limitkind.executive":             {ES: "Ejecutiva", EN: "Executive"},
	"limitkind.invoice_executive":     {ES: "Ejecutiva de la factura", EN: "Executive, of the invoice"},
	"limitkind.enrichment":            {ES: "Enriquecimiento sin causa", EN: "Unjust enrichment"},

	"confidence.read_secondary": {ES: "leído en una fuente secundaria", EN: "read in a secondary source"},
	"confidence.unverified":     {ES: "sin verificar, confirmado por el despacho", EN: "not verified, confirmed by the firm"},

	"limitregion.":   {ES: "Derecho común", EN: "Common law of the country"},
	"limitregion.CT": {ES: "Cataluña", EN: "Catalonia"},
	"limitregion.NC": {ES: "Navarra", EN: "Navarre"},

	"task.limitation_first":  {ES: "Prescripción: primer aviso", EN: "Limitation: first alarm"},
	"task.limitation_second": {ES: "Prescripción: segundo aviso", EN: "Limitation: second alarm"},
	"task.limitation_last":   {ES: "Prescripción: último aviso", EN: "Limitation: last alarm"},
}
