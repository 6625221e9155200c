import type { Knex } from '@morrow/db';

/** What an order of a filled ledger posts: it is authorized, captured with a fee, and paid once. */
const transfersPerOrder = 5;

export const funders = 5;
const merchants = 1000;

/** An id as the gateway's are, older than any that it makes. */
export function oldId(prefix: string, number: number): string {
  return `${prefix}_${number.toString(16).padStart(32, '0')}`;
}

const idSql = (prefix: string, number: string): string => `'${prefix}_' || lpad(to_hex(${number}), 32, '0')`;

/** Who stands behind the order of this number, in a filled ledger. */
export function partiesOf(order: number) {
  return {
    planId: oldId('pln', order),
    orderId: oldId('ord', order),
    funderId: oldId('fnd', order % funders),
    merchantId: oldId('mer', (order * 7919) % merchants),
    shopperId: oldId('shp', (order * 104_729) % Math.max(1, Math.floor(order / 10))),
  };
}

/**
 * Fills the ledger of an environment with orders until it has so many transfers, and returns how many orders those are.
 * Indexes are made after the rows, and triggers are passed over: what is measured is what comes then.
 */
export async function fillLedger(
  db: Knex,
  input: { environmentId: string; transfers: number },
): Promise<{ orders: number }> {
  const orders = Math.ceil(input.transfers / transfersPerOrder);
  const { rows: indexes } = await db.raw<{ rows: { name: string; definition: string }[] }>(
    `select i.indexname as name, i.indexdef as definition from pg_indexes i
     where i.tablename = 'ledger_transfers' and i.indexname <> 'ledger_transfers_pkey'`,
  );
  await db.transaction(async (sql) => {
    await sql.raw('set local session_replication_role = replica');
    for (const { name } of indexes) await sql.raw('drop index ??', [name]);
    await sql.raw(
      `insert into ledger_transfers overriding system value
       select :environment, ${transfersPerOrder} * (o.number - 1) + t.place, ${idSql('pst', `${transfersPerOrder}::bigint * o.number + t.place / 2`)},
         t.event, t.kind, case t.kind when 'post' then ${transfersPerOrder} * (o.number - 1) + 1 end,
         t.debit, t.credit, 'CNY', t.amount, ${idSql('ord', 'o.number')}, o.at, o.at
       from (
           select number, now() - interval '400 days' + number * interval '1 second' as at,
             ${idSql('pln', 'number')} as plan, ${idSql('fnd', `number % ${funders}`)} as funder,
             ${idSql('mer', `number * 7919 % ${merchants}`)} as merchant,
             ${idSql('shp', 'number * 104729 % greatest(1, number / 10)')} as shopper
           from generate_series(1, :orders::bigint) as number) o
         cross join lateral (values
           (1, 'authorize', 'pending', 'principal:' || plan || ':' || funder, 'merchant:' || merchant, 10000),
           (2, 'capture', 'post', 'principal:' || plan || ':' || funder, 'merchant:' || merchant, 10000),
           (3, 'capture', 'posted', 'funder_due:' || funder, 'participation:' || funder, 10000),
           (4, 'capture', 'posted', 'merchant:' || merchant, 'i_merchant_fee', 300),
           (5, 'repayment_succeeded', 'posted', 'clearing', 'unapplied:' || shopper, 2500))
           as t (place, event, kind, debit, credit, amount)`,
      { environment: input.environmentId, orders },
    );
    await sql.raw(
      `select setval(pg_get_serial_sequence('ledger_transfers', 'id'), (select max(id) from ledger_transfers))`,
    );
    await sql.raw(`set local maintenance_work_mem = '512MB'`);
    for (const { definition } of indexes) await sql.raw(definition);
  });
  await db.raw('vacuum (analyze) ledger_transfers');
  return { orders };
}
