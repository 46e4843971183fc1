package web

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"recobro/internal/problem"
)

// Rate is a bucket of Burst calls that fills again by PerSecond.
type Rate struct {
	PerSecond float64
	Burst     int
}

// Rates limit the API. A zero Rate is the firm's default. The one by address is wide, because many systems may stand behind one
// address; it is what holds off whoever has no key at all.
type Rates struct{ Caller, Address Rate }

func (r Rates) filled() Rates {
	if r.Caller == (Rate{}) {
		r.Caller = Rate{PerSecond: 100, Burst: 1000}
	}
	if r.Address == (Rate{}) {
		r.Address = Rate{PerSecond: 400, Burst: 4000}
	}
	return r
}

var errTooOften = problem.New(problem.TooMany, "rate_limited", "Llama demasiado a menudo; espere lo que dice Retry-After.", "You call too often; wait as Retry-After says.")

// meters are the buckets of the API by name.
type meters struct {
	now func() time.Time
	mu  sync.Mutex
	all map[string]*bucket
}

// take takes one call out of a bucket: how many are left, and how long to wait when there is none.
func (m *meters) take(name string, r Rate) (left int, wait time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	at := m.now()
	b := m.all[name]
	if b == nil {
		if len(m.all) >= maxBuckets {
			m.forget(at)
		}
		b = &bucket{Limiter: rate.NewLimiter(rate.Limit(r.PerSecond), r.Burst)}
		m.all[name] = b
	}
	b.seen = at
	if !b.AllowN(at, 1) {
		missing := 1 - b.TokensAt(at)
		return 0, time.Duration(missing / r.PerSecond * float64(time.Second))
	}
	return int(b.TokensAt(at)), 0
}

// forget drops the buckets that are full again; a flood of names empties none that is in use.
func (m *meters) forget(at time.Time) {
	for name, b := range m.all {
		if b.TokensAt(at) >= float64(b.Burst()) {
			delete(m.all, name)
		}
	}
	for name := range m.all { // any of them, rather than memory without end
		if len(m.all) < maxBuckets {
			return
		}
		delete(m.all, name)
	}
}

// metered takes a call out of the named bucket and says how it stands, in the header fields that the IETF's working group drafts; an
// error when it is empty.
func (s *Server) metered(w http.ResponseWriter, policy, name string, r Rate) error {
	left, wait := s.meters.take(policy+" "+name, r)
	seconds := int(math.Ceil(wait.Seconds()))
	w.Header().Set("RateLimit-Policy", fmt.Sprintf("%q;q=%d;w=%d", policy, r.Burst, int(math.Ceil(float64(r.Burst)/r.PerSecond))))
	w.Header().Set("RateLimit", fmt.Sprintf("%q;r=%d;t=%d", policy, left, seconds))
	if wait == 0 {
		return nil
	}
	w.Header().Set("Retry-After", strconv.Itoa(max(seconds, 1)))
	return errTooOften
}
