package documents

import (
	"archive/zip"
	"bytes"
	"fmt"
	"mime"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"recobro/internal/problem"
)

// media is one kind of file that may be uploaded. The first type is the one that is stored.
type media struct {
	types      []string
	extensions []string
	is         func([]byte) bool
}

var allowed = []media{
	{[]string{"application/pdf"}, []string{".pdf"}, begins("%PDF-")},
	{[]string{"image/png"}, []string{".png"}, begins("\x89PNG\r\n\x1a\n")},
	{[]string{"image/jpeg"}, []string{".jpg", ".jpeg"}, begins("\xff\xd8\xff")},
	{[]string{"application/vnd.openxmlformats-officedocument.wordprocessingml.document"}, []string{".docx"}, zipWith("word/document.xml")},
	{[]string{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}, []string{".xlsx"}, zipWith("xl/workbook.xml")},
	{[]string{"application/xml", "text/xml"}, []string{".xml", ".xsig"}, isXML},
	{[]string{"text/csv"}, []string{".csv"}, isText},
	{[]string{"text/plain"}, []string{".txt"}, isText},
}

var (
	errMedia = problem.New(problem.Invalid, "document_media_refused",
		"Solo se admiten PDF, PNG, JPEG, XML, TXT, CSV, DOCX y XLSX.", "Only PDF, PNG, JPEG, XML, TXT, CSV, DOCX and XLSX are taken.")
	errMismatch = problem.New(problem.Invalid, "document_media_mismatch",
		"El contenido del archivo no es del tipo que dice ser.", "The content of the file is not of the type it says.")
	errEmpty = problem.New(problem.Invalid, "document_empty", "El archivo está vacío.", "The file is empty.")
	errName  = problem.New(problem.Invalid, "document_name_missing", "El archivo necesita un nombre.", "The file needs a name.")
)

// judge holds the content against the type that was declared and answers the type under which it is kept.
func judge(declared string, data []byte) (media, error) {
	if len(data) == 0 {
		return media{}, errEmpty
	}
	if len(data) > MaxBytes {
		return media{}, errTooLarge
	}
	name, _, err := mime.ParseMediaType(declared)
	if err != nil {
		return media{}, errMedia
	}
	for _, m := range allowed {
		if slices.Contains(m.types, name) {
			if !m.is(data) {
				return media{}, errMismatch
			}
			return m, nil
		}
	}
	return media{}, errMedia
}

func begins(magic string) func([]byte) bool {
	return func(data []byte) bool { return bytes.HasPrefix(data, []byte(magic)) }
}

// zipWith knows an Office file by its main part, and refuses one with macros.
func zipWith(part string) func([]byte) bool {
	return func(data []byte) bool {
		r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return false
		}
		found := false
		for _, f := range r.File {
			if strings.EqualFold(path.Base(f.Name), "vbaProject.bin") {
				return false
			}
			found = found || f.Name == part
		}
		return found
	}
}

func isXML(data []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), " \t\r\n"), []byte("<?xml"))
}

// isText takes UTF-8 and the one-byte alphabets of older programs: no control characters but tab and line ends.
func isText(data []byte) bool {
	return !isXML(data) && !bytes.ContainsFunc(data, func(r rune) bool {
		return r != utf8.RuneError && unicode.IsControl(r) && r != '\t' && r != '\r' && r != '\n'
	})
}

// longestName is in letters, the extension included.
const longestName = 120

// tidyName makes of what somebody typed a plain file name with the extension of its content: no folders, no characters that
// steer a terminal or turn the direction of writing.
func tidyName(name string, m media) (string, error) {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`"<>|:*?`, r) {
			return -1
		}
		return r
	}, norm.NFC.String(name))
	name = strings.Trim(strings.Join(strings.Fields(name), " "), ". ")
	extension := strings.ToLower(path.Ext(name))
	if slices.Contains(m.extensions, extension) {
		name = strings.TrimRight(name[:len(name)-len(extension)], ". ")
	} else {
		extension = m.extensions[0]
	}
	if name == "" {
		return "", errName
	}
	if letters := []rune(name); len(letters) > longestName-len(extension) {
		name = strings.TrimRight(string(letters[:longestName-len(extension)]), ". ")
	}
	return name + extension, nil
}

// Disposition is the Content-Disposition header (RFC 6266) under which a document is downloaded, never shown in place.
func Disposition(name string) string {
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' || r == '%' {
			return '_'
		}
		return r
	}, name)
	return fmt.Sprintf(`attachment; filename="%s"; filename*=UTF-8''%s`, plain, strings.ReplaceAll(url.PathEscape(name), "'", "%27"))
}
