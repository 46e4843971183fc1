package web

import "recobro/internal/problem"

// peopleWords are those of signing in, of one's own account and of the people an administrator keeps.
var peopleWords = map[string]problem.Text{
	"prove.title":      {ES: "Confirme que es usted", EN: "Confirm that it is you"},
	"prove.text":       {ES: "Firmar, aprobar, exportar y cambiar accesos piden su segundo factor otra vez.", EN: "Signing, approving, exporting and changing access ask for your second factor again."},
	"prove.code.hint":  {ES: "Los seis dígitos de su aplicación, o un código de recuperación.", EN: "The six digits of your app, or a recovery code."},
	"prove.submit":     {ES: "Confirmar", EN: "Confirm"},
	"prove.back":       {ES: "Volver sin hacer nada", EN: "Go back without doing anything"},
	"prove.done":       {ES: "Confirmado", EN: "Confirmed"},
	"prove.resume":     {ES: "Lo que iba a hacer está guardado. Envíelo ahora.", EN: "What you were about to do is kept. Send it now."},
	"prove.go":         {ES: "Continuar", EN: "Continue"},
	"prove.side.title": {ES: "Una pantalla abierta no firma.", EN: "An open screen signs nothing."},
	"prove.side.text":  {ES: "Lo que obliga al despacho lo hace una persona que acaba de identificarse.", EN: "What binds the firm is done by a person who has just shown who they are."},
}
