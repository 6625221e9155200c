import type { VNode } from 'preact';
import { asLive } from '../../onboarding/as-live.ts';
import { findBusinessOf } from '../../onboarding/businesses.ts';
import { isOwnerThere } from '../../onboarding/open-live.ts';
import { listDisputes } from '../../disputes/disputes.ts';
import type { Tx } from '../../lib/tx.ts';
import { formatMoney } from '../../notifications/format.ts';
import { listOrders } from '../../orders/orders.ts';
import { listPayouts, type Payout } from '../../settlement/payouts.ts';
import { listEndpoints } from '../../webhooks/endpoints.ts';
import { formatInstant } from '../format.ts';
import { withQuery } from '../query.ts';
import type { Page } from '../send-page.tsx';
import { countText, mostCounted } from '../parts/tabs.tsx';
import { Checkouts, readCheckouts } from './checkouts/charts.tsx';
import { DashboardFrame, hasProblem } from './frame.tsx';
import { type DashboardInput, may } from './input.ts';
import { dashboardPath } from './paths.ts';

type Waiting = { to: string; label: string; count: string; hint?: string };

/** Where a member begins: what waits for their role, with the way to it. */
export async function showHome(tx: Tx, input: DashboardInput): Promise<Page> {
  const { visit } = input;
  const t = input.t.home;
  const shown: (Waiting | undefined)[] = [];
  if (may(input, 'capture_orders')) shown.push(await toCapture(tx, input));
  if (may(input, 'disputes')) shown.push(await toAnswer(tx, input));
  shown.push(toWrite(input));
  if (may(input, 'webhooks')) shown.push(await failing(tx, input));
  if (may(input, 'payouts')) shown.push(await nextPayout(tx, input));
  if (may(input, 'business')) shown.push(await goingLive(tx, input));
  const waiting = shown.filter((one) => one !== undefined);
  const days = may(input, 'orders') ? await readCheckouts(tx, input) : undefined;
  return {
    title: input.t.nav.home,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <DashboardFrame input={input} section="home" title={visit.merchant.name}>
        <section class="card" aria-labelledby="waiting-heading">
          <h2 id="waiting-heading">{t.waiting}</h2>
          {waiting.length === 0 && <p>{t.nothing}</p>}
          <ul class="plans">{waiting.map(item)}</ul>
        </section>
        {days && <Checkouts input={input} days={days} />}
        {visit.environment.kind === 'sandbox' && may(input, 'keys') && (
          <section class="card" aria-labelledby="sandbox-heading">
            <h2 id="sandbox-heading">{t.sandbox}</h2>
            <p>{t.sandboxText}</p>
            <ul class="plans">
              <li>
                <a href={dashboardPath('keys')}>{t.bringKey}</a>
              </li>
              <li>
                <a href={dashboardPath('sandbox')}>{t.play}</a>
              </li>
              <li>
                <a href="/docs">{t.docs}</a>
              </li>
            </ul>
          </section>
        )}
      </DashboardFrame>
    ),
  };
}

function item({ to, label, count, hint }: Waiting): VNode {
  return (
    <li>
      <span>
        <a href={to}>{label}</a>
        {hint !== undefined && <span class="hint"> {hint}</span>}
      </span>
      <strong>{count}</strong>
    </li>
  );
}

function counted(found: readonly unknown[]): string {
  return countText(found.length);
}

function toWrite({ waitingCases = 0, t }: DashboardInput): Waiting | undefined {
  if (waitingCases === 0) return undefined;
  const to = withQuery(dashboardPath('cases'), { status: 'waiting' });
  return { to, label: t.home.toWrite, count: countText(waitingCases) };
}

async function toCapture(tx: Tx, { visit, t }: DashboardInput): Promise<Waiting | undefined> {
  const found = await listOrders(tx, {
    merchantId: visit.merchant.id,
    merchantReference: undefined,
    status: 'authorized',
    after: undefined,
    limit: mostCounted + 1,
  });
  if (found.length === 0) return undefined;
  const to = withQuery(dashboardPath('orders'), { status: 'authorized' });
  return { to, label: t.home.toCapture, count: counted(found) };
}

async function toAnswer(tx: Tx, { visit, t }: DashboardInput): Promise<Waiting | undefined> {
  const merchantId = visit.merchant.id;
  const found = await listDisputes(tx, { merchantId, statuses: ['open'], limit: mostCounted + 1 });
  const [first, ...others] = found.map(({ responseDueAt }) => responseDueAt);
  if (!first) return undefined;
  const soonest = others.reduce((least, date) => (date < least ? date : least), first);
  const to = withQuery(dashboardPath('disputes'), { status: 'waiting' });
  const hint = t.home.answerBy(formatInstant(visit.locale, soonest, visit.merchant.timeZone));
  return { to, label: t.home.toAnswer, count: counted(found), hint };
}

async function failing(tx: Tx, { visit, t }: DashboardInput): Promise<Waiting | undefined> {
  const endpoints = await listEndpoints(tx, visit.merchant.id);
  const found = endpoints.filter(
    ({ status, disabledReason, failingSince }) =>
      failingSince !== null || (status === 'disabled' && disabledReason !== 'deleted'),
  );
  if (found.length === 0) return undefined;
  return { to: dashboardPath('webhooks'), label: t.home.failing, count: counted(found) };
}

/** What the owner has to do before the business is live: answer what we asked, or come in. */
async function goingLive(tx: Tx, { visit, t }: DashboardInput): Promise<Waiting | undefined> {
  if (visit.environment.kind === 'live') return undefined;
  const live = asLive(tx);
  const business = await findBusinessOf(live, visit.merchant.id);
  if (!business || business.status === 'draft' || business.status === 'submitted') return undefined;
  if (business.liveMerchantId && (await isOwnerThere(live, business.liveMerchantId))) return undefined;
  const count = t.business.statuses[business.status];
  return { to: dashboardPath('business'), label: t.home.goingLive, count };
}

/** The oldest payout that is on its way or held. */
async function nextPayout(tx: Tx, { visit, t }: DashboardInput): Promise<Waiting | undefined> {
  const { id: merchantId } = visit.merchant;
  const first = async (status: Payout['status']) =>
    (await listPayouts(tx, { merchantId, status, after: undefined, limit: 1 }))[0];
  const found = (await first('held')) ?? (await first('in_transit')) ?? (await first('pending'));
  if (!found) return undefined;
  return {
    to: dashboardPath('payouts', found.id),
    label: found.status === 'held' ? t.home.heldPayout : t.home.nextPayout,
    count: formatMoney(visit.locale, found),
  };
}
