import type { Client } from 'pg';
import type { Purchase } from '../authorize/purchases.ts';
import { pendingTransfer, type Transaction, valuesFor } from '../authorize/statements.ts';

type Plan = { 'Shared Hit Blocks': number; 'Shared Read Blocks': number };
type Explained = { 'QUERY PLAN': [{ Plan?: Plan }] };

/** The pages that each statement of an order touches, in the order of the statements; nothing of it is kept. */
export async function buffersOf(
  client: Client,
  transaction: Transaction,
  purchase: Purchase,
): Promise<{ text: string; pages: number }[]> {
  const { statements, pendingFrom } = transaction;
  const values = valuesFor(transaction, purchase);
  const touched: { text: string; pages: number }[] = [];
  let pending: unknown;
  await client.query('begin');
  try {
    for (const [index, { text }] of statements.slice(0, -1).entries()) {
      if (index === 0) continue;
      const given = (values[index] ?? []).map((value) => (value === pendingTransfer ? pending : value));
      if (index === pendingFrom) pending = await nextTransfer(client);
      if (!/^\s*(?:select|insert|update|delete|with)\b/i.test(text)) {
        await client.query(text, given);
        continue;
      }
      const { rows } = await client.query<Explained>(
        `explain (analyze, buffers, format json) ${text}`,
        given,
      );
      const plan = rows[0]?.['QUERY PLAN'][0].Plan;
      if (!plan) throw new Error(`nothing was explained of ${text}`);
      touched.push({ text, pages: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'] });
    }
  } finally {
    await client.query('rollback');
  }
  return touched;
}

/** The number that the statement which is explained next gives its first transfer. */
async function nextTransfer(client: Client): Promise<bigint> {
  const { rows } = await client.query<{ last: string }>(
    `select nextval(pg_get_serial_sequence('ledger_transfers', 'id')) as last`,
  );
  return BigInt(rows[0]?.last ?? 0) + 1n;
}
