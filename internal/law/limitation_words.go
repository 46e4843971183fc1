package law

import (
	"fmt"
	"strings"

	"recobro/internal/day"
	"recobro/internal/problem"
)

// Why a fact did not change the last day.
const (
	beforeDue      = "before_due"
	tooLate        = "too_late"
	noEffect       = "no_effect"
	fatalTerm      = "fatal_term"
	notReceived    = "not_received"
	onlyOnce       = "only_once"
	notConfirmed   = "not_confirmed"
	wasAnnulled    = "annulled"
	alreadyStopped = "already_stopped"
	noEnd          = "no_end"
)

var ignoredWords = map[string]problem.Text{
	beforeDue:      {ES: "es anterior al día en que empezó el plazo", EN: "it came before the term began"},
	tooLate:        {ES: "llegó con el plazo ya terminado y no lo revive", EN: "it came after the last day and revives nothing"},
	noEffect:       {ES: "esta ley no le da ese efecto", EN: "this law gives it no such effect"},
	fatalTerm:      {ES: "el plazo es de caducidad", EN: "the term is one that nothing interrupts"},
	notReceived:    {ES: "no consta con prueba suficiente que el deudor lo recibiera o fuera notificado", EN: "there is no sufficient proof that the debtor received it or was served"},
	onlyOnce:       {ES: "solo cuenta una vez y ya contó", EN: "it counts only once and has counted"},
	notConfirmed:   {ES: "la regla no está verificada y ningún abogado la ha confirmado", EN: "the rule is not verified and no lawyer has confirmed it"},
	wasAnnulled:    {ES: "la demanda se desestimó, se retiró o caducó", EN: "the suit was dismissed, withdrawn or abandoned"},
	alreadyStopped: {ES: "el plazo ya estaba interrumpido hasta más tarde", EN: "the term was already stopped until later"},
	noEnd:          {ES: "falta el día en que terminó", EN: "the day on which it ended is missing"},
}

var actWords = map[LimitationAct]problem.Text{
	LetterAct:          {ES: "la reclamación escrita", EN: "the written demand"},
	NotarialAct:        {ES: "el requerimiento notarial", EN: "the notarial demand"},
	AcknowledgementAct: {ES: "el reconocimiento de la deuda", EN: "the acknowledgement of the debt"},
	PaymentAct:         {ES: "el pago parcial", EN: "the part payment"},
	SuitAct:            {ES: "la demanda", EN: "the suit"},
	DismissalAct:       {ES: "el fin de la demanda sin fruto", EN: "the fruitless end of the suit"},
	NegotiationAct:     {ES: "la solicitud de negociación", EN: "the request to negotiate"},
	ConciliationAct:    {ES: "la conciliación", EN: "the conciliation"},
	SuspensionAct:      {ES: "la suspensión", EN: "the suspension"},
}

// Word is the name of the act in both languages, with its article.
func (a LimitationAct) Word() problem.Text { return actWords[a] }

func wholeTerm(period periodDoc, start day.Date) problem.Text {
	es, en := inWords(period.months())
	return problem.Text{ES: fmt.Sprintf("%s desde el %s", es, start.Short("es")), EN: fmt.Sprintf("%s from %s", en, start.Short("en"))}
}

func oldTerm(t *transitionalDoc, start day.Date) problem.Text {
	return problem.Text{
		ES: fmt.Sprintf("Régimen transitorio: %d años desde el %s y como tarde el %s", t.Years, start.Short("es"), t.Latest.Short("es")),
		EN: fmt.Sprintf("Transitional rule: %d years from %s and at the latest %s", t.Years, start.Short("en"), t.Latest.Short("en"))}
}

func suspendedStart(s stretch, start day.Date) problem.Text {
	return problem.Text{
		ES: fmt.Sprintf("Suspendido del %s al %s: corre desde el %s", s.from.Short("es"), s.to.Short("es"), start.Short("es")),
		EN: fmt.Sprintf("Suspended from %s to %s: it runs from %s", s.from.Short("en"), s.to.Short("en"), start.Short("en"))}
}

func suspendedDays(s stretch, days int) problem.Text {
	return problem.Text{
		ES: fmt.Sprintf("Más %d días de suspensión, del %s al %s", days, s.from.Short("es"), s.to.Short("es")),
		EN: fmt.Sprintf("Plus %d days of suspension, from %s to %s", days, s.from.Short("en"), s.to.Short("en"))}
}

func begunAnew(e restartEvent) problem.Text {
	name := actWords[e.fact.Act]
	return problem.Text{
		ES: fmt.Sprintf("Interrumpido el %s por %s: el plazo empieza de nuevo", e.restart.Short("es"), name.ES),
		EN: fmt.Sprintf("Interrupted on %s by %s: the term starts again", e.restart.Short("en"), name.EN)}
}

func inWords(months int) (es, en string) {
	switch {
	case months == 12:
		return "1 año", "1 year"
	case months%12 == 0:
		return fmt.Sprintf("%d años", months/12), fmt.Sprintf("%d years", months/12)
	}
	return fmt.Sprintf("%d meses", months), fmt.Sprintf("%d months", months)
}

// list joins words with the last separator ("a, b y c"), or all of them with ";".
func wordList(all []string, last string) string {
	if last == ";" {
		return strings.Join(all, "; ")
	}
	if n := len(all); n > 1 {
		return strings.Join(all[:n-1], ", ") + " " + last + " " + all[n-1]
	}
	return strings.Join(all, "")
}

func firstRef(refs []string) string {
	for _, r := range refs {
		if r != "" {
			return r
		}
	}
	return ""
}
