// Package law (policies) carries the jurisdiction packs that ship with Recobro, one YAML file a country,
// and in holidays/ the days of rest of its regions and towns.
// The rule: a fact without its article and its confidence does not enter a file; internal/law refuses it.
package law

import "embed"

// FS holds the packs and holidays/.
//
//go:embed *.yaml holidays/*.yaml
var FS embed.FS
