import type { VNode } from 'preact';
import { type MerchantDossier, rateDays, readMerchantDossier } from '../../../dossiers/merchant.ts';
import { readMerchantTimeline } from '../../../dossiers/timeline.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatMoney, formatPercent } from '../../../notifications/format.ts';
import type { FeeTier } from '../../../settlement/terms.ts';
import { formatInstant } from '../../format.ts';
import { queryOf } from '../../query.ts';
import type { Page } from '../../send-page.tsx';
import { ConsoleFrame, hasProblem } from '../frame.tsx';
import { audit, type ConsoleInput } from '../input.ts';
import { Facts } from '../../parts/facts.tsx';
import { Timeline } from '../parts/timeline.tsx';
import { consolePath } from '../paths.ts';
import { LinksCard } from '../parts/links-card.tsx';
import { ListCard } from '../parts/list-card.tsx';
import { Refunds } from './refunds.tsx';
import { Standing } from './standing.tsx';
import { Accounts, Keys, Orders, Payouts, Settlements } from './lists.tsx';

/** Everything about one merchant. That somebody looked is kept. */
export async function showMerchant(tx: Tx, input: ConsoleInput): Promise<Page> {
  const { visit, req } = input;
  const dossier = await readMerchantDossier(tx, String(req.params.merchantId));
  const { merchant } = dossier;
  await audit(tx, visit, 'merchant_viewed', { objectId: merchant.id });
  const entries = await readMerchantTimeline(tx, { merchantId: merchant.id, before: queryOf(req, 'before') });
  const path = `${consolePath(visit.environment.id, 'merchants')}/${merchant.id}`;
  const props = { input, dossier };
  return {
    title: merchant.name,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <ConsoleFrame input={input} section="merchants" title={merchant.name}>
        <Business {...props} />
        <Standing input={input} merchant={merchant} />
        <Fees {...props} />
        <Rates {...props} />
        <Refunds {...props} />
        <Orders {...props} />
        <Settlements {...props} />
        <Payouts {...props} />
        <Accounts {...props} />
        <LinksCard
          input={input}
          links={dossier.links}
          title={input.t.links.ofMerchant}
          empty={input.t.links.noneOfMerchant}
          sides={['shopper']}
        />
        <Keys {...props} />
        <Timeline input={input} t={input.t.merchants} path={path} entries={entries} />
      </ConsoleFrame>
    ),
  };
}

export type MerchantProps = { input: ConsoleInput; dossier: MerchantDossier };

function Business({ input, dossier }: MerchantProps): VNode {
  const { locale, environment } = input.visit;
  const t = input.t.merchants;
  const { merchant } = dossier;
  return (
    <section class="card" aria-labelledby="business-heading">
      <h2 id="business-heading">{t.business}</h2>
      <Facts
        facts={[
          [t.id, <code>{merchant.id}</code>],
          [t.environment, environment.kind === 'live' ? input.t.live : <code>{environment.id}</code>],
          [t.state, t.states[merchant.status]],
          [t.since, formatInstant(locale, merchant.createdAt, environment.timeZone)],
          [t.category, <code>{merchant.category}</code>],
          [t.country, merchant.country],
          [t.timeZone, merchant.timeZone],
          [t.currency, merchant.currency],
          [t.origins, merchant.allowedOrigins.length === 0 ? t.none : merchant.allowedOrigins.join(', ')],
          [t.publishable, <code>{merchant.publishableKey}</code>],
        ]}
      />
    </section>
  );
}

function Fees({ input, dossier }: MerchantProps): VNode {
  const { locale } = input.visit;
  const t = input.t.merchants;
  const { terms, merchant } = dossier;
  const money = (amount: bigint) => formatMoney(locale, { amount, currency: merchant.currency });
  const percent = (basisPoints: number) => formatPercent(locale, basisPoints / 100);
  const nameOf = ({ from }: FeeTier) => (from === 0n ? t.fee : t.feeFrom(money(from)));
  return (
    <section class="card" aria-labelledby="fees-heading">
      <h2 id="fees-heading">{t.fees}</h2>
      <Facts
        facts={[
          ...terms.feeTiers.map(
            (tier) => [nameOf(tier), t.feeOf(percent(tier.basisPoints), money(tier.fixed))] as const,
          ),
          [t.reserve, terms.reserve === null ? t.none : percent(terms.reserve.basisPoints)],
          [t.cap, terms.payoutCap === null ? t.none : money(terms.payoutCap)],
        ]}
      />
    </section>
  );
}

function Rates({ input, dossier }: MerchantProps): VNode {
  const { locale } = input.visit;
  const t = input.t.merchants;
  const share = (part: number, whole: number) =>
    `${part} (${formatPercent(locale, Number(((part / whole) * 100).toFixed(1)))})`;
  return (
    <ListCard
      id="rates"
      title={t.rates(String(rateDays))}
      hint={t.ratesHint}
      empty={t.noRates}
      columns={[
        { label: t.currency },
        { label: t.orders, number: true },
        { label: t.disputed, number: true },
        { label: t.refunded, number: true },
        { label: t.captured, number: true },
        { label: t.moneyBack, number: true },
      ]}
      rows={dossier.rates.map((rates) => {
        const money = (amount: bigint) => formatMoney(locale, { amount, currency: rates.currency });
        return [
          rates.currency,
          String(rates.orders),
          share(rates.disputed, rates.orders),
          share(rates.refundedOrders, rates.orders),
          money(rates.captured),
          money(rates.refunded),
        ];
      })}
    />
  );
}
