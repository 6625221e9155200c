import { post } from '../ledger/post.ts';
import { reserveHeld, reserveReleased } from '../ledger/postings.ts';
import { addDays, type CalendarDate } from '../lib/dates.ts';
import { type Id, newId } from '../lib/ids.ts';
import { maxOf, minOf, proportion } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import type { UpcomingSql } from '../lib/upcoming.ts';
import { findMerchant, type Merchant } from '../merchants/merchants.ts';
import { addLines } from './lines.ts';
import type { Taken } from './take-lines.ts';
import type { SettlementTerms } from './terms.ts';

type ReserveRow = {
  environment_id: string;
  id: Id<'rsv'>;
  merchant_id: string;
  currency: string;
  settlement_id: Id<'stl'>;
  amount: bigint;
  release_on: CalendarDate;
  created_at: Date;
  released_at: Date | null;
};

/** What of a merchant's captures is held back until a date of its calendar. */
export type Reserve = {
  id: Id<'rsv'>;
  merchantId: string;
  currency: string;
  settlementId: Id<'stl'>;
  amount: bigint;
  releaseOn: CalendarDate;
  releasedAt: Date | null;
};

function toReserve(row: ReserveRow): Reserve {
  return {
    id: row.id,
    merchantId: row.merchant_id,
    currency: row.currency,
    settlementId: row.settlement_id,
    amount: row.amount,
    releaseOn: row.release_on,
    releasedAt: row.released_at,
  };
}

/**
 * What is held back of a settlement with these captures that would pay `net`: the agreed part, but never more than is
 * paid, because a reserve does not put a merchant into debt.
 */
export function reserveOf(
  { reserve }: SettlementTerms,
  { captured, net }: { captured: bigint; net: bigint },
): bigint {
  if (!reserve) return 0n;
  return maxOf(0n, minOf(proportion(captured, BigInt(reserve.basisPoints), 10_000n), net));
}

/**
 * Holds back the agreed part of what a settlement that is being closed has captured, as its next line, and returns it in
 * minor units.
 */
export async function holdReserve(
  tx: Tx,
  input: {
    merchant: Merchant;
    currency: string;
    businessDate: CalendarDate;
    taken: Taken;
    terms: SettlementTerms;
  },
): Promise<bigint> {
  const { merchant, currency, businessDate, taken, terms } = input;
  const amount = reserveOf(terms, taken);
  if (amount === 0n || !terms.reserve) return 0n;
  const id = newId('rsv');
  await tx.sql<ReserveRow>('settlement_reserves').insert({
    environment_id: tx.environment.id,
    id,
    merchant_id: merchant.id,
    currency,
    settlement_id: taken.settlementId,
    amount,
    release_on: addDays(businessDate, terms.reserve.days),
    created_at: tx.now,
  });
  await post(tx, reserveHeld({ merchantId: merchant.id, amount, currency, subjectId: id }));
  await addLines(tx, {
    merchant,
    currency,
    orderId: null,
    sourceId: id,
    lines: [{ kind: 'reserve', amount: -amount }],
    closing: { settlementId: taken.settlementId, after: taken.linesCount },
  });
  return amount;
}

/** Reserves whose date has come in their merchants' calendars at `tx.now`. */
export async function findReservesToRelease(tx: Tx): Promise<Id<'rsv'>[]> {
  const { rows } = await tx.sql.raw<{ rows: { id: Id<'rsv'> }[] }>(
    `select r.id from settlement_reserves r
       join merchants m on m.environment_id = r.environment_id and m.id = r.merchant_id
     where r.environment_id = :environment and r.released_at is null
       and r.release_on <= (:now::timestamptz at time zone m.time_zone)::date
     order by r.id`,
    { environment: tx.environment.id, now: tx.now },
  );
  return rows.map(({ id }) => id);
}

/** Gives a reserve back, once: a line of the present date, to be settled when it is over. */
export async function releaseReserve(tx: Tx, reserveId: Id<'rsv'>): Promise<void> {
  const [row] = await tx
    .sql<ReserveRow>('settlement_reserves')
    .where({ environment_id: tx.environment.id, id: reserveId })
    .whereNull('released_at')
    .update({ released_at: tx.now })
    .returning('*');
  if (!row) return;
  const { merchant_id: merchantId, currency, amount } = row;
  await post(tx, reserveReleased({ merchantId, amount, currency, subjectId: row.id }));
  await addLines(tx, {
    merchant: await findMerchant(tx, merchantId),
    currency,
    orderId: null,
    sourceId: row.id,
    lines: [{ kind: 'reserve_released', amount }],
  });
}

/** When the next reserve is released after `tx.now`: at the start of its date. */
export function nextReserveReleaseAt(tx: Tx): UpcomingSql {
  return tx.sql.raw(
    `select min(r.release_on::timestamp at time zone m.time_zone) as at
     from settlement_reserves r
       join merchants m on m.environment_id = r.environment_id and m.id = r.merchant_id
     where r.environment_id = :environment and r.released_at is null
       and r.release_on::timestamp at time zone m.time_zone > :now`,
    { environment: tx.environment.id, now: tx.now },
  );
}

/** The reserve with this id of a merchant; undefined when there is none. */
export async function findReserve(
  tx: Tx,
  input: { reserveId: string; merchantId: string },
): Promise<Reserve | undefined> {
  const row = await tx
    .sql<ReserveRow>('settlement_reserves')
    .where({
      environment_id: tx.environment.id,
      id: input.reserveId as Id<'rsv'>,
      merchant_id: input.merchantId,
    })
    .first();
  return row && toReserve(row);
}
