import { GatewayError } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { type Funder, reserveSlot, returnToSlot } from './funders.ts';
import { coveringGuarantee } from './guarantees/cover.ts';
import { availableOf, type CreditLine, moveLine } from './lines.ts';

/** Credit that is promised but not yet used: the financed principal of a confirmed session or an open authorization. */
export type Hold = {
  id: Id<'hld'>;
  creditLineId: string;
  funderId: string;
  slot: number;
  currency: string;
  /** What is still held; falls as captures use it and voids release it. */
  amount: bigint;
  status: 'active' | 'converted' | 'released' | 'expired';
};

type HoldRow = {
  environment_id: string;
  id: Id<'hld'>;
  credit_line_id: string;
  funder_id: string;
  slot: number;
  currency: string;
  amount: bigint;
  original_amount: bigint;
  status: Hold['status'];
  guarantee_id: string | null;
  created_at: Date;
};

function toHold(row: HoldRow): Hold {
  return {
    id: row.id,
    creditLineId: row.credit_line_id,
    funderId: row.funder_id,
    slot: row.slot,
    currency: row.currency,
    amount: row.amount,
    status: row.status,
  };
}

/**
 * Holds `amount` on a locked line with a funder; a guarantee that is active at this moment covers it. Throws `limit_exceeded` when the line has less available and
 * `funder_unavailable` when the funder has; a suspended line refuses new holds (money.md rule 8).
 */
export async function placeHold(
  tx: Tx,
  input: { line: CreditLine; funder: Funder; amount: bigint },
): Promise<Hold> {
  const { line, funder, amount } = input;
  if (line.status !== 'active' || availableOf(line) < amount) {
    throw new GatewayError('limit_exceeded', {
      detail: 'The amount is above what is available to pay later now.',
    });
  }
  const { slot } = await reserveSlot(tx, {
    funder,
    shopperId: line.shopperId,
    currency: line.currency,
    amount,
  });
  await moveLine(tx, line.id, { held: amount });
  const [row] = await tx
    .sql<HoldRow>('holds')
    .insert({
      environment_id: tx.environment.id,
      id: newId('hld'),
      credit_line_id: line.id,
      funder_id: funder.id,
      slot,
      currency: line.currency,
      amount,
      original_amount: amount,
      status: 'active',
      guarantee_id: await coveringGuarantee(tx, line),
      created_at: tx.now,
    })
    .returning('*');
  if (!row) throw new Error('the hold was not stored');
  return toHold(row);
}

/** Turns `amount` of a hold into used credit: a capture. The funder's slot stays taken. */
export async function convertHold(tx: Tx, holdId: string, amount: bigint): Promise<void> {
  const hold = await shrinkHold(tx, holdId, amount, 'converted');
  await moveLine(tx, hold.creditLineId, { held: -amount, used: amount });
}

/** Gives `amount` of a hold back to the line and the funder: a void, a cancel or an expiry. */
export async function releaseHold(
  tx: Tx,
  holdId: string,
  amount: bigint,
  status: 'released' | 'expired',
): Promise<void> {
  const hold = await shrinkHold(tx, holdId, amount, status);
  await moveLine(tx, hold.creditLineId, { held: -amount });
  await returnToSlot(tx, { ...hold, amount });
}

/** Gives back `amount` of used credit to the line and the funder: a repayment that succeeded, or a refund. */
export async function releaseUsed(tx: Tx, holdId: string, amount: bigint): Promise<void> {
  if (amount === 0n) return;
  const hold = await findHold(tx, holdId);
  await moveLine(tx, hold.creditLineId, { used: -amount });
  await returnToSlot(tx, { ...hold, amount });
}

export async function findHold(tx: Tx, holdId: string): Promise<Hold> {
  const row = await tx
    .sql<HoldRow>('holds')
    .where({ environment_id: tx.environment.id, id: holdId as Id<'hld'> })
    .first();
  if (!row) throw new Error(`there is no hold ${holdId}`);
  return toHold(row);
}

/** `status` says how a hold ends, once nothing of it is left; what was released last names it. */
async function shrinkHold(
  tx: Tx,
  holdId: string,
  amount: bigint,
  status: Exclude<Hold['status'], 'active'>,
): Promise<Hold> {
  const [row] = await tx
    .sql<HoldRow>('holds')
    .where({ environment_id: tx.environment.id, id: holdId as Id<'hld'>, status: 'active' })
    .where('amount', '>=', amount)
    .update({
      amount: tx.sql.raw('amount - ?', [amount]),
      status: tx.sql.raw("case when amount = ? then ? else 'active' end", [amount, status]),
    })
    .returning('*');
  if (!row) throw new Error(`hold ${holdId} holds less than ${amount}`);
  return toHold(row);
}
