package day

import (
	"fmt"
	"time"
)

var (
	monthsES = [...]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"}
	monthsEN = [...]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
	weekES   = [...]string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"}
)

// Short prints 23/11/2026, in English 23 Nov 2026; nothing for the zero date.
func (d Date) Short(lang string) string {
	switch {
	case d.IsZero():
		return ""
	case lang == "en":
		return fmt.Sprintf("%d %s %d", d.Day, monthsEN[d.Month-1][:3], d.Year)
	}
	return fmt.Sprintf("%02d/%02d/%d", d.Day, int(d.Month), d.Year)
}

// Long prints "23 de noviembre de 2026", in English "23 November 2026".
func (d Date) Long(lang string) string {
	switch {
	case d.IsZero():
		return ""
	case lang == "en":
		return fmt.Sprintf("%d %s %d", d.Day, monthsEN[d.Month-1], d.Year)
	}
	return fmt.Sprintf("%d de %s de %d", d.Day, monthsES[d.Month-1], d.Year)
}

// Full prints the long form with the weekday.
func (d Date) Full(lang string) string {
	switch {
	case d.IsZero():
		return ""
	case lang == "en":
		return time.Weekday(d.Weekday()).String() + " " + d.Long(lang)
	}
	return weekES[d.Weekday()] + ", " + d.Long(lang)
}
