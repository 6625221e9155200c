import type { Client, QueryResult } from 'pg';
import type { Value, Transaction } from './statements.ts';
import { pendingTransfer } from './statements.ts';

/** PostgreSQL's own name for what a prepared statement takes, and whether it answers with rows. */
type Prepared = { types: string[]; answers: boolean };

/** The name of the function that does one kind's whole transaction. */
export const functionOf = (kind: string): string => `authorize_by_${kind}`;

/**
 * Puts the statements of a transaction, as they are, into one function of the database: it takes their values as texts,
 * one after the other. What the gateway asks in several round trips is then one call.
 */
export async function createFunction(client: Client, kind: string, transaction: Transaction): Promise<void> {
  const { statements, pendingFrom } = transaction;
  const lines: string[] = [];
  let taken = 0;
  for (const [index, { text, values }] of statements.entries()) {
    if (index === 0 || index === statements.length - 1) continue;
    const { types, answers } = await describe(client, text);
    const from = taken;
    taken += values.filter((value) => !isPending(value)).length;
    lines.push(...lineOf(text, { types, answers, values, from, keep: index === pendingFrom }));
  }
  await client.query(`create or replace function ${functionOf(kind)}(bench_values text[]) returns void language plpgsql as $body$
    declare
      bench_row record;
      bench_pending bigint;
    begin
      if bench_values is null then
        raise exception 'nothing was prepared';
      end if;
      ${lines.join('\n      ')}
    end
  $body$`);
}

function isPending(value: Value): boolean {
  return 'pending' in value;
}

async function describe(client: Client, text: string): Promise<Prepared> {
  await client.query(`prepare described as ${text}`);
  const { rows }: QueryResult<Prepared> = await client.query(
    `select cast(parameter_types as text[]) as types, result_types is not null as answers
     from pg_prepared_statements where name = 'described'`,
  );
  await client.query('deallocate described');
  const [described] = rows;
  if (!described) throw new Error('nothing was prepared');
  return described;
}

/** A statement that answers is read to its end, as a client would. */
function lineOf(
  text: string,
  of: Prepared & { values: readonly Value[]; from: number; keep: boolean },
): string[] {
  const places: string[] = [];
  let given = of.from;
  for (const [at, value] of of.values.entries()) {
    if (isPending(value)) {
      places.push('bench_pending');
    } else {
      given += 1;
      places.push(`cast(bench_values[${given}] as ${of.types[at]})`);
    }
  }
  const statement = text.replaceAll(/\$(\d+)/g, (_whole, number: string) => places[Number(number) - 1] ?? '');
  if (!of.answers) return [`${statement};`];
  return [
    `for bench_row in ${statement} loop`,
    of.keep ? '  bench_pending := bench_row.id;' : '  null;',
    'end loop;',
  ];
}

/** The values of a transaction as the function takes them. */
export function textsOf(values: readonly (readonly unknown[])[]): (string | null)[] {
  return values
    .slice(1, -1)
    .flat()
    .filter((value) => value !== pendingTransfer)
    .map(textOf);
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return `{${value.map((item) => JSON.stringify(String(item))).join(',')}}`;
  return typeof value === 'object' ? JSON.stringify(value) : `${value as string | number | bigint | boolean}`;
}
