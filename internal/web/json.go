package web

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// strictJSON is the one JSON of the API, in both directions: duplicate keys, other casing, invalid UTF-8 and anything
// behind the value are refused, and so is NUL, which PostgreSQL cannot hold.
var strictJSON = huma.Format{Marshal: writeJSON, Unmarshal: readJSON}

func writeJSON(w io.Writer, v any) error {
	return json.MarshalWrite(w, v, json.Deterministic(true), json.FormatNilSliceAsNull(false))
}

// decodeMark begins the texts of decodeError, which huma hands on as text only.
const decodeMark = "decoding: "

// decodeError says where in the body the reading stopped and why, without the value.
type decodeError struct{ code, pointer string }

func (e decodeError) Error() string { return decodeMark + e.code + " " + e.pointer }

func readJSON(data []byte, v any) error {
	if err := json.Unmarshal(data, v); err != nil {
		return decodingOf(err)
	}
	tree, generic := v.(*any)
	if generic && bytes.Contains(data, []byte(`\u0000`)) {
		if pointer, found := nulIn(*tree, ""); found {
			return decodeError{"text_not_storable", safePointer(pointer)}
		}
	}
	return nil
}

func decodingOf(err error) error {
	var syntactic *jsontext.SyntacticError
	var semantic *json.SemanticError
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName) && errors.As(err, &syntactic):
		return decodeError{"duplicate_member", safePointer(string(syntactic.JSONPointer))}
	case errors.As(err, &syntactic):
		return decodeError{"json_malformed", safePointer(string(syntactic.JSONPointer))}
	case errors.As(err, &semantic):
		return decodeError{"wrong_form", safePointer(string(semantic.JSONPointer))}
	}
	return decodeError{"json_malformed", ""}
}

// safePointer keeps the part of a pointer that consists of names like ours.
func safePointer(pointer string) string {
	var kept strings.Builder
	for _, part := range strings.Split(strings.TrimPrefix(pointer, "/"), "/") {
		if part == "" || safeName(part) == "" {
			break
		}
		kept.WriteString("/" + part)
	}
	return kept.String()
}

func nulIn(v any, pointer string) (string, bool) {
	switch v := v.(type) {
	case string:
		return pointer, strings.ContainsRune(v, 0)
	case []any:
		for i, item := range v {
			if at, found := nulIn(item, pointer+"/"+strconv.Itoa(i)); found {
				return at, true
			}
		}
	case map[string]any:
		for name, item := range v {
			if strings.ContainsRune(name, 0) {
				return pointer, true
			}
			if at, found := nulIn(item, pointer+"/"+name); found {
				return at, true
			}
		}
	}
	return "", false
}
