// Package access says who someone is and what a role may do in a relation to a thing: sessions, keys, passwords, and the
// policy that casbin decides. The rule: only words of the closed lists in this file reach the policy (never an id, a URL,
// a method or anything a person typed), and whatever no row allows is denied.
package access

import (
	"fmt"
	"slices"
	"strings"

	"recobro/internal/problem"
)

// Role is what someone is; a session or key has exactly one.
type Role string

const (
	Admin        Role = "admin"
	Lawyer       Role = "lawyer"
	Paralegal    Role = "paralegal"
	Supervisor   Role = "supervisor"
	Finance      Role = "finance"
	DPO          Role = "dpo"
	ClientAdmin  Role = "client_admin"
	ClientViewer Role = "client_viewer"
	Integration  Role = "integration"
	External     Role = "external"
	Debtor       Role = "debtor"
)

var roles = closed("role", Admin, Lawyer, Paralegal, Supervisor, Finance, DPO, ClientAdmin, ClientViewer, Integration,
	External, Debtor)

// Roles returns the closed list in the order of the domain's table.
func Roles() []Role { return slices.Clone(roles.list) }

// ParseRole returns the role spelled s; anything else is an error that names the list, not the word.
func ParseRole(s string) (Role, error) { return roles.parse(s) }

// IsStaff says whether the role belongs to the firm. An external lawyer does not.
func (r Role) IsStaff() bool {
	return slices.Contains([]Role{Admin, Lawyer, Paralegal, Supervisor, Finance, DPO}, r)
}

// IsClient says whether the role acts for a creditor company, as a person or as a key.
func (r Role) IsClient() bool {
	return slices.Contains([]Role{ClientAdmin, ClientViewer, Integration}, r)
}

// Relation is how someone stands to one thing. The database computes exactly one, the most restrictive first.
type Relation string

const (
	RelWalled      Relation = "walled"       // an ethical wall stands between them: nothing is allowed
	RelAssigned    Relation = "assigned"     // holds the case; an external lawyer: is named in it
	RelTeam        Relation = "team"         // a colleague of the same team holds it
	RelFirm        Relation = "firm"         // the firm's, held by nobody near; also staff to what hangs on no case
	RelOwnClient   Relation = "own_client"   // of the company, or group of companies, someone acts for
	RelOtherClient Relation = "other_client" // of somebody else's company
	RelSelf        Relation = "self"         // a person to their own user; a debtor to their own cases
	RelEmergency   Relation = "emergency"    // opened for a written reason and a short time by who has no nearer relation: to read
	RelNone        Relation = "none"
)

var relations = closed("relation", RelWalled, RelAssigned, RelTeam, RelFirm, RelOwnClient, RelOtherClient, RelSelf, RelEmergency, RelNone)

// Permission is what a route asks for, "object:action": "demand:sign".
type Permission string

// ParsePermission accepts only an object and an action of the closed lists.
func ParsePermission(s string) (Permission, error) {
	object, action, found := strings.Cut(s, ":")
	if !found {
		return "", fmt.Errorf("parsing permission %q: want object:action", s)
	}
	if _, err := objects.parse(object); err != nil {
		return "", fmt.Errorf("parsing permission %q: %w", s, err)
	}
	if _, err := actions.parse(action); err != nil {
		return "", fmt.Errorf("parsing permission %q: %w", s, err)
	}
	return Permission(s), nil
}

// To is the permission to do act to obj.
func To(act Action, obj Object) Permission { return Permission(string(obj) + ":" + string(act)) }

// Object is the part before the colon.
func (p Permission) Object() Object {
	object, _, _ := strings.Cut(string(p), ":")
	return Object(object)
}

// Action is the part after the colon.
func (p Permission) Action() Action {
	_, action, _ := strings.Cut(string(p), ":")
	return Action(action)
}

// Denied is the answer when someone may know the thing exists, yet not do this to it. Who may not see it gets problem.Missing.
var Denied = problem.New(problem.Forbidden, "not_allowed",
	"Su función no permite esta acción en este momento.", "Your role does not allow this action at this moment.")

// words is one closed list with the place of each word in it.
type words[W ~string] struct {
	name  string
	list  []W
	place map[W]uint8
}

// closed panics on a word written twice: a list in this package is wrong before anything runs.
func closed[W ~string](name string, list ...W) words[W] {
	w := words[W]{name: name, list: list, place: make(map[W]uint8, len(list))}
	for i, word := range list {
		if _, twice := w.place[word]; twice {
			panic("the list of words for " + name + " holds " + string(word) + " twice")
		}
		w.place[word] = uint8(i)
	}
	return w
}

func (w words[W]) has(word W) bool {
	_, ok := w.place[word]
	return ok
}

func (w words[W]) parse(s string) (W, error) {
	if !w.has(W(s)) {
		return "", fmt.Errorf("%q is no %s", s, w.name)
	}
	return W(s), nil
}
