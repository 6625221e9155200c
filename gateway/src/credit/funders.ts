import { createHash } from 'node:crypto';
import { dateIn } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import { splitByLargestRemainder } from '../lib/money.ts';
import { namedSql } from '../lib/named-sql.ts';
import { changesOne, type Tx } from '../lib/tx.ts';
import { type FunderTerms, slotCeilingSql, termsInForceSql } from './funder-terms.ts';

/** A funder's capacity lies in this many rows, so that concurrent confirmations seldom meet on one (money.md rule 10). */
export const slotsPerFunder = 64;

/** The largest integer that JSON keeps exactly, in minor units. */
const mostCapacity = BigInt(Number.MAX_SAFE_INTEGER);

/** How many other slots are tried before the next funder is asked. */
const otherSlots = 3;

export type Funder = {
  id: Id<'fnd'>;
  name: string;
  /** Its part of the merchant fee on interest-free plans. */
  feeShareBasisPoints: number;
  /** What we keep of each collected principal for servicing it. */
  servicingBasisPoints: number;
  /** What it asks for more, or below zero for less, than the policy's rate, in millionths a year. */
  rateAdjustmentPpm: number;
  /** What of a charged-off principal we cover for it. */
  firstLossBasisPoints: number;
  /** A paused funder keeps what it carries and takes nothing new. */
  status: 'active' | 'paused';
  /** Whether it is kept to whom its holds are bound, because its terms cap a concentration. */
  keepsPlacements: boolean;
};

export type FunderRow = {
  environment_id: string;
  id: Id<'fnd'>;
  name: string;
  priority: number;
  fee_share_basis_points: number;
  servicing_basis_points: number;
  rate_adjustment_ppm: number;
  first_loss_basis_points: number;
  status: Funder['status'];
  keeps_placements: boolean;
};

export type ReservedSlot = { funder: Funder; slot: number };

type PricedTerms = Pick<
  FunderTerms,
  'rate_adjustment_ppm' | 'fee_share_basis_points' | 'servicing_basis_points'
>;

/** A stored funder, at the rate and shares of its terms where those are at hand. */
export function toFunder(row: FunderRow, terms: PricedTerms | null): Funder {
  return {
    id: row.id,
    name: row.name,
    feeShareBasisPoints: terms?.fee_share_basis_points ?? row.fee_share_basis_points,
    servicingBasisPoints: terms?.servicing_basis_points ?? row.servicing_basis_points,
    rateAdjustmentPpm: terms?.rate_adjustment_ppm ?? row.rate_adjustment_ppm,
    firstLossBasisPoints: row.first_loss_basis_points,
    status: row.status,
    keepsPlacements: row.keeps_placements,
  };
}

/**
 * Stores a funder and spreads its capacity over its slots. It lends at the policy's rate and bears its losses unless told
 * otherwise.
 *
 * @throws GatewayError `amount_invalid` for a capacity below zero, or above what decisions can keep as an integer of JSON.
 */
export async function createFunder(
  tx: Tx,
  input: Omit<Funder, 'id' | 'status' | 'rateAdjustmentPpm' | 'firstLossBasisPoints' | 'keepsPlacements'> & {
    rateAdjustmentPpm?: number;
    firstLossBasisPoints?: number;
    priority: number;
    currency: string;
    capacity: bigint;
  },
): Promise<Funder> {
  requireCapacity(input.capacity);
  const id = newId('fnd');
  const { rateAdjustmentPpm = 0, firstLossBasisPoints = 0 } = input;
  await tx.sql('funders').insert({
    environment_id: tx.environment.id,
    id,
    name: input.name,
    priority: input.priority,
    fee_share_basis_points: input.feeShareBasisPoints,
    servicing_basis_points: input.servicingBasisPoints,
    rate_adjustment_ppm: rateAdjustmentPpm,
    first_loss_basis_points: firstLossBasisPoints,
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
    rateAdjustmentPpm,
    firstLossBasisPoints,
    status: 'active',
    keepsPlacements: false,
  };
}

function requireCapacity(capacity: bigint): void {
  if (capacity >= 0n && capacity <= mostCapacity) return;
  throw new GatewayError('amount_invalid', {
    detail: `A capacity is at least 0 and at most ${mostCapacity} minor units.`,
  });
}

export async function findFunder(tx: Tx, funderId: string): Promise<Funder> {
  const row = await tx
    .sql<FunderRow>('funders')
    .where({ environment_id: tx.environment.id, id: funderId as Id<'fnd'> })
    .first();
  if (!row) throw new Error(`there is no funder ${funderId}`);
  return toFunder(row, null);
}

/**
 * A funder by the terms that were in force at an instant. What was agreed then keeps them: what a refund takes back of a
 * fee is the part that was given of it, whatever is agreed later.
 */
export async function findFunderAt(tx: Tx, funderId: string, at: Date): Promise<Funder> {
  const { rows } = await tx.sql.raw<{ rows: (FunderRow & { terms: PricedTerms | null })[] }>(
    `select f.*, t.terms from funders f left join lateral (${termsInForceSql}) t on true
     where f.environment_id = :environment and f.id = :funder`,
    { environment: tx.environment.id, funder: funderId, today: dateIn(tx.environment.timeZone, at) },
  );
  const [row] = rows;
  if (!row) throw new Error(`there is no funder ${funderId}`);
  return toFunder(row, row.terms);
}

/** Active funders in the order in which they are asked. */
export async function listFunders(tx: Tx): Promise<Funder[]> {
  const rows = await tx
    .sql<FunderRow>('funders')
    .where({ environment_id: tx.environment.id, status: 'active' })
    .orderBy(['priority', 'id']);
  return rows.map((row) => toFunder(row, null));
}

/** The currencies in which any funder has capacity. */
export async function listLentCurrencies(tx: Tx): Promise<string[]> {
  return tx
    .sql<{ environment_id: string; currency: string }>('funder_slots')
    .where({ environment_id: tx.environment.id })
    .distinct()
    .orderBy('currency')
    .pluck('currency');
}

/**
 * So many times what is taken, a slot that was just read has room for it whoever takes from it meanwhile. Where that turns
 * out otherwise, the transaction is tried again.
 */
const ampleTimes = 32n;

/**
 * Takes `amount` from one slot of `funder`: the shopper's own slot by hash first, then a few others, and before a
 * refusal the fullest one. Throws `funder_unavailable` when no slot holds that much. `firstRoom` is what was just read
 * of the shopper's own slot: where that is ample, nothing is waited for.
 */
export async function reserveSlot(
  tx: Tx,
  input: {
    funder: Funder;
    shopperId: string;
    currency: string;
    amount: bigint;
    firstRoom?: bigint | undefined;
  },
): Promise<ReservedSlot> {
  const first = firstSlotOf(input.shopperId);
  if (input.firstRoom !== undefined && input.firstRoom >= input.amount * ampleTimes) {
    const sharedRow = `${input.funder.id} ${first}`;
    tx.later({ ...mustTakeSql({ ...slotBindings(tx, input), slot: first }), sharedRow });
    return { funder: input.funder, slot: first };
  }
  const stride = slotsPerFunder / (otherSlots + 1);
  for (let tries = 0; tries <= otherSlots; tries += 1) {
    const slot = (first + tries * stride) % slotsPerFunder;
    if (await takeFromSlot(tx, input, slot)) return { funder: input.funder, slot };
  }
  for (;;) {
    const { text, values } = fullestSlotSql(slotBindings(tx, input));
    const [fullest] = await tx.query<{ slot: number }>(text, values);
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

/** The slot that a shopper's holds are taken from while it has room: spread, so that no row is everybody's. */
export function firstSlotOf(shopperId: string): number {
  return createHash('sha256').update(shopperId).digest().readUInt32BE(0) % slotsPerFunder;
}

/** What is taken from a slot fits its capacity, and the leverage that the funder's terms allow. */
const slotsWithRoomSql = `
  funder_slots s
    join funders f on f.environment_id = s.environment_id and f.id = s.funder_id
    left join lateral (${termsInForceSql}) t on true
  where s.environment_id = :environment and s.funder_id = :funder and s.currency = :currency
    and s.remaining >= :amount and s.capacity - s.remaining + :amount <= ${slotCeilingSql}`;

const fullestSlotSql = namedSql<Bound>(
  `select s.slot from ${slotsWithRoomSql} order by s.remaining desc limit 1`,
);

/** The condition is asked again of the locked row, so two that take at once cannot pass it together. */
const takeSql = `
  update funder_slots s set remaining = s.remaining - :amount
  from funders f left join lateral (${termsInForceSql}) t on true
  where f.environment_id = :environment and f.id = :funder
    and s.environment_id = :environment and s.funder_id = :funder and s.currency = :currency and s.slot = :slot
    and s.remaining >= :amount and s.capacity - s.remaining + :amount <= ${slotCeilingSql}`;

const tryTakeSql = namedSql<Bound | 'slot'>(`${takeSql} returning s.slot`);
const mustTakeSql = namedSql<Bound | 'slot'>(changesOne(takeSql));

type Bound = 'environment' | 'funder' | 'currency' | 'amount' | 'today';
type Taking = { funder: Funder; currency: string; amount: bigint };

function slotBindings(tx: Tx, { funder, currency, amount }: Taking) {
  const today = dateIn(tx.environment.timeZone, tx.now);
  return { environment: tx.environment.id, funder: funder.id, currency, amount, today };
}

async function takeFromSlot(tx: Tx, input: Taking, slot: number): Promise<boolean> {
  const { text, values } = tryTakeSql({ ...slotBindings(tx, input), slot });
  return (await tx.query(text, values)).length === 1;
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

/** Takes `amount` of a slot again that was given back to it, whatever the funder has lent since: a repayment was charged back. */
export async function takeBack(
  tx: Tx,
  input: { funderId: string; currency: string; slot: number; amount: bigint },
): Promise<void> {
  await returnToSlot(tx, { ...input, amount: -input.amount });
}

/** A paused funder is asked for no new holds; what it has lent goes on. It is paused already, or not there: nothing. */
export function pauseFunder(tx: Tx, funderId: string): Promise<void> {
  return setFunderStatus(tx, funderId, 'paused');
}

/** A paused funder lends again. */
export function resumeFunder(tx: Tx, funderId: string): Promise<void> {
  return setFunderStatus(tx, funderId, 'active');
}

async function setFunderStatus(tx: Tx, funderId: string, status: FunderRow['status']): Promise<void> {
  await tx
    .sql<FunderRow>('funders')
    .where({ environment_id: tx.environment.id, id: funderId as Id<'fnd'> })
    .update({ status });
}

/** The ids of all funders, the paused ones among them. */
export async function listFunderIds(tx: Tx): Promise<Id<'fnd'>[]> {
  const rows = await tx
    .sql<FunderRow>('funders')
    .where({ environment_id: tx.environment.id })
    .orderBy(['priority', 'id'])
    .select('id');
  return rows.map(({ id }) => id);
}
