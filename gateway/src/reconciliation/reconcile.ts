import { addMs, dayMs } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Tx, TxHost, TxOptions } from '../lib/tx.ts';
import { transact } from '../lib/tx.ts';
import { bookMatch, lockMatching, suspend } from './book-match.ts';
import { readCandidates } from './candidates.ts';
import { listOpenRecords, openException } from './exceptions.ts';
import { type ExceptionReason, judge } from './judge.ts';
import { openMissing } from './missing.ts';
import {
  listNeverBanked,
  listNewRecords,
  listUnended,
  lockRecord,
  type OutsideRecord,
  setState,
} from './records.ts';

const batchSize = 200;

/** So long may an attempt of ours be under way after the processor has listed it. */
const outcomeDays = 10;

/** After so many days the bank should have told of what the processor sent. */
const bankDays = 7;

export type Reconciled = { matched: number; exceptions: number };

/**
 * Judges every record that is new, and anew those that are open; then looks for what is missing on the other side. Each
 * record has a transaction of its own with all that its match posts. Safe to repeat and to run twice at once. `told` hears
 * how many records were judged.
 */
export async function reconcile(
  host: TxHost,
  input: { environmentId: string; actor: TxOptions['actor']; told?: (judged: number) => void },
): Promise<Reconciled> {
  const options: TxOptions = { environmentId: input.environmentId, actor: input.actor };
  const done: Reconciled = { matched: 0, exceptions: 0 };
  let judged = 0;
  const judgeAll = async (ids: readonly string[]): Promise<void> => {
    for (const id of ids) {
      const result = await judgeRecord(host, options, id);
      if (result === 'match') done.matched += 1;
      if (result === 'exception') done.exceptions += 1;
      judged += 1;
      input.told?.(judged);
    }
  };
  // What was open before comes after what is new: a new record may be what it lacks.
  let last = '';
  for (;;) {
    const ids = await transact(host, options, (tx) => listNewRecords(tx, batchSize));
    if (ids.length === 0) break;
    await judgeAll(ids);
  }
  for (;;) {
    const open = await transact(host, options, (tx) => listOpenRecords(tx, last, batchSize));
    last = open.at(-1)?.id ?? '';
    if (last === '') break;
    await judgeAll(open.map(({ recordId }) => recordId));
  }
  for (last = ''; ;) {
    const unended = await transact(host, options, (tx) => listUnended(tx, last, batchSize));
    last = unended.at(-1) ?? '';
    if (last === '') break;
    await judgeAll(unended);
  }
  await transact(host, options, async (tx) => {
    await lockMatching(tx);
    done.exceptions += await openMissing(tx);
    done.exceptions += await openNeverBanked(tx);
  });
  return done;
}

type Result = 'match' | 'waits' | 'exception' | 'unchanged';

async function judgeRecord(host: TxHost, options: TxOptions, id: string): Promise<Result> {
  try {
    return await transact(host, options, (tx) => judgeOne(tx, id));
  } catch (error) {
    // What the books refuse, such as a repayment that was charged back under another name, is for people.
    if (!(error instanceof GatewayError) || error.code === 'clock_moving') throw error;
    return transact(host, options, (tx) => setAside(tx, id, 'not_succeeded'));
  }
}

async function judgeOne(tx: Tx, id: string): Promise<Result> {
  await lockMatching(tx);
  const record = await lockRecord(tx, id);
  if (record.state === 'matched' || record.state === 'awaiting_bank') return 'unchanged';
  const judgement = judge(record, await readCandidates(tx, record));
  if (judgement.result === 'exception') return setAside(tx, id, judgement.reason);
  if (judgement.result === 'await_bank') return waitFor(tx, record, 'awaiting_bank');
  if (judgement.result === 'await_outcome') {
    const isLate = record.happenedAt < addMs(tx.wallNow, -outcomeDays * dayMs);
    return isLate ? setAside(tx, id, 'not_succeeded') : waitFor(tx, record, 'awaiting_outcome');
  }
  const { target, subject, how } = judgement.candidate;
  await bookMatch(tx, { record, target, subject, how, by: tx.actor.id });
  return 'match';
}

async function waitFor(
  tx: Tx,
  { id, state: before }: OutsideRecord,
  state: 'awaiting_bank' | 'awaiting_outcome',
): Promise<Result> {
  if (before === 'exception' || before === state) return 'unchanged';
  await setState(tx, id, { state });
  return 'waits';
}

async function setAside(tx: Tx, id: string, reason: ExceptionReason): Promise<Result> {
  await lockMatching(tx);
  const record = await lockRecord(tx, id);
  if (record.state === 'matched') return 'unchanged';
  const isNew = record.state !== 'exception';
  await openException(tx, { recordId: id }, reason);
  if (record.kind === 'line') await suspend(tx, record);
  else await setState(tx, id, { state: 'exception' });
  return isNew ? 'exception' : 'unchanged';
}

async function openNeverBanked(tx: Tx): Promise<number> {
  const ids = await listNeverBanked(tx, { before: addMs(tx.wallNow, -bankDays * dayMs), limit: 1000 });
  for (const id of ids) {
    await setState(tx, id, { state: 'exception' });
    await openException(tx, { recordId: id }, 'missing_at_bank');
  }
  return ids.length;
}
