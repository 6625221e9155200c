import type { VNode } from 'preact';
import {
  listFailedMessages,
  listTroubledAttempts,
  listTroubledDeliveries,
  type Outbox,
  readOutboxes,
  type Retriable,
  retriable,
  type Troubled,
} from '../../../jobs/outboxes.ts';
import {
  listScheduledJobs,
  listScheduledTasks,
  type ScheduledJob,
  type ScheduledTask,
} from '../../../jobs/scheduled.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatInstant } from '../../format.ts';
import { PostForm } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import { ConsoleFrame, hasProblem } from '../frame.tsx';
import { type ConsoleInput, may } from '../input.ts';
import { consolePath } from '../paths.ts';
import { ListCard } from '../parts/list-card.tsx';

const readers: Record<Retriable, (tx: Tx) => Promise<Troubled[]>> = {
  attempts: listTroubledAttempts,
  deliveries: listTroubledDeliveries,
  messages: listFailedMessages,
};

/** What the worker has to do, and what did not go well. */
export async function showJobs(tx: Tx, input: ConsoleInput): Promise<Page> {
  const t = input.t.jobs;
  const outboxes = await readOutboxes(tx);
  const troubled = [];
  for (const outbox of retriable) troubled.push({ outbox, rows: await readers[outbox](tx) });
  const jobs = await listScheduledJobs(tx);
  const tasks = await listScheduledTasks(tx);
  return {
    title: t.title,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <ConsoleFrame input={input} section="jobs" title={t.title} intro={t.intro}>
        <Outboxes input={input} outboxes={outboxes} />
        {troubled.map(({ outbox, rows }) => (
          <Trouble input={input} outbox={outbox} rows={rows} />
        ))}
        <Jobs input={input} jobs={jobs} />
        <Tasks input={input} tasks={tasks} />
      </ConsoleFrame>
    ),
  };
}

/** Not the environment's zone: what is behind requests waits by the wall's clock everywhere. */
function instantOf({ visit }: ConsoleInput, at: Date | null, none: string): string {
  return at === null ? none : formatInstant(visit.locale, at, visit.environment.timeZone);
}

function Outboxes({ input, outboxes }: { input: ConsoleInput; outboxes: readonly Outbox[] }): VNode {
  const t = input.t.jobs;
  const parked = outboxes.some(({ name, waiting }) => name === 'news' && waiting > 0);
  return (
    <>
      <ListCard
        id="outboxes"
        title={t.outboxes}
        hint={t.stuckHint}
        empty={t.none}
        columns={[
          { label: t.outbox },
          { label: t.waiting, number: true },
          { label: t.due, number: true },
          { label: t.oldest },
          { label: t.stuck, number: true },
        ]}
        rows={outboxes.map(({ name, waiting, due, oldest, stuck }) => [
          t.names[name],
          String(waiting),
          String(due),
          instantOf(input, oldest, t.nothing),
          String(stuck),
        ])}
      />
      {parked && may(input, 'payouts') && (
        <p class="asides">
          <a href={consolePath(input.visit.environment.id, 'payouts')}>{t.newsHint}</a>
        </p>
      )}
    </>
  );
}

function Trouble(props: { input: ConsoleInput; outbox: Retriable; rows: readonly Troubled[] }): VNode {
  const { input, outbox, rows } = props;
  const t = input.t.jobs;
  const mayRetry = may(input, 'retry_jobs');
  return (
    <ListCard
      id={outbox}
      title={t.troubled[outbox]}
      empty={t.none}
      columns={[
        { label: t.id },
        { label: t.kind },
        { label: t.about },
        { label: t.tries, number: true },
        { label: t.failure },
        { label: t.next },
        ...(mayRetry ? [{ label: t.step }] : []),
      ]}
      rows={rows.map(({ id, kind, about, tries, failure, nextTryAt }) => [
        <code>{id}</code>,
        <code>{kind}</code>,
        <code>{about}</code>,
        String(tries),
        failure ? <code>{failure}</code> : t.nothing,
        instantOf(input, nextTryAt, t.nothing),
        ...(mayRetry ? [<Retry input={input} path={`${outbox}/${id}`} id={id} />] : []),
      ])}
    />
  );
}

function Retry({ input, path, id }: { input: ConsoleInput; path: string; id: string }): VNode {
  const t = input.t.jobs;
  return (
    <PostForm action={`${consolePath(input.visit.environment.id, 'jobs')}/${path}/retry`} token={input.token}>
      <button class="link" type="submit" aria-label={`${t.retry} ${id}`}>
        {t.retry}
      </button>
    </PostForm>
  );
}

function Jobs({ input, jobs }: { input: ConsoleInput; jobs: readonly ScheduledJob[] }): VNode {
  const t = input.t.jobs;
  const mayRetry = may(input, 'retry_jobs');
  return (
    <ListCard
      id="scheduled"
      title={t.scheduled}
      hint={t.scheduledHint}
      empty={t.noJobs}
      columns={[
        { label: t.job },
        { label: t.task },
        { label: t.state },
        { label: t.attempts, number: true },
        { label: t.runAt },
        { label: t.error },
        ...(mayRetry ? [{ label: t.step }] : []),
      ]}
      rows={jobs.map((job) => [
        <code>{job.id}</code>,
        <code>{job.task}</code>,
        t.states[job.state],
        t.of(String(job.attempts), String(job.maxAttempts)),
        instantOf(input, job.runAt, t.nothing),
        job.lastError ?? t.nothing,
        ...(mayRetry
          ? [
              job.state === 'running' ? (
                t.nothing
              ) : (
                <Retry input={input} path={`scheduled/${job.id}`} id={job.id} />
              ),
            ]
          : []),
      ])}
    />
  );
}

function Tasks({ input, tasks }: { input: ConsoleInput; tasks: readonly ScheduledTask[] }): VNode {
  const t = input.t.jobs;
  return (
    <ListCard
      id="tasks"
      title={t.tasks}
      empty={t.noTasks}
      columns={[{ label: t.task }, { label: t.started }]}
      rows={tasks.map(({ task, lastStartedAt }) => [
        <code>{task}</code>,
        instantOf(input, lastStartedAt, t.never),
      ])}
    />
  );
}
