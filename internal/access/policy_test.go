package access

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	policies "recobro/policies/access"
)

var update = flag.Bool("update", false, "write the golden files anew")

func shipped(t *testing.T) *Policy {
	t.Helper()
	p, err := LoadPolicy(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func shippedRows(t *testing.T) []row {
	t.Helper()
	text, err := fs.ReadFile(policies.FS, "policy.csv")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := parseRows(text)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// byRows decides without casbin: the second opinion of these tests.
func byRows(rows []row, asked tuple) bool {
	allowed := false
	for _, r := range rows {
		if r.covers(asked) {
			if !r.allows {
				return false
			}
			allowed = true
		}
	}
	return allowed
}

// allowedStates is every cell that the rows allow, the states of one role, relation, object and action together.
func allowedStates(rows []row) map[[4]string][]State {
	denials := slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return r.allows })
	cells := map[[4]string][]State{}
	for asked, grants := range grantsOf(rows) {
		for _, rel := range relations.list {
			for _, state := range states.list {
				at := tuple{asked, rel, state}
				if anyCovers(grants, at) && !anyCovers(denials, at) {
					key := [4]string{string(asked.role), string(rel), string(asked.obj), string(asked.act)}
					cells[key] = append(cells[key], state)
				}
			}
		}
	}
	return cells
}

func TestPolicyMatrixIsTheReviewedOne(t *testing.T) {
	p, cells := shipped(t), allowedStates(shippedRows(t))
	var lines []string
	for key, in := range cells {
		for _, state := range []State{in[0], in[len(in)-1]} {
			if !p.Allows(Role(key[0]), Relation(key[1]), Object(key[2]), Action(key[3]), state) {
				t.Errorf("the matrix says %v may in %s, casbin says no", key, state)
			}
		}
		shown := "*"
		if len(in) < len(states.list) {
			words := make([]string, len(in))
			for i, state := range in {
				words[i] = string(state)
			}
			shown = strings.Join(words, " ")
		}
		lines = append(lines, strings.Join(key[:], ",")+","+shown+"\n")
	}
	slices.Sort(lines)
	got := []byte("role,relation,object,action,states\n" + strings.Join(lines, ""))
	const golden = "testdata/policy_matrix.csv"
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Fatalf("the policy is not the reviewed matrix; read the diff after go test ./internal/access -update")
	}
}

// randomTuple picks half of its questions among those some row grants, or nearly all answers would be no.
func randomTuple(r *rand.Rand, rows []row) tuple {
	asked := tuple{
		question{roles.list[r.IntN(len(roles.list))], objects.list[r.IntN(len(objects.list))], actions.list[r.IntN(len(actions.list))]},
		relations.list[r.IntN(len(relations.list))], states.list[r.IntN(len(states.list))],
	}
	if granted := rows[r.IntN(len(rows))]; granted.allows && r.IntN(4) > 0 {
		asked.question = question{granted.role, granted.obj, granted.act}
		if r.IntN(2) > 0 {
			asked.rel = granted.rel
		}
	}
	return asked
}

func TestMemoAnswersAsCasbinAndAsTheRows(t *testing.T) {
	p, rows := shipped(t), shippedRows(t)
	r := rand.New(rand.NewPCG(1, 2))
	allowed := 0
	for range 2_000 {
		asked := randomTuple(r, rows)
		fresh, err := p.enforce(asked)
		if err != nil {
			t.Fatal(err)
		}
		for _, turn := range []string{"first", "remembered"} {
			if got := p.Allows(asked.role, asked.rel, asked.obj, asked.act, asked.state); got != fresh {
				t.Fatalf("%s answer to %v is %t, casbin says %t", turn, asked, got, fresh)
			}
		}
		if byRows(rows, asked) != fresh {
			t.Fatalf("casbin answers %t to %v, the rows say otherwise", fresh, asked)
		}
		if fresh {
			allowed++
		}
	}
	if allowed < 200 || allowed > 1_800 {
		t.Fatalf("%d of 2,000 allowed: the sample proves little", allowed)
	}
}

func TestGateOpensExactlyForWhatSomeCellAllows(t *testing.T) {
	p := shipped(t)
	may := map[question]bool{}
	for key := range allowedStates(shippedRows(t)) {
		may[question{Role(key[0]), Object(key[2]), Action(key[3])}] = true
	}
	for _, role := range roles.list {
		for _, obj := range objects.list {
			for _, act := range actions.list {
				if got, want := p.MayInSomeRelation(role, obj, act), may[question{role, obj, act}]; got != want {
					t.Errorf("gate for %s %s:%s is %t, want %t", role, obj, act, got, want)
				}
			}
		}
	}
}

// everAllowed asks casbin for every state in the given relations, and answers with the first cell that is open.
func everAllowed(p *Policy, role Role, rels []Relation, obj Object, act Action) (string, bool) {
	if !p.MayInSomeRelation(role, obj, act) {
		return "", false
	}
	for _, rel := range rels {
		for _, state := range states.list {
			if p.Allows(role, rel, obj, act, state) {
				return fmt.Sprintf("%s may %s:%s as %s in %s", role, obj, act, rel, state), true
			}
		}
	}
	return "", false
}

func TestWallsAndStrangersAreDeniedEverything(t *testing.T) {
	p := shipped(t)
	for asked := range p.grants {
		for _, rel := range []Relation{RelWalled, RelOtherClient, RelNone} {
			for _, state := range []State{NoState, StateOpen, StateApproved} {
				if p.Allows(asked.role, rel, asked.obj, asked.act, state) {
					t.Errorf("%v is allowed as %s", asked, rel)
				}
			}
		}
	}
}

// TestWallDeniesWhatARowForgotToNarrow writes the mistake the wall is there for: a grant in every relation.
func TestWallDeniesWhatARowForgotToNarrow(t *testing.T) {
	p, err := LoadPolicy(withRows(t, "p, lawyer, *, event, read, *, allow"))
	if err != nil {
		t.Fatal(err)
	}
	for _, rel := range relations.list {
		want := !slices.Contains([]Relation{RelWalled, RelOtherClient, RelNone}, rel)
		if got := p.Allows(Lawyer, rel, ObjEvent, ActRead, NoState); got != want {
			t.Errorf("as %s: %t, want %t", rel, got, want)
		}
	}
}

func TestAnEmergencyOnlyReads(t *testing.T) {
	p := shipped(t)
	for _, role := range roles.list {
		for _, obj := range objects.list {
			for _, act := range actions.list {
				if cell, open := everAllowed(p, role, []Relation{RelEmergency}, obj, act); open && act != ActRead && act != ActList {
					t.Errorf("in an emergency %s", cell)
				}
			}
		}
	}
}

func TestNobodyDoesWhatTheirRoleNeverMay(t *testing.T) {
	p := shipped(t)
	for _, never := range []struct {
		why   string
		roles []Role
		objs  []Object
		acts  []Action
	}{
		{"internal notes stay inside", []Role{ClientAdmin, ClientViewer, Integration, External, Debtor}, []Object{ObjNoteInternal}, actions.list},
		{"who drafts does not approve", []Role{Paralegal, Supervisor}, objects.list, []Action{ActApprove, ActSign, ActFile, ActGrant, ActRefuse}},
		{"the administrator sees no case but in an emergency", []Role{Admin}, []Object{ObjCase, ObjAccount, ObjPerson, ObjInteraction, ObjNoteInternal,
			ObjMessage, ObjDocument, ObjDebt, ObjPayment, ObjStatement, ObjDemand, ObjAgreement, ObjProceeding, ObjFiling, ObjEvidence}, actions.list},
		{"finance does not draft", []Role{Finance}, objects.list, []Action{ActDraft, ActSign, ActFile, ActAdvance}},
		{"finance reads no letters or notes", []Role{Finance}, []Object{ObjInteraction, ObjNoteInternal, ObjDocument, ObjMessage, ObjDemand}, actions.list},
		{"the officer does no case work", []Role{DPO}, objects.list, []Action{ActDraft, ActApprove, ActSign, ActDispatch, ActFile, ActPropose, ActAdvance, ActAssign}},
		{"a viewer only looks at the company", []Role{ClientViewer}, []Object{ObjPortfolio, ObjCase, ObjPayment, ObjDocument, ObjApproval, ObjHold, ObjDebt},
			[]Action{ActSubmit, ActRecord, ActRecall, ActGrant, ActRefuse, ActRequest, ActAdjust}},
		{"a machine approves nothing and makes no key", []Role{Integration}, []Object{ObjApproval, ObjAPIKey, ObjUser, ObjMandate}, []Action{ActGrant, ActRefuse, ActRecord, ActManage, ActAccept}},
		{"outsiders see no log of access", []Role{ClientAdmin, ClientViewer, Integration, External, Debtor}, []Object{ObjAccessLog, ObjLegalHold, ObjDataBlock, ObjMessage, ObjTask}, actions.list},
		{"an external lawyer keeps to the proceeding", []Role{External}, []Object{ObjPayment, ObjAgreement, ObjStatement, ObjInteraction, ObjApproval, ObjPortfolio, ObjReport}, actions.list},
	} {
		for _, role := range never.roles {
			for _, obj := range never.objs {
				for _, act := range never.acts {
					near := slices.DeleteFunc(slices.Clone(relations.list), func(r Relation) bool { return r == RelEmergency })
					if cell, open := everAllowed(p, role, near, obj, act); open {
						t.Errorf("%s: %s", never.why, cell)
					}
				}
			}
		}
	}
}

func TestRolesMayDoTheirWork(t *testing.T) {
	p := shipped(t)
	for _, may := range []struct {
		role  Role
		rel   Relation
		what  Permission
		state State
		want  bool
	}{
		{Lawyer, RelFirm, "case:read", StateOpen, true},
		{Lawyer, RelFirm, "demand:approve", StateInReview, false},
		{Lawyer, RelTeam, "demand:approve", StateInReview, true},
		{Lawyer, RelAssigned, "demand:approve", StateDraft, false},
		{Lawyer, RelAssigned, "demand:sign", StateApproved, true},
		{Lawyer, RelAssigned, "demand:sign", StateInReview, false},
		{Lawyer, RelAssigned, "filing:file", StateSigned, true},
		{Lawyer, RelAssigned, "demand:edit", StateReturned, false}, // the post returned it; a letter once issued never changes
		{ClientViewer, RelOwnClient, "demand:read", StateReturned, true},
		{Paralegal, RelAssigned, "demand:draft", NoState, true},
		{Paralegal, RelAssigned, "demand:submit", StateDraft, true},
		{Paralegal, RelFirm, "case:read", StateOpen, false},
		{Paralegal, RelTeam, "agreement:propose", NoState, true},
		{Paralegal, RelTeam, "demand:deliver", StateDispatched, true},
		{Paralegal, RelTeam, "task:assign", StateOpen, false},
		{Supervisor, RelTeam, "task:assign", StateOpen, true},
		{Finance, RelFirm, "payment:reconcile", NoState, true},
		{DPO, RelFirm, "evidence:verify", NoState, true},
		{DPO, RelFirm, "access_log:read", NoState, true},
		{Admin, RelFirm, "user:manage", NoState, true},
		{Admin, RelSelf, "user:manage", NoState, false},
		{ClientAdmin, RelOwnClient, "portfolio:submit", NoState, true},
		{ClientAdmin, RelOtherClient, "portfolio:submit", NoState, false},
		{ClientAdmin, RelOwnClient, "approval:grant", StateAwaitingClient, true},
		{ClientAdmin, RelOwnClient, "approval:grant", StateAwaitingFirm, false},
		{ClientViewer, RelOwnClient, "demand:read", StateDraft, false},
		{ClientViewer, RelOwnClient, "demand:read", StateIssued, true},
		{Integration, RelOwnClient, "payment:record", NoState, true},
		{External, RelAssigned, "act:record", NoState, true},
		{External, RelFirm, "case:read", StateOpen, false},
		{Debtor, RelSelf, "statement:read", NoState, true},
	} {
		if got := p.Allows(may.role, may.rel, may.what.Object(), may.what.Action(), may.state); got != may.want {
			t.Errorf("%s as %s, %s in %s: %t, want %t", may.role, may.rel, may.what, may.state, got, may.want)
		}
	}
}

func TestManyGoroutinesGetOneAnswer(t *testing.T) {
	p, rows := shipped(t), shippedRows(t)
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			r := rand.New(rand.NewPCG(7, uint64(worker%2))) // pairs ask the same at once
			for range 50 {
				asked := randomTuple(r, rows)
				if got := p.Allows(asked.role, asked.rel, asked.obj, asked.act, asked.state); got != byRows(rows, asked) {
					t.Errorf("%v: %t", asked, got)
				}
				p.MayInSomeRelation(asked.role, asked.obj, asked.act)
			}
		})
	}
	all.Wait()
}

// withRows is the shipped policy with rows added at its end.
func withRows(t *testing.T, added ...string) fstest.MapFS {
	t.Helper()
	model, err := fs.ReadFile(policies.FS, "model.conf")
	if err != nil {
		t.Fatal(err)
	}
	policy, err := fs.ReadFile(policies.FS, "policy.csv")
	if err != nil {
		t.Fatal(err)
	}
	policy = append(policy, strings.Join(added, "\n")+"\n"...)
	return fstest.MapFS{"model.conf": {Data: model}, "policy.csv": {Data: policy}}
}
