package access_test

import (
	"testing"

	"recobro/internal/access"
)

func TestEveryPermissionOfAClientsSystemIsOfOneScopeAndNoScopeHoldsMore(t *testing.T) {
	held := map[access.Scope]bool{}
	for _, object := range access.Objects() {
		for _, action := range access.Actions() {
			p := access.To(action, object)
			scope, scoped := access.ScopeOf(p)
			if may := access.Rules().MayInSomeRelation(access.Integration, object, action); may != scoped {
				t.Errorf("%s: the policy lets a system do it: %v; a scope opens it: %v", p, may, scoped)
			}
			if scoped {
				held[scope] = true
			}
		}
	}
	for _, scope := range access.Scopes() {
		if !held[scope] {
			t.Errorf("scope %s opens nothing", scope)
		}
	}
	if len(held) != len(access.Scopes()) {
		t.Errorf("%d scopes open something, %d are on the list", len(held), len(access.Scopes()))
	}
}

func TestScopesAreOfTheListAndNoneTwice(t *testing.T) {
	for _, typed := range [][]string{nil, {}, {""}, {"*"}, {"cases:read", "cases:read"}, {"cases:read", "cases"}, {"CASES:READ"}, {"cases:read "}, {"user:manage"}} {
		if _, err := access.ParseScopes(typed); err == nil {
			t.Errorf("%q passed", typed)
		}
	}
	if got, err := access.ParseScopes([]string{"cases:read", "payments:write"}); err != nil || len(got) != 2 {
		t.Errorf("%v, %v", got, err)
	}
}
