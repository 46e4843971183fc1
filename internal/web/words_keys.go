package web

import "recobro/internal/problem"

// keyWords are those of the keys of clients' systems.
var keyWords = map[string]problem.Text{
	"nav.keys":         {ES: "Claves de API", EN: "API keys"},
	"keys.name":        {ES: "Para qué", EN: "What for"},
	"keys.name.hint":   {ES: "El sistema que la usa, como ERP.", EN: "The system that uses it, such as ERP."},
	"keys.client":      {ES: "Cliente (identificador)", EN: "Client (id)"},
	"keys.scopes":      {ES: "Ámbitos", EN: "Scopes"},
	"keys.scopes.hint": {ES: "Solo lo que ese sistema necesita.", EN: "Only what that system needs."},
	"keys.secret":      {ES: "Empieza por", EN: "Begins with"},
	"keys.state":       {ES: "Estado", EN: "State"},
	"keys.expires":     {ES: "Caduca", EN: "Expires"},
	"keys.last":        {ES: "Último uso", EN: "Last use"},
	"keys.never":       {ES: "Nunca", EN: "Never"},
	"keys.until":       {ES: "La anterior, %s…, vale hasta el %s", EN: "The one before, %s…, goes on until %s"},
	"keys.more":        {ES: "Más", EN: "More"},
	"keys.none":        {ES: "No hay ninguna clave.", EN: "There is no key."},
	"keys.add":         {ES: "Crear una clave", EN: "Make a key"},
	"keys.days":        {ES: "Días hasta que caduca", EN: "Days until it expires"},
	"keys.days.hint":   {ES: "Como mucho 365.", EN: "365 at most."},
	"keys.rotate":      {ES: "Renovar", EN: "Rotate"},
	"keys.overlap":     {ES: "Días que sigue valiendo la anterior", EN: "Days that the one before goes on"},
	"keys.revoke":      {ES: "Revocar", EN: "Revoke"},
	"keys.made":        {ES: "Copie la clave ahora: no se vuelve a mostrar.", EN: "Copy the key now: it is not shown again."},
	"keys.made.label":  {ES: "Clave nueva de %s", EN: "New key of %s"},
	"done.key_shown":   {ES: "Hecho; la clave ya se mostró una vez", EN: "Done; the key was shown once already"},
	"done.key_revoked": {ES: "Clave revocada", EN: "Key revoked"},

	"keystate.active":   {ES: "Activa", EN: "Active"},
	"keystate.expiring": {ES: "Caduca pronto", EN: "Expires soon"},
	"keystate.expired":  {ES: "Caducada", EN: "Expired"},
	"keystate.revoked":  {ES: "Revocada", EN: "Revoked"},

	"scope.portfolios:read":  {ES: "Leer carteras y facturas vigiladas", EN: "Read portfolios and watched invoices"},
	"scope.portfolios:write": {ES: "Entregar carteras", EN: "Hand over portfolios"},
	"scope.debts:write":      {ES: "Corregir deudas y retirar expedientes", EN: "Adjust debts and recall cases"},
	"scope.cases:read":       {ES: "Leer expedientes y lo que pasa en ellos", EN: "Read cases and what happens in them"},
	"scope.documents:read":   {ES: "Leer documentos", EN: "Read documents"},
	"scope.documents:write":  {ES: "Añadir documentos", EN: "Add documents"},
	"scope.payments:read":    {ES: "Leer cobros y liquidaciones", EN: "Read payments and statements"},
	"scope.payments:write":   {ES: "Comunicar cobros", EN: "Report payments"},
	"scope.reports:read":     {ES: "Leer informes", EN: "Read reports"},
	"scope.evidence:read":    {ES: "Descargar pruebas", EN: "Download evidence"},
	"scope.webhooks:write":   {ES: "Llevar los avisos a su sistema", EN: "Keep webhooks"},
	"scope.sandbox:write":    {ES: "Adelantar el reloj de pruebas", EN: "Advance the test clock"},
}
