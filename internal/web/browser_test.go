package web_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"

	"recobro/internal/evidence"
	"recobro/internal/testfirm"
)

// browser opens Chromium on the house; whatever it writes to the console as an error fails the test, violations of the
// content security policy included.
func (h *house) browser(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes seconds")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	alone, end := chromedp.NewExecAllocator(t.Context(), opts...)
	t.Cleanup(end)
	ctx, end := chromedp.NewContext(alone)
	t.Cleanup(end)
	ctx, end = context.WithTimeout(ctx, 60*time.Second)
	t.Cleanup(end)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1400, 1000)); err != nil {
		t.Fatalf("starting the browser: %v", err)
	}
	go func() {
		for m := range chromedp.Console(ctx) {
			if m.Type == chromedp.ConsoleError || m.IsException() {
				t.Errorf("console: %s %s", m, m.URL)
			}
		}
	}()
	return ctx
}

func do(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		shot(t, ctx, "failed")
		t.Fatal(err)
	}
}

func read[T any](t *testing.T, ctx context.Context, action chromedp.Action[T]) T {
	t.Helper()
	value, err := chromedp.Run(ctx, action)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// shot keeps a picture where RECOBRO_PICTURES says, for people to look at.
func shot(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	folder := os.Getenv("RECOBRO_PICTURES")
	if folder == "" {
		return
	}
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o600)
	}
	if err != nil {
		t.Logf("picture %s: %v", name, err)
	}
}

// settled waits until a swapped part stands: a click while it is being exchanged meets an element that is gone.
var settled = chromedp.WaitNotPresent(`.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added`)

func TestALawyerSignsInOpensTheListAndACaseAndSwitchesTheLanguageWithoutAConsoleError(t *testing.T) {
	h := openHouse(t)
	c := h.OpenCase(testfirm.Opts{})
	ctx := h.browser(t)
	code, err := totp.GenerateCode(testfirm.TOTPSecret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	do(t, ctx, chromedp.Navigate(h.url+"/login"), chromedp.WaitVisible("#email"))
	shot(t, ctx, "login")
	do(t, ctx, chromedp.SendKeys("#email", testfirm.Email(h.Lawyer.ID)), chromedp.SendKeys("#password", testfirm.Password), chromedp.SendKeys("#code", code),
		chromedp.Submit("#email"), chromedp.WaitVisible(".rc-nav"))
	do(t, ctx, chromedp.Navigate(h.url+"/cases"), chromedp.WaitVisible("#cases"))
	shot(t, ctx, "cases")
	do(t, ctx, chromedp.Click(`#cases a[href="/cases/`+c.ID.String()+`"]`), chromedp.WaitVisible("#log"))
	shot(t, ctx, "case")
	if title := read(t, ctx, chromedp.Title()); !strings.Contains(title, c.Number) {
		t.Errorf("the case page is called %q", title)
	}
	do(t, ctx, chromedp.Click(`#sections a[href$="tab=papers"]`), chromedp.WaitVisible(`#sections a[href$="tab=papers"][aria-current]`), settled)
	if at := read(t, ctx, chromedp.Location()); !strings.HasSuffix(at, "?tab=papers") {
		t.Errorf("after opening a section the address is %s", at)
	}
	do(t, ctx, chromedp.Click(`#sections a[href$="tab=log"]`), chromedp.WaitVisible("#log"), settled)
	do(t, ctx, chromedp.Click(`.rc-top .rc-menu summary`), chromedp.Click(`form[action="/language"] button`), chromedp.WaitVisible(`html[lang="en"] #log`))
	shot(t, ctx, "case-en")
	if heading := read(t, ctx, chromedp.Text("#acts")); heading != "Record and act" {
		t.Errorf("after choosing English the page says %q", heading)
	}
}

func TestTheOtherPagesWearTheDesignWithoutAConsoleError(t *testing.T) {
	h := openHouse(t)
	f := h.furnish(t)
	ctx := h.browser(t)
	visit := func(who evidence.Actor, name, path string) {
		t.Helper()
		do(t, ctx, chromedp.Navigate(h.url+"/assets/mark.svg"), cookie(string(who.Token), h.url), chromedp.Navigate(h.url+path), chromedp.WaitVisible("#main h1"))
		shot(t, ctx, name)
	}
	visit(h.Lawyer2, "case-busy", "/cases/"+f.busy.ID.String())
	visit(h.Lawyer2, "demand", f.demand)
	visit(h.Lawyer2, "statement", "/cases/"+f.busy.ID.String()+"/statement")
	visit(h.Paralegal, "agreement", f.agreement)
	visit(h.Lawyer2, "queue", "/queue")
	visit(h.Lawyer2, "messages", "/messages")
	visit(h.ClientAdminA, "client-cases", "/cases")
	visit(h.ClientAdminA, "client-case", "/cases/"+f.busy.ID.String())
	visit(h.ClientAdminA, "client-approvals", "/approvals")
	visit(h.ClientAdminA, "client-portfolios", "/portfolios")
	do(t, ctx, chromedp.EmulateViewport(390, 844))
	visit(h.Lawyer2, "phone-cases", "/cases")
	visit(h.Lawyer2, "phone-case", "/cases/"+f.busy.ID.String())
	visit(h.ClientAdminA, "phone-approvals", "/approvals")
	for _, path := range []string{"/cases", "/cases/" + f.busy.ID.String(), f.demand, f.agreement, "/queue", "/messages"} {
		do(t, ctx, cookie(string(h.Lawyer2.Token), h.url), chromedp.Navigate(h.url+path), chromedp.WaitVisible("#main h1"))
		if wide := read(t, ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth`)); wide > 390 {
			t.Errorf("%s is %d pixels wide on a phone of 390, because of %s", path, wide, read(t, ctx, chromedp.Evaluate[string](widest)))
		}
	}
}

// widest names the elements that reach beyond the screen and do not stand in one that scrolls.
const widest = `[...document.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > 391 && !e.closest(".rc-scroll, .rc-tabs, .rc-line")).map(e => e.tagName + "." + e.className).slice(0, 6).join(" ")`

// cookie signs the browser in as somebody.
func cookie(token, at string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, network.SetCookie, network.SetCookieParams{Name: "recobro", Value: token, URL: at})
		return err
	})
}
