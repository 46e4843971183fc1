package law

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"recobro/internal/problem"
)

// Library is a living shelf: every shipped version of every pack, and every change that the firm adopted, each at its instant.
// Whoever holds one sees what Adopt swaps in at once; what a past instant knew never changes. It is safe for concurrent use.
type Library struct {
	shipped   map[string][]*Pack // the versions of a jurisdiction, the oldest first
	confirmed []string           // what Confirm vouches for, whenever asked
	now       atomic.Pointer[shelf]
}

// shelf is what a Library answers from. Nobody writes to it.
type shelf struct {
	adopted  []Change
	editions map[string][]edition
}

// edition is a pack from one instant until the next edition: a shipped version with the first so many adopted changes. It is
// made when it is first asked for.
type edition struct {
	since time.Time // zero is the beginning of time
	label string
	pack  func() *Pack
}

// Load reads every *.yaml of fsys as a version of a pack, and the series that they name beside them. Unknown keys, facts
// without a confidence, overlapping rates and terms that point nowhere are errors that name the file.
func Load(fsys fs.FS) (*Library, error) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("finding jurisdiction packs: no *.yaml (%v)", err)
	}
	shared, names, err := sharedPacks(fsys, names)
	if err != nil {
		return nil, err
	}
	lib := &Library{shipped: map[string][]*Pack{}}
	for _, name := range names {
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("reading pack %s: %w", name, err)
		}
		p, err := parsePack(raw, fsys, shared)
		if err != nil {
			return nil, fmt.Errorf("reading pack %s: %w", name, err)
		}
		if slices.ContainsFunc(lib.shipped[p.Code], func(old *Pack) bool { return old.Version == p.Version }) {
			return nil, fmt.Errorf("reading pack %s: %s version %d twice", name, p.Code, p.Version)
		}
		lib.shipped[p.Code] = append(lib.shipped[p.Code], p)
	}
	for code, versions := range lib.shipped {
		slices.SortFunc(versions, func(a, b *Pack) int { return a.Version - b.Version })
		for i, p := range versions {
			if i > 0 && !versions[i-1].since().Before(p.since()) {
				return nil, fmt.Errorf("pack %s: version %d does not say that it ships after version %d", code, p.Version, versions[i-1].Version)
			}
		}
	}
	return lib, lib.Adopt(nil)
}

// since is the instant from which a shipped version is known.
func (p *Pack) since() time.Time {
	if p.doc.Since.IsZero() {
		return time.Time{}
	}
	return p.doc.Since.Date.In(p.Zone)
}

// Adopt puts the firm's approved changes on the shelf, all of them at once, in place of what was adopted before. They count in
// the order of their approval (At, then Seq) whatever order they come in, over the shipped version of their time and over every
// later one. A change that cannot stand is a problem that names it, and then nothing changes: jurisdiction_unknown,
// change_invalid, rate_overlap, fact_unknown, setting_unknown.
func (l *Library) Adopt(changes []Change) error {
	ordered := slices.Clone(changes)
	slices.SortStableFunc(ordered, inOrder)
	byCode := map[string][]Change{}
	for _, c := range ordered {
		if l.shipped[c.Jurisdiction] == nil {
			return fmt.Errorf("adopting change %d: %w", c.Seq, errJurisdiction)
		}
		byCode[c.Jurisdiction] = append(byCode[c.Jurisdiction], c)
	}
	next := &shelf{adopted: ordered, editions: map[string][]edition{}}
	for code, versions := range l.shipped {
		all, err := l.editionsOf(versions, byCode[code])
		if err != nil {
			return err
		}
		next.editions[code] = all
	}
	l.now.Store(next)
	return nil
}

// editionsOf lays a jurisdiction's versions and changes out in time. The last edition of each version is made at once: it applies,
// and so tries, every change that the version's earlier editions hold.
func (l *Library) editionsOf(versions []*Pack, changes []Change) ([]edition, error) {
	var all []edition
	for i, base := range versions {
		known := 0
		if i > 0 {
			known = approvedBy(changes, base.since())
		}
		last := len(changes)
		if i+1 < len(versions) {
			last = max(known, approvedBy(changes, versions[i+1].since().Add(-1)))
		}
		complete, err := base.with(l.confirmed, changes[:last])
		if err != nil {
			return nil, err
		}
		for n := known; n < last; n = approvalFrom(changes, n) {
			made := sync.OnceValue(func() *Pack { p, _ := base.with(l.confirmed, changes[:n]); return p })
			all = append(all, edition{beginning(base, changes, known, n), label(base, approvals(changes[:n])), made})
		}
		all = append(all, edition{beginning(base, changes, known, last), complete.Label(), func() *Pack { return complete }})
	}
	return all, nil
}

// beginning of the edition of base that holds n changes, of which `known` were there when base shipped.
func beginning(base *Pack, changes []Change, known, n int) time.Time {
	if n == known {
		return base.since()
	}
	return changes[n-1].At
}

// approvedBy counts the changes approved at an instant or before.
func approvedBy(changes []Change, at time.Time) int {
	n, _ := slices.BinarySearchFunc(changes, at, func(c Change, at time.Time) int {
		if c.At.After(at) {
			return 1
		}
		return -1
	})
	return n
}

// approvals counts the changes that were approved one by one: the rows of one publication share their Seq and are one.
func approvals(changes []Change) (n int) {
	for at := 0; at < len(changes); at = approvalFrom(changes, at) {
		n++
	}
	return n
}

// approvalFrom is where the approval that begins at n ends.
func approvalFrom(changes []Change, n int) int {
	for n++; n < len(changes) && changes[n].Seq != 0 && changes[n].Seq == changes[n-1].Seq; n++ {
	}
	return n
}

func label(p *Pack, changes int) string {
	if changes == 0 {
		return strconv.Itoa(p.Version)
	}
	return fmt.Sprintf("%d.%d", p.Version, changes)
}

// newest is the newest pack of a jurisdiction, a limited one included; nil when none is loaded.
func (l *Library) newest(code string) *Pack {
	all := l.now.Load().editions[code]
	if len(all) == 0 {
		return nil
	}
	return all[len(all)-1].pack()
}

// Pack is the newest pack of a jurisdiction in which cases are pursued; the problem jurisdiction_unknown when none is loaded.
func (l *Library) Pack(code string) (*Pack, error) { return l.PackAt(code, time.Time{}) }

// PackAt is a jurisdiction's pack as it was known at an instant: the version shipped by then with the changes approved by then.
// The zero instant is now. The problem jurisdiction_unknown as of Pack.
func (l *Library) PackAt(code string, known time.Time) (*Pack, error) {
	p := l.newest(code)
	if p == nil || !p.Whole() {
		return nil, errJurisdiction
	}
	if known.IsZero() {
		return p, nil
	}
	all := l.now.Load().editions[code]
	n, _ := slices.BinarySearchFunc(all, known, func(e edition, at time.Time) int {
		if e.since.After(at) {
			return 1
		}
		return -1
	})
	return all[max(0, n-1)].pack(), nil
}

// PackVersion is the pack under a label that Pack.Label gave, for what runs under the version it started with. Problems:
// jurisdiction_unknown, pack_version_unknown.
func (l *Library) PackVersion(code, label string) (*Pack, error) {
	all := l.now.Load().editions[code]
	if len(all) == 0 {
		return nil, errJurisdiction
	}
	for _, e := range slices.Backward(all) {
		if e.label == label {
			return e.pack(), nil
		}
	}
	return nil, problem.New(problem.NotFound, "pack_version_unknown",
		fmt.Sprintf("No hay versión «%s» de la normativa de %s.", label, code), fmt.Sprintf("There is no version %q of the pack of %s.", label, code))
}

// Codes of the jurisdictions in which cases are pursued, in alphabetical order.
func (l *Library) Codes() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(l.shipped)), func(code string) bool { return !l.newest(code).Whole() })
}

// Confirm answers a library of its own in which the firm's lawyers vouch for unverified facts whenever asked, by id
// ("es.statutory_commercial.2013-07-01"). An id that no pack has is the problem fact_unknown.
func (l *Library) Confirm(ids ...string) (*Library, error) {
	for _, id := range ids {
		code, _, _ := strings.Cut(id, ".")
		if p := l.newest(strings.ToUpper(code)); p == nil || !p.has(id) {
			return nil, problem.New(problem.Invalid, "fact_unknown", "Ninguna normativa contiene ese dato.", "No pack has that fact.")
		}
	}
	out := &Library{shipped: l.shipped, confirmed: slices.Concat(l.confirmed, ids)}
	return out, out.Adopt(l.now.Load().adopted)
}

// Names are the names that packs give to their terms, acts and procedures, under "term.", "act." and "procedure." with the id;
// acts also under "act." with the ids of procedure and act, for each procedure names its own.
func (l *Library) Names() map[string]problem.Text {
	names := map[string]problem.Text{}
	for _, code := range slices.Sorted(maps.Keys(l.shipped)) {
		for _, v := range l.shipped[code] {
			for _, t := range v.doc.Terms {
				names["term."+t.ID] = t.Name
			}
			for _, p := range v.Procedures() {
				names["procedure."+p.ID] = p.Name
				for _, a := range p.Acts {
					names["act."+a.ID], names["act."+p.ID+"."+a.ID] = a.Name, a.Name
				}
			}
		}
	}
	return names
}

// KnownSince is the instant from which this edition of the pack is known: its last change's, or that of the version's shipping; zero is
// the beginning of time.
func (p *Pack) KnownSince() time.Time { return p.began }
