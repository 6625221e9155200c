import type { AccountCode } from '../ledger/accounts.ts';
import { sum } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import type { LineKind, SettlementLine } from './lines.ts';

/** One transfer on the merchant's account, with the amount as it stands there: positive is owed to the merchant. */
export type LineTransfer = {
  id: bigint;
  postingId: string;
  event: string;
  /** What stands on the other side of the transfer. */
  counterAccount: string;
  amount: bigint;
  occurredAt: Date;
};

/** The accounts between which and the merchant's a line of each kind was posted (money.md, business events). */
const counterCodes: Record<LineKind, readonly AccountCode[]> = {
  capture: ['principal', 'down'],
  capture_fee: ['i_merchant_fee'],
  refund: ['principal', 'shopper'],
  refund_fee: ['i_merchant_fee'],
  subsidy: ['subsidy'],
  subsidy_returned: ['subsidy'],
  reserve: ['reserve'],
  reserve_released: ['reserve'],
  early_payout_fee: ['i_early_payout'],
  dispute: ['dispute_held'],
  dispute_won: ['dispute_held'],
  // Money that nobody knew the sender of waited in suspense.
  debt_paid: ['cash', 'suspense'],
  debt_written_off: ['x_merchant_loss'],
  // Nothing moves: the account simply still stood there when the next date was closed.
  carried_over: [],
};

type TransferRow = {
  id: bigint;
  posting_id: string;
  event: string;
  counter: string;
  amount: bigint;
  occurred_at: Date;
};

/**
 * The transfers that a line is made of, which sum to its amount to the cent. They have its sign: a reserve and its
 * release, or a dispute and its end, have one cause and one account. Throws when they do not sum to it, because then
 * either the line or the ledger is wrong; a line that was carried over has none.
 */
export async function explainLine(
  tx: Tx,
  { line, merchantId }: { line: SettlementLine; merchantId: string },
): Promise<LineTransfer[]> {
  const { rows } = await tx.sql.raw<{ rows: TransferRow[] }>(
    `select t.id, t.posting_id, t.event, t.occurred_at, side.counter, (side.sign * t.amount)::int8 as amount
     from ledger_transfers t
       cross join lateral (values (t.credit, t.debit, 1), (t.debit, t.credit, -1)) as side (own, counter, sign)
     where t.environment_id = :environment and t.subject_id = :source and t.currency = :currency
       and t.kind in ('posted', 'post')
       and side.sign = :sign and side.own = 'merchant:' || :merchant and split_part(side.counter, ':', 1) = any (:codes)
     order by t.id`,
    {
      environment: tx.environment.id,
      source: line.sourceId,
      currency: line.currency,
      merchant: merchantId,
      sign: line.amount > 0n ? 1 : -1,
      codes: [...counterCodes[line.kind]],
    },
  );
  const total = sum(rows.map(({ amount }) => amount));
  if (line.kind !== 'carried_over' && total !== line.amount)
    throw new Error(`line ${line.id} is ${line.amount}, but its transfers sum to ${total}`);
  return rows.map((row) => ({
    id: row.id,
    postingId: row.posting_id,
    event: row.event,
    counterAccount: row.counter,
    amount: row.amount,
    occurredAt: row.occurred_at,
  }));
}
