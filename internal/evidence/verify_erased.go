package evidence

// destroyedKind is the entry that covers the absence of every earlier opening of its chain.
const destroyedKind = "case.destroyed"

// heed keeps in mind an event whose opening is not there until its chain says why: a destruction covers everything before
// it, nothing else does. What no destruction covers was taken away.
func (v *verifier) heed(r eventRow, kind string) {
	if kind == destroyedKind {
		v.missing = v.missing[:0]
	}
	if r.Opening == nil {
		v.missing = append(v.missing, r)
	}
}

// settle ends a chain.
func (v *verifier) settle() {
	for _, r := range v.missing {
		v.report.Findings = append(v.report.Findings, Finding{Subject{Kind: r.SubjectKind, ID: r.Subject}, r.Seq, "the opening is missing and no destruction covers it"})
	}
	v.missing = v.missing[:0]
}
