import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import type { AppealStatus } from './appeals.ts';

/** An appeal as far as a merchant may know of it: what it is about, and where it stands. Nothing of why or of the words. */
export type MerchantsAppeal = {
  id: Id<'apl'>;
  status: AppealStatus;
  checkoutSessionId: Id<'cs'> | null;
  agreementId: Id<'agr'> | null;
  amount: bigint;
  currency: string;
  createdAt: Date;
  askedAt: Date | null;
  endedAt: Date | null;
};

type Row = {
  id: Id<'apl'>;
  status: AppealStatus;
  checkout_session_id: Id<'cs'> | null;
  agreement_id: Id<'agr'> | null;
  amount: bigint;
  currency: string;
  created_at: Date;
  asked_at: Date | null;
  ended_at: Date | null;
};

/** Appeals against decisions about this merchant's checkouts and agreements, the oldest first, after the appeal `after`. */
export async function listAppealsOfMerchant(
  tx: Tx,
  input: { merchantId: string; after?: string | undefined; limit: number },
): Promise<MerchantsAppeal[]> {
  const rows = await query(tx, input.merchantId)
    .modify((found) => {
      if (input.after !== undefined) void found.where('p.id', '>', input.after);
    })
    .orderBy('p.id')
    .limit(input.limit);
  return rows.map(toMerchantsAppeal);
}

/** One of them; `not_found` for another merchant's. */
export async function findAppealOfMerchant(
  tx: Tx,
  input: { merchantId: string; appealId: string },
): Promise<MerchantsAppeal> {
  const [row] = await query(tx, input.merchantId).where('p.id', input.appealId);
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such appeal.' });
  return toMerchantsAppeal(row);
}

function query(tx: Tx, merchantId: string) {
  return tx
    .sql('appeals as p')
    .join('assessments as a', (join) =>
      join.on('a.environment_id', 'p.environment_id').andOn('a.id', 'p.assessment_id'),
    )
    .leftJoin('checkout_sessions as s', (join) =>
      join.on('s.environment_id', 'a.environment_id').andOn('s.id', 'a.checkout_session_id'),
    )
    .leftJoin('agreements as g', (join) =>
      join.on('g.environment_id', 'a.environment_id').andOn('g.id', 'a.agreement_id'),
    )
    .where('p.environment_id', tx.environment.id)
    .whereRaw('coalesce(s.merchant_id, g.merchant_id) = ?', [merchantId])
    .select<Row[]>(
      'p.id',
      'p.status',
      'a.checkout_session_id',
      'a.agreement_id',
      'a.amount',
      'a.currency',
      'p.created_at',
      'p.asked_at',
      'p.ended_at',
    );
}

function toMerchantsAppeal(row: Row): MerchantsAppeal {
  return {
    id: row.id,
    status: row.status,
    checkoutSessionId: row.checkout_session_id,
    agreementId: row.agreement_id,
    amount: row.amount,
    currency: row.currency,
    createdAt: row.created_at,
    askedAt: row.asked_at,
    endedAt: row.ended_at,
  };
}
