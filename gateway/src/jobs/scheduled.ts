import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';

/** A task that the wall's clock starts, as the scheduler's own tables have it. All times are the wall's. */
export type ScheduledTask = { task: string; lastStartedAt: Date | null };

/** A job of the scheduler that waits, runs, or failed as often as it may. It belongs to the installation. */
export type ScheduledJob = {
  id: string;
  task: string;
  state: 'waiting' | 'running' | 'failed';
  attempts: number;
  maxAttempts: number;
  runAt: Date;
  lockedAt: Date | null;
  /** The first line of the last error, without numbers that could be somebody's. */
  lastError: string | null;
};

/** So many jobs are shown. */
export const jobsShown = 50;

/** Whether a worker ever ran on this database: its tables come with its first start. */
async function hasScheduler(tx: Tx): Promise<boolean> {
  const { rows } = await tx.sql.raw<{ rows: { found: string | null }[] }>(
    `select to_regclass('graphile_worker.jobs')::text as found`,
  );
  return rows[0]?.found != null;
}

/** The tasks of the clock with their last start; empty before a worker ran. */
export async function listScheduledTasks(tx: Tx): Promise<ScheduledTask[]> {
  if (!(await hasScheduler(tx))) return [];
  const { rows } = await tx.sql.raw<{ rows: { identifier: string; last_execution: Date | null }[] }>(
    'select identifier, last_execution from graphile_worker._private_known_crontabs order by identifier',
  );
  return rows.map((row) => ({ task: row.identifier, lastStartedAt: row.last_execution }));
}

/** The scheduler's jobs, those that failed before those that wait longest. Jobs that went well leave no trace. */
export async function listScheduledJobs(tx: Tx): Promise<ScheduledJob[]> {
  if (!(await hasScheduler(tx))) return [];
  const { rows } = await tx.sql.raw<{ rows: JobRow[] }>(
    `select id, task_identifier, attempts, max_attempts, run_at, locked_at, last_error from graphile_worker.jobs
     order by (last_error is null), run_at, id limit ?`,
    [jobsShown],
  );
  return rows.map((row) => ({
    id: String(row.id),
    task: row.task_identifier,
    state: row.locked_at ? 'running' : row.attempts >= row.max_attempts ? 'failed' : 'waiting',
    attempts: row.attempts,
    maxAttempts: row.max_attempts,
    runAt: row.run_at,
    lockedAt: row.locked_at,
    lastError: row.last_error === null ? null : withoutPeople(row.last_error),
  }));
}

type JobRow = {
  id: bigint;
  task_identifier: string;
  attempts: number;
  max_attempts: number;
  run_at: Date;
  locked_at: Date | null;
  last_error: string | null;
};

const longestError = 200;
/** So much of an error is looked at, however long it is; the word that ends there is not told. */
const looked = 4_000;

/** An error's first line: what could be a phone, a number of somebody or an address is taken out. */
export function withoutPeople(error: string): string {
  const start = error.slice(0, looked);
  const [line = ''] = start.split('\n', 1);
  const isCut = line.length === looked && error.length > looked;
  return (
    (isCut ? `${line.slice(0, line.lastIndexOf(' ') + 1)}•` : line)
      .split(/(\s)/)
      // Word by word, because an expression for what is before the sign looks at each letter again and again.
      .map((word) => (word.includes('@') ? '•' : word))
      .join('')
      .replaceAll(/\+?\d(?:[ -]?\d){5,}/g, '•')
      .slice(0, longestError)
  );
}

/**
 * Runs a job again now, with all its attempts before it. Errors: `state_conflict` when it is gone, or runs just now.
 */
export async function retryScheduledJob(tx: Tx, jobId: string): Promise<{ task: string }> {
  const known = /^\d{1,18}$/.test(jobId) && (await hasScheduler(tx));
  const { rows } = known
    ? await tx.sql.raw<{ rows: { task_identifier: string }[] }>(
        `with again as (
           select id from graphile_worker.reschedule_jobs(array[cast(:id as bigint)], run_at := now(), attempts := 0))
         select task_identifier from graphile_worker.jobs where id in (select id from again)`,
        { id: jobId },
      )
    : { rows: [] };
  const [row] = rows;
  if (!row) throw new GatewayError('state_conflict', { detail: 'This job is gone or runs just now.' });
  return { task: row.task_identifier };
}
