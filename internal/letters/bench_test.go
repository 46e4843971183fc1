package letters

import "testing"

// One page beside the same page by bare fpdf is measured in internal/benchmarks (recobro bench letter_pdf); this is the whole
// demand with its law and signature.
func BenchmarkFullFormalDemandOfSpain(b *testing.B) {
	tpl := template(b, "formal_demand", "es")
	s := sample(b, tpl)
	b.ReportAllocs()
	for b.Loop() {
		printed(b, tpl, s)
	}
}
