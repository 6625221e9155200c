import type { VNode } from 'preact';
import { listProposedAccounts } from '../../../banking/merchant-accounts.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatMoney } from '../../../notifications/format.ts';
import { listParkedEvents } from '../../../processor/hooks/news.ts';
import { listParkedNews, type ParkedNews } from '../../../settlement/payout-news.ts';
import { listHeldPayouts, type Payout } from '../../../settlement/payouts.ts';
import { formatInstant } from '../../format.ts';
import { PostForm } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import { ConsoleFrame, hasProblem } from '../frame.tsx';
import type { ConsoleInput } from '../input.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { consolePath } from '../paths.ts';
import { queryOf, withQuery } from '../../query.ts';
import { MerchantAccounts } from './accounts.tsx';
import { UnusedNews } from './unused-news.tsx';

const payoutsShown = 50;
const newsShown = 50;

/** Payouts that wait for two people, where merchants are to be paid, and what the processor said that fits none. */
export async function showPayouts(tx: Tx, input: ConsoleInput): Promise<Page> {
  const t = input.t.payouts;
  const path = consolePath(input.visit.environment.id, 'payouts');
  const payouts = await listHeldPayouts(tx, { after: queryOf(input.req, 'after'), limit: payoutsShown });
  const news = await listParkedNews(tx, { limit: newsShown });
  const events = await listParkedEvents(tx, { limit: newsShown });
  const accounts = await listProposedAccounts(tx);
  const last = payouts.length === payoutsShown ? payouts.at(-1) : undefined;
  return {
    title: t.title,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <ConsoleFrame input={input} section="payouts" title={t.title} intro={t.intro}>
        <section class="card">
          {payouts.length === 0 && <p>{t.empty}</p>}
          {payouts.length > 0 && <Held input={input} payouts={payouts} />}
          {last && (
            <p>
              <a href={withQuery(path, { after: last.id })}>{t.older}</a>
            </p>
          )}
        </section>
        <MerchantAccounts input={input} accounts={accounts} />
        <Parked input={input} news={news} />
        <UnusedNews input={input} events={events} />
      </ConsoleFrame>
    ),
  };
}

function Held({ input, payouts }: { input: ConsoleInput; payouts: readonly Payout[] }): VNode {
  const { visit } = input;
  const t = input.t.payouts;
  const time = (instant: Date) => formatInstant(visit.locale, instant, visit.environment.timeZone);
  return (
    <DataTable
      caption={t.held}
      columns={[
        { label: t.payout },
        { label: t.since },
        { label: t.amount, number: true },
        { label: t.reason },
        { label: t.step },
      ]}
      rows={payouts.map((payout) => [
        <>
          <code>{payout.id}</code>
          <br />
          <code>{payout.merchantId}</code>
        </>,
        time(payout.createdAt),
        formatMoney(visit.locale, payout),
        [
          payout.holdReason && t.reasons[payout.holdReason],
          payout.holdUntil && t.until(time(payout.holdUntil)),
        ]
          .filter(Boolean)
          .join(' · '),
        <Step input={input} payout={payout} />,
      ])}
    />
  );
}

/** What the operator who looks can do: approve what nobody has, release what somebody else has. */
function Step({ input, payout }: { input: ConsoleInput; payout: Payout }): VNode {
  const t = input.t.payouts;
  const { id, approvedBy, holdReason } = payout;
  if (approvedBy === input.visit.operator.id) return <span class="state">{t.approvedBy(approvedBy)}</span>;
  if (approvedBy !== null && holdReason === 'books_alarm') {
    return (
      <span>
        {t.approvedBy(approvedBy)} · {t.stopped} <StepForm input={input} id={id} step="release" />
      </span>
    );
  }
  return <StepForm input={input} id={id} step={approvedBy === null ? 'approve' : 'release'} />;
}

function StepForm(props: { input: ConsoleInput; id: string; step: 'approve' | 'release' }): VNode {
  const { input, id, step } = props;
  const label = input.t.payouts[step];
  return (
    <PostForm
      action={`${consolePath(input.visit.environment.id, 'payouts')}/${id}/${step}`}
      token={input.token}
    >
      <button class="link" type="submit" aria-label={`${label} ${id}`}>
        {label}
      </button>
    </PostForm>
  );
}

function Parked({ input, news }: { input: ConsoleInput; news: readonly ParkedNews[] }): VNode {
  const { visit } = input;
  const t = input.t.payouts;
  return (
    <section class="card" aria-labelledby="parked-heading">
      <h2 id="parked-heading">{t.parked}</h2>
      <p class="hint">{t.parkedHint}</p>
      {news.length === 0 && <p>{t.noneParked}</p>}
      {news.length > 0 && (
        <DataTable
          caption={t.parked}
          columns={[{ label: t.reference }, { label: t.said }, { label: t.parkedBecause }, { label: t.at }]}
          rows={news.map(({ reference, status, code, reason, receivedAt }) => [
            <code>{reference}</code>,
            code === null ? t.saidStatuses[status] : `${t.saidStatuses[status]} (${code})`,
            t.parkReasons[reason],
            formatInstant(visit.locale, receivedAt, visit.environment.timeZone),
          ])}
        />
      )}
    </section>
  );
}
