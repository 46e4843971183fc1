package access

import (
	"encoding/base32"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp"
)

// The secret and the codes of RFC 6238, appendix B (SHA-1), of whose eight digits six are used.
var rfcSecret = base32.StdEncoding.EncodeToString([]byte("12345678901234567890"))

func TestTOTPAgreesWithTheStandard(t *testing.T) {
	for _, vector := range []struct {
		at   int64
		code string
	}{{59, "287082"}, {1111111109, "081804"}, {1111111111, "050471"}, {1234567890, "005924"}, {2000000000, "279037"}} {
		step, err := VerifyTOTP(rfcSecret, vector.code, time.Unix(vector.at, 0), 0)
		if err != nil || step != vector.at/30 {
			t.Errorf("at %d: step %d, %v", vector.at, step, err)
		}
	}
}

func TestTOTPCodeOpensOnce(t *testing.T) {
	at := time.Unix(1234567890, 0)
	step, err := VerifyTOTP(rfcSecret, "005 924", at, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, later := range []time.Duration{0, time.Second, 29 * time.Second} {
		if _, err := VerifyTOTP(rfcSecret, "005924", at.Add(later), step); !errors.Is(err, ErrTOTP) {
			t.Errorf("used again %s later: %v", later, err)
		}
	}
}

func TestTOTPForgivesOneStepEitherSideAndNoMore(t *testing.T) {
	at := time.Unix(1234567890, 0) // the first second of its step
	for late, want := range map[time.Duration]bool{
		-31 * time.Second: false, -30 * time.Second: true, 0: true, 59 * time.Second: true, 60 * time.Second: false, time.Hour: false,
	} {
		if _, err := VerifyTOTP(rfcSecret, "005924", at.Add(late), 0); (err == nil) != want {
			t.Errorf("%s late: %v", late, err)
		}
	}
}

func TestWhatIsNoCodeIsRefusedAlike(t *testing.T) {
	for _, odd := range []string{"", "00592", "0059240", "abcdef", "００", "-05924"} {
		if _, err := VerifyTOTP(rfcSecret, odd, time.Unix(1234567890, 0), 0); !errors.Is(err, ErrTOTP) {
			t.Errorf("%q: %v", odd, err)
		}
	}
	if _, err := VerifyTOTP("not base32 !", "005924", time.Unix(1234567890, 0), 0); err == nil || errors.Is(err, ErrTOTP) {
		t.Errorf("a broken secret is our fault, not the person's: %v", err)
	}
}

func TestTOTPLinkCarriesTheSecretToTheApp(t *testing.T) {
	secret := NewTOTPSecret()
	if secret == NewTOTPSecret() || len(secret) != 32 {
		t.Fatalf("secret of %d letters, or twice the same", len(secret))
	}
	link := TOTPLink(secret, "inés+1@despacho.example")
	key, err := otp.NewKeyFromURL(link)
	if err != nil {
		t.Fatal(err)
	}
	if key.Secret() != secret || key.Issuer() != "Recobro" || key.AccountName() != "inés+1@despacho.example" || key.Type() != "totp" {
		t.Fatalf("%s read as %q %q %q", link, key.Secret(), key.Issuer(), key.AccountName())
	}
	if u, err := url.Parse(link); err != nil || u.Scheme != "otpauth" {
		t.Fatal(err)
	}
}

func TestRecoveryCodesAreFoundHoweverTheyAreTyped(t *testing.T) {
	codes, hashes := NewRecoveryCodes()
	if len(codes) != 10 || len(hashes) != 10 {
		t.Fatalf("%d codes, %d hashes", len(codes), len(hashes))
	}
	seen := map[TokenHash]bool{}
	for i, code := range codes {
		seen[hashes[i]] = true
		typed := " " + strings.ToUpper(strings.ReplaceAll(code, "-", " "))
		if HashRecoveryCode(typed) != hashes[i] {
			t.Errorf("%q is not the code %q", typed, code)
		}
	}
	if len(seen) != 10 {
		t.Fatal("two codes are the same")
	}
}
