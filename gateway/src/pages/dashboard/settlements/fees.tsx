import { addOffset, dateIn } from '../../../lib/dates.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatMoney, formatPercent } from '../../../notifications/format.ts';
import { type MonthOfSettlements, settledByMonth } from '../../../settlement/by-month.ts';
import { AmountBars } from '../../parts/amount-bars.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { formatShortMonth } from '../../format.ts';
import type { Page } from '../../send-page.tsx';
import { DashboardFrame, hasProblem } from '../frame.tsx';
import type { DashboardInput } from '../input.ts';
import { dashboardPath } from '../paths.ts';

/** What the merchant pays us, by month, as bars with the table beside them. */
export async function showFees(tx: Tx, input: DashboardInput): Promise<Page> {
  const { locale, merchant } = input.visit;
  const { currency } = merchant;
  const t = input.t.settlements;
  const thisMonth = `${dateIn(merchant.timeZone, tx.now).slice(0, 7)}-01`;
  const all = await settledByMonth(tx, {
    merchantId: merchant.id,
    from: addOffset(thisMonth, { months: -11 }),
  });
  const months = all.filter((month) => month.currency === currency);
  const hasSubsidies = months.some(({ subsidies }) => subsidies !== 0n);
  return {
    title: t.fees.title,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <DashboardFrame input={input} section="settlements" title={t.fees.title} intro={t.fees.intro}>
        <p class="asides">
          <a href={dashboardPath('settlements')}>{t.back}</a>
        </p>
        <section class="card">
          {months.length === 0 && <p>{t.fees.empty}</p>}
          {months.length > 0 && (
            <>
              <AmountBars
                title={t.fees.picture}
                bars={months.map(({ month, fees, subsidies }) => ({
                  label: formatShortMonth(locale, month),
                  first: fees,
                  ...(hasSubsidies && { second: subsidies }),
                }))}
                first={t.fees.fees}
                {...(hasSubsidies && { second: t.fees.subsidies })}
              />
              <DataTable
                caption={t.fees.title}
                columns={[
                  { label: t.fees.month },
                  { label: t.fees.captured, number: true },
                  { label: t.fees.refunded, number: true },
                  { label: t.fees.fees, number: true },
                  { label: t.fees.share, number: true },
                  { label: t.fees.subsidies, number: true },
                ]}
                rows={months.map((month) => rowOf(locale, month))}
              />
              <p class="hint">{t.fees.hint}</p>
            </>
          )}
        </section>
      </DashboardFrame>
    ),
  };
}

function rowOf(locale: string, { month, currency, captured, refunded, fees, subsidies }: MonthOfSettlements) {
  const money = (amount: bigint) => formatMoney(locale, { amount, currency });
  const share = captured === 0n ? '–' : formatPercent(locale, Number((fees * 10_000n) / captured) / 100);
  return [
    formatShortMonth(locale, month),
    money(captured),
    money(refunded),
    money(fees),
    share,
    money(subsidies),
  ];
}
