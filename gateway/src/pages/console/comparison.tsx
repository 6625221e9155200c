import type { VNode } from 'preact';
import { GatewayError } from '../../lib/errors.ts';
import type { Tx } from '../../lib/tx.ts';
import { formatPercent } from '../../notifications/format.ts';
import { findChallenger } from '../../pay-score/challenger/challengers.ts';
import { compareScores, type Comparison, type Outcomes } from '../../pay-score/challenger/compare.ts';
import { fewestInHalf } from '../../pay-score/challenger/measures.ts';
import { mostPairs, type Pairs, readPairs } from '../../pay-score/challenger/read-pairs.ts';
import { policyOf } from '../../pay-score/policy-in-force.ts';
import type { Page } from '../send-page.tsx';
import { ConsoleFrame } from './frame.tsx';
import type { ConsoleInput } from './input.ts';
import { Curves } from './parts/curves.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { TwinBars } from './parts/twin-bars.tsx';

/** The deciding model and one challenger on the same past decisions. */
export async function showComparison(tx: Tx, input: ConsoleInput): Promise<Page> {
  const t = input.t.comparison;
  const challenger = await findChallenger(tx, String(input.req.params.hash));
  if (!challenger) throw new GatewayError('not_found', { detail: 'There is no such challenger.' });
  const pairs = await readPairs(tx, challenger);
  const comparison = compareScores(pairs.pairs, (await policyOf(tx)).lowestScore);
  const props = { input, comparison };
  const title = t.title(challenger.name);
  return {
    title,
    wide: true,
    body: (
      <ConsoleFrame input={input} section="models" title={title}>
        <Scope {...props} pairs={pairs} />
        {comparison.count === 0 && <p>{t.empty}</p>}
        {comparison.count > 0 && (
          <>
            <Measures {...props} />
            <Bands {...props} />
            <Swaps {...props} />
            <Deciles {...props} />
            <Equal {...props} />
          </>
        )}
      </ConsoleFrame>
    ),
  };
}

type Props = { input: ConsoleInput; comparison: Comparison };

function Scope({ input, comparison, pairs }: Props & { pairs: Pairs }): VNode {
  const t = input.t.comparison;
  const { count, known, bad } = comparison;
  return (
    <section class="card">
      <p>{t.intro(String(count), String(known), String(bad))}</p>
      <ul>
        <li>{t.thin(String(pairs.thin))}</li>
        {pairs.refused > 0 && <li>{t.refused(String(pairs.refused))}</li>}
        {pairs.waiting > 0 && <li>{t.waiting(String(pairs.waiting))}</li>}
        {count >= mostPairs && <li>{t.newest(String(mostPairs))}</li>}
      </ul>
      <p class="hint">{t.outcome}</p>
    </section>
  );
}

function Bands({ input, comparison }: Props): VNode {
  const t = input.t.comparison;
  const { bands } = comparison;
  const badRate = ({ known, bad }: Outcomes) => (known === 0 ? '–' : shareOf(input, bad / known));
  return (
    <section class="card" aria-labelledby="bands-heading">
      <h2 id="bands-heading">{t.bands}</h2>
      <TwinBars
        title={t.bands}
        bars={bands.map(({ from, champion, challenger }) => ({
          label: String(from),
          first: champion.count,
          second: challenger.count,
        }))}
        first={t.champion}
        second={t.challenger}
      />
      {comparison.known > 0 && <BadByBand input={input} comparison={comparison} />}
      <DataTable
        caption={t.bands}
        columns={[
          { label: t.band },
          { label: t.champion, number: true },
          { label: t.challenger, number: true },
          { label: t.championBad, number: true },
          { label: t.challengerBad, number: true },
        ]}
        rows={bands.map(({ from, champion, challenger }) => [
          `${from}–${from === 800 ? 850 : from + 49}`,
          String(champion.count),
          String(challenger.count),
          badRate(champion),
          badRate(challenger),
        ])}
      />
    </section>
  );
}

/** The bad rate of each band, where anything of it is known. */
function BadByBand({ input, comparison }: Props): VNode {
  const t = input.t.comparison;
  const rateOf = ({ known, bad }: Outcomes) => (known === 0 ? null : bad / known);
  const points = comparison.bands.map(({ from, champion, challenger }) => ({
    x: from,
    first: rateOf(champion),
    second: rateOf(challenger),
  }));
  const most = Math.max(0.01, ...points.flatMap(({ first, second }) => [first ?? 0, second ?? 0]));
  return (
    <>
      <h3>{t.badByBand}</h3>
      <Curves
        title={t.badByBand}
        points={points}
        ends={{ most, lowest: shareOf(input, 0), highest: shareOf(input, most), from: '300', to: '800' }}
        first={t.champion}
        second={t.challenger}
      />
    </>
  );
}

function Swaps({ input, comparison }: Props): VNode {
  const t = input.t.comparison;
  const { swaps } = comparison;
  const badRate = ({ known, bad }: Outcomes) => (known === 0 ? '–' : shareOf(input, bad / known));
  const sets = ['both', 'championOnly', 'challengerOnly', 'neither'] as const;
  return (
    <section class="card" aria-labelledby="swaps-heading">
      <h2 id="swaps-heading">{t.swaps}</h2>
      <p>{t.swapsHint(String(swaps.championCut), String(swaps.challengerCut))}</p>
      <DataTable
        caption={t.swaps}
        columns={[
          { label: t.set },
          { label: t.decisions, number: true },
          { label: t.known, number: true },
          { label: t.badRate, number: true },
        ]}
        rows={sets.map((name) => [
          t[name],
          String(swaps[name].count),
          String(swaps[name].known),
          badRate(swaps[name]),
        ])}
      />
    </section>
  );
}

function Deciles({ input, comparison }: Props): VNode {
  const t = input.t.comparison;
  const share = (part: number, count: number) => (count === 0 ? '–' : shareOf(input, part / count));
  return (
    <section class="card" aria-labelledby="deciles-heading">
      <h2 id="deciles-heading">{t.deciles}</h2>
      <p class="hint">{t.decilesHint}</p>
      <DataTable
        caption={t.deciles}
        columns={[
          { label: t.tenth },
          { label: t.decisions, number: true },
          { label: t.same, number: true },
          { label: t.beside, number: true },
        ]}
        rows={comparison.deciles.map(({ decile, count, same, beside }) => [
          String(decile),
          String(count),
          share(same, count),
          share(beside, count),
        ])}
      />
    </section>
  );
}

/** The measures of both models, each with what it says. */
function Measures({ input, comparison }: Props): VNode {
  const t = input.t.comparison;
  const { auc, ks, psi, atCut, count } = comparison;
  const { approved, agree, cut } = atCut;
  const digits = (figure: number | undefined) => figure?.toFixed(4) ?? '–';
  const share = (part: number) => shareOf(input, part / count);
  return (
    <section class="card" aria-labelledby="measures-heading">
      <h2 id="measures-heading">{t.measures}</h2>
      <p class="hint">{t.measuresHint}</p>
      {!auc && <p>{t.noAuc}</p>}
      {!psi && <p>{t.noPsi(String(2 * fewestInHalf))}</p>}
      <DataTable
        caption={t.measures}
        columns={[
          { label: t.measure },
          { label: t.champion, number: true },
          { label: t.challenger, number: true },
        ]}
        rows={[
          [t.approvedAt(String(cut)), share(approved.champion), share(approved.challenger)],
          [t.agreeAt(String(cut)), share(agree), share(agree)],
          [t.auc, digits(auc?.champion), digits(auc?.challenger)],
          [t.ks, digits(ks?.champion), digits(ks?.challenger)],
          [t.psi, digits(psi?.champion), digits(psi?.challenger)],
        ]}
      />
    </section>
  );
}

function Equal({ input, comparison }: Props): VNode | null {
  const t = input.t.comparison;
  const { badRates } = comparison;
  if (badRates.length === 0) return null;
  const most = Math.max(0.01, ...badRates.flatMap(({ champion, challenger }) => [champion, challenger]));
  return (
    <section class="card" aria-labelledby="equal-heading">
      <h2 id="equal-heading">{t.equal}</h2>
      <p class="hint">{t.equalHint}</p>
      <Curves
        title={t.equal}
        points={badRates.map(({ percent, champion, challenger }) => ({
          x: percent,
          first: champion,
          second: challenger,
        }))}
        ends={{
          most,
          lowest: shareOf(input, 0),
          highest: shareOf(input, most),
          from: shareOf(input, 0.5),
          to: shareOf(input, 1),
        }}
        first={t.champion}
        second={t.challenger}
      />
      <DataTable
        caption={t.equal}
        columns={[
          { label: t.approval },
          { label: t.champion, number: true },
          { label: t.challenger, number: true },
        ]}
        rows={badRates.map(({ percent, champion, challenger }) => [
          shareOf(input, percent / 100),
          shareOf(input, champion),
          shareOf(input, challenger),
        ])}
      />
    </section>
  );
}

function shareOf({ visit }: ConsoleInput, share: number): string {
  return formatPercent(visit.locale, Number((share * 100).toFixed(1)));
}
