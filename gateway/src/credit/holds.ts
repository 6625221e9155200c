import { GatewayError } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import { insertInto } from '../lib/insert-sql.ts';
import { sum } from '../lib/money.ts';
import type { EarlyTx, Tx } from '../lib/tx.ts';
import { addedParts } from './apportion.ts';
import { reserveSlot, returnToSlot, takeBack } from './funders.ts';
import type { Funding } from './funding.ts';
import { coveringGuarantee } from './guarantees/cover.ts';
import { availableOf, type CreditLine, moveLine } from './lines.ts';
import { type HoldShare, listShares, type Part, renameShare, storeShares, takeHeld } from './shares.ts';

/** Credit that is promised but not yet used: the financed principal of a confirmed session or an open authorization. */
export type Hold = {
  id: Id<'hld'>;
  creditLineId: string;
  /** The lead, where several carry it. */
  funderId: string;
  /** Who carries it, the lead first: one alone, or several by their shares. */
  shares: readonly HoldShare[];
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
  joint: boolean;
  currency: string;
  amount: bigint;
  original_amount: bigint;
  status: Hold['status'];
  guarantee_id: string | null;
  created_at: Date;
};

function toHold(row: HoldRow, shares: readonly HoldShare[]): Hold {
  return {
    id: row.id,
    creditLineId: row.credit_line_id,
    funderId: row.funder_id,
    shares,
    currency: row.currency,
    amount: row.amount,
    status: row.status,
  };
}

/** One funder carries all of `amount`, and nothing has to be read to know it. */
function wholeOf({ funder_id: funderId, slot }: HoldRow, amount: bigint): HoldShare[] {
  return [{ funderId, slot, basisPoints: 10_000, amount }];
}

/**
 * Holds `amount` on a locked line with whoever is to carry it; a guarantee that is active at this moment covers it. Throws
 * `limit_exceeded` when the line has less available and `funder_unavailable` when a funder has less room for its share; a
 * suspended line refuses new holds (money.md rule 8).
 */
export async function placeHold(
  tx: Tx,
  input: { line: CreditLine; funding: Funding; amount: bigint },
): Promise<Hold> {
  const { line, amount } = input;
  if (line.status !== 'active' || availableOf(line) < amount) {
    throw new GatewayError('limit_exceeded', {
      detail: 'The amount is above what is available to pay later now.',
    });
  }
  const shares = await reserveShares(tx, input);
  const [lead] = shares;
  if (!lead) throw new Error('somebody has to carry a hold');
  const guaranteeId = await coveringGuarantee(tx, line);
  await moveLine(tx, line.id, { held: amount });
  const joint = shares.length > 1;
  const row: HoldRow = {
    environment_id: tx.environment.id,
    id: newId('hld'),
    credit_line_id: line.id,
    funder_id: lead.funderId,
    slot: lead.slot,
    joint,
    currency: line.currency,
    amount,
    original_amount: amount,
    status: 'active',
    guarantee_id: guaranteeId,
    created_at: tx.now,
  };
  tx.later(insertHold([row]));
  const hold = toHold(row, shares);
  if (joint) await storeShares(tx, hold);
  return hold;
}

const insertHold = insertInto('holds', [
  'environment_id',
  'id',
  'credit_line_id',
  'funder_id',
  'slot',
  'joint',
  'currency',
  'amount',
  'original_amount',
  'status',
  'guarantee_id',
  'created_at',
]);

/** Takes each funder's share from a slot of its own, in one order of the funders, so that two who wait end. */
async function reserveShares(
  tx: Tx,
  { line, funding, amount }: { line: CreditLine; funding: Funding; amount: bigint },
): Promise<HoldShare[]> {
  const weights = funding.shares.map(({ basisPoints }) => BigInt(basisPoints));
  const parts = addedParts(
    amount,
    weights.map(() => 0n),
    weights,
  );
  const slots = new Map<string, number>();
  const wanted = funding.shares.map((share, index) => ({ ...share, amount: parts[index] ?? 0n }));
  for (const { funder, firstRoom, amount: part } of wanted.toSorted((a, b) =>
    a.funder.id < b.funder.id ? -1 : 1,
  )) {
    const { slot } = await reserveSlot(tx, {
      funder,
      firstRoom,
      shopperId: line.shopperId,
      currency: line.currency,
      amount: part,
    });
    slots.set(funder.id, slot);
  }
  return funding.shares.map(({ funder, basisPoints }, index) => ({
    funderId: funder.id,
    slot: slots.get(funder.id) ?? 0,
    basisPoints,
    amount: parts[index] ?? 0n,
  }));
}

/**
 * Turns `amount` of a hold into used credit: a capture. The funders' slots stay taken. Returns the hold with what of
 * `amount` is whose.
 */
export async function convertHold(tx: Tx, holdId: string, amount: bigint): Promise<ShrunkHold> {
  const hold = await shrinkHold(tx, holdId, amount, 'converted');
  await moveLine(tx, hold.creditLineId, { held: -amount, used: amount });
  return hold;
}

/** Gives `amount` of a hold back to the line and the funders: a void, a cancel or an expiry. */
export async function releaseHold(
  tx: Tx,
  holdId: string,
  amount: bigint,
  status: 'released' | 'expired',
): Promise<ShrunkHold> {
  const hold = await shrinkHold(tx, holdId, amount, status);
  await moveLine(tx, hold.creditLineId, { held: -amount });
  await returnParts(tx, hold, hold.parts);
  return hold;
}

/** Gives back used credit to the line and to each funder its part: a repayment that succeeded, or a refund. */
export async function releaseUsed(tx: Tx, holdId: string, parts: readonly Part[]): Promise<void> {
  const amount = sum(parts.map((part) => part.amount));
  if (amount === 0n) return;
  const hold = await findHold(tx, holdId);
  await moveLine(tx, hold.creditLineId, { used: -amount });
  await returnParts(tx, hold, parts);
}

/**
 * Uses credit again that was given back: a repayment was charged back. It is owed, so neither the limit nor what the
 * funders have lent meanwhile is asked.
 */
export async function restoreUsed(tx: Tx, holdId: string, parts: readonly Part[]): Promise<void> {
  const amount = sum(parts.map((part) => part.amount));
  if (amount === 0n) return;
  const hold = await findHold(tx, holdId);
  await moveLine(tx, hold.creditLineId, { used: amount });
  for (const { funderId, slot, amount: part } of inSlots(hold, parts))
    await takeBack(tx, { funderId, currency: hold.currency, slot, amount: part });
}

/** What one funder carries of a hold is another's from now on, in a slot of its; `from` has given back what it took. */
export async function renameFunder(
  tx: Tx,
  hold: Hold,
  { from, to, slot }: { from: string; to: string; slot: number },
): Promise<void> {
  if (hold.shares.length > 1) await renameShare(tx, hold.id, { from, to, slot });
  if (hold.funderId !== from) return;
  await tx
    .sql<HoldRow>('holds')
    .where({ environment_id: tx.environment.id, id: hold.id })
    .update({ funder_id: to, slot });
}

export async function findHold(tx: Tx, holdId: string): Promise<Hold> {
  const [row] = await tx.query<HoldRow>('select * from holds where environment_id = $1 and id = $2', [
    tx.environment.id,
    holdId,
  ]);
  if (!row) throw new Error(`there is no hold ${holdId}`);
  return withShares(tx, row);
}

/** What a checkout session holds, so that both can be asked for together; undefined while it holds nothing. */
export async function findHoldOfSession(tx: EarlyTx, sessionId: string): Promise<Hold | undefined> {
  const [row] = await tx.query<HoldRow>(
    `select h.* from checkout_sessions s
       join holds h on h.environment_id = s.environment_id and h.id = s.hold_id
     where s.environment_id = $1 and s.id = $2`,
    [tx.environment.id, sessionId],
  );
  return row && withShares(tx, row);
}

async function withShares(tx: EarlyTx, row: HoldRow): Promise<Hold> {
  return toHold(row, row.joint ? await listShares(tx, row.id) : wholeOf(row, row.amount));
}

/** A hold of which something was just taken, and whose that was. */
export type ShrunkHold = Hold & { parts: readonly HoldShare[] };

/** `status` says how a hold ends, once nothing of it is left; what was released last names it. */
async function shrinkHold(
  tx: Tx,
  holdId: string,
  amount: bigint,
  status: Exclude<Hold['status'], 'active'>,
): Promise<ShrunkHold> {
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
  if (!row.joint) return { ...toHold(row, wholeOf(row, row.amount)), parts: wholeOf(row, amount) };
  const parts = await takeHeld(tx, row.id, amount);
  return { ...toHold(row, await listShares(tx, row.id)), parts };
}

async function returnParts(tx: Tx, hold: Hold, parts: readonly Part[]): Promise<void> {
  for (const { funderId, slot, amount } of inSlots(hold, parts))
    await returnToSlot(tx, { funderId, currency: hold.currency, slot, amount });
}

/** Each part with its funder's slot, in one order of the funders; parts of nothing are left out. */
function inSlots(hold: Hold, parts: readonly Part[]): (Part & { slot: number })[] {
  return parts
    .filter(({ amount }) => amount > 0n)
    .map(({ funderId, amount }) => {
      const share = hold.shares.find((one) => one.funderId === funderId);
      if (!share) throw new Error(`funder ${funderId} carries nothing of hold ${hold.id}`);
      return { funderId, amount, slot: share.slot };
    })
    .toSorted((a, b) => (a.funderId < b.funderId ? -1 : 1));
}
