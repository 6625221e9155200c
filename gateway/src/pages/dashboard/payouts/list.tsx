import { isId } from '../../../lib/ids.ts';
import { dateIn } from '../../../lib/dates.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatMoney, formatPercent } from '../../../notifications/format.ts';
import { isRefundedTooMuch, readRefundShare, refundShareDays } from '../../../settlement/refund-share.ts';
import { termsOn } from '../../../settlement/terms.ts';
import { listPayouts, type Payout, payoutStatuses } from '../../../settlement/payouts.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { formatInstant } from '../../format.ts';
import { queryOf, withQuery } from '../../query.ts';
import type { Page } from '../../send-page.tsx';
import { textsOf } from '../../texts/language.ts';
import { DashboardFrame, hasProblem } from '../frame.tsx';
import type { DashboardInput } from '../input.ts';
import { dashboardPath } from '../paths.ts';
import { holdWords } from './hold-words.ts';

const payoutsShown = 50;

/** The merchant's payouts, the newest first: all, or those in one state. */
export async function showPayouts(tx: Tx, input: DashboardInput): Promise<Page> {
  const { visit, req } = input;
  const t = input.t.payouts;
  const { payoutStates } = textsOf[visit.locale].statement;
  const path = dashboardPath('payouts');
  const status = payoutStatuses.find((one) => one === queryOf(req, 'status'));
  const after = queryOf(req, 'after');
  const payouts = await listPayouts(tx, {
    merchantId: visit.merchant.id,
    status,
    newestFirst: true,
    after: isId('po', after) ? after : undefined,
    limit: payoutsShown,
  });
  const waits = await refundWords(tx, input);
  const last = payouts.length === payoutsShown ? payouts.at(-1) : undefined;
  return {
    title: t.title,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <DashboardFrame input={input} section="payouts" title={t.title} intro={t.intro}>
        {waits !== undefined && <p class="note">{waits}</p>}
        <section class="card">
          <p class="asides">
            {[undefined, ...payoutStatuses].map((one) => (
              <a href={withQuery(path, { status: one })} aria-current={one === status ? 'true' : undefined}>
                {one === undefined ? t.all : payoutStates[one]}
              </a>
            ))}
          </p>
          {payouts.length === 0 && <p>{t.empty}</p>}
          {payouts.length > 0 && (
            <DataTable
              caption={t.list}
              columns={[
                { label: t.created },
                { label: t.state },
                { label: t.held },
                { label: t.amount, number: true },
              ]}
              rows={payouts.map((payout) => rowOf(input, payout))}
            />
          )}
          {last && (
            <p>
              <a href={withQuery(path, { status, after: last.id })}>{t.older}</a>
            </p>
          )}
        </section>
      </DashboardFrame>
    ),
  };
}

/** What is said while refunds hold payouts: from the refund on that crosses the bound, before a payout is held. */
async function refundWords(tx: Tx, { visit, t }: DashboardInput): Promise<string | undefined> {
  const { merchant, locale } = visit;
  const { currency } = merchant;
  const terms = await termsOn(tx, { merchant, currency, date: dateIn(merchant.timeZone, tx.now) });
  const share = await readRefundShare(tx, { merchant, currency });
  if (!isRefundedTooMuch(share, terms)) return undefined;
  const money = (amount: bigint) => formatMoney(locale, { amount, currency });
  return t.payouts.refundsHold({
    refunded: money(share.refunded),
    captured: money(share.captured),
    bound: formatPercent(locale, terms.refundHoldBasisPoints / 100),
    days: String(refundShareDays),
  });
}

function rowOf(input: DashboardInput, payout: Payout) {
  const { locale, merchant } = input.visit;
  return [
    <a href={dashboardPath('payouts', payout.id)}>
      {formatInstant(locale, payout.createdAt, merchant.timeZone)}
    </a>,
    textsOf[locale].statement.payoutStates[payout.status],
    holdWords(input, payout) ?? '–',
    formatMoney(locale, payout),
  ];
}
