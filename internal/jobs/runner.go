package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"recobro/internal/access"
	"recobro/internal/clients"
	"recobro/internal/contact"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/jobs/outbox"
	"recobro/internal/postgres"
	"recobro/internal/strategy"
)

// ActOnCase is the job that carries out one due step.
type ActOnCase struct {
	Client uuid.UUID       `json:"client" river:"unique"`
	Case   uuid.UUID       `json:"case" river:"unique"`
	Step   string          `json:"step" river:"unique"`
	Action strategy.Action `json:"action"`
	On     string          `json:"on" river:"unique"` // the hour of the course that found it due
}

// Kind names the job.
func (ActOnCase) Kind() string { return "act_on_case" }

// InsertOpts makes one job of a case's step and course.
func (ActOnCase) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 3, UniqueOpts: river.UniqueOpts{ByArgs: true}}
}

// BusinessDay is the job that runs the course of the business: what is over ends, every case that waits is planned, and each
// due step becomes a job of its own. It runs every hour, because contact hours open at different instants.
type BusinessDay struct {
	Hour string `json:"hour" river:"unique"` // of the clock of business
}

// Kind names the job.
func (BusinessDay) Kind() string { return "business_day" }

// InsertOpts makes one job of an hour.
func (BusinessDay) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 3, UniqueOpts: river.UniqueOpts{ByArgs: true}}
}

// DailyHeads is the job that says, once a day, where every case's chain ended. It runs every hour: the first that finds a tree
// says it.
type DailyHeads struct {
	Hour string `json:"hour" river:"unique"`
}

// Kind names the job.
func (DailyHeads) Kind() string { return "daily_heads" }

// InsertOpts makes one job of an hour.
func (DailyHeads) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 5, UniqueOpts: river.UniqueOpts{ByArgs: true}}
}

func (d *Desk) dailyHeads(ctx context.Context, _ *river.Job[DailyHeads]) error {
	who, err := d.Identity(ctx)
	if err != nil {
		return err
	}
	_, err = d.Log.RecordHeads(ctx, who)
	return err
}

// waits says that a message is to be tried again and nothing went wrong here.
func waits(err error) bool {
	return errors.Is(err, contact.ErrBusy) || errors.Is(err, contact.ErrClosed) || errors.Is(err, contact.ErrLater)
}

// hoursPause is how long a message waits that contact hours keep in.
const hoursPause = 15 * time.Minute

func (d *Desk) sendMessage(ctx context.Context, job *river.Job[contact.SendMessage]) error {
	who, err := d.Identity(ctx)
	if err != nil {
		return err
	}
	err = d.Contact.Send(ctx, who, job.Args.Client, job.Args.Message)
	switch {
	case errors.Is(err, contact.ErrBusy):
		return river.JobSnooze(contact.LeaseTime)
	case errors.Is(err, contact.ErrClosed):
		return river.JobSnooze(hoursPause)
	case errors.Is(err, contact.ErrLater) && job.Attempt >= job.MaxAttempts:
		return d.Contact.GiveUp(ctx, who, job.Args.Client, job.Args.Message)
	}
	return err
}

func (d *Desk) notifyPerson(ctx context.Context, job *river.Job[access.Notify]) error {
	who, err := d.Identity(ctx)
	if err != nil {
		return err
	}
	return d.Contact.Notify(ctx, who, job.Args)
}

func (d *Desk) actOnCase(ctx context.Context, job *river.Job[ActOnCase]) error {
	_, err := d.Act(ctx, strategy.Act{ClientID: job.Args.Client, CaseID: job.Args.Case, Step: job.Args.Step, Action: job.Args.Action})
	return err
}

// today is the day where the firm is.
func (d *Desk) today(ctx context.Context, who evidence.Actor) (today day.Date, err error) {
	err = d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		firm, err := clients.FirmOf(tx)
		if err != nil {
			return err
		}
		pack, err := d.Strategy.Law.Pack(firm.Country)
		if err != nil {
			return err
		}
		today = day.In(d.Log.Now(), pack.Zone)
		return nil
	})
	return today, err
}

// inserted is how many jobs one statement puts in.
const inserted = 1000

// businessDay leaves every due step to a job of its own, so that many workers share them.
func (d *Desk) businessDay(ctx context.Context, job *river.Job[BusinessDay]) error {
	who, err := d.Identity(ctx)
	if err != nil {
		return err
	}
	today, err := d.today(ctx, who)
	if err != nil {
		return err
	}
	if _, err := d.Settle(ctx, today); err != nil {
		return err
	}
	report, err := d.Strategy.Sweep(ctx, who, today, false, nil)
	if err != nil {
		return err
	}
	d.Logger.Info("planned", "today", today, "seen", report.Seen, "due", len(report.Due), "set_aside", report.SetAside)
	all := make([]river.InsertManyParams, len(report.Due))
	for i, a := range report.Due {
		all[i] = river.InsertManyParams{Args: ActOnCase{Client: a.ClientID, Case: a.CaseID, Step: a.Step, Action: a.Action, On: job.Args.Hour}}
	}
	for len(all) > 0 {
		n := min(inserted, len(all))
		if _, err := river.ClientFromContext[pgx.Tx](ctx).InsertMany(ctx, all[:n]); err != nil {
			return fmt.Errorf("leaving %d due steps to jobs: %w", n, err)
		}
		all = all[n:]
	}
	return nil
}

// Pace is how eagerly the workers look for jobs.
type Pace struct {
	Workers           int
	FetchCooldown     time.Duration
	FetchPollInterval time.Duration
	Hourly            bool // run the course of the business every hour; a simulation calls Daily instead
}

// Steady is the pace of a server, Brisk that of the demo and of tests.
var (
	Steady = Pace{Workers: 8, FetchCooldown: 100 * time.Millisecond, FetchPollInterval: time.Second, Hourly: true}
	Brisk  = Pace{Workers: 8, FetchCooldown: time.Millisecond, FetchPollInterval: 50 * time.Millisecond}
)

// Runner works the jobs on a small pool of its own, which sees only the schema river.
type Runner struct {
	pool   *pgxpool.Pool
	client *river.Client[pgx.Tx]
}

// Start begins to work. dsn is the address of the role recobro_river. more adds the workers of other packages.
func (d *Desk) Start(ctx context.Context, dsn string, pace Pace, more ...func(*river.Workers)) (*Runner, error) {
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		return nil, fmt.Errorf("connecting the workers: %w", err)
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, river.WorkFunc(d.sendMessage))
	river.AddWorker(workers, river.WorkFunc(d.actOnCase))
	river.AddWorker(workers, river.WorkFunc(d.notifyPerson))
	river.AddWorker(workers, river.WorkFunc(d.businessDay))
	river.AddWorker(workers, river.WorkFunc(d.calendarChanged))
	river.AddWorker(workers, river.WorkFunc(d.dailyHeads))
	for _, add := range more {
		add(workers)
	}
	config := &river.Config{Schema: outbox.Schema, Workers: workers, Logger: d.Logger, FetchCooldown: pace.FetchCooldown, FetchPollInterval: pace.FetchPollInterval,
		Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: pace.Workers}}}
	if pace.Hourly {
		config.PeriodicJobs = []*river.PeriodicJob{d.hourly(func(hour string) river.JobArgs { return BusinessDay{hour} }),
			d.hourly(func(hour string) river.JobArgs { return DailyHeads{hour} })}
	}
	client, err := river.NewClient(riverpgxv5.New(pool), config)
	if err == nil {
		err = client.Start(ctx)
	}
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("starting the workers: %w", err)
	}
	return &Runner{pool, client}, nil
}

// hourly is a job of every hour, begun at once.
func (d *Desk) hourly(of func(hour string) river.JobArgs) *river.PeriodicJob {
	return river.NewPeriodicJob(river.PeriodicInterval(time.Hour), func() (river.JobArgs, *river.InsertOpts) {
		return of(d.Log.Now().UTC().Format("2006-01-02T15")), nil
	}, &river.PeriodicJobOpts{RunOnStart: true})
}

// Stop lets the running jobs finish until ctx ends, then cancels them.
func (r *Runner) Stop(ctx context.Context) error {
	defer r.pool.Close()
	if err := r.client.Stop(ctx); err != nil {
		cancelled, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if err := r.client.StopAndCancel(cancelled); err != nil {
			return fmt.Errorf("stopping the workers: %w", err)
		}
	}
	return nil
}

// Drain waits until no job is ready or running; jobs put off to a later instant do not count.
func (r *Runner) Drain(ctx context.Context) error {
	for {
		var busy bool
		err := r.pool.QueryRow(ctx, `select exists (select 1 from river.river_job where state in ('available', 'running', 'pending'))`).Scan(&busy)
		if err != nil {
			return fmt.Errorf("waiting for the jobs to end: %w", err)
		}
		if !busy {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(2 * time.Millisecond):
		}
	}
}
