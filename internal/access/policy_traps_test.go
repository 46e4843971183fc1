package access

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/casbin/casbin/v2"

	policies "recobro/policies/access"
)

func TestLoadRefusesAPolicyThatCanOnlyBeAMistake(t *testing.T) {
	for _, mistake := range []struct{ name, row, says string }{
		{"unknown role", "p, notary, firm, case, read, *, allow", `"notary" is no role`},
		{"unknown relation", "p, lawyer, friend, case, read, *, allow", `"friend" is no relation`},
		{"unknown object", "p, lawyer, firm, case$$note, read, *, allow", `"case$$note" is no object`},
		{"unknown action", "p, lawyer, firm, case, GET, *, allow", `"GET" is no action`},
		{"unknown state", "p, lawyer, firm, case, read, asleep, allow", `"asleep" is no state`},
		{"unknown effect", "p, lawyer, firm, case, read, *, perhaps", "allow or deny"},
		{"not a p row", "g, lawyer, firm, case, read, *, allow", "allow or deny"},
		{"too few words", "p, lawyer, firm, case, read, allow", "wrong number of fields"},
		{"a pattern for an object", "p, lawyer, firm, *, read, *, allow", "names its role, object and action"},
		{"everybody", "p, *, firm, case, read, *, allow", "names its role, object and action"},
		{"repeated", "p, lawyer, firm, case, read, *, allow", "allows nothing"},
		{"inside another", "p, lawyer, firm, case, read, open, allow", "allows nothing"},
		{"walled", "p, lawyer, walled, event, read, *, allow", "allows nothing"},
		{"an outsider to a note", "p, client_admin, own_client, note_internal, read, *, allow", "allows nothing"},
		{"a paralegal who signs", "p, paralegal, assigned, demand, sign, approved, allow", "allows nothing"},
		{"an administrator in a case", "p, admin, firm, case, read, *, allow", "allows nothing"},
		{"a denial inside another", "p, lawyer, walled, case, read, *, deny", "denies nothing"},
	} {
		t.Run(mistake.name, func(t *testing.T) {
			_, err := LoadPolicy(withRows(t, mistake.row))
			if err == nil || !strings.Contains(err.Error(), mistake.says) {
				t.Fatalf("want an error with %q, got %v", mistake.says, err)
			}
		})
	}
}

func TestLoadRefusesAPolicyWithSomethingMissing(t *testing.T) {
	whole := withRows(t)
	policy := string(whole["policy.csv"].Data)
	debtorGone := func() string {
		var kept []string
		for line := range strings.Lines(policy) {
			if !strings.HasPrefix(line, "p, debtor, self") {
				kept = append(kept, line)
			}
		}
		return strings.Join(kept, "")
	}
	for _, missing := range []struct{ name, policy, says string }{
		{"everything", "# nothing\n", "empty"},
		{"the wall", strings.Replace(policy, "p, *, walled, *, *, *, deny\n", "", 1), "walled is missing"},
		{"half the wall", strings.Replace(policy, "p, *, walled, *, *, *, deny\n", "p, lawyer, walled, *, *, *, deny\n", 1), "walled is missing"},
		{"a role", debtorGone(), "debtor may do nothing"},
	} {
		t.Run(missing.name, func(t *testing.T) {
			_, err := LoadPolicy(fstest.MapFS{"model.conf": whole["model.conf"], "policy.csv": {Data: []byte(missing.policy)}})
			if err == nil || !strings.Contains(err.Error(), missing.says) {
				t.Fatalf("want an error with %q, got %v", missing.says, err)
			}
		})
	}
	if _, err := LoadPolicy(fstest.MapFS{}); err == nil {
		t.Fatal("no files, and yet a policy")
	}
}

func TestLoadRefusesAnotherModel(t *testing.T) {
	whole := withRows(t)
	model := string(whole["model.conf"].Data)
	for _, change := range []struct{ name, from, to string }{
		{"deny no longer wins", " && !some(where (p.eft == deny))", ""},
		{"allowed by default", "some(where (p.eft == allow)) && !some(where (p.eft == deny))", "!some(where (p.eft == deny))"},
		{"role left out", "r.role == p.role && ", ""},
		{"object left out", "r.obj == p.obj && ", ""},
		{"action left out", "r.act == p.act && ", ""},
		{"relation left out", `(p.rel == "*" || p.rel == r.rel) && `, ""},
		{"state left out", ` && (p.state == "*" || p.state == r.state)`, ""},
		{"star taken literally", `(p.rel == "*" || p.rel == r.rel)`, "p.rel == r.rel"},
		{"patterns for objects", "r.obj == p.obj", "keyMatch2(r.obj, p.obj)"},
		{"patterns for actions", "r.act == p.act", "regexMatch(r.act, p.act)"},
		{"code in the policy", "r.act == p.act", "eval(p.act)"},
		{"roles of roles", "[policy_effect]", "[role_definition]\ng = _, _\n\n[policy_effect]"},
	} {
		t.Run(change.name, func(t *testing.T) {
			changed := strings.Replace(model, change.from, change.to, 1)
			if changed == model {
				t.Fatal("the change changes nothing")
			}
			_, err := LoadPolicy(fstest.MapFS{"model.conf": {Data: []byte(changed)}, "policy.csv": whole["policy.csv"]})
			if err == nil || !strings.Contains(err.Error(), "proving the access model") {
				t.Fatalf("want the model refused, got %v", err)
			}
		})
	}
}

// Casbin's cached enforcer goes on allowing what was removed, and joins its key with "$$". This policy has neither: the
// enforcer is the plain one, and a second policy shares nothing with the first.
func TestNoCachedEnforcerIsBehindThePolicy(t *testing.T) {
	first := shipped(t)
	for role, j := range first.judges {
		if _, cached := casbin.IEnforcer(j.enforcer).(*casbin.CachedEnforcer); cached {
			t.Errorf("%s has a cached enforcer", role)
		}
	}
	if !first.Allows(Lawyer, RelTeam, ObjDemand, ActSign, StateApproved) {
		t.Fatal("a lawyer should sign")
	}
	policy, err := fs.ReadFile(policies.FS, "policy.csv")
	if err != nil {
		t.Fatal(err)
	}
	files := withRows(t)
	files["policy.csv"].Data = []byte(strings.Replace(string(policy), "p, lawyer, team, demand, sign, approved, allow\n", "", 1))
	second, err := LoadPolicy(files)
	if err != nil {
		t.Fatal(err)
	}
	if second.Allows(Lawyer, RelTeam, ObjDemand, ActSign, StateApproved) {
		t.Fatal("the row is gone and still allows")
	}
	if first.Hash() == second.Hash() {
		t.Fatal("another policy, the same hash")
	}
}

// The words that fooled a cache key, a path pattern or an unanchored method pattern are no words here.
func TestWordsOutsideTheListsAreDenied(t *testing.T) {
	p := shipped(t)
	for _, odd := range []struct {
		role  Role
		rel   Relation
		obj   Object
		act   Action
		state State
	}{
		{"lawyer$$firm", RelFirm, ObjCase, ActRead, NoState},
		{Lawyer, RelFirm, "case$$note", ActRead, NoState},
		{Lawyer, RelFirm, ObjCase, "note$$read", NoState},
		{Lawyer, RelFirm, "/cases/1/../2", ActRead, NoState},
		{Lawyer, RelFirm, "case\n", ActRead, NoState},
		{Lawyer, RelFirm, "case%2fnotes", ActRead, NoState},
		{Lawyer, RelFirm, ObjCase, "FORGET", NoState},
		{Lawyer, RelFirm, ObjCase, "READ", NoState},
		{Lawyer, RelFirm, ObjCase, ActRead, "open "},
		{Lawyer, "*", ObjCase, ActRead, NoState},
		{Lawyer, RelFirm, ObjCase, ActRead, "*"},
		{"*", RelFirm, ObjCase, ActRead, NoState},
		{"", "", "", "", ""},
	} {
		if p.Allows(odd.role, odd.rel, odd.obj, odd.act, odd.state) {
			t.Errorf("%q is allowed", odd)
		}
	}
	count := 0
	p.decided.Range(func(any, any) bool { count++; return true })
	if count != 0 {
		t.Errorf("%d odd questions were remembered: strangers could fill the memory", count)
	}
}

func TestNoListHoldsAWordThatCouldBeReadAsTwo(t *testing.T) {
	check := func(list, word string) {
		if word == "" || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz_") != "" && word != string(NoState) {
			t.Errorf("%s %q holds more than letters", list, word)
		}
	}
	for _, w := range roles.list {
		check("role", string(w))
	}
	for _, w := range relations.list {
		check("relation", string(w))
	}
	for _, w := range objects.list {
		check("object", string(w))
	}
	for _, w := range actions.list {
		check("action", string(w))
	}
	for _, w := range states.list {
		check("state", string(w))
	}
}

func TestPermissionIsParsedFromTheListsOnly(t *testing.T) {
	got, err := ParsePermission("demand:sign")
	if err != nil || got != To(ActSign, ObjDemand) || got.Object() != ObjDemand || got.Action() != ActSign {
		t.Fatalf("demand:sign read as %q %v", got, err)
	}
	for _, odd := range []string{"", "case", "case:", ":read", "case:read:", "case:fly", "house:read", "case$$note:read", "*:read", "case:*", "Case:read"} {
		if p, err := ParsePermission(odd); err == nil {
			t.Errorf("%q read as %q", odd, p)
		}
	}
}

func TestEveryHeldPermissionParses(t *testing.T) {
	held := shipped(t).Permissions()
	if len(held) < 100 {
		t.Fatalf("only %d permissions are held", len(held))
	}
	for _, permission := range held {
		if _, err := ParsePermission(string(permission)); err != nil {
			t.Error(err)
		}
	}
}
