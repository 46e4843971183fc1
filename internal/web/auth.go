package web

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"golang.org/x/time/rate"

	"recobro/internal/access"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// guard asks who is there and whether that role may do this at all, before anything of the body is read. The relation and
// the state of the thing are asked again by the action, under its lock.
func (s *Server) guard(permission access.Permission, credential func(*http.Request) string, refuse func(http.ResponseWriter, *http.Request, error), next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if permission == Public {
			next(w, r)
			return
		}
		token := credential(r)
		if token == "" {
			refuse(w, r, evidence.ErrNobody)
			return
		}
		who, err := access.Identify(r.Context(), s.Log.DB, postgres.Identity(token))
		if err != nil {
			refuse(w, r, err)
			return
		}
		state := requestOf(r.Context())
		state.who = who
		if strings.HasPrefix(r.URL.Path, basePath) {
			if err := s.metered(w, "caller", who.Kind+" "+who.ID.String(), s.Rates.Caller); err != nil {
				refuse(w, r, err)
				return
			}
		}
		if r.Header.Get("Accept-Language") == "" {
			state.language = who.Language
		}
		if permission != SignedIn {
			if err := access.RequireSome(who, permission); err != nil {
				state.log.Warn("access denied", "permission", string(permission), "role", who.Role, "actor_id", who.ID)
				refuse(w, r, err)
				return
			}
		}
		if access.DemandsProof(permission) {
			if err := access.Fresh(r.Context(), s.Log.DB, who, s.FreshFor); err != nil {
				refuse(w, r, err)
				return
			}
		}
		s.inUse(r.Context(), who)
		next(w, r)
	}
}

// counted limits how often one address calls the API, before anything is asked about who calls.
func (s *Server) counted(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := s.metered(w, "address", network(r.RemoteAddr), s.Rates.Address); err != nil {
			s.apiProblem(w, r, err)
			return
		}
		next(w, r)
	}
}

// of gives the token when it is of one of the kinds, so that nobody asks the database about anything else and no secret opens
// a door that it was not made for.
func of(token string, kinds ...access.TokenKind) string {
	if kind, plausible := access.ParseTokenKind(token); plausible && slices.Contains(kinds, kind) {
		return token
	}
	return ""
}

// bearerToken reads the API's credential; cookies and addresses are never one.
func bearerToken(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "bearer") || len(r.Header.Values("Authorization")) > 1 {
		return ""
	}
	return of(token, access.SessionToken, access.LiveKey, access.TestKey)
}

// cookieName is bound to the host when it can be.
func (s *Server) cookieName() string {
	if s.Secure {
		return "__Host-recobro"
	}
	return "recobro"
}

// cookieToken reads the pages' credential, a person's session; a key is none.
func (s *Server) cookieToken(r *http.Request) string {
	c, err := r.Cookie(s.cookieName())
	if err != nil {
		return ""
	}
	return of(c.Value, access.SessionToken)
}

// setSession gives the browser its session; an empty token takes it away.
func (s *Server) setSession(w http.ResponseWriter, token string) {
	c := &http.Cookie{Name: s.cookieName(), Value: token, Path: "/", HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode,
		MaxAge: int(access.SessionLife.Seconds())}
	if token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

var errTooMany = problem.New(problem.TooMany, "too_many_attempts", "Demasiados intentos; espere un poco.", "Too many attempts; wait a little.")

// visitOf is who knocks, as the session list will show it.
func (s *Server) visitOf(r *http.Request) access.Visit {
	return access.Visit{Agent: r.UserAgent(), Address: network(r.RemoteAddr), At: s.Wall()}
}

// signIn checks the limits of the account and of the address, then the credentials. The buckets of this process spare the database
// a flood; those of the database hold for every process.
func (s *Server) signIn(r *http.Request, email, password, code string) (string, error) {
	v, account := s.visitOf(r), strings.ToLower(strings.TrimSpace(email))
	if len(account) > maxEmail { // nobody's, and no name for a bucket
		account = ""
	}
	// Whoever tries from elsewhere does not lock the owner out: the narrow limit is on the pair, the account's own is wide.
	err := s.limit(r.Context(), access.Limit{Name: "address " + v.Address, Burst: 30, Every: time.Second},
		access.Limit{Name: account + " from " + v.Address, Burst: 6, Every: 10 * time.Second}, access.Limit{Name: "account " + account, Burst: 60, Every: 2 * time.Second})
	if err != nil {
		return "", err
	}
	token, err := access.SignIn(r.Context(), s.Log.DB, account, password, code, v, func(user uuid.UUID) bool { return s.mayGuess(r.Context(), user) })
	s.heard(r.Context(), "password", v, err)
	return token, err
}

// mayGuess limits guessing the code of a known password wherever it comes from; nobody without the password can use that up.
func (s *Server) mayGuess(ctx context.Context, user uuid.UUID) bool {
	return s.limit(ctx, access.Limit{Name: "code of " + user.String(), Burst: 10, Every: time.Minute}) == nil
}

// limit takes one attempt from every bucket.
func (s *Server) limit(ctx context.Context, limits ...access.Limit) error {
	allowed := true
	for _, l := range limits {
		allowed = allowed && s.signIns.allow(l.Name, l.Burst, l.Every)
	}
	var err error
	if allowed {
		allowed, err = access.Attempt(ctx, s.Log.DB, s.Wall(), limits...)
	}
	if err == nil && !allowed {
		requestOf(ctx).log.Warn("security", "event", "session.limited")
		err = errTooMany
	}
	return err
}

// heard writes a sign-in and its outcome to the security log; never what was typed.
func (s *Server) heard(ctx context.Context, by string, v access.Visit, err error) {
	if err != nil {
		requestOf(ctx).log.Warn("security", "event", "session.refused", "by", by, "address", v.Address)
		return
	}
	requestOf(ctx).log.Info("security", "event", "session.opened", "by", by, "address", v.Address)
}

// inUse keeps a session alive that is used, and writes down the last use of a key; once a minute and process at most.
func (s *Server) inUse(ctx context.Context, who evidence.Actor) {
	if !s.touched.allow(string(who.Token), 1, time.Minute) {
		return
	}
	use := access.Touch
	if who.Kind == "key" {
		use = access.KeyUsed
	}
	if err := use(ctx, s.Log.DB, who.Token); err != nil {
		requestOf(ctx).log.Warn("writing down a use", "error", err.Error())
	}
}

// laterLife is how long what is done after the answer may take.
const laterLife = 20 * time.Second

// later does something after the answer, so that the time of the answer tells nothing about it.
func (s *Server) later(r *http.Request, do func(*http.Request) error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), laterLife)
	go func() {
		defer cancel()
		if err := do(r.WithContext(ctx)); err != nil {
			requestOf(ctx).log.Error("working after the answer", "error", err.Error())
		}
	}()
}

// maxEmail is the longest address there is, in bytes.
const maxEmail = 254

// network is who counts as one caller: an address, or the /64 that one subscriber of IPv6 has to choose addresses from.
func network(remote string) string {
	at, err := netip.ParseAddrPort(remote)
	if err != nil {
		return remote
	}
	host := at.Addr().Unmap().WithZone("")
	if host.Is4() {
		return host.String()
	}
	return netip.PrefixFrom(host, 64).Masked().String()
}

// limiters are token buckets by name. The oldest go when there are too many.
type limiters struct {
	now func() time.Time
	mu  sync.Mutex
	all map[string]*bucket
}

type bucket struct {
	*rate.Limiter
	seen time.Time
}

const maxBuckets = 20_000

func newLimiters(now func() time.Time) *limiters {
	return &limiters{now: now, all: map[string]*bucket{}}
}

// allow takes one of burst tokens, of which one comes back every interval.
func (l *limiters) allow(name string, burst int, interval time.Duration) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := l.now()
	b := l.all[name]
	if b == nil {
		if len(l.all) >= maxBuckets {
			l.forget(at)
		}
		b = &bucket{Limiter: rate.NewLimiter(rate.Every(interval), burst)}
		l.all[name] = b
	}
	b.seen = at
	return b.AllowN(at, 1)
}

// forget drops the buckets that are full again; under a flood of names all of them go.
func (l *limiters) forget(at time.Time) {
	for name, b := range l.all {
		if at.Sub(b.seen) > 5*time.Minute {
			delete(l.all, name)
		}
	}
	if len(l.all) >= maxBuckets {
		clear(l.all)
	}
}

func unescape(rawQuery string) (string, error) { return url.QueryUnescape(rawQuery) }
