package web_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"image"
	"image/png"
	"strings"
	"testing"

	"recobro/internal/cases"
	"recobro/internal/evidence"
	"recobro/internal/testfirm"
)

// knowMoney says that all money received up to today is known.
func (o *outside) knowMoney(c *cases.Case) {
	o.t.Helper()
	_, err := evidence.Record(context.Background(), o.Log, o.Job, func(tx *evidence.Tx) (bool, []evidence.Entry, error) {
		err := cases.KnowMoneyUntil(tx, c.ClientID, o.Clock.Today())
		return true, []evidence.Entry{{Subject: evidence.ClientOf(c.ClientID), Kind: "money.known", Fields: evidence.Fields{"until": o.Clock.Today().String()}}}, err
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

// made is what the tests read of an answer.
type made struct {
	ID         string `json:"id"`
	State      string `json:"state"`
	TermOn     string `json:"term_on"`
	DocumentID string `json:"document_id"`
	Firm       *struct{}
}

func (o *outside) made(who evidence.Actor, status int, method, path, body string, headers ...string) (m made) {
	o.t.Helper()
	o.good(who, status, method, "/api/v1"+path, body, headers...).into(o.t, &m)
	return m
}

// paper is a file in a JSON body.
func paper(t *testing.T, name string, shade uint8) string {
	t.Helper()
	picture := image.NewGray(image.Rect(0, 0, 60, 80))
	picture.Pix[0] = shade
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(`"name":%q,"media_type":"image/png","content_base64":%q`, name, base64.StdEncoding.EncodeToString(b.Bytes()))
}

// delivered takes a case over HTTP from its invoice to a delivered demand.
func (o *outside) delivered(c *cases.Case) made {
	o.t.Helper()
	o.knowMoney(c)
	o.made(o.KeyA, 201, "POST", "/cases/"+c.ID.String()+"/documents", `{"kind":"invoice",`+paper(o.t, "F-1.png", 1)+`}`)
	d := o.made(o.Paralegal, 201, "POST", "/cases/"+c.ID.String()+"/demands", `{"values":{"term_days":"12"}}`)
	at := "/demands/" + d.ID
	o.made(o.Paralegal, 200, "POST", at+"/submit", `{}`)
	o.made(o.Lawyer, 200, "POST", at+"/approve", `{"note":"conforme"}`)
	o.made(o.Lawyer, 200, "POST", at+"/sign", "")
	o.made(o.Paralegal, 200, "POST", at+"/dispatch", `{"channel":"burofax","operator_reference":"NB1"}`)
	return o.made(o.Paralegal, 200, "POST", at+"/delivery", `{"result":"delivered","on":"2026-03-02","grade":4,"document":{`+paper(o.t, "acuse.png", 2)+`}}`)
}

func TestADemandIsDraftedSignedAndDeliveredOverTheAPI(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	d := o.delivered(c)
	if d.State != "delivered" || d.TermOn != "2026-04-01" || d.DocumentID == "" || d.Firm == nil {
		t.Errorf("%+v", d)
	}
	seen := o.good(o.KeyA, 200, "GET", "/api/v1/demands/"+d.ID, "")
	if strings.Contains(string(seen.body), o.Lawyer.ID.String()) || strings.Contains(string(seen.body), `"firm"`) {
		t.Errorf("the client reads the firm's own fields: %s", seen.body)
	}
	file := o.good(o.ClientAdminA, 200, "GET", "/api/v1/documents/"+d.DocumentID+"/content", "")
	if !bytes.HasPrefix(file.body, []byte("%PDF-")) || file.header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(file.header.Get("Content-Disposition"), "attachment;") {
		t.Errorf("%v %.20q", file.header, file.body)
	}
	shown := o.good(o.Lawyer, 200, "GET", "/api/v1/demands/"+d.ID+"/preview", "")
	if !bytes.Equal(shown.body, file.body) {
		t.Error("the preview of an issued letter is not the letter")
	}
	for _, path := range []string{"/demands/" + d.ID, "/demands/" + d.ID + "/preview", "/documents/" + d.DocumentID, "/documents/" + d.DocumentID + "/content"} {
		if a := o.call(o.KeyB, "GET", "/api/v1"+path, ""); a.status != 404 {
			t.Errorf("another client reads %s: %d", path, a.status)
		}
	}
}

func TestADraftIsEditedOnlyFromTheVersionThatWasRead(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	d := o.made(o.Paralegal, 201, "POST", "/cases/"+c.ID.String()+"/demands", `{}`)
	at, body := "/api/v1/demands/"+d.ID, `{"values":{"debt_origin":"los tejidos servidos"}}`
	for header, code := range map[string]string{"": "if_match_missing", `"7"`: "version_stale", "W/x": "version_stale"} {
		headers := []string{}
		if header != "" {
			headers = []string{"If-Match", header}
		}
		if a := o.call(o.Paralegal, "PATCH", at, body, headers...); a.refusal(t).Code != code {
			t.Errorf("%q: %s", header, a.body)
		}
	}
	a := o.good(o.Paralegal, 200, "PATCH", at, body, "If-Match", `"1"`)
	if a.header.Get("ETag") != `"2"` {
		t.Errorf("ETag %q", a.header.Get("ETag"))
	}
	var list struct {
		Data []struct{ ID, State string }
	}
	o.good(o.Lawyer, 200, "GET", at+"/checklist", "").into(t, &list)
	if len(list.Data) < 5 || list.Data[0].ID == "" || list.Data[0].State != "present" {
		t.Errorf("checklist %+v", list)
	}
	list.Data = nil
	o.good(o.KeyA, 200, "GET", "/api/v1/cases/"+c.ID.String()+"/demands", "").into(t, &list)
	if len(list.Data) != 0 {
		t.Errorf("the client sees a draft: %+v", list)
	}
	if a := o.call(o.Supervisor, "POST", at+"/approve", `{}`); a.status != 403 {
		t.Errorf("a supervisor approves: %d %s", a.status, a.body)
	}
}

func TestAPaperOfAWrongTypeIsRefused(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	at := "/api/v1/cases/" + c.ID.String() + "/documents"
	for body, code := range map[string]string{
		`{"kind":"invoice","name":"a.pdf","media_type":"application/pdf","content_base64":"R0lGODlh"}`:               "document_media_mismatch",
		`{"kind":"invoice","name":"a.html","media_type":"text/html","content_base64":"PGh0bWw+"}`:                    "document_media_refused",
		`{"kind":"delivery_proof","name":"a.txt","media_type":"text/plain","content_base64":"aG9sYQ=="}`:             "document_kind_refused",
		`{"kind":"invoice","class":"internal","name":"a.txt","media_type":"text/plain","content_base64":"aG9sYQ=="}`: "document_class_refused",
	} {
		if a := o.call(o.KeyA, "POST", at, body); a.status != 422 || a.refusal(t).Code != code {
			t.Errorf("%s: %d %s", body, a.status, a.body)
		}
	}
	note := o.made(o.Paralegal, 201, "POST", "/cases/"+c.ID.String()+"/documents", `{"kind":"other","class":"internal","name":"a.txt","media_type":"text/plain","content_base64":"aG9sYQ=="}`)
	var list struct{ Data []struct{ ID string } }
	o.good(o.KeyA, 200, "GET", at, "").into(t, &list)
	if a := o.call(o.ClientAdminA, "GET", "/api/v1/documents/"+note.ID+"/content", ""); a.status != 404 || len(list.Data) != 0 {
		t.Errorf("the client reaches an internal paper: %d, list %+v", a.status, list)
	}
	o.good(o.Lawyer, 200, "GET", at, "").into(t, &list)
	if len(list.Data) != 1 {
		t.Errorf("the lawyer sees %+v", list)
	}
}

func TestASuitIsAskedForFiledAndServedOverTheAPI(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	o.delivered(c)
	o.Clock.AddDays(40)
	o.knowMoney(c)
	base := "/cases/" + c.ID.String()
	o.good(o.Lawyer, 200, "POST", "/api/v1"+base+"/advance", `{"event":"demand_expired"}`)
	asked := o.made(o.Paralegal, 201, "POST", base+"/ask_to_sue", "")
	o.good(o.ClientAdminA, 200, "POST", "/api/v1/approvals/"+asked.ID+"/grant", `{}`)
	p := o.made(o.Paralegal, 201, "POST", base+"/proceedings", `{"procedure":"monitorio","region":"ES-CT","town":"Barcelona"}`)
	f := o.made(o.Paralegal, 201, "POST", "/proceedings/"+p.ID+"/filings", `{}`)
	at := "/filings/" + f.ID
	o.made(o.Paralegal, 200, "PATCH", at, `{"values":{"place":"Valdemiel"}}`, "If-Match", `"1"`)
	o.made(o.Paralegal, 200, "POST", at+"/submit", `{}`)
	o.made(o.Lawyer, 200, "POST", at+"/approve", `{}`)
	signed := o.made(o.Lawyer, 200, "POST", at+"/sign", "")
	filed := o.made(o.Lawyer, 200, "POST", at+"/file", `{"docket_number":"412/2026","receipt":{`+paper(t, "justificante.png", 3)+`}}`)
	if signed.State != "signed" || filed.State != "filed" || signed.DocumentID == "" {
		t.Errorf("%+v %+v", signed, filed)
	}
	o.Clock.AddDays(1)
	act := o.made(o.Paralegal, 201, "POST", "/proceedings/"+p.ID+"/acts", `{"kind":"served","happened_on":"2026-04-12"}`)
	o.made(o.Lawyer, 200, "POST", "/acts/"+act.ID+"/correct", `{"happened_on":"2026-04-11","reason":"acuse"}`)
	var list struct {
		Data []struct {
			Rule, Whose string
			DueOn       string `json:"due_on"`
			Skipped     []struct{ From, ES string }
			ReplacedBy  string `json:"replaced_by"`
			Explanation struct{ ES, EN string }
		}
	}
	o.good(o.KeyA, 200, "GET", "/api/v1/proceedings/"+p.ID+"/deadlines", "").into(t, &list)
	if len(list.Data) != 3 || len(list.Data[0].Skipped) == 0 || !strings.Contains(list.Data[1].Explanation.EN, "Catalonia, Barcelona") {
		t.Errorf("deadlines %+v", list)
	}
	o.good(o.Lawyer, 200, "GET", "/api/v1/deadlines?until=2026-12-31", "").into(t, &list)
	if len(list.Data) != 1 || list.Data[0].Rule != "payment_requirement" || list.Data[0].Whose != "theirs" {
		t.Errorf("upcoming %+v", list)
	}
	whole := o.good(o.KeyA, 200, "GET", "/api/v1/proceedings/"+p.ID, "")
	if !strings.Contains(string(whole.body), `"served"`) || strings.Contains(string(whole.body), o.Lawyer.ID.String()) {
		t.Errorf("%s", whole.body)
	}
	if a := o.call(o.KeyB, "GET", "/api/v1/proceedings/"+p.ID, ""); a.status != 404 {
		t.Errorf("another client reads the proceeding: %d", a.status)
	}
}

func TestWhatIsMissingToSueIsAskedOverTheAPIAndANegotiationMendsIt(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	var party string
	if err := o.DB.Super.Get(&party, `select id from app.parties where account_id = $1`, c.AccountID); err != nil {
		t.Fatal(err)
	}
	at := "/api/v1/cases/" + c.ID.String()
	closed := func() string {
		var list struct {
			Data []struct{ ID, Party, Code string }
		}
		o.good(o.Lawyer, 200, "GET", at+"/gates?procedure=monitorio", "").into(t, &list)
		var codes []string
		for _, g := range list.Data {
			if g.Code != "" {
				codes = append(codes, g.Code)
			}
		}
		return strings.Join(codes, " ")
	}
	if got := closed(); !strings.Contains(got, "demand_not_delivered") || !strings.Contains(got, "negotiation_missing") {
		t.Errorf("closed: %s", got)
	}
	today := o.Clock.Today().String()
	o.made(o.Paralegal, 201, "POST", "/cases/"+c.ID.String()+"/negotiations", `{"party_id":"`+party+`","means":"negotiation","channel":"burofax","requested_on":"`+today+`"}`)
	if got := closed(); !strings.Contains(got, "negotiation_not_received") {
		t.Errorf("closed: %s", got)
	}
	if a := o.call(o.Paralegal, "POST", at+"/negotiations", `{"party_id":"`+party+`","means":"negotiation","channel":"burofax","requested_on":"`+today+`","received_on":"`+today+`","grade":4}`); a.status != 422 ||
		a.refusal(t).Code != "negotiation_receipt" {
		t.Errorf("a receipt without its proof: %d %s", a.status, a.body)
	}
	o.made(o.Paralegal, 201, "POST", "/cases/"+c.ID.String()+"/negotiations", `{"party_id":"`+party+`","means":"negotiation","channel":"burofax","requested_on":"`+today+`","received_on":"`+today+
		`","grade":4,"document":{`+paper(t, "acuse.png", 5)+`}}`)
	if got := closed(); !strings.Contains(got, "negotiation_running") {
		t.Errorf("closed: %s", got)
	}
	if a := o.call(o.KeyB, "GET", at+"/gates?procedure=monitorio", ""); a.status != 404 {
		t.Errorf("another client asks: %d", a.status)
	}
}
