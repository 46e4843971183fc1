// Package letters holds the words of the firm: one file for each letter and language, a front matter and a Markdown body.
// The rule: a shipped file is version 1 of a template; a change of wording is a new version, never an edit of what was sent.
package letters

import "embed"

// FS holds <id>.<lang>.md.
//
//go:embed *.md
var FS embed.FS
