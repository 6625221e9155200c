import type { Tx } from '../../lib/tx.ts';
import { leafOf, type TransferRow, transferJson } from './leaf.ts';
import { pathOf } from './merkle.ts';

export type SealedTransfer = {
  transfer: ReturnType<typeof transferJson>;
  /** Null until the next seal takes it in. */
  sealed: { seal: number; place: number; path: string[] } | null;
};

/** Transfers with the way from each up to the signed root over it. */
export type LedgerProof = { transfers: SealedTransfer[]; seals: Seal[] };

export type Seal = { number: number; hash: string; jws: string };

type PlacedRow = TransferRow & { seal: bigint | null; place: number | null };

/**
 * Proves that the transfers of these objects (the `subject_id` they were posted for) stand in the sealed ledger, in the
 * order in which they were posted. `touching` leaves out those that move nothing on any account of that owner.
 */
export async function proofOf(
  tx: Tx,
  input: { subjectIds: readonly string[]; touching?: string },
): Promise<LedgerProof> {
  const rows = await readPlaced(tx, input);
  const numbers = [...new Set(rows.flatMap(({ seal }) => seal ?? []))];
  const leaves = await readLeaves(tx, numbers);
  const transfers = rows.map((row): SealedTransfer => {
    const { seal, place } = row;
    const transfer = transferJson(row);
    if (seal === null || place === null) return { transfer, sealed: null };
    // The row as it is now: had it been changed since, its proof would not lead to the root.
    const beside = (leaves.get(seal) ?? []).with(place, leafOf(row));
    const path = pathOf(beside, place).map((hash) => hash.toString('hex'));
    return { transfer, sealed: { seal: Number(seal), place, path } };
  });
  return { transfers, seals: await readSeals(tx, numbers) };
}

async function readPlaced(
  tx: Tx,
  { subjectIds, touching }: { subjectIds: readonly string[]; touching?: string },
): Promise<PlacedRow[]> {
  const { rows } = await tx.sql.raw<{ rows: PlacedRow[] }>(
    `select t.*, l.seal, l.place from ledger_transfers t
       left join ledger_leaves l on l.environment_id = t.environment_id and l.transfer_id = t.id
     where t.environment_id = :environment and t.subject_id = any (:subjects)
       and (:touching::text is null or :touching = any (string_to_array(t.debit || ':' || t.credit, ':')))
     order by t.id`,
    { environment: tx.environment.id, subjects: [...subjectIds], touching: touching ?? null },
  );
  return rows;
}

type LeafRow = { environment_id: string; seal: bigint; place: number; hash: Buffer };
type SealRow = { environment_id: string; number: bigint; hash: string; jws: string };

async function readLeaves(tx: Tx, seals: readonly bigint[]): Promise<Map<bigint, Buffer[]>> {
  const rows = await tx
    .sql<LeafRow>('ledger_leaves')
    .where({ environment_id: tx.environment.id })
    .whereIn('seal', seals)
    .orderBy(['seal', 'place']);
  const leaves = new Map<bigint, Buffer[]>(seals.map((seal) => [seal, []]));
  for (const { seal, hash } of rows) leaves.get(seal)?.push(hash);
  return leaves;
}

function sealsOf(tx: Tx) {
  return tx.sql<SealRow>('ledger_seals').where({ environment_id: tx.environment.id }).orderBy('number');
}

async function readSeals(tx: Tx, numbers: readonly bigint[]): Promise<Seal[]> {
  return (await sealsOf(tx).whereIn('number', numbers)).map(toSeal);
}

/** Seals of the environment after one, the oldest first. */
export async function listSeals(tx: Tx, input: { after: number; limit: number }): Promise<Seal[]> {
  return (await sealsOf(tx).where('number', '>', input.after).limit(input.limit)).map(toSeal);
}

function toSeal({ number, hash, jws }: SealRow): Seal {
  return { number: Number(number), hash, jws };
}
