// Package law (policies) carries the jurisdiction packs that ship with Recobro, one YAML file a country,
// in holidays/ the days of rest of its regions and towns, and in series/ the figures that come by the day.
// The rule: a fact without its article and its confidence does not enter a file; internal/law refuses it.
package law

import "embed"

// FS holds the packs, those of one area included (eu.yaml: procedures; us.yaml: contact), holidays/ and series/.
//
//go:embed *.yaml holidays/*.yaml series/*.csv
var FS embed.FS
