import type { CalendarDate } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';

/** What a merchant is owed for one business date, or for what of it was closed early. Once closed it never changes. */
export type Settlement = {
  id: Id<'stl'>;
  merchantId: string;
  currency: string;
  businessDate: CalendarDate;
  status: 'open' | 'closed';
  net: bigint | null;
  linesCount: number | null;
  /** The merchant asked for it before the date was over. */
  early: boolean;
  closedAt: Date | null;
};

type SettlementRow = {
  environment_id: string;
  id: Id<'stl'>;
  merchant_id: string;
  currency: string;
  business_date: CalendarDate;
  status: Settlement['status'];
  net: bigint | null;
  lines_count: number | null;
  early: boolean;
  created_at: Date;
  closed_at: Date | null;
};

function toSettlement(row: SettlementRow): Settlement {
  return {
    id: row.id,
    merchantId: row.merchant_id,
    currency: row.currency,
    businessDate: row.business_date,
    status: row.status,
    net: row.net,
    linesCount: row.lines_count,
    early: row.early,
    closedAt: row.closed_at,
  };
}

export async function findSettlement(
  tx: Tx,
  input: { settlementId: string; merchantId: string },
): Promise<Settlement> {
  const row = await tx
    .sql<SettlementRow>('settlements')
    .where({
      environment_id: tx.environment.id,
      id: input.settlementId as Id<'stl'>,
      merchant_id: input.merchantId,
    })
    .first();
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such settlement.' });
  return toSettlement(row);
}

/** A merchant's settlements in the order of their creation, or the newest first, after the cursor's id. */
export async function listSettlements(
  tx: Tx,
  input: {
    merchantId: string;
    status?: Settlement['status'] | undefined;
    dateFrom?: string | undefined;
    dateTo?: string | undefined;
    newestFirst?: boolean;
    after: string | undefined;
    limit: number;
  },
): Promise<Settlement[]> {
  const { newestFirst = false } = input;
  const rows = await tx
    .sql<SettlementRow>('settlements')
    .where({ environment_id: tx.environment.id, merchant_id: input.merchantId })
    .modify((query) => {
      if (input.status) void query.where({ status: input.status });
      if (input.dateFrom) void query.where('business_date', '>=', input.dateFrom);
      if (input.dateTo) void query.where('business_date', '<=', input.dateTo);
      if (input.after) void query.where('id', newestFirst ? '<' : '>', input.after);
    })
    .orderBy('id', newestFirst ? 'desc' : 'asc')
    .limit(input.limit);
  return rows.map(toSettlement);
}
