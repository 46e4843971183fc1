package access

import (
	"bytes"
	"encoding/csv"
	"fmt"
)

// row is one line of policy.csv. The word "*" stands for every word of its list.
type row struct {
	line   int
	role   Role
	rel    Relation
	obj    Object
	act    Action
	state  State
	allows bool
}

const every = "*"

// wall is the row without which no policy is loaded.
var wall = row{role: every, rel: RelWalled, obj: every, act: every, state: every}

// covers says whether the row speaks about t.
func (r row) covers(t tuple) bool {
	return r.about(t.question) && (r.rel == every || r.rel == t.rel) && (r.state == every || r.state == t.state)
}

func (r row) about(q question) bool {
	return (r.role == every || r.role == q.role) && (r.obj == every || r.obj == q.obj) && (r.act == every || r.act == q.act)
}

// parseRows reads "p, role, relation, object, action, state, effect" with comment lines after "#". Allow rows may hold "*"
// only as relation or state, so that every grant names who, what and which act.
func parseRows(text []byte) ([]row, error) {
	reader := csv.NewReader(bytes.NewReader(text))
	reader.Comment, reader.TrimLeadingSpace, reader.FieldsPerRecord = '#', true, 7
	records, err := reader.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(records) == 0 {
		return nil, fmt.Errorf("the policy is empty")
	}
	lines := lineNumbers(text)
	rows := make([]row, 0, len(records))
	for i, record := range records {
		r, err := parseRow(record)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", lines[i], err)
		}
		r.line = lines[i]
		rows = append(rows, r)
	}
	return rows, nil
}

// lineNumbers gives the line of every record: no field is quoted, so a record is one line.
func lineNumbers(text []byte) []int {
	var lines []int
	for i, line := range bytes.Split(text, []byte("\n")) {
		if len(bytes.TrimSpace(line)) > 0 && line[0] != '#' {
			lines = append(lines, i+1)
		}
	}
	return lines
}

func parseRow(f []string) (row, error) {
	r := row{role: Role(f[1]), rel: Relation(f[2]), obj: Object(f[3]), act: Action(f[4]), state: State(f[5]), allows: f[6] == "allow"}
	if f[0] != "p" || (f[6] != "allow" && f[6] != "deny") {
		return row{}, fmt.Errorf("want a row p, …, allow or deny; have %q, %q", f[0], f[6])
	}
	if r.allows && (r.role == every || r.obj == every || r.act == every) {
		return row{}, fmt.Errorf("an allow row names its role, object and action; only a deny row may say %q there", every)
	}
	for _, check := range []struct {
		list, word string
		known      bool
	}{
		{roles.name, f[1], roles.has(r.role)},
		{relations.name, f[2], relations.has(r.rel)},
		{objects.name, f[3], objects.has(r.obj)},
		{actions.name, f[4], actions.has(r.act)},
		{states.name, f[5], states.has(r.state)},
	} {
		if !check.known && check.word != every {
			return row{}, fmt.Errorf("%q is no %s", check.word, check.list)
		}
	}
	return r, nil
}

// literal gives casbin its rules by role: deny rows spelled out for what some allow row grants. The rest of what they
// forbid is denied anyway, and spelling out every object and action would make each decision slower for nothing.
func literal(rows []row) map[Role][][]string {
	rules := map[Role][][]string{}
	granted := grantsOf(rows)
	for _, r := range rows {
		if r.allows {
			rules[r.role] = append(rules[r.role], r.rule(question{r.role, r.obj, r.act}, "allow"))
			continue
		}
		for q := range granted {
			if r.about(q) {
				rules[q.role] = append(rules[q.role], r.rule(q, "deny"))
			}
		}
	}
	return rules
}

// rule writes the row as casbin reads it, with the words of q in place of "*".
func (r row) rule(q question, effect string) []string {
	return []string{string(q.role), string(r.rel), string(q.obj), string(q.act), string(r.state), effect}
}

// checkRows refuses a policy in which something is missing or idle.
func checkRows(rows []row) error {
	walled := false
	may := map[Role]bool{}
	for i, r := range rows {
		if r.allows {
			may[r.role] = true
			continue
		}
		bare := r
		bare.line = 0
		walled = walled || bare == wall
		for j, other := range rows {
			if i != j && !other.allows && other.contains(r) {
				return fmt.Errorf("line %d denies nothing that line %d does not deny", r.line, other.line)
			}
		}
	}
	if !walled {
		return fmt.Errorf("the row that denies everything to whoever is walled is missing")
	}
	for _, role := range roles.list {
		if !may[role] {
			return fmt.Errorf("the role %s may do nothing", role)
		}
	}
	return checkGrants(rows)
}

// contains says whether r speaks about all that other speaks about.
func (r row) contains(other row) bool {
	return (r.role == every || r.role == other.role) && (r.rel == every || r.rel == other.rel) &&
		(r.obj == every || r.obj == other.obj) && (r.act == every || r.act == other.act) &&
		(r.state == every || r.state == other.state)
}

// checkGrants refuses an allow row without which the same would be allowed: repeated, inside another, or denied as a whole.
func checkGrants(rows []row) error {
	var denials []row
	for _, r := range rows {
		if !r.allows {
			denials = append(denials, r)
		}
	}
	grants := grantsOf(rows)
	for _, r := range rows {
		if r.allows && !addsSomething(r, grants[question{r.role, r.obj, r.act}], denials) {
			return fmt.Errorf("line %d allows nothing: another row allows or denies all of it", r.line)
		}
	}
	return nil
}

func addsSomething(r row, sameQuestion, denials []row) bool {
	for _, rel := range relations.list {
		for _, state := range states.list {
			t := tuple{question{r.role, r.obj, r.act}, rel, state}
			if r.covers(t) && !anyCovers(denials, t) && !anyCovers(without(sameQuestion, r), t) {
				return true
			}
		}
	}
	return false
}

func anyCovers(rows []row, t tuple) bool {
	for _, r := range rows {
		if r.covers(t) {
			return true
		}
	}
	return false
}

func without(rows []row, left row) []row {
	var rest []row
	for _, r := range rows {
		if r.line != left.line {
			rest = append(rest, r)
		}
	}
	return rest
}
