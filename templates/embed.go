// Package templates holds the pages: html templates, icons, and the files a browser fetches.
// The rule: no script and no style inside a page; everything a page runs or wears is a file of assets.
package templates

import "embed"

// Pages holds layout.html, the parts that pages share (parts/*.html) and one file for each page (pages/*.html).
//
//go:embed layout.html parts pages
var Pages embed.FS

// Icons holds one SVG file for each icon, unchanged from Tabler Icons.
//
//go:embed icons
var Icons embed.FS

// Assets holds what is served under /assets/: styles, fonts, scripts and their licences.
//
//go:embed assets
var Assets embed.FS
