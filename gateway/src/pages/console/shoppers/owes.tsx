import type { VNode } from 'preact';
import { availableOf } from '../../../credit/lines.ts';
import type { ShopperDossier } from '../../../dossiers/shopper.ts';
import { formatDate, formatMoney, formatPercent } from '../../../notifications/format.ts';
import type { Reason } from '../../../pay-score/score.ts';
import { formatInstant } from '../../format.ts';
import { withQuery } from '../../query.ts';
import { type ConsoleInput, may } from '../input.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { ListCard } from '../parts/list-card.tsx';
import { consolePath } from '../paths.ts';

export type DossierProps = { input: ConsoleInput; dossier: ShopperDossier };

/** The shopper's lines, one a currency. */
export function Lines({ input, dossier }: DossierProps): VNode {
  const { locale } = input.visit;
  const t = input.t.shoppers;
  return (
    <ListCard
      id="lines"
      title={t.lines}
      empty={t.noLines}
      columns={[
        { label: t.currency },
        { label: t.limit, number: true },
        { label: t.used, number: true },
        { label: t.held, number: true },
        { label: t.available, number: true },
        { label: t.rate, number: true },
        { label: t.state },
      ]}
      rows={dossier.lines.map((line) => {
        const money = (amount: bigint) => formatMoney(locale, { amount, currency: line.currency });
        const reasons = line.suspendedFor.map((reason) => t.suspensions[reason]).join(', ');
        return [
          line.currency,
          money(line.limit),
          money(line.used),
          money(line.held),
          money(availableOf(line)),
          formatPercent(locale, line.annualRatePpm / 10_000),
          line.status === 'active' ? t.active : `${t.suspendedFor} ${reasons}`,
        ];
      })}
    />
  );
}

const reasonsShown = 10;

/** What moved a score most; all of it is on the decision's own page. */
function weightiest(reasons: readonly Reason[]): Reason[] {
  return reasons
    .filter(({ points }) => points !== 0)
    .toSorted((a, b) => Math.abs(b.points) - Math.abs(a.points))
    .slice(0, reasonsShown);
}

/** The newest decision's score, with what moved it most. */
export function Score({ input, dossier }: DossierProps): VNode {
  const { locale, environment } = input.visit;
  const t = input.t.shoppers;
  const { decision } = dossier;
  const path = consolePath(environment.id, 'decisions');
  return (
    <section class="card" aria-labelledby="score-heading">
      <h2 id="score-heading">{t.score}</h2>
      {!decision && <p>{t.noScore}</p>}
      {decision && (
        <>
          <p>
            {t.scoreIs(
              String(decision.score),
              formatInstant(locale, decision.createdAt, environment.timeZone),
            )}
          </p>
          <details>
            <summary>{t.points}</summary>
            <DataTable
              caption={t.score}
              columns={[{ label: t.reason }, { label: t.points, number: true }]}
              rows={weightiest(decision.reasons).map(({ code, points }) => [
                <code>{code}</code>,
                points < 0 ? `−${-points}` : String(points),
              ])}
            />
          </details>
          {may(input, 'decisions') && (
            <p class="asides">
              <a href={`${path}/${decision.id}`}>{t.decision}</a>{' '}
              <a href={withQuery(path, { find: dossier.id })}>{t.decisions}</a>
            </p>
          )}
        </>
      )}
    </section>
  );
}

/** What was bought and what of it is unpaid. */
export function Plans({ input, dossier }: DossierProps): VNode {
  const { locale, environment } = input.visit;
  const t = input.t.shoppers;
  const merchants = consolePath(environment.id, 'merchants');
  return (
    <ListCard
      id="plans"
      title={t.plans}
      empty={t.noPlans}
      columns={[
        { label: t.plan },
        { label: t.order },
        { label: t.state },
        { label: t.bucket },
        { label: t.owed, number: true },
        { label: t.nextDue },
      ]}
      rows={dossier.plans.map((plan) => [
        <code>{plan.id}</code>,
        plan.merchantId !== null && may(input, 'merchants') ? (
          <a href={`${merchants}/${plan.merchantId}`}>
            <code>{plan.orderId}</code>
          </a>
        ) : (
          <code>{plan.orderId ?? '–'}</code>
        ),
        t.planStates[plan.status],
        plan.bucket === 'current' ? t.onTime : plan.bucket,
        formatMoney(locale, { amount: plan.owed, currency: plan.currency }),
        plan.nextDue === null ? '–' : formatDate(locale, plan.nextDue),
      ])}
    />
  );
}

/** What was tried to be repaid, the newest first. */
export function Payments({ input, dossier }: DossierProps): VNode {
  const { locale, environment } = input.visit;
  const t = input.t.shoppers;
  return (
    <ListCard
      id="payments"
      title={t.payments}
      empty={t.noPayments}
      columns={[
        { label: t.time },
        { label: t.plan },
        { label: t.state },
        { label: t.reason },
        { label: t.amount, number: true },
      ]}
      rows={dossier.payments.map((payment) => [
        formatInstant(locale, payment.createdAt, environment.timeZone),
        <code>{payment.planId}</code>,
        t.paymentStates[payment.status] ?? payment.status,
        payment.failureCode === null ? '–' : <code>{payment.failureCode}</code>,
        formatMoney(locale, payment),
      ])}
    />
  );
}
