import type { VNode } from 'preact';
import type { Agreement } from '../../../agreements/agreements.ts';
import type { CalendarDate } from '../../../lib/dates.ts';
import { formatDate, formatMoney } from '../../../notifications/format.ts';
import type { Assessment } from '../../../pay-score/assessments.ts';
import type { PaymentMethod } from '../../../processor/payment-methods.ts';
import { PostForm } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import { textsOf } from '../../texts/language.ts';
import { AccountFrame, type AccountInput, cardName, hasProblem } from '../view.tsx';

/** An agreement as its shopper looks at it. `refusal` is the decision that declined its last order, with what is late. */
export type Permission = {
  agreement: Agreement;
  shop: string;
  card: PaymentMethod | undefined;
  agreedOn: CalendarDate | null;
  endedOn: CalendarDate | null;
  refusal: { assessment: Assessment; overdue: bigint } | undefined;
};

/** Every agreement with its ceilings and, while it is not ended, the one button that ends it. */
export function agreementsView(input: AccountInput, permissions: Permission[]): Page {
  const t = textsOf[input.visit.locale].agreements.list;
  const open = permissions.filter(({ agreement }) => agreement.status !== 'ended');
  const ended = permissions.filter(({ agreement }) => agreement.status === 'ended');
  return {
    title: t.title,
    hasProblem: hasProblem(input),
    body: (
      <AccountFrame input={input} tab="agreements" title={t.title} intro={open.length > 0 ? t.intro : t.none}>
        {open.map((permission) => (
          <PermissionCard input={input} permission={permission} />
        ))}
        {ended.length > 0 && (
          <details class="card">
            <summary>{t.ended(String(ended.length))}</summary>
            {ended.map((permission) => (
              <>
                <h2>{permission.shop}</h2>
                <PermissionTable input={input} permission={permission} />
              </>
            ))}
          </details>
        )}
      </AccountFrame>
    ),
  };
}

type Props = { input: AccountInput; permission: Permission };

function PermissionCard({ input, permission }: Props): VNode {
  const { visit, token } = input;
  const { agreement, shop, refusal } = permission;
  const t = textsOf[visit.locale].agreements.list;
  const heading = `${agreement.id}-heading`;
  const hint = `${agreement.id}-hint`;
  return (
    <section class="card" aria-labelledby={heading}>
      <p class="eyebrow">{t.statuses[agreement.status]}</p>
      <h2 id={heading}>{shop}</h2>
      <PermissionTable input={input} permission={permission} />
      {refusal && (
        <p>
          <strong>{t.refused}</strong>: {reasonOf(input, refusal)}
        </p>
      )}
      <PostForm action={`${visit.place.path}/agreements/${agreement.id}/end`} token={token}>
        <button class="button quiet" type="submit" aria-describedby={hint}>
          {t.endNow(shop)}
        </button>
      </PostForm>
      <p class="hint" id={hint}>
        {t.endHint}
      </p>
    </section>
  );
}

function PermissionTable({ input, permission }: Props): VNode {
  const { visit } = input;
  const { locale } = visit;
  const { agreement, shop, card, agreedOn, endedOn } = permission;
  const t = textsOf[locale].agreements;
  const money = (amount: bigint): string => input.money(amount, agreement.currency);
  const rows: [string, string | undefined | null][] = [
    [t.purpose, agreement.description],
    [t.orderCeiling, money(agreement.orderCeiling)],
    [t.dayCeiling, money(agreement.dayCeiling)],
    [t.monthCeiling, money(agreement.monthCeiling)],
    [t.charged, t.chargedAfter(agreement.chargeAfterDays)],
    [t.list.card, card && cardName(input, card)],
    [t.list.agreedOn, agreedOn && formatDate(locale, agreedOn)],
    [t.list.endedOn, endedOn && formatDate(locale, endedOn)],
  ];
  return (
    <table class="payments">
      <caption class="unseen">{shop}</caption>
      <tbody>
        {rows
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <tr>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}

function reasonOf({ visit }: AccountInput, refusal: NonNullable<Permission['refusal']>): string {
  const { declineCode, available, currency } = refusal.assessment;
  const money = (amount: bigint): string => formatMoney(visit.locale, { amount, currency });
  return textsOf[visit.locale].declined.codes[declineCode ?? 'no_funder']({
    available: money(available),
    nothingAvailable: available === 0n,
    overdue: money(refusal.overdue),
  }).why;
}
