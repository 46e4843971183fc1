// Package access carries the access policy into the program. The rule: the policy that runs is the one that was reviewed
// with the code; no file or table beside the program can change it.
package access

import "embed"

// FS holds model.conf and policy.csv.
//
//go:embed model.conf policy.csv
var FS embed.FS
