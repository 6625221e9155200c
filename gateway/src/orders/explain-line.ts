import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { explainLine, type LineTransfer } from '../settlement/explain.ts';
import { type LineKind, listLines, type SettlementLine } from '../settlement/lines.ts';
import { findReserve } from '../settlement/reserves.ts';
import { findSettlement } from '../settlement/settlements.ts';
import { type Capture, listCaptures } from './captures.ts';
import { findOrder, type Order } from './orders.ts';
import { listRefunds, type Refund } from './refunds.ts';

/** What caused a line, with what is known of it; `id` names it for each. */
export type LineCause = { id: string } & (
  | { object: 'capture'; capture: Capture }
  | { object: 'refund'; refund: Refund }
  | { object: 'settlement'; settlementId: string; net: bigint | null }
  | { object: 'reserve'; settlementId: string; amount: bigint; releaseOn: string }
  | { object: 'repayment' | 'dispute' | 'debt' }
);

/** A line walked back to its order, its cause, and the transfers that sum to it. */
export type LineExplanation = {
  line: SettlementLine;
  /** Undefined for a line that belongs to no order, as a reserve. */
  order: Order | undefined;
  cause: LineCause;
  transfers: LineTransfer[];
};

/** Explains the line with this number of a merchant's settlement; throws `not_found` where it has none. */
export async function explainSettlementLine(
  tx: Tx,
  input: { settlementId: string; merchantId: string; number: number },
): Promise<LineExplanation> {
  const { merchantId, number } = input;
  const { id: settlementId } = await findSettlement(tx, input);
  const [line] = await listLines(tx, { settlementId, after: number - 1, limit: 1 });
  if (line?.number !== number)
    throw new GatewayError('not_found', { detail: 'The settlement has no line with this number.' });
  const order =
    line.orderId === null ? undefined : await findOrder(tx, { orderId: line.orderId, merchantId });
  return {
    line,
    order,
    cause: await causeOf(tx, { line, order, merchantId }),
    transfers: await explainLine(tx, { line, merchantId }),
  };
}

/** What caused a line that belongs to no capture or refund, by its kind. */
const otherCauses: { [kind in LineKind]?: 'settlement' | 'reserve' | 'dispute' | 'debt' } = {
  carried_over: 'settlement',
  early_payout_fee: 'settlement',
  reserve: 'reserve',
  reserve_released: 'reserve',
  dispute: 'dispute',
  dispute_won: 'dispute',
  debt_paid: 'debt',
  debt_written_off: 'debt',
};

async function causeOf(
  tx: Tx,
  { line, order, merchantId }: { line: SettlementLine; order: Order | undefined; merchantId: string },
): Promise<LineCause> {
  const id = line.sourceId;
  const object = otherCauses[line.kind];
  if (object === 'settlement') {
    const { id: settlementId, net } = await findSettlement(tx, { settlementId: id, merchantId });
    return { id, object, settlementId, net };
  }
  if (object === 'reserve') {
    const reserve = await findReserve(tx, { reserveId: id, merchantId });
    if (!reserve) throw new Error(`line ${line.id} has no reserve`);
    const { amount, settlementId, releaseOn } = reserve;
    return { id, object, settlementId, amount, releaseOn };
  }
  if (order) {
    const capture = (await listCaptures(tx, order.id)).find((one) => one.id === id);
    if (capture) return { id, object: 'capture', capture };
    const refund = (await listRefunds(tx, order.id)).find((one) => one.id === id);
    if (refund) return { id, object: 'refund', refund };
  }
  return { id, object: object ?? 'repayment' };
}
