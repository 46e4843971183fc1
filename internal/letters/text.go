package letters

import "strings"

// ink is a colour that prints well in black and white.
type ink struct{ r, g, b int }

var (
	black = ink{0, 0, 0}
	navy  = ink{20, 38, 63}
	grey  = ink{86, 97, 112}
	line  = ink{176, 184, 194}
)

// look is how text is drawn; size in points.
type look struct {
	face *face
	size float64
	ink  ink
}

const pointsToMM = 25.4 / 72

// piece is text of one look on one line. text is cp1252, or UTF-8 when wide; width in mm.
type piece struct {
	text  string
	wide  bool
	look  look
	x     float64
	width float64
	link  string
}

// word is what is never broken: pieces without a blank between them. last marks a forced line break behind it.
type word struct {
	pieces []piece
	width  float64
	last   bool
}

func (l look) width(text string, wide bool) float64 {
	return float64(l.face.measure(text, wide)) * l.size / 1000 * pointsToMM
}

// styled picks the face of a run: body text is serif, tables and small print are sans.
func styled(base look, bold, italic bool) look {
	set := faces()
	switch {
	case base.face.family == "sans" && bold:
		base.face = set.sansBold
	case base.face.family == "sans" || base.face == set.serifBold && !italic:
	case bold && italic:
		base.face = set.serifBoldItalic
	case bold:
		base.face = set.serifBold
	case italic:
		base.face = set.serifItalic
	}
	return base
}

// wordsOf cuts runs into words, choosing for each run the narrow font or, only when a character needs it, the wide one.
func (set *setter) wordsOf(runs []run, base look) []word {
	var words []word
	open := false // the last word goes on: no blank has come yet
	for _, r := range runs {
		l := styled(base, r.bold, r.italic)
		text, narrow := encode(r.text)
		if strings.ContainsFunc(text, func(c rune) bool { return c < ' ' && c != '\n' || c == 0x7F }) || !narrow {
			if err := l.face.absent(strings.ReplaceAll(r.text, "\n", "")); err != nil && set.err == nil {
				set.err = err
			}
		}
		if !narrow {
			text = r.text
		}
		for text != "" {
			end := strings.IndexAny(text, " \n")
			if end < 0 {
				end = len(text)
			}
			if end > 0 {
				p := piece{text: text[:end], wide: !narrow, look: l, width: l.width(text[:end], !narrow), link: r.link}
				if !open {
					words = append(words, word{})
				}
				w := &words[len(words)-1]
				w.pieces, w.width, open = append(w.pieces, p), w.width+p.width, true
			}
			if end < len(text) {
				if open = false; text[end] == '\n' && len(words) > 0 {
					words[len(words)-1].last = true
				}
				end++
			}
			text = text[end:]
		}
	}
	return words
}

// broken sets words into lines no wider than width (mm). A word that is wider than a line is cut between characters.
func broken(words []word, width float64) []textLine {
	var lines []textLine
	var now textLine
	flush := func() {
		if len(now.pieces) > 0 {
			lines = append(lines, now)
		}
		now = textLine{}
	}
	for _, w := range words {
		for _, part := range w.within(width) {
			if len(now.pieces) > 0 && now.width+now.blank()+part.width > width {
				flush()
			}
			now.add(part)
		}
		if w.last {
			flush()
		}
	}
	flush()
	return lines
}

// textLine is one set line; pieces carry their distance from the left.
type textLine struct {
	pieces []piece
	width  float64
}

func (t *textLine) blank() float64 {
	last := t.pieces[len(t.pieces)-1]
	return last.look.width(" ", last.wide)
}

// add joins the word to the line; pieces of one look become one, so that a line is few operators and reads back whole.
func (t *textLine) add(w word) {
	gap := len(t.pieces) > 0
	for _, p := range w.pieces {
		if gap {
			gap = false
			last := &t.pieces[len(t.pieces)-1]
			blank := t.blank()
			last.text, last.width, t.width = last.text+" ", last.width+blank, t.width+blank
		}
		if n := len(t.pieces) - 1; n >= 0 && t.pieces[n].look == p.look && t.pieces[n].wide == p.wide && t.pieces[n].link == p.link {
			t.pieces[n].text += p.text
			t.pieces[n].width += p.width
		} else {
			p.x = t.width
			t.pieces = append(t.pieces, p)
		}
		t.width += p.width
	}
}

// within cuts a word that no line can hold.
func (w word) within(width float64) []word {
	if w.width <= width {
		return []word{w}
	}
	var parts []word
	var now word
	for _, p := range w.pieces {
		for _, c := range p.characters() {
			single := p
			single.text, single.width = c, p.look.width(c, p.wide)
			if now.width+single.width > width && len(now.pieces) > 0 {
				parts, now = append(parts, now), word{}
			}
			now.pieces, now.width = append(now.pieces, single), now.width+single.width
		}
	}
	return append(parts, now)
}

func (p piece) characters() []string {
	if p.wide {
		return strings.Split(p.text, "")
	}
	var out []string
	for i := range len(p.text) {
		out = append(out, p.text[i:i+1])
	}
	return out
}
