import { recordEvent } from '../events/record.ts';
import type { EventType } from '../events/types.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import { toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { parseSnapshot, type PlanSnapshot } from '../plans/snapshot.ts';
import type { AgreedText } from '../shoppers/agreed-texts.ts';

export type DrawStatus = 'requested' | 'paid_out' | 'failed';

/** Cash from a shopper's credit line. Amounts are minor units of `currency`. */
export type CashDraw = {
  id: Id<'drw'>;
  shopperId: string;
  /** Of the form that asked for it: sent twice it asks once. */
  reference: string;
  currency: string;
  amount: bigint;
  funderId: string;
  holdId: string;
  /** Where the money goes, and from where it is paid back. */
  paymentMethodId: string;
  /** What was agreed, with the dates as if the money was sent on that day, and to which texts. */
  snapshot: PlanSnapshot;
  agreedTexts: AgreedText[];
  status: DrawStatus;
  /** Set once it is paid out: before that there is no debt. */
  planId: string | null;
  /** The processor's code for why the money could not be sent; null unless failed. */
  failureCode: string | null;
  version: number;
  createdAt: Date;
  finishedAt: Date | null;
};

export type DrawRow = {
  environment_id: string;
  id: Id<'drw'>;
  shopper_id: string;
  reference: string;
  currency: string;
  amount: bigint;
  funder_id: string;
  hold_id: string;
  payment_method_id: string;
  snapshot: unknown;
  agreed_texts: AgreedText[];
  status: DrawStatus;
  plan_id: string | null;
  failure_code: string | null;
  version: number;
  created_at: Date;
  finished_at: Date | null;
};

export function toDraw(row: DrawRow): CashDraw {
  return {
    id: row.id,
    shopperId: row.shopper_id,
    reference: row.reference,
    currency: row.currency,
    amount: row.amount,
    funderId: row.funder_id,
    holdId: row.hold_id,
    paymentMethodId: row.payment_method_id,
    snapshot: parseSnapshot(row.snapshot),
    agreedTexts: row.agreed_texts,
    status: row.status,
    planId: row.plan_id,
    failureCode: row.failure_code,
    version: row.version,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}

/** The draw with this id, of this shopper where one is given; `not_found` otherwise. */
export async function findDraw(tx: Tx, input: { drawId: string; shopperId?: string }): Promise<CashDraw> {
  const { drawId, shopperId } = input;
  return found(
    await drawsOf(tx, {
      id: drawId as Id<'drw'>,
      ...(shopperId !== undefined && { shopper_id: shopperId }),
    }).first(),
  );
}

/** The draw locked until the transaction ends; its shopper's credit line is locked before it. */
export async function lockDraw(tx: Tx, drawId: string): Promise<CashDraw> {
  return found(
    await drawsOf(tx, { id: drawId as Id<'drw'> })
      .forUpdate()
      .first(),
  );
}

/** The draw that a form with this reference asked for, if one did. */
export async function findDrawByReference(
  tx: Tx,
  { shopperId, reference }: { shopperId: string; reference: string },
): Promise<CashDraw | undefined> {
  const row = await drawsOf(tx, { shopper_id: shopperId, reference }).first();
  return row && toDraw(row);
}

/** All draws of a shopper, the newest first. */
export async function listDrawsOf(tx: Tx, shopperId: string): Promise<CashDraw[]> {
  const rows = await drawsOf(tx, { shopper_id: shopperId }).orderBy('id', 'desc');
  return rows.map(toDraw);
}

export async function updateDraw(
  tx: Tx,
  draw: CashDraw,
  change: Pick<DrawRow, 'status'> & Partial<DrawRow>,
): Promise<CashDraw> {
  const [row] = await drawsOf(tx, { id: draw.id })
    .update({ ...change, version: draw.version + 1 })
    .returning('*');
  return found(row);
}

/** Tells the shopper and the funder what became of a draw. */
export async function recordDrawEvent(
  tx: Tx,
  type: Extract<EventType, `draw.${string}`>,
  draw: CashDraw,
): Promise<void> {
  await recordEvent(tx, {
    streams: [draw.shopperId, draw.funderId],
    type,
    objectId: draw.id,
    objectVersion: draw.version,
    data: {
      status: draw.status,
      currency: draw.currency,
      amount: toJsonAmount(draw.amount),
      payments: draw.snapshot.installments.length,
      plan_id: draw.planId,
      failure_code: draw.failureCode,
    },
  });
}

function drawsOf(tx: Tx, of: Partial<DrawRow>) {
  return tx.sql<DrawRow>('cash_draws').where({ environment_id: tx.environment.id, ...of });
}

function found(row: DrawRow | undefined): CashDraw {
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such cash draw.' });
  return toDraw(row);
}
