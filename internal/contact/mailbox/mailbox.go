// Package mailbox is an e-mail server of our own for the demo and the tests: it takes real SMTP on the loopback address and
// keeps the last messages in memory. The rule: nothing that comes here ever leaves the machine.
package mailbox

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// Mail is one message as it was received.
type Mail struct {
	From, To  string
	At        time.Time
	MessageID string // without the angle brackets
	Raw       []byte // headers and body, as sent
}

// Box is the server and what it has received.
type Box struct {
	server   *smtp.Server
	listener net.Listener

	mu       sync.Mutex
	keep     int
	mails    []Mail
	accepted int
	refused  int
	tries    map[string]int // deliveries tried to addresses that are answered "later" at first
	answer   func(to string) error
}

// maxBytes of one message.
const maxBytes = 1 << 20

// Open starts a server on a free port of 127.0.0.1 that keeps the last keep messages. Addresses whose local part begins with
// "rebota" or "bounce" are answered 550 (no such mailbox), with "ocupado" or "busy" 451 once and then accepted.
func Open(keep int) (*Box, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("opening the mailbox: %w", err)
	}
	b := &Box{listener: listener, keep: keep, tries: map[string]int{}}
	b.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{box: b}, nil }))
	b.server.Domain, b.server.MaxMessageBytes, b.server.MaxRecipients = "mailbox.localhost", maxBytes, 1
	b.server.ReadTimeout, b.server.WriteTimeout = 10*time.Second, 10*time.Second
	b.server.ErrorLog = log.New(io.Discard, "", 0)
	go func() { _ = b.server.Serve(listener) }()
	return b, nil
}

// Addr is host and port to send to.
func (b *Box) Addr() string { return b.listener.Addr().String() }

// Close ends the server and its connections.
func (b *Box) Close() error {
	if err := b.server.Close(); err != nil && !errors.Is(err, smtp.ErrServerClosed) {
		return fmt.Errorf("closing the mailbox: %w", err)
	}
	return nil
}

// Answer sets what the server answers to a message after it has kept it; nil accepts. A *smtp.SMTPError is answered as it is.
// It stands for a server that takes a message and then fails.
func (b *Box) Answer(with func(to string) error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answer = with
}

// Mails lists what is kept, the newest last.
func (b *Box) Mails() []Mail {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]Mail(nil), b.mails...)
}

// To lists what is kept for an address, the newest last.
func (b *Box) To(address string) []Mail {
	var out []Mail
	for _, m := range b.Mails() {
		if strings.EqualFold(m.To, address) {
			out = append(out, m)
		}
	}
	return out
}

// Counts says how many messages were accepted and how many refused since the start.
func (b *Box) Counts() (accepted, refused int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.accepted, b.refused
}

// judge answers a recipient.
func (b *Box) judge(to string) error {
	local, _, _ := strings.Cut(strings.ToLower(to), "@")
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case strings.HasPrefix(local, "rebota"), strings.HasPrefix(local, "bounce"):
		b.refused++
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}
	case strings.HasPrefix(local, "ocupado"), strings.HasPrefix(local, "busy"):
		b.tries[local]++
		if b.tries[local] == 1 {
			b.refused++
			return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 2}, Message: "try again later"}
		}
	}
	return nil
}

func (b *Box) receive(m Mail) error {
	b.mu.Lock()
	b.accepted++
	b.mails = append(b.mails, m)
	if len(b.mails) > b.keep {
		b.mails = append([]Mail(nil), b.mails[len(b.mails)-b.keep:]...)
	}
	answer := b.answer
	b.mu.Unlock()
	if answer != nil {
		return answer(m.To)
	}
	return nil
}

// session is one delivery.
type session struct {
	box      *Box
	from, to string
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error { s.from = from; return nil }

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if err := s.box.judge(to); err != nil {
		return err
	}
	s.to = to
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return s.box.receive(Mail{From: s.from, To: s.to, At: time.Now(), MessageID: messageID(raw), Raw: raw})
}

func (s *session) Reset()        { s.from, s.to = "", "" }
func (s *session) Logout() error { return nil }

// messageID reads the header of that name.
func messageID(raw []byte) string {
	head, _, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	for _, line := range strings.Split(string(head), "\r\n") {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.EqualFold(name, "message-id") {
			return strings.Trim(strings.TrimSpace(value), "<>")
		}
	}
	return ""
}
