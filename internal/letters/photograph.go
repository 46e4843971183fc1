package letters

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
)

// turns reads from the EXIF data of a JPEG how many quarter turns to the right show it upright: telephones store every
// photograph as the sensor lay and only note how it was held. Mirrored forms, which no camera writes, count as upright.
func turns(data []byte) int {
	for at := 2; at+4 <= len(data) && data[at] == 0xFF && data[at+1] != 0xDA; {
		length := int(big.Uint16(data[at+2:]))
		end := min(at+2+length, len(data))
		if data[at+1] == 0xE1 && end-at > 18 && string(data[at+4:at+10]) == "Exif\x00\x00" {
			return map[int]int{3: 2, 6: 1, 8: 3}[orientation(data[at+10:end])]
		}
		at += 2 + max(length, 2)
	}
	return 0
}

// orientation finds tag 0x0112 in the first directory of a TIFF header; 0 when there is none.
func orientation(tiff []byte) int {
	u16 := func(at int) int { return int(big.Uint16(tiff[at:])) }
	u32 := func(at int) int { return int(big.Uint32(tiff[at:])) }
	if tiff[0] == 'I' {
		u16 = func(at int) int { return int(tiff[at]) | int(tiff[at+1])<<8 }
		u32 = func(at int) int { return u16(at) | u16(at+2)<<16 }
	}
	directory := u32(4)
	if directory < 8 || directory+2 > len(tiff) {
		return 0
	}
	for i := range u16(directory) {
		entry := directory + 2 + 12*i
		if entry+12 > len(tiff) {
			return 0
		}
		if u16(entry) == 0x0112 {
			return u16(entry + 8)
		}
	}
	return 0
}

// upright turns a photograph that was held sideways; one that needs no turn keeps its very bytes.
func upright(data []byte) ([]byte, error) {
	n := turns(data)
	if n == 0 {
		return data, nil
	}
	picture, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("reading a JPEG: %w", err)
	}
	b := picture.Bounds()
	width, height := b.Dx(), b.Dy()
	turned := image.NewRGBA(image.Rect(0, 0, height, width))
	if n == 2 {
		turned = image.NewRGBA(image.Rect(0, 0, width, height))
	}
	for y := range height {
		for x := range width {
			c := picture.At(b.Min.X+x, b.Min.Y+y)
			switch n {
			case 1:
				turned.Set(height-1-y, x, c)
			case 2:
				turned.Set(width-1-x, height-1-y, c)
			case 3:
				turned.Set(y, width-1-x, c)
			}
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, turned, &jpeg.Options{Quality: 92}); err != nil {
		return nil, fmt.Errorf("writing a JPEG: %w", err)
	}
	return out.Bytes(), nil
}
