package intake

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"

	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// verdict is what is known of one item: why it is refused, or the opening to make of it.
type verdict struct {
	externalRef string
	opening     cases.Opening
	coDebtors   []cases.Debtor
	papers      []documents.Doc
	reasons     []problem.Reason
	warnings    []problem.Reason
	opened      cases.Opened
}

// judge looks at one item; at is its pointer.
type judge struct {
	*Desk
	who      evidence.Actor
	currency money.Currency
	at       string
	v        *verdict
}

func (j judge) refuse(place, code string) {
	j.v.reasons = append(j.v.reasons, reason(j.at+place, code))
}
func (j judge) warn(place, code string) {
	j.v.warnings = append(j.v.warnings, reason(j.at+place, code))
}

// judgeAll judges every item by itself and against those before it. Papers of good items are stored here: bytes that no row
// names harm nobody, and the transaction stays short.
func (d *Desk) judgeAll(who evidence.Actor, p Portfolio) []verdict {
	all := make([]verdict, len(p.Items))
	refs, numbers := map[string]bool{}, map[[4]string]bool{}
	for i, item := range p.Items {
		j := judge{d, who, p.Currency, fmt.Sprintf("/items/%d", i), &all[i]}
		j.item(item)
		v := &all[i]
		if v.externalRef != "" && refs[v.externalRef] {
			j.refuse("/external_ref", "duplicate_in_portfolio")
		}
		number := numberOf(v.opening)
		if number[1] != "" && number[3] != "" && numbers[number] {
			j.refuse("/debt/number", "duplicate_in_portfolio")
		}
		refs[v.externalRef], numbers[number] = true, true
		if len(v.reasons) == 0 {
			j.papers(item)
		}
	}
	return all
}

// numberOf is by what an invoice is known again: its debtor, kind and number.
func numberOf(o cases.Opening) [4]string {
	return [4]string{o.Debtor.Country, o.Debtor.TaxID, o.Debt.Kind, o.Debt.Number}
}

func (j judge) item(item Item) {
	j.v.externalRef = j.text("/external_ref", item.ExternalRef, 100, true)
	debtor, pack := j.debtor("/debtor", item.Debtor)
	j.v.opening = cases.Opening{Debtor: debtor, Jurisdiction: debtor.Country, Currency: j.currency}
	if len(item.CoDebtors) > 10 {
		j.refuse("/co_debtors", "too_many")
	}
	for i, c := range item.CoDebtors[:min(len(item.CoDebtors), 10)] {
		co, _ := j.debtor(fmt.Sprintf("/co_debtors/%d", i), c)
		j.v.coDebtors = append(j.v.coDebtors, co)
	}
	j.metadata(item.Metadata)
	j.v.opening.Debt = j.debt(item.Debt, debtor, pack)
	j.v.opening.Debt.ExternalRef = j.v.externalRef
}

func (j judge) debtor(place string, d Debtor) (cases.Debtor, *law.Pack) {
	out := cases.Debtor{Kind: d.Kind, Country: d.Country, Language: d.Language, Name: j.text(place+"/name", d.Name, 200, true)}
	if d.Kind != "company" && d.Kind != "person" {
		j.refuse(place+"/kind", "not_in_list")
	}
	switch d.Language {
	case "":
		out.Language = "es"
	case "es", "en":
	default:
		j.refuse(place+"/language", "not_in_list")
	}
	pack, err := j.Law.Pack(d.Country)
	if err != nil {
		j.refuse(place+"/country", "jurisdiction_unknown")
	} else {
		out.TaxID = j.taxID(place, d)
	}
	if out.Email = d.Email; d.Email != "" && !isEmail(d.Email) {
		j.refuse(place+"/email", "email_invalid")
	}
	var ok bool
	if out.Phone, ok = phone(d.Phone); !ok {
		j.refuse(place+"/phone", "phone_invalid")
	}
	if a := d.Address; a != nil {
		out.Street = j.text(place+"/address/street", a.Street, 200, false)
		out.PostalCode = j.text(place+"/address/postal_code", a.PostalCode, 20, false)
		out.City = j.text(place+"/address/city", a.City, 100, false)
		out.Region = j.text(place+"/address/region", a.Region, 100, false)
		if out.AddressCountry = a.Country; !countryCode.MatchString(a.Country) {
			j.refuse(place+"/address/country", "country_invalid")
		}
	}
	return out, pack
}

var countryCode = regexp.MustCompile(`^[A-Z]{2}$`)

func (j judge) taxID(place string, d Debtor) string {
	id, err := law.CheckTaxID(d.Country, d.TaxID)
	switch {
	case err != nil:
		j.explain(place+"/tax_id", err)
	case id.Generic:
		j.refuse(place+"/tax_id", "tax_id_generic")
	case id.Doubtful:
		j.warn(place+"/tax_id", "tax_id_doubtful")
	case (id.Holder == law.Company && d.Kind == "person") || (id.Holder == law.Person && d.Kind == "company"):
		j.warn(place+"/kind", "kind_unlike_tax_id")
	}
	return id.Normal
}

// explain refuses a field with the code of the problem and, where there is one, the reason behind it.
func (j judge) explain(pointer string, err error) {
	no := problem.Of(err)
	text := no.Text
	if len(no.Reasons) > 0 {
		text = no.Reasons[0].Text
	}
	j.v.reasons = append(j.v.reasons, problem.Reason{Pointer: j.at + pointer, Code: no.Code, Text: text})
}

func (j judge) debt(in Debt, debtor cases.Debtor, pack *law.Pack) cases.Debt {
	out := cases.Debt{Kind: in.Kind, Number: j.text("/debt/number", in.Number, 60, true), Currency: j.currency, Business: debtor.Kind == "company"}
	switch in.Kind {
	case "invoice", "instalment", "cheque", "note", "other":
	default:
		j.refuse("/debt/kind", "not_in_list")
	}
	if in.Business != nil {
		out.Business = *in.Business
	}
	j.amounts(in, &out)
	if pack == nil {
		return out
	}
	j.dates(in, &out, pack)
	j.regime(in, &out, pack)
	if out.DueOn.IsZero() {
		return out
	}
	out.LimitationKind = pack.LimitationKind(in.Kind, out.Business, "")
	limitation, err := pack.Limitation(law.LimitationClaim{Kind: out.LimitationKind, Business: out.Business, Due: out.DueOn, ServicesEnded: out.DeliveredOn})
	var missing *problem.Error
	switch {
	case errors.As(err, &missing):
		j.v.reasons = append(j.v.reasons, problem.Reason{Pointer: j.at + "/debt/kind", Code: missing.Code, Text: missing.Text})
	case limitation.On.Before(day.In(j.Log.Now(), pack.Zone)):
		j.warn("/debt/due_on", "limitation_past")
	}
	out.LimitationOn, out.LimitationLaw = limitation.On, limitation.Law
	return out
}

// amounts: the claim is the principal less what was already paid.
func (j judge) amounts(in Debt, out *cases.Debt) {
	principal, ok := j.amount("/debt/principal", in.Principal)
	if ok && principal.Minor == 0 {
		j.refuse("/debt/principal", "amount_not_positive")
	}
	out.PrincipalMinor = principal.Minor
	if in.AlreadyPaid != "" {
		paid, read := j.amount("/debt/already_paid", in.AlreadyPaid)
		switch {
		case ok && read && paid.Cmp(principal) > 0:
			j.refuse("/debt/already_paid", "paid_more_than_principal")
		case ok && read && paid.Cmp(principal) == 0 && !principal.IsZero():
			j.refuse("/debt/already_paid", "nothing_owed")
		case ok && read:
			out.PrincipalMinor -= paid.Minor
		}
	}
	if in.Ordinary != "" {
		ordinary, _ := j.amount("/debt/ordinary_interest", in.Ordinary)
		out.OrdinaryMinor = ordinary.Minor
	}
	for _, part := range []struct {
		place, text string
		to          **int64
	}{{"/debt/tax_base", in.TaxBase, &out.TaxBaseMinor}, {"/debt/tax", in.Tax, &out.TaxMinor}} {
		if part.text == "" {
			continue
		}
		if a, read := j.amount(part.place, part.text); read {
			*part.to = &a.Minor
		}
	}
	if out.TaxBaseMinor != nil && out.TaxMinor != nil && ok && *out.TaxBaseMinor+*out.TaxMinor != principal.Minor {
		j.warn("/debt/tax", "tax_does_not_add_up")
	}
}

// amount reads a decimal text that is not negative.
func (j judge) amount(place, text string) (money.Amount, bool) {
	a, err := money.Parse(text, j.currency)
	switch {
	case errors.Is(err, money.ErrDecimals):
		j.refuse(place, "amount_decimals")
	case errors.Is(err, money.ErrRange):
		j.refuse(place, "amount_too_large")
	case err != nil:
		j.refuse(place, "amount_invalid")
	case a.IsNegative():
		j.refuse(place, "amount_not_positive")
	default:
		return a, true
	}
	return money.Of(0, j.currency), false
}

func (j judge) dates(in Debt, out *cases.Debt, pack *law.Pack) {
	today := day.In(j.Log.Now(), pack.Zone)
	read := func(place, text string) day.Date {
		d, err := day.Parse(text)
		if err != nil {
			j.refuse(place, "date_invalid")
		}
		return d
	}
	out.IssuedOn, out.DueOn = read("/debt/issued_on", in.IssuedOn), read("/debt/due_on", in.DueOn)
	if out.IssuedOn.After(today) {
		j.refuse("/debt/issued_on", "date_in_future")
	}
	switch {
	case out.DueOn.IsZero() || out.IssuedOn.IsZero():
	case out.DueOn.Before(out.IssuedOn):
		j.refuse("/debt/due_on", "due_before_issue")
	case !out.DueOn.Before(today):
		j.refuse("/debt/due_on", "not_due")
	}
	if in.DeliveredOn != "" {
		if out.DeliveredOn = read("/debt/delivered_on", in.DeliveredOn); out.DeliveredOn.After(today) {
			j.refuse("/debt/delivered_on", "date_in_future")
		}
	}
}

// rate is a yearly per cent from 0 to 100 with at most four decimals.
var rate = regexp.MustCompile(`^(100([.]0{1,4})?|(0|[1-9][0-9]?)([.][0-9]{1,4})?)$`)

// regime is the kind of interest: the contract's, else the one that the law gives such a debt. A jurisdiction without a table for
// it bears none, and the client is told.
func (j judge) regime(in Debt, out *cases.Debt, pack *law.Pack) {
	if in.AgreedRate != "" {
		if !rate.MatchString(in.AgreedRate) || json.Unmarshal([]byte(in.AgreedRate), &out.AgreedRatePct) != nil {
			j.refuse("/debt/agreed_rate", "rate_invalid")
			return
		}
		out.Regime = string(law.Agreed)
		if out.AgreedRatePct.IsZero() { // agreed to bear none
			out.Regime, out.AgreedRatePct = string(law.None), nil
			return
		}
		for _, r := range pack.JudgeAgreedRate(*out.AgreedRatePct, !out.Business, out.IssuedOn) {
			r.Pointer = j.at + "/debt/agreed_rate"
			j.v.warnings = append(j.v.warnings, r)
		}
		return
	}
	regime := pack.RegimeFor(in.Kind, out.Business, false)
	if last, open := pack.CoveredTo(regime); regime == law.None || last.IsZero() && !open {
		j.warn("/debt", "no_interest_rule")
		regime = law.None
	}
	out.Regime = string(regime)
}

func (j judge) metadata(m map[string]json.RawMessage) {
	if len(m) == 0 {
		return
	}
	raw, err := json.Marshal(m)
	if err != nil || len(raw) > 4096 {
		j.refuse("/metadata", "metadata_too_large")
		return
	}
	if bytes.Contains(raw, []byte(`\u0000`)) {
		j.refuse("/metadata", "text_control_characters")
		return
	}
	j.v.opening.MetadataJSON = raw
}

const maxFile = 1 << 20 // bytes of one paper of an item

// papers decodes, judges and stores the papers of an item that is good so far.
func (j judge) papers(item Item) {
	for i, f := range item.Documents {
		place := fmt.Sprintf("/documents/%d", i)
		if base64.StdEncoding.DecodedLen(len(f.ContentBase64)) > maxFile+3 {
			j.refuse(place+"/content_base64", "document_too_large")
			continue
		}
		data, err := base64.StdEncoding.Strict().DecodeString(f.ContentBase64)
		if err != nil || len(data) == 0 || len(data) > maxFile || j.Documents == nil {
			j.refuse(place+"/content_base64", "document_unreadable")
			continue
		}
		kind := documents.Other
		if item.Debt.Kind == "invoice" {
			kind = documents.Invoice
		}
		doc, err := j.Documents.Prepare(j.who, documents.Upload{Kind: kind, Name: f.Name, MediaType: f.MediaType, Data: data})
		if refused := problem.Of(err); refused != nil {
			j.v.reasons = append(j.v.reasons, problem.Reason{Pointer: j.at + place, Code: refused.Code, Text: refused.Text})
			continue
		}
		if err != nil {
			j.refuse(place, "document_not_stored")
			continue
		}
		j.v.papers = append(j.v.papers, doc)
	}
}
