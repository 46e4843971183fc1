package postgres

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// place is where a cluster lives and whose it is.
type place struct {
	pg      string // the data directory of PostgreSQL
	sockets string // the folder of its socket
	log     string // what the server writes
	account account
}

// account is the user that runs PostgreSQL. The server refuses root, and initdb wants a user with a name.
type account struct {
	name     string
	uid, gid uint32
	switched bool // we are root and become this user
}

func (a account) credential() *syscall.Credential {
	if !a.switched {
		return nil
	}
	return &syscall.Credential{Uid: a.uid, Gid: a.gid}
}

// maxSocketPath keeps the socket's path below the 108 bytes that the kernel allows.
const maxSocketPath = 100

// choosePlace settles the folders below data; where the account cannot reach them, in the system's temporary folder, said aloud.
func choosePlace(data string, log func(string)) (place, error) {
	who, err := chooseAccount(filepath.Join(data, "pg"))
	if err != nil {
		return place{}, err
	}
	home := data
	other := temporaryHome(data)
	closed := closedFolder(data, who)
	if closed != "" || (!holdsCluster(data) && holdsCluster(other)) {
		home = other
		if closed == "" {
			log(fmt.Sprintf("the database of %s is in %s, where it was made", data, home))
		} else {
			log(fmt.Sprintf("the user %s, who runs PostgreSQL, may not enter %s: the database is in %s, which the system may empty", who.name, closed, home))
		}
		if err := makeOwn(home); err != nil {
			return place{}, err
		}
		if closed := closedFolder(home, who); closed != "" {
			return place{}, fmt.Errorf("the user %s, who runs PostgreSQL, may enter neither %s nor %s", who.name, data, closed)
		}
	}
	p := place{pg: filepath.Join(home, "pg"), sockets: filepath.Join(home, "run"), log: filepath.Join(home, "postgres.log"), account: who}
	if len(filepath.Join(p.sockets, ".s.PGSQL.5432")) > maxSocketPath {
		short := temporaryHome(data)
		if err := makeOwn(short); err != nil {
			return place{}, err
		}
		p.sockets = filepath.Join(short, "run")
	}
	return p, p.makeFolder(p.sockets)
}

func holdsCluster(home string) bool {
	_, err := os.Stat(filepath.Join(home, "pg", "PG_VERSION"))
	return err == nil
}

func temporaryHome(data string) string {
	sum := sha256.Sum256([]byte(data))
	return filepath.Join(os.TempDir(), fmt.Sprintf("recobro-%d-%x", os.Geteuid(), sum[:5]))
}

// chooseAccount is ourselves, or for root the owner of an older cluster, else postgres, else nobody.
func chooseAccount(pg string) (account, error) {
	if os.Geteuid() != 0 {
		return account{name: "uid " + strconv.Itoa(os.Geteuid()), uid: uint32(os.Geteuid()), gid: uint32(os.Getegid())}, nil
	}
	if info, err := os.Stat(pg); err == nil {
		if owner := info.Sys().(*syscall.Stat_t); owner.Uid != 0 {
			return account{name: "uid " + strconv.Itoa(int(owner.Uid)), uid: owner.Uid, gid: owner.Gid, switched: true}, nil
		}
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errUID := strconv.ParseUint(found.Uid, 10, 32)
		gid, errGID := strconv.ParseUint(found.Gid, 10, 32)
		if errUID == nil && errGID == nil {
			return account{name: name, uid: uint32(uid), gid: uint32(gid), switched: true}, nil
		}
	}
	return account{}, errors.New("running PostgreSQL as root needs a user named postgres or nobody on this machine")
}

// closedFolder is the first folder on the way to path, path included, that the account may not pass; empty when none is.
func closedFolder(path string, who account) string {
	if !who.switched {
		return ""
	}
	at := "/"
	for _, part := range append([]string{""}, strings.Split(strings.Trim(path, "/"), "/")...) {
		at = filepath.Join(at, part)
		info, err := os.Stat(at)
		if err != nil {
			return at
		}
		owner, mode := info.Sys().(*syscall.Stat_t), info.Mode().Perm()
		pass := mode&0o001 != 0
		if owner.Uid == who.uid {
			pass = mode&0o100 != 0
		} else if owner.Gid == who.gid {
			pass = mode&0o010 != 0
		}
		if !pass {
			return at
		}
	}
	return ""
}

// makePassable makes a folder, and those above it, that others may pass but not list; what is there stays as it is.
func makePassable(path string) error {
	if info, err := os.Stat(path); err == nil {
		if !info.IsDir() {
			return fmt.Errorf("%s is not a folder", path)
		}
		return nil
	}
	if err := makePassable(filepath.Dir(path)); err != nil {
		return err
	}
	if err := os.Mkdir(path, 0o711); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return os.Chmod(path, 0o711) // whatever the umask
}

// makeOwn makes a folder with a known name in a place that everybody may write to, and refuses one that somebody else made.
func makeOwn(path string) error {
	err := os.Mkdir(path, 0o711)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("making the folder %s: %w", path, err)
	}
	info, err := os.Lstat(path)
	if err != nil {
		return fmt.Errorf("looking at the folder %s: %w", path, err)
	}
	if !info.IsDir() || info.Sys().(*syscall.Stat_t).Uid != uint32(os.Geteuid()) {
		return fmt.Errorf("the folder %s belongs to somebody else", path)
	}
	return os.Chmod(path, 0o711)
}

// makeFolder makes a folder that only the account may enter.
func (p place) makeFolder(path string) error {
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("making the folder %s: %w", path, err)
	}
	if !p.account.switched {
		return nil
	}
	if err := os.Lchown(path, int(p.account.uid), int(p.account.gid)); err != nil {
		return fmt.Errorf("giving the folder %s to %s: %w", path, p.account.name, err)
	}
	return nil
}

// logTail is the end of the server's log, for a person.
func (p place) logTail() string {
	text, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-5):], " | ")
}
