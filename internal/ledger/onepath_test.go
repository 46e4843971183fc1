package ledger_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// There is one calculation path. These are the few places outside law and ledger that touch exact decimals or add up ledger lines,
// each with why it is no second one.
var (
	mayHoldDecimals = map[string]string{
		"web/api_law_check.go":    "reads the agreed rate that a lawyer asks about",
		"cases/debts.go":          "keeps the agreed rate of a debt as it was handed over",
		"web/law_tables.go":       "draws the curve of a table of rates",
		"web/render_format.go":    "prints a published figure with the decimals it has",
		"gazette/row.go":          "keeps the figures of changes of the law until they are approved",
		"benchmarks/statement.go": "is the bare loop that statements are measured against",
		"testfirm/case.go":        "writes agreed rates of invented debts",
	}
	mayAddLines = map[string]string{
		"cases/list.go":        "what stands in the ledger of each case of a list, as said there: the interest of the day is not in it",
		"settlements/store.go": "what payments brought into an agreement's cases: their own lines, never interest",
		"jobs/jobs.go":         "what was paid since a promise: payments' own lines, never interest",
	}
	onlyTheLedgerAsks = []string{"Interest", "AppendInterest", "AllocationOrder", "BetweenDebts", "Designation", "Compensation", "ChequeSurcharge", "CollectionCostLimit"}
	noFloatsIn        = []string{"money", "law", "ledger", "payments", "settlements"}
)

func TestThereIsNoSecondCalculation(t *testing.T) {
	asked, decimals, added := map[string]bool{}, map[string]bool{}, map[string]bool{}
	err := filepath.WalkDir("..", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		name := strings.TrimPrefix(filepath.ToSlash(path), "../")
		if !strings.Contains(name, "/") {
			name = "ledger/" + name
		}
		pkg, _, _ := strings.Cut(name, "/")
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		for _, i := range file.Imports {
			if strings.Contains(i.Path.Value, "shopspring/decimal") && pkg != "law" && pkg != "ledger" {
				if decimals[name] = true; mayHoldDecimals[name] == "" {
					t.Errorf("%s holds exact decimals", name)
				}
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.CallExpr:
				sel, ok := x.Fun.(*ast.SelectorExpr)
				if !ok || !slices.Contains(onlyTheLedgerAsks, sel.Sel.Name) || pkg == "law" {
					break
				}
				if asked[sel.Sel.Name] = true; pkg != "ledger" {
					t.Errorf("%s asks the law for %s", name, sel.Sel.Name)
				}
			case *ast.BasicLit:
				if sql := strings.ToLower(x.Value); pkg != "ledger" && pkg != "benchmarks" && strings.Contains(sql, "ledger_entries") && strings.Contains(sql, "sum(") {
					if added[name] = true; mayAddLines[name] == "" {
						t.Errorf("%s adds up ledger lines", name)
					}
				}
			case *ast.Ident:
				if (x.Name == "float64" || x.Name == "float32") && slices.Contains(noFloatsIn, pkg) {
					t.Errorf("%s has a %s", name, x.Name)
				}
			}
			return true
		})
		return nil
	})
	if err != nil || !asked["Interest"] || !asked["AllocationOrder"] {
		t.Errorf("searching: %v, found %v", err, asked)
	}
	for _, allowed := range []struct{ listed, found map[string]bool }{{keys(mayHoldDecimals), decimals}, {keys(mayAddLines), added}} {
		for name := range allowed.listed {
			if !allowed.found[name] {
				t.Errorf("%s is excused for nothing", name)
			}
		}
	}
}

func keys(m map[string]string) map[string]bool {
	set := map[string]bool{}
	for k := range m {
		set[k] = true
	}
	return set
}
