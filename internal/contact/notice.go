package contact

import (
	"context"
	"fmt"
	"html"
	"strings"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/clients"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// notice is what a mail about somebody's account says, in both languages.
type notice struct{ subject, text problem.Text }

var notices = map[string]notice{
	access.Invited: {problem.Text{ES: "Su acceso a Recobro", EN: "Your access to Recobro"},
		problem.Text{ES: "Le han dado acceso a Recobro. Elija su contraseña y su segundo factor con este enlace; sirve una vez, durante 48 horas.",
			EN: "You were given access to Recobro. Choose your password and your second factor with this link; it is good once, for 48 hours."}},
	access.FactorsReset: {problem.Text{ES: "Su acceso a Recobro empieza de nuevo", EN: "Your access to Recobro begins anew"},
		problem.Text{ES: "Un administrador ha retirado su contraseña y sus segundos factores y ha cerrado sus sesiones. Elija otros con este enlace; sirve una vez, durante 48 horas. Si no lo pidió, avise al despacho.",
			EN: "An administrator has taken your password and your second factors away and ended your sessions. Choose new ones with this link; it is good once, for 48 hours. If you did not ask for it, tell the firm."}},
	access.ResetAsked: {problem.Text{ES: "Contraseña nueva de Recobro", EN: "New password for Recobro"},
		problem.Text{ES: "Alguien ha pedido una contraseña nueva para su acceso. Con este enlace la elige; sirve una vez, durante 30 minutos, y pide su segundo factor. Si no fue usted, no haga nada.",
			EN: "Somebody asked for a new password for your access. Choose it with this link; it is good once, for 30 minutes, and asks for your second factor. If it was not you, do nothing."}},
	access.PasswordReset: {problem.Text{ES: "Su contraseña ha cambiado", EN: "Your password has changed"},
		problem.Text{ES: "Se ha elegido una contraseña nueva con el enlace que le enviamos y se han cerrado las demás sesiones. Si no fue usted, avise al despacho enseguida.",
			EN: "A new password was chosen with the link that we sent, and the other sessions were ended. If it was not you, tell the firm at once."}},
	access.PasswordSet: {problem.Text{ES: "Su contraseña ha cambiado", EN: "Your password has changed"},
		problem.Text{ES: "Se ha cambiado la contraseña de su acceso y se han cerrado las demás sesiones. Si no fue usted, avise al despacho enseguida.",
			EN: "The password of your access was changed and the other sessions were ended. If it was not you, tell the firm at once."}},
	access.FactorAdded: {problem.Text{ES: "Segundo factor añadido", EN: "Second factor added"},
		problem.Text{ES: "Se ha añadido un segundo factor a su acceso. Si no fue usted, avise al despacho enseguida.", EN: "A second factor was added to your access. If it was not you, tell the firm at once."}},
	access.FactorRemoved: {problem.Text{ES: "Segundo factor retirado", EN: "Second factor removed"},
		problem.Text{ES: "Se ha retirado un segundo factor de su acceso. Si no fue usted, avise al despacho enseguida.", EN: "A second factor was removed from your access. If it was not you, tell the firm at once."}},
	access.CodesRenewed: {problem.Text{ES: "Códigos de recuperación nuevos", EN: "New recovery codes"},
		problem.Text{ES: "Se han hecho códigos de recuperación nuevos para su acceso; los de antes ya no sirven. Si no fue usted, avise al despacho enseguida.",
			EN: "New recovery codes were made for your access; those of before are good no longer. If it was not you, tell the firm at once."}},
}

// person is whom a notice goes to.
type person struct{ Email, Name, Language string }

// Notify mails a person about their account. The token of a link is made here and stands nowhere but in the mail; a link that is
// over meanwhile is not mailed. ErrLater asks the caller to come again.
func (d *Desk) Notify(ctx context.Context, who evidence.Actor, n access.Notify) error {
	said, known := notices[n.What]
	if !known {
		return fmt.Errorf("writing to person %s: nothing is said about %q", n.User, n.What)
	}
	var to person
	var firm clients.Firm
	var token string
	err := d.Log.DB.Write(ctx, who.Token, func(tx *postgres.Tx) (err error) {
		if err = tx.Get(&to, `select email, name, language from users where id = $1 and disabled_at is null`, n.User); err != nil {
			return err
		}
		if firm, err = clients.FirmOf(tx); err != nil || n.Link == nil {
			return err
		}
		token, err = access.WriteLink(tx, *n.Link)
		return err
	})
	if problem.Of(err) == problem.Missing {
		return nil
	}
	if err != nil {
		return err
	}
	text := said.text.In(to.Language)
	paragraphs := []string{text}
	if token != "" {
		paragraphs = append(paragraphs, strings.TrimSuffix(firm.BaseURL, "/")+"/in/"+token)
	}
	paragraphs = append(paragraphs, firm.Name)
	answer := d.Sender.send(ctx, letter{id: uuid.NewString(), fromName: firm.Name, replyTo: firm.Email, toName: to.Name, to: to.Email, subject: said.subject.In(to.Language),
		text: strings.Join(paragraphs, "\n\n") + "\n", page: asPage(to.Language, paragraphs), at: d.Log.Now()})
	if answer.fate == later {
		return fmt.Errorf("writing to person %s: %w: %s", n.User, ErrLater, answer.text)
	}
	_, err = evidence.Record(context.WithoutCancel(ctx), d.Log, who, func(*evidence.Tx) (uuid.UUID, []evidence.Entry, error) {
		return n.User, []evidence.Entry{{Subject: evidence.Firm, Kind: "user.notified", Class: evidence.Internal,
			Fields: evidence.Fields{"user": n.User.String(), "about": n.What, "fate": string(answer.fate), "answer": oneLine(answer.text)}}}, nil
	})
	return err
}

// asPage writes paragraphs as a page; an address becomes a link.
func asPage(lang string, paragraphs []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<!DOCTYPE html><html lang="%s"><body>`, lang)
	for _, p := range paragraphs {
		safe := html.EscapeString(p)
		if strings.HasPrefix(p, "http") {
			safe = `<a href="` + safe + `">` + safe + `</a>`
		}
		b.WriteString("<p>" + safe + "</p>")
	}
	b.WriteString("</body></html>")
	return b.String()
}
