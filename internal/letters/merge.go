package letters

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/go-pdf/fpdf"
	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"

	"recobro/internal/problem"
	shipped "recobro/letters"
)

// Part is one document of a pack: the filing itself, then its annexes. Data is a PDF, a PNG or a JPEG.
type Part struct {
	Title string
	Data  []byte
}

// Merge binds a filing (the first part), an index of annexes and the annexes into one PDF: "Documento n.º 1" and a running
// folio on every page, a bookmark for each part, no script, action or embedded file of an annex. lang is "es" or "en".
// Text and pages are the same every time; the bytes are not (pdfcpu). A part that cannot be read is "letter_annex_unreadable".
func Merge(title string, parts []Part, lang string) ([]byte, error) {
	if len(parts) == 0 {
		return nil, problem.New(problem.Invalid, "letter_pack_empty", "No hay ningún documento que unir.", "There is no document to bind.")
	}
	words, ok := labels[lang]
	if !ok {
		return nil, fmt.Errorf("binding a pack: no language %q", lang)
	}
	p := &pack{title: title, words: words, lang: lang}
	for i, part := range parts {
		if err := p.add(i, part); err != nil {
			return nil, err
		}
	}
	if err := p.withIndex(); err != nil {
		return nil, err
	}
	return p.bind()
}

// pack is a filing in the making. Annex n stands at parts[n] before the index is put in, at parts[n+1] after.
type pack struct {
	title, lang string
	words       wording
	parts       []boundPart
}

type boundPart struct {
	label, title string // the label of the filing and of the index is empty
	data         []byte
	sizes        []types.Dim
}

// configuration keeps pdfcpu away from the disk and makes it write a classic cross-reference table, which signing needs.
func configuration() *model.Configuration {
	disableConfigDir()
	c := model.NewDefaultConfiguration()
	c.ValidationMode, c.Offline = model.ValidationRelaxed, true
	c.WriteObjectStream, c.WriteXRefStream = false, false
	return c
}

var disableConfigDir = sync.OnceFunc(api.DisableConfigDir)

func (p *pack) add(i int, part Part) error {
	bound := boundPart{title: tidy(part.Title)}
	if i > 0 {
		bound.label = fmt.Sprintf(p.words.annex, i)
	}
	var err error
	if bound.data, err = asPDF(part.Data); err == nil {
		bound.data, err = harmless(bound.data)
	}
	if err == nil {
		bound.sizes, err = api.PageDims(bytes.NewReader(bound.data), configuration())
	}
	if known := problem.Of(err); known != nil {
		return known
	}
	if err != nil || len(bound.sizes) == 0 {
		return problem.New(problem.Invalid, "letter_annex_unreadable", "Un documento no se puede leer como PDF, PNG o JPEG.",
			"A document cannot be read as PDF, PNG or JPEG.").With(reason("/parts/"+strconv.Itoa(i), "unreadable", "No se puede leer.", "It cannot be read."))
	}
	p.parts = append(p.parts, bound)
	return nil
}

var shippedIndex = sync.OnceValues(func() (*Shelf, error) { return Load(shipped.FS) })

// withIndex puts the index behind the filing. It is printed twice: its own length moves the folios that it tells.
func (p *pack) withIndex() error {
	if len(p.parts) == 1 {
		return nil
	}
	shelf, err := shippedIndex()
	if err != nil {
		return err
	}
	t, err := shelf.Template("index", p.lang)
	if err != nil {
		return err
	}
	var data []byte
	var sizes []types.Dim
	for range 2 {
		var table Table
		folio := len(p.parts[0].sizes) + len(sizes) + 1
		for _, annex := range p.parts[1:] {
			table.Rows = append(table.Rows, []string{strings.ReplaceAll(annex.label, " ", "\u00a0"), annex.title, strconv.Itoa(len(annex.sizes)), strconv.Itoa(folio)})
			folio += len(annex.sizes)
		}
		data, err = t.PDF(Sheet{Values: Values{Text: map[string]string{"pack_title": p.title}, Tables: map[string]Table{"parts": table}}})
		if err != nil {
			return err
		}
		if sizes, err = api.PageDims(bytes.NewReader(data), configuration()); err != nil {
			return fmt.Errorf("counting the pages of an index: %w", err)
		}
	}
	index := boundPart{title: t.Title, data: data, sizes: sizes}
	p.parts = append(p.parts[:1:1], append([]boundPart{index}, p.parts[1:]...)...)
	return nil
}

// bind joins the parts, lays the folios over them and adds the bookmarks.
func (p *pack) bind() ([]byte, error) {
	var readers []io.ReadSeeker
	var marks []pdfcpu.Bookmark
	page := 1
	for _, part := range p.parts {
		readers = append(readers, bytes.NewReader(part.data))
		title := part.title
		if part.label != "" {
			title = part.label + ". " + title
		}
		marks = append(marks, pdfcpu.Bookmark{Title: title, PageFrom: page})
		page += len(part.sizes)
	}
	var joined, stamped, out bytes.Buffer
	if err := api.MergeRaw(readers, &joined, false, configuration()); err != nil {
		return nil, fmt.Errorf("joining the %d parts of a pack: %w", len(p.parts), err)
	}
	folios, err := p.folios(page - 1)
	if err != nil {
		return nil, err
	}
	stamp, err := api.PDFMultiWatermarkForReadSeeker(bytes.NewReader(folios), 1, 1, "scalefactor:1 abs, pos:bl, rot:0, offset:0 0", true, false, types.POINTS)
	if err != nil {
		return nil, fmt.Errorf("reading the folios of a pack: %w", err)
	}
	if err := api.AddWatermarks(bytes.NewReader(joined.Bytes()), &stamped, nil, stamp, configuration()); err != nil {
		return nil, fmt.Errorf("stamping the folios of a pack: %w", err)
	}
	if err := api.AddBookmarks(bytes.NewReader(stamped.Bytes()), &out, marks, true, configuration()); err != nil {
		return nil, fmt.Errorf("adding the bookmarks of a pack: %w", err)
	}
	return out.Bytes(), nil
}

// folios draws, on a transparent page as large as each page of the pack, which document it is and its number in the pack.
func (p *pack) folios(total int) ([]byte, error) {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetCatalogSort(true)
	pdf.SetDisplayMode("default", "default")
	c := &canvas{pdf: pdf, known: map[string]bool{}}
	set := &setter{words: p.words}
	plain := look{faces().sans, 8, navy}
	folio := 0
	for _, part := range p.parts {
		for n, size := range part.sizes {
			folio++
			width, height := size.Width*pointsToMM, size.Height*pointsToMM
			c.now = look{}
			pdf.AddPageFormat("P", fpdf.SizeType{Wd: width, Ht: height})
			number := set.broken(fmt.Sprintf(p.words.folio, folio, total), plain, width)
			var label []textLine
			if part.label != "" {
				runs := []run{{text: part.label, bold: true}}
				if n == 0 {
					runs = append(runs, run{text: " · " + part.title})
				}
				label = broken(set.wordsOf(runs, plain), width-16-number[0].width-10)
			}
			c.stamp(label, number[0], width)
		}
	}
	if set.err != nil {
		return nil, set.err
	}
	var out bytes.Buffer
	if err := pdf.Output(&out); err != nil {
		return nil, fmt.Errorf("writing the folios of a pack: %w", err)
	}
	return out.Bytes(), nil
}

// stamp puts white under its text: an annex may be a dark scan.
func (c *canvas) stamp(label []textLine, number textLine, width float64) {
	plate := func(x, y, w, h float64) {
		c.pdf.SetFillColor(255, 255, 255)
		c.pdf.Rect(x-1.5, y, w+3, h, "F")
		c.now = look{}
	}
	plate(width-8-number.width, 4.2, number.width, 4.6)
	c.draw(number, width-8-number.width, 7.5)
	for i, l := range label {
		if i > 1 {
			break
		}
		y := 4.2 + 3.6*float64(i)
		plate(8, y, l.width, 4.6)
		c.draw(l, 8, y+3.3)
	}
}
