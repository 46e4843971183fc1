//go:build unix && !linux

package postgres

import "syscall"

// dieWithParent can do nothing here: only Linux tells a child that its parent died. A server left behind keeps the data
// until somebody ends it; PostgreSQL's own lock says so at the next start.
func dieWithParent(*syscall.SysProcAttr) {}
