package web_test

import (
	"bytes"

	"github.com/go-pdf/fpdf"
)

// onePage is a small PDF, for papers that somebody hands in.
var onePage = func() []byte {
	doc := fpdf.New("P", "mm", "A4", "")
	doc.AddPage()
	doc.SetFont("Helvetica", "", 12)
	doc.Cell(40, 10, "Justificante de prueba")
	var b bytes.Buffer
	if err := doc.Output(&b); err != nil {
		panic(err)
	}
	return b.Bytes()
}()
