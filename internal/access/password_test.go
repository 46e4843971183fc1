package access

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"recobro/internal/problem"
)

func TestPasswordIsVerifiedByItsHashOnly(t *testing.T) {
	ctx := t.Context()
	stored, err := HashPassword(ctx, "cuatro caballos en la niebla")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(stored, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("the hash does not say its costs: %s", stored)
	}
	for password, want := range map[string]bool{
		"cuatro caballos en la niebla": true, "cuatro caballos en la nieblA": false, "": false, "cuatro caballos en la niebla ": false,
	} {
		ok, stale, err := VerifyPassword(ctx, stored, password)
		if err != nil || ok != want || stale {
			t.Errorf("%q: %t, stale %t, %v", password, ok, stale, err)
		}
	}
	again, err := HashPassword(ctx, "cuatro caballos en la niebla")
	if err != nil || again == stored {
		t.Fatalf("two hashes of one password are equal: the salt is not random (%v)", err)
	}
}

func TestAccentsTypedInTwoWaysAreOnePassword(t *testing.T) {
	stored, err := HashPassword(t.Context(), "la ca\u00f1ada de \u00c1vila")
	if err != nil {
		t.Fatal(err)
	}
	if ok, _, err := VerifyPassword(t.Context(), stored, "la can\u0303ada de A\u0301vila"); !ok || err != nil {
		t.Fatalf("composed and decomposed letters differ: %v", err)
	}
}

func TestHashOfOtherCostsIsVerifiedAndCalledStale(t *testing.T) {
	h := passwordHash{memory: 8, passes: 1, lanes: 1, salt: []byte("eight bytes or more")}
	key, err := h.derive(t.Context(), "una clave antigua", 32)
	if err != nil {
		t.Fatal(err)
	}
	h.key = key
	if ok, stale, err := VerifyPassword(t.Context(), h.String(), "una clave antigua"); !ok || !stale || err != nil {
		t.Fatalf("ok %t, stale %t, %v", ok, stale, err)
	}
	if ok, stale, err := VerifyPassword(t.Context(), h.String(), "otra"); ok || stale || err != nil {
		t.Fatalf("a wrong password: ok %t, stale %t, %v", ok, stale, err)
	}
}

func TestBrokenHashIsAnErrorThatDoesNotShowIt(t *testing.T) {
	good := "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5"
	if _, err := parsePasswordHash(good); err != nil {
		t.Fatal(err)
	}
	for _, broken := range []string{
		"", "plain", strings.Replace(good, "argon2id", "argon2i", 1), strings.Replace(good, "v=19", "v=16", 1),
		strings.Replace(good, "m=19456", "m=4194304", 1), strings.Replace(good, "t=2", "t=0", 1), strings.Replace(good, "t=2", "t=90", 1),
		strings.Replace(good, "p=1", "p=0", 1), strings.Replace(good, "p=1", "p=1x", 1), strings.Replace(good, "p=1", "p=256", 1),
		good + "$", good + "=", strings.Replace(good, "c2FsdHNhbHRzYWx0c2FsdA", "c2Fs", 1), strings.Replace(good, "m=19456", "m=019456", 1),
	} {
		ok, _, err := VerifyPassword(t.Context(), broken, "anything at all")
		if ok || err == nil {
			t.Errorf("%q: ok %t, %v", broken, ok, err)
		} else if strings.Contains(err.Error(), "a2V5") {
			t.Errorf("the error shows the key: %v", err)
		}
	}
}

func TestFifthHashWaitsAndGivesUpWithItsRequest(t *testing.T) {
	for range cap(hashing) {
		hashing <- struct{}{}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	_, err := HashPassword(ctx, "quien espera desespera")
	for range cap(hashing) {
		<-hashing
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("want the end of the request, got %v", err)
	}
	if cap(hashing) != 4 {
		t.Fatalf("%d places; four hold 76 MiB", cap(hashing))
	}
	if err := VerifyNobody(t.Context(), "quien espera desespera"); err != nil {
		t.Fatal(err)
	}
}

func TestPasswordIsRefusedForItsReason(t *testing.T) {
	const email, name = "ines.valdeolmos@cardoalto.example", "Inés Valdeolmos Zúñiga"
	for _, tried := range []struct{ password, code string }{
		{"cuatro caballos en la niebla", ""},
		{"aaaabbbbccccdddd", ""}, // no rules of composition
		{"nñá€漢字éüöäß1", ""},
		{strings.Repeat("largo y tendido ", 8), ""}, // 128
		{"once letras", "password_too_short"},
		{"ñññññññ", "password_too_short"}, // characters, not bytes
		{"", "password_too_short"},
		{strings.Repeat("x y", 43), "password_too_long"},
		{"bad\xff utf8 password", "password_unreadable"},
		{"123456789012", "password_common"},
		{"Contraseña-2026", "password_common"},
		{"passwordpassword", "password_common"},
		{"Password123Password123", "password_common"},
		{"qwertyqwertyqwerty", "password_common"},
		{"!!!!!!!!!!!!", "password_common"},
		{"abababababab", "password_common"},
		{"q1w2e3r4t5y6", "password_common"},
		{"mi RECOBRO del lunes", "password_personal"},
		{"re-co-bro y algo más", "password_personal"},
		{"ines.valdeolmos@cardoalto.example", "password_personal"},
		{"la clave de Ines Valde Olmos", "password_personal"},
		{"zuniga, la de siempre", "password_personal"},
	} {
		err := CheckPassword(tried.password, email, name)
		if tried.code == "" {
			if err != nil {
				t.Errorf("%q is refused: %v", tried.password, err)
			}
			continue
		}
		p := problem.Of(err)
		if p == nil || p.Kind != problem.Invalid || p.Reasons[0].Code != tried.code {
			t.Errorf("%q: want %s, got %v", tried.password, tried.code, err)
		}
	}
}

func TestShortNamesDoNotForbidTheirLetters(t *testing.T) {
	if err := CheckPassword("manzana y mañana otra", "ana@x.example", "Ana Li"); err != nil {
		t.Fatal(err)
	}
}
