import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Assumptions,
  assumptions,
  capacityAt,
  capacityTable,
  costOf,
  daysKept,
  type Measured,
  storedTable,
} from '../../bench/capacity/table.ts';

const page = readFileSync(new URL('../../docs/capacity.md', import.meta.url), 'utf8');
const measured = JSON.parse(
  readFileSync(new URL('../../bench/capacity/measured.json', import.meta.url), 'utf8'),
) as Measured;

/** A table without the spaces that line its columns up. */
const cellsOf = (markdown: string): string[] =>
  markdown
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^[|\s-]+$/.test(line))
    .map((line) => line.replaceAll(/\s*\|\s*/g, '|'));

test('docs/capacity.md shows what follows from the figures that were measured', () => {
  const shown = cellsOf(page);
  for (const line of [...cellsOf(capacityTable(measured, assumptions)), ...cellsOf(storedTable(measured))])
    expect(shown).toContain(line);
});

test('docs/capacity.md names every assumption with its value', () => {
  for (const [name, value] of Object.entries(assumptions))
    expect(
      cellsOf(page).some((line) => line.startsWith(`|\`${name}\`|${value}|`)),
      name,
    ).toBe(true);
});

test('what is kept for days only is kept for as long as docs/privacy.md says', () => {
  const kept = readFileSync(new URL('../../docs/privacy.md', import.meta.url), 'utf8');
  const said: Record<string, string> = {
    idempotency_keys: '| idempotent answers | 24 hours |',
    api_requests: '| the request log of merchants | 7 days, by whole days |',
    fraud_sightings: '| devices, addresses and cards seen at decisions | 90 days |',
  };
  expect(Object.keys(daysKept)).toEqual(Object.keys(said));
  const rows = kept.replaceAll(/ +/g, ' ');
  for (const row of Object.values(said)) expect(rows).toContain(row);
});

test('ten times as many orders need ten times as much, and cost the same each', () => {
  const amount = fc.double({ min: 0.01, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(amount, amount, amount, amount, (nodeMs, postgresMs, walOctets, octets) => {
      const of: Measured = {
        orders: 1,
        machine: '',
        nodeMs,
        postgresMs,
        walOctets,
        storedOctets: { orders: octets, idempotency_keys: octets },
      };
      const [one, ten] = [capacityAt(100, of, assumptions), capacityAt(1000, of, assumptions)];
      for (const key of ['gatewayCores', 'databaseCores', 'walMbASecond', 'tbAYear', 'tbPassing'] as const)
        expect(ten[key] / one[key]).toBeCloseTo(10, 6);
      expect(ten.dollarsAnOrder).toBe(one.dollarsAnOrder);
      expect(ten.leaders).toBeGreaterThanOrEqual(one.leaders);
      // What goes after a day is not in what a year adds.
      expect(one.tbAYear).toBeCloseTo((100 * 365.25 * 86_400 * octets) / 1e12, 6);
    }),
  );
});

test('an order costs more by each price, copy and month, and less where machines are used better', () => {
  const dearer: (keyof Assumptions)[] = [
    'coreHour',
    'gbMonth',
    'archiveGbMonth',
    'archiveMonths',
    'copies',
    'standbyShare',
    'months',
  ];
  const base = costOf(measured, assumptions);
  for (const name of dearer)
    expect(costOf(measured, { ...assumptions, [name]: assumptions[name] * 2 }), name).toBeGreaterThan(base);
  expect(costOf(measured, { ...assumptions, load: 1 })).toBeLessThan(base);
});
