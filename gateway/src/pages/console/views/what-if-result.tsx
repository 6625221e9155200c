import type { VNode } from 'preact';
import { formatMoney, formatPercent } from '../../../notifications/format.ts';
import { cutCurve } from '../../../pay-score/what-if/curve.ts';
import type { Decided, OtherPolicy } from '../../../pay-score/what-if/decided.ts';
import { type Approved, type WhatIf, whatIf } from '../../../pay-score/what-if/what-if.ts';
import { formatShortMonth } from '../../format.ts';
import type { ConsoleInput } from '../input.ts';
import { Curves } from '../parts/curves.tsx';
import { DataTable } from '../../parts/data-table.tsx';

type Props = {
  input: ConsoleInput;
  decisions: readonly Decided[];
  policy: OtherPolicy;
  currency: string;
};

/** What another policy would have made of these decisions, in words, month by month, and at every cut. */
export function WhatIfResult(props: Props): VNode {
  const { input, decisions, policy } = props;
  const t = input.t.whatIf;
  const periods = whatIf(decisions, policy);
  const [all] = periods;
  return (
    <>
      <section class="card" aria-labelledby="result-heading">
        <h2 id="result-heading">{t.result(String(policy.cut))}</h2>
        <Periods {...props} periods={periods} />
      </section>
      {all && <Changed {...props} all={all} />}
      <Cuts {...props} />
    </>
  );
}

function Periods({ input, currency, periods }: Props & { periods: WhatIf[] }): VNode {
  const { locale } = input.visit;
  const t = input.t.whatIf;
  const money = (amount: bigint) => formatMoney(locale, { amount, currency });
  return (
    <DataTable
      caption={t.curveHint}
      columns={[
        { label: t.period },
        { label: t.decisions, number: true },
        { label: t.before, number: true },
        { label: t.after, number: true },
        { label: t.amountBefore, number: true },
        { label: t.amountAfter, number: true },
        { label: t.lateBefore, number: true },
        { label: t.lateKept, number: true },
      ]}
      rows={periods.map(({ period, decisions, before, kept, newlyApproved }) => [
        period === 'all' ? t.all : formatShortMonth(locale, `${period}-01`),
        String(decisions),
        String(before.count),
        String(kept.count + newlyApproved.count),
        money(before.amount),
        money(kept.amount + newlyApproved.amount),
        lateShare(locale, before),
        lateShare(locale, kept),
      ])}
    />
  );
}

function Changed({ input, currency, policy, all }: Props & { all: WhatIf }): VNode {
  const { locale } = input.visit;
  const t = input.t.whatIf;
  const { before, kept, newlyDeclined, newlyApproved } = all;
  const money = (amount: bigint) => formatMoney(locale, { amount, currency });
  const rate = (ppm: number | null) => (ppm === null ? '–' : percent(locale, ppm / 1_000_000, 2));
  return (
    <section class="card" aria-labelledby="declined-heading">
      <h2 id="declined-heading">{t.newlyDeclined}</h2>
      <p>
        {t.newlyDeclinedText(
          String(newlyDeclined.count),
          money(newlyDeclined.amount),
          money(newlyDeclined.late),
          money(newlyDeclined.debt),
        )}
      </p>
      <h2>{t.newlyApproved}</h2>
      <p>{t.newlyApprovedText(String(newlyApproved.count), money(newlyApproved.amount))}</p>
      {newlyApproved.count > 0 && (
        <p>
          {newlyApproved.judged === 0
            ? t.noEstimate
            : t.estimate(
                String(newlyApproved.judged),
                money(newlyApproved.judgedAmount),
                money(newlyApproved.expectedLate),
              )}
        </p>
      )}
      {policy.annualRatePpm && <p>{t.price(rate(before.meanRatePpm), rate(kept.meanRatePpm))}</p>}
    </section>
  );
}

function Cuts({ input, decisions, policy }: Props): VNode {
  const { locale } = input.visit;
  const t = input.t.whatIf;
  const points = cutCurve(decisions, policy);
  return (
    <section class="card" aria-labelledby="curve-heading">
      <h2 id="curve-heading">{t.curve}</h2>
      <Curves
        title={t.curveTitle}
        points={points.map(({ cut, approved, late }) => ({ x: cut, first: approved, second: late }))}
        ends={{
          most: 1,
          lowest: percent(locale, 0),
          highest: percent(locale, 1),
          from: '300',
          to: '850',
        }}
        mark={{ x: policy.cut, label: String(policy.cut) }}
        first={t.approvedShare}
        second={t.lateShare}
      />
      <details>
        <summary>{input.t.decisions.figures}</summary>
        <DataTable
          caption={t.curveTitle}
          columns={[
            { label: t.chosen },
            { label: t.approvedShare, number: true },
            { label: t.lateShare, number: true },
          ]}
          rows={points
            .filter(({ cut }) => cut % 50 === 0)
            .map(({ cut, approved, late }) => [
              String(cut),
              percent(locale, approved),
              late === null ? '–' : percent(locale, late),
            ])}
        />
      </details>
    </section>
  );
}

function lateShare(locale: string, { debt, late }: Approved): string {
  return debt === 0n ? '–' : percent(locale, Number(late) / Number(debt));
}

function percent(locale: string, share: number, digits = 1): string {
  return formatPercent(locale, Number((share * 100).toFixed(digits)));
}
