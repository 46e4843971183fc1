package simulation

import (
	"context"
	"fmt"
)

// vouch lets a lawyer of the fictional firm answer for everything in the packs that no official text was read for: nothing here
// is real.
func (w *World) vouch(ctx context.Context) error {
	lawyer := w.person("lawyer", "")
	var packs struct {
		Data []struct {
			Code string `json:"code"`
		} `json:"data"`
	}
	if err := lawyer.get(ctx, "/law/jurisdictions", &packs); err != nil {
		return fmt.Errorf("reading the packs: %w", err)
	}
	for _, p := range packs.Data {
		for _, word := range []string{"confirm", "tick"} {
			var facts struct {
				Data []struct {
					ID string `json:"id"`
				} `json:"data"`
			}
			if err := lawyer.get(ctx, "/law/jurisdictions/"+p.Code+"/facts?awaits="+word, &facts); err != nil {
				return fmt.Errorf("reading what waits for a lawyer in %s: %w", p.Code, err)
			}
			var ids []string
			for _, f := range facts.Data {
				ids = append(ids, f.ID)
			}
			if len(ids) == 0 {
				continue
			}
			if err := lawyer.post(ctx, "/law/"+word, map[string]any{"facts": ids, "note": "Despacho ficticio: nada de esto es real"}, nil); err != nil {
				return fmt.Errorf("vouching for the facts of %s: %w", p.Code, err)
			}
		}
	}
	return nil
}
