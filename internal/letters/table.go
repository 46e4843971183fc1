package letters

// tableCell is a cell whose text is set once its column has a width.
type tableCell struct {
	words   []word
	natural float64 // width on one line
	longest float64 // width of the longest word
}

func (set *setter) cellOf(runs []run, l look) tableCell {
	c := tableCell{words: set.wordsOf(runs, l)}
	for i, w := range c.words {
		if i > 0 {
			c.natural += l.width(" ", false)
		}
		c.natural += w.width
		c.longest = max(c.longest, w.width)
	}
	return c
}

// table sets a table field: its head is repeated on every page, its total is never alone.
func (set *setter) table(f *Field, data Table) {
	head, rows := make([]tableCell, len(f.Columns)), make([][]tableCell, 0, len(data.Rows)+1)
	figures := make([]bool, len(f.Columns))
	for i, c := range f.Columns {
		head[i], figures[i] = set.cellOf([]run{{text: c.Title}}, look{faces().sansBold, 8, grey}), c.Figures
	}
	add := func(texts []string, l look) {
		cells := make([]tableCell, len(texts))
		for i, text := range texts {
			cells[i] = set.cellOf([]run{{text: kept(text)}}, l)
		}
		rows = append(rows, cells)
	}
	for _, row := range data.Rows {
		add(row, look{faces().sans, tableSize, black})
	}
	if len(data.Total) > 0 {
		add(data.Total, look{faces().sansBold, tableSize, black})
	}
	set.rows(head, rows, figures, len(data.Total) > 0)
}

// grid sets a table written in the template, without the rows whose condition is not met. An empty head is left out.
func (set *setter) grid(b *block) error {
	var rows [][]tableCell
	var head []tableCell
	for i, row := range b.cells {
		if !set.template.wanted(row[0].when, set.sheet) {
			continue
		}
		l := look{faces().sans, tableSize, black}
		if i == 0 {
			l = look{faces().sansBold, 8, grey}
		}
		var cells []tableCell
		empty := true
		for _, c := range row {
			runs, err := set.template.filled(c.runs, set.sheet.Values)
			if err != nil {
				return err
			}
			cells, empty = append(cells, set.cellOf(runs, l)), empty && len(runs) == 0
		}
		if i > 0 {
			rows = append(rows, cells)
		} else if !empty {
			head = cells
		}
	}
	figures := make([]bool, len(b.cells[0]))
	for i, c := range b.cells[0] {
		figures[i] = c.figures
	}
	set.rows(head, rows, figures, false)
	return nil
}

// rows makes one box of each row. The rule above a total is stronger.
func (set *setter) rows(head []tableCell, rows [][]tableCell, figures []bool, total bool) {
	all := rows
	if head != nil {
		all = append([][]tableCell{head}, rows...)
	}
	widths := columnWidths(all, figures)
	set.heading = false
	var repeat *box
	if head != nil {
		b := rowBox(head, widths, figures, 0.35, navy)
		b.before, b.keep = paragraphGap+0.5, true
		set.boxes = append(set.boxes, b)
		repeat = &b
	}
	for i, row := range rows {
		thickness, color := 0.12, line
		if total && i == len(rows)-2 || i == len(rows)-1 {
			thickness, color = 0.35, navy
		}
		b := rowBox(row, widths, figures, thickness, color)
		b.head, b.keep = repeat, i == len(rows)-2
		if i == 0 && head == nil {
			b.before = paragraphGap
		}
		set.boxes = append(set.boxes, b)
	}
}

// columnWidths gives figures the room they need and shares the rest among the columns of text.
func columnWidths(rows [][]tableCell, figures []bool) []float64 {
	n := len(figures)
	natural, least := make([]float64, n), make([]float64, n)
	for _, row := range rows {
		for i, c := range row {
			natural[i], least[i] = max(natural[i], c.natural), max(least[i], c.longest)
		}
	}
	room := textWidth - cellGap*float64(n-1)
	sum, text, widest := 0.0, 0.0, -1
	for i := range natural {
		if sum += natural[i]; !figures[i] {
			if text += natural[i]; widest < 0 || natural[i] > natural[widest] {
				widest = i
			}
		}
	}
	switch {
	case sum <= room && widest >= 0: // the widest column of text takes what is over
		natural[widest] += room - sum
	case sum > room && text > sum-room+1:
		shrink := (text - (sum - room)) / text
		for i := range natural {
			if !figures[i] {
				natural[i] *= shrink
			}
		}
		rebalance(natural, least, figures)
	case sum > room:
		for i := range natural {
			natural[i] *= room / sum
		}
	}
	return natural
}

// rebalance widens columns whose longest word would be cut, at the cost of the widest column of text.
func rebalance(widths, least []float64, figures []bool) {
	widest := -1
	for i := range widths {
		if !figures[i] && (widest < 0 || widths[i]-least[i] > widths[widest]-least[widest]) {
			widest = i
		}
	}
	for i := range widths {
		if lack := least[i] - widths[i]; i != widest && lack > 0 && widths[widest]-lack > least[widest] {
			widths[i] += lack
			widths[widest] -= lack
		}
	}
}

// rowBox sets one row with a rule below it.
func rowBox(cells []tableCell, widths []float64, figures []bool, thickness float64, color ink) box {
	set := make([][]textLine, len(cells))
	lines := 1
	for i, c := range cells {
		set[i] = broken(c.words, widths[i]+0.01)
		lines = max(lines, len(set[i]))
	}
	height := float64(lines)*tableLeading + 1.7
	return box{height: height, draw: func(c *canvas, y float64) {
		x := left
		for i, cell := range set {
			for n, l := range cell {
				at := x
				if figures[i] {
					at = x + widths[i] - l.width
				}
				c.draw(l, at, y+0.85+tableLeading*(float64(n)+0.74))
			}
			x += widths[i] + cellGap
		}
		c.rule(left, y+height, left+textWidth, y+height, thickness, color)
	}}
}
