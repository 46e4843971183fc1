package privacy_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"recobro/internal/privacy"
	"recobro/internal/testdb"
	policies "recobro/policies/privacy"
)

type catalogColumn struct{ Table, Column string }

func catalog(t *testing.T, db *testdb.DB) (all []catalogColumn) {
	t.Helper()
	err := db.Super.Select(&all, `select n.nspname || '.' || c.relname as "table", a.attname as "column" from pg_class c join pg_namespace n on n.oid = c.relnamespace
		join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
		where n.nspname not like 'pg\_%' and n.nspname <> 'information_schema' and c.relkind in ('r', 'p', 'm', 'f') order by 1, a.attnum`)
	if err != nil || len(all) == 0 {
		t.Fatalf("reading the catalog: %v, %d columns", err, len(all))
	}
	return all
}

func TestEveryColumnOfEveryTableIsClassified(t *testing.T) {
	m := privacy.DataMap()
	there := map[catalogColumn]bool{}
	for _, c := range catalog(t, testdb.New(t)) {
		there[c] = true
		if _, ok := m.Column(c.Table, c.Column); !ok {
			t.Errorf(`%s.%s is not classified: say in policies/privacy/data_map.yaml, under "%s", what it holds, whose it is and what destruction does to it, as "class [whose] fate: columns"; the words are at the top of that file`,
				c.Table, c.Column, c.Table)
		}
	}
	for _, table := range m.Sorted() {
		for _, c := range table.Columns {
			if !there[catalogColumn{c.Table, c.Name}] {
				t.Errorf("policies/privacy/data_map.yaml classifies %s.%s, which is no column of the database: take it out", c.Table, c.Name)
			}
		}
	}
}

func TestADataMapWithAWordOfNoListIsRefused(t *testing.T) {
	source, err := policies.FS.ReadFile("data_map.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range []struct{ from, to, says string }{
		{"personal debtor clear: debtor_name", "personal debtor burn: debtor_name", "is not"},
		{"personal debtor clear: debtor_name", "juicy debtor clear: debtor_name", "is not"},
		{"personal debtor clear: debtor_name", "personal neighbour clear: debtor_name", "is not"},
		{"personal debtor clear: debtor_name", "personal clear: debtor_name", "whose"},
		{"personal debtor clear: debtor_name", "personal debtor clear: debtor_name number", "twice"},
		{"rows: case itself", "rows: somehow", "rows"},
		{"purpose: running_the_firm", "purpose: curiosity", "purpose"},
		{"retention: person", "retention: forever", "retention"},
	} {
		text := strings.Replace(string(source), change.from, change.to, 1)
		if text == string(source) {
			t.Fatalf("%q is not in the map", change.from)
		}
		if _, err := privacy.LoadMap(fstest.MapFS{"data_map.yaml": {Data: []byte(text)}}); err == nil || !strings.Contains(err.Error(), change.says) {
			t.Errorf("%q instead of %q: %v", change.to, change.from, err)
		}
	}
}
