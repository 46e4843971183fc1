//go:build unix && !linux

package postgres

import "syscall"

// dieWithParent can do nothing here: only Linux tells a child that its parent died. The server left behind is found by
// its postmaster.pid and used up by PostgreSQL's own checks at the next start.
func dieWithParent(*syscall.SysProcAttr) {}
