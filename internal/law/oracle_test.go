package law

import (
	"encoding/json"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"recobro/internal/day"
)

// explained are the days on which the pack and the independent package differ, each for a reason. where and on are patterns; a Sunday
// needs no reason, for nobody works on it under either calendar.
var explained = []difference{
	{"theirs", "ES", "*-01-06", "Epiphany may be replaced by a region (RD 2001/1983 art. 45.1 d): it stands in every region's list"},
	{"theirs", "ES*", "2022-12-26", "they give the Monday after Christmas to the whole country; only some regions took it, and courts rest until 6 January"},
	{"ours", "ES-A?", "*-12-09", "they leave out the Mondays after 8 December that the region took (eldiario.es 29-11-2024)"},
	{"ours", "ES-CL", "*-12-09", "the same"},
	{"ours", "ES-EX", "*-12-09", "the same"},
	{"ours", "ES-MC", "2024-12-09", "the same"},
	{"ours", "ES-ML", "2024-12-09", "the same (epe.es 30-10-2023)"},
	{"ours", "ES-A?", "2025-10-13", "they leave out the Monday after the National Day of 2025 (guadapress.es 18-10-2024)"},
	{"ours", "ES-CL", "2025-10-13", "the same"},
	{"ours", "ES-EX", "2025-10-13", "the same"},
	{"ours", "ES-CB", "2024-04-01", "the list of 2024: Easter Monday (cadenaser.com 18-03-2024)"},
	{"ours", "ES-CB", "2024-07-25", "the list of 2024: Saint James (epe.es 30-10-2023)"},
	{"ours", "ES-MD", "202[45]-07-25", "the lists of 2024 and 2025: Saint James"},
	{"ours", "ES-NC", "202[45]-07-25", "the lists of 2024 and 2025: Saint James"},
	{"ours", "ES-MD", "2021-03-19", "the list of 2021: Saint Joseph (ugtmadrid.blogspot.com 29-09-2020)"},
	{"theirs", "ES-CL", "2023-04-24", "the list of 2023 took Saint James instead of the Monday (lacianadigital.com)"},
	{"ours", "ES-CL", "2023-07-25", "the same"},
	{"ours", "ES-EX", "2024-02-13", "the list of 2024: Shrove Tuesday (transportealdia.es)"},
	{"ours", "ES-GA", "2026-06-24", "the list of 2026: Saint John (lagaceta.com.ar 28-10-2025)"},
	{"ours", "ES-CM", "2026-04-06", "the list of 2026: Easter Monday (infolibre.es 28-10-2025)"},
	{"theirs", "ES-GA", "2024-03-19", "Saint Joseph of 2024 was kept in Valencia and Murcia only (cadenaser.com 18-03-2024)"},
	{"theirs", "ES-NC", "2024-03-19", "the same"},
	{"theirs", "ES-PV", "2024-03-19", "the same"},
	{"ours", "ES-RI", "*-06-10", "La Rioja Day on a Sunday moves to Monday: 10 June 2024 (transportealdia.es)"},
	{"ours", "ES-VC", "*-10-09", "they lack the day of the Valencian Community"},
	{"theirs", "ES-CT", "202[127]-05-0[23]", "they move Labour Day from Saturday and Sunday; no list read says so of Catalonia, and a day too few only makes us early"},
	{"theirs", "ES-CE", "20[23]?-0[3-6]-*", "they compute the eve of the feast; the official lists said 17 June 2024, 6 June 2025, 27 May 2026 (lasexta.com 15-12-2025)"},
	{"ours", "ES-CE", "20[23]?-0[3-6]-*", "the same; and the end of Ramadan and Saint Anthony since 2026"},
	{"ours", "ES-CE", "20[23]?-02-*", "the end of Ramadan"},
	{"ours", "ES-ML", "2024-06-17", "they compute 16 June; the official list said 17 (transportealdia.es)"},
	{"ours", "ES-ML", "2025-03-31", "they compute 30 March; the official list said 31 (prime.tirant.com)"},
	{"ours", "ES-ML", "20??-09-*", "they leave out the two days of the city (elfarodemelilla.es)"},
	{"theirs", "ES-CB", "*-06-28", "they have the day of the institutions of Cantabria a month early (lasexta.com 11-12-2025, 20minutos.es)"},
	{"ours", "ES-CB", "*-07-28", "the same"},
	{"theirs", "ES-CB", "*-09-16", "on a Sunday the Bien Aparecida was not moved (lasexta.com 10-10-2023)"},
	{"theirs", "ES-CB", "2020-12-07", "not taken in 2020 (elperiodico.cat 07-12-2020)"},
	{"theirs", "ES-CN", "2020-11-02", "the list of 2020 moved Constitution Day instead (gatossindicales.blogspot.com 29-10-2019)"},
	{"ours", "ES-CN", "2020-12-07", "the same"},
	{"theirs", "ES-VC", "2027-06-24", "the list of 2027 leaves Saint John out (actualidadvalencia.com)"},
	{"ours", "CL*", "*-0[34]-*", "they lack Holy Saturday, which counts in Chile, where courts work on Saturdays (CPC 59)"},
	{"ours", "MX", "20[23][04]-10-01", "they still have 1 December, before the reform of the Constitution, art. 83; LFT art. 74 VII says 1 October"},
}

// difference is a day that only one side has.
type difference struct{ side, where, on, why string }

// TestHolidaysAgreeWithAnIndependentPackage compares every country and region with the npm package date-holidays, which
// its own authors keep from the official lists. It needs node and npm (.ci/tools installs them) and is never skipped for want of them.
func TestHolidaysAgreeWithAnIndependentPackage(t *testing.T) {
	if testing.Short() {
		t.Skip("asks npm for the independent package")
	}
	lib := library(t)
	var codes []string
	for _, code := range []string{"ES", "MX", "PE", "CL", "CO"} {
		codes = append(codes, code)
		p, err := lib.Pack(code)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range p.Regions() {
			if r.Code != "CL-NB" { // they call Ñuble CL-NU, and its day is of two towns
				codes = append(codes, r.Code)
			}
		}
	}
	used := make([]bool, len(explained))
	for code, theirs := range oracle(t, codes) {
		ours := holidaysOf(t, lib, code)
		for side, only := range map[string][]string{"ours": without(ours, theirs), "theirs": without(theirs, ours)} {
			for _, on := range only {
				if day.MustParse(on).Weekday() == time.Sunday {
					continue
				}
				i := slices.IndexFunc(explained, func(e difference) bool {
					where, _ := path.Match(e.where, code)
					match, _ := path.Match(e.on, on)
					return e.side == side && where && match
				})
				if i < 0 {
					t.Errorf("%s: only %s has %s (%s)", code, side, on, day.MustParse(on).Weekday())
					continue
				}
				used[i] = true
			}
		}
	}
	for i, e := range explained {
		if !used[i] {
			t.Errorf("nothing differs any more for: %s %s only in %s (%s)", e.where, e.on, e.side, e.why)
		}
	}
}

func holidaysOf(t *testing.T, lib *Library, code string) (days []string) {
	t.Helper()
	p, err := lib.Pack(code[:2])
	if err != nil {
		t.Fatal(err)
	}
	place := Place{}
	if len(code) > 2 {
		place.Region = code
	}
	for year := 2020; year <= 2030; year++ {
		all, err := p.Year(place, year)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range all {
			days = append(days, h.On.String())
		}
	}
	return days
}

func without(all, others []string) (rest []string) {
	for _, d := range all {
		if !slices.Contains(others, d) && !slices.Contains(rest, d) {
			rest = append(rest, d)
		}
	}
	return rest
}

// oracle installs the pinned package into a folder of this test and asks it.
func oracle(t *testing.T, codes []string) map[string][]string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"package.json", "package-lock.json", "oracle.js"} {
		raw, err := os.ReadFile(filepath.Join("testdata", "holidays", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	install := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v\n%s", err, out)
	}
	ask := exec.Command("node", append([]string{"oracle.js"}, codes...)...)
	ask.Dir = dir
	raw, err := ask.Output()
	if err != nil {
		t.Fatalf("asking the independent package: %v", err)
	}
	var days map[string][]string
	if err := json.Unmarshal(raw, &days); err != nil {
		t.Fatal(err)
	}
	return days
}
