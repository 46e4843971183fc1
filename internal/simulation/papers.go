package simulation

import (
	"bytes"
	"encoding/base64"
	"time"

	"github.com/go-pdf/fpdf"
)

// The story's papers stand for documents that others make: the creditor's invoice, the postal operator's proof. They are
// plain PDFs with the standard fonts, since nothing of them is Recobro's.

func invoicePDF(creditor, debtor string, d itemDebt, currency string) (string, error) {
	return paper("FACTURA "+d.Number, []string{"Emisor: " + creditor, "Cliente: " + debtor, "Fecha: " + d.IssuedOn, "Vencimiento: " + d.DueOn,
		"Total a pagar: " + d.Principal + " " + currency, "Documento ficticio de demostración"})
}

func deliveryPDF(reference, debtor, on, result string) (string, error) {
	return paper("CERTIFICADO DEL OPERADOR", []string{"Envío: " + reference, "Destinatario: " + debtor, "Resultado: " + result, "Fecha: " + on,
		"Contenido: conforme con la copia certificada", "Documento ficticio de demostración"})
}

func courtPDF(title, docket, on string) (string, error) {
	return paper(title, []string{"Procedimiento: " + docket, "Fecha: " + on, "Documento ficticio de demostración"})
}

func paper(title string, lines []string) (string, error) {
	doc := fpdf.New("P", "mm", "A4", "")
	doc.SetCatalogSort(true)
	doc.SetCreationDate(time.Unix(0, 0).UTC())
	doc.SetModificationDate(time.Unix(0, 0).UTC())
	latin := doc.UnicodeTranslatorFromDescriptor("")
	doc.AddPage()
	doc.SetFont("Helvetica", "B", 15)
	doc.Cell(0, 12, latin(title))
	doc.Ln(16)
	doc.SetFont("Helvetica", "", 11)
	for _, line := range lines {
		doc.Cell(0, 7, latin(line))
		doc.Ln(8)
	}
	var out bytes.Buffer
	err := doc.Output(&out)
	return base64.StdEncoding.EncodeToString(out.Bytes()), err
}
