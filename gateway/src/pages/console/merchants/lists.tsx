import type { VNode } from 'preact';
import { formatDate, formatMoney } from '../../../notifications/format.ts';
import { formatInstant } from '../../format.ts';
import { may } from '../input.ts';
import { consolePath } from '../paths.ts';
import { ListCard } from '../parts/list-card.tsx';
import type { MerchantProps } from './one.tsx';

/** A merchant's newest orders, each with the shopper whose it is. */
export function Orders({ input, dossier }: MerchantProps): VNode {
  const { locale, environment } = input.visit;
  const t = input.t.merchants;
  const shoppers = consolePath(environment.id, 'shoppers');
  const mayOpen = may(input, 'shoppers');
  return (
    <ListCard
      id="orders"
      title={t.newestOrders}
      empty={t.noOrders}
      columns={[
        { label: t.time },
        { label: t.order },
        { label: t.shopper },
        { label: t.state },
        { label: t.amount, number: true },
        { label: t.moneyBack, number: true },
      ]}
      rows={dossier.orders.map((order) => {
        const money = (amount: bigint) => formatMoney(locale, { amount, currency: order.currency });
        const shopper = <code>{order.shopperId}</code>;
        return [
          formatInstant(locale, order.createdAt, environment.timeZone),
          <code>{order.id}</code>,
          mayOpen ? <a href={`${shoppers}/${order.shopperId}`}>{shopper}</a> : shopper,
          <code>{order.status}</code>,
          money(order.authorized),
          money(order.refunded),
        ];
      })}
    />
  );
}

/** A merchant's newest settlements. */
export function Settlements({ input, dossier }: MerchantProps): VNode {
  const { locale } = input.visit;
  const t = input.t.merchants;
  return (
    <ListCard
      id="settlements"
      title={t.settlements}
      empty={t.noSettlements}
      columns={[
        { label: t.date },
        { label: t.settlement },
        { label: t.state },
        { label: t.net, number: true },
      ]}
      rows={dossier.settlements.map(({ businessDate, id, status, net, currency }) => [
        formatDate(locale, businessDate),
        <code>{id}</code>,
        t[status],
        net === null ? '–' : formatMoney(locale, { amount: net, currency }),
      ])}
    />
  );
}

/** A merchant's newest payouts. Those that are held are let go in their own section. */
export function Payouts({ input, dossier }: MerchantProps): VNode {
  const { locale, environment } = input.visit;
  const t = input.t.merchants;
  const held = dossier.payouts.some(({ status }) => status === 'held') && may(input, 'payouts');
  return (
    <>
      <ListCard
        id="payouts"
        title={t.payouts}
        empty={t.noPayouts}
        columns={[
          { label: t.time },
          { label: t.payout },
          { label: t.state },
          { label: t.amount, number: true },
        ]}
        rows={dossier.payouts.map((payout) => [
          formatInstant(locale, payout.createdAt, environment.timeZone),
          <code>{payout.id}</code>,
          payout.status === 'held' && payout.holdReason !== null
            ? `${t.payoutStates.held}: ${input.t.payouts.reasons[payout.holdReason]}`
            : t.payoutStates[payout.status],
          formatMoney(locale, payout),
        ])}
      />
      {held && (
        <p class="asides">
          <a href={consolePath(environment.id, 'payouts')}>{t.heldPayouts}</a>
        </p>
      )}
    </>
  );
}

/** Where a merchant is paid, and was. */
export function Accounts({ input, dossier }: MerchantProps): VNode {
  const { locale, environment } = input.visit;
  const t = input.t.merchants;
  return (
    <ListCard
      id="accounts"
      title={t.accounts}
      empty={t.noAccounts}
      columns={[{ label: t.time }, { label: t.account }, { label: t.name }, { label: t.state }]}
      rows={dossier.accounts.map(({ enteredAt, bankName, last4, holder, status }) => [
        formatInstant(locale, enteredAt, environment.timeZone),
        `${bankName} ••••${last4}`,
        holder,
        <code>{status}</code>,
      ])}
    />
  );
}

/** The keys that a merchant has and had. */
export function Keys({ input, dossier }: MerchantProps): VNode {
  const { locale, environment } = input.visit;
  const t = input.t.merchants;
  return (
    <ListCard
      id="keys"
      title={t.keys}
      empty={t.noKeys}
      columns={[{ label: t.time }, { label: t.key }, { label: t.scopes }, { label: t.state }]}
      rows={dossier.keys.map(({ createdAt, kid, scopes, status }) => [
        formatInstant(locale, createdAt, environment.timeZone),
        <code>{kid}</code>,
        scopes.join(', '),
        t.keyStates[status],
      ])}
    />
  );
}
