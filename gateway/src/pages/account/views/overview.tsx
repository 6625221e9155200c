import type { VNode } from 'preact';
import type { Agreement } from '../../../agreements/agreements.ts';
import type { CalendarDate } from '../../../lib/dates.ts';
import { sum } from '../../../lib/money.ts';
import { formatDate } from '../../../notifications/format.ts';
import { isOpen } from '../../../repayments/methods.ts';
import { planName } from '../../parts/plan-picture.tsx';
import { countText } from '../../parts/tabs.tsx';
import type { Page } from '../../send-page.tsx';
import { textsOf } from '../../texts/language.ts';
import { debtName } from '../debt-name.ts';
import type { Debt } from '../debts.ts';
import { DrawEntry, type DrawEntryFacts } from '../draws/entry.tsx';
import { OwnLimitsEntry } from '../own-limits/entry.tsx';
import { addressOf } from '../paths.ts';
import { GuaranteeEntry, type GuaranteeEntryFacts } from '../guarantees/entry.tsx';
import { SigningInEntry } from '../signing-in/entry.tsx';
import { AccountFrame, type AccountInput, hasProblem } from '../view.tsx';
import { LineSection } from './line.tsx';
import { MonthTotals } from './month-totals.tsx';
import type { Standing } from './score.tsx';
import { type Payment, Upcoming } from './upcoming.tsx';

type Props = { input: AccountInput; debts: Debt[]; payments: Payment[] };

/** A shop that takes orders without asking each time, or could. */
export type ListedAgreement = { shop: string; status: Agreement['status'] };

/** What the first page is made from; `today` is the environment's. */
export type Overview = {
  debts: Debt[];
  standings: Standing[];
  permissions: ListedAgreement[];
  draw: DrawEntryFacts;
  guarantee: GuaranteeEntryFacts;
  isLocked: boolean;
  hasPasskey: boolean;
  today: CalendarDate;
};

/** What is owed in all, when, and to whom; and what can still be used. */
export function overviewView(input: AccountInput, overview: Overview): Page {
  const { t } = input;
  const { debts, standings, permissions, draw, guarantee, isLocked, hasPasskey, today } = overview;
  const payments = paymentsOf(debts);
  const props = { input, debts, payments };
  return {
    title: t.overview.title,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <AccountFrame input={input} tab="overview" title={t.overview.title}>
        <WaitingCases input={input} />
        <Owed {...props} />
        {payments.length > 0 && <Upcoming input={input} payments={payments} today={today} />}
        <MonthTotals input={input} payments={payments} />
        {standings.map((standing) => (
          <LineSection input={input} standing={standing} />
        ))}
        <DrawEntry input={input} facts={draw} />
        <GuaranteeEntry input={input} facts={guarantee} />
        <OwnLimitsEntry input={input} isLocked={isLocked} />
        {debts.length > 0 && <Plans input={input} debts={debts} />}
        <PermissionList input={input} permissions={permissions} />
        {!hasPasskey && <SigningInEntry input={input} />}
      </AccountFrame>
    ),
  };
}

/** What somebody has answered or asked the shopper since, which the first page of the account leads to. */
function WaitingCases({ input }: { input: AccountInput }): VNode | null {
  const { t, visit, waitingCases = 0 } = input;
  if (waitingCases === 0) return null;
  return (
    <p class="notice good">
      <a href={addressOf(visit.place.path, 'cases')}>{t.overview.waitingCases(countText(waitingCases))}</a>
    </p>
  );
}

function paymentsOf(debts: Debt[]): Payment[] {
  const open = debts.flatMap((debt) =>
    debt.installments
      .filter(({ left, status }) => left > 0n && status !== 'charged_off')
      .map((item) => ({ ...item, debt })),
  );
  return open.sort((a, b) => (a.dueDate < b.dueDate ? -1 : a.dueDate > b.dueDate ? 1 : 0));
}

/** A shopper may owe in several currencies; nothing is added up over them. */
function currenciesOf(debts: Debt[]): string[] {
  return [...new Set(debts.filter(({ owed }) => owed > 0n).map(({ plan }) => plan.currency))].sort();
}

function Owed({ input, debts, payments }: Props): VNode {
  const { t, money, visit } = input;
  const [next] = payments;
  const due = debts.filter((debt) => debt.due > 0n);
  if (!next && due.length === 0) {
    return (
      <section class="card">
        <p class="why">{t.overview.nothing}</p>
        <p class="hint">{t.overview.nothingHint}</p>
      </section>
    );
  }
  return (
    <section class="card" aria-labelledby="owed-heading">
      <h2 id="owed-heading" class="eyebrow">
        {t.overview.owed}
      </h2>
      {currenciesOf(debts).map((currency) => (
        <p class="sum">{money(totalIn(debts, currency, 'owed'), currency)}</p>
      ))}
      {next && due.length === 0 && (
        <p>
          {t.overview.next(
            money(next.left, next.debt.plan.currency),
            debtName(input, next.debt),
            formatDate(visit.locale, next.dueDate),
          )}
        </p>
      )}
      {currenciesOf(due).map((currency) => (
        <p>
          <strong>{t.overview.due(money(totalIn(due, currency, 'due'), currency))}</strong>
        </p>
      ))}
      {due.map((debt) => (
        <p class="pay">
          <a class="button" href={`${visit.place.path}/plans/${debt.plan.id}`}>
            {t.overview.pay(money(debt.due, debt.plan.currency), debtName(input, debt))}
          </a>
        </p>
      ))}
    </section>
  );
}

function totalIn(debts: Debt[], currency: string, what: 'owed' | 'due'): bigint {
  return sum(debts.filter(({ plan }) => plan.currency === currency).map((debt) => debt[what]));
}

function Plans({ input, debts }: { input: AccountInput; debts: Debt[] }): VNode {
  const { t } = input;
  const finished = debts.filter(({ plan }) => !isOpen(plan));
  return (
    <section class="card" aria-labelledby="plans-heading">
      <h2 id="plans-heading">{t.overview.plansHeading}</h2>
      <PlanList input={input} debts={debts.filter(({ plan }) => isOpen(plan))} />
      {finished.length > 0 && (
        <details>
          <summary>{t.overview.finished(String(finished.length))}</summary>
          <PlanList input={input} debts={finished} />
        </details>
      )}
    </section>
  );
}

function PlanList({ input, debts }: { input: AccountInput; debts: Debt[] }): VNode | null {
  const { t, money, visit } = input;
  if (debts.length === 0) return null;
  return (
    <ul class="plans">
      {debts.map((debt) => (
        <li>
          <a href={`${visit.place.path}/plans/${debt.plan.id}`}>
            {debtName(input, debt)}, {money(BigInt(debt.plan.snapshot.amount), debt.plan.currency)}
          </a>
          <span class="hint">
            {planName(visit.locale, debt.plan.snapshot)} ·{' '}
            {debt.owed > 0n
              ? t.overview.left(money(debt.owed, debt.plan.currency))
              : t.plan.statuses[debt.plan.status]}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The shops that may take orders without asking; all about them is on a page of its own. */
function PermissionList(props: { input: AccountInput; permissions: ListedAgreement[] }): VNode | null {
  const { input, permissions } = props;
  const { t, visit } = input;
  if (permissions.length === 0) return null;
  const { statuses } = textsOf[visit.locale].agreements.list;
  return (
    <section class="card" aria-labelledby="agreements-heading">
      <h2 id="agreements-heading">{t.overview.agreementsHeading}</h2>
      <ul class="plans">
        {permissions.map(({ shop, status }) => (
          <li>
            <span>{shop}</span>
            <span class="hint">{statuses[status]}</span>
          </li>
        ))}
      </ul>
      <p>
        <a href={`${visit.place.path}/agreements`}>{t.overview.agreementsLink}</a>
      </p>
    </section>
  );
}
