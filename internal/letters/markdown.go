package letters

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	tables "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// run is a stretch of one style: fixed text, or the placeholder of a field.
type run struct {
	text, field  string
	bold, italic bool
	link         string // https: or mailto:, may hold placeholders
}

type blockKind int

const (
	paragraph blockKind = iota
	heading
	item       // of a list: marker and level
	grid       // a table written in the template
	ruler      // ---
	tableField // {{table:name}}
	listField  // {{list:name}}
	paragraphsField
	payment   // {{payment}}: the payment box of the sheet
	signature // {{signature}}: the signature block of the sheet
	parties   // {{parties:name,name}}: lines for the signatures of an agreement
)

// paymentBlock is the one condition that is no field: {?payment} leaves a block out when the sheet has no payment box.
const paymentBlock = "payment"

// block is one piece of the body. when names the field without which the block is left out.
type block struct {
	kind          blockKind
	level         int // of a heading or of a list item, from 1
	marker        string
	when, field   string
	small, center bool
	runs          []run
	cells         [][]cell // of a grid; the first row is its head
}

type cell struct {
	runs    []run
	figures bool
	when    string
}

var (
	placeholder = regexp.MustCompile(`\{\{([a-z][a-z0-9_]*)\}\}`)
	ownBlock    = regexp.MustCompile(`^\{\{(?:(table|list|paragraphs|parties):([a-z][a-z0-9_,]*)|(payment|signature))\}\}$`)
	attribute   = regexp.MustCompile(`^\{(\?[a-z][a-z0-9_]*|small|center)\}\s*`)
	together    = regexp.MustCompile(`((?:arts?|p[áa]gs?|n)\.º?|n\.os|Ley|Orgánica|Act|Directive|Article|Articles|artículos?|CC|LEC|§) ([0-9{])`)
	markdown    = goldmark.New(goldmark.WithExtensions(extension.Table)).Parser()
)

// parseBody reads the Markdown once. Values are put in much later, into text that is no longer Markdown.
func parseBody(source []byte) ([]block, error) {
	var blocks []block
	root := markdown.Parse(text.NewReader(source))
	err := ast.Walk(root, func(n ast.Node, _ bool) (ast.WalkStatus, error) {
		switch n.(type) {
		case *ast.RawHTML, *ast.CodeSpan, *ast.Image, *ast.AutoLink:
			return ast.WalkStop, fmt.Errorf("%s is not used in letters", n.Kind())
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		return nil, err
	}
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		next, err := blocksOf(n, source)
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, next...)
	}
	for _, b := range blocks {
		for _, r := range b.allRuns() {
			if strings.Contains(r.text, "{{") || strings.Contains(r.text, "}}") || strings.Contains(r.text, "{?") {
				return nil, fmt.Errorf("a placeholder that cannot be read near %q", r.text)
			}
		}
	}
	return blocks, nil
}

func blocksOf(n ast.Node, source []byte) ([]block, error) {
	switch n := n.(type) {
	case *ast.Heading:
		return []block{newBlock(heading, n.Level, n, source)}, nil
	case *ast.Paragraph, *ast.TextBlock:
		return []block{newBlock(paragraph, 0, n, source)}, nil
	case *ast.ThematicBreak:
		return []block{{kind: ruler}}, nil
	case *ast.List:
		return itemsOf(n, 1, source)
	case *tables.Table:
		return []block{gridOf(n, source)}, nil
	}
	return nil, fmt.Errorf("%s is not used in letters", n.Kind())
}

func newBlock(kind blockKind, level int, n ast.Node, source []byte) block {
	b := block{kind: kind, level: level, runs: joined(runsOf(n, run{}, source))}
	for len(b.runs) > 0 {
		m := attribute.FindStringSubmatch(b.runs[0].text)
		if m == nil {
			break
		}
		switch b.runs[0].text = b.runs[0].text[len(m[0]):]; m[1] {
		case "small":
			b.small = true
		case "center":
			b.center = true
		default:
			b.when = m[1][1:]
		}
	}
	if len(b.runs) == 1 {
		if m := ownBlock.FindStringSubmatch(strings.TrimSpace(b.runs[0].text)); m != nil {
			kinds := map[string]blockKind{"table": tableField, "list": listField, "paragraphs": paragraphsField,
				"parties": parties, "payment": payment, "signature": signature}
			b.kind, b.field, b.runs = kinds[m[1]+m[3]], m[2], nil
			if b.kind == parties {
				return partiesBlock(b)
			}
			return b
		}
	}
	b.runs = splitAll(b.runs)
	return b
}

// partiesBlock keeps each party as one run, so that it is filled and checked like any other placeholder.
func partiesBlock(b block) block {
	for _, name := range strings.Split(b.field, ",") {
		b.runs = append(b.runs, run{field: name})
	}
	b.field = ""
	return b
}

func itemsOf(list *ast.List, level int, source []byte) ([]block, error) {
	var blocks []block
	number := list.Start
	for li := list.FirstChild(); li != nil; li = li.NextSibling() {
		marker := "•"
		if list.IsOrdered() {
			marker = fmt.Sprintf("%d.", number)
			number++
		}
		for n := li.FirstChild(); n != nil; n = n.NextSibling() {
			if inner, ok := n.(*ast.List); ok {
				more, err := itemsOf(inner, level+1, source)
				if err != nil {
					return nil, err
				}
				blocks = append(blocks, more...)
				continue
			}
			b := newBlock(item, level, n, source)
			b.marker, marker = marker, ""
			blocks = append(blocks, b)
		}
	}
	return blocks, nil
}

func gridOf(table *tables.Table, source []byte) block {
	b := block{kind: grid}
	for row := table.FirstChild(); row != nil; row = row.NextSibling() {
		var cells []cell
		for c := row.FirstChild(); c != nil; c = c.NextSibling() {
			inner := newBlock(paragraph, 0, c, source)
			figures := c.(*tables.TableCell).Alignment == tables.AlignRight
			cells = append(cells, cell{runs: inner.runs, figures: figures, when: inner.when})
		}
		b.cells = append(b.cells, cells)
	}
	return b
}

// runsOf walks the inline nodes. A hard line break becomes a newline, a soft one a space.
func runsOf(parent ast.Node, style run, source []byte) []run {
	var runs []run
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		inner := style
		switch n := n.(type) {
		case *ast.Text:
			inner.text = string(n.Segment.Value(source))
			if n.HardLineBreak() {
				inner.text += "\n"
			} else if n.SoftLineBreak() {
				inner.text += " "
			}
			runs = append(runs, inner)
			continue
		case *ast.String:
			inner.text = string(n.Value)
			runs = append(runs, inner)
			continue
		case *ast.Emphasis:
			inner.bold, inner.italic = style.bold || n.Level == 2, style.italic || n.Level == 1
		case *ast.Link:
			inner.link = string(n.Destination)
		}
		runs = append(runs, runsOf(n, inner, source)...)
	}
	return runs
}

// joined puts neighbours of one style together again: the parser cuts text at every possible delimiter.
func joined(runs []run) []run {
	var out []run
	for _, r := range runs {
		if n := len(out) - 1; n >= 0 && out[n].bold == r.bold && out[n].italic == r.italic && out[n].link == r.link {
			out[n].text += r.text
			continue
		}
		out = append(out, r)
	}
	return out
}

func splitAll(runs []run) []run {
	var out []run
	for _, r := range runs {
		out = append(out, placeholders(r)...)
	}
	return out
}

// placeholders cuts a run at its {{names}}.
func placeholders(r run) []run {
	var out []run
	at := 0
	r.text = together.ReplaceAllString(r.text, "$1\u00a0$2") // an article and its number stay on one line
	part := func(text, field string) {
		if text != "" || field != "" {
			p := r
			p.text, p.field = text, field
			out = append(out, p)
		}
	}
	for _, m := range placeholder.FindAllStringSubmatchIndex(r.text, -1) {
		part(r.text[at:m[0]], "")
		part("", r.text[m[2]:m[3]])
		at = m[1]
	}
	part(r.text[at:], "")
	return out
}

func namesIn(s string) []string {
	var names []string
	for _, m := range placeholder.FindAllStringSubmatch(s, -1) {
		names = append(names, m[1])
	}
	return names
}

func (b block) fieldType() FieldType {
	switch b.kind {
	case tableField:
		return Rows
	case listField:
		return Items
	}
	return Paragraphs
}

// allRuns are the block's own runs and those of its cells.
func (b block) allRuns() []run {
	runs := append([]run(nil), b.runs...)
	for _, row := range b.cells {
		for _, c := range row {
			runs = append(runs, c.runs...)
			if c.when != "" {
				runs = append(runs, run{field: c.when})
			}
		}
	}
	return runs
}
