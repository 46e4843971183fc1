package web_test

import (
	"encoding/json"
	"html"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"

	"recobro/internal/access"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/testfirm"
	"recobro/internal/web"
)

// linkFor writes the token of the newest link of an address, as the mail does.
func linkFor(t *testing.T, f *testfirm.Firm, email string) string {
	t.Helper()
	var id uuid.UUID
	if err := f.DB.Super.Get(&id, `select l.id from app.sign_in_links l join app.users u on u.id = l.user_id where u.email = $1 order by l.created_at desc limit 1`, email); err != nil {
		t.Fatal(err)
	}
	var token string
	err := f.DB.App.Write(t.Context(), f.Job.Token, func(tx *postgres.Tx) (err error) {
		token, err = access.WriteLink(tx, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

var secretField = regexp.MustCompile(`name="secret" value="([A-Z2-7]{32})"`)

func TestASVS_6_4_1_AnInvitedPersonChoosesPasswordAndFactorAndNothingOpensBefore(t *testing.T) {
	w := newPatrol(t)
	const email, password = "nueva@people.example", "cuatro caballos en la niebla"
	got := w.as(t, w.Admin).post("/people", "email", email, "name", "Nuria Nueva", "role", "paralegal", "teams", "1")
	if got.status != 303 {
		t.Fatalf("inviting: %d %s", got.status, got.text)
	}
	link := "/in/" + linkFor(t, w.Firm, email)
	v := w.as(t, evidence.Actor{})
	if weak := v.post(link, "password", "contraseña123"); weak.status != 422 {
		t.Errorf("a common password: %d", weak.status)
	}
	if got = v.post(link, "password", password); got.status != 303 || got.header.Get("Location") != "/factor" {
		t.Fatalf("choosing a password: %d %s", got.status, got.text)
	}
	pending, _, _ := strings.Cut(strings.TrimPrefix(got.header.Get("Set-Cookie"), "recobro_pending="), ";")
	for _, r := range w.server.Routes() { // ASVS 6.3.3: a session that waits for its factor passes no route
		if r.Permission == web.Public {
			continue
		}
		status, to, _ := w.ask(r, evidence.Actor{Token: postgresIdentity(pending)})
		if status != 401 && !strings.HasPrefix(to, "/login") {
			t.Errorf("%s %s opened to a waiting session: %d", r.Method, r.Path, status)
		}
	}
	secret := secretField.FindStringSubmatch(html.UnescapeString(v.get("/factor").text))[1]
	code, err := totp.GenerateCode(secret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	done := v.post("/factor", "secret", secret, "code", code)
	codes := regexp.MustCompile(`[a-z2-7]{4}(-[a-z2-7]{4}){3}`).FindAllString(done.text, -1)
	if done.status != 200 || len(codes) != 10 {
		t.Fatalf("enrolling: %d, %d codes", done.status, len(codes))
	}
	if again := v.get(link); again.status != 404 {
		t.Errorf("the link is good a second time: %d", again.status)
	}
	for i, want := range []int{303, 401} { // ASVS 6.5.2: a recovery code is good once
		if got := w.as(t, evidence.Actor{}).post("/login", "email", email, "password", password, "code", codes[0]); got.status != want {
			t.Errorf("recovery code, time %d: %d", i+1, got.status)
		}
	}
	var plain int
	if err := w.DB.Super.Get(&plain, `select count(*) from app.recovery_codes where encode(code_hash, 'escape') = any ($1)`, "{"+strings.Join(codes, ",")+"}"); err != nil || plain > 0 {
		t.Errorf("codes are stored readable: %d, %v", plain, err)
	}
}

func TestASVS_6_4_3_TheLinkOfAForgottenPasswordIsGoodOnceAndDoesNotSkipTheFactor(t *testing.T) {
	h := openHouse(t)
	email := testfirm.Email(h.Lawyer.ID)
	desk := people(h.Firm)
	if err := desk.AskReset(t.Context(), email); err != nil {
		t.Fatal(err)
	}
	if err := desk.AskReset(t.Context(), "nadie@people.example"); err != nil {
		t.Errorf("an address without an account is told apart: %v", err)
	}
	link := "/in/" + linkFor(t, h.Firm, email)
	v := h.as(t, evidence.Actor{})
	if got := v.post(link, "password", "un río tranquilo y ancho"); got.status != 303 {
		t.Fatalf("%d %s", got.status, got.text)
	}
	secret := access.NewTOTPSecret()
	foreign, err := totp.GenerateCode(secret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if got := v.post("/factor", "secret", secret, "code", foreign); got.status != 401 {
		t.Errorf("a factor was enrolled in place of the one that is there: %d", got.status)
	}
	if h.as(t, h.Lawyer).get("/cases").status != 200 {
		t.Error("a reset that nobody finished ended a session")
	}
	if got := v.post("/factor", "code", codeNow(t)); got.status != 303 || v.get("/cases").status != 200 {
		t.Fatalf("the person's own factor: %d %s", got.status, got.text)
	}
	if h.as(t, h.Lawyer).get("/cases").status == 200 {
		t.Error("a session under the old password lives on")
	}
	if v.get(link).status != 404 {
		t.Error("the link is good a second time")
	}
}

func TestASVS_7_4_2_WhoIsDisabledOrGivenAnotherRoleFeelsItAtTheNextRequest(t *testing.T) {
	o := open(t)
	at := "/api/v1/users/" + o.Paralegal.ID.String()
	o.good(o.Paralegal, 200, "GET", "/api/v1/cases", "")
	o.good(o.Admin, 200, "POST", at+"/change", `{"role":"finance"}`)
	var me struct{ Role string }
	o.good(o.Paralegal, 200, "GET", "/api/v1/me", "").into(t, &me)
	if me.Role != "finance" {
		t.Errorf("an open session is still %s", me.Role)
	}
	o.good(o.Admin, 200, "POST", at+"/disable", "")
	o.good(o.Paralegal, 401, "GET", "/api/v1/me", "")
	o.good(o.Admin, 200, "POST", at+"/enable", "")
	o.good(o.Paralegal, 401, "GET", "/api/v1/me", "") // its sessions are over for good
	own := "/api/v1/users/" + o.Admin.ID.String()
	if a := o.call(o.Admin, "POST", own+"/change", `{"role":"lawyer"}`); a.status != 403 {
		t.Errorf("an administrator manages themselves: %d", a.status)
	}
}

func TestACompanysAdministratorKeepsOnlyTheCompanysOwnPeople(t *testing.T) {
	o := open(t)
	invite := func(who evidence.Actor, role string, client uuid.UUID) int {
		body, _ := json.Marshal(map[string]any{"email": uuid.NewString() + "@cliente.example", "name": "Persona", "role": role, "client_ids": []uuid.UUID{client}})
		return o.call(who, "POST", "/api/v1/invitations", string(body)).status
	}
	if got := invite(o.ClientAdminA, "client_viewer", o.ClientA.ID); got != 201 {
		t.Errorf("inviting a colleague: %d", got)
	}
	for name, got := range map[string]int{"another company": invite(o.ClientAdminA, "client_viewer", o.ClientB.ID), "an external": invite(o.ClientAdminA, "external", o.ClientA.ID), "by a lawyer": invite(o.Lawyer, "client_viewer", o.ClientA.ID)} {
		if got < 403 || got == 500 {
			t.Errorf("%s: %d", name, got)
		}
	}
	viewer := o.AddPerson("Lector", access.ClientViewer, &o.ClientA.ID)
	if all := string(o.good(o.ClientAdminA, 200, "GET", "/api/v1/users", "").body); !strings.Contains(all, viewer.ID.String()) || strings.Contains(all, o.Lawyer.ID.String()) || strings.Contains(all, o.ClientAdminB.ID.String()) {
		t.Errorf("the list of a company's people: %s", all)
	}
	o.good(o.ClientAdminB, 404, "POST", "/api/v1/users/"+viewer.ID.String()+"/disable", "")
	o.good(o.ClientAdminA, 404, "POST", "/api/v1/users/"+o.Lawyer.ID.String()+"/disable", "")
	o.good(o.ClientAdminA, 200, "POST", "/api/v1/users/"+viewer.ID.String()+"/disable", "")
	o.good(viewer, 401, "GET", "/api/v1/me", "")
}

func TestASVS_6_2_3_ChangingThePasswordNeedsTheCurrentOneAndEndsTheOtherSessions(t *testing.T) {
	h := openHouse(t)
	other := h.SignIn(h.Lawyer.ID)
	v := h.as(t, h.Lawyer)
	if got := v.post("/account/password", "current", "otra cosa distinta", "password", "un río tranquilo y ancho"); got.status != 422 {
		t.Errorf("without the current password: %d", got.status)
	}
	if got := v.post("/account/password", "current", testfirm.Password, "password", "un río tranquilo y ancho"); got.status != 303 {
		t.Fatalf("%d %s", got.status, got.text)
	}
	if h.as(t, other).get("/cases").status == 200 || v.get("/account").status != 200 {
		t.Error("the wrong sessions ended")
	}
	if got := v.post("/account/authenticator/remove"); got.status != 409 {
		t.Errorf("the last factor was removed: %d", got.status)
	}
}
