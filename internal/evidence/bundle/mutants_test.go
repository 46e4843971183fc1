package bundle_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// mutant is the verifier without one of its checks.
type mutant struct{ file, where, text string }

// mutants takes out of every condition that leads to a refusal each of its alternatives.
func mutants(t *testing.T) (all []mutant) {
	t.Helper()
	for _, file := range []string{"container.go", "verify.go", "openings.go"} {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		set := token.NewFileSet()
		tree, err := parser.ParseFile(set, file, source, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			if f, ok := n.(*ast.FuncDecl); ok && writes(f) {
				return false
			}
			check, ok := n.(*ast.IfStmt)
			if !ok || !refuses(check) {
				return true
			}
			for _, e := range alternatives(check.Cond) {
				from, to := set.Position(e.Pos()).Offset, set.Position(e.End()).Offset
				text := string(source[:from]) + "((" + string(source[from:to]) + ") && false)" + string(source[to:])
				all = append(all, mutant{file, fmt.Sprintf("%v: %s", set.Position(e.Pos()), source[from:to]), text})
			}
			return true
		})
	}
	return all
}

// writes says whether a function is the writer's, which refuses what nobody asks it to write.
func writes(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return false
	}
	pointer, ok := f.Recv.List[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	name, ok := pointer.X.(*ast.Ident)
	return ok && name.Name == "Writer"
}

// refuses says whether a check ends in a refusal: passing on an error of somebody else is no check of its own.
func refuses(check *ast.IfStmt) bool {
	last, ok := check.Body.List[len(check.Body.List)-1].(*ast.ReturnStmt)
	if !ok || len(last.Results) == 0 {
		return false
	}
	switch r := last.Results[len(last.Results)-1].(type) {
	case *ast.CallExpr:
		name, ok := r.Fun.(*ast.Ident)
		pkg, qualified := r.Fun.(*ast.SelectorExpr)
		return ok && name.Name == "refuse" || qualified && pkg.Sel.Name == "Errorf"
	case *ast.Ident:
		return r.Name == "errContainer"
	}
	return false
}

func alternatives(e ast.Expr) []ast.Expr {
	if or, ok := e.(*ast.BinaryExpr); ok && or.Op == token.LOR {
		return append(alternatives(or.X), alternatives(or.Y)...)
	}
	return []ast.Expr{e}
}

// EV-34. make mutants-verifier runs the tests on each; CI only looks that there are as many as there were.
func TestAVerifierWithoutOneOfItsChecksIsFoundOut(t *testing.T) {
	all := mutants(t)
	if len(all) < 60 {
		t.Fatalf("only %d checks", len(all))
	}
	if os.Getenv("RECOBRO_MUTANTS") != "all" {
		return
	}
	survived := 0
	for _, m := range all {
		if killed(t, m) {
			continue
		}
		survived++
		t.Logf("survives: %s", m.where)
	}
	t.Logf("%d mutants, %d survive", len(all), survived)
	if survived*20 > len(all)*3 {
		t.Error("more than 15 % of them survive")
	}
}

func killed(t *testing.T, m mutant) bool {
	t.Helper()
	folder := t.TempDir()
	changed, overlay := filepath.Join(folder, m.file), filepath.Join(folder, "overlay.json")
	original, err := filepath.Abs(m.file)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := json.Marshal(map[string]any{"Replace": map[string]string{original: changed}})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{changed: m.text, overlay: string(plan)} {
		if err := os.WriteFile(name, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command("go", "test", "-vet=off", "-overlay", overlay, "-failfast", "-skip", "FoundOut", ".").CombinedOutput()
	if strings.Contains(string(out), "[build failed]") {
		t.Fatalf("%s does not compile: %s", m.where, out)
	}
	return err != nil
}
