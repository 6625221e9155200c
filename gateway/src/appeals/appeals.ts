import { recordEvent } from '../events/record.ts';
import { countUpTo } from '../lib/count-up-to.ts';
import { GatewayError } from '../lib/errors.ts';
import { type Id, isId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { dataKeyOf, erasedText, findDataKey } from '../shoppers/profile.ts';
import { placeOf } from '../shoppers/sealing.ts';

/** `rescored`: decided anew, and nobody was asked for; `open`: a person has to answer it. */
export const appealStatuses = ['rescored', 'open', 'upheld', 'granted', 'withdrawn'] as const;

export type AppealStatus = (typeof appealStatuses)[number];

/** A shopper does not agree with a decision. */
export type Appeal = {
  id: Id<'apl'>;
  shopperId: string;
  /** The decision that is appealed against. */
  assessmentId: string;
  status: AppealStatus;
  /** Who answered it; null until then. */
  decidedBy: string | null;
  version: number;
  createdAt: Date;
  /** When a person was asked for, and when it ended. */
  askedAt: Date | null;
  endedAt: Date | null;
};

export type AppealRow = {
  environment_id: string;
  id: Id<'apl'>;
  shopper_id: string;
  assessment_id: string;
  status: AppealStatus;
  words_sealed: string | null;
  answer_sealed: string | null;
  decided_by: string | null;
  version: number;
  created_at: Date;
  asked_at: Date | null;
  ended_at: Date | null;
};

export function toAppeal(row: AppealRow): Appeal {
  return {
    id: row.id,
    shopperId: row.shopper_id,
    assessmentId: row.assessment_id,
    status: row.status,
    decidedBy: row.decided_by,
    version: row.version,
    createdAt: row.created_at,
    askedAt: row.asked_at,
    endedAt: row.ended_at,
  };
}

export function appealsOf(tx: Tx) {
  return tx.sql<AppealRow>('appeals').where({ environment_id: tx.environment.id });
}

/** The appeal with this id, of this shopper where one is given; `not_found` otherwise. */
export async function findAppeal(
  tx: Tx,
  input: { appealId: string; shopperId?: string | undefined },
): Promise<Appeal> {
  return toAppeal(await findRow(tx, input));
}

/** The same, locked until the transaction ends. */
export async function lockAppeal(
  tx: Tx,
  input: { appealId: string; shopperId?: string | undefined },
): Promise<Appeal> {
  return toAppeal(await findRow(tx, input, 'locked'));
}

async function findRow(
  tx: Tx,
  { appealId, shopperId }: { appealId: string; shopperId?: string | undefined },
  lock?: 'locked',
): Promise<AppealRow> {
  const row = await appealsOf(tx)
    .where({ id: appealId as Id<'apl'> })
    .modify((query) => {
      if (shopperId !== undefined) void query.where({ shopper_id: shopperId });
      if (lock) void query.forUpdate();
    })
    .first();
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such appeal.' });
  return row;
}

/** A shopper's appeals against one decision, the newest first; locked until the transaction ends where that is asked for. */
export async function appealsAgainst(
  tx: Tx,
  input: { assessmentId: string; shopperId: string },
  lock?: 'locked',
): Promise<Appeal[]> {
  const rows = await appealsOf(tx)
    .where({ assessment_id: input.assessmentId, shopper_id: input.shopperId })
    .orderBy('id', 'desc')
    .modify((query) => {
      if (lock) void query.forUpdate();
    });
  return rows.map(toAppeal);
}

/**
 * Appeals of the environment, those that have waited longest first: `limit` of them after the appeal `after`; those with
 * this status only where one is given.
 */
export async function listAppeals(
  tx: Tx,
  input: { status?: AppealStatus | undefined; after?: string | undefined; limit: number },
): Promise<Appeal[]> {
  const { status, after, limit } = input;
  const rows = await appealsOf(tx)
    .modify((query) => {
      if (status !== undefined) void query.where({ status });
      if (isId('apl', after)) void query.where('id', '>', after);
    })
    .orderBy('id')
    .limit(limit);
  return rows.map(toAppeal);
}

/** How many appeals wait for a person, counted up to `most + 1`. */
export function countOpenAppeals(tx: Tx, most: number): Promise<number> {
  return countUpTo(tx, appealsOf(tx).where({ status: 'open' }), most);
}

/** What the shopper wrote and what they were answered, opened: for the shopper and for whoever decides. */
export async function readWords(
  tx: Tx,
  appealId: string,
): Promise<{ words: string | null; answer: string | null }> {
  const row = await findRow(tx, { appealId });
  const sealed = [row.words_sealed, row.answer_sealed];
  if (sealed.every((text) => text === null)) return { words: null, answer: null };
  const dataKey = await findDataKey(tx, row.shopper_id);
  const open = (text: string | null, column: string): string | null => {
    if (text === null) return null;
    return dataKey ? tx.vault.open(text, placeOf(tx, 'appeals', column, row.id), dataKey) : erasedText;
  };
  return { words: open(row.words_sealed, 'words'), answer: open(row.answer_sealed, 'answer') };
}

/** Seals a text of an appeal under its shopper's key. */
export async function sealText(
  tx: Tx,
  { id, shopperId }: Pick<Appeal, 'id' | 'shopperId'>,
  column: 'words' | 'answer',
  text: string,
): Promise<string> {
  return tx.vault.seal(text, placeOf(tx, 'appeals', column, id), await dataKeyOf(tx, shopperId));
}

/** Changes a locked appeal and tells its shopper's stream; nobody else's. */
export async function updateAppeal(
  tx: Tx,
  appeal: Appeal,
  change: Partial<AppealRow> & { status: AppealStatus },
): Promise<Appeal> {
  const [row] = await appealsOf(tx)
    .where({ id: appeal.id })
    .update({ ...change, version: appeal.version + 1 })
    .returning('*');
  if (!row) throw new Error(`appeal ${appeal.id} was not changed`);
  await recordEvent(tx, {
    streams: [appeal.shopperId],
    type: eventOf(change.status),
    objectId: appeal.id,
    objectVersion: row.version,
    data: { status: change.status, assessment_id: appeal.assessmentId },
  });
  return toAppeal(row);
}

function eventOf(status: AppealStatus): 'appeal.asked' | 'appeal.answered' | 'appeal.withdrawn' {
  if (status === 'open') return 'appeal.asked';
  return status === 'withdrawn' ? 'appeal.withdrawn' : 'appeal.answered';
}
