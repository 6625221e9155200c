import { type CreditLine, listLines } from '../credit/lines.ts';
import { type Guarantee, listGuarantees } from '../credit/guarantees/guarantees.ts';
import { listSuspensions, type SuspensionReason } from '../credit/suspensions.ts';
import type { CalendarDate } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { type Assessment, listAssessmentsOf } from '../pay-score/assessments.ts';
import type { Bucket } from '../plans/delinquency.ts';
import { listOwnLimits, ownLimitsOf } from '../protection/own-limits.ts';
import type { PlanStatus } from '../repayments/plans.ts';
import { type Consent, listConsents } from '../shoppers/consents.ts';
import { listLinks, type ShopperLink } from '../shoppers/links/links.ts';

/** A debt as a list of a shopper's debts shows it. Amounts are minor units. */
export type DossierPlan = {
  id: string;
  orderId: string | null;
  merchantId: string | null;
  currency: string;
  status: PlanStatus;
  bucket: Bucket;
  owed: bigint;
  nextDue: CalendarDate | null;
};

/** What was tried to be repaid. */
export type DossierPayment = {
  id: string;
  planId: string;
  amount: bigint;
  currency: string;
  status: string;
  failureCode: string | null;
  createdAt: Date;
};

/** A dispute or an appeal, with what it is about. */
export type DossierCase = { id: string; aboutId: string; status: string; createdAt: Date };

/** A message that left, or is kept for a sandbox's inbox; never what it says. */
export type DossierMessage = { id: string; template: string; channel: string; status: string; at: Date };

/** Everything that operators see of one shopper without asking for personal data: nothing here was ever sealed. */
export type ShopperDossier = {
  id: Id<'shp'>;
  locale: string;
  createdAt: Date;
  erasedAt: Date | null;
  /** Whether the shopper has locked paying later. */
  isLocked: boolean;
  lines: (CreditLine & { suspendedFor: SuspensionReason[] })[];
  /** The newest decision, with score and reasons. */
  decision: Assessment | undefined;
  plans: DossierPlan[];
  payments: DossierPayment[];
  disputes: DossierCase[];
  appeals: DossierCase[];
  consents: Consent[];
  guarantees: { given: Guarantee[]; received: Guarantee[] };
  messages: DossierMessage[];
  /** Merchants with which the shopper has something in common. */
  links: ShopperLink[];
};

/** The newest so many of each list are shown. */
export const mostListed = 25;

/** Reads a shopper of the environment, also one who was erased; `not_found` when there never was one. */
export async function readShopperDossier(tx: Tx, shopperId: string): Promise<ShopperDossier> {
  const shopper = await tx
    .sql<ShopperRow>('shoppers')
    .where({ environment_id: tx.environment.id, id: shopperId as Id<'shp'> })
    .first('id', 'locale', 'created_at', 'erased_at');
  if (!shopper) throw new GatewayError('not_found', { detail: 'There is no such shopper.' });
  const { id } = shopper;
  const lines: ShopperDossier['lines'] = [];
  for (const line of await listLines(tx, id)) {
    const suspensions = await listSuspensions(tx, line.id);
    lines.push({ ...line, suspendedFor: suspensions.map(({ reason }) => reason) });
  }
  const [decision] = await listAssessmentsOf(tx, { shopperId: id, since: new Date(0), limit: 1 });
  return {
    id,
    locale: shopper.locale,
    createdAt: shopper.created_at,
    erasedAt: shopper.erased_at,
    isLocked: ownLimitsOf(await listOwnLimits(tx, id), '').locked,
    lines,
    decision,
    plans: await listDossierPlans(tx, id),
    payments: await listPayments(tx, id),
    disputes: await listCases(tx, id, 'disputes', 'order_id'),
    appeals: await listCases(tx, id, 'appeals', 'assessment_id'),
    consents: await listConsents(tx, id),
    guarantees: {
      given: await listGuarantees(tx, id, 'guarantor'),
      received: await listGuarantees(tx, id, 'debtor'),
    },
    messages: await listMessages(tx, id),
    links: await listLinks(tx, { shopperId: id }),
  };
}

type ShopperRow = {
  environment_id: string;
  id: Id<'shp'>;
  locale: string;
  created_at: Date;
  erased_at: Date | null;
};

/** A shopper's debts, the newest first: those that are owed before all others. */
async function listDossierPlans(tx: Tx, shopperId: string): Promise<DossierPlan[]> {
  const { rows } = await tx.sql.raw<{ rows: PlanRow[] }>(
    `select p.id, p.order_id, p.merchant_id, p.currency, p.status, p.bucket, i.owed, i.next_due
     from plans p left join lateral (
       select coalesce(sum(amount - paid_amount), 0)::bigint as owed, min(due_date) as next_due
       from installments
       where environment_id = p.environment_id and plan_id = p.id and status in ('scheduled', 'due', 'overdue')) i on true
     where p.environment_id = :environment and p.shopper_id = :shopper
     order by (p.status = 'active') desc, p.id desc limit :most`,
    { environment: tx.environment.id, shopper: shopperId, most: mostListed },
  );
  return rows.map((row) => ({
    id: row.id,
    orderId: row.order_id,
    merchantId: row.merchant_id,
    currency: row.currency,
    status: row.status,
    bucket: row.bucket,
    owed: row.owed,
    nextDue: row.next_due,
  }));
}

type PlanRow = {
  id: string;
  order_id: string | null;
  merchant_id: string | null;
  currency: string;
  status: PlanStatus;
  bucket: Bucket;
  owed: bigint;
  next_due: CalendarDate | null;
};

async function listPayments(tx: Tx, shopperId: string): Promise<DossierPayment[]> {
  const rows = await tx
    .sql('repayments')
    .where({ environment_id: tx.environment.id, shopper_id: shopperId })
    .orderBy('id', 'desc')
    .limit(mostListed)
    .select<
      (Pick<DossierPayment, 'id' | 'amount' | 'currency' | 'status'> & {
        plan_id: string;
        failure_code: string | null;
        created_at: Date;
      })[]
    >('id', 'plan_id', 'amount', 'currency', 'status', 'failure_code', 'created_at');
  return rows.map(({ plan_id: planId, failure_code: failureCode, created_at: createdAt, ...row }) => ({
    ...row,
    planId,
    failureCode,
    createdAt,
  }));
}

async function listCases(
  tx: Tx,
  shopperId: string,
  table: 'disputes' | 'appeals',
  about: 'order_id' | 'assessment_id',
): Promise<DossierCase[]> {
  const rows = await tx
    .sql(table)
    .where({ environment_id: tx.environment.id, shopper_id: shopperId })
    .orderBy('id', 'desc')
    .limit(mostListed)
    .select<{ id: string; about_id: string; status: string; created_at: Date }[]>(
      'id',
      `${about} as about_id`,
      'status',
      'created_at',
    );
  return rows.map((row) => ({
    id: row.id,
    aboutId: row.about_id,
    status: row.status,
    createdAt: row.created_at,
  }));
}

async function listMessages(tx: Tx, shopperId: string): Promise<DossierMessage[]> {
  return tx
    .sql('messages')
    .where({ environment_id: tx.environment.id, shopper_id: shopperId })
    .orderBy('id', 'desc')
    .limit(mostListed)
    .select<DossierMessage[]>('id', 'template', 'channel', 'status', 'occurred_at as at');
}
