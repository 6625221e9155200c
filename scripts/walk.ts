import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type CheckoutSession, Morrow, type Plan } from '@morrow/sdk-js/server';
import { findOrStartGateway } from './own-gateway.ts';
import { choicesOf, PageVisitor } from './page-visitor.ts';
import { printTable, showAmount } from './table.ts';
import { listScenarios, scenarioNames, walkScenario } from './walk-scenario.ts';
import { openWebhookListener } from './webhook-listener.ts';

/**
 * Drives one order over HTTP through a gateway, as its merchant (signed requests) and as a new shopper (the hosted
 * pages), on a sandbox's clock to the last repayment. It computes nothing: every figure is the gateway's. With
 * `--scenario <name>` it plays one of the gateway's scenarios instead, with `--scenario all` each of them, and `--list`
 * lists them. Where no gateway runs, it starts one of its own.
 */
const shopOrigin = 'https://shop.example';
const currency = 'CNY';
const lines = [
  { name: 'Tea set', quantity: 1, unit_amount: 80_000, amount: 80_000 },
  { name: 'Cup', quantity: 4, unit_amount: 10_000, amount: 40_000 },
];
const amount = 120_000;

const money = (value: number): string => showAmount(value, currency);
let steps = 0;

function tell(who: string, what: string): void {
  steps += 1;
  console.log(`${String(steps).padStart(2)}  ${who.padEnd(9)} ${what}`);
}

async function collect<Item>(list: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of list) items.push(item);
  return items;
}

/** The shopper's part: sign in with a code from the inbox, prove who they are, choose, agree. */
async function shop(morrow: Morrow, session: CheckoutSession & { url: string }): Promise<void> {
  const visitor = new PageVisitor();
  const phone = '+8613800000088';
  const start = await visitor.submit(await visitor.open(session.url), '/phone', { phone });
  tell('shopper', `opens the hosted page and asks for a code for ${phone}`);
  const [message] = await collect(morrow.sandbox.inbox({ limit: 1 }));
  const code = /\d{6}/.exec(message?.body ?? '')?.[0] ?? '';
  const about = await visitor.submit(start, '/code', { code });
  tell('shopper', `enters the code ${code}`);
  const [, name = '', id = ''] =
    /<th scope="row">(Test good \d+)<\/th><td><code>(\w+)</.exec(about.html) ?? [];
  const consent = choicesOf(about, 'consent');
  const offers = await visitor.submit(about, '/about', { name, national_id: id, consent });
  tell('shopper', `proves to be ${name} and agrees to ${consent.length} texts`);
  const score = /pay score is (\d+)/.exec(offers.html)?.[1];
  tell('shopper', `sees a pay score of ${score}, and the offers`);
  const agreement = await visitor.open(`${session.url}/agreement?plan=pay_in_4`);
  const done = await visitor.submit(agreement, '/confirm', {
    method: 'test:ok',
    consent: choicesOf(agreement, 'consent'),
  });
  tell('shopper', `agrees to pay in 4: "${done.heading}"`);
}

/** Waits, within bounds, until the worker has carried out what the gateway started by itself. */
async function eventually(morrow: Morrow, planId: string, done: (plan: Plan) => boolean): Promise<Plan> {
  for (let tries = 0; tries < 100; tries += 1) {
    const plan = await morrow.plans.get(planId);
    if (done(plan)) return plan;
    await sleep(100);
  }
  throw new Error('The worker did not carry out a payment within 10 s.');
}

function printPlan(title: string, plan: Plan): void {
  printTable(
    `${title}: ${plan.status}`,
    ['#', 'due', 'amount', 'paid', 'status'],
    plan.installments.map((item) => [
      String(item.number),
      item.due_date,
      money(item.amount),
      money(item.paid_amount),
      item.status,
    ]),
  );
}

async function sell(morrow: Morrow): Promise<{ orderId: string; planId: string }> {
  const reference = 'walk-1';
  const session = await morrow.checkoutSessions.create({
    merchant_reference: reference,
    amount,
    currency,
    lines,
    return_url: `${shopOrigin}/return`,
  });
  tell('merchant', `opens a checkout session over ${money(session.amount)}`);
  await shop(morrow, session);
  const { checkout_token: token } = await morrow.checkoutSessions.get(session.id);
  if (!token) throw new Error('The session carries no token.');
  const order = await morrow.orders.authorize(
    { checkout_token: token, merchant_reference: reference, amount, currency },
    { idempotencyKey: `authorize-${session.id}` },
  );
  tell('merchant', `authorizes ${order.id} with the token`);
  const first = await morrow.orders.capture(order.id, { reference: 'shipment-1', amount: 80_000 });
  tell('merchant', `ships and captures ${money(first.amount)}; the fee is ${money(first.merchant_fee)}`);
  const second = await morrow.orders.capture(order.id, { reference: 'shipment-2', amount: 30_000 });
  tell('merchant', `ships and captures ${money(second.amount)}; the fee is ${money(second.merchant_fee)}`);
  const rest = await morrow.orders.void(order.id);
  tell('merchant', `voids the rest, ${money(rest.voided_amount)}: the order is ${rest.status}`);
  return { orderId: order.id, planId: order.plan_id };
}

async function repay(morrow: Morrow, planId: string): Promise<Plan> {
  let plan = await morrow.plans.get(planId);
  while (plan.status === 'active') {
    const next = plan.installments.find(({ status }) => status === 'scheduled' || status === 'due');
    if (!next) throw new Error('Nothing is to be paid, but the plan is active.');
    await morrow.sandbox.advanceClock({ to: `${next.due_date}T12:00:00+08:00` });
    plan = await eventually(morrow, planId, ({ installments }) =>
      installments.some(({ number, status }) => number === next.number && status === 'paid'),
    );
    tell('clock', `is ${next.due_date}: installment ${next.number}, ${money(next.amount)}, is collected`);
  }
  return plan;
}

/** Prints what the merchant got and how the books stand; returns what is not as it should be. */
async function report(morrow: Morrow): Promise<string[]> {
  const faults: string[] = [];
  for (const settlement of await collect(morrow.settlements.list())) {
    const settled = await collect(morrow.settlements.lines(settlement.id));
    printTable(
      `settlement of ${settlement.business_date}: net ${money(settlement.net ?? 0)}`,
      ['#', 'what', 'amount'],
      settled.map((line) => [String(line.number), line.kind, money(line.amount)]),
    );
  }
  for (const payout of await collect(morrow.payouts.list())) {
    tell('merchant', `payout of ${money(payout.amount)} is ${payout.status}`);
    const { net } = await morrow.settlements.get(payout.settlement_id);
    if (payout.status !== 'paid' || payout.amount !== net)
      faults.push(`payout ${payout.id} is not paid in full`);
  }
  const books = await morrow.sandbox.trialBalance();
  printTable(
    'trial balance',
    ['account', 'class', 'debit', 'credit'],
    [
      ...books.accounts.map((row) => [row.code, row.class, money(row.debit), money(row.credit)]),
      ...books.totals.map((row) => ['total', row.currency, money(row.debit), money(row.credit)]),
    ],
  );
  for (const row of books.totals) {
    if (row.difference !== 0) faults.push(`the books in ${row.currency} differ by ${row.difference}`);
  }
  for (const { name, checked, broken } of books.invariants) {
    tell('books', `${name}: ${checked} checked, ${broken} broken`);
    if (broken > 0) faults.push(`${name} is broken`);
  }
  return faults;
}

async function walkOrder(gateway: string): Promise<void> {
  const privateKey = generateKeyPairSync('ed25519').privateKey;
  const { sandbox, morrow } = await Morrow.createSandbox(
    { baseUrl: gateway, privateKey },
    { name: 'Walk & Co', allowed_origins: [shopOrigin] },
  );
  tell('merchant', `opens ${sandbox.id}; its clock stands at ${sandbox.clock.now}`);
  const { orderId, planId } = await sell(morrow);
  const active = await eventually(morrow, planId, ({ installments }) => installments[0]?.status === 'paid');
  tell('shopper', 'pays the first installment, due with the shipment');
  printPlan('schedule', active);
  const refund = await morrow.orders.refund(orderId, { reference: 'return-1', amount: 10_000 });
  tell('merchant', `refunds ${money(refund.amount)}: ${money(refund.debt_amount)} off the debt`);
  const paid = await repay(morrow, planId);
  printPlan('schedule', paid);
  const faults = await report(morrow);
  if (paid.installments.some(({ status }) => status !== 'paid' && status !== 'canceled')) {
    faults.push('an installment is not paid');
  }
  if (faults.length > 0) throw new Error(faults.join('\n'));
  console.log('\nEvery installment is paid, the merchant is paid out to the cent, the books balance.');
}

async function walk(): Promise<void> {
  const { values } = parseArgs({ options: { scenario: { type: 'string' }, list: { type: 'boolean' } } });
  const listener = await openWebhookListener();
  const gateway = await findOrStartGateway(listener.target);
  try {
    if (values.list) {
      console.log((await listScenarios(gateway.origin)).join('\n'));
    } else if (values.scenario === undefined) {
      await walkOrder(gateway.origin);
    } else {
      const all = values.scenario === 'all';
      const names = all ? await scenarioNames(gateway.origin) : [values.scenario];
      const faults: string[] = [];
      for (const name of names) faults.push(...(await walkScenario(gateway.origin, name, listener)));
      if (faults.length > 0) throw new Error(faults.join('\n'));
    }
  } finally {
    await gateway.stop();
    await listener.close();
  }
}

await walk();
