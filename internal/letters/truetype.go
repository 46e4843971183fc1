package letters

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"sort"
)

// trueType is what we read of a font file: enough to measure text and to cut the font down to the characters of letters.
type trueType struct {
	tables     map[string][]byte
	glyphs     map[rune]uint16
	unitsPerEm int
	longLoca   bool
	hMetrics   int
}

var big = binary.BigEndian

// parseTrueType reads a font with TrueType outlines and a Unicode cmap of format 4.
func parseTrueType(data []byte) (*trueType, error) {
	f := &trueType{tables: map[string][]byte{}}
	for i := range int(big.Uint16(data[4:])) {
		entry := data[12+16*i:]
		offset, length := big.Uint32(entry[8:]), big.Uint32(entry[12:])
		f.tables[string(entry[:4])] = data[offset : offset+length]
	}
	for _, name := range []string{"head", "hhea", "maxp", "hmtx", "cmap", "loca", "glyf", "OS/2", "post"} {
		if f.tables[name] == nil {
			return nil, fmt.Errorf("the font has no table %s", name)
		}
	}
	f.unitsPerEm = int(big.Uint16(f.tables["head"][18:]))
	f.longLoca = big.Uint16(f.tables["head"][50:]) == 1
	f.hMetrics = int(big.Uint16(f.tables["hhea"][34:]))
	return f, f.readCmap()
}

func (f *trueType) readCmap() error {
	cmap := f.tables["cmap"]
	for i := range int(big.Uint16(cmap[2:])) {
		entry := cmap[4+8*i:]
		sub := cmap[big.Uint32(entry[4:]):]
		if big.Uint16(entry) == 3 && big.Uint16(entry[2:]) == 1 && big.Uint16(sub) == 4 {
			f.glyphs = map[rune]uint16{}
			f.readSegments(sub)
			return nil
		}
	}
	return fmt.Errorf("the font has no Unicode map of format 4")
}

func (f *trueType) readSegments(sub []byte) {
	double := int(big.Uint16(sub[6:])) // twice the number of segments
	ends, starts := sub[14:], sub[16+double:]
	deltas, offsets := sub[16+2*double:], sub[16+3*double:]
	for s := 0; s < double; s += 2 {
		start, end := int(big.Uint16(starts[s:])), int(big.Uint16(ends[s:]))
		delta, offset := big.Uint16(deltas[s:]), int(big.Uint16(offsets[s:]))
		for c := start; c <= end && c != 0xFFFF; c++ {
			glyph := uint16(c) + delta
			if offset != 0 {
				if glyph = big.Uint16(offsets[s+offset+2*(c-start):]); glyph != 0 {
					glyph += delta
				}
			}
			if glyph != 0 {
				f.glyphs[rune(c)] = glyph
			}
		}
	}
}

// advance is the width of a glyph in thousandths of the type size.
func (f *trueType) advance(glyph uint16) int {
	at := min(int(glyph), f.hMetrics-1)
	return (int(big.Uint16(f.tables["hmtx"][4*at:]))*1000 + f.unitsPerEm/2) / f.unitsPerEm
}

func (f *trueType) outline(glyph uint16) []byte {
	loca, glyf := f.tables["loca"], f.tables["glyf"]
	if f.longLoca {
		return glyf[big.Uint32(loca[4*int(glyph):]):big.Uint32(loca[4*int(glyph)+4:])]
	}
	return glyf[2*int(big.Uint16(loca[2*int(glyph):])) : 2*int(big.Uint16(loca[2*int(glyph)+2:]))]
}

// withParts adds the glyphs that composite glyphs (é = e + ´) are made of.
func (f *trueType) withParts(keep map[uint16]bool) {
	var add func(glyph uint16)
	add = func(glyph uint16) {
		o := f.outline(glyph)
		if len(o) == 0 || int16(big.Uint16(o)) >= 0 {
			return
		}
		for at, more := 10, true; more; {
			flags, part := big.Uint16(o[at:]), big.Uint16(o[at+2:])
			if !keep[part] {
				keep[part] = true
				add(part)
			}
			at += 6
			for _, step := range []struct{ flag, size int }{{0x1, 2}, {0x8, 2}, {0x40, 4}, {0x80, 8}} {
				if int(flags)&step.flag != 0 {
					at += step.size
				}
			}
			more = flags&0x20 != 0
		}
	}
	for glyph := range keep {
		add(glyph)
	}
}

// cut writes a font with only these characters. Glyph numbers stay; outlines that nobody needs become empty.
func (f *trueType) cut(runes []rune) []byte {
	keep := map[uint16]bool{0: true}
	for _, r := range runes {
		keep[f.glyphs[r]] = true
	}
	f.withParts(keep)
	count := 0
	for glyph := range keep {
		count = max(count, int(glyph)+1)
	}
	var loca, glyf, hmtx []byte
	for glyph := range uint16(count) {
		loca = big.AppendUint32(loca, uint32(len(glyf)))
		at := min(int(glyph), f.hMetrics-1)
		hmtx = append(hmtx, f.tables["hmtx"][4*at:4*at+4]...)
		if keep[glyph] {
			glyf = append(glyf, f.outline(glyph)...)
			glyf = append(glyf, make([]byte, -len(glyf)&3)...)
		}
	}
	loca = big.AppendUint32(loca, uint32(len(glyf)))
	head, hhea, maxp := slices.Clone(f.tables["head"]), slices.Clone(f.tables["hhea"]), slices.Clone(f.tables["maxp"])
	post := slices.Clone(f.tables["post"][:32])
	big.PutUint32(post, 0x00030000) // no glyph names
	big.PutUint32(head[8:], 0)
	big.PutUint16(head[50:], 1)
	big.PutUint16(hhea[34:], uint16(count))
	big.PutUint16(maxp[4:], uint16(count))
	out := map[string][]byte{"head": head, "hhea": hhea, "maxp": maxp, "hmtx": hmtx, "loca": loca, "glyf": glyf, "post": post, "cmap": f.cmapOf(runes)}
	for _, name := range []string{"OS/2", "name", "cvt ", "fpgm", "prep"} {
		if table := f.tables[name]; table != nil {
			out[name] = table
		}
	}
	return assemble(out)
}

// cmapOf writes a format 4 map with one segment for each run of characters whose glyphs also follow each other.
func (f *trueType) cmapOf(runes []rune) []byte {
	type segment struct{ start, end, delta uint16 }
	var segments []segment
	for _, r := range runes {
		delta := f.glyphs[r] - uint16(r)
		if n := len(segments) - 1; n >= 0 && segments[n].end+1 == uint16(r) && segments[n].delta == delta {
			segments[n].end++
			continue
		}
		segments = append(segments, segment{uint16(r), uint16(r), delta})
	}
	segments = append(segments, segment{0xFFFF, 0xFFFF, 1})
	n, log := len(segments), 0
	for 2<<log <= n {
		log++
	}
	b := []byte{0, 0, 0, 1, 0, 3, 0, 1, 0, 0, 0, 12}
	for _, v := range []int{4, 16 + 8*n, 0, 2 * n, 2 << log, log, 2*n - 2<<log} {
		b = big.AppendUint16(b, uint16(v))
	}
	for _, s := range segments {
		b = big.AppendUint16(b, s.end)
	}
	b = append(b, 0, 0)
	for _, s := range segments {
		b = big.AppendUint16(b, s.start)
	}
	for _, s := range segments {
		b = big.AppendUint16(b, s.delta)
	}
	return append(b, make([]byte, 2*n)...)
}

// assemble writes the table directory with its checksums.
func assemble(tables map[string][]byte) []byte {
	var names []string
	for name := range tables {
		names = append(names, name)
	}
	sort.Strings(names)
	n, log := len(names), 0
	for 2<<log <= n {
		log++
	}
	dir := []byte{0, 1, 0, 0}
	for _, v := range []int{n, 16 << log, log, 16*n - 16<<log} {
		dir = big.AppendUint16(dir, uint16(v))
	}
	var body bytes.Buffer
	start, headAt := 12+16*n, 0
	for _, name := range names {
		table := tables[name]
		if name == "head" {
			headAt = start + body.Len()
		}
		dir = append(dir, name...)
		dir = big.AppendUint32(dir, checksum(table))
		dir = big.AppendUint32(dir, uint32(start+body.Len()))
		dir = big.AppendUint32(dir, uint32(len(table)))
		body.Write(table)
		body.Write(make([]byte, -len(table)&3))
	}
	font := append(dir, body.Bytes()...)
	big.PutUint32(font[headAt+8:], 0xB1B0AFBA-checksum(font))
	return font
}

func checksum(b []byte) (sum uint32) {
	for ; len(b) >= 4; b = b[4:] {
		sum += big.Uint32(b)
	}
	var last [4]byte
	copy(last[:], b)
	return sum + big.Uint32(last[:])
}
