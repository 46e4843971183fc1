package letters

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"fmt"
	"sort"
	"sync"
	"unicode"

	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
	"github.com/go-fonts/liberation/liberationserifbold"
	"github.com/go-fonts/liberation/liberationserifbolditalic"
	"github.com/go-fonts/liberation/liberationserifitalic"
	"github.com/go-fonts/liberation/liberationserifregular"
	"golang.org/x/text/encoding/charmap"

	"recobro/internal/problem"
)

// minusCode is where the typographic minus of money stands: cp1252 has none and leaves this code free.
const minusCode, minusRune = 0x81, '\u2212'

// face is one style of one family, cut down once: a narrow font for what cp1252 can write (all Spanish and the euro) and a
// wide one for the names that need more letters. fpdf parses the wide one for every document, so it is used only then.
type face struct {
	family, style string
	glyphs        map[rune]uint16
	font          *trueType
	widths        [256]int // of the narrow font, in thousandths of the type size
	definition    []byte   // fpdf's description of the narrow font
	narrow        []byte   // zlib
	wide          func() []byte
}

// faces are cut on first use: 30 ms that a program without letters does not pay.
var faces = sync.OnceValue(func() (set struct{ serif, serifBold, serifItalic, serifBoldItalic, sans, sansBold *face }) {
	set.serif = newFace("serif", "", liberationserifregular.TTF)
	set.serifBold = newFace("serif", "B", liberationserifbold.TTF)
	set.serifItalic = newFace("serif", "I", liberationserifitalic.TTF)
	set.serifBoldItalic = newFace("serif", "BI", liberationserifbolditalic.TTF)
	set.sans = newFace("sans", "", liberationsansregular.TTF)
	set.sansBold = newFace("sans", "B", liberationsansbold.TTF)
	return set
})

// NarrowFont is the cp1252 cut of a face (serif or sans, plain "" or bold "B") for who measures bare fpdf beside this package:
// fpdf's description of the font and its packed bytes.
func NarrowFont(family, style string) (definition, font []byte) {
	f := map[string]*face{"serif": faces().serif, "serifB": faces().serifBold, "sans": faces().sans, "sansB": faces().sansBold}[family+style]
	return f.definition, f.narrow
}

// newFace panics on a font that cannot be read: the fonts are part of the program.
func newFace(family, style string, data []byte) *face {
	font, err := parseTrueType(data)
	if err != nil {
		panic(fmt.Sprintf("letters: %s %s: %v", family, style, err))
	}
	f := &face{family: family, style: style, font: font, glyphs: font.glyphs}
	var runes []rune
	for code := 32; code < 256; code++ {
		r := charmap.Windows1252.DecodeByte(byte(code))
		if code == minusCode {
			r = minusRune
		}
		if glyph, ok := font.glyphs[r]; ok {
			f.widths[code] = font.advance(glyph)
			runes = append(runes, r)
		}
	}
	sort.Slice(runes, func(i, j int) bool { return runes[i] < runes[j] })
	cut := font.cut(runes)
	var packed bytes.Buffer
	w, _ := zlib.NewWriterLevel(&packed, zlib.BestCompression)
	if _, err := w.Write(cut); err != nil {
		panic(fmt.Sprintf("letters: packing %s %s: %v", family, style, err))
	}
	w.Close()
	f.narrow, f.definition = packed.Bytes(), f.define(len(cut))
	f.wide = sync.OnceValue(f.cutWide)
	return f
}

// inWide is Latin with its extensions, Greek, Cyrillic, punctuation and currency signs; no invisible marks, which could turn
// a name or an amount around.
func inWide(r rune) bool {
	return !unicode.Is(unicode.Cf, r) && (r >= 0x20 && r < 0x250 && r != 0x7F || r >= 0x370 && r < 0x500 || r >= 0x1E00 && r < 0x2200 || r == minusRune)
}

func (f *face) cutWide() []byte {
	var runes []rune
	for r := range f.glyphs {
		if inWide(r) {
			runes = append(runes, r)
		}
	}
	sort.Slice(runes, func(i, j int) bool { return runes[i] < runes[j] })
	return f.font.cut(runes)
}

// define writes the description that fpdf's own font maker would write, with a subset prefix before the name.
func (f *face) define(size int) []byte {
	head, os2, post := f.font.tables["head"], f.font.tables["OS/2"], f.font.tables["post"]
	scaled := func(b []byte) int { return int(int16(big.Uint16(b))) * 1000 / f.font.unitsPerEm }
	names := map[string]string{"serif": "LiberationSerif", "serifB": "LiberationSerif-Bold", "serifI": "LiberationSerif-Italic",
		"serifBI": "LiberationSerif-BoldItalic", "sans": "LiberationSans", "sansB": "LiberationSans-Bold"}
	flags, stem := 1<<5, 80
	if f.style == "I" || f.style == "BI" {
		flags |= 1 << 6
	}
	if f.style == "B" || f.style == "BI" {
		stem = 130
	}
	definition, err := json.Marshal(map[string]any{
		"Tp": "TrueType", "Name": "RECOBR+" + names[f.family+f.style], "Enc": "cp1252", "Diff": fmt.Sprintf("%d /minus", minusCode),
		"Up": scaled(post[8:]), "Ut": scaled(post[10:]), "Cw": f.widths, "File": f.family + f.style + ".z", "OriginalSize": size,
		"Desc": map[string]any{"Ascent": scaled(os2[68:]), "Descent": scaled(os2[70:]), "CapHeight": 660, "Flags": flags,
			"FontBBox":    map[string]int{"Xmin": scaled(head[36:]), "Ymin": scaled(head[38:]), "Xmax": scaled(head[40:]), "Ymax": scaled(head[42:])},
			"ItalicAngle": int(int16(big.Uint16(post[4:]))), "StemV": stem, "MissingWidth": f.font.advance(0)},
	})
	if err != nil {
		panic(fmt.Sprintf("letters: describing %s %s: %v", f.family, f.style, err))
	}
	return definition
}

// encode writes text for the narrow font, or says that the wide one is needed.
func encode(text string) (string, bool) {
	plain := true
	for i := 0; i < len(text); i++ {
		if text[i] >= 0x80 {
			plain = false
			break
		}
	}
	if plain {
		return text, true
	}
	b := make([]byte, 0, len(text))
	for _, r := range text {
		code, ok := charmap.Windows1252.EncodeRune(r)
		switch {
		case r == minusRune:
			code = minusCode
		case !ok || r >= 0x80 && r < 0xA0:
			return "", false
		}
		b = append(b, code)
	}
	return string(b), true
}

// measure is the width in thousandths of the type size of text encoded for the narrow font, or of UTF-8 for the wide one.
func (f *face) measure(text string, wide bool) (sum int) {
	if !wide {
		for i := 0; i < len(text); i++ {
			sum += f.widths[text[i]]
		}
		return sum
	}
	for _, r := range text {
		sum += f.font.advance(f.glyphs[r])
	}
	return sum
}

// absent names the first character that the face cannot draw.
func (f *face) absent(text string) error {
	for _, r := range text {
		if _, ok := f.glyphs[r]; !ok || !inWide(r) {
			return problem.New(problem.Invalid, "letter_character_unknown",
				fmt.Sprintf("El carácter U+%04X no se puede imprimir.", r), fmt.Sprintf("The character U+%04X cannot be printed.", r))
		}
	}
	return nil
}
