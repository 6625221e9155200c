import { canonicalJson } from '../../lib/canonical-json.ts';
import { toJsonAmount } from '../../lib/money.ts';
import { leafHash } from './merkle.ts';

/** A transfer as it is stored. */
export type TransferRow = {
  environment_id: string;
  id: bigint;
  posting_id: string;
  event: string;
  kind: string;
  pending_id: bigint | null;
  debit: string;
  credit: string;
  currency: string;
  amount: bigint;
  subject_id: string;
  occurred_at: Date;
  recorded_at: Date;
};

/** Everything that a transfer says: the leaf is the hash of this in canonical JSON. Ids are strings, as bigints are. */
export function transferJson(row: TransferRow) {
  return {
    environment: row.environment_id,
    id: String(row.id),
    posting_id: row.posting_id,
    event: row.event,
    kind: row.kind,
    pending_id: row.pending_id === null ? null : String(row.pending_id),
    debit: row.debit,
    credit: row.credit,
    currency: row.currency,
    amount: toJsonAmount(row.amount),
    subject_id: row.subject_id,
    occurred_at: row.occurred_at.toISOString(),
    recorded_at: row.recorded_at.toISOString(),
  };
}

export function leafOf(row: TransferRow): Buffer {
  return leafHash(canonicalJson(transferJson(row)));
}
