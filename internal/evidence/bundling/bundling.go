// Package bundling gathers a case's evidence from the database into a bundle for a court, a client, a debtor or the firm. The
// rule: who reads a case receives only the profiles that are theirs, and no event without its place under a signed checkpoint.
package bundling

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/evidence/bundle"
	"recobro/internal/evidence/format"
	"recobro/internal/evidence/tree"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

var (
	errProfile = problem.New(problem.Invalid, "bundle_profile_refused", "Ese perfil no existe o no le corresponde.", "That profile does not exist or is not yours.")
	errNotYet  = problem.New(problem.Conflict, "bundle_not_sealed", "Esas actuaciones aún no están bajo un punto de control firmado; espere un minuto.", "Those interactions are not under a signed checkpoint yet; wait a minute.")
)

// Desk makes bundles.
type Desk struct {
	Log   *evidence.Log
	Store *documents.Store
}

// Wanted is the bundle that somebody asks for: the first Seq interactions of a case, all that are sealed when 0. Printed is
// the size of a checkpoint on a paper that the bundle shall also prove; 0 for none.
type Wanted struct {
	Case    uuid.UUID
	Profile string
	Seq     int
	Printed int64
}

// Profiles are those that somebody may take away: the firm all, everybody else the client's.
func Profiles(who evidence.Actor) []string {
	if who.Staff {
		return bundle.Profiles
	}
	return []string{bundle.Client}
}

// Gather reads everything of the bundle but the documents, in one transaction; Contents.Write then streams it.
func (d *Desk) Gather(ctx context.Context, who evidence.Actor, w Wanted) (c bundle.Contents, err error) {
	if !slices.Contains(Profiles(who), w.Profile) {
		return c, errProfile
	}
	err = d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		found, err := cases.Get(tx, who, w.Case)
		if err != nil {
			return err
		}
		if err := access.Require(who, access.To(access.ActExport, access.ObjEvidence), found.Place(), access.NoState); err != nil {
			return err
		}
		c = bundle.Contents{Client: found.ClientID.String(), Subject: "case " + found.ID.String(), Profile: w.Profile, Classes: map[string]string{}, File: d.file}
		if err := tx.Get(&c.Origin, `select origin from ev.log`); err != nil {
			return err
		}
		papers, err := documents.List(tx, found.ClientID, found.ID)
		if err != nil {
			return err
		}
		for _, p := range papers {
			c.Classes[hex.EncodeToString(p.SHA256)] = string(p.Class)
		}
		if err := events(tx, &c, w); err != nil {
			return err
		}
		c.Name = bundle.Name(found.Number, len(c.Events))
		return prove(tx, &c, w.Printed)
	})
	if err != nil {
		return c, fmt.Errorf("gathering the evidence of case %s: %w", w.Case, err)
	}
	return c, nil
}

func (d *Desk) file(sum string) ([]byte, error) {
	b, err := hex.DecodeString(sum)
	if err != nil || len(b) != 32 {
		return nil, fmt.Errorf("%q is no hash", sum)
	}
	return d.Store.Read([32]byte(b))
}

// events reads the chain up to the newest sealed event, or the one that was asked for.
func events(tx *postgres.Tx, c *bundle.Contents, w Wanted) error {
	var rows []struct {
		Header, Body, Opening []byte
		Index                 *int64
	}
	err := tx.Select(&rows, `select e.header, e.body, o.opening, l.tree_index as index from ev.events e
		left join ev.openings o using (subject_kind, subject, seq)
		left join ev.leaves l on l.subject_kind = e.subject_kind and l.subject = e.subject and l.seq = e.seq
			and l.tree_index < (select max(size) from ev.checkpoints)
		where e.subject_kind = 'case' and e.subject = $1 and ($2 = 0 or e.seq <= $2) order by e.seq`, w.Case, w.Seq)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.Index == nil && w.Seq == 0 {
			break
		}
		if r.Index == nil {
			return errNotYet
		}
		e := bundle.Event{Header: r.Header, Body: r.Body, Index: *r.Index}
		if r.Opening != nil {
			e.Opened = &format.Opening{}
			if err := json.Unmarshal(r.Opening, e.Opened); err != nil {
				return err
			}
		}
		c.Events = append(c.Events, e)
	}
	if len(c.Events) == 0 || w.Seq > len(c.Events) {
		return errNotYet
	}
	return nil
}

// prove takes the smallest checkpoint that covers all events (a cosigned one when there is), and every hash that the proofs
// against it need with one statement.
func prove(tx *postgres.Tx, c *bundle.Contents, printed int64) error {
	need := printed - 1
	olds := map[int64]bool{}
	for _, e := range c.Events {
		need = max(need, e.Index)
		h, err := format.ParseHeader(e.Header)
		if err != nil {
			return err
		}
		if p, err := format.ParsePrintedCheckpoint(h["cp"]); err == nil {
			olds[p.Size] = true
		}
	}
	if printed > 0 {
		olds[printed] = true
	}
	var point struct {
		Size  int64
		Root  []byte
		Note  string
		Lines *string
	}
	err := tx.Get(&point, `select c.size, c.root, c.note, x.lines from ev.checkpoints c
		left join lateral (select string_agg(rtrim(line, E'\n') || E'\n', '' order by witness) as lines from ev.cosignatures where size = c.size) x on true
		where c.size > $1 order by x.lines is null, c.size limit 1`, need)
	if errors.Is(err, problem.Missing) {
		return errNotYet
	}
	if err != nil {
		return err
	}
	c.Size, c.Root, c.Note = point.Size, tlog.Hash(point.Root), strings.TrimRight(point.Note, "\n")+"\n"
	if point.Lines != nil {
		c.Note += *point.Lines
	}
	delete(olds, c.Size)
	return paths(tx, c, olds)
}

// noted remembers which hashes are asked for, and answers none.
type noted map[int64]tlog.Hash

// ReadHashes makes it a tlog.HashReader.
func (n noted) ReadHashes(ids []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(ids))
	for i, id := range ids {
		out[i] = n[id]
		n[id] = out[i]
	}
	return out, nil
}

// paths makes the proofs twice: first to learn which hashes they need, then, with all of them read at once, for good.
func paths(tx *postgres.Tx, c *bundle.Contents, olds map[int64]bool) error {
	hashes := noted{}
	for range 2 {
		c.Older = nil
		for i := range c.Events {
			path, err := tlog.ProveRecord(c.Size, c.Events[i].Index, hashes)
			if err != nil {
				return err
			}
			c.Events[i].Path = path
		}
		for size := range olds {
			root, err := tlog.TreeHash(size, hashes)
			if err != nil {
				return err
			}
			path, err := tlog.ProveTree(c.Size, size, hashes)
			if err != nil {
				return err
			}
			c.Older = append(c.Older, format.Consistency{Old: size, Root: root, Hashes: path})
		}
		ids := make([]int64, 0, len(hashes))
		for id := range hashes {
			ids = append(ids, id)
		}
		read, err := tree.Reader(tx).ReadHashes(ids)
		if err != nil {
			return err
		}
		for i, id := range ids {
			hashes[id] = read[i]
		}
	}
	return nil
}
