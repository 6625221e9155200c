import { createHash, randomBytes } from 'node:crypto';
import { signCompact } from '../lib/compact-jws.ts';
import type { CalendarDate } from '../lib/dates.ts';
import type { GatewayKey } from '../lib/gateway-key.ts';
import { sum, toJsonAmount } from '../lib/money.ts';
import { canonicalJson } from '../lib/canonical-json.ts';
import { owedOf, type PlanEntry, type ScheduledInstallment } from '../plans/schedule.ts';
import type { PlanSnapshot } from '../plans/snapshot.ts';
import type { AgreedText } from '../shoppers/agreed-texts.ts';
import { detailsOf } from './log.ts';

export const receiptType = 'morrow-receipt+jwt';

type Json = Record<string, unknown>;

/** What is signed. `hidden` goes in as salted hashes only: the signature covers it, and who may see it gets it beside. */
export type ReceiptPayload = { open: Json; hidden: Json };

/** Those members of a receipt that our own pages show. */
export type ReceiptClaims = {
  /** Of an agreement. */
  texts?: AgreedText[];
  /** Of an amendment. */
  entry?: { kind: PlanEntry['kind']; on_date: CalendarDate };
};

export type SignedReceipt = { jws: string; disclosures: string[]; hash: string };

/** Members that every receipt of a plan begins with. */
type Head = {
  environment: string;
  planId: string;
  sequence: number;
  previousHash: string | null;
  snapshotHash: string;
  issuedAt: Date;
};

/** The agreement as it is signed; which texts were read is the shopper's own business. */
export function agreementPayload(
  head: Head,
  input: {
    subject: { order_id: string; merchant_reference: string } | { draw_id: string };
    shopperId: string;
    agreedAt: Date;
    texts: readonly AgreedText[];
    snapshot: PlanSnapshot;
  },
): ReceiptPayload {
  const { snapshot } = input;
  return {
    open: {
      ...headJson('agreement', head),
      ...input.subject,
      shopper_id: input.shopperId,
      agreed_at: input.agreedAt.toISOString(),
      cost: costOf(snapshot),
      snapshot,
    },
    hidden: { texts: input.texts },
  };
}

/**
 * A change of the terms as it is signed: what happened, and the schedule after it. What the shop did itself is open to
 * it; a fee, a pause, a hardship plan or a charge-off is not its business beyond the dates and amounts.
 */
export function amendmentPayload(
  head: Head,
  input: { currency: string; entry: PlanEntry; schedule: readonly ScheduledInstallment[] },
): ReceiptPayload {
  const { entry, schedule } = input;
  const told = { entry: entryJson(entry) };
  const byShop = entry.kind === 'capture' || entry.kind === 'refund';
  return {
    open: {
      ...headJson('amendment', head),
      ...(byShop && told),
      currency: input.currency,
      schedule: schedule.map(installmentJson),
      owed_amount: toJsonAmount(owedOf(schedule)),
    },
    hidden: byShop ? {} : told,
  };
}

/**
 * Signs a payload as a compact JWS (RFC 7515) with EdDSA over its canonical JSON; hidden members become disclosures
 * (RFC 9901 section 4.2). `hash` is the SHA-256 of the JWS, by which the next receipt names this one.
 */
export function signReceipt(key: GatewayKey, payload: ReceiptPayload): SignedReceipt {
  const disclosures = Object.entries(payload.hidden).map(([name, value]) =>
    base64url(canonicalJson([randomBytes(16).toString('base64url'), name, value])),
  );
  const digests = disclosures.map((text) => createHash('sha256').update(text).digest('base64url'));
  const claims = {
    ...payload.open,
    ...(digests.length > 0 && { _sd: digests.toSorted(), _sd_alg: 'sha-256' }),
  };
  const jws = signCompact(key, { type: receiptType, claims });
  return { jws, disclosures, hash: createHash('sha256').update(jws).digest('hex') };
}

/** What a receipt says to somebody who holds these disclosures of it. Our own, so its signature is not asked. */
export function readReceipt({ jws, disclosures }: Pick<SignedReceipt, 'jws' | 'disclosures'>): ReceiptClaims {
  const opened = disclosures.map((text) => parse(text) as [salt: string, name: string, value: unknown]);
  const claims = parse(jws.split('.')[1] ?? '') as ReceiptClaims;
  return { ...claims, ...Object.fromEntries(opened.map(([, name, value]) => [name, value])) };
}

function headJson(kind: 'agreement' | 'amendment', head: Head): Json {
  return {
    kind,
    version: 1,
    environment: head.environment,
    plan_id: head.planId,
    sequence: head.sequence,
    previous_hash: head.previousHash,
    snapshot_hash: head.snapshotHash,
    issued_at: head.issuedAt.toISOString(),
  };
}

/** The figures that people look for first; all of them follow from the snapshot, which a reader can check. */
function costOf(snapshot: PlanSnapshot): Json {
  const installments = sum(snapshot.installments.map(({ amount }) => BigInt(amount)));
  return {
    currency: snapshot.currency,
    total_cost: snapshot.finance_charge,
    total_payable: toJsonAmount(BigInt(snapshot.down_payment) + installments),
    ...aprOf(snapshot),
    ...(snapshot.interest && {
      annual_rate_ppm: snapshot.interest.annual_rate_ppm,
      shopper_rate_ppm: snapshot.interest.shopper_rate_ppm,
    }),
  };
}

function aprOf({ apr_percent: stated, finance_charge: charge }: PlanSnapshot): Json {
  if (stated !== undefined) return { apr_percent: stated };
  return charge === 0 ? { apr_percent: 0 } : {};
}

function entryJson(entry: PlanEntry): Json {
  return {
    kind: entry.kind,
    on_date: entry.onDate,
    ...('amount' in entry && { amount: toJsonAmount(entry.amount) }),
    ...detailsOf(entry),
  };
}

function installmentJson(item: ScheduledInstallment): Json {
  return {
    number: item.number,
    due_date: item.dueDate,
    amount: toJsonAmount(item.amount),
    principal: toJsonAmount(item.principal),
    interest: toJsonAmount(item.interest),
    fee: toJsonAmount(item.fee),
    paid_amount: toJsonAmount(item.paidAmount),
  };
}

function parse(encoded: string): unknown {
  return JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'));
}

function base64url(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url');
}
