import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { listMerchantAccounts } from '../src/banking/merchant-accounts.ts';
import { createMerchant, findMerchant, type Merchant } from '../src/merchants/merchants.ts';
import { inInstallation, newOperator } from './support/console.ts';
import { memberActionsOf, newMember } from './support/dashboard.ts';
import { openPagesWorld, type PagesWorld, type Shop } from './support/pages-world.ts';
import type { Reader } from './support/page-reader.ts';

// Where a merchant is paid: its owner enters another account, somebody else approves it, payouts are held meanwhile.

let world: PagesWorld;
let shop: Shop;

const page = '/dashboard/bank-accounts';

beforeAll(async () => {
  world = await openPagesWorld();
  shop = await world.openShop();
  await inInstallation(world, () => Promise.resolve());
});
afterAll(() => world.close());
beforeEach(() => expect(world.logged).toEqual([]));

async function change(reader: Reader, values: Record<string, string>): Promise<void> {
  await reader.get(page);
  await reader.submit(page, values);
}

/** The form that changes the account or takes one back, as somebody else could make it up. */
function tokenOn(reader: Reader): string {
  return /name="form_token" value="([^"]*)"/.exec(reader.page.html)?.[1] ?? '';
}

async function liveMerchant(name: string): Promise<{ environmentId: string; merchant: Merchant }> {
  const { id: _, ...terms } = shop.merchant;
  const merchant = await inInstallation(world, (tx) =>
    createMerchant(tx, { ...terms, name, payoutAccount: 'acct_first' }),
  );
  return { environmentId: 'live', merchant };
}

test('a sandbox’s test bank checks a change at once, and the page says until when payouts are held', async () => {
  const { reader, memberId } = await newMember(world, shop);
  await reader.get(page);
  expect(reader.text).toContain('Test Bank, ends in 0000');
  await change(reader, { holder: 'TEA HOUSE', number: '6299 0007 0000 0001' });
  expect(reader.text).toContain('The bank does not confirm this account.');
  await change(reader, { holder: 'Coffee House', number: '6299 0001 0000 1234' });
  expect(reader.text).toContain('The account is held under another name');
  expect(reader.page.html).toContain('value="Coffee House"');
  await change(reader, { holder: 'Tea House', number: 'x' });
  expect(reader.text).toContain('This is no number of a bank account.');
  const before = await shop.inTx((tx) => listMerchantAccounts(tx, shop.merchant.id), 'read');
  expect(before).toHaveLength(1);

  await change(reader, { holder: 'TEA HOUSE', number: '6299 0001 0000 1234' });
  expect(reader.text).toContain('The account is changed.');
  expect(reader.text).toContain('Test Bank, ends in 1234');
  expect(reader.text).toMatch(/Payouts are held until Mar 4, 2026/);
  const { payoutAccountChangedAt } = await shop.inTx((tx) => findMerchant(tx, shop.merchant.id), 'read');
  expect(payoutAccountChangedAt).not.toBeNull();
  expect(await memberActionsOf(world, memberId)).toContain('bank_account_proposed');
});

test('in live an operator approves what the owner entered, and names it as the processor does', async () => {
  const live = await liveMerchant('Live Tea');
  const { reader } = await newMember(world, live);
  await change(reader, { holder: 'Live Tea', number: 'DE89370400440532013000', bank_name: 'Hafenbank' });
  expect(reader.text).toContain('The account waits for approval.');
  expect(reader.page.html).not.toContain('name="number"');
  const accountsOf = () => inInstallation(world, (tx) => listMerchantAccounts(tx, live.merchant.id));
  const [proposed] = await accountsOf();
  expect(proposed).toMatchObject({ status: 'proposed', last4: '3000' });

  const operator = await newOperator(world, ['treasury']);
  const approve = async (processor: string) => {
    await operator.reader.get('/console/live/payouts');
    await operator.reader.submit(`/accounts/${proposed?.id}/approve`, { processor });
  };
  await approve(' ');
  expect(operator.reader.text).toContain('That was not done');
  expect(await accountsOf()).toMatchObject([{ status: 'proposed' }]);
  await approve('acct_second');
  expect(operator.reader.text).toContain('The bank account is approved.');
  expect(await accountsOf()).toMatchObject([{ status: 'active', payoutAccount: 'acct_second' }]);
  expect(await inInstallation(world, (tx) => findMerchant(tx, live.merchant.id))).toMatchObject({
    payoutAccount: 'acct_second',
  });
  await reader.get(page);
  expect(reader.text).toContain('Hafenbank, ends in 3000');
  expect(reader.text).toContain('Payouts are held until');
});

test('the owner takes back what waits, once, and nobody of another shop can', async () => {
  const live = await liveMerchant('Back Tea');
  const { reader } = await newMember(world, live);
  await change(reader, { holder: 'Back Tea', number: 'DE89370400440532013000', bank_name: 'Hafenbank' });
  const account = /name="account" value="([^"]*)"/.exec(reader.page.html)?.[1] ?? '';
  const stranger = (await newMember(world, await liveMerchant('Other Tea'))).reader;
  await stranger.get(page);
  await stranger.post(page, { form_token: tokenOn(stranger), step: 'take_back', account });
  expect(stranger.page.status).toBe(404);
  const values = { form_token: tokenOn(reader), step: 'take_back', account };
  await Promise.all([reader.post(page, values), reader.post(page, values)]);
  const accounts = await inInstallation(world, (tx) => listMerchantAccounts(tx, live.merchant.id));
  expect(accounts).toMatchObject([{ status: 'rejected' }]);
});

test('only an owner changes it, with a fresh passkey; finance may look, others not even that', async () => {
  const finance = (await newMember(world, shop, 'finance')).reader;
  await finance.get(page);
  expect(finance.page.status).toBe(200);
  expect(finance.page.html).not.toContain('name="number"');
  const form = { step: 'propose', holder: 'Tea House', number: '6299000100009999' };
  await finance.post(page, { form_token: tokenOn(finance), ...form });
  expect(finance.page.status).toBe(403);
  for (const role of ['support', 'developer', 'counter'] as const)
    expect((await (await newMember(world, shop, role)).reader.get(page)).status).toBe(403);
  const owner = (await newMember(world, shop)).reader;
  world.passMinutes(10);
  await owner.get(page);
  world.passMinutes(6);
  await owner.submit(page, form);
  expect(owner.text).toContain('Confirm that it is you');
  const accounts = await shop.inTx((tx) => listMerchantAccounts(tx, shop.merchant.id), 'read');
  expect(accounts.some(({ last4 }) => last4 === '9999')).toBe(false);
});
