import { Client } from 'pg';
import { daysKept } from '../capacity/table.ts';
import type { Column, Row, Table } from './rows.ts';

/** What one order consists of in every table, and what is to differ between its copies. */
export type Template = {
  tables: readonly Table[];
  ids: readonly string[];
  merchantId: string;
};

/** Old orders lie this far back, evenly; so the last hour has more of them where there are more. */
const days = 400;
/** Old orders are of so many merchants, one of whom is the template's. */
const merchants = 1000;
const chunk = 100_000;
/** Numbers that are given to copies begin here: beyond what was there before. */
const firstNumber = 1_000_000;

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Names another row by the number that the database gave it. */
const namesNumber = /(?:^|_)(?:transfer|pending)_id$/;

/** Tables that are filled at the same time; more wait for the same processors. */
const together = 2;

type Filling = { orders: number; signal: AbortSignal; progress: (text: string) => void };

/**
 * Copies an order `orders` times, by SQL alone: each with ids of its own that are older than any that the gateway makes, of
 * another shopper, at another merchant, at another time. Triggers are passed over; indexes but for unique ones are made after
 * the rows. Nothing waits for the disk meanwhile, so whoever is cut off begins anew.
 */
export async function fill(databaseUrl: string, template: Template, filling: Filling): Promise<void> {
  const clients = Array.from({ length: together }, () => new Client({ connectionString: databaseUrl }));
  const [first] = clients;
  try {
    for (const client of clients) {
      await client.connect();
      await client.query('set session_replication_role = replica');
      await client.query(`set maintenance_work_mem = '512MB'`);
    }
    for (const setting of hasty) await first?.query(`alter system set ${setting}`);
    await first?.query('select pg_reload_conf()');
    // The largest first, so that none is left alone at the end.
    const waiting = template.tables.toSorted((a, b) => a.rows.length - b.rows.length);
    const fillSome = async (client: Client): Promise<void> => {
      for (let table = waiting.pop(); table; table = waiting.pop())
        await fillTable(client, { table, template }, filling);
    };
    await Promise.all(clients.map(fillSome));
    await first?.query('vacuum (analyze)');
    await first?.query('alter system reset all');
    await first?.query('select pg_reload_conf()');
    await first?.query('checkpoint');
  } finally {
    for (const client of clients) await client.end();
  }
}

/** What PostgreSQL does without while a database is filled. */
const hasty = ['fsync = off', 'full_page_writes = off', `max_wal_size = '8GB'`];

async function fillTable(
  client: Client,
  { table, template }: { table: Table; template: Template },
  { orders, signal, progress }: Filling,
): Promise<void> {
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
     from pg_index i where i.indrelid = $1::regclass and not i.indisunique`,
    [table.name],
  );
  for (const { name } of indexes) await client.query(`drop index ${name}`);
  const statement = insertOf(table, template, { numbers: numbersOf(template), orders });
  const kept = Math.ceil((orders * (daysKept[table.name] ?? days)) / days);
  for (let from = orders - kept + 1; from <= orders; from += chunk) {
    signal.throwIfAborted();
    await client.query(statement, [from, Math.min(orders, from + chunk - 1)]);
  }
  // Of a partitioned table, an index of its partitions as well.
  for (const { definition } of indexes) await client.query(definition.replace(' ON ONLY ', ' ON '));
  await moveSequences(client, table);
  progress(`    ${table.name}: ${(kept * table.rows.length).toLocaleString('en')} rows`);
}

/** The places of the numbers that the database gave the template's rows, within one copy. */
function numbersOf({ tables }: Template): Map<string, number> {
  const places = new Map<string, number>();
  for (const { name, columns, rows } of tables) {
    for (const column of columns.filter(({ isNumbered }) => isNumbered))
      for (const [place, row] of rows.entries()) places.set(`${name} ${row[column.name]}`, place);
  }
  return places;
}

function insertOf(
  table: Table,
  template: Template,
  { numbers, orders }: { numbers: Map<string, number>; orders: number },
): string {
  const expressions = (row: Row, place: number): string[] =>
    table.columns.map((column) =>
      valueOf(row[column.name] ?? null, column, { table, place, template, numbers }),
    );
  const names = table.columns.map(({ name }) => `"${name}"`).join(', ');
  // By UNION ALL: what stands in VALUES is prepared anew for each order, a quarter of the time where an order has many rows.
  const rows = table.rows.map((row, place) => `select ${expressions(row, place).join(', ')}`);
  return `insert into "${table.name}" (${names}) overriding system value
    select copied.* from generate_series($1::bigint, $2::bigint) as o (n)
      cross join lateral (select case when o.n % ${merchants} = 0 then ${literal(template.merchantId)}
          else 'mer_' || lpad(to_hex(o.n % ${merchants}), 32, '0') end as merchant,
        make_interval(secs => (${orders} - o.n) * ${(days * 86_400) / orders}) as ago) as m
      cross join lateral (${rows.join(' union all ')}) as copied`;
}

type Of = { table: Table; place: number; template: Template; numbers: Map<string, number> };

/** One value of one row, for order `o.n`. */
function valueOf(text: string | null, { name, type, isNumbered }: Column, of: Of): string {
  if (text === null) return `null::${type}`;
  const { table, place, template, numbers } = of;
  if (isNumbered) return numbered(table, place);
  const ledger = template.tables.find((one) => one.name === 'ledger_transfers');
  const transfer = ledger && namesNumber.test(name) ? numbers.get(`${ledger.name} ${text}`) : undefined;
  if (ledger && transfer !== undefined) return numbered(ledger, transfer);
  if (type.startsWith('timestamp')) return `${literal(text)}::${type} - m.ago`;
  if (type === 'date') return `(${literal(text)}::date - m.ago)::date`;
  // What a hash is of does not matter here, only that no two are alike.
  if (type === 'bytea' && text.length === '\\x'.length + 64)
    return `sha256(convert_to(o.n || ${literal(`/${table.name}/${name}/${place}`)}, 'utf8'))`;
  return `(${textOf(text, template)})::${type}`;
}

const numbered = (table: Table, place: number): string =>
  `${firstNumber} + o.n * ${table.rows.length} + ${place}`;

/** A text with the ids of the copy in place of the template's. */
function textOf(text: string, { ids, merchantId }: Template): string {
  return text
    .split(/([a-z]+_[0-9a-f]{32})/)
    .filter((part) => part !== '')
    .map((part) => {
      if (part === merchantId) return 'm.merchant';
      const place = ids.indexOf(part);
      if (place === -1) return literal(part);
      const prefix = part.slice(0, part.indexOf('_') + 1);
      return `${literal(prefix)} || lpad(to_hex(o.n * ${ids.length} + ${place}), 32, '0')`;
    })
    .join(' || ');
}

async function moveSequences(client: Client, { name, columns }: Table): Promise<void> {
  for (const column of columns.filter(({ isNumbered }) => isNumbered)) {
    await client.query(
      `select setval(pg_get_serial_sequence($1, $2), (select max("${column.name}") from "${name}"))`,
      [name, column.name],
    );
  }
}
