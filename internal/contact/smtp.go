package contact

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
)

// Sender hands messages to the firm's mail server.
type Sender struct {
	Addr               string // host:port
	Username, Password string // empty: the server asks for none
	Plain              bool   // without TLS: only for a server on this machine
	From               string // envelope and header address; its domain names the messages
}

// smtpTimeout is the longest that one step of a delivery may take.
const smtpTimeout = 20 * time.Second

// fate is what the server said.
type fate string

const (
	accepted fate = "accepted"
	refused  fate = "refused" // for good
	later    fate = "later"   // nothing was taken; try again
	unknown  fate = "unknown" // the message was handed over and no answer came
)

// answer of the server to one message.
type answer struct {
	fate       fate
	text       string // as the server put it
	badAddress bool   // it is the address that was refused
}

// letter is one e-mail as it goes out.
type letter struct {
	id                  string // left part of the Message-ID
	fromName, replyTo   string
	toName, to          string
	subject, text, page string
	at                  time.Time
}

// messageID names the message to every server on its way, the same at every attempt.
func (s *Sender) messageID(id string) string {
	_, domain, _ := strings.Cut(s.From, "@")
	return id + "@" + domain
}

// send delivers one message. It judges an error by whether the server can have taken the message: before the end of the data
// it cannot, after an answer it is known, and between the two nobody knows.
func (s *Sender) send(ctx context.Context, l letter) answer {
	message, err := s.compose(l)
	if err != nil {
		return answer{fate: refused, text: fmt.Sprintf("composing: %v", err)}
	}
	client, err := s.client()
	if err != nil {
		return answer{fate: later, text: err.Error()}
	}
	err = client.DialAndSendWithContext(ctx, message)
	if message.IsDelivered() { // an error after the acceptance (RSET, QUIT) changes nothing
		return answer{fate: accepted, text: strings.TrimSpace(message.ServerResponse())}
	}
	var failed *mail.SendError
	if !errors.As(err, &failed) { // the connection was never made
		return answer{fate: later, text: fmt.Sprint(err)}
	}
	out := answer{fate: later, text: failed.Error()}
	switch code := failed.ErrorCode(); {
	case code >= 500:
		out.fate, out.badAddress = refused, failed.Reason == mail.ErrSMTPRcptTo
	case code == 0 && failed.Reason == mail.ErrSMTPDataClose:
		out.fate = unknown
	}
	return out
}

func (s *Sender) client() (*mail.Client, error) {
	host, port, err := net.SplitHostPort(s.Addr)
	if err != nil {
		return nil, fmt.Errorf("reading the address of the mail server: %w", err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, fmt.Errorf("reading the port of the mail server: %w", err)
	}
	options := []mail.Option{mail.WithPort(number), mail.WithTimeout(smtpTimeout), mail.WithoutNoop(), mail.WithTLSPolicy(mail.TLSMandatory)}
	if s.Plain {
		options = append(options, mail.WithTLSPolicy(mail.NoTLS), mail.WithHELO("localhost"))
	}
	if s.Username != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(s.Username), mail.WithPassword(s.Password))
	}
	client, err := mail.NewClient(host, options...)
	if err != nil {
		return nil, fmt.Errorf("preparing the mail client: %w", err)
	}
	return client, nil
}

func (s *Sender) compose(l letter) (*mail.Msg, error) {
	m := mail.NewMsg()
	if err := m.FromFormat(oneLine(l.fromName), s.From); err != nil {
		return nil, fmt.Errorf("sender: %w", err)
	}
	if err := m.AddToFormat(oneLine(l.toName), l.to); err != nil {
		return nil, fmt.Errorf("recipient: %w", err)
	}
	if err := m.ReplyTo(l.replyTo); err != nil {
		return nil, fmt.Errorf("address for replies: %w", err)
	}
	m.SetMessageIDWithValue(s.messageID(l.id))
	m.SetDateWithValue(l.at)
	m.Subject(oneLine(l.subject))
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetBodyString(mail.TypeTextPlain, l.text)
	m.AddAlternativeString(mail.TypeTextHTML, l.page)
	return m, nil
}
