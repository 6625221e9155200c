import { Client } from 'pg';
import type { Worker } from './load.ts';
import { type Transaction, transferId } from './statements.ts';
import { concurrency } from './world.ts';

/** The values of every statement of one transaction. */
export type Replay = readonly (readonly unknown[])[];

/** Connections that do the same statements, prepared, and nothing else: one transaction at a time on each. */
export async function openFloor(
  databaseUrl: string,
  transaction: Transaction,
): Promise<{ workers: Worker<Replay>[]; close(): Promise<void> }> {
  const clients = Array.from({ length: concurrency }, () => new Client({ connectionString: databaseUrl }));
  const close = async (): Promise<void> => {
    await Promise.all(clients.map((client) => client.end()));
  };
  try {
    await Promise.all(clients.map((client) => client.connect()));
  } catch (error) {
    await close();
    throw error;
  }
  return { workers: clients.map((client) => (replay) => runOne(client, transaction, replay)), close };
}

async function runOne(client: Client, { texts, transferFrom }: Transaction, replay: Replay): Promise<void> {
  let pending: unknown;
  for (const [index, text] of texts.entries()) {
    const values = (replay[index] ?? []).map((value) => (value === transferId ? pending : value));
    const name = `authorize_${index}`;
    const { rows } = await client.query<{ id?: unknown }>(values.length > 0 ? { name, text, values } : text);
    if (index === transferFrom) pending = rows[0]?.id;
  }
}
