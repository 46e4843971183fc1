package letters

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-pdf/fpdf"
	"rsc.io/qr"

	"recobro/internal/problem"
)

// canvas is the page being drawn: it gives fpdf each face once, and only those that the letter uses.
type canvas struct {
	pdf   *fpdf.Fpdf
	known map[string]bool
	now   look
	wide  bool
}

const pageHeight = 297.0

func (c *canvas) newPage() {
	c.pdf.AddPage()
	c.now = look{}
}

func (c *canvas) use(l look, wide bool) {
	if c.now.face != l.face || c.now.size != l.size || c.wide != wide {
		family := l.face.family
		if wide {
			family += "wide"
		}
		if !c.known[family+l.face.style] {
			c.known[family+l.face.style] = true
			if wide {
				c.pdf.AddUTF8FontFromBytes(family, l.face.style, bytes.Clone(l.face.wide())) // fpdf keeps and cuts what it is given
			} else {
				c.pdf.AddFontFromBytes(family, l.face.style, l.face.definition, l.face.narrow)
			}
		}
		c.pdf.SetFont(family, l.face.style, l.size)
	}
	if c.now.face == nil || c.now.ink != l.ink {
		c.pdf.SetTextColor(l.ink.r, l.ink.g, l.ink.b)
		c.pdf.SetFillColor(l.ink.r, l.ink.g, l.ink.b) // equal colours spare fpdf a graphics state around every text
	}
	c.now, c.wide = l, wide
}

// draw sets a line with its left end at x and its baseline at y (mm).
func (c *canvas) draw(t textLine, x, y float64) {
	for _, p := range t.pieces {
		c.use(p.look, p.wide)
		c.pdf.Text(x+p.x, y, p.text)
		if p.link != "" {
			c.pdf.LinkString(x+p.x, y-p.look.size*pointsToMM, p.width, p.look.size*pointsToMM*1.25, p.link)
		}
	}
}

// rule draws a line; thickness in mm.
func (c *canvas) rule(x1, y1, x2, y2, thickness float64, color ink) {
	c.pdf.SetDrawColor(color.r, color.g, color.b)
	c.pdf.SetLineWidth(thickness)
	c.pdf.Line(x1, y1, x2, y2)
}

// watermark is drawn first and pale, so that the text above it stays readable without transparency.
func (c *canvas) watermark(text string) {
	c.use(look{faces().sansBold, 92, ink{238, 240, 243}}, false)
	encoded, _ := encode(text)
	half := c.now.width(encoded, false) / 2
	c.pdf.TransformBegin()
	c.pdf.TransformRotate(52, 105, 155)
	c.pdf.Text(105-half, 165, encoded)
	c.pdf.TransformEnd()
	c.now = look{}
}

// monogram draws the initials of the firm in a square, as vectors: an image with transparency would triple the cost.
func (c *canvas) monogram(initials textLine, x, y, side float64) {
	c.pdf.SetFillColor(navy.r, navy.g, navy.b)
	c.pdf.Rect(x, y, side, side, "F")
	c.now = look{}
	c.draw(initials, x+(side-initials.width)/2, y+side/2+initials.pieces[0].look.size*pointsToMM*0.34)
}

// encodeQR refuses what not every scanner reads the same way.
func encodeQR(content string) (*qr.Code, error) {
	if strings.ContainsFunc(content, func(r rune) bool { return r > '~' || r < ' ' && r != '\n' && r != '\r' }) {
		return nil, problem.New(problem.Invalid, "letter_qr_not_ascii", "El código QR solo admite caracteres ASCII.", "The QR code only takes ASCII characters.")
	}
	code, err := qr.Encode(content, qr.M)
	if err != nil {
		return nil, fmt.Errorf("encoding the QR code of a payment: %w", err)
	}
	return code, nil
}

// qr draws the code in a square of side mm, four white modules around it included.
func (c *canvas) qr(code *qr.Code, x, y, side float64) {
	module := side / float64(code.Size+8) / pointsToMM
	x, y = x/pointsToMM+4*module, (pageHeight-y)/pointsToMM-4*module
	b := append(make([]byte, 0, 16<<10), "q 0 g\n"...)
	for row := range code.Size {
		for start := 0; start < code.Size; start++ {
			end := start
			for end < code.Size && code.Black(end, row) {
				end++
			}
			if end == start {
				continue
			}
			for _, v := range []float64{x + float64(start)*module, y - float64(row+1)*module, float64(end-start) * module, module} {
				b = append(strconv.AppendFloat(b, v, 'f', 3, 64), ' ')
			}
			b = append(b, "re\n"...)
			start = end
		}
	}
	c.pdf.RawWriteStr(string(append(b, "f Q"...)))
}
