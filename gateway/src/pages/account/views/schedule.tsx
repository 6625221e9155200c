import type { VNode } from 'preact';
import { formatDate } from '../../../notifications/format.ts';
import { formatMediumDate, formatShortDate, formatShortMonth } from '../../format.ts';
import { PlanPicture } from '../../parts/plan-picture.tsx';
import { StackedBars } from '../../parts/stacked-bars.tsx';
import { textsOf } from '../../texts/language.ts';
import type { DatedInstallment, Debt } from '../debts.ts';
import type { AccountInput } from '../view.tsx';
import { State } from './state.tsx';

type Props = { input: AccountInput; debt: Debt };

/** Every date as it stands today: a picture of what is paid and what is left, and the same in a table. */
export function Schedule({ input, debt }: Props): VNode {
  const { t, visit } = input;
  const { plan, installments } = debt;
  const paused = installments.find(({ pausedUntil }) => pausedUntil !== undefined);
  return (
    <section class="card" aria-labelledby="schedule-heading">
      <h2 id="schedule-heading">{t.plan.statuses[plan.status]}</h2>
      {paused?.pausedUntil !== undefined && (
        <p class="notice good">{t.plan.paused(formatDate(visit.locale, paused.pausedUntil))}</p>
      )}
      {installments.length > 0 ? (
        <>
          {installments.length > 1 && <Bars input={input} debt={debt} />}
          {hasCharges(debt) ? (
            <ChargesTable input={input} debt={debt} />
          ) : (
            <PlainTable input={input} debt={debt} />
          )}
        </>
      ) : (
        plan.status === 'pending' && <PlanPicture locale={visit.locale} snapshot={plan.snapshot} isAgreed />
      )}
    </section>
  );
}

/** Whether anything but the price is or was to be paid. */
function hasCharges({ installments }: Debt): boolean {
  return installments.some(({ interest, fee }) => interest > 0n || fee > 0n);
}

function Bars({ input, debt }: Props): VNode {
  const { t, visit } = input;
  const { installments, plan } = debt;
  const isLong = installments.length > 4;
  return (
    <StackedBars
      title={t.plan.picture}
      legend={{
        paid: t.plan.states.paid,
        principal: hasCharges(debt) ? t.plan.principal : t.plan.left,
        interest: t.plan.interest,
        fee: t.plan.fees,
      }}
      bars={installments.map((item) => ({
        label: (isLong ? formatShortMonth : formatShortDate)(visit.locale, item.dueDate),
        amount: input.money(item.amount, plan.currency),
        parts: {
          paid: item.paidAmount,
          principal: item.principal - item.paidPrincipal,
          interest: item.interest - item.paidInterest,
          fee: item.fee - item.paidFee,
        },
      }))}
    />
  );
}

function PlainTable({ input, debt }: Props): VNode {
  const { t, visit } = input;
  const columns = textsOf[visit.locale].offers;
  const money = (amount: bigint) => input.money(amount, debt.plan.currency);
  return (
    <table class="payments">
      <caption>{t.plan.schedule}</caption>
      <thead>
        <tr>
          <th scope="col">{columns.payment}</th>
          <th scope="col">{columns.date}</th>
          <th scope="col" class="number">
            {columns.amount}
          </th>
        </tr>
      </thead>
      <tbody>
        {debt.installments.map((item) => (
          <tr>
            <th scope="row">{item.number}</th>
            <td>
              {formatDate(visit.locale, item.dueDate)}
              <Standing input={input} debt={debt} item={item} />
            </td>
            <td class="number">{money(item.amount)}</td>
          </tr>
        ))}
      </tbody>
      <Left input={input} debt={debt} before={2} />
    </table>
  );
}

/** The same with what each payment is made of; on a phone each row is a list. */
function ChargesTable({ input, debt }: Props): VNode {
  const { t, visit } = input;
  const { installments, plan } = debt;
  const money = (amount: bigint) => input.money(amount, plan.currency);
  const withFees = installments.some(({ fee }) => fee > 0n);
  const columns: { label: string; of: (item: DatedInstallment) => bigint }[] = [
    { label: t.plan.principal, of: ({ principal }) => principal },
    { label: t.plan.interest, of: ({ interest }) => interest },
    ...(withFees ? [{ label: t.plan.fees, of: ({ fee }: DatedInstallment) => fee }] : []),
    { label: t.overview.amount, of: ({ amount }) => amount },
  ];
  return (
    <table class="payments parts listed">
      <caption>{t.plan.schedule}</caption>
      <thead>
        <tr>
          <th scope="col">{t.overview.date}</th>
          {columns.map(({ label }) => (
            <th scope="col" class="number">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {installments.map((item) => (
          <tr>
            <th scope="row">
              {formatMediumDate(visit.locale, item.dueDate)}
              <Standing input={input} debt={debt} item={item} />
            </th>
            {columns.map(({ label, of }) => (
              <td class="number" data-label={label}>
                {money(of(item))}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
      <Left input={input} debt={debt} before={columns.length} />
    </table>
  );
}

/** What there is to say of an installment besides its date and amount. */
function Standing({ input, debt, item }: Props & { item: DatedInstallment }): VNode {
  const { status, amount, paidAmount } = item;
  const isPaused = item.pausedUntil !== undefined && item.left > 0n;
  return (
    <>
      <State input={input} status={isPaused ? 'paused' : status} />
      {paidAmount > 0n && paidAmount < amount && (
        <span class="hint"> {input.t.plan.partlyPaid(input.money(paidAmount, debt.plan.currency))}</span>
      )}
    </>
  );
}

/** Of a plan that was charged off the schedule says what was agreed, and this what is still owed. */
function Left({ input, debt, before }: Props & { before: number }): VNode {
  return (
    <tfoot>
      <tr class="total">
        <th scope="row" colspan={before}>
          {input.t.plan.left}
        </th>
        <td class="number">{input.money(debt.owed, debt.plan.currency)}</td>
      </tr>
    </tfoot>
  );
}
