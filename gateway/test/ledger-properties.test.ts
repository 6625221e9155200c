import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { account, chart } from '../src/ledger/accounts.ts';
import { accountsOf, balance, pendingOf, trialBalance } from '../src/ledger/balances.ts';
import { post } from '../src/ledger/post.ts';
import * as postings from '../src/ledger/postings.ts';
import type { Posting } from '../src/ledger/postings.ts';
import { newId } from '../src/lib/ids.ts';
import { minOf } from '../src/lib/money.ts';
import type { Tx } from '../src/lib/tx.ts';
import { newParties, openBooks } from './support/books.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

const currencies = ['CNY', 'JPY', 'KWD'] as const;
type Currency = (typeof currencies)[number];

/** What a random step chooses by: whom it is about, and how much of what is there it takes. */
type Dice = {
  who: number;
  other: number;
  currency: Currency;
  amount: bigint;
  permille: bigint;
  whole: boolean;
};

type Plan = ReturnType<typeof newParties> & {
  currency: Currency;
  pending: { id: bigint; amount: bigint };
  owed: bigint;
  refundable: bigint;
};
type Payout = {
  id: string;
  merchantId: string;
  currency: Currency;
  amount: bigint;
  status: 'pending' | 'paid' | 'back';
};

/**
 * The reference: what each account should hold, told from the business event on one side of the books only, with
 * no notion of debit and credit. `grow` takes what the account's owner would call more.
 */
function newModel() {
  const held = new Map<string, bigint>();
  const key = (name: string, currency: string) => `${name} ${currency}`;
  return {
    plans: [] as Plan[],
    payouts: [] as Payout[],
    parties: [newParties(), newParties()] as const,
    posted: held,
    grow: (name: string, currency: string, amount: bigint) =>
      void held.set(key(name, currency), (held.get(key(name, currency)) ?? 0n) + amount),
    has: (name: string, currency: string) => held.get(key(name, currency)) ?? 0n,
  };
}
type Model = ReturnType<typeof newModel>;
type Step = (model: Model, dice: Dice, send: (posting: Posting) => Promise<bigint[]>) => Promise<void>;

const pick = <T>(list: readonly T[], index: number): T | undefined => list[index % list.length];

/** A part of what is there: at least one unit of a positive amount, all of it when the dice say so. */
function partOf(amount: bigint, { permille, whole }: Dice): bigint {
  if (amount <= 0n) return 0n;
  const part = whole ? amount : (amount * permille) / 1000n;
  return part > 0n ? part : 1n;
}

const rate = (amount: bigint, { permille }: Dice): bigint => (amount * permille) / 20_000n;

const authorize: Step = async (model, dice, send) => {
  const { currency, amount } = dice;
  const [first, second] = model.parties;
  const merchantId = dice.who % 2 === 0 ? first.merchantId : second.merchantId;
  const { funderId, shopperId } = dice.other % 2 === 0 ? first : second;
  const parties = { merchantId, funderId, shopperId, planId: newId('pln'), orderId: newId('ord') };
  const [id = 0n] = await send(
    postings.authorize({ ...parties, currency, subjectId: parties.orderId, amount }),
  );
  model.plans.push({ ...parties, currency, pending: { id, amount }, owed: 0n, refundable: 0n });
};

const chargeDown: Step = async (model, dice, send) => {
  const plan = pick(model.plans, dice.who);
  if (!plan) return;
  const { orderId, currency } = plan;
  await send(postings.downPaymentSucceeded({ orderId, currency, subjectId: orderId, amount: dice.amount }));
  model.grow(`down:${orderId}`, currency, dice.amount);
  model.grow('clearing', currency, dice.amount);
};

const capture: Step = async (model, dice, send) => {
  const plan = pick(model.plans, dice.who);
  if (!plan || plan.pending.amount === 0n) return;
  const { currency, pending, merchantId, funderId, orderId } = plan;
  const financed = partOf(pending.amount, dice);
  const down = partOf(model.has(`down:${orderId}`, currency), dice);
  const remainder = dice.other % 3 === 0 ? 0n : pending.amount - financed;
  const merchantFee = rate(financed + down, dice);
  const feeShare = rate(merchantFee, dice);
  const input = { pending, financed, down, remainder, merchantFee, feeShare };
  const ids = await send(postings.capture({ ...plan, ...input, subjectId: newId('cap') }));
  plan.pending = { id: ids.at(-1) ?? 0n, amount: remainder };
  plan.owed += financed;
  plan.refundable += financed + down;
  model.grow(`down:${orderId}`, currency, -down);
  model.grow(`merchant:${merchantId}`, currency, financed + down - merchantFee);
  model.grow(`funder_due:${funderId}`, currency, financed);
  model.grow(`participation:${funderId}`, currency, financed);
  model.grow('i_merchant_fee', currency, merchantFee);
  model.grow('x_fee_share', currency, feeShare);
  model.grow(`funder:${funderId}`, currency, feeShare);
};

const voidRemainder: Step = async (model, dice, send) => {
  const plan = pick(model.plans, dice.who);
  if (!plan || plan.pending.amount === 0n) return;
  const { id: pendingId, amount } = plan.pending;
  await send(postings.voidAuthorization({ ...plan, subjectId: plan.orderId, pendingId, amount }));
  plan.pending = { id: 0n, amount: 0n };
};

const repay: Step = async (model, dice, send) => {
  const plan = pick(model.plans, dice.who);
  if (!plan) return;
  const { currency, shopperId, funderId } = plan;
  const cause = { currency, subjectId: newId('rep'), shopperId };
  const principal = minOf(dice.amount, plan.owed);
  const servicingFee = rate(principal, dice);
  await send(postings.repaymentSucceeded({ ...cause, amount: dice.amount }));
  model.grow('clearing', currency, dice.amount);
  model.grow(`unapplied:${shopperId}`, currency, dice.amount - principal);
  if (principal === 0n) return;
  await send(postings.allocate({ ...plan, ...cause, principal, servicingFee }));
  plan.owed -= principal;
  model.grow(`participation:${funderId}`, currency, -principal);
  model.grow(`funder:${funderId}`, currency, principal - servicingFee);
  model.grow('i_servicing', currency, servicingFee);
};

const giveBackOverpaid: Step = async (model, dice, send) => {
  const plan = pick(model.plans, dice.who);
  const amount = plan ? partOf(model.has(`unapplied:${plan.shopperId}`, plan.currency), dice) : 0n;
  if (!plan || amount === 0n) return;
  await send(postings.overpayment({ ...plan, subjectId: newId('rep'), amount }));
  model.grow(`unapplied:${plan.shopperId}`, plan.currency, -amount);
  model.grow(`shopper:${plan.shopperId}`, plan.currency, amount);
};

const giveBackDown: Step = async (model, dice, send) => {
  const plan = pick(model.plans, dice.who);
  const amount = plan ? model.has(`down:${plan.orderId}`, plan.currency) : 0n;
  if (!plan || amount === 0n) return;
  await send(postings.downPaymentUnused({ ...plan, subjectId: plan.orderId, amount }));
  model.grow(`down:${plan.orderId}`, plan.currency, -amount);
  model.grow(`shopper:${plan.shopperId}`, plan.currency, amount);
};

const sendMoneyBack: Step = async (model, dice, send) => {
  const plan = pick(model.plans, dice.who);
  const amount = plan ? partOf(model.has(`shopper:${plan.shopperId}`, plan.currency), dice) : 0n;
  if (!plan || amount === 0n) return;
  await send(postings.moneyBackSent({ ...plan, subjectId: newId('rfd'), amount }));
  model.grow(`shopper:${plan.shopperId}`, plan.currency, -amount);
  model.grow('clearing', plan.currency, -amount);
};

const refund: Step = async (model, dice, send) => {
  const plan = pick(model.plans, dice.who);
  const amount = plan ? partOf(plan.refundable, dice) : 0n;
  if (!plan || amount === 0n) return;
  const { currency, merchantId, funderId, shopperId } = plan;
  const principal = minOf(amount, plan.owed);
  const moneyBack = amount - principal;
  const merchantFeeReturned = rate(amount, dice);
  const feeShareReturned = rate(merchantFeeReturned, dice);
  const input = { principal, moneyBack, merchantFeeReturned, feeShareReturned };
  await send(postings.refund({ ...plan, ...input, subjectId: newId('rfd') }));
  plan.owed -= principal;
  plan.refundable -= amount;
  model.grow(`merchant:${merchantId}`, currency, merchantFeeReturned - amount);
  model.grow(`participation:${funderId}`, currency, -principal);
  model.grow(`funder:${funderId}`, currency, principal - feeShareReturned);
  model.grow(`shopper:${shopperId}`, currency, moneyBack);
  model.grow('i_merchant_fee', currency, -merchantFeeReturned);
  model.grow('x_fee_share', currency, -feeShareReturned);
};

const settle: Step = async (model, dice, send) => {
  const { merchantId } = dice.who % 2 === 0 ? model.parties[0] : model.parties[1];
  const { currency } = dice;
  const net = model.has(`merchant:${merchantId}`, currency);
  if (net <= 0n) return;
  const id = newId('po');
  await send(postings.settlementClosed({ merchantId, payoutId: id, net, currency, subjectId: newId('stl') }));
  model.payouts.push({ id, merchantId, currency, amount: net, status: 'pending' });
  model.grow(`merchant:${merchantId}`, currency, -net);
  model.grow(`payout:${id}`, currency, net);
};

const moveOnPayout: Step = async (model, dice, send) => {
  const payout = pick(model.payouts, dice.who);
  if (!payout) return;
  const { id, currency, amount, status } = payout;
  const input = { payoutId: id, currency, amount, subjectId: id };
  if (status === 'pending') {
    await send(postings.payoutPaid(input));
    payout.status = 'paid';
    model.grow(`payout:${id}`, currency, -amount);
    model.grow('cash', currency, -amount);
  } else if (status === 'paid') {
    await send(postings.payoutReturned(input));
    payout.status = 'back';
    model.grow(`payout:${id}`, currency, amount);
    model.grow('cash', currency, amount);
  } else {
    const next: Payout = { ...payout, id: newId('po'), status: 'pending' };
    await send(
      postings.payoutRetried({ fromPayoutId: id, toPayoutId: next.id, currency, amount, subjectId: next.id }),
    );
    model.payouts[model.payouts.indexOf(payout)] = next;
    model.grow(`payout:${id}`, currency, -amount);
    model.grow(`payout:${next.id}`, currency, amount);
  }
};

const payFromFunder: Step = async (model, dice, send) => {
  const { funderId } = dice.who % 2 === 0 ? model.parties[0] : model.parties[1];
  const { currency } = dice;
  const due = model.has(`funder_due:${funderId}`, currency);
  const payable = model.has(`funder:${funderId}`, currency);
  const netting = dice.other % 2 === 0;
  const amount = partOf(netting ? minOf(due, payable) : due, dice);
  if (amount === 0n) return;
  const input = { funderId, currency, amount, subjectId: funderId };
  await send(netting ? postings.funderNetting(input) : postings.funderWired(input));
  model.grow(`funder_due:${funderId}`, currency, -amount);
  if (netting) model.grow(`funder:${funderId}`, currency, -amount);
  else model.grow('cash', currency, amount);
};

const hearFromProcessor: Step = async (model, dice, send) => {
  const { currency } = dice;
  const amount = partOf(model.has('clearing', currency), dice);
  if (amount === 0n) return;
  const isFee = dice.other % 4 === 0;
  const input = { currency, amount, subjectId: 'processor' };
  await send(isFee ? postings.processorFee(input) : postings.processorSettled(input));
  model.grow('clearing', currency, -amount);
  model.grow(isFee ? 'x_processor' : 'cash', currency, amount);
};

const steps = {
  authorize,
  chargeDown,
  capture,
  voidRemainder,
  repay,
  giveBackOverpaid,
  giveBackDown,
  sendMoneyBack,
  refund,
  settle,
  moveOnPayout,
  payFromFunder,
  hearFromProcessor,
};

const dice: fc.Arbitrary<Dice> = fc.record({
  who: fc.nat(20),
  other: fc.nat(20),
  currency: fc.constantFrom(...currencies),
  amount: fc.oneof(fc.bigInt({ min: 1n, max: 1_000_000n }), fc.bigInt({ min: 1n, max: 10n })),
  permille: fc.bigInt({ min: 1n, max: 1000n }),
  whole: fc.boolean(),
});
// Orders and captures come up more often, so that most of the others find something to act on.
const kind = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom('authorize' as const, 'capture' as const) },
  { weight: 5, arbitrary: fc.constantFrom(...(Object.keys(steps) as (keyof typeof steps)[])) },
);
const histories = fc.array(fc.record({ kind, dice }), { minLength: 1, maxLength: 60, size: 'max' });

const halfOf = (kind: keyof typeof steps, chosen: Partial<Dice> = {}) => ({
  kind,
  dice: {
    who: 0,
    other: 1,
    currency: 'CNY' as const,
    amount: 1000n,
    permille: 500n,
    whole: false,
    ...chosen,
  },
});
/** One history that meets every template, whatever the random ones meet. */
const tour = [
  halfOf('authorize'),
  halfOf('chargeDown'),
  halfOf('capture'),
  halfOf('repay', { amount: 100n }),
  halfOf('settle'),
  halfOf('moveOnPayout'),
  halfOf('moveOnPayout'),
  halfOf('moveOnPayout'),
  halfOf('payFromFunder', { who: 1 }),
  halfOf('payFromFunder', { who: 1, other: 0 }),
  halfOf('hearFromProcessor'),
  halfOf('hearFromProcessor', { other: 0 }),
  halfOf('refund'),
  halfOf('repay'),
  halfOf('giveBackOverpaid'),
  halfOf('giveBackDown'),
  halfOf('sendMoneyBack'),
  halfOf('voidRemainder'),
];

/** All that the model expects: posted and pending by account and currency, zeros left out. */
function expectedBalances(model: Model) {
  const posted = new Map(model.posted);
  const pending = new Map<string, bigint>();
  const add = (to: Map<string, bigint>, key: string, amount: bigint) =>
    to.set(key, (to.get(key) ?? 0n) + amount);
  for (const plan of model.plans) {
    add(posted, `principal:${plan.planId}:${plan.funderId} ${plan.currency}`, plan.owed);
    add(pending, `principal:${plan.planId}:${plan.funderId} ${plan.currency}`, plan.pending.amount);
    add(pending, `merchant:${plan.merchantId} ${plan.currency}`, plan.pending.amount);
  }
  return { posted: withoutZeros(posted), pending: withoutZeros(pending) };
}

/** The same, as the ledger tells it for each owner and each account without one. */
async function storedBalances(tx: Tx, model: Model) {
  const posted = new Map<string, bigint>();
  const pending = new Map<string, bigint>();
  const owners = new Set([
    ...model.parties.flatMap(({ merchantId, funderId, shopperId }) => [merchantId, funderId, shopperId]),
    ...model.plans.flatMap(({ planId, orderId }) => [planId, orderId]),
    // A payout that was retried is not in the list any more, but its account must be empty.
    ...[...model.posted.keys()].filter((name) => name.startsWith('payout:')).map((name) => name.slice(7, -4)),
  ]);
  for (const owner of owners) {
    for (const found of await accountsOf(tx, owner)) {
      posted.set(`${found.account} ${found.currency}`, found.posted);
      pending.set(`${found.account} ${found.currency}`, found.pending);
    }
  }
  for (const code of [
    'cash',
    'clearing',
    'i_merchant_fee',
    'i_servicing',
    'x_processor',
    'x_fee_share',
  ] as const) {
    for (const currency of currencies) {
      posted.set(`${code} ${currency}`, await balance(tx, account(code), currency));
      pending.set(`${code} ${currency}`, await pendingOf(tx, account(code), currency));
    }
  }
  return { posted: withoutZeros(posted), pending: withoutZeros(pending) };
}

function withoutZeros(amounts: Map<string, bigint>): Record<string, bigint> {
  const kept = [...amounts].filter(([, amount]) => amount !== 0n);
  return Object.fromEntries(kept.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Σ debit = Σ credit in each currency, and assets + expenses = liabilities + income. */
async function expectTrialBalance(tx: Tx, model: Model): Promise<void> {
  const rows = await trialBalance(tx);
  for (const currency of currencies) {
    const ofCurrency = rows.filter((row) => row.currency === currency);
    const total = (side: 'debit' | 'credit') => ofCurrency.reduce((all, row) => all + row[side], 0n);
    expect(total('debit')).toBe(total('credit'));
    const net = { asset: 0n, expense: 0n, liability: 0n, income: 0n };
    for (const row of ofCurrency) net[row.class] += row.debit - row.credit;
    expect(net.asset + net.expense).toBe(-net.liability - net.income);
  }
  const expected = new Map<string, bigint>();
  for (const [key, amount] of Object.entries(expectedBalances(model).posted)) {
    const [name = '', currency = ''] = key.split(' ');
    const code = name.split(':')[0] as keyof typeof chart;
    const grownByDebit = ['asset', 'expense'].includes(chart[code].class);
    const line = `${code} ${currency} ${grownByDebit === amount > 0n ? 'debit' : 'credit'}`;
    expected.set(line, (expected.get(line) ?? 0n) + (amount < 0n ? -amount : amount));
  }
  const stored = new Map(
    rows.flatMap((row) => [
      [`${row.code} ${row.currency} debit`, row.debit] as const,
      [`${row.code} ${row.currency} credit`, row.credit] as const,
    ]),
  );
  expect(withoutZeros(stored)).toEqual(withoutZeros(expected));
}

test('whatever happens in whatever order, the ledger agrees with the business and every trial balance is zero', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const books = await openBooks(database.db);
      const model = newModel();
      await books.run(async (tx) => {
        for (const { kind, dice } of history) {
          await steps[kind](model, dice, (posting) => post(tx, posting));
        }
        const expected = expectedBalances(model);
        const stored = await storedBalances(tx, model);
        expect(stored).toEqual(expected);
        await expectTrialBalance(tx, model);
      });
    }),
    { numRuns: 60, examples: [[tour]] },
  );
});

test('the tour meets every template', async () => {
  const books = await openBooks(database.db);
  const model = newModel();
  const met = new Set<string>();
  for (const { kind, dice } of tour) {
    await steps[kind](model, dice, (posting) => {
      met.add(posting.event);
      return books.run((tx) => post(tx, posting));
    });
  }
  expect(met.size).toBe(Object.values(postings).length);
});
