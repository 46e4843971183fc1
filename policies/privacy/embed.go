// Package privacy (policies) carries the data map: what the firm keeps about whom, why, how long, and what destruction does
// to it. The rule: a column of the database that the map does not name fails the build.
package privacy

import "embed"

// FS holds the map and the rules that a lawyer may change.
//
//go:embed *.yaml
var FS embed.FS
