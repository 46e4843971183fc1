package letters

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/go-pdf/fpdf"
	"github.com/pdfcpu/pdfcpu/pkg/api"

	"recobro/internal/problem"
)

func picture(t *testing.T, format string) []byte {
	t.Helper()
	p := image.NewNRGBA(image.Rect(0, 0, 60, 40))
	for x := range 60 {
		p.Set(x, x%40, color.NRGBA{200, 30, 30, uint8(4 * x)})
	}
	var out bytes.Buffer
	var err error
	if format == "png" {
		err = png.Encode(&out, p)
	} else {
		err = jpeg.Encode(&out, p, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// annex is a PDF of somebody else: three landscape pages and, if hostile, a script that runs when it is opened.
func annex(t *testing.T, hostile bool) []byte {
	t.Helper()
	pdf := fpdf.New("L", "mm", "A5", "")
	pdf.SetFont("Helvetica", "", 14)
	for range 3 {
		pdf.AddPage()
		pdf.Text(60, 70, "Albaran firmado")
	}
	if hostile {
		pdf.SetJavascript("app.alert('x')")
	}
	var out bytes.Buffer
	if err := pdf.Output(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func samplePack(t *testing.T) []Part {
	tpl := template(t, "monitorio_petition", "es")
	return []Part{{"Petición inicial", printed(t, tpl, sample(t, tpl))}, {"Factura F-2026-1187", picture(t, "png")}, {"Albarán de Peñarrubia", annex(t, true)},
		{"Fotografía de la entrega", picture(t, "jpeg")}}
}

func pagesOf(t *testing.T, pdf []byte) int {
	t.Helper()
	n, err := api.PageCount(bytes.NewReader(pdf), configuration())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAPackHasEveryPageAnIndexAndFolios(t *testing.T) {
	parts := samplePack(t)
	pack, err := Merge("Petición inicial de proceso monitorio", parts, "es")
	if err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("LETTERS_OUT"); dir != "" {
		os.WriteFile(dir+"/pack.pdf", pack, 0o600)
	}
	first := pagesOf(t, parts[0].Data)
	total := first + 1 + 1 + 3 + 1
	if got := pagesOf(t, pack); got != total {
		t.Fatalf("%d pages, want %d", got, total)
	}
	pages := strings.Split(strings.TrimRight(textOf(t, pack), "\f"), "\f")
	for i, page := range pages {
		if want := "Folio " + strconv.Itoa(i+1) + " de " + strconv.Itoa(total); !strings.Contains(flat(page), want) {
			t.Errorf("page %d does not say %q:\n%s", i+1, want, page)
		}
	}
	index := flat(pages[first])
	for _, want := range []string{"Índice de documentos", "Documento n.º 1 Factura F-2026-1187 1 " + strconv.Itoa(first+2), "Documento n.º 2 Albarán de Peñarrubia 3 " + strconv.Itoa(first+3), "Documento n.º 3 Fotografía de la entrega 1 " + strconv.Itoa(first+6)} {
		if !strings.Contains(index, want) {
			t.Errorf("the index does not say %q: %s", want, index)
		}
	}
	if !strings.Contains(flat(pages[first+2]), "Documento n.º 2 · Albarán de Peñarrubia") || !strings.Contains(flat(pages[first+3]), "Documento n.º 2") {
		t.Error("annex 2 is not marked on its pages")
	}
	again, err := Merge("Petición inicial de proceso monitorio", parts, "es")
	if err != nil || textOf(t, again) != textOf(t, pack) {
		t.Errorf("two packs of the same parts read differently (%v)", err)
	}
}

func TestAPackIsSoundHasBookmarksAndNothingThatActs(t *testing.T) {
	pack, err := Merge("Petición", samplePack(t), "es")
	if err != nil {
		t.Fatal(err)
	}
	reader(t, pack, "qpdf", "--check", "FILE")
	plain := reader(t, pack, "qpdf", "--qdf", "--object-streams=disable", "FILE", "-")
	if found := regexp.MustCompile(`/(JS|JavaScript|OpenAction|Launch|EmbeddedFiles?|AA|XFA)\b`).FindString(plain); found != "" {
		t.Errorf("the pack holds %s", found)
	}
	if !bytes.Contains(pack, []byte("\nxref")) && !bytes.Contains(pack, []byte("\rxref")) {
		t.Error("no classic cross-reference table: the pack could not be signed")
	}
	marks, err := api.Bookmarks(bytes.NewReader(pack), configuration())
	if err != nil || len(marks) != 5 || marks[2].Title != "Documento n.º 1. Factura F-2026-1187" || marks[2].PageFrom != marks[1].PageFrom+1 {
		t.Errorf("bookmarks %+v, %v", marks, err)
	}
}

func TestAFilingWithoutAnnexesHasNoIndex(t *testing.T) {
	parts := samplePack(t)[:1]
	pack, err := Merge("Petición", parts, "es")
	if err != nil || pagesOf(t, pack) != pagesOf(t, parts[0].Data) {
		t.Errorf("%v", err)
	}
}

func TestAnUnreadableAnnexIsNamed(t *testing.T) {
	good := samplePack(t)
	for _, bad := range [][]byte{nil, []byte("hello"), []byte("%PDF-1.7\nnothing"), []byte("\x89PNG\r\n\x1a\n"), good[1].Data[:40]} {
		_, err := Merge("Petición", []Part{good[0], {"x", bad}}, "es")
		if p := problem.Of(err); p == nil || p.Code != "letter_annex_unreadable" || p.Reasons[0].Pointer != "/parts/1" {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := Merge("Petición", nil, "es"); problem.Of(err) == nil {
		t.Errorf("an empty pack: %v", err)
	}
}

// held is a JPEG of 60 x 40 with a white left half, marked as held in an EXIF orientation.
func held(t *testing.T, orientation byte) []byte {
	t.Helper()
	p := image.NewGray(image.Rect(0, 0, 60, 40))
	for i := range p.Pix {
		if i%60 < 30 {
			p.Pix[i] = 255
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, p, nil); err != nil {
		t.Fatal(err)
	}
	exif := "\xff\xe1\x00\x22Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string(orientation) + "\x00\x00\x00\x00\x00\x00"
	return []byte("\xff\xd8" + exif + out.String()[2:])
}

func TestAPhotographStandsUpright(t *testing.T) {
	for orientation, white := range map[byte]image.Point{1: {5, 20}, 3: {55, 20}, 6: {20, 5}, 8: {20, 55}} {
		data, err := upright(held(t, orientation))
		if err != nil {
			t.Fatal(err)
		}
		p, err := jpeg.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if r, _, _, _ := p.At(white.X, white.Y).RGBA(); r < 0xE000 {
			t.Errorf("orientation %d: the white half is not at %v of %v", orientation, white, p.Bounds())
		}
	}
}

func FuzzAnnexNeverPanics(f *testing.F) {
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x22Exif\x00\x00II\x2a\x00\xff\xff\xff\xff"))
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00MM"))
	f.Fuzz(func(t *testing.T, data []byte) { turns(append([]byte("\xff\xd8"), data...)) })
}
