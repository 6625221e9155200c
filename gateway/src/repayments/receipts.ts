import { gatewayKeys } from '../lib/gateway-key.ts';
import { insertInto } from '../lib/insert-sql.ts';
import type { Tx } from '../lib/tx.ts';
import type { PlanEntry, ScheduledInstallment } from '../plans/schedule.ts';
import type { PlanSnapshot } from '../plans/snapshot.ts';
import type { AgreedText } from '../shoppers/agreed-texts.ts';
import { pairwiseId } from '../shoppers/profile.ts';
import { agreementPayload, amendmentPayload, type ReceiptPayload, signReceipt } from './receipt-payload.ts';

/** One link of a plan's chain of receipts. `disclosures` are for the shopper only. */
export type PlanReceipt = {
  sequence: number;
  /** Compact JWS by the gateway's key; /.well-known/jwks.json has the public half. */
  jws: string;
  disclosures: string[];
  hash: string;
  createdAt: Date;
};

/** When a shopper agreed, by business time, and to which texts. */
export type Agreed = { agreedAt: Date; texts: readonly AgreedText[] };

/** The order or cash draw whose plan it is. */
export type ReceiptSubject =
  { orderId: string; merchantId: string; merchantReference: string } | { drawId: string };

type ReceiptRow = {
  environment_id: string;
  plan_id: string;
  sequence: number;
  jws: string;
  disclosures: string[];
  hash: string;
  created_at: Date;
};

/**
 * Signs receipt 0 of a plan that is being opened: everything that was agreed. The shopper is named as the merchant
 * knows them; a draw's shopper as only its funder would.
 */
export async function issueAgreement(
  tx: Tx,
  input: {
    plan: {
      id: string;
      shopperId: string;
      funderId: string;
      snapshot: PlanSnapshot;
      snapshotHash: string;
    };
    subject: ReceiptSubject;
    agreed: Agreed;
  },
): Promise<void> {
  const { plan, subject, agreed } = input;
  const knownTo = 'drawId' in subject ? plan.funderId : subject.merchantId;
  const head = {
    ...headOf(tx, plan.id, plan.snapshotHash),
    sequence: 0,
    previousHash: null,
  };
  const payload = agreementPayload(head, {
    subject:
      'drawId' in subject
        ? { draw_id: subject.drawId }
        : { order_id: subject.orderId, merchant_reference: subject.merchantReference },
    shopperId: pairwiseId(tx, knownTo, plan.shopperId),
    ...agreed,
    snapshot: plan.snapshot,
  });
  await store(tx, head, payload);
}

/**
 * Signs what an entry of the log changed on a locked plan, and the schedule after it, as the next link of its chain. A
 * repayment changes no terms and has no receipt. A plan that was agreed to before there were receipts has no chain to
 * go on with, so nothing is issued for it.
 */
export async function issueAmendment(
  tx: Tx,
  input: {
    plan: { id: string; currency: string; snapshotHash: string };
    entry: PlanEntry;
    schedule: readonly ScheduledInstallment[];
  },
): Promise<void> {
  const { plan, entry, schedule } = input;
  if (entry.kind === 'repayment') return;
  const last = await receiptsOf(tx, plan.id).orderBy('sequence', 'desc').first('sequence', 'hash');
  if (!last) return;
  const head = {
    ...headOf(tx, plan.id, plan.snapshotHash),
    sequence: last.sequence + 1,
    previousHash: last.hash,
  };
  await store(tx, head, amendmentPayload(head, { currency: plan.currency, entry, schedule }));
}

/** The chain of a plan, the agreement first; whose plan it is has been asked before. */
export async function listReceipts(tx: Tx, planId: string): Promise<PlanReceipt[]> {
  const rows = await receiptsOf(tx, planId).orderBy('sequence');
  return rows.map((row) => ({
    sequence: row.sequence,
    jws: row.jws,
    disclosures: row.disclosures,
    hash: row.hash,
    createdAt: row.created_at,
  }));
}

function receiptsOf(tx: Tx, planId: string) {
  return tx.sql<ReceiptRow>('plan_receipts').where({ environment_id: tx.environment.id, plan_id: planId });
}

function headOf(tx: Tx, planId: string, snapshotHash: string) {
  return { environment: tx.environment.id, planId, snapshotHash, issuedAt: tx.now };
}

const insertReceipt = insertInto('plan_receipts', [
  'environment_id',
  'plan_id',
  'sequence',
  'jws',
  'disclosures',
  'hash',
  'created_at',
]);

async function store(
  tx: Tx,
  { planId, sequence }: { planId: string; sequence: number },
  payload: ReceiptPayload,
): Promise<void> {
  const [key] = gatewayKeys(tx.vault);
  if (!key) throw new Error('the gateway has no key to sign with');
  const { jws, disclosures, hash } = signReceipt(key, payload);
  const row = {
    environment_id: tx.environment.id,
    plan_id: planId,
    sequence,
    jws,
    disclosures,
    hash,
    created_at: tx.now,
  };
  tx.later(insertReceipt([row]));
}
