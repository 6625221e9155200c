import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { account } from '../src/ledger/accounts.ts';
import { balance } from '../src/ledger/balances.ts';
import { transferPlans } from '../src/orders/transfer-plans.ts';
import { readFunderFile } from '../src/portfolio/funders/file.ts';
import { readFunderStatement } from '../src/portfolio/funders/statement.ts';
import { openJointShop } from './support/joint.ts';
import { call, type Problem, type Shop } from './support/shop.ts';
import { generateKey, type SigningKey } from './support/sign.ts';
import { authorizedOrder, type Buyer, newBuyer, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

type Holding = {
  plan_id: string;
  shopper_id: string;
  product: string;
  share_basis_points: number | null;
  principal: number;
  accrued_interest: number;
  fees: number;
  status_bucket: string;
};
type Movement = { account: string; kind: string; amount: number; plan_id: string | null };
type Page<Item> = { data: Item[]; next_cursor: string | null };
type Statement = Page<Movement> & {
  accounts: {
    account: string;
    opening: number;
    lines: { kind: string; amount: number }[];
    closing: number;
  }[];
};

let world: World;
let shop: Shop;
/** The lead, who carries 70 % of most plans; its partner; one who bought a plan. */
let funders: string[];
let keys: SigningKey[];
let buyer: Buyer;
let soldPlan: string;

beforeAll(async () => {
  world = await openWorld();
  ({ shop, funders } = await openJointShop(world, [7_000, 3_000]));
  buyer = await newBuyer(shop);
  const plans: string[] = [];
  for (const [amount, plan, by] of [
    [120_000, 'monthly_6', buyer],
    [8_000, 'pay_in_4', buyer],
    [6_000, 'pay_in_4', await newBuyer(shop, 'insufficient_funds')],
  ] as const) {
    const order = await authorizedOrder(shop, { amount, plan, buyer: by });
    await ship(shop, order.id, amount);
    plans.push(order.plan_id);
  }
  await shop.advance(40);
  soldPlan = plans[1] ?? '';
  const [from = '', , to = ''] = funders;
  await shop.inTx((tx) =>
    transferPlans(tx, {
      reference: 'sale',
      planIds: [soldPlan],
      fromFunderId: from,
      toFunderId: to,
      priceBasisPoints: 9_900,
    }),
  );
  keys = await Promise.all(funders.map((funder) => registerKey(shop, funder)));
});
afterAll(() => world.close());

async function registerKey(of: Shop, funder: string): Promise<SigningKey> {
  const { algorithm, privateKey, jwk } = generateKey('ed25519');
  const { key_id } = await of.post<{ key_id: string }>('/v1/sandbox/funder-keys', { funder, jwk });
  return { keyid: key_id, algorithm, privateKey };
}

async function ask<T>(index: number, path: string): Promise<T> {
  const { status, body } = await call(world, keys[index] as SigningKey, 'GET', path);
  expect(status, JSON.stringify(body)).toBe(200);
  return body as T;
}

async function refusal(key: SigningKey, path: string): Promise<Problem> {
  return (await call(world, key, 'GET', path)).body as Problem;
}

/** All pages of a list, each of one item. */
async function allOf<Item>(index: number, path: string): Promise<Item[]> {
  const found: Item[] = [];
  for (let cursor: string | null = null; ;) {
    const next: string = cursor === null ? '' : `&cursor=${cursor}`;
    const page: Page<Item> = await ask(index, `${path}${path.includes('?') ? '&' : '?'}limit=1${next}`);
    found.push(...page.data);
    if (page.next_cursor === null) return found;
    cursor = page.next_cursor;
  }
}

const add = (amounts: readonly number[]): bigint => BigInt(amounts.reduce((sum, one) => sum + one, 0));
const todayOf = async (): Promise<string> =>
  (await shop.get<{ clock: { now: string } }>('/v1/sandbox')).clock.now.slice(0, 10);

describe("a funder's holdings", () => {
  it('come to what its accounts in the ledger hold, to the cent, and to its daily file', async () => {
    for (const [index, funderId] of funders.entries()) {
      const holdings = await allOf<Holding>(index, '/v1/funder/holdings');
      const held = await shop.inTx(
        async (tx) => ({
          participation: await balance(tx, account('participation', funderId), 'CNY'),
          accrued: await balance(tx, account('accrued', funderId), 'CNY'),
        }),
        'read',
      );
      expect(holdings.length).toBeGreaterThan(0);
      expect(add(holdings.map(({ principal }) => principal))).toBe(held.participation);
      expect(add(holdings.map(({ accrued_interest, fees }) => accrued_interest + fees))).toBe(held.accrued);
      const on = await todayOf();
      const file = await shop.inTx((tx) => readFunderFile(tx, { funderId, on }), 'read');
      expect(file.differences).toEqual([]);
      expect(holdings.map(({ plan_id, principal }) => [plan_id, BigInt(principal)])).toEqual(
        file.plans.map(({ planId, principal }) => [planId, principal]),
      );
    }
  });

  it('say its part and name no person, and nobody sees the same shopper', async () => {
    const [lead, partner] = [
      await allOf<Holding>(0, '/v1/funder/holdings'),
      await allOf<Holding>(1, '/v1/funder/holdings'),
    ];
    const monthly = (of: Holding[]) => of.find(({ product }) => product === 'monthly_6');
    expect(monthly(lead)?.share_basis_points).toBe(7_000);
    expect(monthly(partner)?.share_basis_points).toBe(3_000);
    const ids = [monthly(lead)?.shopper_id, monthly(partner)?.shopper_id, buyer.shopperId];
    expect(new Set(ids).size).toBe(3);
    const sameShopper = partner.filter(({ shopper_id }) => shopper_id === monthly(partner)?.shopper_id);
    expect(sameShopper.map(({ product }) => product).toSorted()).toEqual(['monthly_6', 'pay_in_4']);
  });

  it('go with what was sold: to the buyer now, and still with the seller on the date before', async () => {
    const own = async (index: number, query: string) =>
      (await allOf<Holding>(index, `/v1/funder/holdings${query}`)).map(({ plan_id }) => plan_id);
    expect(await own(0, '')).not.toContain(soldPlan);
    expect(await own(2, '')).toEqual([soldPlan]);
    expect(await own(0, '?on=2026-04-09')).toContain(soldPlan);
    expect(await own(2, '?on=2026-04-09')).toEqual([]);
  });

  it('are narrowed by kind and lateness', async () => {
    expect(
      (await allOf<Holding>(0, '/v1/funder/holdings?product=monthly_6')).map(({ product }) => product),
    ).toEqual(['monthly_6']);
    const all = await allOf<Holding>(0, '/v1/funder/holdings');
    const current = await allOf<Holding>(0, '/v1/funder/holdings?status_bucket=current');
    expect(current).toEqual(all.filter(({ status_bucket }) => status_bucket === 'current'));
    expect(await allOf<Holding>(0, '/v1/funder/holdings?status_bucket=over_90')).toEqual([]);
    expect(await refusal(keys[0] as SigningKey, '/v1/funder/holdings?on=2999-01-01')).toMatchObject({
      code: 'validation_failed',
      errors: [{ pointer: '/on' }],
    });
  });
});

describe("a funder's statement", () => {
  const march = 'currency=CNY&date_from=2026-03-01&date_to=2026-03-31';

  it('begins with what was before, ends with what is then, and each movement lies between', async () => {
    const today = await todayOf();
    for (const [index, funderId] of funders.entries()) {
      const path = `/v1/funder/statements?currency=CNY&date_from=2026-04-01&date_to=${today}`;
      const { accounts } = await ask<Statement>(index, path);
      const movements = await allOf<Movement>(index, path);
      expect(accounts).toHaveLength(4);
      for (const { account: name, opening, lines, closing } of accounts) {
        const moved = movements.filter(({ account: of }) => of === name).map(({ amount }) => amount);
        expect(BigInt(opening) + add(moved)).toBe(BigInt(closing));
        expect(BigInt(opening) + add(lines.map(({ amount }) => amount))).toBe(BigInt(closing));
      }
      const before = await ask<Statement>(index, `/v1/funder/statements?${march}`);
      expect(before.accounts.map(({ closing }) => closing)).toEqual(accounts.map(({ opening }) => opening));
      const told = await shop.inTx(
        (tx) => readFunderStatement(tx, { funderId, currency: 'CNY', from: '2026-04-01', to: today }),
        'read',
      );
      expect(accounts.map(({ closing }) => BigInt(closing))).toEqual(
        told.parts.map(({ closing }) => closing),
      );
    }
  });

  it('names the plan of a movement, and shows one account alone', async () => {
    const movements = await allOf<Movement>(0, `/v1/funder/statements?${march}&account=participation`);
    expect(new Set(movements.map(({ account: name }) => name))).toEqual(new Set(['participation']));
    const bought = movements.filter(({ kind }) => kind === 'bought');
    expect(bought).toHaveLength(3);
    expect(bought.every(({ plan_id }) => plan_id?.startsWith('pln_'))).toBe(true);
  });

  it('of a period that ends before it begins, or has not come, is refused', async () => {
    const [key] = keys as [SigningKey];
    const refused = (query: string) => refusal(key, `/v1/funder/statements?currency=CNY&${query}`);
    expect(await refused('date_from=2026-03-02&date_to=2026-03-01')).toMatchObject({
      code: 'validation_failed',
      errors: [{ pointer: '/date_from' }],
    });
    expect(await refused('date_from=2026-03-02&date_to=2999-03-01')).toMatchObject({
      code: 'validation_failed',
      errors: [{ pointer: '/date_to' }],
    });
  });
});

describe('what a funder owns', () => {
  it('is out of reach for merchants, and for a page of another funder’s list', async () => {
    expect(await refusal(shop.key, '/v1/funder/holdings')).toMatchObject({ status: 401 });
    const { next_cursor } = await ask<Page<Holding>>(0, '/v1/funder/holdings?limit=1');
    expect(next_cursor).not.toBeNull();
    expect(
      await refusal(keys[1] as SigningKey, `/v1/funder/holdings?limit=1&cursor=${next_cursor}`),
    ).toMatchObject({ code: 'cursor_invalid' });
    expect(await refusal(keys[0] as SigningKey, '/v1/payouts')).toMatchObject({ status: 401 });
  });
});
