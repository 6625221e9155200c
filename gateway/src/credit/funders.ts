import { createHash } from 'node:crypto';
import { GatewayError } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import { splitByLargestRemainder } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';

/** A funder's capacity lies in this many rows, so that concurrent confirmations seldom meet on one (money.md rule 10). */
export const slotsPerFunder = 64;

/** How many other slots are tried before the next funder is asked. */
const otherSlots = 3;

export type Funder = {
  id: Id<'fnd'>;
  name: string;
  /** Its part of the merchant fee on interest-free plans. */
  feeShareBasisPoints: number;
  /** What we keep of each collected principal for servicing it. */
  servicingBasisPoints: number;
};

type FunderRow = {
  environment_id: string;
  id: Id<'fnd'>;
  name: string;
  priority: number;
  fee_share_basis_points: number;
  servicing_basis_points: number;
  status: 'active' | 'paused';
};

export type ReservedSlot = { funder: Funder; slot: number };

function toFunder(row: FunderRow): Funder {
  return {
    id: row.id,
    name: row.name,
    feeShareBasisPoints: row.fee_share_basis_points,
    servicingBasisPoints: row.servicing_basis_points,
  };
}

/** Stores a funder and spreads its capacity over its slots. */
export async function createFunder(
  tx: Tx,
  input: Omit<Funder, 'id'> & { priority: number; currency: string; capacity: bigint },
): Promise<Funder> {
  const id = newId('fnd');
  await tx.sql('funders').insert({
    environment_id: tx.environment.id,
    id,
    name: input.name,
    priority: input.priority,
    fee_share_basis_points: input.feeShareBasisPoints,
    servicing_basis_points: input.servicingBasisPoints,
    status: 'active',
    created_at: tx.now,
  });
  const parts = splitByLargestRemainder(
    input.capacity,
    Array.from({ length: slotsPerFunder }, () => 1n),
  );
  await tx.sql('funder_slots').insert(
    parts.map((capacity, slot) => ({
      environment_id: tx.environment.id,
      funder_id: id,
      currency: input.currency,
      slot,
      capacity,
      remaining: capacity,
    })),
  );
  return {
    id,
    name: input.name,
    feeShareBasisPoints: input.feeShareBasisPoints,
    servicingBasisPoints: input.servicingBasisPoints,
  };
}

export async function findFunder(tx: Tx, funderId: string): Promise<Funder> {
  const row = await tx
    .sql<FunderRow>('funders')
    .where({ environment_id: tx.environment.id, id: funderId as Id<'fnd'> })
    .first();
  if (!row) throw new Error(`there is no funder ${funderId}`);
  return toFunder(row);
}

/** Active funders in the order in which they are asked. */
export async function listFunders(tx: Tx): Promise<Funder[]> {
  const rows = await tx
    .sql<FunderRow>('funders')
    .where({ environment_id: tx.environment.id, status: 'active' })
    .orderBy(['priority', 'id']);
  return rows.map(toFunder);
}

/** The first funder that has `amount` left in all, for an offer; nothing is reserved yet. */
export async function chooseFunder(
  tx: Tx,
  input: { currency: string; amount: bigint },
): Promise<Funder | undefined> {
  const row = await tx
    .sql<FunderRow>('funders as f')
    .join('funder_slots as s', (join) =>
      join.on('s.environment_id', 'f.environment_id').andOn('s.funder_id', 'f.id'),
    )
    .where({ 'f.environment_id': tx.environment.id, 'f.status': 'active', 's.currency': input.currency })
    .groupBy('f.environment_id', 'f.id')
    .havingRaw('max(s.remaining) >= ?', [input.amount])
    .orderBy(['f.priority', 'f.id'])
    .select('f.*')
    .first<FunderRow | undefined>();
  return row && toFunder(row);
}

/**
 * Takes `amount` from one slot of `funder`: the shopper's own slot by hash first, then a few others, and before a
 * refusal the fullest one. Throws `funder_unavailable` when no slot holds that much.
 */
export async function reserveSlot(
  tx: Tx,
  input: { funder: Funder; shopperId: string; currency: string; amount: bigint },
): Promise<ReservedSlot> {
  const first = createHash('sha256').update(input.shopperId).digest().readUInt32BE(0) % slotsPerFunder;
  const stride = slotsPerFunder / (otherSlots + 1);
  for (let tries = 0; tries <= otherSlots; tries += 1) {
    const slot = (first + tries * stride) % slotsPerFunder;
    if (await takeFromSlot(tx, input, slot)) return { funder: input.funder, slot };
  }
  for (;;) {
    const fullest = await tx
      .sql('funder_slots')
      .where({ environment_id: tx.environment.id, funder_id: input.funder.id, currency: input.currency })
      .where('remaining', '>=', input.amount)
      .orderBy('remaining', 'desc')
      .first<{ slot: number } | undefined>('slot');
    if (!fullest) break;
    // Whoever was faster has emptied it, so this ends.
    if (await takeFromSlot(tx, input, fullest.slot)) return { funder: input.funder, slot: fullest.slot };
  }
  throw new GatewayError('funder_unavailable', {
    detail: 'No funder can carry this amount now.',
    hint: 'Choose again; the offers are made anew.',
    retryAfterSeconds: 60,
  });
}

async function takeFromSlot(
  tx: Tx,
  input: { funder: Funder; currency: string; amount: bigint },
  slot: number,
): Promise<boolean> {
  const taken = await tx
    .sql('funder_slots')
    .where({ environment_id: tx.environment.id, funder_id: input.funder.id, currency: input.currency, slot })
    .where('remaining', '>=', input.amount)
    .update({ remaining: tx.sql.raw('remaining - ?', [input.amount]) });
  return taken === 1;
}

/** Gives `amount` back to the slot it was taken from. */
export async function returnToSlot(
  tx: Tx,
  input: { funderId: string; currency: string; slot: number; amount: bigint },
): Promise<void> {
  await tx
    .sql('funder_slots')
    .where({
      environment_id: tx.environment.id,
      funder_id: input.funderId,
      currency: input.currency,
      slot: input.slot,
    })
    .update({ remaining: tx.sql.raw('remaining + ?', [input.amount]) });
}
