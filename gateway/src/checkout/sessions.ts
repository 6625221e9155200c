import { createHash, randomBytes } from 'node:crypto';
import { type NewEvent, recordEvent } from '../events/record.ts';
import { addMs, minuteMs } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import { sum, toJsonAmount } from '../lib/money.ts';
import type { EarlyTx, Tx } from '../lib/tx.ts';
import type { Channel } from '../plans/programmes.ts';
import type { PlanSnapshot } from '../plans/snapshot.ts';
import type { AgreedText } from '../shoppers/agreed-texts.ts';

/** A shopper has this long to decide; wall time, because a person sits in front of it. */
const sessionLifeMs = 30 * minuteMs;

/** One line of the cart, as the merchant names it. */
export type SessionLine = { name: string; quantity: number; unit_amount: number; amount: number };

export const sessionStatuses = ['open', 'confirmed', 'completed', 'canceled', 'expired'] as const;

export type SessionStatus = (typeof sessionStatuses)[number];

export type CheckoutSession = {
  id: Id<'cs'>;
  merchantId: string;
  merchantReference: string;
  amount: bigint;
  currency: string;
  lines: SessionLine[];
  linesHash: string;
  returnUrl: string;
  /** Where the shopper stands: before the shop's page, or at its counter, where the session is opened by a QR code. */
  channel: Channel;
  /** The term of `pay_after` that the merchant asked for; null where the programme decides. */
  payAfterDays: 0 | 14 | 30 | null;
  /** The day of the month (1 to 28) on which plans by the month fall due; null for the day of the capture. */
  repaymentDay: number | null;
  /** What of the amount, in percent, the shopper chose to pay at once; null where the plans decide. */
  downPercent: number | null;
  status: SessionStatus;
  shopperId: string | null;
  assessmentsCount: number;
  /** The earlier decision that answered it, where the shopper had been declined a few minutes before. */
  answeredBy: string | null;
  /** What the shopper agreed to, or is about to while the down payment is being held. */
  confirmedOffer: PlanSnapshot | null;
  holdId: string | null;
  paymentMethodId: string | null;
  downAttemptId: string | null;
  /** Since when funders are asked whether they carry the plan, by wall time; null when nobody is. */
  fundersAskedAt: Date | null;
  /** When the shopper agreed, by business time, and to which texts. */
  agreedAt: Date | null;
  agreedTexts: AgreedText[];
  confirmedAt: Date | null;
  tokenExpiresAt: Date | null;
  orderId: string | null;
  version: number;
  createdAt: Date;
  expiresAt: Date;
};

export type SessionRow = {
  environment_id: string;
  id: Id<'cs'>;
  merchant_id: string;
  merchant_reference: string;
  amount: bigint;
  currency: string;
  lines: SessionLine[];
  lines_hash: string;
  return_url: string;
  channel: Channel;
  pay_after_days: CheckoutSession['payAfterDays'];
  repayment_day: number | null;
  down_percent: number | null;
  secret_hash: Buffer;
  status: CheckoutSession['status'];
  shopper_id: string | null;
  assessments_count: number;
  answered_by: string | null;
  confirmed_offer: PlanSnapshot | null;
  hold_id: string | null;
  payment_method_id: string | null;
  down_attempt_id: string | null;
  funders_asked_at: Date | null;
  agreed_at: Date | null;
  agreed_texts: AgreedText[];
  confirmed_at: Date | null;
  token_expires_at: Date | null;
  order_id: string | null;
  version: number;
  created_at: Date;
  expires_at: Date;
};

export function toSession(row: SessionRow): CheckoutSession {
  return {
    id: row.id,
    merchantId: row.merchant_id,
    merchantReference: row.merchant_reference,
    amount: row.amount,
    currency: row.currency,
    lines: row.lines,
    linesHash: row.lines_hash,
    returnUrl: row.return_url,
    channel: row.channel,
    payAfterDays: row.pay_after_days,
    repaymentDay: row.repayment_day,
    downPercent: row.down_percent,
    status: row.status,
    shopperId: row.shopper_id,
    assessmentsCount: row.assessments_count,
    answeredBy: row.answered_by,
    confirmedOffer: row.confirmed_offer,
    holdId: row.hold_id,
    paymentMethodId: row.payment_method_id,
    downAttemptId: row.down_attempt_id,
    fundersAskedAt: row.funders_asked_at,
    agreedAt: row.agreed_at,
    agreedTexts: row.agreed_texts,
    confirmedAt: row.confirmed_at,
    tokenExpiresAt: row.token_expires_at,
    orderId: row.order_id,
    version: row.version,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}

export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/**
 * Opens a checkout session. Returns it with the secret of its hosted page, which is kept only as a hash.
 * Throws `merchant_reference_in_use` while another session of this reference can still become an order.
 */
export async function openSession(
  tx: Tx,
  input: {
    merchantId: string;
    merchantReference: string;
    amount: bigint;
    currency: string;
    lines: SessionLine[];
    returnUrl: string;
    channel?: Channel | undefined;
    payAfterDays?: 0 | 14 | 30 | undefined;
    repaymentDay?: number | undefined;
  },
): Promise<{ session: CheckoutSession; secret: string }> {
  const total = sum(input.lines.map((line) => BigInt(line.amount)));
  if (total !== input.amount) {
    throw new GatewayError('validation_failed', {
      detail: `The lines sum to ${total}, but the amount is ${input.amount}.`,
      hint: 'Send every line, shipping and discounts included; the lines must sum to the amount.',
      errors: [{ pointer: '/lines', code: 'sum_mismatch' }],
    });
  }
  const secret = randomBytes(16).toString('base64url');
  const lines = JSON.stringify(input.lines);
  const [row] = await tx
    .sql<SessionRow>('checkout_sessions')
    .insert({
      environment_id: tx.environment.id,
      id: newId('cs'),
      merchant_id: input.merchantId,
      merchant_reference: input.merchantReference,
      amount: input.amount,
      currency: input.currency,
      lines: lines as unknown as SessionLine[],
      lines_hash: createHash('sha256').update(lines).digest('base64url'),
      return_url: input.returnUrl,
      channel: input.channel ?? 'online',
      pay_after_days: input.payAfterDays ?? null,
      repayment_day: input.repaymentDay ?? null,
      secret_hash: hashSecret(secret),
      status: 'open',
      created_at: tx.now,
      expires_at: addMs(tx.wallNow, sessionLifeMs),
    })
    .onConflict(
      tx.sql.raw(
        "(environment_id, merchant_id, merchant_reference) where status in ('open', 'confirmed')",
      ) as never,
    )
    .ignore()
    .returning('*');
  if (!row) {
    throw new GatewayError('merchant_reference_in_use', {
      detail: `A checkout session for ${input.merchantReference} is still open or confirmed.`,
      hint: 'Use that session, or cancel it first.',
      errors: [{ pointer: '/merchant_reference', code: 'in_use' }],
    });
  }
  return { session: toSession(row), secret };
}

/** The session with this id, of this merchant where one is given; `not_found` otherwise. */
export async function findSession(
  tx: EarlyTx,
  input: { sessionId: string; merchantId?: string },
): Promise<CheckoutSession> {
  const [row] = await tx.query<SessionRow>(
    'select * from checkout_sessions where environment_id = $1 and id = $2',
    [tx.environment.id, input.sessionId],
  );
  if (!row || (input.merchantId && row.merchant_id !== input.merchantId)) throw sessionNotFound();
  return toSession(row);
}

/** The session locked until the transaction ends; the shopper's credit line is locked before it. */
export async function lockSession(tx: Tx, sessionId: string): Promise<CheckoutSession> {
  const row = await tx
    .sql<SessionRow>('checkout_sessions')
    .where({ environment_id: tx.environment.id, id: sessionId as Id<'cs'> })
    .forUpdate()
    .first();
  if (!row) throw sessionNotFound();
  return toSession(row);
}

/** How a session stands by the wall's clock, which is ahead of the sweep that writes it down; see `isOver`. */
const standingSql = `case
  when status = 'open' and expires_at <= ? then 'expired'
  when status = 'confirmed' and token_expires_at <= ? then 'expired'
  else status end`;

/** A merchant's sessions, newest last, after the cursor's id. */
export async function listSessions(
  tx: Tx,
  input: {
    merchantId: string;
    merchantReference?: string | undefined;
    status?: SessionStatus | undefined;
    createdFrom?: Date | undefined;
    createdBefore?: Date | undefined;
    after: string | undefined;
    limit: number;
  },
): Promise<CheckoutSession[]> {
  const rows = await tx
    .sql<SessionRow>('checkout_sessions')
    .where({ environment_id: tx.environment.id, merchant_id: input.merchantId })
    .modify((query) => {
      if (input.merchantReference) void query.where({ merchant_reference: input.merchantReference });
      if (input.status) void query.whereRaw(`${standingSql} = ?`, [tx.wallNow, tx.wallNow, input.status]);
      if (input.createdFrom) void query.where('created_at', '>=', input.createdFrom);
      if (input.createdBefore) void query.where('created_at', '<', input.createdBefore);
      if (input.after) void query.where('id', '>', input.after);
    })
    .orderBy('id')
    .limit(input.limit);
  return rows.map(toSession);
}

export async function updateSession(
  tx: Tx,
  session: CheckoutSession,
  change: Partial<SessionRow>,
): Promise<CheckoutSession> {
  const [row] = await tx
    .sql<SessionRow>('checkout_sessions')
    .where({ environment_id: tx.environment.id, id: session.id })
    .update({ ...change, version: session.version + 1 })
    .returning('*');
  if (!row) throw sessionNotFound();
  return toSession(row);
}

type SessionEvent =
  | 'checkout_session.confirmed'
  | 'checkout_session.canceled'
  | 'checkout_session.expired'
  | 'checkout_session.completed';

/** Tells the merchant what became of a session. */
export async function recordSessionEvent(
  tx: Tx,
  type: SessionEvent,
  session: CheckoutSession,
): Promise<void> {
  await recordEvent(tx, sessionEvent(type, session));
}

/** What became of a session, as the merchant is told of it. */
export function sessionEvent(type: SessionEvent, session: CheckoutSession): NewEvent {
  return {
    streams: [session.merchantId],
    type,
    objectId: session.id,
    objectVersion: session.version,
    data: {
      status: session.status,
      merchant_reference: session.merchantReference,
      amount: toJsonAmount(session.amount),
      currency: session.currency,
      order_id: session.orderId,
    },
  };
}

function sessionNotFound(): GatewayError {
  return new GatewayError('not_found', { detail: 'There is no such checkout session.' });
}
