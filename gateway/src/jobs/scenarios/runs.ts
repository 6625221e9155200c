import { addMs, type CalendarDate, minuteMs } from '../../lib/dates.ts';
import { GatewayError } from '../../lib/errors.ts';
import { type Id, newId } from '../../lib/ids.ts';
import type { Tx, TxHost } from '../../lib/tx.ts';
import type { ScenarioDocument } from './document.ts';

/** Whoever is at a run renews the lease at every act. */
const leaseMs = minuteMs;

export type CalendarRow = {
  number: number;
  due_date: string;
  amount: number;
  paid_amount: number;
  principal: number;
  interest: number;
  fee: number;
  status: string;
};

/** An event of the merchant's feed that the run's own order or plan had; amounts are minor units. */
export type EventTold = { type: string; at: string; on: CalendarDate; amount: number | null };

/** One thing that a run did, when (the instant, and the sandbox's date), and what happened by it. */
export type StepTold = {
  number: number;
  at: string;
  on: CalendarDate;
  do: string;
  detail: string;
  amount: number | null;
  events: EventTold[];
};

/** Why a run ended early: the problem with which an act was refused. */
export type Refusal = { step: string; code: string; detail: string };

/** How far a run has come. It is JSON: all amounts are numbers and all instants text. */
export type RunState = {
  /** Of the merchant, and so of its order. */
  currency: string;
  /** The act to be done next. */
  next: number;
  sessionId?: string;
  shopperId?: string;
  paymentMethodId?: string;
  orderId?: string;
  planId?: string;
  /** The return that was declared last. */
  returnId?: string;
  /** Where the clock is to arrive before the next act. */
  target?: string;
  /** When the order was authorized. */
  orderedAt?: string;
  faultIds: string[];
  /** The number of the last event of the merchant's feed that was looked at. */
  lastSequence: number;
  calendarBefore: CalendarRow[];
  steps: StepTold[];
  /** What was done and is yet to be told with its events. */
  untold?: Omit<StepTold, 'number' | 'events'>;
  refusal?: Refusal;
};

export type ExpectationTold = { name: string; expected: string; actual: string; met: boolean };

/** What came of a run. */
export type RunReport = {
  calendar_after: CalendarRow[];
  expectations: ExpectationTold[];
  books: { balanced: boolean; invariants: { name: string; checked: number; broken: number }[] };
  faults: { kind: string; times: number | null; used: number }[];
  failure: Refusal | null;
};

export type RunStatus = 'running' | 'passed' | 'failed';

export type ScenarioRun = {
  id: Id<'scn'>;
  environmentId: string;
  merchantId: string;
  /** Counts the runs of a sandbox: each has a test person of its own. */
  number: number;
  document: ScenarioDocument;
  status: RunStatus;
  state: RunState;
  report: RunReport | null;
  createdAt: Date;
  finishedAt: Date | null;
};

type RunRow = {
  environment_id: string;
  id: Id<'scn'>;
  merchant_id: string;
  number: number;
  request: string;
  name: string;
  document: ScenarioDocument;
  status: RunStatus;
  state: RunState;
  report: RunReport | null;
  lease_until: Date | null;
  created_at: Date;
  finished_at: Date | null;
};

function toRun(row: RunRow): ScenarioRun {
  return {
    id: row.id,
    environmentId: row.environment_id,
    merchantId: row.merchant_id,
    number: row.number,
    document: row.document,
    status: row.status,
    state: row.state,
    report: row.report,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}

/** Stores a run that has not begun, with its lease for the caller; or finds the one of an earlier, same request. */
export async function storeRun(
  tx: Tx,
  input: { merchantId: string; request: string; document: ScenarioDocument; lastSequence: bigint },
): Promise<{ run: ScenarioRun; isNew: boolean }> {
  // Two runs that begin at once would both count the same ones before them.
  const merchant = await tx
    .sql<{ environment_id: string; id: string; currency: string }>('merchants')
    .where({ environment_id: tx.environment.id, id: input.merchantId })
    .forNoKeyUpdate()
    .first('currency');
  if (!merchant) throw new Error(`there is no merchant ${input.merchantId}`);
  const earlier = await tx
    .sql<RunRow>('scenario_runs')
    .where({ environment_id: tx.environment.id, request: input.request })
    .first();
  if (earlier) return { run: toRun(earlier), isNew: false };
  const last = await tx
    .sql<RunRow>('scenario_runs')
    .where({ environment_id: tx.environment.id })
    .max<{ number: number | null } | undefined>('number as number')
    .first();
  const state: RunState = {
    currency: merchant.currency,
    next: 0,
    faultIds: [],
    lastSequence: Number(input.lastSequence),
    calendarBefore: [],
    steps: [],
  };
  const [row] = await tx
    .sql<RunRow>('scenario_runs')
    .insert({
      environment_id: tx.environment.id,
      id: newId('scn'),
      merchant_id: input.merchantId,
      number: (last?.number ?? 0) + 1,
      request: input.request,
      name: input.document.name,
      document: JSON.stringify(input.document) as never,
      status: 'running',
      state: JSON.stringify(state) as never,
      lease_until: addMs(tx.wallNow, leaseMs),
      created_at: tx.now,
    })
    .returning('*');
  if (!row) throw new Error('the run was not stored');
  return { run: toRun(row), isNew: true };
}

/** One run of the merchant; throws `not_found`. */
export async function findRun(tx: Tx, input: { runId: string; merchantId: string }): Promise<ScenarioRun> {
  const row = await runRow(tx, input.runId).where({ merchant_id: input.merchantId }).first();
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such run of a scenario.' });
  return toRun(row);
}

/** The merchant's latest runs, the newest first. */
export async function listRuns(tx: Tx, input: { merchantId: string; limit: number }): Promise<ScenarioRun[]> {
  const rows = await tx
    .sql<RunRow>('scenario_runs')
    .where({ environment_id: tx.environment.id, merchant_id: input.merchantId })
    .orderBy('number', 'desc')
    .limit(input.limit);
  return rows.map(toRun);
}

/** Keeps how far a run has come, and the lease; false when it is over or another process has gone farther. */
export async function saveState(tx: Tx, run: ScenarioRun, state: RunState): Promise<boolean> {
  const changed = await runRow(tx, run.id)
    .where({ status: 'running' })
    .whereRaw("(state->>'next')::integer = ?", [run.state.next])
    .update({ state: JSON.stringify(state) as never, lease_until: addMs(tx.wallNow, leaseMs) });
  return changed === 1;
}

/** Ends a run with what came of it. */
export async function endRun(
  tx: Tx,
  run: ScenarioRun,
  input: { status: 'passed' | 'failed'; report: RunReport },
): Promise<void> {
  await runRow(tx, run.id)
    .where({ status: 'running' })
    .update({
      status: input.status,
      report: JSON.stringify(input.report) as never,
      lease_until: null,
      finished_at: tx.now,
    });
}

/** A run that nobody is at, of all environments: the caller is, until the lease ends. */
export async function claimRun(host: TxHost): Promise<ScenarioRun | undefined> {
  const now = host.clock.now();
  const { rows } = await host.db.raw<{ rows: RunRow[] }>(
    `update scenario_runs r set lease_until = :until
     where (r.environment_id, r.id) = (
       select s.environment_id, s.id from scenario_runs s join environments e on e.id = s.environment_id
       where s.status = 'running' and s.lease_until <= :now and e.expires_at > :now
       order by s.lease_until, s.id limit 1
       for update of s skip locked)
     returning *`,
    { now, until: addMs(now, leaseMs) },
  );
  const [row] = rows;
  return row && toRun(row);
}

/** Gives a run that is not over to whoever comes next. */
export async function leaveRun(host: TxHost, run: ScenarioRun): Promise<void> {
  await host
    .db<RunRow>('scenario_runs')
    .where({ environment_id: run.environmentId, id: run.id, status: 'running' })
    .update({ lease_until: host.clock.now() });
}

function runRow(tx: Tx, runId: string) {
  return tx.sql<RunRow>('scenario_runs').where({ environment_id: tx.environment.id, id: runId as Id<'scn'> });
}
