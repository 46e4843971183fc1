package letters

import "recobro/internal/problem"

// The page: A4, text 160 mm wide, a first page that leaves room for letterhead and address window. Millimetres.
const (
	left, right   = 25.0, 25.0
	textWidth     = 210 - left - right
	pageTop       = 27.0
	pageBottom    = 273.0
	bodySize      = 10.5
	bodyLeading   = 4.75
	smallSize     = 8.0
	smallLeading  = 3.4
	paragraphGap  = 2.2
	headingGap    = 4.2
	headingToText = 0.7
	tableSize     = 9.0
	tableLeading  = 4.1
	cellGap       = 4.0 // between columns
	listIndent    = 6.5
	signatureRoom = 15.0 // white above the line of a signature
)

// box is something that stays whole: a line, a table row, a signature block. before is white above it, left out at the top of
// a page; keep ties it to the next box; head is drawn again when a page begins with this box.
type box struct {
	height, before float64
	keep           bool
	head           *box
	draw           func(c *canvas, y float64)
}

// setter turns a template and a sheet into boxes. err is the first thing that could not be set.
type setter struct {
	template *Template
	sheet    *Sheet
	words    wording
	title    string
	boxes    []box
	heading  bool // the last box belongs to a heading
	err      error
}

type placed struct {
	box *box
	y   float64
}

// paginate gives every box its page and height. Boxes tied together move on together when a page can hold them.
func (set *setter) paginate() [][]placed {
	pages := [][]placed{nil}
	top := set.firstTop()
	y := top
	place := func(b *box) {
		if y > top {
			y += b.before
		}
		pages[len(pages)-1] = append(pages[len(pages)-1], placed{b, y})
		y += b.height
	}
	for i := 0; i < len(set.boxes); {
		end, height := i, 0.0
		for ; ; end++ {
			height += set.boxes[end].before + set.boxes[end].height
			if !set.boxes[end].keep || end+1 == len(set.boxes) {
				break
			}
		}
		if height > pageBottom-pageTop {
			end, height = i, set.boxes[i].before+set.boxes[i].height
		}
		if y+height > pageBottom && y > top {
			pages, y, top = append(pages, nil), pageTop, pageTop
			if head := set.boxes[i].head; head != nil {
				place(head)
			}
		}
		for ; i <= end; i++ {
			place(&set.boxes[i])
		}
	}
	return pages
}

// body sets all blocks of the template.
func (set *setter) body() error {
	if set.template.Kind == Letter {
		subject := []run{{text: set.words.subject, bold: true}, {text: set.title, bold: true}}
		set.lines(broken(set.wordsOf(subject, look{faces().serif, 11, black}), textWidth), left, 5.2, 0, 0, false)
	}
	if set.template.Kind == Agreement || set.template.Kind == Statement || set.template.Kind == Index {
		set.lines(set.broken(set.title, look{faces().sansBold, 14, navy}, textWidth), left, 6.2, 0, 0, set.template.Kind == Agreement)
		set.boxes[len(set.boxes)-1].keep = true
	}
	for i := range set.template.blocks {
		b := &set.template.blocks[i]
		if !set.template.wanted(b.when, set.sheet) {
			continue
		}
		if err := set.block(b); err != nil {
			return err
		}
		if n := len(set.boxes); n > 0 && b.announces(set.template.blocks[i+1:]) {
			set.boxes[n-1].keep = true
		}
	}
	if set.err != nil {
		return set.err
	}
	return set.fits()
}

// announces tells a paragraph that leads to the table or list behind it, and stays with it.
func (b *block) announces(next []block) bool {
	if b.kind != paragraph || len(next) == 0 {
		return false
	}
	return next[0].kind == tableField || next[0].kind == listField || next[0].kind == grid
}

// fits refuses what no page can hold, so that no text is ever lost below the edge.
func (set *setter) fits() error {
	fits := set.firstTop() < pageBottom-60
	for i := range set.boxes {
		fits = fits && set.boxes[i].height <= pageBottom-pageTop
	}
	if fits {
		return nil
	}
	return problem.New(problem.Invalid, "letter_too_long", "La dirección o una fila de una tabla no cabe en una página.",
		"The address or a row of a table does not fit on a page.")
}

func (set *setter) block(b *block) error {
	switch b.kind {
	case tableField:
		if len(set.sheet.Values.Tables[b.field].Rows) == 0 {
			return nil
		}
		set.table(set.template.byName[b.field], set.sheet.Values.Tables[b.field])
	case listField:
		for i, text := range set.sheet.Values.Lists[b.field] {
			set.item(1, listMarker(i), []run{{text: tidy(text)}}, b.small)
		}
	case paragraphsField:
		for _, text := range paragraphsOf(set.sheet.Values.Text[b.field]) {
			set.paragraph(b, []run{{text: text}})
		}
	case grid:
		return set.grid(b)
	case ruler:
		set.boxes = append(set.boxes, box{height: 0.2, before: 4, draw: func(c *canvas, y float64) { c.rule(left, y, left+textWidth, y, 0.2, line) }})
	case payment:
		return set.payment()
	case signature:
		set.signature()
	case parties:
		set.parties(b)
	default:
		runs, err := set.template.filled(b.runs, set.sheet.Values)
		if err != nil {
			return err
		}
		if b.kind == item {
			set.item(b.level, b.marker, runs, b.small)
		} else {
			set.paragraph(b, runs)
		}
	}
	return nil
}

// broken sets plain text of one look.
func (set *setter) broken(text string, l look, width float64) []textLine {
	return broken(set.wordsOf([]run{{text: tidy(text)}}, l), width)
}

// paragraph sets a paragraph, a small one, or a heading (which stays with what follows).
func (set *setter) paragraph(b *block, runs []run) {
	l, leading, gap := look{faces().serif, bodySize, black}, bodyLeading, paragraphGap
	switch {
	case b.small:
		l, leading = look{faces().sans, smallSize, grey}, smallLeading
	case b.kind == heading && b.level == 1:
		l, leading, gap = look{faces().serifBold, 12, black}, 6.6, 5
	case b.kind == heading && set.template.Kind == Filing:
		l, gap = look{faces().serifBold, bodySize, black}, headingGap
	case b.kind == heading:
		l, gap = look{faces().sansBold, 10, navy}, headingGap
	}
	lines := broken(set.wordsOf(runs, l), textWidth)
	set.lines(lines, left, leading, gap, 0, b.center)
	if b.small { // the small print stays whole: two of its lines on a page of their own look like a mistake
		for i := max(len(set.boxes)-len(lines), 0); i < len(set.boxes)-1; i++ {
			set.boxes[i].keep = true
		}
	}
	if b.kind == heading && len(lines) > 0 {
		set.boxes[len(set.boxes)-1].keep, set.heading = true, true
	}
}

// lines makes one box of each line and lets no line of a paragraph stand alone on a page.
func (set *setter) lines(lines []textLine, x, leading, gap, indent float64, center bool) {
	for i, l := range lines {
		b := box{height: leading, keep: i == 0 && len(lines) > 1 || i == len(lines)-2}
		if i == 0 && set.heading {
			b.before = min(gap, headingToText)
		} else if i == 0 {
			b.before = gap
		}
		at := x + indent
		if center {
			at = x + (textWidth-l.width)/2
		}
		b.draw = func(c *canvas, y float64) { c.draw(l, at, y+leading*0.76) }
		set.boxes = append(set.boxes, b)
	}
	set.heading = false
}

func (set *setter) item(level int, marker string, runs []run, small bool) {
	l, leading, gap := look{faces().serif, bodySize, black}, bodyLeading, 1.2
	if small {
		l, leading, gap = look{faces().sans, smallSize, grey}, smallLeading, 0.5
	}
	indent := listIndent * float64(level)
	first := len(set.boxes)
	set.lines(broken(set.wordsOf(runs, l), textWidth-indent), left, leading, gap, indent, false)
	if marker == "" || first == len(set.boxes) {
		return
	}
	mark := set.broken(marker, l, textWidth)
	draw := set.boxes[first].draw
	set.boxes[first].draw = func(c *canvas, y float64) {
		c.draw(mark[0], left+indent-listIndent+1, y+leading*0.76)
		draw(c, y)
	}
}
