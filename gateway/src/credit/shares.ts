import type { EarlyTx, Tx } from '../lib/tx.ts';
import { addedParts, takenParts } from './apportion.ts';

/** What one of those who carry a plan has of something, in minor units. */
export type Part = { funderId: string; amount: bigint };

/** What one funder carries of a hold: its share in hundredths of a percent, and what of it is still held in its slot. */
export type HoldShare = Part & { slot: number; basisPoints: number };

type ShareRow = {
  environment_id: string;
  hold_id: string;
  position: number;
  funder_id: string;
  currency: string;
  slot: number;
  basis_points: number;
  amount: bigint;
  interest: bigint;
  subsidised: bigint;
  fee: bigint;
  lost: bigint;
  recovered: bigint;
};

const weightsOf = (rows: readonly { basis_points: number }[]): bigint[] =>
  rows.map((row) => BigInt(row.basis_points));

function rowsOf(tx: EarlyTx, holdId: string) {
  return tx
    .sql<ShareRow>('hold_shares')
    .where({ environment_id: tx.environment.id, hold_id: holdId })
    .orderBy('position');
}

/** Who carries a joint hold, the lead first. */
export async function listShares(tx: EarlyTx, holdId: string): Promise<HoldShare[]> {
  const rows = await rowsOf(tx, holdId);
  return rows.map((row) => ({
    funderId: row.funder_id,
    slot: row.slot,
    basisPoints: row.basis_points,
    amount: row.amount,
  }));
}

/** Stores who carries a new joint hold. */
export async function storeShares(
  tx: Tx,
  hold: { id: string; currency: string; shares: readonly HoldShare[] },
): Promise<void> {
  await tx.sql('hold_shares').insert(
    hold.shares.map(({ funderId, slot, basisPoints, amount }, position) => ({
      environment_id: tx.environment.id,
      hold_id: hold.id,
      position,
      funder_id: funderId,
      currency: hold.currency,
      slot,
      basis_points: basisPoints,
      amount,
    })),
  );
}

/** Takes `amount` from what is still held of a locked joint hold; says how much of it with whom. */
export async function takeHeld(tx: Tx, holdId: string, amount: bigint): Promise<HoldShare[]> {
  const rows = await rowsOf(tx, holdId);
  const held = rows.map((row) => row.amount);
  const parts = takenParts(amount, held, weightsOf(rows));
  const taken = rows.map((row, index) => ({
    funderId: row.funder_id,
    slot: row.slot,
    basisPoints: row.basis_points,
    amount: parts[index] ?? 0n,
  }));
  for (const { funderId, amount: part } of taken)
    await changeShare(tx, holdId, funderId, { amount: tx.sql.raw('amount - ?', [part]) });
  return taken;
}

/** What was charged for funders: interest that the shopper pays or the merchant, and late fees. */
export type Earned = { interest: bigint; subsidised: bigint; fee: bigint };

const nothingEarned: Earned = { interest: 0n, subsidised: 0n, fee: 0n };

/**
 * Divides what was charged on a joint plan, and notes it: reckoned on all that ever was, so that many small amounts come
 * to everybody's share too.
 */
export async function shareEarned(
  tx: Tx,
  holdId: string,
  earned: Partial<Earned>,
): Promise<(Earned & { funderId: string })[]> {
  const rows = await rowsOf(tx, holdId);
  const parts: Earned[] = rows.map(() => ({ ...nothingEarned }));
  for (const kind of ['interest', 'subsidised', 'fee'] as const) {
    const before = rows.map((row) => row[kind]);
    addedParts(earned[kind] ?? 0n, before, weightsOf(rows)).forEach((amount, index) => {
      const part = parts[index];
      if (part) part[kind] = amount;
    });
  }
  for (const [index, row] of rows.entries()) {
    const { interest, subsidised, fee } = parts[index] ?? nothingEarned;
    await changeShare(tx, holdId, row.funder_id, {
      interest: row.interest + interest,
      subsidised: row.subsidised + subsidised,
      fee: row.fee + fee,
    });
  }
  return rows.map((row, index) => ({ funderId: row.funder_id, ...(parts[index] ?? nothingEarned) }));
}

/** Notes what each funder of a joint plan has lost by its charge-off, beyond what we bore for it. */
export async function noteLosses(tx: Tx, holdId: string, losses: readonly Part[]): Promise<void> {
  for (const { funderId, amount } of losses)
    await changeShare(tx, holdId, funderId, { lost: tx.sql.raw('lost + ?', [amount]) });
}

/** Notes anew how much of what the funders of a joint plan have lost came in, divided by what each has lost. */
export async function setRecovered(tx: Tx, holdId: string, total: bigint): Promise<void> {
  const rows = await rowsOf(tx, holdId);
  if (rows.every(({ lost }) => lost === 0n)) return;
  const parts = addedParts(
    total,
    rows.map(() => 0n),
    rows.map(({ lost }) => lost),
  );
  for (const [index, row] of rows.entries())
    await changeShare(tx, holdId, row.funder_id, { recovered: parts[index] ?? 0n });
}

/** Divides what came in for the funders of a charged-off joint plan by what each has lost, and notes it. */
export async function shareRecovered(tx: Tx, holdId: string, amount: bigint): Promise<Part[]> {
  const rows = await rowsOf(tx, holdId);
  const lost = rows.map((row) => row.lost);
  const open = rows.map((row) => row.lost - row.recovered);
  const parts = amount === 0n ? rows.map(() => 0n) : takenParts(amount, open, lost);
  for (const [index, row] of rows.entries())
    await changeShare(tx, holdId, row.funder_id, { recovered: row.recovered + (parts[index] ?? 0n) });
  return rows.map((row, index) => ({ funderId: row.funder_id, amount: parts[index] ?? 0n }));
}

/** A share of a joint hold is another funder's from now on, in a slot of its. */
export async function renameShare(
  tx: Tx,
  holdId: string,
  { from, to, slot }: { from: string; to: string; slot: number },
): Promise<void> {
  await changeShare(tx, holdId, from, { funder_id: to, slot });
}

async function changeShare(
  tx: Tx,
  holdId: string,
  funderId: string,
  change: Partial<Record<keyof ShareRow, unknown>>,
): Promise<void> {
  await tx
    .sql('hold_shares')
    .where({ environment_id: tx.environment.id, hold_id: holdId, funder_id: funderId })
    .update(change);
}
