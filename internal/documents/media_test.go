package documents

import (
	"archive/zip"
	"bytes"
	"testing"

	"recobro/internal/problem"
)

func zipped(t testing.TB, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		if _, err := w.Create(name); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAFileIsOnlyTakenAsWhatItsContentIs(t *testing.T) {
	docx := "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	xlsx := "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	for _, c := range []struct {
		name, declared string
		data           []byte
		code           string
	}{
		{"pdf", "application/pdf", []byte("%PDF-1.7\n"), ""},
		{"png", "image/png", []byte("\x89PNG\r\n\x1a\n...."), ""},
		{"jpeg", "image/jpeg", []byte("\xff\xd8\xff\xe0...."), ""},
		{"xml", "text/xml; charset=utf-8", []byte("\xef\xbb\xbf<?xml version=\"1.0\"?><a/>"), ""},
		{"csv of an older program", "text/csv", []byte("a\xf1o;importe\r\n2026;1,00\r\n"), ""},
		{"text", "text/plain", []byte("nota\n"), ""},
		{"docx", docx, zipped(t, "[Content_Types].xml", "word/document.xml"), ""},
		{"xlsx", xlsx, zipped(t, "xl/workbook.xml"), ""},
		{"docx with macros", docx, zipped(t, "word/document.xml", "word/vbaProject.bin"), "document_media_mismatch"},
		{"a sheet as a letter", docx, zipped(t, "xl/workbook.xml"), "document_media_mismatch"},
		{"a page as a PDF", "application/pdf", []byte("<html>"), "document_media_mismatch"},
		{"a PDF not at the start", "application/pdf", []byte("GIF89a%PDF-1.7"), "document_media_mismatch"},
		{"a program as text", "text/plain", []byte("MZ\x00\x01"), "document_media_mismatch"},
		{"XML as text", "text/plain", []byte("<?xml version=\"1.0\"?>"), "document_media_mismatch"},
		{"a web page", "text/html", []byte("<html>"), "document_media_refused"},
		{"a drawing with scripts", "image/svg+xml", []byte("<svg/>"), "document_media_refused"},
		{"no type", "", []byte("%PDF-1.7"), "document_media_refused"},
		{"nothing", "application/pdf", nil, "document_empty"},
		{"too much", "application/pdf", append([]byte("%PDF-"), make([]byte, MaxBytes)...), "document_too_large"},
	} {
		_, err := judge(c.declared, c.data)
		got := ""
		if p := problem.Of(err); p != nil {
			got = p.Code
		}
		if got != c.code || (err != nil) != (c.code != "") {
			t.Errorf("%s: %v, want %q", c.name, err, c.code)
		}
	}
}
