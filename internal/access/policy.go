package access

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/constant"
	"github.com/casbin/casbin/v2/model"
)

// Policy is the access policy of one running program; it never changes. Safe for many goroutines.
type Policy struct {
	hash   [sha256.Size]byte
	grants map[question][]row // the allow rows, by what they allow
	judges map[Role]*judge

	decided  sync.Map // tuple -> bool
	possible sync.Map // question -> bool
}

// judge is casbin with the rules of one role. It reads every rule it has for each answer, so a judge per role answers ten
// times as fast as one for all.
type judge struct {
	asking   sync.Mutex // casbin does not promise that its plain enforcer may be asked twice at once
	enforcer *casbin.Enforcer
}

// question is what a route asks before the row, and with it relation and state, is known.
type question struct {
	role Role
	obj  Object
	act  Action
}

// tuple is the whole question. All five words are of the closed lists, so the memo has an end and no two questions share
// an entry.
type tuple struct {
	question
	rel   Relation
	state State
}

// LoadPolicy reads model.conf and policy.csv at the root of files. It refuses what could only be a mistake: a word outside
// the closed lists, a row that changes nothing, a role that may do nothing, a missing wall, and a model that decides
// otherwise than this package promises.
func LoadPolicy(files fs.FS) (*Policy, error) {
	modelText, err := fs.ReadFile(files, "model.conf")
	if err != nil {
		return nil, fmt.Errorf("reading the access model: %w", err)
	}
	policyText, err := fs.ReadFile(files, "policy.csv")
	if err != nil {
		return nil, fmt.Errorf("reading the access policy: %w", err)
	}
	if err := proveModel(string(modelText)); err != nil {
		return nil, fmt.Errorf("proving the access model: %w", err)
	}
	rows, err := parseRows(policyText)
	if err != nil {
		return nil, fmt.Errorf("parsing the access policy: %w", err)
	}
	if err := checkRows(rows); err != nil {
		return nil, fmt.Errorf("checking the access policy: %w", err)
	}
	p := &Policy{hash: hashOf(modelText, policyText), grants: grantsOf(rows), judges: map[Role]*judge{}}
	for role, rules := range literal(rows) {
		enforcer, err := newEnforcer(string(modelText), rules)
		if err != nil {
			return nil, fmt.Errorf("loading the access policy of %s: %w", role, err)
		}
		p.judges[role] = &judge{enforcer: enforcer}
	}
	return p, nil
}

// Allows says whether role, standing in rel to an object in state, may do act to it. A word outside the closed lists is
// denied, and so is everything when casbin fails.
func (p *Policy) Allows(role Role, rel Relation, obj Object, act Action, state State) bool {
	if !roles.has(role) || !relations.has(rel) || !objects.has(obj) || !actions.has(act) || !states.has(state) {
		return false
	}
	asked := tuple{question{role, obj, act}, rel, state}
	if known, ok := p.decided.Load(asked); ok {
		return known.(bool)
	}
	allowed, err := p.enforce(asked)
	if err != nil {
		return false // not remembered: the next request asks again
	}
	p.decided.Store(asked, allowed)
	return allowed
}

// MayInSomeRelation says whether role may do act to obj in any relation and state at all: the gate before the row is known.
// It opens nothing by itself; Allows decides once the row is there.
func (p *Policy) MayInSomeRelation(role Role, obj Object, act Action) bool {
	asked := question{role, obj, act}
	if !roles.has(role) || !objects.has(obj) || !actions.has(act) {
		return false
	}
	if known, ok := p.possible.Load(asked); ok {
		return known.(bool)
	}
	may := slices.ContainsFunc(p.grants[asked], func(r row) bool { return p.grantHolds(asked, r) })
	p.possible.Store(asked, may)
	return may
}

// grantHolds asks the whole policy about the cells of one allow row, for a deny may take some of them away.
func (p *Policy) grantHolds(asked question, r row) bool {
	for _, rel := range relations.list {
		for _, state := range states.list {
			if r.covers(tuple{asked, rel, state}) && p.Allows(asked.role, rel, asked.obj, asked.act, state) {
				return true
			}
		}
	}
	return false
}

// Permissions lists every permission that some role holds, sorted. A route that asks for another one is closed to all.
func (p *Policy) Permissions() []Permission {
	var held []Permission
	for asked := range p.grants {
		held = append(held, To(asked.act, asked.obj))
	}
	slices.Sort(held)
	return slices.Compact(held)
}

// Hash is the SHA-256 of model and policy, for the header of every event: which policy was in force.
func (p *Policy) Hash() [sha256.Size]byte { return p.hash }

func (p *Policy) enforce(t tuple) (bool, error) {
	j := p.judges[t.role]
	j.asking.Lock()
	defer j.asking.Unlock()
	return j.enforcer.Enforce(string(t.role), string(t.rel), string(t.obj), string(t.act), string(t.state))
}

// hashOf puts the length of the model first, so that no byte can move from one file to the other unseen.
func hashOf(modelText, policyText []byte) [sha256.Size]byte {
	return sha256.Sum256(fmt.Appendf(nil, "%d\n%s%s", len(modelText), modelText, policyText))
}

func grantsOf(rows []row) map[question][]row {
	grants := map[question][]row{}
	for _, r := range rows {
		if r.allows {
			asked := question{r.role, r.obj, r.act}
			grants[asked] = append(grants[asked], r)
		}
	}
	return grants
}

// newEnforcer makes casbin's plain enforcer: the cached one keeps allowing what was taken away and confuses keys that
// hold "$$".
func newEnforcer(modelText string, rules [][]string) (*casbin.Enforcer, error) {
	m, err := model.NewModelFromString(modelText)
	if err != nil {
		return nil, err
	}
	if _, nested := m["g"]; nested {
		return nil, fmt.Errorf("the model has roles of roles (g); role and relation come from the database per request")
	}
	if effect := m["e"]["e"].Value; effect != constant.AllowAndDenyEffect {
		return nil, fmt.Errorf("the model's effect is %q; deny must win and nothing be allowed by default", effect)
	}
	if matcher := m["m"]["m"].Value; callsFunction(matcher) {
		return nil, fmt.Errorf("the model's matcher calls a function: %q; only equal words may match", matcher)
	}
	for _, rule := range rules {
		if err := m.AddPolicy("p", "p", rule); err != nil {
			return nil, fmt.Errorf("adding %q: %w", rule, err)
		}
	}
	return casbin.NewEnforcer(m)
}

// callsFunction finds a parenthesis straight after a name, the form of every pattern function and of eval.
func callsFunction(matcher string) bool {
	for i, c := range matcher {
		if c == '(' && i > 0 && strings.ContainsAny(matcher[i-1:i], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") {
			return true
		}
	}
	return false
}

// proveModel asks the model about two rows and their near misses, so that a changed matcher or effect stops the start.
func proveModel(modelText string) error {
	enforcer, err := newEnforcer(modelText, [][]string{
		{"lawyer", "*", "demand", "sign", "*", "allow"},
		{"lawyer", "walled", "demand", "sign", "*", "deny"},
		{"finance", "firm", "payment", "record", "open", "allow"},
	})
	if err != nil {
		return err
	}
	for _, probe := range []struct {
		words [5]string
		want  bool
	}{
		{[5]string{"lawyer", "assigned", "demand", "sign", "approved"}, true},
		{[5]string{"lawyer", "walled", "demand", "sign", "approved"}, false},
		{[5]string{"finance", "firm", "payment", "record", "open"}, true},
		{[5]string{"finance", "team", "payment", "record", "open"}, false},
		{[5]string{"finance", "firm", "payment", "record", "closed"}, false},
		{[5]string{"finance", "firm", "payment", "read", "open"}, false},
		{[5]string{"finance", "firm", "demand", "record", "open"}, false},
		{[5]string{"debtor", "firm", "payment", "record", "open"}, false},
	} {
		w := probe.words
		got, err := enforcer.Enforce(w[0], w[1], w[2], w[3], w[4])
		if err != nil {
			return fmt.Errorf("asking %q: %w", w, err)
		}
		if got != probe.want {
			return fmt.Errorf("the model answers %t to %q", got, w)
		}
	}
	return nil
}
