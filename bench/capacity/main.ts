import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { measureOrders } from './measure.ts';
import { assumptions, capacityTable, type Measured, storedTable } from './table.ts';

/**
 * `node --import tsx bench/capacity/main.ts [--orders n] [--write] [--measured]`: measures what an order costs and prints the
 * tables of docs/capacity.md; `--write` keeps the figures beside this file, `--measured` takes those that are kept there. Whatever
 * is assumed can be chosen: `--assume coreHour=0.06,copies=3`.
 */
const kept = new URL('measured.json', import.meta.url);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      orders: { type: 'string', default: '2000' },
      write: { type: 'boolean', default: false },
      measured: { type: 'boolean', default: false },
      assume: { type: 'string', default: '' },
    },
  });
  const chosen = { ...assumptions, ...readAssumptions(values.assume) };
  const measured = values.measured ? readMeasured() : await measure(Number(values.orders));
  if (values.write) writeFileSync(kept, `${JSON.stringify(measured, null, 2)}\n`);
  console.log(`${capacityTable(measured, chosen)}\n\n${storedTable(measured)}`);
}

const readMeasured = (): Measured => JSON.parse(readFileSync(kept, 'utf8')) as Measured;

async function measure(orders: number): Promise<Measured> {
  if (!Number.isSafeInteger(orders) || orders < 1)
    throw new Error('--orders takes a whole number from 1 on.');
  const ending = new AbortController();
  process.once('SIGINT', () => ending.abort(new Error('ended before it was done')));
  return measureOrders(orders, { signal: ending.signal, progress: (text) => console.error(text) });
}

function readAssumptions(text: string): Record<string, number> {
  const pairs = text.split(',').filter(Boolean);
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', value = ''] = pair.split('=');
      if (!Object.hasOwn(assumptions, name) || !(Number(value) > 0))
        throw new Error(`--assume takes name=number of: ${Object.keys(assumptions).join(', ')}.`);
      return [name, Number(value)];
    }),
  );
}

await main();
