import { type CheckoutSession, findSession } from '../checkout/sessions.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { sealedPlace } from '../lib/vault.ts';

/** A sale at a merchant's counter: a checkout that somebody of the merchant opened for a shopper who stands before them. */
export type Sale = {
  merchantId: string;
  memberId: string;
  /** Opens the hosted page; shown as a code until the shopper has it. */
  secret: string;
  session: CheckoutSession;
};

export type SaleRow = {
  environment_id: string;
  session_id: Id<'cs'>;
  merchant_id: string;
  request: string;
  member_id: string;
  secret_sealed: string;
  created_at: Date;
};

export function salesOf(tx: Tx, merchantId: string) {
  return tx
    .sql<SaleRow>('counter_sales')
    .where({ environment_id: tx.environment.id, merchant_id: merchantId });
}

export function secretPlace(tx: Tx, sessionId: string): string {
  return sealedPlace(tx.environment.id, 'counter_sales', 'secret', sessionId);
}

export async function toSale(tx: Tx, row: SaleRow): Promise<Sale> {
  return {
    merchantId: row.merchant_id,
    memberId: row.member_id,
    secret: tx.vault.open(row.secret_sealed, secretPlace(tx, row.session_id)),
    session: await findSession(tx, { sessionId: row.session_id, merchantId: row.merchant_id }),
  };
}

/** The merchant's sale of this checkout. Throws `not_found` also for a checkout that its server opened. */
export async function findSale(tx: Tx, input: { merchantId: string; sessionId: string }): Promise<Sale> {
  const row = await salesOf(tx, input.merchantId)
    .where({ session_id: input.sessionId as Id<'cs'> })
    .first();
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such sale.' });
  return toSale(tx, row);
}

/** The newest sales at a merchant's counters. */
export async function listSales(tx: Tx, input: { merchantId: string; limit: number }): Promise<Sale[]> {
  const rows = await salesOf(tx, input.merchantId)
    .orderBy('created_at', 'desc')
    .orderBy('session_id', 'desc')
    .limit(input.limit);
  const sales: Sale[] = [];
  for (const row of rows) sales.push(await toSale(tx, row));
  return sales;
}
