import type { VNode } from 'preact';
import { minOf } from '../../../lib/money.ts';
import { formatDate } from '../../../notifications/format.ts';
import type { ScheduledInstallment } from '../../../plans/schedule.ts';
import { Notice, PostForm } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import { textsOf } from '../../texts/language.ts';
import type { NoticeText } from '../../texts/shapes.ts';
import { debtName } from '../debt-name.ts';
import type { Proposal } from '../payment.ts';
import { AccountFrame, type AccountInput, hasProblem, payFromText } from '../view.tsx';
import { AmountForm } from './amount-form.tsx';

type Props = { input: AccountInput; about: Proposal };

/** What paying an amount would do, and the one form that pays it; or the amount is asked for. */
export function paymentView(input: AccountInput, about: Proposal): Page {
  const t = input.t.payment;
  const { debt, amount, latest } = about;
  const { plan } = debt;
  const title = amount === undefined ? t.askTitle : t.title(input.money(amount, plan.currency));
  const notice = noticeOf(input, about);
  const waits = latest?.status === 'pending';
  return {
    title,
    hasProblem: hasProblem(input) || notice !== undefined,
    body: (
      <AccountFrame input={input} title={title} intro={debtName(input, debt)}>
        <Notice notice={notice} />
        {!waits && amount !== undefined && <Confirmation input={input} about={about} amount={amount} />}
        {!waits && amount === undefined && about.payoff.total > 0n && (
          <section class="card" aria-label={t.askTitle}>
            <AmountForm
              input={input}
              plan={plan}
              most={about.payoff.total}
              typed={about.typed}
              {...(notice && { notice })}
            />
          </section>
        )}
        <p class="asides">
          <a href={`${input.visit.place.path}/plans/${plan.id}`}>{t.back}</a>
        </p>
      </AccountFrame>
    ),
  };
}

function noticeOf(input: AccountInput, { debt, payoff, latest, problem }: Proposal): NoticeText | undefined {
  const t = input.t.payment;
  if (latest?.status === 'pending') return { text: t.waits };
  if (payoff.total === 0n) return { text: t.nothingOwed };
  if (problem === undefined) return undefined;
  const most = input.money(payoff.total, debt.plan.currency);
  return { field: 'sum', text: problem === 'above' ? t.above(most) : t.unreadable(most) };
}

function Confirmation({ input, about, amount }: Props & { amount: bigint }): VNode {
  const { t, visit } = input;
  const { debt, effect, latest, today } = about;
  const { plan, card } = debt;
  return (
    <>
      <section class="card" aria-labelledby="effect-heading">
        <h2 id="effect-heading">{t.payment.effectHeading}</h2>
        <Parts input={input} about={about} amount={amount} />
        {card ? (
          <>
            <p id="pay-from">{payFromText(input, card)}</p>
            <PostForm action={`${visit.place.path}/plans/${plan.id}/pay`} token={input.token}>
              <input type="hidden" name="amount" value={String(amount)} />
              <input type="hidden" name="after" value={latest?.id ?? ''} />
              <input type="hidden" name="card" value={plan.paymentMethodId} />
              <input type="hidden" name="version" value={String(plan.version)} />
              <input type="hidden" name="on" value={today} />
              <button class="button" type="submit" aria-describedby="pay-from">
                {t.payment.confirm(input.money(amount, plan.currency))}
              </button>
            </PostForm>
          </>
        ) : (
          <p>{t.plan.noCard}</p>
        )}
      </section>
      {effect && <BeforeAndAfter input={input} about={about} before={effect.before} after={effect.after} />}
    </>
  );
}

/** What the amount pays, what it saves, and what paying off costs afterwards. */
function Parts({ input, about, amount }: Props & { amount: bigint }): VNode {
  const { t } = input;
  const { debt, payoff, effect } = about;
  const friend = minOf(amount, payoff.friend);
  const rows = [
    { label: textsOf[input.visit.locale].guarantees.planPart, amount: friend },
    { label: t.plan.fees, amount: effect?.fee ?? 0n },
    { label: t.plan.interestUntilToday, amount: effect?.interest ?? 0n },
    { label: t.plan.principal, amount: effect?.principal ?? amount - friend },
    { label: t.payment.saved, amount: effect?.interestSaved ?? 0n },
  ].filter((row) => row.amount > 0n);
  return (
    <dl class="facts">
      {[...rows, { label: t.payment.leftAfter, amount: payoff.total - amount }].map((row) => (
        <div>
          <dt>{row.label}</dt>
          <dd>{input.money(row.amount, debt.plan.currency)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What is left to pay at each date, now and afterwards. */
function BeforeAndAfter(
  props: Props & { before: readonly ScheduledInstallment[]; after: readonly ScheduledInstallment[] },
): VNode {
  const { input, about, before, after } = props;
  const { t, visit } = input;
  const money = (amount: bigint) => input.money(amount, about.debt.plan.currency);
  const leftOf = (item: ScheduledInstallment | undefined): bigint =>
    item === undefined ? 0n : item.amount - item.paidAmount;
  return (
    <section class="card" aria-labelledby="dates-heading">
      <h2 id="dates-heading">{t.payment.datesHeading}</h2>
      <table class="payments" aria-labelledby="dates-heading">
        <thead>
          <tr>
            <th scope="col">{t.overview.date}</th>
            <th scope="col" class="number">
              {t.payment.before}
            </th>
            <th scope="col" class="number">
              {t.payment.after}
            </th>
          </tr>
        </thead>
        <tbody>
          {before
            .filter((item) => leftOf(item) > 0n)
            .map((item) => {
              const left = leftOf(after.find(({ number }) => number === item.number));
              return (
                <tr>
                  <th scope="row">{formatDate(visit.locale, item.dueDate)}</th>
                  <td class="number">{money(leftOf(item))}</td>
                  <td class="number">{left === 0n ? t.plan.states.paid : money(left)}</td>
                </tr>
              );
            })}
        </tbody>
      </table>
    </section>
  );
}
