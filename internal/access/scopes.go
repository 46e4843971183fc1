package access

import (
	"slices"

	"recobro/internal/evidence"
	"recobro/internal/problem"
)

// Scope is one thing a client's system may be let do with its key.
type Scope string

const (
	ScopePortfoliosRead  Scope = "portfolios:read"
	ScopePortfoliosWrite Scope = "portfolios:write"
	ScopeDebtsWrite      Scope = "debts:write"
	ScopeCasesRead       Scope = "cases:read"
	ScopeDocumentsRead   Scope = "documents:read"
	ScopeDocumentsWrite  Scope = "documents:write"
	ScopePaymentsRead    Scope = "payments:read"
	ScopePaymentsWrite   Scope = "payments:write"
	ScopeReportsRead     Scope = "reports:read"
	ScopeEvidenceRead    Scope = "evidence:read"
	ScopeWebhooksWrite   Scope = "webhooks:write"
	ScopeSandboxWrite    Scope = "sandbox:write"
)

var scopes = closed("scope", ScopePortfoliosRead, ScopePortfoliosWrite, ScopeDebtsWrite, ScopeCasesRead, ScopeDocumentsRead, ScopeDocumentsWrite,
	ScopePaymentsRead, ScopePaymentsWrite, ScopeReportsRead, ScopeEvidenceRead, ScopeWebhooksWrite, ScopeSandboxWrite)

// Scopes returns the closed list.
func Scopes() []Scope { return slices.Clone(scopes.list) }

// ParseScopes accepts at least one scope of the closed list, none twice.
func ParseScopes(typed []string) ([]Scope, error) {
	var all []Scope
	for _, s := range typed {
		scope, err := scopes.parse(s)
		if err != nil || slices.Contains(all, scope) {
			return nil, errScopes
		}
		all = append(all, scope)
	}
	if len(all) == 0 {
		return nil, errScopes
	}
	return all, nil
}

// opens says which permissions a scope lets a key use. What the policy does not let the role do, no scope does; a permission
// that stands in no scope is closed to every key.
var opens = map[Scope][]Permission{
	ScopePortfoliosRead: {To(ActList, ObjPortfolio), To(ActRead, ObjPortfolio), To(ActRead, ObjReceivables), To(ActList, ObjWatchedInvoice),
		To(ActRead, ObjWatchedInvoice), To(ActRead, ObjCreditFile), To(ActList, ObjAlert), To(ActRead, ObjAlert), To(ActRead, ObjOperation)},
	ScopePortfoliosWrite: {To(ActPreview, ObjPortfolio), To(ActSubmit, ObjPortfolio), To(ActSubmit, ObjReceivables)},
	ScopeDebtsWrite:      {To(ActAdjust, ObjDebt), To(ActRecall, ObjCase)},
	ScopeCasesRead: {To(ActList, ObjCase), To(ActRead, ObjCase), To(ActList, ObjDebt), To(ActRead, ObjDebt), To(ActList, ObjInteraction), To(ActRead, ObjInteraction),
		To(ActList, ObjHold), To(ActRead, ObjHold), To(ActList, ObjDispute), To(ActRead, ObjDispute), To(ActList, ObjPromise), To(ActRead, ObjPromise),
		To(ActList, ObjAgreement), To(ActRead, ObjAgreement), To(ActList, ObjApproval), To(ActRead, ObjApproval), To(ActList, ObjProceeding), To(ActRead, ObjProceeding),
		To(ActList, ObjAct), To(ActRead, ObjAct), To(ActList, ObjDeadline), To(ActRead, ObjDeadline), To(ActList, ObjDemand), To(ActRead, ObjDemand), To(ActList, ObjEvent)},
	ScopeDocumentsRead:  {To(ActList, ObjDocument), To(ActRead, ObjDocument)},
	ScopeDocumentsWrite: {To(ActRecord, ObjDocument)},
	ScopePaymentsRead:   {To(ActList, ObjPayment), To(ActRead, ObjPayment), To(ActRead, ObjStatement), To(ActList, ObjRemittance), To(ActRead, ObjRemittance)},
	ScopePaymentsWrite:  {To(ActRecord, ObjPayment)},
	ScopeReportsRead:    {To(ActRead, ObjReport), To(ActExport, ObjReport)},
	ScopeEvidenceRead:   {To(ActExport, ObjEvidence)},
	ScopeWebhooksWrite:  {To(ActList, ObjWebhook), To(ActRead, ObjWebhook), To(ActRecord, ObjWebhook), To(ActEdit, ObjWebhook), To(ActCancel, ObjWebhook)},
	ScopeSandboxWrite:   {To(ActAdvance, ObjSandbox)},
}

// scopeOf turns opens around: each permission stands in one scope.
var scopeOf = func() map[Permission]Scope {
	of := map[Permission]Scope{}
	for scope, permissions := range opens {
		for _, p := range permissions {
			if other, twice := of[p]; twice {
				panic("the permission " + string(p) + " is of two scopes, " + string(scope) + " and " + string(other))
			}
			of[p] = scope
		}
	}
	return of
}()

// ScopeOf is the scope that opens a permission to a key; false when none does.
func ScopeOf(p Permission) (Scope, bool) {
	scope, ok := scopeOf[p]
	return scope, ok
}

var (
	errScope  = problem.New(problem.Forbidden, "scope_missing", "Esta clave no se creó para esto; pida otra con el ámbito que hace falta.", "This key was not made for this; ask for one with the scope that it needs.")
	errScopes = problem.New(problem.Invalid, "scopes_invalid", "Elija uno o más ámbitos de la lista.", "Choose one or more scopes of the list.")
)

// withinScope narrows what the policy allows to what a key was made for. Nobody else has scopes.
func withinScope(who evidence.Actor, p Permission) error {
	if who.Kind != "key" {
		return nil
	}
	if scope, ok := scopeOf[p]; ok && slices.Contains(who.Scopes, string(scope)) {
		return nil
	}
	return errScope
}
