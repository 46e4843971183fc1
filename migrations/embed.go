// Package migrations holds the schema, forward only, in the order of the file names.
// The rule: a file that has shipped is never edited; the next change is the next file.
package migrations

import "embed"

// FS holds the SQL files for the migrator.
//
//go:embed *.sql
var FS embed.FS
