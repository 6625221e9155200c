import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';

export const caseStatuses = [
  'open',
  'waiting_for_shopper',
  'waiting_for_merchant',
  'waiting_for_operator',
  'closed',
] as const;

/** `open`: Morrow works on it, and nobody else is waited for. */
export type CaseStatus = (typeof caseStatuses)[number];

export type CaseSide = 'shopper' | 'merchant' | 'operator';

/** Who reads a message besides operators, who read all of them: nobody, one side, or both. */
export type CaseReaders = 'internal' | 'shopper' | 'merchant' | 'all';

/** What a case can be about; `general` is no object. */
export type CaseAboutKind = 'general' | 'order' | 'plan' | 'payment' | 'dispute';

/** Whoever reads or writes in a case. */
export type CaseParty =
  | { side: 'shopper'; shopperId: string }
  | { side: 'merchant'; merchantId: string; memberId: string }
  | { side: 'operator'; operatorId: string };

/** One conversation, always about one shopper. Its words are apart from it, because they are sealed (`read.ts`). */
export type Case = {
  id: Id<'cse'>;
  openedBy: CaseSide;
  shopperId: string;
  /** Those of the purchase that it is about; null where it is about none. */
  merchantId: string | null;
  orderId: string | null;
  aboutKind: CaseAboutKind;
  aboutId: string | null;
  /** Who is in it besides operators. */
  withShopper: boolean;
  withMerchant: boolean;
  status: CaseStatus;
  /** The operator who takes care of it. */
  assignedTo: string | null;
  /** Since when it is in this status, by business time. */
  waitingSince: Date;
  version: number;
  createdAt: Date;
  closedAt: Date | null;
};

export type CaseRow = {
  environment_id: string;
  id: Id<'cse'>;
  opened_by: CaseSide;
  opener_id: string;
  form_key: string;
  shopper_id: string;
  merchant_id: string | null;
  order_id: string | null;
  about_kind: CaseAboutKind;
  about_id: string | null;
  subject_sealed: string;
  subject_readers: CaseReaders;
  with_shopper: boolean;
  with_merchant: boolean;
  status: CaseStatus;
  assigned_to: string | null;
  waiting_since: Date;
  version: number;
  created_at: Date;
  closed_at: Date | null;
};

export type CaseMessageRow = {
  environment_id: string;
  id: Id<'csm'>;
  case_id: string;
  author: CaseSide;
  author_id: string;
  form_key: string;
  readers: CaseReaders;
  text_sealed: string;
  help_article: string | null;
  created_at: Date;
};

export function toCase(row: CaseRow): Case {
  return {
    id: row.id,
    openedBy: row.opened_by,
    shopperId: row.shopper_id,
    merchantId: row.merchant_id,
    orderId: row.order_id,
    aboutKind: row.about_kind,
    aboutId: row.about_id,
    withShopper: row.with_shopper,
    withMerchant: row.with_merchant,
    status: row.status,
    assignedTo: row.assigned_to,
    waitingSince: row.waiting_since,
    version: row.version,
    createdAt: row.created_at,
    closedAt: row.closed_at,
  };
}

export function casesOf(tx: Tx) {
  return tx.sql<CaseRow>('cases').where({ environment_id: tx.environment.id });
}

export function caseMessagesOf(tx: Tx) {
  return tx.sql<CaseMessageRow>('case_messages').where({ environment_id: tx.environment.id });
}

/** The id by which what a party wrote is kept: a shopper's, a member's or an operator's. */
export function authorIdOf(party: CaseParty): string {
  if (party.side === 'shopper') return party.shopperId;
  return party.side === 'merchant' ? party.memberId : party.operatorId;
}

/** Whether what was written to `readers` is for the eyes of this side. */
export function isFor(readers: CaseReaders, side: CaseSide): boolean {
  return side === 'operator' || readers === 'all' || readers === side;
}

/** The rows that a party is in: a shopper's and a merchant's own only, and not before they are written to. */
export function casesWith(tx: Tx, party: CaseParty) {
  const query = casesOf(tx);
  if (party.side === 'shopper') void query.where({ shopper_id: party.shopperId, with_shopper: true });
  if (party.side === 'merchant') void query.where({ merchant_id: party.merchantId, with_merchant: true });
  return query;
}

/** The row of a case that this party is in; `not_found` for any other. `locked` keeps others from changing it meanwhile. */
export async function findCaseRow(
  tx: Tx,
  input: { caseId: string; party: CaseParty; locked?: boolean },
): Promise<CaseRow> {
  const query = casesWith(tx, input.party).where({ id: input.caseId as Id<'cse'> });
  if (input.locked) void query.forUpdate();
  const row = await query.first();
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such case.' });
  return row;
}

/** Writes a change of a locked case; a new status begins now. */
export async function updateCase(tx: Tx, row: CaseRow, change: Partial<CaseRow>): Promise<Case> {
  const status = change.status ?? row.status;
  const [updated] = await casesOf(tx)
    .where({ id: row.id })
    .update({
      ...change,
      closed_at: status === 'closed' ? (row.closed_at ?? tx.now) : null,
      waiting_since: status === row.status ? row.waiting_since : tx.now,
      version: row.version + 1,
    })
    .returning('*');
  if (!updated) throw new Error(`case ${row.id} was not changed`);
  return toCase(updated);
}
