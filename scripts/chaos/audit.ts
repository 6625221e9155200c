import type { Event, Order } from '@morrow/sdk-js/server';
import { dateIn } from '../../gateway/src/lib/dates.ts';
import { debtFaults, uncollected } from './debt.ts';
import { drain } from './drained.ts';
import type { Record, Told } from './load.ts';
import { expire, type OrderState, replay } from './model.ts';
import { moneyFaults, paidByPlan } from './money.ts';
import type { Shop } from './shops.ts';
import type { World } from './world.ts';

/** What is wrong after a run; nothing of it may be. */
export type Verdict = {
  /** What was acknowledged and is not there. */
  lost: string[];
  /** What is there more than once, or though nobody asked for it. */
  duplicated: string[];
  /** Books that do not balance, and invariants that do not hold. */
  unbalanced: string[];
  /** Where the answers and the end are not what one thing after the other would have brought. */
  disagreed: string[];
  /** Gaps in feeds, and events that no webhook brought. */
  gaps: string[];
  /** Work that did not end. */
  left: string[];
  /** Failures that nobody foresaw, processes that ended by themselves, requests that were never answered. */
  failures: string[];
  /** What was looked at, so that nothing at all is no success. */
  seen: { orders: number; events: number; charges: number; invariants: number };
};

export const isSound = ({ seen, ...found }: Verdict): boolean =>
  Object.values(found).every((faults) => faults.length === 0) && seen.orders > 0 && seen.invariants > 0;

/** The sandboxes' calendar. */
const timeZone = 'Asia/Shanghai';

/** Lets all work end, and compares what everybody was told with what is there. */
export async function audit(world: World, shops: readonly Shop[], record: Record): Promise<Verdict> {
  const left = await drain(world);
  const money = await moneyFaults(world);
  const paid = await paidByPlan(world);
  const verdict: Verdict = {
    ...money,
    unbalanced: [],
    disagreed: [],
    gaps: [],
    left,
    failures: [
      ...world.unforeseen,
      ...world.died.map(({ name, code, said }) => `${name} ended by itself with ${code}: ${said}`),
      ...record.unanswered.map((what) => `not answered: ${what}`),
    ],
    seen: { orders: 0, events: 0, charges: paid.size, invariants: 0 },
  };
  await Promise.all(
    shops.map(async (shop) => {
      const told = record.orders.filter((one) => one.shop === shop);
      await auditOrders(verdict, shop, told, paid);
      await auditBooks(verdict, shop);
      await auditFeed(verdict, world, shop);
    }),
  );
  await auditRepayments(verdict, world, record);
  return verdict;
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function auditOrders(
  verdict: Verdict,
  shop: Shop,
  told: readonly Told[],
  paid: ReadonlyMap<string, number>,
): Promise<void> {
  const orders = new Map((await collect(shop.morrow.orders.list())).map((order) => [order.id, order]));
  verdict.seen.orders += orders.size;
  const known = new Map<string, Told>();
  for (const one of told) if (one.order) known.set(one.order.id, one);
  const references = [...orders.values()].map((order) => order.merchant_reference);
  for (const reference of new Set(references.filter((name, index) => references.indexOf(name) !== index)))
    verdict.duplicated.push(`shop ${shop.number}: several orders of ${reference}`);
  for (const order of orders.values())
    if (!known.has(order.id))
      verdict.duplicated.push(`shop ${shop.number}: ${order.id} was acknowledged to nobody`);
  const { clock } = await shop.morrow.sandbox.get();
  for (const one of known.values()) {
    const order = orders.get(one.order!.id);
    if (!order) {
      verdict.lost.push(`shop ${shop.number}: ${one.order!.id} of ${one.reference}`);
      continue;
    }
    verdict.disagreed.push(...disagreements(one, order, Date.parse(clock.now)));
    const plan = await shop.morrow.plans.get(order.plan_id);
    const refunds = await collect(shop.morrow.orders.refunds(order.id));
    const taken = paid.get(plan.id) ?? 0;
    verdict.disagreed.push(
      ...debtFaults({ order, refunds, plan, taken }),
      ...uncollected(plan, dateIn(timeZone, new Date(clock.now))),
    );
  }
}

/** Where one thing after the other would have brought other answers, or would have ended elsewhere. */
function disagreements({ steps, shop }: Told, order: Order, now: number): string[] {
  const expiresAt = Date.parse(order.expires_at);
  const { states, failedAt } = replay(steps, expiresAt);
  const what = `shop ${shop.number}, ${order.id}`;
  if (failedAt !== undefined)
    return [`${what}: at step ${failedAt + 1} no order of requests gives ${JSON.stringify(steps)}`];
  const ends = now >= expiresAt ? states.map(expire) : states;
  const is: OrderState = {
    status: order.status,
    authorized: order.authorized_amount,
    captured: order.captured_amount,
    voided: order.voided_amount,
    refunded: order.refunded_amount,
  };
  const isOne = ends.some((end) =>
    (Object.keys(is) as (keyof OrderState)[]).every((key) => end[key] === is[key]),
  );
  return isOne
    ? []
    : [`${what}: is ${JSON.stringify(is)}, should be ${JSON.stringify(ends)} by ${JSON.stringify(steps)}`];
}

async function auditBooks(verdict: Verdict, shop: Shop): Promise<void> {
  const { totals, invariants } = await shop.morrow.sandbox.trialBalance();
  for (const { currency, difference } of totals)
    if (difference !== 0)
      verdict.unbalanced.push(`shop ${shop.number}: ${currency} differs by ${difference}`);
  for (const { name, broken, checked } of invariants) {
    if (broken > 0) verdict.unbalanced.push(`shop ${shop.number}: ${name} is broken ${broken} times`);
    if (checked > 0) verdict.seen.invariants += 1;
  }
}

async function auditFeed(verdict: Verdict, { hooks }: World, shop: Shop): Promise<void> {
  const feed = await collect<Event>(shop.morrow.events.list());
  verdict.seen.events += feed.length;
  for (const [index, { sequence, id }] of feed.entries())
    if (sequence !== index + 1)
      verdict.gaps.push(`shop ${shop.number}: ${id} has ${sequence}, not ${index + 1}`);
  const taken = hooks.taken(shop.number);
  for (const { id, type } of feed)
    if (!taken.has(id)) verdict.gaps.push(`shop ${shop.number}: no webhook brought ${type} ${id}`);
  const own = new Set<string>(feed.map(({ id }) => id));
  for (const id of taken.keys())
    if (!own.has(id))
      verdict.duplicated.push(`shop ${shop.number}: a webhook brought ${id}, which is not in the feed`);
}

/** Who was told that a payment is under way finds it once, and over. */
async function auditRepayments(verdict: Verdict, { host }: World, { repayments }: Record): Promise<void> {
  const rows = await host
    .db('repayments')
    .whereIn('id', repayments.map(({ id }) => id) as never)
    .select<{ id: string; amount: bigint; status: string }[]>('id', 'amount', 'status');
  const found = new Map(rows.map((row) => [row.id, row]));
  for (const { id, amount, shop } of repayments) {
    const row = found.get(id);
    if (!row || row.amount !== amount) verdict.lost.push(`shop ${shop.number}: repayment ${id} of ${amount}`);
  }
}
