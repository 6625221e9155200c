import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { account } from '../src/ledger/accounts.ts';
import { balance } from '../src/ledger/balances.ts';
import { parse } from 'csv-parse/sync';
import { readBook } from '../src/portfolio/book.ts';
import { funderCsv, readFunderFile } from '../src/portfolio/funders/file.ts';
import { classify } from '../src/portfolio/funders/lines.ts';
import { readFunderPositions } from '../src/portfolio/funders/positions.ts';
import { type FunderStatement, readFunderStatement } from '../src/portfolio/funders/statement.ts';
import { expectedIn, readLosses } from '../src/portfolio/losses.ts';
import { readNewBusiness } from '../src/portfolio/new-business.ts';
import { outstandingBy } from '../src/portfolio/outstanding.ts';
import { overdueByBucket, shareOf } from '../src/portfolio/overdue.ts';
import { readRolls, type Roll, type RollFrom, type RollTo, sumOfRolls } from '../src/portfolio/roll-rates.ts';
import { readVintages, vintagesOf } from '../src/portfolio/vintages.ts';
import { chargeBack } from '../src/repayments/charge-back.ts';
import { installmentsOf } from './support/walk.ts';
import { openPortfolioBook, type PortfolioBook } from './support/portfolio-book.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let book: PortfolioBook;
const today = '2026-07-19';

beforeAll(async () => {
  world = await openWorld();
  book = await openPortfolioBook(world);
}, 240_000);
afterAll(() => world.close());

/** The interest-free part of the book on a date: every figure of it is reckoned by hand. */
const inFour = (on: string) => ({ currency: 'CNY', product: 'pay_in_4', on });

function read<T>(work: Parameters<PortfolioBook['shop']['inTx']>[0]): Promise<T> {
  return book.shop.inTx(work, 'read') as Promise<T>;
}

test('outstanding is what the ledger says at the end of a date, by product, funder and market', async () => {
  const onDate = (on: string) =>
    read<Awaited<ReturnType<typeof readBook>>>((tx) => readBook(tx, { currency: 'CNY', on }));
  const april = await onDate('2026-04-30');
  // 80.00 that nobody pays and the last two parts of 40.00.
  expect(outstandingBy(april, 'product')).toContainEqual({
    key: 'pay_in_4',
    plans: 2,
    principal: 10_000n,
    interest: 0n,
    fee: 0n,
    total: 10_000n,
  });
  expect(outstandingBy(april, 'funderId').map(({ key, plans }) => ({ key, plans }))).toEqual([
    { key: book.funderId, plans: 3 },
  ]);
  expect(outstandingBy(april, 'market').map(({ key }) => key)).toEqual(['CN']);
  expect(await onDate('2026-02-28')).toEqual([]);
  const now = await onDate(today);
  const stake = await book.shop.inTx(
    (tx) => balance(tx, account('participation', book.funderId), 'CNY'),
    'read',
  );
  expect(now.map(({ planId, principal }) => ({ planId, principal }))).toEqual([
    { planId: book.interestPlanId, principal: stake },
  ]);
});

test.each([
  ['2026-03-01', 'current', 15_500n, 0n],
  ['2026-03-04', '1_3', 8_000n, 2_000n],
  ['2026-03-05', '4_30', 8_000n, 2_000n],
  ['2026-03-31', '4_30', 8_000n, 6_000n],
  ['2026-04-01', '31_60', 8_000n, 6_000n],
  ['2026-04-30', '31_60', 8_000n, 8_000n],
  ['2026-05-01', '61_90', 8_000n, 8_000n],
  ['2026-05-31', 'over_90', 8_000n, 8_000n],
] as const)('on %s the late plan stands in %s', async (on, bucket, principal, overdue) => {
  const found = await read<Awaited<ReturnType<typeof overdueByBucket>>>(async (tx) => {
    const filter = inFour(on);
    return overdueByBucket(tx, filter, await readBook(tx, filter));
  });
  expect(found.find((one) => one.bucket === bucket)).toMatchObject({ principal, overdue });
  const late = found.filter((one) => one.bucket !== 'current' && one.plans > 0);
  expect(late.map((one) => one.bucket)).toEqual(bucket === 'current' ? [] : [bucket]);
});

test('a vintage is what ever came so late, by months on book', async () => {
  const vintages = await read<Awaited<ReturnType<typeof readVintages>>>((tx) =>
    readVintages(tx, inFour(today)),
  );
  expect(vintages).toEqual([
    {
      month: '2026-03',
      plans: 2,
      principal: 18_000n,
      reached: {
        late_30: [0n, 8_000n, 8_000n, 8_000n, 8_000n], // 31 days on 1 April
        late_60: [0n, 0n, 8_000n, 8_000n, 8_000n], // 61 days on 1 May
        late_90: [0n, 0n, 8_000n, 8_000n, 8_000n], // 91 days on 31 May
        charged_off: [0n, 0n, 0n, 8_000n, 8_000n], // 120 days on 29 June
      },
    },
    {
      month: '2026-04',
      plans: 1,
      principal: 4_000n,
      reached: Object.fromEntries(
        ['late_30', 'late_60', 'late_90', 'charged_off'].map((measure) => [measure, [0n, 0n, 0n, 0n]]),
      ),
    },
  ]);
  // On an earlier date nothing of what came later is known.
  const may = await read<Awaited<ReturnType<typeof readVintages>>>((tx) =>
    readVintages(tx, inFour('2026-05-30')),
  );
  expect(may[0]?.reached).toMatchObject({ late_60: [0n, 0n, 8_000n], late_90: [0n, 0n, 0n] });
});

test('a funder’s part of a vintage is what it bought of each plan', () => {
  const stands = new Map([
    [
      'pln_1',
      [{ from: '2026-03-01', until: null, oldestDue: '2026-03-01', principal: 1_001n, isChargedOff: false }],
    ],
  ]);
  const funders = [
    { funderId: 'fnd_a', principal: 3_000n },
    { funderId: 'fnd_b', principal: 7_000n },
  ];
  const [vintage] = vintagesOf([{ planId: 'pln_1', startedOn: '2026-03-01', funders }], stands, {
    on: '2026-04-30',
    funderId: 'fnd_a',
  });
  // Three tenths of 10.01 by largest remainder: 3.003 and 7.007 make 3.00 and 7.01.
  expect(vintage).toMatchObject({ principal: 3_000n, reached: { late_30: [0n, 300n] } });
  const rows = funders.map(({ funderId, principal }) => ({
    planId: 'pln_1',
    product: '',
    market: '',
    interest: 0n,
    fee: 0n,
    funderId,
    principal,
  }));
  expect([shareOf(rows, 'fnd_a', 1_001n), shareOf(rows, 'fnd_b', 1_001n)]).toEqual([300n, 701n]);
});

const nowhere: Record<RollTo, bigint> = {
  current: 0n,
  '4_30': 0n,
  '31_60': 0n,
  '61_90': 0n,
  over_90: 0n,
  charged_off: 0n,
  closed: 0n,
};
const rolled = (from: RollFrom, principal: bigint, to: RollTo) => ({
  from,
  principal,
  to: { ...nowhere, [to]: principal },
});

test('debts roll from month end to month end, and all of a month is somewhere', async () => {
  const rolls = await read<Roll[]>((tx) => readRolls(tx, inFour(today), 4));
  expect(rolls.map(({ month }) => month)).toEqual(['2026-03', '2026-04', '2026-05', '2026-06']);
  expect(rolls.map(({ rows }) => rows.filter(({ principal }) => principal > 0n))).toEqual([
    [],
    [rolled('current', 2_500n, 'closed'), rolled('4_30', 8_000n, '31_60')],
    [rolled('current', 2_000n, 'closed'), rolled('31_60', 8_000n, 'over_90')],
    [rolled('over_90', 8_000n, 'charged_off')],
  ]);
  expect(sumOfRolls(rolls)[0]).toEqual(rolled('current', 4_500n, 'closed'));
});

test('losses are what was charged off less what came in, beside what the months before let expect', async () => {
  const losses = await read<Awaited<ReturnType<typeof readLosses>>>((tx) => readLosses(tx, inFour(today), 2));
  expect(losses).toEqual([
    {
      month: '2026-06',
      principal: 8_000n,
      earnings: 0n,
      covered: 0n,
      recovered: 0n,
      recoveredByUs: 0n,
      net: 8_000n,
      expected: 0n, // nothing had ever stood over 90 days before
    },
    {
      month: '2026-07',
      principal: 0n,
      earnings: 0n,
      covered: 0n,
      recovered: 3_000n,
      recoveredByUs: 0n,
      net: -3_000n,
      expected: null, // the month is not over
    },
  ]);
  // A quarter of 61 to 90 days was charged off within a month before: of 1.02 it is 0.255, half to even 0.26.
  const before = [rolled('61_90', 300n, 'over_90'), rolled('61_90', 100n, 'charged_off')];
  const empty = sumOfRolls([]);
  const at = (rows: Roll['rows']) => empty.map((row) => rows.find(({ from }) => from === row.from) ?? row);
  const history: Roll[] = [
    ...before.map((row, index) => ({ month: `2026-0${index + 1}`, rows: at([row]) })),
    { month: '2026-03', rows: at([rolled('61_90', 102n, 'closed')]) },
  ];
  expect(expectedIn(history, '2026-03')).toBe(26n);
  expect(expectedIn(history, '2026-01')).toBeNull();
});

test('new business is what was captured in a month, and the plans that began in it', async () => {
  expect(await read((tx) => readNewBusiness(tx, inFour('2026-05-31'), 3))).toEqual([
    { month: '2026-03', plans: 2, principal: 18_000n },
    { month: '2026-04', plans: 1, principal: 4_000n },
    { month: '2026-05', plans: 0, principal: 0n },
  ]);
});

describe('a funder', () => {
  const statement = (from: string, to: string): Promise<FunderStatement> =>
    read((tx) => readFunderStatement(tx, { funderId: book.funderId, currency: 'CNY', from, to }));
  const part = (of: FunderStatement, code: string) => of.parts.find((one) => one.account === code)!;
  const line = (of: FunderStatement, code: string, kind: string): bigint =>
    part(of, code).lines.find((one) => one.kind === kind)?.amount ?? 0n;

  test('reads what it bought, received, paid, lost and recovered, which is what its accounts hold', async () => {
    const all = await statement('2026-03-01', today);
    const installments = await installmentsOf(book.shop, book.interestPlanId);
    const paid = (of: 'paidPrincipal' | 'paidInterest') =>
      installments.reduce((sum, item) => sum + item[of], 0n);
    const collected = 10_000n + 4_000n + paid('paidPrincipal') + paid('paidInterest');
    expect(paid('paidInterest')).toBeGreaterThan(0n);
    expect(line(all, 'participation', 'bought')).toBe(142_000n);
    expect(line(all, 'participation', 'lost')).toBe(-8_000n);
    expect(line(all, 'participation', 'principal_repaid')).toBe(-14_000n - paid('paidPrincipal'));
    expect(line(all, 'funder', 'principal_received')).toBe(14_000n + paid('paidPrincipal'));
    expect(line(all, 'funder', 'interest_received')).toBe(paid('paidInterest'));
    expect(line(all, 'funder', 'recovered')).toBe(3_000n);
    expect(line(all, 'funder_due', 'bought')).toBe(142_000n);
    const servicing = await book.shop.inTx((tx) => balance(tx, account('i_servicing'), 'CNY'), 'read');
    expect(line(all, 'funder', 'servicing')).toBe(-servicing);
    expect(servicing).toBeLessThan(collected);
    for (const { account: code, opening, closing, lines } of all.parts) {
      const held = await book.shop.inTx((tx) => balance(tx, account(code, book.funderId), 'CNY'), 'read');
      expect([code, opening, closing]).toEqual([code, 0n, held]);
      expect(lines.map(({ kind }) => kind)).not.toContain('other');
    }
  });

  test('finds the closing of one period in the opening of the next', async () => {
    const [spring, summer, all] = [
      await statement('2026-03-01', '2026-05-31'),
      await statement('2026-06-01', today),
      await statement('2026-03-01', today),
    ];
    for (const { account: code, closing } of spring.parts) {
      expect(part(summer, code).opening).toBe(closing);
      expect(part(summer, code).closing).toBe(part(all, code).closing);
    }
    expect(line(summer, 'participation', 'lost')).toBe(-8_000n);
    expect(line(spring, 'participation', 'lost')).toBe(0n);
  });

  test('gets a file of the plans that it owned on a date, which comes to its stake and names nobody', async () => {
    const file = await read<Awaited<ReturnType<typeof readFunderFile>>>((tx) =>
      readFunderFile(tx, { funderId: book.funderId, on: '2026-04-30' }),
    );
    expect(file.differences).toEqual([]);
    const owned = part(await statement('2026-03-01', '2026-04-30'), 'participation').closing;
    expect(file.plans.reduce((sum, { principal }) => sum + principal, 0n)).toBe(owned);
    const lines = parse<Record<string, string>>(funderCsv(file), { columns: true, bom: true });
    expect(lines).toHaveLength(3);
    expect(lines.find(({ plan }) => plan === book.latePlanId)).toEqual({
      plan: book.latePlanId,
      opened_on: '2026-03-01',
      product: 'pay_in_4',
      currency: 'CNY',
      principal: '80.00',
      interest: '0.00',
      fees: '0.00',
      bucket: '31_60',
      days_past_due: '60',
      next_due_on: '2026-03-01',
    });
    expect(funderCsv(file)).not.toMatch(/shp_|mer_|ord_/);
  });

  test.each([
    ['participation', 'funder', 'allocate', 'principal_repaid'],
    ['participation', 'funder', 'charged_back', 'principal_repaid'],
    ['participation', 'funder', 'refund', 'principal_refunded'],
    ['participation', 'participation', 'ownership_transferred', 'ownership'],
    ['accrued', 'fee', 'charge_off', 'lost'],
    ['accrued', 'fee', 'late_fee_charged', 'fees_charged'],
    ['funder', 'shopper', 'refund', 'interest_given_back'],
    ['funder', 'shopper', 'recovery', 'recovered'],
    ['funder', 'funder_due', 'funder_netting', 'netted'],
    ['funder', 'funder_due', 'ownership_transferred', 'price'],
    ['funder_due', 'suspense', 'bank_line_matched', 'wired'],
    ['funder_due', 'i_servicing', 'never', 'other'],
  ] as const)('reads %s against %s by %s as %s', (code, other, event, kind) => {
    expect(classify({ code, other, event })).toBe(kind);
  });

  test('stands in the list of positions with all that its accounts hold', async () => {
    const [position] = await read<Awaited<ReturnType<typeof readFunderPositions>>>((tx) =>
      readFunderPositions(tx),
    );
    const all = await statement('2026-03-01', today);
    expect(position).toMatchObject({
      funderId: book.funderId,
      currency: 'CNY',
      participation: part(all, 'participation').closing,
      payable: part(all, 'funder').closing,
      due: 142_000n,
      used: part(all, 'participation').closing,
      shareBasisPoints: 10_000n,
    });
  });
});

test(
  'the command writes one file for each funder and date, the same however often',
  { timeout: 120_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'morrow-funder-files-'));
    const { environmentId } = book.shop;
    const run = (...more: string[]) => runFunderFiles(folder, ['--environment', environmentId, ...more]);
    try {
      expect(await run('--date', '2026-04-30')).toMatchObject({ code: 0 });
      const name = `2026-04-30-${book.funderId}.csv`;
      const files = await readdir(join(folder, environmentId));
      expect(files).toContain(name);
      expect(files.every((file) => /^2026-04-30-fnd_[0-9a-f]{32}\.csv$/.test(file))).toBe(true);
      const first = await readFile(join(folder, environmentId, name), 'utf8');
      expect(first).toBe(
        await read((tx) => readFunderFile(tx, { funderId: book.funderId, on: '2026-04-30' }).then(funderCsv)),
      );
      await run('--date', '2026-04-30', '--funder', book.funderId);
      expect(await readFile(join(folder, environmentId, name), 'utf8')).toBe(first);
      expect(await readdir(join(folder, environmentId))).toEqual(files);
      expect(await run('--date', '2027-01-01')).toMatchObject({
        code: 2,
        complained: '2027-01-01 has not been yet.\n',
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);

async function runFunderFiles(
  folder: string,
  args: readonly string[],
): Promise<{ code: number; said: string; complained: string }> {
  const key = join(folder, 'master.key');
  await writeFile(key, `k1:${randomBytes(32).toString('base64url')}\n`);
  const { config } = world.db.client as { config: { connection: { connectionString: string } } };
  const env = { ...process.env, DATABASE_URL: config.connection.connectionString, MASTER_KEY_FILE: key };
  const root = resolve(import.meta.dirname, '../..');
  const command = ['--import', 'tsx', join(root, 'scripts/funder-files.ts'), '--out', folder, ...args];
  return new Promise((done) => {
    execFile(process.execPath, command, { cwd: root, env }, (error, said, complained) =>
      done({ code: error ? Number(error.code) : 0, said, complained }),
    );
  });
}

/** Does something in a transaction that is taken back. */
async function asIf(work: Parameters<PortfolioBook['shop']['inTx']>[0]): Promise<void> {
  const undo = new Error('undo');
  await book.shop
    .inTx(async (tx) => {
      await work(tx);
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
}

test('what was recovered and is charged back is not recovered any more', async () => {
  const { id: repaymentId } = await world
    .db('repayments')
    .where({ plan_id: book.latePlanId, status: 'succeeded' })
    .first<{ id: string }>();
  await asIf(async (tx) => {
    await chargeBack(tx, { repaymentId, reference: 'du_1', reason: 'fraudulent', fee: 0n });
    expect((await readLosses(tx, inFour(today), 1))[0]).toMatchObject({ recovered: 0n, net: 0n });
    const input = { funderId: book.funderId, currency: 'CNY', from: '2026-07-01', to: today };
    const payable = (await readFunderStatement(tx, input)).parts.find((part) => part.account === 'funder');
    expect(payable?.lines.map(({ kind }) => kind)).not.toContain('recovered');
    expect(payable?.closing).toBe(await balance(tx, account('funder', book.funderId), 'CNY'));
  });
});

test('a file of which a plan is missing from the funder’s stake says so', async () => {
  const before = await read<Awaited<ReturnType<typeof readFunderFile>>>((tx) =>
    readFunderFile(tx, { funderId: book.funderId, on: today }),
  );
  expect(before.differences).toEqual([]);
  await asIf(async (tx) => {
    await tx.sql('ledger_transfers').insert({
      environment_id: tx.environment.id,
      posting_id: 'pst_planted',
      event: 'planted',
      kind: 'posted',
      debit: account('principal', book.latePlanId, book.funderId),
      credit: 'cash',
      currency: 'CNY',
      amount: 7n,
      subject_id: 'planted',
      occurred_at: tx.now,
      recorded_at: tx.wallNow,
    });
    const { differences } = await readFunderFile(tx, { funderId: book.funderId, on: today });
    const ledger = before.plans.reduce((sum, { principal }) => sum + principal, 0n);
    expect(differences).toEqual([{ account: 'participation', currency: 'CNY', plans: ledger + 7n, ledger }]);
  });
});
