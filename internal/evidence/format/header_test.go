package format

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// written is the header in its one spelling.
func written(h Header) string {
	var b strings.Builder
	for _, name := range lines {
		b.WriteString(name + ": " + h[name] + "\n")
	}
	return b.String()
}

// EV-15: what is read is what was written, byte for byte, and nothing that is spelled otherwise is read.
func TestHeadersAreReadAsTheyWereWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := Header{}
		for _, name := range lines {
			h[name] = rapid.StringMatching(`[ -~]{0,40}|[^\n]{0,12}`).Draw(t, name)
		}
		h["v"] = "1"
		text := written(h)
		read, err := ParseHeader([]byte(text))
		if err != nil || written(read) != text {
			t.Fatalf("%q was read as %q, %v", text, read, err)
		}
		all := strings.SplitAfter(text, "\n")
		i := rapid.IntRange(0, len(lines)-1).Draw(t, "line")
		without := strings.Join(append(append([]string{}, all[:i]...), all[i+1:]...), "")
		twice := strings.Join(append(append(append([]string{}, all[:i+1]...), all[i]), all[i+1:]...), "")
		for _, other := range []string{without, twice, text + "\n", strings.TrimSuffix(text, "\n"), " " + text, strings.ToUpper(text), strings.Replace(text, ": ", ":", 1), "v: 2" + text[4:]} {
			if other == text {
				continue
			}
			if got, err := ParseHeader([]byte(other)); err == nil {
				t.Fatalf("%q was read as %q", other, got)
			}
		}
	})
}
