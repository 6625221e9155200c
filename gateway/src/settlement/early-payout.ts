import { dateIn } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { lockMerchant, type Merchant } from '../merchants/merchants.ts';
import { type Closed, closeFor, earlyPayoutFee } from './close.ts';
import { reasonToHold } from './holds.ts';
import { reserveOf } from './reserves.ts';
import { termsOn } from './terms.ts';

/** What a merchant would get if it were paid now, in minor units: `net` = `waiting` − `reserve` − `fee`. */
export type EarlyPayoutQuote = {
  waiting: bigint;
  reserve: bigint;
  fee: bigint;
  net: bigint;
  /** Why it cannot be asked for now. */
  unavailable: 'not_agreed' | 'nothing_to_pay' | 'payouts_held' | null;
};

/** What being paid now would cost and bring. It promises nothing: what is captured or refunded next changes it. */
export async function quoteEarlyPayout(
  tx: Tx,
  { merchant, currency }: { merchant: Merchant; currency: string },
): Promise<EarlyPayoutQuote> {
  const date = dateIn(merchant.timeZone, tx.now);
  const terms = await termsOn(tx, { merchant, currency, date });
  const { waiting, captured } = await waitingOn(tx, { merchant, currency, date });
  const reserve = reserveOf(terms, { captured, net: waiting });
  const fee = earlyPayoutFee(terms, waiting - reserve);
  const net = waiting - reserve - fee;
  const hold = await reasonToHold(tx, { merchant, currency, terms, amount: net });
  const unavailable = !terms.earlyPayout
    ? 'not_agreed'
    : net <= 0n
      ? 'nothing_to_pay'
      : hold
        ? 'payouts_held'
        : null;
  return { waiting, reserve, fee, net, unavailable };
}

/**
 * Closes what waits of a merchant until now and pays it out at once for the agreed fee; what comes later on the same date
 * is settled when the date is over. Errors: `early_payout_unavailable` with its `reason`.
 */
export async function payOutEarly(
  tx: Tx,
  { merchantId, currency }: { merchantId: string; currency: string },
): Promise<Closed> {
  const merchant = await lockMerchant(tx, merchantId);
  const { unavailable } = await quoteEarlyPayout(tx, { merchant, currency });
  if (unavailable) {
    throw new GatewayError('early_payout_unavailable', {
      detail: details[unavailable],
      extra: { reason: unavailable },
    });
  }
  const businessDate = dateIn(merchant.timeZone, tx.now);
  const closed = await closeFor(tx, { merchant, currency, businessDate, early: true });
  if (!closed) throw new Error(`nothing of merchant ${merchantId} was closed early`);
  return closed;
}

const details = {
  not_agreed: 'Early payouts are not part of your terms.',
  nothing_to_pay: 'What waits is not more than what it would cost.',
  payouts_held: 'Your payouts are held at present, so paying early would bring you nothing.',
} as const;

async function waitingOn(
  tx: Tx,
  { merchant, currency, date }: { merchant: Merchant; currency: string; date: string },
): Promise<{ waiting: bigint; captured: bigint }> {
  const { rows } = await tx.sql.raw<{ rows: { waiting: bigint; captured: bigint }[] }>(
    `select coalesce(sum(amount), 0)::bigint as waiting,
       coalesce(sum(amount) filter (where kind = 'capture'), 0)::bigint as captured
     from settlement_lines
     where environment_id = :environment and merchant_id = :merchant and currency = :currency
       and business_date <= :today and settlement_id is null
     having bool_or(kind <> 'carried_over')`,
    { environment: tx.environment.id, merchant: merchant.id, currency, today: date },
  );
  return rows[0] ?? { waiting: 0n, captured: 0n };
}
