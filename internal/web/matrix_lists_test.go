package web_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"recobro/internal/access"
	"recobro/internal/evidence"
	"recobro/internal/web"
)

// document reads the description of the API as a client does.
func (o *outside) document() *openapi3.T {
	o.t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(o.good(evidence.Actor{}, 200, "GET", "/api/v1/openapi.json", "").body)
	if err != nil {
		o.t.Fatal(err)
	}
	return doc
}

// operationOf is what the document says of a route of the API.
func operationOf(t *testing.T, doc *openapi3.T, r web.Route) *openapi3.Operation {
	t.Helper()
	item := doc.Paths.Value(strings.TrimPrefix(r.Path, "/api/v1"))
	if item == nil || item.GetOperation(r.Method) == nil {
		t.Fatalf("%s %s stands in the table and not in the document", r.Method, r.Path)
	}
	return item.GetOperation(r.Method)
}

// Router, document and policy are three lists of the same things.
func TestRouterDocumentAndPolicyAgree(t *testing.T) {
	o := open(t)
	doc := o.document()
	held := access.Rules().Permissions()
	inTable := map[string]bool{}
	for _, r := range o.server.Routes() {
		if r.Permission != web.Public && r.Permission != web.SignedIn && !slices.Contains(held, r.Permission) {
			t.Errorf("%s %s asks for %s, which is no cell of the policy", r.Method, r.Path, r.Permission)
		}
		if !r.API {
			continue
		}
		inTable[r.Method+" "+r.Path] = true
		op := operationOf(t, doc, r)
		if !strings.Contains(op.Description, "Permission: `"+string(r.Permission)+"`") {
			t.Errorf("%s %s: the document does not name %s: %s", r.Method, r.Path, r.Permission, op.Description)
		}
		if secured := op.Security != nil && len(*op.Security) > 0; secured == (r.Permission == web.Public) {
			t.Errorf("%s %s (%s): signed in by the document: %t", r.Method, r.Path, r.Permission, secured)
		}
	}
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			if !inTable[method+" /api/v1"+path] {
				t.Errorf("%s %s stands in the document and not in the table", method, path)
			}
		}
	}
	if len(inTable) < 100 {
		t.Errorf("only %d calls", len(inTable))
	}
}

// Every permission that the policy gives is asked for somewhere, or stands in the reviewed list of what the policy says ahead of the
// program. A line of the list that has come true, or that the policy does not hold, has to go.
func TestEveryPermissionOfThePolicyIsAskedForOrReviewed(t *testing.T) {
	asked := askedFor(t)
	for _, r := range open(t).server.Routes() {
		asked[r.Permission] = true
	}
	text, err := os.ReadFile("testdata/policy_ahead.txt")
	if err != nil {
		t.Fatal(err)
	}
	ahead := map[access.Permission]bool{}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		words, reason, _ := strings.Cut(line, "#")
		of := strings.Fields(words)
		if len(of) < 2 || strings.TrimSpace(reason) == "" {
			t.Fatalf("want object, actions, # and a reason: %q", line)
		}
		for _, act := range of[1:] {
			p, err := access.ParsePermission(of[0] + ":" + act)
			if err != nil || ahead[p] {
				t.Errorf("%q: %v, or twice", line, err)
			}
			ahead[p] = true
		}
	}
	held := access.Rules().Permissions()
	for _, p := range held {
		if asked[p] == ahead[p] {
			t.Errorf("%s is asked for: %t, and on the list of what is ahead: %t", p, asked[p], ahead[p])
		}
	}
	for p := range ahead {
		if !slices.Contains(held, p) {
			t.Errorf("%s is on the list, and no role of the policy holds it", p)
		}
	}
	if len(asked) < 100 {
		t.Errorf("only %d permissions are asked for", len(asked))
	}
}

// askedFor finds To(action, object) in the program; the scopes of keys only repeat the policy.
func askedFor(t *testing.T) map[access.Permission]bool {
	t.Helper()
	words := constantWords(t)
	asked := map[access.Permission]bool{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || filepath.Base(path) == "scopes.go" {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || nameOf(call.Fun) != "To" || len(call.Args) != 2 {
				return true
			}
			act, obj := words[nameOf(call.Args[0])], words[nameOf(call.Args[1])]
			if act != "" && obj != "" {
				asked[access.To(access.Action(act), access.Object(obj))] = true
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return asked
}

// constantWords maps ActRead to "read" and ObjCase to "case", as words.go says.
func constantWords(t *testing.T) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../access/words.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok && len(v.Names) == 1 && len(v.Values) == 1 {
			if text, ok := v.Values[0].(*ast.BasicLit); ok {
				words[v.Names[0].Name] = strings.Trim(text.Value, `"`)
			}
		}
		return true
	})
	return words
}

func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}
