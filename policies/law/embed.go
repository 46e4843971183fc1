// Package law (policies) carries the jurisdiction packs that ship with Recobro, one YAML file a country.
// The rule: a fact without its article and its confidence does not enter a file; internal/law refuses it.
package law

import "embed"

// FS holds es.yaml, mx.yaml, pe.yaml, cl.yaml and co.yaml.
//
//go:embed *.yaml
var FS embed.FS
