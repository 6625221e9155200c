import { Client } from 'pg';
import type { Worker } from './load.ts';
import { functionOf } from './one-call.ts';
import { concurrency } from './world.ts';

/** The values of one transaction, as its function takes them. */
export type Call = readonly (string | null)[];

/** Connections that make the one call, prepared, and nothing else: one at a time on each, as pgbench does. */
export async function openFloor(
  databaseUrl: string,
  kind: string,
): Promise<{ workers: Worker<Call>[]; close(): Promise<void> }> {
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
  const text = `select ${functionOf(kind)}($1)`;
  const call =
    (client: Client): Worker<Call> =>
    async (values) => {
      await client.query({ name: functionOf(kind), text, values: [values] });
    };
  return { workers: clients.map(call), close };
}
