import type { VNode } from 'preact';
import type { DryRun } from '../../../fraud/dry-run.ts';
import { formatInstant } from '../../format.ts';
import type { ConsoleInput } from '../input.ts';
import { DataTable } from '../../parts/data-table.tsx';

const changesShown = 100;

/** What rules would have said to past decisions, beside those in force. */
export function DryRunResult({ input, result }: { input: ConsoleInput; result: DryRun }): VNode {
  const { visit } = input;
  const t = input.t.alarms;
  const { decisions, inForce, tried, rules, changed, newlyRefused } = result;
  const verdicts = ['pass', 'challenge', 'refuse'] as const;
  const [versus, versusTried] = [
    { label: t.inForce, number: true },
    { label: t.tried, number: true },
  ];
  return (
    <section class="card" aria-labelledby="result-heading">
      <h2 id="result-heading">{t.decisions(String(decisions))}</h2>
      <DataTable
        caption={t.verdict}
        columns={[{ label: t.verdict }, versus, versusTried]}
        rows={verdicts.map((name) => [t.verdicts[name], String(inForce[name]), String(tried[name])])}
      />
      {rules.length > 0 && (
        <DataTable
          caption={t.hits}
          columns={[{ label: t.rule }, versus, versusTried]}
          rows={rules.map((hits) => [<code>{hits.rule}</code>, String(hits.inForce), String(hits.tried)])}
        />
      )}
      <p>
        {t.newlyRefused(
          String(newlyRefused.decisions),
          String(newlyRefused.plans),
          String(newlyRefused.late),
        )}
      </p>
      {changed.length === 0 && <p>{t.noChange}</p>}
      {changed.length > 0 && (
        <DataTable
          caption={t.changed}
          columns={[{ label: t.purchase }, { label: t.from }, { label: t.to }, { label: t.rule }]}
          rows={changed.slice(0, changesShown).map(({ purchase, seenAt, from, to, hits }) => [
            <>
              <code>{purchase}</code> {formatInstant(visit.locale, seenAt, visit.environment.timeZone)}
            </>,
            t.verdicts[from],
            t.verdicts[to],
            hits.join(', '),
          ])}
        />
      )}
    </section>
  );
}
