package strategy

import (
	"maps"
	"slices"

	"recobro/internal/cases"
	"recobro/internal/problem"
)

// Word is a condition that a plan may use.
type Word string

// condition says whether a word holds, and what to tell a reader when it does not.
type condition struct {
	holds func(*Plan, cases.Facts) bool
	not   problem.Text
}

// words is the closed list: what a plan may ask about a case.
var words = map[Word]*condition{
	"usable_email": {func(_ *Plan, f cases.Facts) bool { return unusable(f) == nil },
		problem.Text{ES: "No hay un correo al que se pueda escribir.", EN: "There is no e-mail address that may be written to."}},
	"no_usable_email": {func(_ *Plan, f cases.Facts) bool { return unusable(f) != nil },
		problem.Text{ES: "Hay un correo que sirve.", EN: "There is an e-mail address that works."}},
	"nothing_sent": {func(_ *Plan, f cases.Facts) bool { return f.Sent == 0 },
		problem.Text{ES: "Ya se ha enviado alguna comunicación.", EN: "Something has been sent already."}},
	"agreement_broken": {func(_ *Plan, f cases.Facts) bool { return f.AgreementState != nil && *f.AgreementState == "broken" },
		problem.Text{ES: "No hay un acuerdo roto.", EN: "There is no broken agreement."}},
	"demand_drafted": {func(_ *Plan, f cases.Facts) bool { return f.DemandID != nil },
		problem.Text{ES: "Aún no hay requerimiento.", EN: "There is no demand yet."}},
	"proceeding_open": {func(_ *Plan, f cases.Facts) bool { return f.ProceedingState != nil && *f.ProceedingState != "ended" },
		problem.Text{ES: "No hay procedimiento abierto.", EN: "No proceeding is open."}},
	"worth_suing": {worthSuing,
		problem.Text{ES: "El principal no llega al umbral de la estrategia para demandar.", EN: "The principal is below the strategy's threshold to sue."}},
	"suit_not_refused": {func(_ *Plan, f cases.Facts) bool { return !suitRefused(f) },
		problem.Text{ES: "El cliente no ha autorizado la demanda.", EN: "The client has not approved the suit."}},
	"suit_ruled_out": {func(p *Plan, f cases.Facts) bool { return !worthSuing(p, f) || suitRefused(f) },
		problem.Text{ES: "La demanda no está descartada.", EN: "A suit is not ruled out."}},
}

// Words lists the conditions that a plan may use.
func Words() []Word { return slices.Sorted(maps.Keys(words)) }

func worthSuing(p *Plan, f cases.Facts) bool { return f.PrincipalMinor >= p.worthSuingMinor }

// suitRefused counts silence as a no: nothing is granted by it.
func suitRefused(f cases.Facts) bool {
	return !f.MaySueWithoutAsking && f.SuitApproval != nil && (*f.SuitApproval == "refused" || *f.SuitApproval == "expired")
}

// unusable says why the debtor may not be written to by e-mail, or nil.
func unusable(f cases.Facts) *Reason {
	switch {
	case !f.OptedOutOn.IsZero():
		return &reasonOptedOut
	case f.Represented:
		return &reasonRepresented
	case f.Email == nil && f.Bounced > 0:
		return &reasonBounced
	case f.Email == nil:
		return &reasonNoEmail
	}
	return nil
}
