package main

import (
	"os"
	"testing"

	"recobro/internal/access"
	"recobro/internal/testdb"
)

// TestAFreshInstallationIsSetUpByItsCommands goes from an empty, migrated database to a person who can sign in: no account and
// no firm is there by default.
func TestAFreshInstallationIsSetUpByItsCommands(t *testing.T) {
	db := testdb.New(t)
	ctx := t.Context()
	var there int
	must(t, db.Super.Get(&there, `select (select count(*) from app.users) + (select count(*) from app.firm) + (select count(*) from app.api_keys)`))
	if there != 0 {
		t.Fatalf("%d accounts, keys or firms are there by default", there)
	}
	at := databases{DatabaseURL: db.AppDSN, WorkerURL: db.WorkerDSN}
	firm := firmCommand{databases: at, Name: "Bufete de Prueba", TaxID: "B00000406", Street: "Calle Mayor 1", PostalCode: "28013", City: "Madrid", Country: "ES",
		Email: "bufete@prueba.example", IBAN: "ES91 2100 0418 4502 0005 1332", BaseURL: "https://recobro.prueba.example", TermDays: 30}
	must(t, firm.Run(ctx))
	firm.IBAN = "ES00 2100 0418 4502 0005 1332"
	if err := firm.Run(ctx); err == nil {
		t.Error("an account with wrong check digits was taken")
	}
	stdin := os.Stdin
	defer func() { os.Stdin = stdin }()
	reader, writer, err := os.Pipe()
	must(t, err)
	_, err = writer.WriteString("una frase larga y tranquila\n")
	must(t, err)
	os.Stdin = reader
	must(t, addUser{databases: at, Email: "Ana@Prueba.example", Name: "Ana Prueba", Role: string(access.Lawyer), Team: "Madrid", Bar: "1"}.Run(ctx))
	must(t, addClient{databases: at, Name: "Acreedora de Prueba, S.A.", TaxID: "A00000000", Country: "ES", Currency: "EUR", Email: "cobros@acreedora.example", Team: "Madrid",
		Street: "Calle Menor 2", PostalCode: "28013", City: "Madrid", SignedOn: "2026-01-02"}.Run(ctx))
	var people []string
	must(t, db.Super.Select(&people, `select u.email || ' ' || u.role || ' ' || t.name from app.users u join app.user_teams x on x.user_id = u.id join app.teams t on t.id = x.team_id`))
	if len(people) != 1 || people[0] != "ana@prueba.example lawyer Madrid" {
		t.Fatalf("people: %v", people)
	}
	got, err := firmOf(ctx, db.App, db.Worker)
	if err != nil || got.Name != "Bufete de Prueba" || got.ClientAccountIBAN != "ES9121000418450200051332" {
		t.Fatalf("firm: %+v, %v", got, err)
	}
}
