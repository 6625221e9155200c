import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';

/** What a funder carried of a plan became another's. Amounts are minor units as they were owed then. */
export type OwnershipTransfer = {
  id: Id<'otr'>;
  /** Of the list that it was part of: the same plan is transferred under it once. */
  reference: string;
  planId: string;
  fromFunderId: string;
  toFunderId: string;
  currency: string;
  priceBasisPoints: number;
  /** Authorized and not yet captured. */
  reserved: bigint;
  principal: bigint;
  interest: bigint;
  fee: bigint;
  price: bigint;
  /** How many entries the plan's log had: what they tell happened under the owner before. */
  logLength: number;
  createdAt: Date;
};

type TransferRow = {
  environment_id: string;
  id: Id<'otr'>;
  reference: string;
  plan_id: string;
  from_funder_id: string;
  to_funder_id: string;
  currency: string;
  price_basis_points: number;
  reserved: bigint;
  principal: bigint;
  interest: bigint;
  fee: bigint;
  price: bigint;
  log_length: number;
  created_at: Date;
};

function toTransfer(row: TransferRow): OwnershipTransfer {
  return {
    id: row.id,
    reference: row.reference,
    planId: row.plan_id,
    fromFunderId: row.from_funder_id,
    toFunderId: row.to_funder_id,
    currency: row.currency,
    priceBasisPoints: row.price_basis_points,
    reserved: row.reserved,
    principal: row.principal,
    interest: row.interest,
    fee: row.fee,
    price: row.price,
    logLength: row.log_length,
    createdAt: row.created_at,
  };
}

function transfersOf(tx: Tx) {
  return tx
    .sql<TransferRow>('ownership_transfers')
    .where({ environment_id: tx.environment.id })
    .orderBy('id');
}

/** What was transferred under a reference so far. */
export async function listTransfers(tx: Tx, reference: string): Promise<OwnershipTransfer[]> {
  return (await transfersOf(tx).where({ reference })).map(toTransfer);
}

/** Whose a plan became, the latest last. */
export async function listTransfersOfPlan(tx: Tx, planId: string): Promise<OwnershipTransfer[]> {
  return (await transfersOf(tx).where({ plan_id: planId })).map(toTransfer);
}

export async function storeTransfer(
  tx: Tx,
  transfer: Omit<OwnershipTransfer, 'id' | 'createdAt'>,
): Promise<OwnershipTransfer> {
  const [row] = await tx
    .sql<TransferRow>('ownership_transfers')
    .insert({
      environment_id: tx.environment.id,
      id: newId('otr'),
      reference: transfer.reference,
      plan_id: transfer.planId,
      from_funder_id: transfer.fromFunderId,
      to_funder_id: transfer.toFunderId,
      currency: transfer.currency,
      price_basis_points: transfer.priceBasisPoints,
      reserved: transfer.reserved,
      principal: transfer.principal,
      interest: transfer.interest,
      fee: transfer.fee,
      price: transfer.price,
      log_length: transfer.logLength,
      created_at: tx.now,
    })
    .returning('*');
  if (!row) throw new Error('the transfer was not stored');
  return toTransfer(row);
}
