package access

import (
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
	Team              int64 // of the case it hangs on; 0 when it hangs on no case
	Lawyer, Paralegal *uuid.UUID
	Person            uuid.UUID // the user it is about, for what people do to themselves
}

// RelationOf says how someone stands to a thing: exactly one word, the most restrictive first. This is the only place
// where relations are computed in the program; row security computes its own, and both must allow.
func RelationOf(who evidence.Actor, p Place) Relation {
	switch {
	case p.Person != uuid.Nil && p.Person == who.ID:
		return RelSelf
	case !Role(who.Role).IsStaff() && who.For(p.Client):
		return RelOwnClient
	case !Role(who.Role).IsStaff():
		return RelOtherClient
	case Role(who.Role) == Finance || Role(who.Role) == DPO || p.Team == 0:
		return RelFirm
	case is(p.Lawyer, who.ID) || is(p.Paralegal, who.ID):
		return RelAssigned
	case within(who.Teams, p.Team):
		return RelTeam
	case who.Firm:
		return RelFirm
	}
	return RelNone
}

func is(holder *uuid.UUID, id uuid.UUID) bool { return holder != nil && *holder == id }

func within(teams []int64, team int64) bool {
	for _, t := range teams {
		if t == team {
			return true
		}
	}
	return false
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
		return nil
	}
	if Rules().Allows(role, rel, p.Object(), ActRead, state) {
		return Denied
	}
	return problem.Missing
}

// RequireSome is the gate at the route, before the row is known: may this role do it in any relation and state at all?
func RequireSome(who evidence.Actor, p Permission) error {
	if who.IsJob() || Rules().MayInSomeRelation(Role(who.Role), p.Object(), p.Action()) {
		return nil
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
