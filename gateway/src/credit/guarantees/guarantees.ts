import { recordEvent } from '../../events/record.ts';
import type { EventData, EventType } from '../../events/types.ts';
import type { CalendarDate } from '../../lib/dates.ts';
import { GatewayError } from '../../lib/errors.ts';
import type { Id } from '../../lib/ids.ts';
import { toJsonAmount } from '../../lib/money.ts';
import type { Tx } from '../../lib/tx.ts';
import type { AgreedText } from '../../shoppers/agreed-texts.ts';
import type { GuaranteeTerms } from './terms.ts';

export type GuaranteeStatus = 'offered' | 'accepted' | 'active' | 'called' | 'ended' | 'expired';

/** The two sides of a guarantee. */
export type Role = 'guarantor' | 'debtor';

/**
 * Who ended it for new orders: a side; time, when nobody accepted or its last day is over; a review, when the guarantor
 * could not carry it on the day on which it was to become active; or the first call.
 */
export type EndedBy = Role | 'time' | 'review' | 'call';

/**
 * A shopper vouches for another: what the debtor confirms while it is active is covered, up to `cap` in all. Amounts are
 * minor units of `currency`.
 */
export type Guarantee = {
  id: Id<'gua'>;
  guarantorId: Id<'shp'>;
  /** Null until the invited one has accepted. */
  debtorId: Id<'shp'> | null;
  currency: string;
  cap: bigint;
  offeredOn: CalendarDate;
  /** The last business date on which orders are covered. */
  expiresOn: CalendarDate;
  /** The guarantor's, which is charged if it is called. */
  paymentMethodId: string;
  /** What both agree to, and its SHA-256. */
  terms: GuaranteeTerms;
  termsHash: string;
  guarantorTexts: AgreedText[];
  debtorTexts: AgreedText[];
  status: GuaranteeStatus;
  /** What is set aside of the guarantor's limit; while it is more than nothing, the guarantee binds. */
  pledged: bigint;
  /** All that was ever taken from the guarantor and paid a debt; never above the cap. */
  calledAmount: bigint;
  version: number;
  createdAt: Date;
  acceptedAt: Date | null;
  activeAt: Date | null;
  endedAt: Date | null;
  endedBy: EndedBy | null;
};

export type GuaranteeRow = {
  environment_id: string;
  id: Id<'gua'>;
  reference: string;
  guarantor_id: Id<'shp'>;
  debtor_id: Id<'shp'> | null;
  /** Both are null once one of the two was erased, and some time after nobody accepted. */
  phone_index: Buffer | null;
  phone_sealed: string | null;
  browser_hash: Buffer | null;
  currency: string;
  cap: bigint;
  offered_on: CalendarDate;
  expires_on: CalendarDate;
  payment_method_id: string;
  terms: GuaranteeTerms;
  terms_hash: string;
  guarantor_texts: AgreedText[];
  debtor_texts: AgreedText[];
  status: GuaranteeStatus;
  slot: number | null;
  pledged: bigint;
  called_amount: bigint;
  version: number;
  created_at: Date;
  accepted_at: Date | null;
  active_at: Date | null;
  ended_at: Date | null;
  ended_by: EndedBy | null;
};

export function toGuarantee(row: GuaranteeRow): Guarantee {
  return {
    id: row.id,
    guarantorId: row.guarantor_id,
    debtorId: row.debtor_id,
    currency: row.currency,
    cap: row.cap,
    offeredOn: row.offered_on,
    expiresOn: row.expires_on,
    paymentMethodId: row.payment_method_id,
    terms: row.terms,
    termsHash: row.terms_hash,
    guarantorTexts: row.guarantor_texts,
    debtorTexts: row.debtor_texts,
    status: row.status,
    pledged: row.pledged,
    calledAmount: row.called_amount,
    version: row.version,
    createdAt: row.created_at,
    acceptedAt: row.accepted_at,
    activeAt: row.active_at,
    endedAt: row.ended_at,
    endedBy: row.ended_by,
  };
}

export function guaranteesOf(tx: Tx, of: Partial<GuaranteeRow> = {}) {
  return tx.sql<GuaranteeRow>('guarantees').where({ environment_id: tx.environment.id, ...of });
}

export function guaranteeNotFound(): GatewayError {
  return new GatewayError('not_found', { detail: 'There is no such guarantee.' });
}

/** The guarantee with this id; `not_found` otherwise. Whose it is, `roleIn` says. */
export async function findGuarantee(tx: Tx, guaranteeId: string): Promise<Guarantee> {
  const row = await guaranteesOf(tx, { id: guaranteeId as Id<'gua'> }).first();
  if (!row) throw guaranteeNotFound();
  return toGuarantee(row);
}

/** The guarantee locked until the transaction ends; its sides' credit lines, and a plan of the debtor, are locked before. */
export async function lockGuarantee(tx: Tx, guaranteeId: string): Promise<Guarantee> {
  const row = await guaranteesOf(tx, { id: guaranteeId as Id<'gua'> })
    .forUpdate()
    .first();
  if (!row) throw guaranteeNotFound();
  return toGuarantee(row);
}

/** All guarantees that a shopper gave, or has accepted, the newest first. */
export async function listGuarantees(tx: Tx, shopperId: Id<'shp'>, role: Role): Promise<Guarantee[]> {
  const rows = await guaranteesOf(
    tx,
    role === 'guarantor' ? { guarantor_id: shopperId } : { debtor_id: shopperId },
  ).orderBy('id', 'desc');
  return rows.map(toGuarantee);
}

/** On which side of a guarantee a shopper stands; undefined for everybody else. */
export function roleIn(
  { guarantorId, debtorId }: Pick<Guarantee, 'guarantorId' | 'debtorId'>,
  shopperId: string,
): Role | undefined {
  if (guarantorId === shopperId) return 'guarantor';
  return debtorId === shopperId ? 'debtor' : undefined;
}

export async function updateGuarantee(
  tx: Tx,
  guarantee: Guarantee,
  change: Partial<GuaranteeRow>,
): Promise<Guarantee> {
  const [row] = await guaranteesOf(tx, { id: guarantee.id })
    .update({ ...change, version: guarantee.version + 1 })
    .returning('*');
  if (!row) throw new Error(`guarantee ${guarantee.id} vanished`);
  return toGuarantee(row);
}

/** Tells the sides what became of a guarantee, each as the one that they are; `only` where it is nobody else's business. */
export async function recordGuaranteeEvent(
  tx: Tx,
  type: Extract<EventType, `guarantee.${string}`>,
  guarantee: Guarantee,
  more: { only?: Role; data?: EventData } = {},
): Promise<void> {
  const sides = [
    { role: 'guarantor', stream: guarantee.guarantorId },
    { role: 'debtor', stream: guarantee.debtorId },
  ] as const;
  for (const { role, stream } of sides) {
    if (stream === null || (more.only !== undefined && more.only !== role)) continue;
    await recordEvent(tx, {
      streams: [stream],
      type,
      objectId: guarantee.id,
      objectVersion: guarantee.version,
      data: {
        role,
        status: guarantee.status,
        currency: guarantee.currency,
        cap: toJsonAmount(guarantee.cap),
        expires_on: guarantee.expiresOn,
        ended_by: guarantee.endedBy,
        was_active: guarantee.activeAt !== null,
        ...more.data,
      },
    });
  }
}
