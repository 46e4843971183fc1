package web_test

import (
	"testing"

	"github.com/chromedp/chromedp"
)

func TestTheDocumentationPageShowsTheCallsWithoutAConsoleError(t *testing.T) {
	h := openHouse(t)
	ctx := h.browser(t)
	do(t, ctx, chromedp.Navigate(h.url+"/api/docs"), chromedp.WaitVisible("#operations-portfolios-submitPortfolio"))
	shot(t, ctx, "api-docs")
}
