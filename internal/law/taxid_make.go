package law

import "fmt"

// MakeTaxID makes a well-formed fictional id: the same n always gives the same id, and it passes CheckTaxID with that holder.
// holder is Person or Company; a Colombian or Peruvian rule that cannot tell may answer Unknown. It panics for a country
// without a pack: only simulations and tests call it.
func MakeTaxID(country, holder string, n uint64) string {
	company := holder == Company
	switch country {
	case "ES":
		return makeES(company, n)
	case "MX":
		return makeMX(company, n)
	case "PE":
		prefix := "10"
		if company {
			prefix = "20"
		}
		ten := fmt.Sprintf("%s%08d", prefix, n%1e8)
		return ten + string(checkRUC(ten))
	case "CL":
		number := fmt.Sprint(5_000_000 + n%20_000_000)
		if company {
			number = fmt.Sprint(76_000_000 + n%20_000_000)
		}
		return number + string(checkRUT(number))
	case "CO":
		number := fmt.Sprint(10_000_000 + n%90_000_000)
		if company {
			number = fmt.Sprint(900_000_000 + n%99_999_999)
		}
		return number + string(checkNIT(number))
	}
	panic("law: no tax ids of " + country)
}

func makeES(company bool, n uint64) string {
	if !company {
		eight := fmt.Sprintf("%08d", n%1e8)
		return eight + string(letterDNI(eight))
	}
	seven := fmt.Sprintf("%07d", n%1e7)
	digit, _ := controlCIF(seven)
	return string("AB"[n/1e7%2]) + seven + string(digit)
}

func makeMX(company bool, n uint64) string {
	letters := []rune("XAXE")
	for i := 1; i < 4; i++ {
		letters[i] = rune('B' + n%24)
		n /= 24
	}
	date := fmt.Sprintf("%02d%02d%02d", n%100, 1+n/100%12, 1+n/1200%28)
	body := string(letters) + date + "A1"
	if company {
		body = string(letters[1:]) + date + "A1"
		return body + string(checkRFC([]rune(" "+body)))
	}
	return body + string(checkRFC([]rune(body)))
}
