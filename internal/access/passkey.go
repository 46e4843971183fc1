package access

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"

	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// Passkey is a person's key on a device of theirs. With the device's own check of the person (finger, face, PIN) it is two factors.
type Passkey struct {
	ID        []byte     `db:"id"`
	Name      string     `db:"name"`
	CreatedAt time.Time  `db:"created_at"`
	UsedAt    *time.Time `db:"used_at"`
	Record    []byte     `db:"record"`
}

// ceremonyLife is how long a browser may take to ask its person.
const ceremonyLife = 5 * time.Minute

var (
	errPasskey      = problem.New(problem.Unauthenticated, "passkey_refused", "La llave de acceso no es válida aquí.", "The passkey is not valid here.")
	errPasskeyTaken = problem.New(problem.Conflict, "passkey_taken", "Esa llave ya está registrada.", "That passkey is registered already.")
)

func passkeysOf(tx *postgres.Tx, user uuid.UUID) ([]Passkey, error) {
	var all []Passkey
	if err := tx.Select(&all, `select id, name, record, created_at, used_at from app.passkeys_for($1)`, user); err != nil {
		return nil, fmt.Errorf("listing the passkeys of %s: %w", user, err)
	}
	return all, nil
}

// holder is a person as the passkey protocol names them.
type holder struct {
	id          uuid.UUID
	email, name string
	keys        []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return h.id[:] }
func (h holder) WebAuthnName() string                       { return h.email }
func (h holder) WebAuthnDisplayName() string                { return h.name }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

func (d *Desk) holderOf(ctx context.Context, user uuid.UUID, email, name string) (holder, error) {
	h := holder{id: user, email: email, name: name}
	var all []Passkey
	err := d.Log.DB.View(ctx, "", func(tx *postgres.Tx) (err error) {
		all, err = passkeysOf(tx, user)
		return err
	})
	for _, k := range all {
		var c webauthn.Credential
		if err := json.Unmarshal(k.Record, &c); err != nil {
			return h, fmt.Errorf("reading a passkey of %s: %w", user, err)
		}
		h.keys = append(h.keys, c)
	}
	return h, err
}

// party is the house as passkeys know it: bound to the origin that people open.
func party(origin string) (*webauthn.WebAuthn, error) {
	at, err := url.Parse(origin)
	if err != nil {
		return nil, fmt.Errorf("reading the address of the house: %w", err)
	}
	return webauthn.New(&webauthn.Config{RPID: at.Hostname(), RPDisplayName: "Recobro", RPOrigins: []string{origin},
		AuthenticatorSelection: protocol.AuthenticatorSelection{ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired}})
}

// Ceremony is what the browser is asked, with the token under which it answers.
type Ceremony struct {
	Token   string `json:"ceremony"`
	Options any    `json:"options"`
}

func (d *Desk) keepCeremony(ctx context.Context, kind string, data, options any) (Ceremony, error) {
	token, hash := NewToken(LinkToken)
	encoded, err := json.Marshal(data)
	if err != nil {
		return Ceremony{}, fmt.Errorf("keeping a ceremony: %w", err)
	}
	err = d.Log.DB.Write(ctx, "", func(tx *postgres.Tx) error {
		_, err := tx.Exec(`select app.keep_ceremony($1, $2, $3, $4::interval)`, hash[:], kind, encoded, seconds(ceremonyLife))
		return err
	})
	return Ceremony{Token: token, Options: options}, err
}

func (d *Desk) takeCeremony(ctx context.Context, kind, token string, into any) error {
	hash := HashToken(token)
	var data []byte
	err := d.Log.DB.Write(ctx, "", func(tx *postgres.Tx) error { return tx.Get(&data, `select app.take_ceremony($1, $2)`, hash[:], kind) })
	if err != nil {
		return fmt.Errorf("taking a ceremony: %w", err)
	}
	if data == nil {
		return errPasskey
	}
	return json.Unmarshal(data, into)
}

// AskPasskey begins a sign-in or a proof by whichever passkey the browser's person chooses.
func (d *Desk) AskPasskey(ctx context.Context, origin string) (Ceremony, error) {
	p, err := party(origin)
	if err != nil {
		return Ceremony{}, err
	}
	options, session, err := p.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Ceremony{}, fmt.Errorf("beginning a passkey: %w", err)
	}
	return d.keepCeremony(ctx, "signin", session, options)
}

// shownPasskey checks what the browser answered and whose key it is.
func (d *Desk) shownPasskey(ctx context.Context, origin, ceremony string, answer []byte) (uuid.UUID, proof, error) {
	var session webauthn.SessionData
	if err := d.takeCeremony(ctx, "signin", ceremony, &session); err != nil {
		return uuid.Nil, proof{}, err
	}
	p, err := party(origin)
	if err != nil {
		return uuid.Nil, proof{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return uuid.Nil, proof{}, errPasskey
	}
	var whose holder
	_, key, err := p.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		id, err := uuid.FromBytes(handle)
		if err != nil {
			return nil, errPasskey
		}
		whose, err = d.holderOf(ctx, id, "", "")
		return whose, err
	}, session, parsed)
	if err != nil || key.Authenticator.CloneWarning {
		return uuid.Nil, proof{}, errPasskey
	}
	record, err := json.Marshal(key)
	if err != nil {
		return uuid.Nil, proof{}, fmt.Errorf("keeping the count of a passkey: %w", err)
	}
	err = d.Log.DB.Write(ctx, "", func(tx *postgres.Tx) error {
		_, err := tx.Exec(`select app.count_passkey($1, $2)`, key.ID, record)
		return err
	})
	return whose.id, proof{factor: "passkey", code: key.ID}, err
}

// SignInByPasskey opens a session: a passkey that verified its person is two factors.
func (d *Desk) SignInByPasskey(ctx context.Context, origin, ceremony string, answer []byte, v Visit) (string, error) {
	user, shown, err := d.shownPasskey(ctx, origin, ceremony, answer)
	if err != nil {
		return "", err
	}
	return openSession(ctx, d.Log.DB, user, shown, v)
}

// ProveByPasskey shows a passkey of the signed-in person once more.
func (d *Desk) ProveByPasskey(ctx context.Context, who evidence.Actor, origin, ceremony string, answer []byte) error {
	user, shown, err := d.shownPasskey(ctx, origin, ceremony, answer)
	if err != nil {
		return err
	}
	if user != who.ID {
		return errPasskey
	}
	return prove(ctx, d.Log.DB, who, func(account) (proof, error) { return shown, nil })
}

// ShowPasskey opens the waiting session of the person whose key it is.
func (d *Desk) ShowPasskey(ctx context.Context, p Pending, origin, ceremony string, answer []byte, v Visit) (string, error) {
	user, shown, err := d.shownPasskey(ctx, origin, ceremony, answer)
	if err != nil {
		return "", err
	}
	if user != p.UserID {
		return "", errPasskey
	}
	token, _, err := d.finish(ctx, p, shown, enrolment{}, v)
	return token, err
}

// OfferPasskey begins the registration of a new passkey of a person.
func (d *Desk) OfferPasskey(ctx context.Context, user uuid.UUID, email, name, origin string) (Ceremony, error) {
	p, err := party(origin)
	if err != nil {
		return Ceremony{}, err
	}
	h, err := d.holderOf(ctx, user, email, name)
	if err != nil {
		return Ceremony{}, err
	}
	var known []protocol.CredentialDescriptor
	for _, k := range h.keys {
		known = append(known, k.Descriptor())
	}
	options, session, err := p.BeginRegistration(h, webauthn.WithExclusions(known))
	if err != nil {
		return Ceremony{}, fmt.Errorf("offering a passkey: %w", err)
	}
	return d.keepCeremony(ctx, "add", session, options)
}

// newPasskey checks a registration that the browser made for the person.
func (d *Desk) newPasskey(ctx context.Context, user uuid.UUID, origin, ceremony, name string, answer []byte) (Passkey, error) {
	var session webauthn.SessionData
	if err := d.takeCeremony(ctx, "add", ceremony, &session); err != nil {
		return Passkey{}, err
	}
	p, err := party(origin)
	if err != nil {
		return Passkey{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return Passkey{}, errPasskey
	}
	key, err := p.CreateCredential(holder{id: user}, session, parsed)
	if err != nil || !key.Flags.UserVerified {
		return Passkey{}, errPasskey
	}
	record, err := json.Marshal(key)
	return Passkey{ID: key.ID, Name: name, Record: record}, err
}

// AddPasskey registers a passkey of the signed-in person.
func (d *Desk) AddPasskey(ctx context.Context, who evidence.Actor, origin, ceremony, name string, answer []byte) error {
	key, err := d.newPasskey(ctx, who.ID, origin, ceremony, name, answer)
	if err != nil {
		return err
	}
	err = d.own(ctx, who, FactorAdded, evidence.Fields{"factor": "passkey", "name": name}, func(tx *evidence.Tx) error {
		return holds(tx.Tx, problem.Missing, `select app.add_passkey($1, $2, $3, $4)`, who.ID, key.ID, key.Name, key.Record)
	})
	if rule, _ := postgres.Broken(err); rule == "passkeys_pkey" {
		return errPasskeyTaken
	}
	return err
}

// EnrolPasskey opens the session of a person without a factor with a new passkey. The recovery codes are shown once.
func (d *Desk) EnrolPasskey(ctx context.Context, p Pending, origin, ceremony, name string, answer []byte, v Visit) (token string, codes []string, err error) {
	if !p.Enrols() {
		return "", nil, errPasskey
	}
	key, err := d.newPasskey(ctx, p.UserID, origin, ceremony, name, answer)
	if err != nil {
		return "", nil, err
	}
	return d.finish(ctx, p, proof{factor: "passkey", code: key.ID}, enrolment{passkey: key}, v)
}

// RemovePasskey takes a passkey away, never the last factor.
func (d *Desk) RemovePasskey(ctx context.Context, who evidence.Actor, id []byte) error {
	return d.own(ctx, who, FactorRemoved, evidence.Fields{"factor": "passkey"}, func(tx *evidence.Tx) error {
		return holds(tx.Tx, errLastFactor, `select app.drop_passkey($1, $2)`, who.ID, id)
	})
}
