package access

import (
	"slices"
	"sync"

	"github.com/google/uuid"

	policies "recobro/policies/access"

	"recobro/internal/evidence"
	"recobro/internal/problem"
)

// Rules is the policy built into this program. It panics when the built-in files are broken: such a program must not run.
var Rules = sync.OnceValue(func() *Policy {
	p, err := LoadPolicy(policies.FS)
	if err != nil {
		panic(err)
	}
	return p
})

// Place is where a thing hangs: whose it is and who holds it. The zero Place is the firm's own (users, settings).
type Place struct {
	Client            uuid.UUID
	Account, Case     uuid.UUID // zero when it hangs on none
	Team              int64     // of the case it hangs on; 0 when it hangs on no case
	Lawyer, Paralegal *uuid.UUID
	Person            uuid.UUID // the user it is about, for what people do to themselves
}

// RelationOf says how someone stands to a thing: exactly one word, the most restrictive first. This is the only place
// where relations are computed in the program; row security computes its own, and both must allow.
func RelationOf(who evidence.Actor, p Place) Relation {
	role := Role(who.Role)
	switch {
	case p.Client != uuid.Nil && (slices.Contains(who.Near.Walls, p.Client) || slices.Contains(who.Near.Walls, p.Account) || slices.Contains(who.Near.Walls, p.Case)):
		return RelWalled
	case p.Person != uuid.Nil && p.Person == who.ID:
		return RelSelf
	case role == External && slices.Contains(who.Near.Named, p.Case):
		return RelAssigned
	case !role.IsStaff() && who.For(p.Client):
		return RelOwnClient
	case !role.IsStaff():
		return RelOtherClient
	case role == Finance || role == DPO || p.Team == 0:
		return RelFirm
	case standsIn(who, p.Lawyer) || standsIn(who, p.Paralegal):
		return RelAssigned
	case slices.Contains(who.Teams, p.Team):
		return RelTeam
	case who.Firm:
		return RelFirm
	case slices.Contains(who.Near.Opened, p.Case):
		return RelEmergency
	}
	return RelNone
}

// standsIn says whether the holder of a case is this person, or somebody absent for whom this person stands.
func standsIn(who evidence.Actor, holder *uuid.UUID) bool {
	return holder != nil && (*holder == who.ID || slices.Contains(who.Near.StandsFor, *holder))
}

// Require asks the policy. Who may not even read the object hears that it does not exist; who may read it hears Denied.
// A job of Recobro carries out what an action already decided; only the worker's database role can become one.
func Require(who evidence.Actor, p Permission, place Place, state State) error {
	if who.IsJob() {
		return nil
	}
	rel := RelationOf(who, place)
	role := Role(who.Role)
	if Rules().Allows(role, rel, p.Object(), p.Action(), state) {
		if p == To(ActRead, ObjCase) { // the way to all that hangs on a case; whether the case itself is answered was asked at the route
			return nil
		}
		return withinScope(who, p)
	}
	if Rules().Allows(role, rel, p.Object(), ActRead, state) {
		return Denied
	}
	return problem.Missing
}

// RequireSome is the gate at the route, before the row is known: may this role do it in any relation and state at all?
func RequireSome(who evidence.Actor, p Permission) error {
	if who.IsJob() || Rules().MayInSomeRelation(Role(who.Role), p.Object(), p.Action()) {
		return withinScope(who, p)
	}
	if Rules().MayInSomeRelation(Role(who.Role), p.Object(), ActRead) {
		return Denied
	}
	return problem.Missing
}

// May says whether a button should be offered at all.
func May(who evidence.Actor, p Permission, place Place, state State) bool {
	return Require(who, p, place, state) == nil
}
