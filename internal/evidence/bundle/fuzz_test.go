package bundle_test

import (
	"bytes"
	"maps"
	"os"
	"testing"

	"recobro/internal/evidence/bundle"
	"recobro/internal/evidence/format"
)

// released is a bundle with its trust, for seeds.
func released(f *testing.F) ([]byte, format.Trust) {
	f.Helper()
	data, err := os.ReadFile("testdata/released/v1/court.zip")
	if err != nil {
		f.Fatal(err)
	}
	keys, err := os.ReadFile("testdata/released/v1/keys.txt")
	if err != nil {
		f.Fatal(err)
	}
	trust, err := format.ParseTrust(keys)
	if err != nil {
		f.Fatal(err)
	}
	return data, trust
}

// EV-05. Whatever the bytes: no panic, and none holds but the one that was made.
func FuzzContainer(f *testing.F) {
	good, trust := released(f)
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Add([]byte("PK\x05\x06"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := verify(data, trust, bundle.Demand{}); err == nil && !bytes.Equal(data, good) {
			t.Error("another container holds")
		}
	})
}

// EV-05. The file of that number in the bundle is replaced and all packed again.
func FuzzContent(f *testing.F) {
	good, trust := released(f)
	files := unpack(f, good)
	names := sorted(files)
	for i, name := range names {
		if name[0] != 'v' { // verify/: for people, unchecked
			f.Add(i, files[name])
		}
	}
	f.Fuzz(func(t *testing.T, i int, data []byte) {
		if i < 0 || i >= len(names) || names[i][0] == 'v' || bytes.Equal(data, files[names[i]]) {
			return
		}
		if _, err := verify(repack(t, maps.Clone(files), names[i], data), trust, bundle.Demand{Witnesses: 1}); err == nil {
			t.Errorf("another %s holds", names[i])
		}
	})
}
