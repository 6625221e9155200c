import type { VNode } from 'preact';
import { formatMoney } from '../../../notifications/format.ts';
import type { PlanSnapshot } from '../../../plans/snapshot.ts';
import { programmeOf } from '../../../plans/programmes.ts';
import { funderNames } from '../../funder-consents.ts';
import { totalOf } from '../../parts/payments.tsx';
import { ScoreCard } from '../../parts/score.tsx';
import type { Page } from '../../send-page.tsx';
import type { DraftedOffer, ShownDecision } from '../decision.ts';
import { paymentsOf, PlanPicture, planName, pricesOf } from '../../parts/plan-picture.tsx';
import { reasonWords, UnfitPlans } from './fit.tsx';
import { StepFrame, type ViewInput } from '../view.tsx';

/** The plans to choose from, each with every date and amount, and the score behind them. */
export function offersView(input: ViewInput, { offers, unfit, assessment }: ShownDecision): Page {
  const { visit, notice } = input;
  const t = input.t.offers;
  const { code } = programmeOf(visit.merchant, visit.session.channel);
  return {
    title: t.title,
    hasProblem: notice !== undefined,
    wide: true,
    body: (
      <StepFrame input={input} title={t.title} intro={t.intro}>
        <p class="hint">{input.t.programmes[code]}</p>
        {offers.map((offer) => (
          <Offer input={input} offer={offer} />
        ))}
        <UnfitPlans input={input} unfit={unfit} />
        <ScoreCard locale={visit.locale} assessment={assessment} short />
      </StepFrame>
    ),
  };
}

function Offer({ input, offer }: { input: ViewInput; offer: DraftedOffer }): VNode {
  const { visit, t } = input;
  const { code, draft } = offer;
  const name = planName(visit.locale, draft);
  return (
    <section class="card offer" aria-labelledby={`offer-${code}`}>
      <h2 id={`offer-${code}`}>{name}</h2>
      <p class="hint">{t.plans.summaries[code]}</p>
      <p class="fit">{reasonWords(visit.locale, offer)}</p>
      {draft.interest ? (
        <>
          <Price input={input} draft={draft} />
          <details>
            <summary>{t.offers.details}</summary>
            <PlanPicture locale={visit.locale} snapshot={draft} />
          </details>
        </>
      ) : (
        <PlanPicture locale={visit.locale} snapshot={draft} />
      )}
      <a class="button" href={`${visit.path}/agreement?plan=${code}`}>
        {t.offers.choose(name)}
      </a>
    </section>
  );
}

/** What a plan by the month comes to, before its many dates. */
function Price({ input, draft }: { input: ViewInput; draft: PlanSnapshot }): VNode {
  const { locale } = input.visit;
  const t = input.t.offers;
  const payments = paymentsOf(draft);
  const money = (amount: bigint) => formatMoney(locale, { amount, currency: draft.currency });
  const [first, ...others] = payments.installments;
  const last = others.at(-1) ?? first;
  const each =
    draft.interest?.method === 'equal_principal' && payments.financeCharge > 0n
      ? t.monthlyFromTo(money(first?.amount ?? 0n), money(last?.amount ?? 0n))
      : t.monthlyTimes(money(first?.amount ?? 0n), String(payments.installments.length));
  const rows = [
    { label: t.monthly, value: each },
    ...pricesOf(locale, draft),
    { label: t.cost, value: money(payments.financeCharge) },
    { label: t.total, value: money(totalOf(payments)) },
    { label: t.fundedBy, value: funderNames(locale, draft) },
  ];
  return (
    <dl class="facts">
      {rows.map(({ label, value }) => (
        <div>
          <dt>{label}</dt>
          <dd>
            <strong>{value}</strong>
          </dd>
        </div>
      ))}
    </dl>
  );
}
