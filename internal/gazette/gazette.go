// Package gazette holds what the firm enters of official publications: rates, accumulated factors, unit values, holidays and
// settings of the law, and what its lawyers vouch for: unverified facts and rates read only in a secondary source.
// The rule: nothing counts until a second person has approved it, and what was in force is never edited, only followed by
// the next version.
package gazette

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/problem"
)

// Desk acts on the changes of the law and keeps Law, the shelf that every other desk reads, as they were approved.
type Desk struct {
	Log    *evidence.Log
	Law    *law.Library
	Logger *slog.Logger // slog.Default when nil
	// Identity is Recobro's own, by which Current asks what was approved elsewhere. A process alone on its database needs none.
	Identity func(context.Context) (evidence.Actor, error)

	mu      sync.Mutex   // one load and adoption after the other: an older one never comes last
	adopted atomic.Int64 // the newest seq on the shelf
}

// State is how a change stands.
type State string

const (
	Proposed  State = "proposed"
	Approved  State = "approved"
	Rejected  State = "rejected"
	Withdrawn State = "withdrawn"
)

// Change is one publication as it was entered, and what became of it. ProposedBy and DecidedBy are nil for Recobro itself.
// Seq is the order of approval, 0 before.
type Change struct {
	ID           uuid.UUID
	Jurisdiction string
	Kind         law.ChangeKind
	Rows         []Row
	Law          string // the article; empty: that of the table
	Source       string // where it was read
	Publication  string // the official publication as it is printed on statements and letters
	Confidence   law.Confidence
	Note         string
	ProposedBy   *uuid.UUID
	ProposedAt   time.Time
	State        State
	DecidedBy    *uuid.UUID
	DecidedAt    time.Time
	Reason       string
	Seq          int64
	Proposer     string // name
	Decider      string // name
	Label        string // of the pack that an approval made; only in its answer
}

const maxRows = 5000

var (
	errRows = problem.New(problem.Invalid, "change_rows", fmt.Sprintf("Un cambio lleva de 1 a %d líneas.", maxRows), fmt.Sprintf("A change has 1 to %d lines.", maxRows))
	errForm = problem.New(problem.Invalid, "change_incomplete", "La propuesta no está completa.", "The proposal is not complete.")
)

// proposable are the kinds that wait for a second person.
var proposable = map[law.ChangeKind]bool{law.ChangeRate: true, law.ChangeFactor: true, law.ChangeUnitValue: true, law.ChangeHoliday: true,
	law.ChangeHolidayRemoved: true, law.ChangeSetting: true}

// readAs are the confidences a person may state of what they enter.
var readAs = map[law.Confidence]bool{law.ReadLaw: true, law.ReadSecondary: true, law.Computed: true, law.HouseRule: true}
