package acta

import (
	"fmt"
	"strconv"
	"strings"

	"recobro/internal/letters"
	"recobro/internal/problem"
)

func (w writer) missing(why Missing) (n int) {
	for _, l := range w.Lines {
		if l.Missing == why {
			n++
		}
	}
	return n
}

func (w writer) warnings() (all []string) {
	if w.Size == 0 {
		all = append(all, w.say("El paquete lleva actuaciones que aún no están en ningún punto de control firmado: hasta entonces nada impide a quien maneja la base de datos quitarlas.",
			"The bundle holds interactions that no signed checkpoint covers yet: until then nothing keeps whoever runs the database from taking them out."))
	}
	if w.Size > 0 && len(w.Attested) < 2 {
		all = append(all, w.say("Solo el propio registro ha firmado el punto de control: no lo respalda ningún testigo ni sello de tiempo.",
			"Only the log itself has signed the checkpoint: no witness and no time stamp stands behind it."))
	}
	if n := w.missing(Withheld); n > 0 {
		all = append(all, fmt.Sprintf(w.say("Actuaciones cuyo contenido no se entrega: %d.", "Interactions whose content is not handed over: %d."), n))
	}
	if n := w.missing(Destroyed); n > 0 {
		all = append(all, fmt.Sprintf(w.say("Actuaciones cuyo contenido se ha destruido: %d.", "Interactions whose content has been destroyed: %d."), n))
	}
	return all
}

// proved lists what the bundle shows to whoever checks it against keys from elsewhere.
func (w writer) proved() []string {
	all := []string{
		fmt.Sprintf(w.say("Que están todas: las actuaciones del expediente del 1 al %d, sin huecos, cada una atada a la anterior. Ninguna se ha quitado, añadido ni cambiado de sitio en medio.",
			"That all are there: the interactions of the case from 1 to %d without a gap, each tied to the one before. None between them was taken out, put in or moved."), len(w.Lines)),
		w.say("Que no se han cambiado: cada una da la huella con la que entró en el registro, y el texto que aquí se lee es el que se anotó entonces.",
			"That they are unchanged: each gives the hash with which it entered the log, and the text read here is the one that was recorded then."),
	}
	if len(w.Papers) > 0 {
		all = append(all, w.say("Que los documentos son esos: los octetos entregados dan el SHA-256 que citó la actuación al anotarse.",
			"That the documents are those: the bytes handed over give the SHA-256 that the interaction cited when it was recorded."))
	}
	if w.Size > 0 {
		all = append(all, w.say("Que el registro entero es uno solo: cada actuación es una hoja del árbol cuya raíz firma el punto de control.",
			"That the whole log is one: each interaction is a leaf of the tree whose root the checkpoint signs."))
	}
	if len(w.Attested) > 1 {
		all = append(all, w.say("Que no se anotaron después: existían cuando firmaron el testigo o el sello de tiempo que figuran abajo.",
			"That they were not recorded later: they existed when the witness or the time stamp named below signed."))
	}
	return all
}

// notProved is said as clearly as what is.
func (w writer) notProved() []string {
	all := []string{
		w.say("Que lo declarado sea verdad. Una actuación de grado 1 prueba que alguien la declaró, y cuándo, nada más.",
			"That what was declared is true. An interaction of grade 1 proves that somebody declared it, and when, no more."),
		w.say("Que un correo aceptado por un servidor (grado 2) se haya entregado o leído.", "That an e-mail accepted by a server (grade 2) was delivered or read."),
		w.say("Quién estaba físicamente ante la cuenta que firma cada actuación.", "Who was physically at the account that an interaction names."),
		w.say("Que no hubiera contactos fuera del sistema: solo los canales de la tabla, y como allí se dice.",
			"That there were no contacts outside the system: only the channels of the table, and as it says there."),
		w.say("Que no haya actuaciones posteriores a la última de este paquete.", "That there are no interactions after the last one of this bundle."),
	}
	if w.Size == 0 || len(w.Attested) < 2 {
		all = append(all, w.say("La fecha frente a quien maneje a la vez la base de datos y la clave del registro: para eso hace falta una firma de fuera.",
			"The date, against whoever holds both the database and the log's key: for that a signature from outside is needed."))
	}
	if w.missing(Withheld)+w.missing(Destroyed) > 0 {
		all = append(all, w.say("El contenido de las actuaciones que no se entrega o se destruyó: solo que existieron, cuándo y quién las anotó.",
			"The content of the interactions that is withheld or destroyed: only that they existed, when, and who recorded them."))
	}
	return all
}

// covered is how far the log reaches by channel. What is not in this list the log knows nothing of, and the last line says so.
var covered = []struct {
	name    problem.Text
	reach   problem.Text
	channel string
}{
	{problem.Text{ES: "Correo electrónico", EN: "E-mail"}, problem.Text{ES: "Los que envió Recobro, con la respuesta del servidor, las devoluciones y las respuestas recibidas.", EN: "Those that Recobro sent, with the server's answer, returns and replies received."}, "email"},
	{problem.Text{ES: "SMS y mensajería", EN: "SMS and messaging"}, problem.Text{ES: "Los que envió Recobro.", EN: "Those that Recobro sent."}, "sms"},
	{problem.Text{ES: "Correo postal y burofax", EN: "Post and certified letters"}, problem.Text{ES: "Los requerimientos que emitió Recobro; su entrega, por el justificante del operador que se incorporó.", EN: "The demands that Recobro issued; their delivery by the operator's proof that was added."}, "post"},
	{problem.Text{ES: "Teléfono, visitas y negociaciones", EN: "Telephone, visits and negotiations"}, problem.Text{ES: "Lo que una persona anotó; la conversación no se graba.", EN: "What a person wrote down; the talk itself is not recorded."}, "declared"},
	{problem.Text{ES: "Página del deudor", EN: "The debtor's page"}, problem.Text{ES: "Lo que el deudor hizo en ella con su código.", EN: "What the debtor did there with their code."}, "page"},
	{problem.Text{ES: "Juzgado", EN: "Court"}, problem.Text{ES: "Los escritos y actos que una persona anotó con su documento.", EN: "The filings and acts that a person recorded with their document."}, "court"},
}

// channelOf says by which channel an interaction reached, or came from, the other side; "" for what touched nobody outside: a
// message that is only prepared has reached nobody.
func channelOf(l Line) string {
	subject, past, _ := strings.Cut(l.Kind, ".")
	switch subject {
	case "message":
		if past != "sent" && past != "bounced" {
			return ""
		}
		if l.Channel == "sms" || l.Channel == "whatsapp" {
			return "sms"
		}
		return "email"
	case "reply":
		return "email"
	case "demand":
		if past == "dispatched" || past == "delivered" || past == "refused" || past == "returned" {
			return "post"
		}
	case "call", "visit", "negotiation":
		return "declared"
	case "debtor":
		return "page"
	case "act":
		return "court"
	case "filing":
		if past == "filed" || past == "admitted" || past == "returned" {
			return "court"
		}
	}
	return ""
}

func (w writer) channels() (t letters.Table) {
	count, greatest := map[string]int{}, map[string]int{}
	for _, l := range w.Lines {
		if c := channelOf(l); c != "" {
			count[c]++
			greatest[c] = max(greatest[c], l.Grade)
		}
	}
	for _, c := range covered {
		t.Rows = append(t.Rows, []string{c.name.In(w.lang), c.reach.In(w.lang), strconv.Itoa(count[c.channel]), w.grade(greatest[c.channel])})
	}
	t.Rows = append(t.Rows, []string{w.say("Cualquier otro", "Any other"),
		w.say("No lo recoge: teléfonos propios, mensajería particular, conversaciones en persona que nadie anotó.", "Not covered: private telephones, private messaging, talks in person that nobody wrote down."), "—", ""})
	return t
}
