package testfirm

import (
	"testing"

	"recobro/internal/cases"
)

func TestTheFirmOpensACaseInBothCountries(t *testing.T) {
	f := New(t)
	for _, o := range []Opts{{}, {Client: &f.ClientB}, {Invoices: []Invoice{{}, {}}}, {Person: true}, {As: &f.KeyA}} {
		c := f.OpenCase(o)
		if c.Stage != cases.Amicable || c.LawyerID == nil || c.ParalegalID == nil {
			t.Errorf("opened %+v", c)
		}
	}
	if f.Lawyer.Role != "lawyer" || !f.Lawyer.Staff || len(f.Lawyer.Teams) != 1 || !f.KeyA.For(f.ClientA.ID) || f.ClientAdminA.Staff {
		t.Errorf("lawyer %+v, key %+v, client admin %+v", f.Lawyer, f.KeyA, f.ClientAdminA)
	}
}
