import type { Tx } from '../../../lib/tx.ts';
import { formatMoney } from '../../../notifications/format.ts';
import { findPayout } from '../../../settlement/payouts.ts';
import { Facts } from '../../parts/facts.tsx';
import { formatInstant } from '../../format.ts';
import type { Page } from '../../send-page.tsx';
import { textsOf } from '../../texts/language.ts';
import { DashboardFrame, hasProblem } from '../frame.tsx';
import type { DashboardInput } from '../input.ts';
import { dashboardPath } from '../paths.ts';
import { holdWords } from './hold-words.ts';

/** One payout: where it stands, and the settlement whose lines sum to it. */
export async function showPayout(tx: Tx, input: DashboardInput): Promise<Page> {
  const { locale, merchant } = input.visit;
  const payout = await findPayout(tx, {
    payoutId: String(input.req.params.payoutId),
    merchantId: merchant.id,
  });
  const t = input.t.payouts;
  const time = (instant: Date) => formatInstant(locale, instant, merchant.timeZone);
  const held = holdWords(input, payout);
  const { id, status, createdAt, paidAt, returnedAt, failureCode, settlementId } = payout;
  return {
    title: t.one,
    hasProblem: hasProblem(input),
    body: (
      <DashboardFrame input={input} section="payouts" title={t.one}>
        <p class="asides">
          <a href={dashboardPath('payouts')}>{t.back}</a>
        </p>
        <section class="card">
          <p>
            <strong class="sum">{formatMoney(locale, payout)}</strong>{' '}
            <span class="state">{textsOf[locale].statement.payoutStates[status]}</span>
          </p>
          <Facts
            facts={[
              [t.id, <code>{id}</code>],
              [t.created, time(createdAt)],
              ...(held === undefined ? [] : ([[t.held, held]] as const)),
              ...(paidAt === null ? [] : ([[t.paidAt, time(paidAt)]] as const)),
              ...(returnedAt === null ? [] : ([[t.returnedAt, time(returnedAt)]] as const)),
              ...(failureCode === null ? [] : ([[t.failure, <code>{failureCode}</code>]] as const)),
              [t.settlement, <code>{settlementId}</code>],
            ]}
          />
          <p>
            <a class="button quiet" href={dashboardPath('settlements', settlementId)}>
              {t.openSettlement}
            </a>
          </p>
          <p class="hint">{t.linesHint}</p>
        </section>
      </DashboardFrame>
    ),
  };
}
