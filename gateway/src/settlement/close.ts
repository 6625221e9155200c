import { recordEvent } from '../events/record.ts';
import { post } from '../ledger/post.ts';
import { earlyPayoutCharged } from '../ledger/postings.ts';
import type { CalendarDate } from '../lib/dates.ts';
import { proportion, toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { lockMerchant, type Merchant } from '../merchants/merchants.ts';
import { addLines } from './lines.ts';
import { holdReserve } from './reserves.ts';
import { startPayout } from './start-payout.ts';
import { type Taken, takeLines } from './take-lines.ts';
import { type SettlementTerms, termsOn } from './terms.ts';

/** A merchant with lines that wait in a currency, and its last business date, for which they are settled. */
export type Unsettled = { merchant_id: string; currency: string; business_date: CalendarDate };

/**
 * Who has lines waiting of business dates that are over in the merchant's calendar at `tx.now`. A debt that was carried
 * over waits for something to be set off against.
 */
export async function findUnsettled(tx: Tx): Promise<Unsettled[]> {
  const { rows } = await tx.sql.raw<{ rows: Unsettled[] }>(
    `select l.merchant_id, l.currency, m.today - 1 as business_date
     from settlement_lines l join (
         select environment_id, id, (?::timestamptz at time zone time_zone)::date as today from merchants
       ) m on m.environment_id = l.environment_id and m.id = l.merchant_id
     where l.environment_id = ? and l.settlement_id is null and l.business_date < m.today
     group by l.merchant_id, l.currency, m.today
     having bool_or(l.kind <> 'carried_over')
     order by l.merchant_id, l.currency`,
    [tx.now, tx.environment.id],
  );
  return rows;
}

/**
 * Closes the settlement of a merchant's last business date over all lines that wait until then. A positive net is paid
 * out; a negative one is carried forward as a line. A date is closed once when it is over: what is found for it later,
 * because its transaction took long, waits for the next date.
 */
export async function closeSettlement(tx: Tx, waiting: Unsettled): Promise<void> {
  const merchant = await lockMerchant(tx, waiting.merchant_id);
  await closeFor(tx, {
    merchant,
    currency: waiting.currency,
    businessDate: waiting.business_date,
    early: false,
  });
}

export type Closing = { merchant: Merchant; currency: string; businessDate: CalendarDate; early: boolean };

/** What became of lines that were closed: the settlement's id and net; undefined when nothing was there to close. */
export type Closed = { settlementId: string; net: bigint; fee: bigint };

/**
 * Closes what waits of a locked merchant: takes the lines, holds the reserve back, charges for an early payout, and
 * starts the payout or carries the debt over.
 */
export async function closeFor(tx: Tx, closing: Closing): Promise<Closed | undefined> {
  const { merchant, currency, businessDate, early } = closing;
  const taken = await takeLines(tx, { merchantId: merchant.id, currency, businessDate, early });
  if (!taken) return undefined;
  const terms = await termsOn(tx, { merchant, currency, date: businessDate });
  const charged = await charge(tx, closing, { taken, terms });
  await close(tx, closing, { taken, ...charged });
  const { settlementId } = taken;
  const { net, fee } = charged;
  if (net > 0n) await startPayout(tx, { settlementId, merchant, currency, amount: net, terms });
  if (net < 0n) {
    await addLines(tx, {
      merchant,
      currency,
      orderId: null,
      sourceId: settlementId,
      lines: [{ kind: 'carried_over', amount: net }],
    });
  }
  return { settlementId, net, fee };
}

/** The lines that closing itself adds, last: the reserve, then the fee of an early payout on what is left. */
async function charge(
  tx: Tx,
  { merchant, currency, businessDate, early }: Closing,
  { taken, terms }: { taken: Taken; terms: SettlementTerms },
): Promise<{ net: bigint; linesCount: number; fee: bigint }> {
  const { settlementId, net, linesCount } = taken;
  const held = await holdReserve(tx, { merchant, currency, businessDate, taken, terms });
  const left = net - held;
  const count = linesCount + (held > 0n ? 1 : 0);
  const fee = early ? earlyPayoutFee(terms, left) : 0n;
  if (fee === 0n) return { net: left, linesCount: count, fee };
  await post(tx, earlyPayoutCharged({ merchantId: merchant.id, fee, currency, subjectId: settlementId }));
  await addLines(tx, {
    merchant,
    currency,
    orderId: null,
    sourceId: settlementId,
    lines: [{ kind: 'early_payout_fee', amount: -fee }],
    closing: { settlementId, after: count },
  });
  return { net: left - fee, linesCount: count + 1, fee };
}

/** What being paid `amount` early costs: a rate and a fixed part; nothing where it is not offered. */
export function earlyPayoutFee({ earlyPayout }: SettlementTerms, amount: bigint): bigint {
  if (!earlyPayout || amount <= 0n) return 0n;
  return proportion(amount, BigInt(earlyPayout.basisPoints), 10_000n) + earlyPayout.fixed;
}

async function close(
  tx: Tx,
  { merchant, currency, businessDate, early }: Closing,
  { taken, net, linesCount }: { taken: Taken; net: bigint; linesCount: number },
): Promise<void> {
  const id = taken.settlementId;
  await tx.sql('settlements').where({ environment_id: tx.environment.id, id }).update({
    status: 'closed',
    net,
    lines_count: linesCount,
    captured_in_month: taken.capturedInMonth,
    captured: taken.captured,
    captures: taken.captures,
    refunded: taken.refunded,
    refunds: taken.refunds,
    closed_at: tx.now,
  });
  await recordEvent(tx, {
    streams: [merchant.id],
    type: 'settlement.closed',
    objectId: id,
    objectVersion: 1,
    data: { business_date: businessDate, currency, net: toJsonAmount(net), lines_count: linesCount, early },
  });
}
