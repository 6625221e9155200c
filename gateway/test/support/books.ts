import { randomBytes } from 'node:crypto';
import type { Knex } from '@morrow/db';
import { newId } from '../../src/lib/ids.ts';
import { type Tx, type TxHost, transact } from '../../src/lib/tx.ts';
import { createVault } from '../../src/lib/vault.ts';

/** The sandbox's clock and the wall's differ, so that a test can tell which of them was written. */
export const businessTime = new Date('2026-03-01T09:00:00Z');
export const wallTime = new Date('2025-11-20T12:34:56Z');

/** An empty sandbox of its own, and transactions in it. */
export type Books = { environmentId: string; run<T>(work: (tx: Tx) => Promise<T>): Promise<T> };

export async function openBooks(db: Knex): Promise<Books> {
  const environmentId = newId('sbx');
  await db('environments').insert({
    id: environmentId,
    kind: 'sandbox',
    time_zone: 'Asia/Shanghai',
    clock_at: businessTime,
    created_at: wallTime,
  });
  const host: TxHost = {
    db,
    clock: { now: () => wallTime },
    vault: createVault([{ id: 'k1', key: randomBytes(32) }]),
  };
  return {
    environmentId,
    run: (work) => transact(host, { environmentId, actor: { kind: 'system', id: 'test' } }, work),
  };
}

/** Ids of the parties to one order. */
export function newParties() {
  return {
    planId: newId('pln'),
    funderId: newId('fnd'),
    merchantId: newId('mer'),
    orderId: newId('ord'),
    shopperId: newId('shp'),
  };
}
