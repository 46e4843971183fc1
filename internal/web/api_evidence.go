package web

import (
	"context"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"recobro/internal/access"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/evidence/bundle"
	"recobro/internal/evidence/bundling"
	"recobro/internal/problem"
)

const bundleType = "application/zip"

type evidenceIn struct {
	ByID
	Profile string `query:"profile" required:"true" enum:"full,court,client,debtor" doc:"For whom the bundle is, which says what it withholds; a client's people and systems get client only"`
	Seq     int    `query:"seq" minimum:"0" maximum:"1000000000" doc:"How many interactions, from the first on; all that are under a signed checkpoint when absent"`
	Printed int64  `query:"printed" minimum:"0" maximum:"1000000000000" doc:"Size of a checkpoint that stands on a paper, which the bundle shall prove too"`
}

func (s *Server) bundles() *bundling.Desk {
	return &bundling.Desk{Log: s.Log, Store: s.Documents.Store}
}

// evidenceAPI hands out the proof of a case.
func (s *Server) evidenceAPI() {
	op := handsOut(get("/cases/{id}/evidence", "getCaseEvidence", "La prueba del expediente, comprobable sin conexión / The proof of the case, to be checked offline"),
		access.To(access.ActExport, access.ObjEvidence), bundleType)
	huma.Register(s.api, op, func(ctx context.Context, in *evidenceIn) (*huma.StreamResponse, error) {
		c, err := s.bundles().Gather(ctx, requestOf(ctx).who, bundling.Wanted{Case: in.ID, Profile: in.Profile, Seq: in.Seq, Printed: in.Printed})
		if err != nil {
			return nil, problemOf(ctx, err)
		}
		return &huma.StreamResponse{Body: func(out huma.Context) {
			for name, value := range bundleHeader(c) {
				out.SetHeader(name, value)
			}
			stream(ctx, out.BodyWriter(), c)
		}}, nil
	})
}

func bundleHeader(c bundle.Contents) map[string]string {
	return map[string]string{"Content-Type": bundleType, "Content-Disposition": documents.Disposition(c.Name), "Content-Security-Policy": "default-src 'none'; sandbox"}
}

// stream writes a bundle while it is made. When that breaks off the connection does too: half a bundle is not to be taken for
// a whole one.
func stream(ctx context.Context, w io.Writer, c bundle.Contents) {
	if err := c.Write(w); err != nil {
		requestOf(ctx).log.Error("writing a bundle", "error", err.Error())
		panic(http.ErrAbortHandler)
	}
}

// evidencePages offer the same on the case's log.
func (s *Server) evidencePages() {
	s.page("GET", "/cases/{id}/evidence", access.To(access.ActExport, access.ObjEvidence), s.evidenceFile)
}

// evidenceFile sends the bundle, or shows the case with why there is none yet.
func (s *Server) evidenceFile(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	c, err := s.bundles().Gather(r.Context(), who, bundling.Wanted{Case: id, Profile: q.Get("profile"), Seq: number(q.Get("seq")), Printed: int64(number(q.Get("printed")))})
	if refused := problem.Of(err); refused != nil && (refused.Kind == problem.Conflict || refused.Kind == problem.Invalid) {
		return s.showCase(w, r, who, tried{Name: "evidence", Values: q, status: refused.Kind.Status(), Refusal: &refusalText{Sentence: refused.Text.In(s.tongue(r, who))}})
	}
	if err != nil {
		return err
	}
	for name, value := range bundleHeader(c) {
		w.Header().Set(name, value)
	}
	stream(r.Context(), w, c)
	return nil
}
