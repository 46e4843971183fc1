package publish

import (
	"context"

	"recobro/internal/evidence"
)

// OnTheChain records alarms on the firm's own chain, under the identity of Recobro itself.
func OnTheChain(log *evidence.Log, identity func(context.Context) (evidence.Actor, error)) func(ctx context.Context, kind, peer, why string) error {
	return func(ctx context.Context, kind, peer, why string) error {
		who, err := identity(ctx)
		if err != nil {
			return err
		}
		_, err = evidence.Record(ctx, log, who, func(*evidence.Tx) (struct{}, []evidence.Entry, error) {
			return struct{}{}, []evidence.Entry{{Subject: evidence.Firm, Kind: kind, Fields: evidence.Fields{"peer": peer, "why": why}}}, nil
		})
		return err
	}
}
