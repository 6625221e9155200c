import { z } from 'zod';
import { GatewayError } from '../lib/errors.ts';
import { type Id, isId } from '../lib/ids.ts';
import type { Tx, TxHost } from '../lib/tx.ts';

/** Who was erased, and when. The ids lead to nobody: whoever has this list knows nobody by it. */
export type ErasureEntry = { environmentId: string; shopperId: Id<'shp'>; erasedAt: string };

type ErasureRow = { environment_id: string; shopper_id: Id<'shp'>; erased_at: Date };

/** Notes in the log of erasures that a shopper was erased. */
export async function recordErasure(tx: Tx, shopperId: Id<'shp'>): Promise<void> {
  await tx.sql<ErasureRow>('erasures').insert({
    environment_id: tx.environment.id,
    shopper_id: shopperId,
    erased_at: tx.wallNow,
  });
}

/** Every erasure of every environment, the oldest first: what has to lie apart from the database's backups. */
export async function listErasures({ db }: Pick<TxHost, 'db'>): Promise<ErasureEntry[]> {
  const rows = await db<ErasureRow>('erasures').orderBy(['erased_at', 'environment_id', 'shopper_id']);
  return rows.map((row) => ({
    environmentId: row.environment_id,
    shopperId: row.shopper_id,
    erasedAt: row.erased_at.toISOString(),
  }));
}

const lineSchema = z.object({
  environment: z.string().min(1),
  shopper: z.custom<Id<'shp'>>((value) => isId('shp', value)),
  erased_at: z.iso.datetime(),
});

/** One line of the log as it is kept outside: JSON. */
export function writeErasure({ environmentId, shopperId, erasedAt }: ErasureEntry): string {
  return JSON.stringify({ environment: environmentId, shopper: shopperId, erased_at: erasedAt });
}

/** Reads what `writeErasure` wrote, a line each; throws `validation_failed` with the line that is none. */
export function readErasures(text: string): ErasureEntry[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      const { environment, shopper, erased_at: erasedAt } = lineSchema.parse(JSON.parse(line));
      return [{ environmentId: environment, shopperId: shopper, erasedAt }];
    } catch {
      throw new GatewayError('validation_failed', { detail: `Line ${index + 1} is no entry of the log.` });
    }
  });
}
