package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"recobro/internal/simulation"
)

// demoRun is one running recobro demo, as a visitor starts it.
type demoRun struct {
	t       *testing.T
	data    string
	process *exec.Cmd
	out     *printed
	ended   chan error
}

// printed is what a program has said so far.
type printed struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (p *printed) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

func (p *printed) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// builds makes the program once, where another user may run it too.
var builds = sync.OnceValues(func() (folder string, err error) {
	if folder, err = os.MkdirTemp("", "recobro-built-"); err != nil {
		return "", err
	}
	if err := os.Chmod(folder, 0o755); err != nil {
		return folder, err
	}
	if out, err := exec.Command("go", "build", "-o", filepath.Join(folder, "recobro"), ".").CombinedOutput(); err != nil {
		return folder, fmt.Errorf("building the program: %w: %s", err, out)
	}
	return folder, nil
})

// used says that some test has built the program.
var used atomic.Bool

// built is the path of the program.
func built(t *testing.T) string {
	t.Helper()
	used.Store(true)
	folder, err := builds()
	must(t, err)
	return filepath.Join(folder, "recobro")
}

func TestMain(m *testing.M) {
	code := m.Run()
	if used.Load() {
		folder, _ := builds()
		_ = os.RemoveAll(folder)
	}
	os.Exit(code)
}

// startDemo starts the demo on a data folder; as an ordinary user when asked, which only root can.
func startDemo(t *testing.T, program, data string, as *user.User, args ...string) *demoRun {
	t.Helper()
	r := &demoRun{t: t, data: data, out: &printed{}, ended: make(chan error, 1)}
	r.process = exec.Command(program, append([]string{"demo", "--data", data, "--addr", "127.0.0.1:0"}, args...)...)
	r.process.Dir = "/"
	r.process.Stdout, r.process.Stderr = r.out, r.out
	r.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if as != nil {
		uid, err := strconv.Atoi(as.Uid)
		must(t, err)
		gid, err := strconv.Atoi(as.Gid)
		must(t, err)
		must(t, os.Chown(data, uid, gid))
		r.process.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		r.process.Env = []string{"HOME=" + data, "PATH=" + os.Getenv("PATH")}
	}
	must(t, r.process.Start())
	go func() { r.ended <- r.process.Wait() }()
	t.Cleanup(func() { _ = r.process.Process.Kill() })
	return r
}

// says waits until the demo has printed something.
func (r *demoRun) says(pattern string) []string {
	r.t.Helper()
	looked := regexp.MustCompile(pattern)
	for deadline := time.Now().Add(4 * time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if found := looked.FindStringSubmatch(r.out.String()); found != nil {
			return found
		}
		select {
		case err := <-r.ended:
			r.ended <- err
			if looked.MatchString(r.out.String()) {
				continue
			}
			r.t.Fatalf("the demo ended (%v) without saying %q:\n%s", err, pattern, r.tail())
		default:
		}
	}
	r.t.Fatalf("the demo does not say %q:\n%s", pattern, r.tail())
	return nil
}

func (r *demoRun) tail() string {
	text := r.out.String()
	return text[max(0, len(text)-1500):]
}

// ends waits for the end of the program and returns how it ended.
func (r *demoRun) ends() error {
	r.t.Helper()
	select {
	case err := <-r.ended:
		return err
	case <-time.After(4 * time.Minute):
		r.t.Fatalf("the demo does not end:\n%s", r.tail())
		return nil
	}
}

// kills ends the program at once, as a crash does, and waits until nothing of it is left.
func (r *demoRun) kills() {
	r.t.Helper()
	must(r.t, r.process.Process.Kill())
	_ = r.ends()
	r.leavesNothing()
}

// leavesNothing asserts that no process works on the data folder any more.
func (r *demoRun) leavesNothing() {
	r.t.Helper()
	var left []string
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if left = processesOf(r.data); len(left) == 0 {
			return
		}
	}
	r.t.Errorf("left behind: %v", left)
}

// processesOf finds processes that name a folder in their command line or stand in it.
func processesOf(folder string) (found []string) {
	lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, line := range lines {
		words, err := os.ReadFile(line)
		at, _ := os.Readlink(filepath.Join(filepath.Dir(line), "cwd"))
		if err == nil && (bytes.Contains(words, []byte(folder)) || strings.HasPrefix(at, folder)) {
			found = append(found, line+" "+strings.ReplaceAll(string(words), "\x00", " "))
		}
	}
	return found
}

// told reads demo.json strictly: it holds what the contract names, and nobody else may read it.
func (r *demoRun) told() (demo simulation.Demo) {
	r.t.Helper()
	path := filepath.Join(r.data, "demo.json")
	b, err := os.ReadFile(path)
	must(r.t, err)
	var all map[string]json.RawMessage
	must(r.t, json.Unmarshal(b, &all))
	for _, name := range []string{"base_url", "users", "clients", "debtor_links", "trust_keys"} {
		if all[name] == nil || string(all[name]) == "null" {
			r.t.Errorf("demo.json has no %s", name)
		}
	}
	must(r.t, json.Unmarshal(b, &demo))
	for _, u := range demo.Users {
		if u.Email == "" || u.Password == "" || u.TOTPSecret == "" || u.Role == "" || u.Token == "" {
			r.t.Errorf("an incomplete login in demo.json: %+v", u)
		}
	}
	for _, c := range demo.Clients {
		if c.Name == "" || c.APIKey == "" {
			r.t.Errorf("an incomplete client in demo.json: %+v", c)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		r.t.Errorf("demo.json is readable for others: %v %v", info.Mode(), err)
	}
	return demo
}

// serves asserts that pages and API answer with what demo.json says, and counts the cases by stage for a person.
func (r *demoRun) serves() (total int) {
	r.t.Helper()
	at := r.says(`recobro: ready on (http://\S+)`)[1]
	demo := r.told()
	if at != demo.BaseURL {
		r.t.Errorf("ready on %s, demo.json says %s", at, demo.BaseURL)
	}
	res, err := http.Get(demo.BaseURL + "/login")
	must(r.t, err)
	page, err := io.ReadAll(res.Body)
	must(r.t, err)
	must(r.t, res.Body.Close())
	if res.StatusCode != 200 || !bytes.Contains(page, []byte("<form")) {
		r.t.Errorf("the login page: %d %.200s", res.StatusCode, page)
	}
	for _, u := range demo.Users {
		var me struct{ Role string }
		ask(r.t, demo.BaseURL, u.Token, "/me", &me)
		if me.Role != u.Role {
			r.t.Errorf("%s is %s in demo.json and %s for the API", u.Email, u.Role, me.Role)
		}
	}
	for _, c := range demo.Clients {
		var page struct{ Data []struct{ ID string } }
		ask(r.t, demo.BaseURL, c.APIKey, "/cases?limit=1", &page)
		if len(page.Data) != 1 {
			r.t.Errorf("the key of %s finds no case", c.Name)
		}
	}
	for _, n := range stages(r.t, demo.BaseURL, person(r.t, demo, "lawyer").Token) {
		total += n
	}
	return total
}

// stages counts the cases that somebody sees.
func stages(t *testing.T, base, token string) map[string]int {
	t.Helper()
	count, cursor := map[string]int{}, ""
	for {
		var page struct {
			Data []struct{ Stage string }
			Next string `json:"next_cursor"`
		}
		ask(t, base, token, "/cases?limit=200&cursor="+cursor, &page)
		for _, c := range page.Data {
			count[c.Stage]++
		}
		if cursor = page.Next; cursor == "" {
			return count
		}
	}
}

const smallStory = "--cases=30 --days=40"

func small(more ...string) []string { return append(strings.Fields(smallStory), more...) }

func TestTheDemoPlaysOnceAndReportsCasesAndMoney(t *testing.T) {
	program := built(t)
	people := map[string]*user.User{"whoever runs the tests": nil}
	if os.Geteuid() == 0 {
		if nobody, err := user.Lookup("nobody"); err == nil {
			people["an ordinary user"] = nobody
		}
	}
	for name, as := range people {
		t.Run(name, func(t *testing.T) {
			r := startDemo(t, program, ownFolder(t), as, small("--once")...)
			if err := r.ends(); err != nil {
				t.Fatalf("%v\n%s", err, r.tail())
			}
			if !regexp.MustCompile(` 30 expedientes el .* Cerrado \d+ .*cobrado: [0-9.]+,\d\d €`).MatchString(plain(r.out.String())) {
				t.Errorf("the report:\n%s", r.tail())
			}
			r.told()
			r.leavesNothing()
		})
	}
}

func TestTheDemoServesTheSameCasesAgainAfterAnyEnd(t *testing.T) {
	program, data := built(t), ownFolder(t)
	cutOff := startDemo(t, program, data, nil, small()...)
	cutOff.says(`\] 1\d/40 días`) // in the middle of the story
	cutOff.kills()
	if _, err := os.Stat(filepath.Join(data, "demo.json")); err == nil {
		t.Error("half a story is told in demo.json")
	}

	whole := startDemo(t, program, data, nil, small()...)
	whole.says(`\] 40/40 días`)
	if total := whole.serves(); total != 30 {
		t.Errorf("begun again, the story has %d cases", total)
	}
	second := startDemo(t, program, data, nil, small()...)
	if err := second.ends(); err != nil || !strings.Contains(second.out.String(), "already running on "+whole.told().BaseURL) {
		t.Errorf("a second start beside the first: %v\n%s", err, second.tail())
	}
	whole.serves()
	whole.kills() // while it serves

	recovered := startDemo(t, program, data, nil, small()...)
	if total := recovered.serves(); total != 30 {
		t.Errorf("after kill -9 there are %d cases", total)
	}
	must(t, recovered.process.Process.Signal(os.Interrupt))
	if err := recovered.ends(); err != nil {
		t.Errorf("after SIGINT: %v\n%s", err, recovered.tail())
	}
	recovered.leavesNothing()

	began := time.Now()
	third := startDemo(t, program, data, nil, small()...)
	if total := third.serves(); total != 30 {
		t.Errorf("at the third start there are %d cases", total)
	}
	if strings.Contains(third.out.String(), "/40 días") {
		t.Error("the story was played again")
	}
	t.Logf("ready again after %s", time.Since(began).Round(100*time.Millisecond))
	must(t, third.process.Process.Signal(syscall.SIGTERM))
	if err := third.ends(); err != nil {
		t.Errorf("after SIGTERM: %v\n%s", err, third.tail())
	}
	third.leavesNothing()
}

func TestEverybodyOfTheDemoSeesACaseInEveryStage(t *testing.T) {
	if testing.Short() {
		t.Skip("The story of 120 cases takes most of a minute: not with -short.")
	}
	began := time.Now()
	r := startDemo(t, built(t), ownFolder(t), nil, "--cases=120", "--days=200")
	if total := r.serves(); total != 120 {
		t.Errorf("the story has %d cases", total)
	}
	t.Logf("ready after %s", time.Since(began).Round(100*time.Millisecond))
	demo := r.told()
	for _, u := range demo.Users {
		if !slices.Contains([]string{"lawyer", "paralegal", "supervisor"}, u.Role) {
			continue
		}
		seen := stages(t, demo.BaseURL, u.Token)
		for _, stage := range []string{"amicable", "formal_demand", "pre_litigation", "judicial", "enforcement", "closed"} {
			if seen[stage] == 0 {
				t.Errorf("%s (%s, %s) sees no case in %s: %v", u.Email, u.Role, u.Team, stage, seen)
			}
		}
	}
	must(t, r.process.Process.Signal(os.Interrupt))
	if err := r.ends(); err != nil {
		t.Errorf("after SIGINT: %v\n%s", err, r.tail())
	}
	r.leavesNothing()
}
