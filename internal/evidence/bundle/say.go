package bundle

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Say tells in a language ("es", "en") what the bundle proves, what is to be kept in mind, and what it does not prove.
func (r Report) Say(lang string) string {
	say := func(es, en string) string {
		if lang == "en" {
			return en
		}
		return es
	}
	var b strings.Builder
	list := func(title string, lines []string) {
		fmt.Fprintf(&b, "%s\n", title)
		for _, l := range lines {
			fmt.Fprintf(&b, "  - %s\n", l)
		}
	}
	list(say("Queda probado:", "Proved:"), r.proved(say))
	if w := r.warnings(say); len(w) > 0 {
		list(say("A tener en cuenta:", "To keep in mind:"), w)
	}
	list(say("No queda probado:", "Not proved:"), []string{
		say("Que lo declarado sea verdad: solo que se declaró, quién y cuándo.", "That what was declared is true: only that it was declared, by whom and when."),
		say("Quién estaba ante la cuenta que firma cada actuación.", "Who was at the account that an interaction names."),
		say("Que no haya actuaciones posteriores a la última, ni contactos fuera del sistema.", "That there are no later interactions, nor contacts outside the system."),
		say("Que el acta y los textos de ayuda digan verdad: son para leer, no se comprueban.", "That the acta and the help texts are right: they are for reading and are not checked."),
	})
	return b.String()
}

// Warned says whether there is something to keep in mind.
func (r Report) Warned() bool { return len(r.warnings(func(_, en string) string { return en })) > 0 }

func (r Report) proved(say func(es, en string) string) []string {
	n := len(r.Events)
	all := []string{
		fmt.Sprintf(say("%s: las actuaciones 1 a %d están todas, sin huecos y en su orden.", "%s: interactions 1 to %d are all there, without a gap and in order."), r.Subject, n),
		fmt.Sprintf(say("Cada una es la que se anotó, y hoja del árbol de %d que firma %s.", "Each is as it was recorded, and a leaf of the tree of %d that %s signed."), r.Size, r.LogKey),
		fmt.Sprintf(say("Lo abierto es lo que se anotó: %d actuaciones enteras, %d en parte, %d documentos.", "What is opened is what was recorded: %d interactions whole, %d in part, %d documents."), r.Open, r.Partial, r.Documents),
	}
	for _, c := range r.Cosigned {
		all = append(all, fmt.Sprintf(say("Existían el %s, cuando %s vio ese árbol.", "They existed on %s, when %s saw that tree."), c.At.Format("2006-01-02 15:04:05 UTC"), c.Witness))
	}
	if r.PrintedConfirmed {
		all = append(all, say("El punto de control impreso en el papel es de este mismo registro.", "The checkpoint printed on the paper is of this same log."))
	}
	if r.Kept != nil {
		all = append(all, fmt.Sprintf(say("El recibo de %s es auténtico y la actuación %d que prometía está en el registro.", "The receipt of %s is genuine, and interaction %d that it promised is in the log."), r.Kept.ExternalRef, r.Kept.Seq))
	}
	return all
}

func (r Report) warnings(say func(es, en string) string) (all []string) {
	if len(r.Cosigned) == 0 {
		all = append(all, say("Ningún testigo de confianza ha firmado el árbol: la fecha descansa solo en la clave del registro.", "No trusted witness signed the tree: the date rests on the log's key alone."))
	}
	if len(r.Unknown) > 0 {
		all = append(all, say("Firman además nombres que aquí no son de confianza: ", "Names that are not trusted here signed, too: ")+strings.Join(r.Unknown, ", "))
	}
	for _, class := range slices.Sorted(maps.Keys(r.Withheld)) {
		all = append(all, fmt.Sprintf(say("No se entrega contenido de la clase %s: %d.", "Content of the class %s is withheld: %d."), class, r.Withheld[class]))
	}
	if r.Partial > 0 {
		all = append(all, fmt.Sprintf(say("Abiertas solo en parte: %d.", "Opened in part only: %d."), r.Partial))
	}
	if r.Destroyed > 0 {
		all = append(all, fmt.Sprintf(say("El registro dice que se destruyó el contenido de %d.", "The log says that the content of %d was destroyed."), r.Destroyed))
	}
	if len(r.Flags) > 0 {
		all = append(all, say("Tiempos que hay que preguntar: ", "Times to ask about: ")+strings.Join(r.Flags, ", "))
	}
	return all
}
