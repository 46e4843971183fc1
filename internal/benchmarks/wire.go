package benchmarks

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// reader is one client on one kept connection. It writes ready requests and reads whole answers: what net/http's own client
// would cost beyond that is not the server's.
type reader struct {
	conn net.Conn
	in   *bufio.Reader
}

func dial(ctx context.Context, addr string) (*reader, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("dialling %s: %w", addr, err)
	}
	return &reader{conn, bufio.NewReaderSize(conn, 64<<10)}, nil
}

// get reads one address; anything but 200 is an error.
func (r *reader) get(request []byte) ([]byte, error) {
	if _, err := r.conn.Write(request); err != nil {
		return nil, fmt.Errorf("sending a request: %w", err)
	}
	response, err := http.ReadResponse(r.in, nil)
	if err != nil {
		return nil, fmt.Errorf("reading an answer: %w", err)
	}
	body, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d: %.400s", response.StatusCode, body)
	}
	return body, err
}

// requestOf writes a GET as a client's system sends it.
func requestOf(addr, path, key string) []byte {
	return fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nAccept: application/json\r\n\r\n", path, addr, key)
}

// together spreads n pieces of work over so many workers and says how long it took; worker w does the pieces w, w+workers, …
func together(ctx context.Context, workers, n int, work func(ctx context.Context, worker, piece int) error) (time.Duration, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var all sync.WaitGroup
	begun := time.Now()
	for w := range workers {
		all.Go(func() {
			for piece := w; piece < n && ctx.Err() == nil; piece += workers {
				if err := work(ctx, w, piece); err != nil {
					cancel(err)
				}
			}
		})
	}
	all.Wait()
	return time.Since(begun), context.Cause(ctx)
}
