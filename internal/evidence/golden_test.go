package evidence_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"recobro/internal/evidence/format"
	"recobro/internal/testdb"
)

// EV-15: headers of version 1 as the database wrote them first. What is in the file is in somebody's bundle: it is never written
// anew; another header is another version, with a file of its own beside this one.
func TestHeadersOfVersionOneAreWrittenAsEver(t *testing.T) {
	kept, err := os.ReadFile("testdata/headers.v1")
	if err != nil {
		t.Fatal(err)
	}
	const client, id = "11111111-2222-4333-8444-555555555555", "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
	var now strings.Builder
	for i, args := range []string{
		`'recobro.test/log', '` + client + `', 'case', '` + id + `', 1, null, 'case.opened', '2026-03-02 08:00:00.000001+01', false, '2026-02-27 00:00:00Z', o, '-', '-', 'v: 1'`,
		`'recobro.test/log', '` + client + `', 'case', '` + id + `', 2147483647, sha256('1'), 'demand.issued', '2026-10-25 02:30:00+02', true, '1900-01-01 00:00:00Z', o, 'demand 7', '12 ' || repeat('ab', 32), ''`,
		`'otro/registro', null, 'firm', '00000000-0000-0000-0000-000000000001', 10, sha256('2'), 'log.heads', '9999-12-31 23:59:59.999999Z', false, '2026-06-28 23:59:60Z', o, '-', '9223372036854775807 ' || repeat('00', 32), '\x00ff'`,
	} {
		var header []byte
		db := testdb.New(t)
		db.Super.MustExec(fmt.Sprintf(`alter database %s set timezone = '%s'; alter database %[1]s set datestyle = 'SQL, DMY'; alter database %[1]s set lc_time = 'C'`, db.Name, []string{"Asia/Kolkata", "America/Santiago", "UTC"}[i]))
		if err := db.Super.Get(&header, `select ev.header(`+args+`) from (select 'actor: person `+id+` lawyer -' || E'\nreq: r\nopkey: -\nbuild: 1.0\npolicy: 00\n' as o) x`); err != nil {
			t.Fatal(err)
		}
		origin, _, _ := strings.Cut(strings.TrimPrefix(args, "'"), "'")
		if h, err := format.ParseHeader(header); err != nil || h["log"] != origin {
			t.Errorf("header %d: %v, %v", i, h, err)
		}
		fmt.Fprintf(&now, "%x\n%s\n", format.Leaf(origin, header), header)
	}
	if now.String() != string(kept) {
		t.Errorf("the database writes\n%swhere version 1 is\n%s", now.String(), kept)
	}
}
