import type { VNode } from 'preact';
import { findSale, type Sale } from '../../../counter/sales.ts';
import { type SaleStanding, standingOf } from '../../../counter/standing.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatMoney } from '../../../notifications/format.ts';
import { findOrder, type Order } from '../../../orders/orders.ts';
import { Facts } from '../../parts/facts.tsx';
import { formatInstant } from '../../format.ts';
import { PostForm } from '../../parts/form.tsx';
import { PlanPicture, planName } from '../../parts/plan-picture.tsx';
import type { Page } from '../../send-page.tsx';
import { idIn } from '../developers/steps.ts';
import { DashboardFrame, hasProblem } from '../frame.tsx';
import type { DashboardInput } from '../input.ts';
import { dashboardPath } from '../paths.ts';
import { Offline } from './page.tsx';

/** How often a browser without script looks again. */
const refreshSeconds = 4;

type Props = { input: DashboardInput; sale: Sale; standing: SaleStanding };

/** One sale as the clerk sees it: the code to scan, how far the shopper is, and the receipt at the end. */
export async function showSale(tx: Tx, input: DashboardInput): Promise<Page> {
  const { visit, req } = input;
  const t = input.t.counter;
  const sale = await findSale(tx, {
    merchantId: visit.merchant.id,
    sessionId: idIn('cs', req.params.sessionId),
  });
  const standing = standingOf(tx, sale);
  const order =
    sale.session.orderId === null
      ? undefined
      : await findOrder(tx, { orderId: sale.session.orderId, merchantId: visit.merchant.id });
  const moves = standing === 'waiting' || standing === 'with_shopper';
  const props = { input, sale, standing };
  return {
    title: t.headings[standing],
    hasProblem: hasProblem(input),
    isCounter: true,
    ...(moves && { refreshSeconds }),
    body: (
      <DashboardFrame input={input} section="counter" title={t.headings[standing]} intro={t.told[standing]}>
        {order ? <Receipt {...props} order={order} /> : <Going {...props} moves={moves} />}
      </DashboardFrame>
    ),
  };
}

function saleWords({ input, sale }: Pick<Props, 'input' | 'sale'>): string {
  return formatMoney(input.visit.locale, sale.session);
}

/** A sale that is not taken yet, or never will be. */
function Going(props: Props & { moves: boolean }): VNode {
  const { input, sale, standing, moves } = props;
  const t = input.t.counter;
  const path = dashboardPath('counter', sale.session.id);
  const watched = moves ? { 'data-status': `${path}/status`, 'data-standing': standing } : {};
  const isOver = standing === 'canceled' || standing === 'expired';
  return (
    <section class="card" aria-labelledby="sale-heading" {...watched}>
      <h2 id="sale-heading" class="payee">
        <span>{sale.session.merchantReference}</span> <strong>{saleWords(props)}</strong>
      </h2>
      <Offline text={t.offline} />
      {standing === 'waiting' && (
        <p class="centered">
          <img src={`/c/${sale.secret}/qr.svg`} alt={t.code(saleWords(props))} width="240" height="240" />
        </p>
      )}
      {standing === 'agreed' && (
        <PostForm action={`${path}/finish`} token={input.token}>
          <button class="button" type="submit">
            {t.finish}
          </button>
        </PostForm>
      )}
      {moves && (
        <a class="button quiet" href={path}>
          {t.refresh}
        </a>
      )}
      {!isOver && (
        <PostForm action={`${path}/cancel`} token={input.token} class="centered">
          <button class="link" type="submit">
            {t.cancel}
          </button>
        </PostForm>
      )}
      {isOver && <Next input={input} />}
    </section>
  );
}

/** What the shopper may take along: who sold what amount under which number, when, and what they agreed to. */
function Receipt({ input, sale, order }: Props & { order: Order }): VNode {
  const { visit } = input;
  const t = input.t.counter;
  const { confirmedOffer: snapshot, merchantReference } = sale.session;
  return (
    <>
      <section class="card" aria-labelledby="receipt-heading">
        <h2 id="receipt-heading">{t.receipt}</h2>
        <p>
          <strong class="sum">
            {formatMoney(visit.locale, { amount: order.authorized, currency: order.currency })}
          </strong>
        </p>
        <Facts
          facts={[
            [t.merchant, visit.merchant.name],
            [t.number, merchantReference],
            [t.order, <code>{order.id}</code>],
            [t.time, formatInstant(visit.locale, order.createdAt, visit.merchant.timeZone)],
            [t.plan, snapshot ? planName(visit.locale, snapshot) : '–'],
          ]}
        />
        {snapshot && <PlanPicture locale={visit.locale} snapshot={snapshot} isAgreed />}
        <div class="asides">
          <p class="hint">{t.printHint}</p>
          <button class="link" type="button" data-print hidden>
            {t.print}
          </button>
        </div>
      </section>
      <Next input={input} />
    </>
  );
}

function Next({ input }: { input: DashboardInput }): VNode {
  return (
    <a class="button" href={dashboardPath('counter')}>
      {input.t.counter.next}
    </a>
  );
}
