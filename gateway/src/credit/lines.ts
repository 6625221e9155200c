import { type Id, newId } from '../lib/ids.ts';
import { maxOf } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';

/**
 * A shopper's one credit line in a currency. `held` is the financed principal of active holds, `used` the principal
 * of captured orders that is still owed; both are minor units.
 */
export type CreditLine = {
  id: Id<'crl'>;
  shopperId: string;
  currency: string;
  /** Where the limit may grow to; the limit itself starts at about a tenth of it. */
  targetLimit: bigint;
  limit: bigint;
  held: bigint;
  used: bigint;
  status: 'active' | 'suspended';
};

type LineRow = {
  environment_id: string;
  id: Id<'crl'>;
  shopper_id: string;
  currency: string;
  target_limit: bigint;
  limit_amount: bigint;
  held: bigint;
  used: bigint;
  status: CreditLine['status'];
  created_at: Date;
};

/** What may still be held: never below zero, also when a chargeback has pushed `used` above the limit. */
export function availableOf(line: Pick<CreditLine, 'limit' | 'held' | 'used'>): bigint {
  return maxOf(0n, line.limit - line.used - line.held);
}

function toLine(row: LineRow): CreditLine {
  return {
    id: row.id,
    shopperId: row.shopper_id,
    currency: row.currency,
    targetLimit: row.target_limit,
    limit: row.limit_amount,
    held: row.held,
    used: row.used,
    status: row.status,
  };
}

/** The shopper's line, locked until the transaction ends; it is the first lock of line → order → plan → funder slot. */
export async function lockLine(tx: Tx, shopperId: string, currency: string): Promise<CreditLine | undefined> {
  const row = await tx
    .sql<LineRow>('credit_lines')
    .where({ environment_id: tx.environment.id, shopper_id: shopperId, currency })
    .forUpdate()
    .first();
  return row && toLine(row);
}

/** The shopper's line without a lock, for pages and reports. */
export async function findLine(tx: Tx, shopperId: string, currency: string): Promise<CreditLine | undefined> {
  const row = await tx
    .sql<LineRow>('credit_lines')
    .where({ environment_id: tx.environment.id, shopper_id: shopperId, currency })
    .first();
  return row && toLine(row);
}

/** All lines of a shopper, one a currency. */
export async function listLines(tx: Tx, shopperId: string): Promise<CreditLine[]> {
  const rows = await tx
    .sql<LineRow>('credit_lines')
    .where({ environment_id: tx.environment.id, shopper_id: shopperId })
    .orderBy('currency');
  return rows.map(toLine);
}

/** Opens a line for a shopper who has none; of two that try at once, both get the same one. */
export async function openLine(
  tx: Tx,
  input: { shopperId: string; currency: string; targetLimit: bigint; limit: bigint },
): Promise<CreditLine> {
  await tx
    .sql('credit_lines')
    .insert({
      environment_id: tx.environment.id,
      id: newId('crl'),
      shopper_id: input.shopperId,
      currency: input.currency,
      target_limit: input.targetLimit,
      limit_amount: input.limit,
      held: 0n,
      used: 0n,
      status: 'active',
      created_at: tx.now,
    })
    .onConflict(['environment_id', 'shopper_id', 'currency'])
    .ignore();
  const line = await lockLine(tx, input.shopperId, input.currency);
  if (!line) throw new Error('the credit line was not stored');
  return line;
}

/** Sets the limit of a locked line. Confirmed holds are honoured whatever the new limit is. */
export async function setLimit(tx: Tx, line: CreditLine, limit: bigint): Promise<CreditLine> {
  await tx
    .sql('credit_lines')
    .where({ environment_id: tx.environment.id, id: line.id })
    .update({ limit_amount: limit });
  return { ...line, limit };
}

/** Moves `held` and `used` of a line by these amounts, positive or negative. */
export async function moveLine(
  tx: Tx,
  lineId: string,
  change: { held?: bigint; used?: bigint },
): Promise<void> {
  await tx
    .sql('credit_lines')
    .where({ environment_id: tx.environment.id, id: lineId })
    .update({
      held: tx.sql.raw('held + ?', [change.held ?? 0n]),
      used: tx.sql.raw('used + ?', [change.used ?? 0n]),
    });
}
