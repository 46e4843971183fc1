package cases

import (
	"recobro/internal/day"
	"recobro/internal/problem"
)

// A guard says in one sentence why a case may not take a step now.

func notHeld(f Facts, _ day.Date) error {
	switch {
	case f.HoldAll || f.HoldContact:
		return problem.New(problem.Conflict, "case_on_hold", "Hay una retención abierta que lo impide.", "An open hold forbids it.")
	case f.LiveAgreement():
		return problem.New(problem.Conflict, "agreement_live", "Hay un acuerdo en vigor o pendiente.", "An agreement is live or pending.")
	}
	return nil
}

func noLiveAgreement(f Facts, _ day.Date) error {
	if f.LiveAgreement() {
		return problem.New(problem.Conflict, "agreement_live", "Hay un acuerdo en vigor o pendiente.", "An agreement is live or pending.")
	}
	return nil
}

func nothingOpen(f Facts, _ day.Date) error {
	if f.PrincipalMinor != 0 {
		return problem.New(problem.Conflict, "principal_open", "Queda principal pendiente.", "Principal is still open.")
	}
	return nil
}

func limitationPast(f Facts, today day.Date) error {
	if f.LimitationOn.IsZero() || !f.LimitationOn.Before(today) {
		return problem.New(problem.Conflict, "limitation_not_past", "La deuda aún no ha prescrito.", "The debt is not time-barred yet.")
	}
	return nil
}

// demandTermOver: a term that runs from receipt does not start before a proof of receipt.
func demandTermOver(f Facts, today day.Date) error {
	switch {
	case f.DemandState == nil || *f.DemandState != "delivered":
		return problem.New(problem.Conflict, "demand_not_delivered", "No consta la entrega del requerimiento.", "There is no proof that the demand was delivered.")
	case f.DemandTermOn.IsZero() || !f.DemandTermOn.Before(today):
		return problem.New(problem.Conflict, "demand_term_running", "El plazo del requerimiento no ha terminado.", "The term of the demand is not over.")
	}
	return notHeld(f, today)
}

// maySue holds the gates of domain.md: demand delivered and its term over, no live agreement or hold, limitation not past,
// and the client's authority to sue.
func maySue(f Facts, today day.Date) error {
	if err := demandTermOver(f, today); err != nil {
		return err
	}
	switch {
	case f.HoldJudicial:
		return problem.New(problem.Conflict, "case_on_hold", "Hay una retención abierta que lo impide.", "An open hold forbids it.")
	case !f.LimitationOn.IsZero() && f.LimitationOn.Before(today):
		return problem.New(problem.Conflict, "limitation_past", "La deuda ha prescrito.", "The debt is time-barred.")
	case f.ContestedMinor >= f.PrincipalMinor && f.ContestedMinor > 0:
		return problem.New(problem.Conflict, "debt_disputed", "Toda la deuda está en disputa.", "The whole debt is disputed.")
	case !f.MaySueWithoutAsking && (f.SuitApproval == nil || *f.SuitApproval != "granted"):
		return problem.New(problem.Conflict, "suit_not_approved", "Falta la autorización del cliente para demandar.", "The client has not approved the suit.")
	}
	return nil
}

// MaySue tells whether the gates to court hold for a case on a day, and if not, which one is closed.
func MaySue(f Facts, today day.Date) error { return maySue(f, today) }

// MayDemand tells whether a formal demand may leave the house for a case: no hold on contact, no agreement.
func MayDemand(f Facts, today day.Date) error { return notHeld(f, today) }
