import { createHash } from 'node:crypto';
import type { Tx } from '../../lib/tx.ts';
import { leafOf, type TransferRow } from './leaf.ts';
import { rootOf } from './merkle.ts';

/** A sealed row that says something else now, or a seal that does not fit what it sealed. */
export type SealFault = { seal: number; transferId: bigint | null; fault: string };

type PlacedRow = TransferRow & { place: number; hash: Buffer };
type SealRow = { number: bigint; size: number; root: string; jws: string; hash: string };

/**
 * Reads every sealed transfer again, a seal at a time, and names each that was changed or is gone, each seal whose root
 * or chain does not fit, and how many transfers wait for a seal. Signatures are for whoever holds the public keys.
 */
export async function checkSeals(
  tx: Tx,
): Promise<{ seals: number; transfers: number; unsealed: number; broken: SealFault[] }> {
  const broken: SealFault[] = [];
  let [seals, transfers] = [0, 0];
  let before: SealRow | undefined;
  for (;;) {
    const seal = await sealAfter(tx, before?.number ?? 0n);
    if (!seal) break;
    const rows = await readRows(tx, seal.number);
    broken.push(...faultsOf(seal, rows, before));
    seals += 1;
    transfers += rows.length;
    before = seal;
  }
  const all = await tx
    .sql('ledger_transfers')
    .where({ environment_id: tx.environment.id })
    .count<{ count: bigint }[]>('* as count');
  return { seals, transfers, unsealed: Number(all[0]?.count ?? 0n) - transfers, broken };
}

function sealAfter(tx: Tx, number: bigint): Promise<SealRow | undefined> {
  return tx
    .sql('ledger_seals')
    .where({ environment_id: tx.environment.id })
    .where('number', '>', number)
    .orderBy('number')
    .first<SealRow | undefined>();
}

async function readRows(tx: Tx, seal: bigint): Promise<PlacedRow[]> {
  const { rows } = await tx.sql.raw<{ rows: PlacedRow[] }>(
    `select t.*, l.place, l.hash
     from ledger_leaves l
       join ledger_transfers t on t.environment_id = l.environment_id and t.id = l.transfer_id
     where l.environment_id = ? and l.seal = ?
     order by l.place`,
    [tx.environment.id, seal],
  );
  return rows;
}

function faultsOf(seal: SealRow, rows: readonly PlacedRow[], before: SealRow | undefined): SealFault[] {
  const at = (fault: string, transferId: bigint | null = null): SealFault => ({
    seal: Number(seal.number),
    transferId,
    fault,
  });
  const faults = rows.flatMap((row) =>
    leafOf(row).equals(row.hash) ? [] : at('was changed after it was sealed', row.id),
  );
  if (rows.length !== seal.size) faults.push(at(`has ${rows.length} of its ${seal.size} transfers`));
  else if (rootOf(rows.map(({ hash }) => hash)).toString('hex') !== seal.root)
    faults.push(at('has another root than its leaves'));
  if (createHash('sha256').update(seal.jws).digest('hex') !== seal.hash) faults.push(at('has another hash'));
  const claims = JSON.parse(
    Buffer.from(seal.jws.split('.')[1] ?? '', 'base64url').toString('utf8') || '{}',
  ) as Record<string, unknown>;
  if (claims.root !== seal.root) faults.push(at('was signed over another root'));
  if (claims.previous_hash !== (before?.hash ?? null)) faults.push(at('does not follow the one before'));
  return faults;
}
