import { newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { bringForwardAttempt } from '../processor/attempts.ts';
import { findPayoutByReference, type Payout } from './payouts.ts';
import { returnPayout } from './return-payout.ts';

/** What the processor tells of a payout by itself. `reference` is its name for the transfer, or ours of it. */
export type PayoutNews = { reference: string; status: 'paid' | 'failed'; code: string | null };

/** Why news could not be booked; somebody looks at it. */
export type ParkReason = 'payout_unknown' | 'payout_not_sent' | 'payout_over' | 'recall_failed';

export type ParkedNews = PayoutNews & { id: string; reason: ParkReason; receivedAt: Date };

/** What became of news: it was booked, the outcome is being looked up, nothing was new, or it was parked. */
export type NewsResult = { result: 'returned' | 'looked_up' | 'known' } | { parked: ParkReason };

/**
 * Takes news of a payout. Money is booked on nobody's word: of a payout under way the processor is asked next, and only
 * that one which was paid has come back changes the books. What fits no payout, or one that was never sent or is over,
 * is parked with its reason and books nothing.
 */
export async function receivePayoutNews(tx: Tx, news: PayoutNews): Promise<NewsResult> {
  const payout = await findPayoutByReference(tx, news.reference);
  const reason = reasonToPark(payout, news);
  if (!payout || reason) {
    const parked = reason ?? 'payout_unknown';
    await parkNews(tx, { ...news, reason: parked });
    return { parked };
  }
  if (payout.status === 'pending' || payout.status === 'in_transit') {
    await bringForwardAttempt(tx, { purpose: 'payout', subjectId: payout.id });
    return { result: 'looked_up' };
  }
  if (payout.status === 'paid' && news.status === 'failed') {
    await returnPayout(tx, { payoutId: payout.id, code: news.code ?? 'returned' });
    return { result: 'returned' };
  }
  return { result: 'known' };
}

function reasonToPark(payout: Payout | undefined, { status }: PayoutNews): ParkReason | undefined {
  if (!payout) return 'payout_unknown';
  if (payout.status === 'held') return 'payout_not_sent';
  const isOver = payout.status === 'failed' || payout.status === 'returned';
  return isOver && status === 'paid' ? 'payout_over' : undefined;
}

type ParkedRow = {
  environment_id: string;
  id: string;
  reference: string;
  status: PayoutNews['status'];
  code: string | null;
  reason: ParkReason;
  received_at: Date;
};

/** Keeps news for people to look at, once. */
export async function parkNews(tx: Tx, news: PayoutNews & { reason: ParkReason }): Promise<void> {
  await tx
    .sql<ParkedRow>('parked_payout_news')
    .insert({
      environment_id: tx.environment.id,
      id: newId('pnw'),
      reference: news.reference,
      status: news.status,
      code: news.code,
      reason: news.reason,
      received_at: tx.wallNow,
    })
    .onConflict(['environment_id', 'reference', 'status'])
    .ignore();
}

/** What was parked, the newest first. */
export async function listParkedNews(tx: Tx, input: { limit: number }): Promise<ParkedNews[]> {
  const rows = await tx
    .sql<ParkedRow>('parked_payout_news')
    .where({ environment_id: tx.environment.id })
    .orderBy('id', 'desc')
    .limit(input.limit);
  return rows.map(({ id, reference, status, code, reason, received_at: receivedAt }) => ({
    id,
    reference,
    status,
    code,
    reason,
    receivedAt,
  }));
}
