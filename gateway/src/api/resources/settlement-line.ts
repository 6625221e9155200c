import { z } from 'zod';
import {
  CurrencyCode,
  DateJson,
  idOf,
  type PageQuery,
  pageOf,
  SignedAmountJson,
  toPage,
} from '../../http/schemas.ts';
import { GatewayError } from '../../lib/errors.ts';
import type { Id } from '../../lib/ids.ts';
import { toJsonAmount } from '../../lib/money.ts';
import type { Tx } from '../../lib/tx.ts';
import { lineKinds, listLines, type SettlementLine } from '../../settlement/lines.ts';

export const LineJson = z
  .object({
    number: z.int().min(1).meta({ description: 'Its place in the settlement: 1, 2, 3 and so on.' }),
    kind: z.enum(lineKinds).meta({ description: 'What it is for.' }),
    amount: SignedAmountJson.meta({ description: 'Positive when you are paid, negative when it is taken.' }),
    currency: CurrencyCode,
    business_date: DateJson,
    order_id: idOf('ord')
      .nullable()
      .meta({ description: 'The order that it belongs to, if it belongs to one.' }),
    source_id: z
      .string()
      .meta({ description: 'The capture, refund, repayment or earlier settlement that caused the line.' }),
  })
  .meta({ id: 'SettlementLine' });

export const lineExample: z.output<typeof LineJson> = {
  number: 1,
  kind: 'capture',
  amount: 10000,
  currency: 'CNY',
  business_date: '2026-03-02',
  order_id: 'ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  source_id: 'cap_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
};

export function lineJson(line: SettlementLine): z.output<typeof LineJson> {
  return {
    number: line.number ?? 0,
    kind: line.kind,
    amount: toJsonAmount(line.amount),
    currency: line.currency,
    business_date: line.businessDate,
    order_id: line.orderId as Id<'ord'> | null,
    source_id: line.sourceId,
  };
}

/** A line's number in a path. */
export const LineNumber = z
  .string()
  .regex(/^[1-9]\d{0,8}$/)
  .transform(Number)
  .meta({ override: { type: 'integer', pattern: undefined, minimum: 1 } });

/** A list of lines, as settlements and payouts both give it. */
export const linesSuccess = {
  status: 200 as const,
  description: 'In their order; they sum to the net.',
  schema: pageOf(LineJson),
  example: { data: [lineExample], next_cursor: null },
};

/** Lines are paged by their number in the settlement. */
export async function linesPage(tx: Tx, settlementId: string, query: z.output<typeof PageQuery>) {
  const after = Number(query.cursor ?? '0');
  if (!Number.isSafeInteger(after) || after < 0) {
    throw new GatewayError('cursor_invalid', { detail: 'This cursor does not come from this list.' });
  }
  const rows = await listLines(tx, { settlementId, after, limit: query.limit + 1 });
  return toPage(rows, query.limit, (row) => String(row.number), lineJson);
}
