package web_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"recobro/internal/cases"
	"recobro/internal/contact"
	"recobro/internal/court"
	"recobro/internal/demands"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/gazette"
	"recobro/internal/intake"
	"recobro/internal/ledger"
	"recobro/internal/letters"
	"recobro/internal/payments"
	"recobro/internal/settlements"
	"recobro/internal/statements"
	"recobro/internal/testfirm"
	"recobro/internal/web"
	lettertexts "recobro/letters"
)

// house is the test firm as a browser sees it.
type house struct {
	*testfirm.Firm
	url  string
	deps web.Deps
}

func openHouse(t *testing.T) *house {
	t.Helper()
	return openHouseFor(t, testfirm.New(t))
}

func openHouseFor(t *testing.T, f *testfirm.Firm) *house {
	t.Helper()
	folder, err := documents.OpenStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { folder.Close() })
	shelf, err := letters.Load(lettertexts.FS)
	if err != nil {
		t.Fatal(err)
	}
	book := &ledger.Book{Law: f.Law}
	deals := &settlements.Desk{Log: f.Log, Law: f.Law, Book: book, Shelf: shelf, Store: folder}
	papers := &documents.Desk{Log: f.Log, Law: f.Law, Store: folder}
	h := &house{Firm: f, deps: web.Deps{Log: f.Log, Law: f.Law, Cases: &cases.Desk{Log: f.Log, Law: f.Law}, Documents: papers, Settlements: deals,
		Payments: &payments.Desk{Log: f.Log, Law: f.Law, Book: book, Settlements: deals}, Contact: &contact.Desk{Log: f.Log, Law: f.Law, Shelf: shelf, Book: book},
		Demands:    &demands.Desk{Log: f.Log, Law: f.Law, Shelf: shelf, Book: book, Documents: papers},
		Statements: &statements.Desk{Law: f.Law, Shelf: shelf, Book: book, Now: f.Clock.Now},
		Court:      &court.Desk{Log: f.Log, Law: f.Law, Shelf: shelf, Book: book, Documents: papers}, Intake: &intake.Desk{Log: f.Log, Law: f.Law, Book: book, Documents: papers},
		Strategy: planned(t, f.Log, f.Law), Gazette: &gazette.Desk{Log: f.Log, Law: f.Law, Identity: func(context.Context) (evidence.Actor, error) { return f.Job, nil }},
		People: people(f), Rates: unhurried,
		Now: f.Clock.Now, Logger: slog.New(slog.NewTextHandler(testLog{t}, nil))}}
	server, err := web.New(h.deps)
	if err != nil {
		t.Fatal(err)
	}
	at := httptest.NewServer(server.Handler())
	t.Cleanup(at.Close)
	h.url = at.URL
	return h
}

// testLog shows the faults of the server when a test fails.
type testLog struct{ t *testing.T }

func (l testLog) Write(b []byte) (int, error) {
	if strings.Contains(string(b), "level=ERROR") {
		l.t.Logf("%s", b)
	}
	return len(b), nil
}

// visitor is somebody's browser without script: cookies, no following of redirects.
type visitor struct {
	t    *testing.T
	http *http.Client
	url  string
}

func (h *house) as(t *testing.T, who evidence.Actor) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	at, _ := url.Parse(h.url)
	if who.Token != "" {
		jar.SetCookies(at, []*http.Cookie{{Name: "recobro", Value: string(who.Token), Path: "/"}})
	}
	return &visitor{t, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, h.url}
}

type sheet struct {
	status int
	header http.Header
	text   string
}

func (v *visitor) get(path string) sheet {
	v.t.Helper()
	res, err := v.http.Get(v.url + path)
	return v.sheet(res, err)
}

// post sends a form; the fields come in pairs.
func (v *visitor) post(path string, fields ...string) sheet {
	v.t.Helper()
	return v.postFrom("", path, fields...)
}

// postFrom sends a form as a page of another origin would.
func (v *visitor) postFrom(origin, path string, fields ...string) sheet {
	v.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	r, err := http.NewRequest("POST", v.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if origin != "" {
		r.Header.Set("Origin", origin)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
	}
	res, err := v.http.Do(r)
	return v.sheet(res, err)
}

func (v *visitor) sheet(res *http.Response, err error) sheet {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return sheet{res.StatusCode, res.Header, string(b)}
}

// says fails unless the page has the status and holds every text.
func (s sheet) says(t *testing.T, status int, texts ...string) sheet {
	t.Helper()
	if s.status != status {
		t.Fatalf("status %d, want %d:\n%s", s.status, status, excerpt(s.text))
	}
	for _, want := range texts {
		if !strings.Contains(s.text, want) {
			t.Errorf("the page does not say %q:\n%s", want, excerpt(s.text))
		}
	}
	return s
}

// hides fails if the page holds one of the texts.
func (s sheet) hides(t *testing.T, texts ...string) sheet {
	t.Helper()
	for _, bad := range texts {
		if strings.Contains(s.text, bad) {
			t.Errorf("the page says %q", bad)
		}
	}
	return s
}

var (
	tags   = regexp.MustCompile(`<[^>]*>`)
	blanks = regexp.MustCompile(`\s+`)
)

func excerpt(page string) string {
	if _, body, ok := strings.Cut(page, "<main"); ok {
		page = body
	}
	text := blanks.ReplaceAllString(tags.ReplaceAllString(page, " "), " ")
	return text[:min(len(text), 1500)]
}

// keyIn reads the operation key that a form of the page carries.
func (s sheet) keyIn(t *testing.T, action string) string {
	t.Helper()
	found := regexp.MustCompile(`action="` + regexp.QuoteMeta(action) + `"[^>]*>(?s:.*?)name="operation" value="([0-9a-f-]{36})"`).FindStringSubmatch(s.text)
	if found == nil {
		t.Fatalf("the page has no form to %s", action)
	}
	return found[1]
}
