package web_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"recobro/internal/testfirm"
)

// tryFrom signs in over the API from an address.
func (o *outside) tryFrom(address, email, password, code string) int {
	o.t.Helper()
	r := httptest.NewRequest("POST", "/api/v1/sessions", strings.NewReader(fmt.Sprintf(`{"email":%q,"password":%q,"code":%q}`, email, password, code)))
	r.Header.Set("Content-Type", "application/json")
	r.RemoteAddr = address
	r.Host = "recobro.example"
	o.server.Hosts = []string{"recobro.example"}
	w := httptest.NewRecorder()
	o.server.Handler().ServeHTTP(w, r)
	return w.Code
}

func TestGuessingTheCodeOfAKnownPasswordIsLimitedWhereverItComesFrom(t *testing.T) {
	o := open(t)
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	o.server.Wall = func() time.Time { return at }
	email := testfirm.Email(o.Lawyer.ID)
	good, err := totp.GenerateCode(testfirm.TOTPSecret, at)
	if err != nil {
		t.Fatal(err)
	}
	wrong := map[bool]string{true: "000000", false: "111111"}[good != "000000"]
	for i := range 10 {
		if got := o.tryFrom(fmt.Sprintf("10.0.%d.1:9", i), email, testfirm.Password, wrong); got != 401 {
			t.Fatalf("try %d: %d", i, got)
		}
	}
	if got := o.tryFrom("10.1.0.1:9", email, testfirm.Password, good); got != 401 {
		t.Errorf("the eleventh guess is heard: %d", got)
	}
	// Whoever has no password uses nothing up.
	for i := range 20 {
		o.tryFrom(fmt.Sprintf("10.2.%d.1:9", i), testfirm.Email(o.Lawyer2.ID), "wrong", wrong)
	}
	if got := o.tryFrom("10.3.0.1:9", testfirm.Email(o.Lawyer2.ID), testfirm.Password, good); got != 201 {
		t.Errorf("strangers lock an account: %d", got)
	}
}

func TestTheAddressesOfOneSubscriberAreOneCaller(t *testing.T) {
	o := open(t)
	refused := 0
	for i := range 40 {
		if o.tryFrom(fmt.Sprintf("[2001:db8:1:2::%x]:9", i+1), fmt.Sprintf("nadie%d@people.example", i), "x", "000000") == 429 {
			refused++
		}
	}
	if refused == 0 {
		t.Error("forty addresses of one /64 are forty callers")
	}
	if got := o.tryFrom("[2001:db8:1:3::1]:9", "nadie@people.example", "x", "000000"); got != 401 {
		t.Errorf("the neighbour is refused: %d", got)
	}
}
