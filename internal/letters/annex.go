package letters

import (
	"bytes"
	"fmt"
	"image"
	"image/draw"
	"image/png"

	"github.com/go-pdf/fpdf"
	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"

	"recobro/internal/problem"
)

// maxPixels bounds the memory that one picture may take (4 bytes each).
const maxPixels = 60_000_000

// asPDF leaves a PDF as it is and sets a picture on an A4 page of its own orientation.
func asPDF(data []byte) ([]byte, error) {
	if bytes.HasPrefix(data, []byte("%PDF-")) {
		return data, nil
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("reading an annex: %w", err)
	}
	if config.Width*config.Height > maxPixels {
		return nil, problem.New(problem.TooLarge, "letter_annex_too_large", "Una imagen tiene más de 60 megapíxeles.", "A picture has more than 60 megapixels.")
	}
	switch format {
	case "png":
		data, err = opaque(data)
	case "jpeg":
		if data, err = upright(data); err == nil {
			config, _, err = image.DecodeConfig(bytes.NewReader(data))
		}
	}
	if err != nil {
		return nil, err
	}
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCatalogSort(true)
	pdf.SetDisplayMode("default", "default")
	orientation, width, height := "P", 210.0, 297.0
	if config.Width > config.Height {
		orientation, width, height = "L", 297, 210
	}
	pdf.AddPageFormat(orientation, fpdf.SizeType{Wd: 210, Ht: 297})
	const margin, above = 12.0, 16.0 // room for the stamp
	scale := min((width-2*margin)/float64(config.Width), (height-margin-above)/float64(config.Height))
	w, h := float64(config.Width)*scale, float64(config.Height)*scale
	pdf.RegisterImageOptionsReader("annex", fpdf.ImageOptions{ImageType: format}, bytes.NewReader(data))
	pdf.ImageOptions("annex", (width-w)/2, above, w, h, false, fpdf.ImageOptions{ImageType: format}, 0, "")
	var out bytes.Buffer
	if err := pdf.Output(&out); err != nil {
		return nil, fmt.Errorf("setting a picture on a page: %w", err)
	}
	return out.Bytes(), nil
}

// opaque lays a PNG on white and writes it in the one form that every reader takes.
func opaque(data []byte) ([]byte, error) {
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("reading a PNG: %w", err)
	}
	flat := image.NewRGBA(picture.Bounds())
	draw.Draw(flat, flat.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(flat, flat.Bounds(), picture, picture.Bounds().Min, draw.Over)
	var out bytes.Buffer
	if err := png.Encode(&out, flat); err != nil {
		return nil, fmt.Errorf("writing a PNG: %w", err)
	}
	return out.Bytes(), nil
}

// harmless takes out of a PDF what would act by itself or carry other files: a court gets pages, not programs.
func harmless(data []byte) ([]byte, error) {
	ctx, err := api.ReadAndValidate(bytes.NewReader(data), configuration())
	if err != nil {
		return nil, fmt.Errorf("reading a PDF: %w", err)
	}
	delete(ctx.Names, "JavaScript")
	delete(ctx.Names, "EmbeddedFiles")
	for _, entry := range ctx.Table {
		if entry != nil && !entry.Free {
			disarm(ctx, entry.Object)
		}
	}
	var out bytes.Buffer
	if err := api.WriteContext(ctx, &out); err != nil {
		return nil, fmt.Errorf("writing a PDF without actions: %w", err)
	}
	return out.Bytes(), nil
}

// acting are the actions that leave the page: only links and jumps stay.
var acting = map[string]bool{"JavaScript": true, "Launch": true, "SubmitForm": true, "ImportData": true, "ResetForm": true,
	"GoToR": true, "GoToE": true, "Rendition": true, "Movie": true, "Sound": true, "RichMediaExecute": true}

func disarm(ctx *model.Context, object types.Object) {
	switch o := object.(type) {
	case types.StreamDict:
		disarm(ctx, o.Dict)
	case types.Array:
		for _, inner := range o {
			disarm(ctx, inner)
		}
	case types.Dict:
		if name := o.NameEntry("S"); name != nil && acting[*name] {
			clear(o)
		}
		for _, key := range []string{"AA", "OpenAction", "JavaScript", "JS", "EmbeddedFiles", "XFA", "EF"} {
			delete(o, key)
		}
		for _, key := range []string{"A", "Next", "PA"} {
			action, err := ctx.DereferenceDict(o[key])
			if name := action.NameEntry("S"); err == nil && action != nil && (len(action) == 0 || name != nil && acting[*name]) {
				delete(o, key)
			}
		}
		for _, inner := range o {
			disarm(ctx, inner)
		}
	}
}
