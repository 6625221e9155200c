import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { account } from '../src/ledger/accounts.ts';
import { keepFindings, listLedgerAlarms } from '../src/ledger/alarms.ts';
import { balance } from '../src/ledger/balances.ts';
import { post } from '../src/ledger/post.ts';
import type { Account } from '../src/ledger/accounts.ts';
import type { OperatorRole } from '../src/operators/operators.ts';
import { endWriteOff, listAskedWriteOffs } from '../src/settlement/write-offs.ts';
import { newOperator, type SignedIn } from './support/console.ts';
import { openConsoleOn } from './support/console-on.ts';
import type { PagesWorld } from './support/pages-world.ts';
import { openPortfolioBook, type PortfolioBook } from './support/portfolio-book.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let pages: PagesWorld;
let book: PortfolioBook;
let treasury: SignedIn;
let at: string;

beforeAll(async () => {
  world = await openWorld();
  book = await openPortfolioBook(world);
  pages = openConsoleOn(world);
  treasury = await newOperator(pages, ['treasury'], 'Tess');
  at = `/console/${book.shop.environmentId}`;
}, 240_000);
afterAll(() => world.close());
beforeEach(() => expect(world.errors).toEqual([]));

/** The rows of a file that a link of this page leads to. */
async function fileBehind(end: string): Promise<Record<string, string>[]> {
  const { reader } = treasury;
  const links = [...reader.page.html.matchAll(/href="([^"]*)"[^>]*download/g)].map(([, href = '']) =>
    href.replaceAll('&amp;', '&'),
  );
  const link = links.find((href) => href.split('?')[0]?.endsWith(end));
  if (link === undefined) throw new Error(`no link to ${end} among ${links.join(' ')}`);
  const { path } = reader.page;
  await reader.get(link);
  expect(reader.page.headers).toMatchObject({
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': expect.stringMatching(/^attachment; filename="[\w.-]+\.csv"$/),
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  const rows = parse<Record<string, string>>(reader.page.html, { columns: true, bom: true });
  await reader.get(path);
  return rows;
}

async function lastAudited() {
  return world
    .db('operator_audit')
    .where({ operator_id: treasury.operatorId })
    .orderBy('id', 'desc')
    .first<{ action: string; object_id: string; details: Record<string, string> }>();
}

describe('who may see what', () => {
  test.each([
    ['support', []],
    ['admin', []],
    ['risk', ['portfolio', 'portfolio/losses', 'portfolio/export/losses']],
    [
      'treasury',
      ['portfolio', 'portfolio/losses', 'portfolio/export/losses', 'money', 'money/export/funders'],
    ],
  ] as const)('%s opens its own pages and files only', async (role, own) => {
    const { reader } = await newOperator(pages, [role satisfies OperatorRole]);
    const opened: string[] = [];
    for (const path of [
      'portfolio',
      'portfolio/losses',
      'portfolio/export/losses',
      'money',
      'money/account?account=cash&currency=CNY',
      `money/funders/${book.funderId}`,
      'money/export/funders',
    ]) {
      await reader.get(`${at}/${path}`);
      if (reader.page.status === 200) opened.push(path);
      else expect(reader.page.status).toBe(403);
    }
    const more =
      role === 'treasury'
        ? ['money/account?account=cash&currency=CNY', `money/funders/${book.funderId}`]
        : [];
    expect(opened.toSorted()).toEqual([...own, ...more].toSorted());
  });

  test('who is not treasury cannot resolve an alarm of the books', async () => {
    const { reader } = await newOperator(pages, ['risk']);
    await reader.get(`${at}/portfolio`);
    const token = /name="form_token" value="([^"]*)"/.exec(reader.page.html)?.[1] ?? '';
    await reader.post(`${at}/money/alarms/lal_${'0'.repeat(32)}/resolve`, {
      form_token: token,
      note: 'Seen',
    });
    expect(reader.page.status).toBe(403);
  });
});

describe('the portfolio', () => {
  test('shows a date’s book by product and bucket, and its files say the same', async () => {
    const { reader } = treasury;
    await reader.get(`${at}/portfolio?date=2026-05-01&product=pay_in_4`);
    expect(reader.text).toContain('The book at the end of May 1, 2026');
    expect(reader.text).toMatch(/61–90 days 1 ¥80\.00 80 % ¥80\.00/);
    expect(reader.page.html.match(/<svg class="calendar"[^>]* role="img" aria-label="[^"]+"/g)).toHaveLength(
      2,
    );
    const overdue = await fileBehind('/overdue');
    expect(overdue.find(({ bucket }) => bucket === '61_90')).toEqual({
      bucket: '61_90',
      plans: '1',
      principal: '80.00',
      share_percent: '80.00',
      overdue: '80.00',
      currency: 'CNY',
    });
    expect(await lastAudited()).toMatchObject({
      action: 'table_exported',
      object_id: 'portfolio/overdue',
      details: { currency: 'CNY', on: '2026-05-01', product: 'pay_in_4' },
    });
    expect(await fileBehind('/outstanding-by-product')).toEqual([
      {
        product: 'pay_in_4',
        plans: '2',
        principal: '100.00',
        interest: '0.00',
        fees: '0.00',
        total: '100.00',
        currency: 'CNY',
      },
    ]);
    await reader.get(`${at}/portfolio?date=2026-05-01&product=pay_in_4&market=EU`);
    expect(reader.text).toContain('There is nothing to show here');
  });

  test('shows vintages, rolls and losses with their files', async () => {
    const { reader } = treasury;
    await reader.get(`${at}/portfolio/vintages?product=pay_in_4&measure=charged_off`);
    expect(reader.text).toMatch(/Mar 2026 2 ¥180\.00 0 % 0 % 44\.44 % – – – 44\.44 %/);
    const curves = await fileBehind('/vintages');
    expect(
      curves.filter(({ vintage, measure }) => vintage === '2026-03' && measure === 'late_30'),
    ).toMatchObject(
      [0, 1, 2, 3, 4].map((month) => ({
        months_on_book: String(month),
        reached: month < 1 ? '0.00' : '80.00',
      })),
    );
    await reader.get(`${at}/portfolio/roll-rates?product=pay_in_4`);
    expect(reader.text).toContain('Jul 2025 to Jun 2026');
    expect(await fileBehind('/roll-rates')).toContainEqual(
      expect.objectContaining({ from: 'over_90', principal: '80.00', to_charged_off_percent: '100.00' }),
    );
    await reader.get(`${at}/portfolio/losses?product=pay_in_4`);
    expect(reader.text).toMatch(/Jun 2026 ¥80\.00 ¥0\.00 ¥0\.00 ¥0\.00 ¥0\.00 ¥80\.00 ¥0\.00/);
    expect((await fileBehind('/losses'))[0]).toMatchObject({
      month: '2026-07',
      recovered: '30.00',
      expected: '',
    });
  });

  test('says what is wrong with a date, and has nothing to run', async () => {
    const { reader } = treasury;
    for (const date of ['2026-07-20', '2026-02-30', 'soon']) {
      await reader.get(`${at}/portfolio?date=${date}`);
      expect(reader.text).toContain('This is not a date that has been');
      await reader.get(`${at}/portfolio/export/overdue?date=${date}`);
      expect(reader.page.status).toBe(404);
    }
    for (const path of ['portfolio', 'portfolio/vintages', 'portfolio/roll-rates', 'money']) {
      await reader.get(`${at}/${path}`);
      expect(reader.page.html).not.toMatch(/<script|<style|\sstyle=|\son\w+=/i);
    }
    await reader.get(`${at}/portfolio/export/constructor`);
    expect(reader.page.status).toBe(404);
    await reader.get('/console/live/portfolio');
    expect(reader.text).toContain('There are no plans in this environment yet');
  });

  test('is written in Chinese, with the same names in its files', async () => {
    const { reader } = treasury;
    await reader.get(`${at}/portfolio?product=pay_in_4&date=2026-05-01&lang=zh-CN`);
    expect(reader.text).toMatch(/61–90 天 1 ¥80\.00 80% ¥80\.00/);
    expect((await fileBehind('/overdue')).map(({ bucket }) => bucket)).toContain('61_90');
    await reader.get(`${at}/money?lang=en`);
  });
});

describe('money', () => {
  const move = (debit: Account, credit: Account, amount: bigint) =>
    book.shop.inTx((tx) =>
      post(tx, {
        event: 'planted',
        subjectId: book.shop.merchantId,
        transfers: [{ kind: 'posted', debit, credit, currency: 'CNY', amount }],
      }),
    );

  test('says in words whether the books balance, and where money lies', async () => {
    const { reader } = treasury;
    await reader.get(`${at}/money`);
    expect(reader.text).toMatch(/CNY: balanced, ¥[\d,.]+ on each side/);
    const rows = await fileBehind('/trial-balance');
    const cents = (of: 'debit' | 'credit') =>
      rows.reduce((total, row) => total + Number(row[of]?.replace('.', '')), 0);
    expect(cents('debit')).toBe(cents('credit'));
    expect(rows[0]).toMatchObject({ account: 'cash', class: 'asset', currency: 'CNY' });
    await world.db('ledger_totals').insert({
      environment_id: book.shop.environmentId,
      code: 'suspense',
      currency: 'KWD',
      debit: 1,
      credit: 0,
    });
    await reader.get(`${at}/money`);
    expect(reader.text).toMatch(/KWD: NOT balanced, KWD.0\.001 on the debit side and KWD.0\.000/);
    await world.db('ledger_totals').where({ currency: 'KWD' }).delete();
  });

  test('lists merchants that owe us, and reserves', async () => {
    const { reader } = treasury;
    const { merchantId } = book.shop;
    await move(account('merchant', merchantId), account('reserve', merchantId), 1_234n);
    await move(account('merchant', merchantId), 'cash', 5_000_000n);
    await reader.get(`${at}/money`);
    const [debtor] = await fileBehind('/merchants-that-owe');
    expect(debtor).toMatchObject({ merchant: merchantId, currency: 'CNY' });
    expect(await fileBehind('/reserves')).toEqual([
      { merchant: merchantId, currency: 'CNY', amount: '12.34' },
    ]);
    await move('cash', account('merchant', merchantId), 5_000_000n);
  });

  test('lets two of treasury give up what a merchant owes, with a note, and keeps who did it', async () => {
    const { reader, operatorId } = treasury;
    const { merchantId } = book.shop;
    const owed = 5_000_000n;
    await move(account('merchant', merchantId), 'cash', owed);
    const debtOf = async () =>
      -(await book.shop.inTx((tx) => balance(tx, account('merchant', merchantId), 'CNY'), 'read'));
    const before = await debtOf();
    await reader.get(`${at}/money`);
    await reader.submit('/write-off', { note: ' ' });
    expect(reader.text).toContain('Say in 1 to 1,000 characters why');
    await reader.submit('/write-off', { amount: String(before + 1n), note: 'They are gone' });
    expect(reader.text).toContain('the merchant owes less by now');
    await reader.submit('/write-off', { note: 'They are gone' });
    expect(reader.text).toContain('Somebody else has to give the debt up');
    expect(await lastAudited()).toMatchObject({ action: 'write_off_asked' });
    expect(reader.page.html).not.toMatch(/write-offs\/mwo_[0-9a-f]+\/done/);
    const [asked] = await book.shop.inTx(listAskedWriteOffs, 'read');
    expect(asked).toMatchObject({ merchantId, amount: before, note: 'They are gone', askedBy: operatorId });
    const done = { writeOffId: asked?.id ?? '', end: 'done' } as const;
    await expect(book.shop.inTx((tx) => endWriteOff(tx, { ...done, operatorId }))).rejects.toMatchObject({
      code: 'state_conflict',
    });
    const second = await newOperator(pages, ['treasury'], 'Theo');
    await second.reader.get(`${at}/money`);
    expect(second.reader.text).toContain('They are gone');
    await second.reader.submit('/done');
    expect(second.reader.text).toContain('The debt is given up, at our expense');
    expect(await debtOf()).toBe(0n);
    await expect(
      book.shop.inTx((tx) => endWriteOff(tx, { ...done, operatorId: second.operatorId })),
    ).rejects.toMatchObject({ code: 'state_conflict' });
    const { rows } = await world.db.raw(
      "select sum(amount)::text as lost from ledger_transfers where debit = 'x_merchant_loss' and subject_id = ?",
      [done.writeOffId],
    );
    expect(rows).toEqual([{ lost: String(before) }]);
    await move(account('merchant', merchantId), 'cash', before - owed);
  });

  test('shows what moved an account between two instants, and keeps that somebody looked', async () => {
    const { reader } = treasury;
    const name = `participation:${book.funderId}`;
    const june = `account=${name}&currency=CNY&from=2026-06-01&to=2026-06-30`;
    await reader.get(`${at}/money/account?${june}`);
    expect(reader.text).toContain(`Statement of ${name}`);
    expect(reader.text).toMatch(/charge_off principal:pln_[0-9a-f]+:fnd_[0-9a-f]+ pln_[0-9a-f]+ -¥80\.00/);
    const rows = await fileBehind('/statement');
    const cents = rows.reduce((total, { amount }) => total + Number(amount?.replace('.', '')), 0);
    const held = /Opening balance ¥([\d,.]+) Closing balance ¥([\d,.]+)/.exec(reader.text) ?? [];
    const [opening, closing] = held.slice(1).map((text) => Number(text.replaceAll(/[,.]/g, '')));
    expect(opening! + cents).toBe(closing);
    const looked = await world
      .db('operator_audit')
      .where({ operator_id: treasury.operatorId, action: 'account_viewed' });
    expect(looked.map(({ object_id: id }) => id)).toContain(name);
    // To the second: the charge-off came on the morning of the 29th.
    await reader.get(
      `${at}/money/account?account=${name}&currency=CNY&from=2026-06-28T16:00:00Z&to=2026-06-29T16:00:00Z`,
    );
    expect(reader.text.match(/charge_off/g)).toHaveLength(1);
  });

  test.each([
    ['account=nothing&currency=CNY', 'Account'],
    ['account=cash:mer_1&currency=CNY', 'Account'],
    ['account=cash&currency=XXX', 'Currency'],
    ['account=cash&currency=CNY&from=2026-13-01', 'From'],
    ['account=cash&currency=CNY&to=2026-06-01T25:00:00Z', 'Until'],
  ])('a statement of %s is refused by its field', async (query, field) => {
    const { reader } = treasury;
    await reader.get(`${at}/money/account?${query}`);
    expect(reader.text).toContain(`${field}: this is not written as it has to be`);
    await reader.get(`${at}/money/export/statement?${query}`);
    expect(reader.text).toContain(`${field}: this is not written as it has to be`);
  });

  test('shows a funder’s period, and that its plans come to what its account holds', async () => {
    const { reader } = treasury;
    await reader.get(`${at}/money`);
    expect(reader.page.html).toContain(`${at}/money/funders/${book.funderId}?currency=CNY`);
    await reader.get(`${at}/money/funders/${book.funderId}?from=2026-03-01&to=2026-04-30`);
    expect(reader.text).toContain('At the end of April 30, 2026 it owns 3 plans with');
    expect(reader.text).toMatch(/Bought ¥1,420\.00/);
    expect(await fileBehind('/funder-statement')).toContainEqual({
      account: 'participation',
      line: 'bought',
      amount: '1420.00',
      currency: 'CNY',
    });
    expect(await fileBehind('/funder-plans')).toHaveLength(3);
    await reader.get(`${at}/money/funders/${book.funderId}?from=2026-05-01&to=2026-04-30`);
    expect(reader.text).toContain('From: this is not written as it has to be');
    await reader.get(`${at}/money/funders/fnd_${'0'.repeat(32)}`);
    expect(reader.page.status).toBe(404);
  });

  test('an alarm of the books is resolved with a note, by whom, and ends with the check', async () => {
    const { reader, operatorId } = treasury;
    const finding = {
      invariant: 'used_is_principal',
      subject: 'crl_1',
      finding: '5 is not 6',
      concernedId: null,
    };
    const check = (findings: (typeof finding)[]) =>
      book.shop.inTx((tx) => keepFindings(tx, { invariants: [finding.invariant], findings }));
    await check([finding]);
    await reader.get(`${at}/money`);
    expect(reader.text).toContain('everybody’s');
    await reader.submit('/resolve', { note: '  ' });
    expect(reader.text).toContain('Say in 1 to 1,000 characters what was done');
    await reader.submit('/resolve', { note: 'Looked at it' });
    expect(reader.text).toContain('resolved, waits for a check');
    const [alarm] = await book.shop.inTx((tx) => listLedgerAlarms(tx));
    expect(alarm).toMatchObject({ resolvedBy: operatorId, note: 'Looked at it', endedAt: null });
    expect(await lastAudited()).toMatchObject({ action: 'ledger_alarm_resolved', object_id: alarm?.id });
    await check([]);
    await reader.get(`${at}/money`);
    expect(reader.text).toContain('No alarm is open');
    await reader.get(`${at}/money?alarms=all`);
    expect((await fileBehind('/alarms')).map(({ state }) => state)).toEqual(['ended']);
  });
});
