import { addMs } from '../../lib/dates.ts';
import type { Id } from '../../lib/ids.ts';
import type { Tx } from '../../lib/tx.ts';

export type AskRow = {
  environment_id: string;
  id: Id<'lch'>;
  device_hash: Buffer;
  range_hash: Buffer | null;
  prefix: string | null;
  merchant_id: string | null;
  asked_at: Date;
  verified_at: Date | null;
};

/** By what an ask counts in budgets and for pauses. */
export type Counted = { range_hash: Buffer; prefix: string; merchant_id: string };

export function asksOf(tx: Tx) {
  return tx.sql<AskRow>('code_asks').where({ environment_id: tx.environment.id });
}

/** Keeps that a code was asked for; with `counted` it counts in budgets and for pauses. */
export async function recordAsk(
  tx: Tx,
  ask: { challengeId: Id<'lch'>; device: Buffer; counted: Counted | undefined },
): Promise<void> {
  await tx.sql<AskRow>('code_asks').insert({
    environment_id: tx.environment.id,
    id: ask.challengeId,
    device_hash: ask.device,
    range_hash: ask.counted?.range_hash ?? null,
    prefix: ask.counted?.prefix ?? null,
    merchant_id: ask.counted?.merchant_id ?? null,
    asked_at: tx.wallNow,
  });
}

/** Keeps that a code was typed in. */
export async function recordVerified(tx: Tx, challengeId: Id<'lch'>): Promise<void> {
  await asksOf(tx).where({ id: challengeId }).update({ verified_at: tx.wallNow });
}

/**
 * When the next code may be asked for where `most` are within `withinMs`; undefined when it may now. Reads no more rows
 * than `most`.
 */
export async function askFreeAt(
  tx: Tx,
  of: Partial<Pick<AskRow, 'device_hash' | 'range_hash' | 'merchant_id'>>,
  { most, withinMs }: { most: number; withinMs: number },
): Promise<Date | undefined> {
  if (most === 0) return addMs(tx.wallNow, withinMs);
  const row = await asksOf(tx)
    .where(of)
    .where('asked_at', '>', addMs(tx.wallNow, -withinMs))
    .orderBy('asked_at', 'desc')
    .offset(most - 1)
    .first('asked_at');
  return row && addMs(row.asked_at, withinMs);
}
