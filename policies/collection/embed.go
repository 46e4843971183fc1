// Package collection (policies) carries the collection strategies (políticas de cobranza) that ship with Recobro, one YAML
// file a segment. The rule: a lawyer can read and change a plan; internal/strategy refuses a word that is not in its lists.
package collection

import "embed"

// FS holds one plan for each jurisdiction and kind of debtor: es-b2b.yaml, es-b2c.yaml, mx-b2b.yaml …
//
//go:embed *.yaml
var FS embed.FS
