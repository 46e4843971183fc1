// Package internal holds no code; its test keeps the house as ARCHITECTURE.md draws it.
// The rule: the picture and the code change together.
package internal

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// knows lists, for every package, the packages of ours it may import besides money, day and problem. An arrow that is not
// here is a decision: draw it in ARCHITECTURE.md first.
var knows = map[string]string{
	"money": "", "day": "", "problem": "",
	"law": "", "letters": "",
	"acta":              "letters",
	"postgres":          "",
	"evidence/format":   "",
	"evidence/tree":     "evidence/format postgres",
	"evidence/bundle":   "evidence/format",
	"evidence/signer":   "evidence/format",
	"evidence/bundling": "access cases documents evidence evidence/bundle evidence/format evidence/tree postgres",
	"evidence":          "evidence/format evidence/tree postgres",
	"access":            "evidence postgres",
	"documents":         "access cases evidence law postgres",
	"clients":           "access evidence postgres",
	"cases":             "access evidence law postgres",
	"ledger":            "cases evidence law postgres",
	"custody":           "evidence postgres",
	"gazette":           "access evidence law postgres",
	"strategy":          "cases evidence law postgres",
	"contact":           "access cases clients evidence law ledger letters postgres",
	"statements":        "access cases clients evidence law ledger letters postgres",
	"demands":           "access cases clients contact documents evidence law ledger letters postgres statements",
	"settlements":       "access cases clients documents evidence law ledger letters postgres statements",
	"court":             "access cases clients demands documents evidence law ledger letters postgres statements",
	"intake":            "access cases clients documents evidence evidence/format law ledger postgres",
	"payments":          "access cases clients evidence law ledger postgres settlements",
	"jobs":              "access cases clients contact court demands evidence gazette jobs/outbox law ledger payments postgres settlements strategy",
	"privacy":           "access cases documents evidence law postgres",
	"contact/mailbox":   "", "jobs/outbox": "", "outgoing": "",
	"web": "access cases clients contact court custody demands documents evidence evidence/bundle evidence/bundling gazette intake law ledger letters payments postgres settlements statements strategy",

	"evidence/publish": "evidence evidence/format evidence/signer evidence/tree postgres",
	"evidence/stamp":   "evidence postgres",
}

// tableOwner names the one package that writes each table.
var tableOwner = map[string]string{
	"firm": "clients", "teams": "clients", "clients": "clients", "mandates": "clients", "approvals": "clients",
	"users": "access", "user_teams": "access", "user_clients": "access", "sessions": "access", "api_keys": "access", "api_key_secrets": "access",
	"sign_in_links": "access", "recovery_codes": "access", "passkeys": "access", "ceremonies": "access", "attempts": "access",
	"walls": "access", "delegations": "access", "case_externals": "cases", "emergencies": "cases",
	"operations": "evidence", "access_log": "custody",
	"persons": "cases", "accounts": "cases", "parties": "cases", "contact_points": "cases", "cases": "cases", "debts": "cases",
	"holds": "cases", "disputes": "cases", "promises": "cases", "tasks": "cases", "limitation_facts": "cases",
	"documents": "documents", "ledger_entries": "ledger", "interest_terms": "ledger", "payments": "payments",
	"messages": "contact", "message_cases": "contact", "contact_log": "contact",
	"demands": "demands", "demand_cases": "demands",
	"agreements": "settlements", "agreement_cases": "settlements", "instalments": "settlements",
	"proceedings": "court", "proceeding_cases": "court", "filings": "court", "proceeding_acts": "court", "proceeding_parties": "court", "negotiation_attempts": "court", "deadlines": "court",
	"portfolios": "intake", "portfolio_items": "intake",
	"law_changes":   "gazette",
	"data_requests": "privacy", "legal_holds": "privacy", "blocked_cases": "privacy", "disclosures": "privacy", "privacy_terms": "privacy", "doomed_files": "privacy",
}

const (
	maxFunction = 60
	maxHandler  = 30
	maxFile     = 400
)

type source struct {
	path, pkg string // pkg is the folder below internal/
	file      *ast.File
	fset      *token.FileSet
	text      string
}

// sources parses every Go file of the house that is not a test.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	for _, root := range []string{".", "../cmd"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			fset := token.NewFileSet()
			file, err := parser.ParseFile(fset, path, text, parser.ParseComments)
			all = append(all, source{path, filepath.ToSlash(filepath.Dir(path)), file, fset, string(text)})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// testFixtures may know everything: they are only linked into tests, the demo and benchmarks.
var testFixtures = []string{"testdb", "testfirm", "simulation", "benchmarks"}

func TestImportsPointDown(t *testing.T) {
	for _, s := range sources(t) {
		if strings.HasPrefix(s.pkg, "..") || slices.Contains(testFixtures, s.pkg) {
			continue
		}
		allowed, listed := knows[s.pkg]
		if !listed {
			t.Errorf("package %s is not in the picture: add it to ARCHITECTURE.md and to this test", s.pkg)
			continue
		}
		for _, i := range s.file.Imports {
			name, ours := strings.CutPrefix(strings.Trim(i.Path.Value, `"`), "recobro/internal/")
			if ours && !slices.Contains([]string{"money", "day", "problem"}, name) && !slices.Contains(strings.Fields(allowed), name) {
				t.Errorf("%s imports %s", s.path, name)
			}
		}
	}
}

func TestEachTableIsWrittenByOnePackage(t *testing.T) {
	write := regexp.MustCompile(`(?i)\b(?:insert\s+into|update|delete\s+from)\s+(?:app\.)?([a-z_]+)\b\s*(?:\(|set|where|as|[a-z]\b)`)
	for _, s := range sources(t) {
		if slices.Contains(testFixtures, s.pkg) {
			continue
		}
		for _, text := range stringsIn(s.file) {
			for _, m := range write.FindAllStringSubmatch(text, -1) {
				if owner, ours := tableOwner[m[1]]; ours && owner != s.pkg {
					t.Errorf("%s writes table %s of package %s", s.path, m[1], owner)
				}
			}
		}
	}
}

func stringsIn(f *ast.File) (texts []string) {
	ast.Inspect(f, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			texts = append(texts, lit.Value)
		}
		return true
	})
	return texts
}

func TestOnlyPostgresOpensTransactions(t *testing.T) {
	for _, s := range sources(t) {
		if s.pkg == "postgres" || slices.Contains(testFixtures, s.pkg) {
			continue
		}
		if strings.Contains(s.text, `"github.com/jmoiron/sqlx"`) {
			t.Errorf("%s imports sqlx: reads and writes go through View, Write and Record", s.path)
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && slices.Contains([]string{"BeginTx", "Begin", "Beginx", "BeginTxx", "MustBegin"}, sel.Sel.Name) {
				t.Errorf("%s opens a transaction of its own", s.fset.Position(n.Pos()))
			}
			return true
		})
	}
}

func TestFunctionsFitAScreen(t *testing.T) {
	for _, s := range sources(t) {
		if lines := strings.Count(s.text, "\n"); lines > maxFile {
			t.Errorf("%s has %d lines, more than %d", s.path, lines, maxFile)
		}
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			limit := maxFunction
			if isHandler(f) {
				limit = maxHandler
			}
			if n := s.fset.Position(f.End()).Line - s.fset.Position(f.Pos()).Line + 1; n > limit {
				t.Errorf("%s: %s has %d lines, more than %d", s.fset.Position(f.Pos()), f.Name.Name, n, limit)
			}
		}
	}
}

func isHandler(f *ast.FuncDecl) bool {
	for _, p := range f.Type.Params.List {
		if sel, ok := p.Type.(*ast.SelectorExpr); ok && sel.Sel.Name == "ResponseWriter" {
			return true
		}
	}
	return false
}

func TestEveryPackageSaysItsDutyAndItsRule(t *testing.T) {
	duty := map[string]bool{}
	for _, s := range sources(t) {
		if _, ok := duty[s.pkg]; !ok {
			duty[s.pkg] = false
		}
		if s.file.Doc != nil && (strings.Contains(s.file.Doc.Text(), "rule:") || strings.HasPrefix(s.pkg, "..")) {
			duty[s.pkg] = true
		}
	}
	for pkg, said := range duty {
		if !said {
			t.Errorf("package %s has no comment that says its duty and \"The rule: …\"", pkg)
		}
	}
}

func TestExportedNamesAreExplained(t *testing.T) {
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			switch x := d.(type) {
			case *ast.FuncDecl:
				if x.Recv == nil && x.Name.IsExported() && x.Doc == nil {
					t.Errorf("%s: %s has no comment", s.fset.Position(x.Pos()), x.Name.Name)
				}
			case *ast.GenDecl:
				for _, spec := range x.Specs {
					if ts, ok := spec.(*ast.TypeSpec); ok && ts.Name.IsExported() && x.Doc == nil && ts.Doc == nil && ts.Comment == nil {
						t.Errorf("%s: type %s has no comment", s.fset.Position(ts.Pos()), ts.Name.Name)
					}
				}
			}
		}
	}
}

func TestNothingIsLeftForLater(t *testing.T) {
	later := regexp.MustCompile(`\b(TODO|FIXME|XXX|HACK)\b|panic\("(todo|unimplemented|not implemented)`)
	for _, s := range sources(t) {
		if m := later.FindString(s.text); m != "" {
			t.Errorf("%s says %q", s.path, m)
		}
	}
}

func TestTopLevelIsTheAgreedOne(t *testing.T) {
	agreed := strings.Fields("cmd internal templates letters migrations policies go.mod go.sum README.md ARCHITECTURE.md CONTRIBUTING.md LICENSE Makefile bin")
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(agreed, e.Name()) {
			t.Errorf("top-level entry %s is not agreed", e.Name())
		}
	}
}
