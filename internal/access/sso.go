package access

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"recobro/internal/problem"
)

// SSO is single sign-on with the identity provider of the firm (OpenID Connect: code, PKCE, state and nonce). It opens only
// accounts that are there, by their verified address, and never makes one. A word of the provider that Strong names (in amr, or as
// acr) stands for the second factor; without it the person still shows their own.
type SSO struct {
	Issuer, ClientID, ClientSecret string
	ReturnTo                       string   // address of /sso/callback as people reach it
	Strong                         []string // values of amr or acr that mean several factors
	Client                         *http.Client
}

type ssoAsked struct{ State, Nonce, Verifier string }

var (
	errSSO     = problem.New(problem.Unauthenticated, "sso_refused", "El inicio de sesión único no se completó; entre de nuevo.", "Single sign-on was not completed; sign in again.")
	errSSODown = problem.New(problem.Unavailable, "sso_unavailable", "El proveedor de identidad no responde.", "The identity provider does not answer.")
)

// ssoTimeout is the longest that one call to the provider takes.
const ssoTimeout = 10 * time.Second

func (s *SSO) provider(ctx context.Context) (*oidc.Provider, *oauth2.Config, error) {
	p, err := oidc.NewProvider(ctx, s.Issuer)
	if err != nil {
		return nil, nil, fmt.Errorf("%w (%w)", errSSODown, err)
	}
	return p, &oauth2.Config{ClientID: s.ClientID, ClientSecret: s.ClientSecret, Endpoint: p.Endpoint(), RedirectURL: s.ReturnTo,
		Scopes: []string{oidc.ScopeOpenID, "email"}}, nil
}

func (s *SSO) reach(ctx context.Context) (context.Context, context.CancelFunc) {
	client := s.Client
	if client == nil {
		client = &http.Client{Timeout: ssoTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	ctx, cancel := context.WithTimeout(ctx, 2*ssoTimeout)
	return oidc.ClientContext(ctx, client), cancel
}

// BeginSSO is the address of the provider to send the browser to, and the token that its return must bring in a cookie.
func (d *Desk) BeginSSO(ctx context.Context, s *SSO) (to, token string, err error) {
	ctx, cancel := s.reach(ctx)
	defer cancel()
	_, config, err := s.provider(ctx)
	if err != nil {
		return "", "", err
	}
	state, _ := NewToken(LinkToken)
	nonce, _ := NewToken(LinkToken)
	asked := ssoAsked{State: state, Nonce: nonce, Verifier: oauth2.GenerateVerifier()}
	kept, err := d.keepCeremony(ctx, "sso", asked, nil)
	return config.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(asked.Verifier)), kept.Token, err
}

type ssoClaims struct {
	Email    string   `json:"email"`
	Verified bool     `json:"email_verified"`
	AMR      []string `json:"amr"`
	ACR      string   `json:"acr"`
}

// FinishSSO opens a session for the person whose address the provider vouches for. pending says that it waits for the person's own
// factor.
func (d *Desk) FinishSSO(ctx context.Context, s *SSO, token, state, code string, v Visit) (session string, pending bool, err error) {
	var asked ssoAsked
	if err := d.takeCeremony(ctx, "sso", token, &asked); err != nil {
		if errors.Is(err, errPasskey) {
			return "", false, errSSO
		}
		return "", false, err
	}
	if hash := HashToken(asked.State); !hash.Matches(state) {
		return "", false, errSSO
	}
	claims, err := s.claims(ctx, code, asked)
	if err != nil {
		return "", false, err
	}
	row, err := loginOf(ctx, d.Log.DB, strings.ToLower(claims.Email))
	if err != nil || !claims.Verified {
		if err == nil || problem.Of(err) != nil {
			return "", false, errSSO
		}
		return "", false, fmt.Errorf("looking up who signed on: %w", err)
	}
	strong := func(word string) bool { return slices.Contains(s.Strong, word) }
	if strong(claims.ACR) || slices.ContainsFunc(claims.AMR, strong) {
		session, err = openSession(ctx, d.Log.DB, row.ID, proof{factor: "sso"}, v)
		return session, false, err
	}
	session, err = d.openPending(ctx, &row.ID, nil, "", v)
	return session, true, err
}

// claims exchanges the code and checks the token: issuer, audience, signature, time and nonce.
func (s *SSO) claims(ctx context.Context, code string, asked ssoAsked) (claims ssoClaims, err error) {
	ctx, cancel := s.reach(ctx)
	defer cancel()
	p, config, err := s.provider(ctx)
	if err != nil {
		return claims, err
	}
	got, err := config.Exchange(ctx, code, oauth2.VerifierOption(asked.Verifier))
	if err != nil {
		return claims, errSSO
	}
	raw, _ := got.Extra("id_token").(string)
	id, err := p.Verifier(&oidc.Config{ClientID: s.ClientID}).Verify(ctx, raw)
	if err != nil || id.Nonce != asked.Nonce || id.Claims(&claims) != nil {
		return claims, errSSO
	}
	return claims, nil
}
