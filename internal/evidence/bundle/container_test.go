package bundle_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"testing"

	"recobro/internal/evidence/bundle"
)

// packed is one file of a container that another program wrote.
type packed struct {
	name string
	data []byte
	crc  uint32
}

// pack writes a container whose headers and directory agree, whatever is in it.
func pack(files []packed) []byte {
	var out, directory []byte
	u16, u32 := binary.LittleEndian.AppendUint16, binary.LittleEndian.AppendUint32
	for _, f := range files {
		common := u16(u16(u16(u16(u16(nil, 10), 0), 0), 0), 0x21)
		common = u32(u32(u32(common, f.crc), uint32(len(f.data))), uint32(len(f.data)))
		common = u16(u16(common, uint16(len(f.name))), 0)
		directory = append(u16(u32(directory, 0x02014b50), 10), common...)
		directory = append(u32(append(directory, make([]byte, 10)...), uint32(len(out))), f.name...)
		out = append(append(append(u32(out, 0x04034b50), common...), f.name...), f.data...)
	}
	end := u16(u16(u16(u16(u32(nil, 0x06054b50), 0), 0), uint16(len(files))), uint16(len(files)))
	end = u16(u32(u32(end, uint32(len(directory))), uint32(len(out))), 0)
	return slices.Concat(out, directory, end)
}

// Every part of the container agrees with every other here, but for the one thing that is named.
func TestAContainerThatAgreesWithItselfIsStillHeldToTheFormat(t *testing.T) {
	m := makeBundle(t, bundle.Full)
	contents := unpack(t, m.zip(t))
	list := func() (files []packed) {
		for _, name := range sorted(contents) {
			files = append(files, packed{name, contents[name], crc32.ChecksumIEEE(contents[name])})
		}
		return files
	}
	sealed := func(files []packed) []packed {
		var sums bytes.Buffer
		for _, f := range files {
			fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(f.data), f.name)
		}
		return append(files, packed{"SHA256SUMS", sums.Bytes(), crc32.ChecksumIEEE(sums.Bytes())})
	}
	if data := pack(sealed(list())); !bytes.Equal(data, m.zip(t)) {
		t.Fatal("the same files give another container")
	}
	for name, files := range map[string][]packed{
		"checksum":          func() []packed { f := list(); f[3].crc ^= 1; return sealed(f) }(),
		"checksum of sums":  func() []packed { f := sealed(list()); f[len(f)-1].crc ^= 1; return f }(),
		"order":             func() []packed { f := list(); f[0], f[1] = f[1], f[0]; return sealed(f) }(),
		"a name twice":      func() []packed { f := list(); return sealed(slices.Insert(f, 1, f[0])) }(),
		"name in capitals":  func() []packed { f := list(); return sealed(slices.Insert(f, 0, packed{name: "ACTA.pdf"})) }(),
		"name with a drive": func() []packed { f := list(); return sealed(append(f, packed{name: "z:x"})) }(),
		"way out":           func() []packed { f := list(); return sealed(append(f, packed{name: "z/../../x"})) }(),
		"name of 201 bytes": func() []packed { f := list(); return sealed(append(f, packed{name: strings.Repeat("z", 201)})) }(),
		"a sum": func() []packed {
			f := sealed(list())
			f[len(f)-1].data[0] ^= 1
			f[len(f)-1].crc = crc32.ChecksumIEEE(f[len(f)-1].data)
			return f
		}(),
		"no sums": func() []packed { f := list(); return append(f, packed{name: "SHA256SUMS"}) }(),
	} {
		if got := verdict(pack(files), m.trust, bundle.Demand{}); got != "invalid container" {
			t.Errorf("%s: %s", name, got)
		}
	}
}
