package letters

import (
	"fmt"
	"strings"
)

// wording is what the page itself says, outside the template.
type wording struct {
	draft, date, reference, paymentReference, page, subject                     string
	pay, beneficiary, iban, payReference, amount, online, scan, signed, bar, on string
	annex, folio                                                                string
}

var labels = map[string]wording{
	"es": {draft: "BORRADOR", date: "Fecha", reference: "Nuestra referencia", paymentReference: "Referencia de pago",
		page: "Página %d de %d", subject: "Asunto: ", pay: "Cómo pagar", beneficiary: "Beneficiario", iban: "Cuenta", payReference: "Referencia",
		amount: "Importe", online: "En línea", scan: "Código para pagar", signed: "Fdo.: ", bar: "Colegiado/a n.º ", on: "Fecha de la firma: ", annex: "Documento n.º %d", folio: "Folio %d de %d"},
	"en": {draft: "DRAFT", date: "Date", reference: "Our reference", paymentReference: "Payment reference",
		page: "Page %d of %d", subject: "Re: ", pay: "How to pay", beneficiary: "Beneficiary", iban: "Account", payReference: "Reference",
		amount: "Amount", online: "Online", scan: "Code for payment", signed: "Signed: ", bar: "Bar no. ", on: "Date of signature: ", annex: "Annex %d", folio: "Folio %d of %d"},
}

// The first page of a letter: the address stands where windows of DL and C5 envelopes show it (20–105 mm from the left,
// 45–90 mm from the top), the reference block beside it.
const (
	headTop      = 14.0
	monogramSide = 13.0
	addressTop   = 51.0
	referenceX   = 131.0
	footTop      = 279.0
	windowBottom = 89.0
)

func (set *setter) head() look  { return look{faces().sansBold, 12.5, navy} }
func (set *setter) plain() look { return look{faces().sans, smallSize, grey} }
func (set *setter) bold() look  { return look{faces().sansBold, tableSize, black} }

// firstTop is where the text of the first page begins.
func (set *setter) firstTop() float64 {
	switch set.template.Kind {
	case Letter:
		lines, leading := set.receiver()
		return max(93, addressTop+6+float64(len(lines))*leading+6)
	case Filing:
		return 24
	case Index:
		return pageTop
	}
	return 44
}

// around draws what stands around the text of a page: letterhead or running head, and the foot.
func (set *setter) around(c *canvas, page, pages int) {
	kind := set.template.Kind
	switch {
	case kind == Filing || kind == Index:
	case page == 1:
		set.letterhead(c)
		if kind == Letter {
			set.address(c)
			set.references(c)
		}
	default:
		set.runningHead(c)
	}
	set.foot(c, page, pages)
}

func (set *setter) letterhead(c *canvas) {
	firm, x := set.sheet.Firm, left
	initials := set.broken(firm.Initials, look{faces().serifBold, 17, ink{255, 255, 255}}, monogramSide)
	if len(initials) > 0 {
		c.monogram(initials[0], left, headTop, monogramSide)
		x += monogramSide + 4
	}
	y := headTop + 4.6
	for _, l := range set.broken(firm.Name, set.head(), 95) {
		c.draw(l, x, y)
		y += 5
	}
	for _, text := range firm.Lines {
		for _, l := range set.broken(text, set.plain(), 95) {
			c.draw(l, x, y)
			y += smallLeading
		}
	}
	contact := headTop + 4.6
	for _, text := range firm.Contacts {
		for _, l := range set.broken(text, set.plain(), 60) {
			c.draw(l, left+textWidth-l.width, contact)
			contact += smallLeading + 0.3
		}
	}
	bottom := max(headTop+monogramSide, y-smallLeading) + 3
	c.rule(left, bottom, left+textWidth, bottom, 0.25, navy)
}

// address draws the receiver; how the letter travels is a small line above, as post offices ask.
func (set *setter) address(c *canvas) {
	y := addressTop
	if set.sheet.To.Via != "" {
		for _, l := range set.broken(set.sheet.To.Via, look{faces().sansBold, 7.5, grey}, 80) {
			c.draw(l, left, y)
			y += smallLeading
		}
	}
	y = addressTop + 6
	lines, leading := set.receiver()
	for _, one := range lines {
		c.draw(one, left, y)
		y += leading
	}
}

// receiver is the name and the address as they are set: in smaller type when they would leave the window of the envelope.
func (set *setter) receiver() (lines []textLine, leading float64) {
	for _, try := range []struct{ size, leading float64 }{{bodySize, bodyLeading}, {9, 4}} {
		lines, leading = nil, try.leading
		for i, text := range append([]string{set.sheet.To.Name}, set.sheet.To.Lines...) {
			l := look{faces().serif, try.size, black}
			if i == 0 {
				l.face = faces().serifBold
			}
			lines = append(lines, set.broken(text, l, 85)...)
		}
		if addressTop+6+float64(len(lines)-1)*leading <= windowBottom {
			break
		}
	}
	return lines, leading
}

func (set *setter) references(c *canvas) {
	s, y := set.sheet, addressTop
	pair := func(label, value string) {
		if value == "" {
			return
		}
		for _, l := range set.broken(label, look{faces().sans, 7.5, grey}, 55) {
			c.draw(l, referenceX, y)
			y += 3.7
		}
		for _, l := range set.broken(value, set.bold(), 55) {
			c.draw(l, referenceX, y)
			y += 4.1
		}
		y += 1.6
	}
	date := s.Date.Long(set.template.Language)
	if s.Place != "" {
		date = s.Place + ", " + date
	}
	pair(set.words.date, date)
	pair(set.words.reference, s.Reference)
	if s.Payment != nil {
		pair(set.words.paymentReference, s.Payment.Reference)
	}
}

func (set *setter) runningHead(c *canvas) {
	bold := look{faces().sansBold, smallSize, navy}
	name := set.broken(set.sheet.Firm.Name, bold, 90)
	for i, l := range name[:1] {
		c.draw(l, left, 17)
		if i+1 < len(name) { // cut, and seen to be cut
			c.draw(set.broken("…", bold, 10)[0], left+l.width+0.8, 17)
		}
	}
	for _, l := range set.broken(set.sheet.Reference, set.plain(), 66) {
		c.draw(l, left+textWidth-l.width, 17)
		break
	}
	c.rule(left, 19.5, left+textWidth, 19.5, 0.15, line)
}

func (set *setter) foot(c *canvas, page, pages int) {
	l := look{faces().sans, 7, grey}
	number := set.broken(fmt.Sprintf(set.words.page, page, pages), l, 40)[0]
	c.draw(number, left+textWidth-number.width, footTop+3.6)
	y := footTop + 3.6
	if set.template.Kind != Filing && set.template.Kind != Index {
		c.rule(left, footTop, left+textWidth, footTop, 0.15, line)
		for _, one := range set.broken(set.sheet.Firm.Registry, l, textWidth-30) {
			c.draw(one, left, y)
			y += 2.9
		}
	}
	for _, one := range set.broken(set.sheet.Footnote, l, textWidth-30) {
		c.draw(one, left, y)
		y += 2.9
	}
}

// payment sets the payment box: who, where, with which reference, and the code for a telephone.
func (set *setter) payment() error {
	p := set.sheet.Payment
	draw := []func(c *canvas, y float64){}
	rowY := 12.2
	for i, pair := range [][2]string{{set.words.beneficiary, p.Beneficiary}, {set.words.iban, p.IBAN}, {set.words.payReference, p.Reference},
		{set.words.amount, p.Amount}, {set.words.online, p.Link}} {
		if pair[1] == "" {
			continue
		}
		text := run{text: tidy(pair[1])}
		if i == 4 {
			link, err := safeLink(pair[1])
			if err != nil {
				return err
			}
			text.link = link
		}
		label := set.broken(pair[0], set.plain(), 30)
		for n, l := range broken(set.wordsOf([]run{text}, set.bold()), 82) {
			at := rowY
			draw = append(draw, func(c *canvas, y float64) {
				if n == 0 {
					c.draw(label[0], left+5, y+at)
				}
				c.draw(l, left+30, y+at)
			})
			rowY += 5
		}
	}
	height := rowY
	if p.Code != "" {
		code, err := encodeQR(p.Code)
		if err != nil {
			return err
		}
		height = max(height, 37)
		scan := set.broken(set.words.scan, look{faces().sans, 6.5, grey}, 32)[0]
		draw = append(draw, func(c *canvas, y float64) {
			c.qr(code, left+textWidth-33.5, y+0.8, 32)
			c.draw(scan, left+textWidth-17.5-scan.width/2, y+34.6)
		})
	}
	title := set.broken(set.words.pay, look{faces().sansBold, 10, navy}, 60)[0]
	set.boxes = append(set.boxes, box{height: height, before: headingGap + 0.5, draw: func(c *canvas, y float64) {
		c.frame(left, y, textWidth, height)
		c.draw(title, left+5, y+5.6)
		for _, d := range draw {
			d(c, y)
		}
	}})
	return nil
}

// frame is a thin rounded border with a strong left edge.
func (c *canvas) frame(x, y, width, height float64) {
	c.pdf.SetDrawColor(line.r, line.g, line.b)
	c.pdf.SetLineWidth(0.2)
	c.pdf.Rect(x, y, width, height, "D")
	c.rule(x, y-0.1, x, y+height+0.1, 1.1, navy)
}

// signature sets the block that is never alone on a page: white for the hand or the electronic signature, then who signs.
func (set *setter) signature() {
	var lines []textLine
	if s := set.sheet.Signature; s != nil {
		l := look{faces().serif, bodySize, black}
		lines = append(lines, broken(set.wordsOf([]run{{text: set.words.signed}, {text: tidy(s.Name), bold: true}}, l), textWidth)...)
		lines = append(lines, set.broken(s.Role, l, textWidth)...)
		if s.BarNumber != "" {
			lines = append(lines, set.broken(set.words.bar+s.BarNumber, l, textWidth)...)
		}
		if !s.Date.IsZero() {
			lines = append(lines, set.broken(set.words.on+s.Date.Long(set.template.Language), set.plain(), textWidth)...)
		}
	}
	if n := len(set.boxes); n > 0 {
		set.boxes[n-1].keep = true
	}
	height := signatureRoom + float64(len(lines))*bodyLeading + 1
	set.boxes = append(set.boxes, box{height: height, draw: func(c *canvas, y float64) {
		c.rule(left, y+signatureRoom, left+62, y+signatureRoom, 0.2, grey)
		for i, l := range lines {
			c.draw(l, left, y+signatureRoom+bodyLeading*(float64(i)+0.95))
		}
	}})
}

// parties sets the signatures of an agreement side by side.
func (set *setter) parties(b *block) {
	width := (textWidth - 12*float64(len(b.runs)-1)) / float64(len(b.runs))
	columns := make([][]textLine, len(b.runs))
	most := 0
	for i, r := range b.runs {
		for _, one := range strings.Split(set.sheet.Values.Text[r.field], "\n") {
			columns[i] = append(columns[i], set.broken(one, look{faces().serif, bodySize, black}, width)...)
		}
		most = max(most, len(columns[i]))
	}
	if n := len(set.boxes); n > 0 {
		set.boxes[n-1].keep = true
	}
	set.boxes = append(set.boxes, box{height: signatureRoom + 6 + float64(most)*bodyLeading, draw: func(c *canvas, y float64) {
		for i, lines := range columns {
			x := left + float64(i)*(width+12)
			c.rule(x, y+signatureRoom+4, x+width, y+signatureRoom+4, 0.2, grey)
			for n, l := range lines {
				c.draw(l, x, y+signatureRoom+4+bodyLeading*(float64(n)+0.95))
			}
		}
	}})
}

func listMarker(i int) string { return fmt.Sprintf("%d.", i+1) }
