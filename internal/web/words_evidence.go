package web

import "recobro/internal/problem"

// evidenceWords are those of the proof that somebody takes away.
var evidenceWords = map[string]problem.Text{
	"proof.title":        {ES: "Descargar prueba", EN: "Download the proof"},
	"proof.hint":         {ES: "Las actuaciones con sus documentos, comprobables sin conexión", EN: "The interactions with their documents, to be checked offline"},
	"proof.profile":      {ES: "Para quién", EN: "For whom"},
	"proof.seq":          {ES: "Hasta la actuación n.º", EN: "Up to interaction no."},
	"proof.printed":      {ES: "Punto de control impreso", EN: "Printed checkpoint"},
	"proof.printed.hint": {ES: "El número que precede a la huella al pie de una carta o de un correo: el paquete probará también que ese papel es de este registro.", EN: "The number before the hash at the foot of a letter or e-mail: the bundle then proves, too, that the paper is of this log."},
	"proof.submit":       {ES: "Descargar", EN: "Download"},
	"proof.sealed":       {ES: "en el punto de control %d", EN: "in checkpoint %d"},
	"proof.waiting":      {ES: "espera punto de control", EN: "awaits a checkpoint"},
	"profile.full":       {ES: "El despacho, completo", EN: "The firm, in full"},
	"profile.court":      {ES: "El juzgado", EN: "The court"},
	"profile.client":     {ES: "El acreedor", EN: "The creditor"},
	"profile.debtor":     {ES: "El deudor", EN: "The debtor"},
	"profiletext.full":   {ES: "Todo, también lo interno y las ofertas. No debe salir del despacho.", EN: "Everything, what is internal and the offers too. It must not leave the firm."},
	"profiletext.court":  {ES: "Lo abierto y el intento de negociación. Reserva las ofertas (LO 1/2025, art. 9), lo interno, lo dicho entre abogados y las categorías especiales.", EN: "What is open, and the attempt to negotiate. It withholds the offers (LO 1/2025, art. 9), what is internal, between lawyers, and special categories."},
	"profiletext.client": {ES: "Lo abierto y la negociación con sus ofertas. Reserva lo interno, lo dicho entre abogados y las categorías especiales.", EN: "What is open, and the negotiation with its offers. It withholds what is internal, between lawyers, and special categories."},
	"profiletext.debtor": {ES: "Lo abierto y el intento de negociación. Reserva las ofertas y sus límites, lo interno, lo dicho entre abogados y las categorías especiales.", EN: "What is open, and the attempt to negotiate. It withholds the offers and their limits, what is internal, between lawyers, and special categories."},
}
