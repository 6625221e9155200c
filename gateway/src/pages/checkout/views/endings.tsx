import type { VNode } from 'preact';
import { sum } from '../../../lib/money.ts';
import { formatDate, formatMoney } from '../../../notifications/format.ts';
import { accountPath } from '../../account/paths.ts';
import { AdverseNotice } from '../../parts/adverse-notice.tsx';
import { Notice, PostForm } from '../../parts/form.tsx';
import { Lead } from '../../parts/lead.tsx';
import { NextSteps } from '../../parts/next-steps.tsx';
import { ScoreCard } from '../../parts/score.tsx';
import { WayBack } from '../../parts/way-back.tsx';
import { Progress } from '../../parts/progress.tsx';
import { Purchase } from '../../parts/purchase.tsx';
import type { Page } from '../../send-page.tsx';
import type { ShownDecision } from '../decision.ts';
import type { OverdueItem } from '../../../repayments/overdue.ts';
import { totalOf } from '../../parts/payments.tsx';
import { paymentsOf, PlanPicture } from '../../parts/plan-picture.tsx';
import type { ViewInput } from '../view.tsx';
import { UnfitPlans } from './fit.tsx';
import { PasskeyOfferCard } from './passkey-offer.tsx';

/** Why not, in plain words, with what would help; the cart is untouched. */
export function declinedView(input: ViewInput, { assessment, overdue, advice, unfit }: ShownDecision): Page {
  const { visit, token, t } = input;
  const { available, currency, declineCode } = assessment;
  const money = (amount: bigint) => formatMoney(visit.locale, { amount, currency });
  const code = declineCode ?? 'no_funder';
  const { why, next } = t.declined.codes[code]({
    available: money(available),
    nothingAvailable: available === 0n,
    overdue: money(sum(overdue.map(({ amount }) => amount))),
  });
  const shop = visit.merchant.name;
  const account = accountPath(visit.environment);
  return {
    title: t.declined.title,
    wide: true,
    body: (
      <div class="columns">
        <Purchase visit={visit} />
        <div class="step">
          <h1>{t.declined.title}</h1>
          <p class="intro">{t.declined.intro}</p>
          <section class="card">
            <p class="why">{why}</p>
            {code === 'overdue' && <OverdueTable input={input} items={overdue} currency={currency} />}
            {code === 'overdue' && (
              <p>
                <a href={account}>{t.declined.payOverdue}</a>
              </p>
            )}
            <h2>{t.declined.nextHeading}</h2>
            <NextSteps
              locale={visit.locale}
              assessment={assessment}
              facts={advice}
              always={next}
              account={account}
              downForm={(down) => <DownForm input={input} down={down} money={money} />}
            />
            <Lead locale={visit.locale} code={code} account={account} />
            <p>{t.declined.cart(shop)}</p>
            <WayBack visit={visit} token={token} primary={t.declined.go(shop)} />
          </section>
          {code === 'unaffordable' && <UnfitPlans input={input} unfit={unfit} />}
          <ScoreCard locale={visit.locale} assessment={assessment} />
          <AppealForm input={input} />
          <AdverseNotice locale={visit.locale} country={visit.merchant.country} />
        </div>
      </div>
    ),
  };
}

/** The first step of an appeal; what it says stands in the account, where a person can be asked for. */
function AppealForm({ input }: { input: ViewInput }): VNode {
  const { visit, token, t } = input;
  return (
    <section class="card" aria-labelledby="appeal-heading">
      <h2 id="appeal-heading">{t.declined.appeal}</h2>
      <p class="hint">{t.declined.appealHint}</p>
      <PostForm action={`${visit.path}/appeal`} token={token}>
        <button class="button quiet" type="submit">
          {t.declined.appealButton}
        </button>
      </PostForm>
    </section>
  );
}

function DownForm(props: {
  input: ViewInput;
  down: { percent: number; amount: number };
  money: (amount: bigint) => string;
}): VNode {
  const { input, down, money } = props;
  return (
    <PostForm action={`${input.visit.path}/down`} token={input.token}>
      <input type="hidden" name="percent" value={String(down.percent)} />
      <button class="button" type="submit">
        {input.t.declined.steps.downButton(money(BigInt(down.amount)))}
      </button>
    </PostForm>
  );
}

function OverdueTable(props: { input: ViewInput; items: OverdueItem[]; currency: string }): VNode {
  const { visit, t } = props.input;
  return (
    <table>
      <caption>{t.declined.overdueHeading}</caption>
      <thead>
        <tr>
          <th scope="col">{t.declined.overdueShop}</th>
          <th scope="col">{t.declined.overdueSince}</th>
          <th scope="col" class="number">
            {t.declined.overdueAmount}
          </th>
        </tr>
      </thead>
      <tbody>
        {props.items.map(({ shop, dueDate, amount }) => (
          <tr>
            <th scope="row">{shop}</th>
            <td>{formatDate(visit.locale, dueDate)}</td>
            <td class="number">{formatMoney(visit.locale, { amount, currency: props.currency })}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The shopper agreed, and nobody knows yet whether the card holds the first payment. */
export function waitingView(input: ViewInput): Page {
  const { visit, t } = input;
  const { session, locale } = visit;
  const { down_payment: down = 0, funder } = session.confirmedOffer ?? {};
  const amount = formatMoney(locale, { amount: BigInt(down), currency: session.currency });
  const asked = session.fundersAskedAt === null ? undefined : funder?.name;
  const title = asked === undefined ? t.waiting.title : t.waiting.funderTitle;
  return {
    title,
    body: (
      <div class="columns">
        <Purchase visit={visit} />
        <div class="step">
          <Progress step={input.step} locale={locale} />
          <h1>{title}</h1>
          <p class="intro">{asked === undefined ? t.waiting.intro(amount) : t.waiting.funderIntro(asked)}</p>
          <p>
            <a class="button" href={visit.path}>
              {t.waiting.again}
            </a>
          </p>
        </div>
      </div>
    ),
  };
}

/** Agreed: what is paid when, and the way back to the shop, who completes the order. */
export function doneView(input: ViewInput): Page {
  const { visit, token, t, notice, passkeyOffer } = input;
  const { session, merchant, locale } = visit;
  const snapshot = session.confirmedOffer;
  if (!snapshot) throw new Error(`session ${session.id} is ${session.status} without an offer`);
  const money = (amount: bigint) => formatMoney(locale, { amount, currency: snapshot.currency });
  const isCompleted = session.status === 'completed';
  return {
    title: t.done.title,
    hasProblem: notice !== undefined && !notice.good,
    asksPasskey: passkeyOffer?.options !== undefined,
    body: (
      <div class="step done">
        <p class="tick-mark" aria-hidden="true">
          ✓
        </p>
        <h1>{t.done.title}</h1>
        <p class="intro">
          {isCompleted
            ? t.done.completedIntro(merchant.name)
            : t.done.intro(merchant.name, money(totalOf(paymentsOf(snapshot))))}
        </p>
        <Notice notice={notice} />
        <WayBack visit={visit} token={token} primary={t.done.go(merchant.name)} />
        {!isCompleted && (
          <p class="hint centered">{session.channel === 'in_store' ? t.done.counterHint : t.done.goHint}</p>
        )}
        <section class="card" aria-labelledby="plan-heading">
          <h2 id="plan-heading">{t.agreement.chosen}</h2>
          {snapshot.down_payment > 0 && <p>{t.done.down(money(BigInt(snapshot.down_payment)))}</p>}
          <PlanPicture locale={locale} snapshot={snapshot} isAgreed />
          <p class="hint">{t.done.dates(formatDate(locale, snapshot.agreed_on))}</p>
        </section>
        {passkeyOffer && <PasskeyOfferCard input={input} offer={passkeyOffer} />}
        <p class="centered">
          <a href={accountPath(visit.environment)}>{t.done.account}</a>
        </p>
      </div>
    ),
  };
}

/** No further decision about this cart until the shop begins anew; leaving ends this checkout, so that it can. */
export function tooOftenView({ visit, token, t }: ViewInput): Page {
  const { title, text, next } = t.problems.too_often;
  return {
    title,
    status: 429,
    hasProblem: true,
    body: (
      <div class="step">
        <h1>{title}</h1>
        <section class="card">
          <p>{text}</p>
          <p>{next}</p>
          <WayBack visit={visit} token={token} primary={t.declined.go(visit.merchant.name)} />
        </section>
      </div>
    ),
  };
}

/** Expired or canceled; a session that was agreed to and not taken by the shop says so to its shopper. */
export function endedView(input: ViewInput): Page {
  const { visit, token, step } = input;
  const t = input.t.ended;
  const shop = visit.merchant.name;
  const isLapsed = visit.visitor === 'owner' && visit.session.confirmedAt !== null;
  const expired = { title: t.expiredTitle, text: isLapsed ? t.lapsed : t.expired, status: 410 };
  const { title, text, status } =
    step === 'expired' ? expired : { title: t.canceledTitle, text: t.canceled, status: 200 };
  return {
    title,
    status,
    body: (
      <div class="step">
        <h1>{title}</h1>
        <section class="card">
          <p>{text}</p>
          <p>{t.next(shop)}</p>
          <WayBack visit={visit} token={token} primary={t.go(shop)} />
        </section>
      </div>
    ),
  };
}
