import type { VNode } from 'preact';
import type { Tx } from '../../../lib/tx.ts';
import { findImport } from '../../../reconciliation/imports.ts';
import type { Refusal } from '../../../reconciliation/refusal.ts';
import { formatInstant } from '../../format.ts';
import type { Page } from '../../send-page.tsx';
import { ConsoleFrame, hasProblem } from '../frame.tsx';
import type { ConsoleInput } from '../input.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Facts } from '../../parts/facts.tsx';

/** One import; of a refused file everything that is wrong with it and where. */
export async function showImport(tx: Tx, input: ConsoleInput): Promise<Page> {
  const { visit } = input;
  const t = input.t.reconciliation;
  const one = await findImport(tx, String(input.req.params.importId));
  return {
    title: t.import,
    wide: true,
    hasProblem: hasProblem(input) || one.status === 'refused',
    body: (
      <ConsoleFrame input={input} section="reconciliation" title={t.import}>
        <section class="card">
          <Facts
            facts={[
              [t.source, `${t.sources[one.source]}, ${t.formats[one.format]}`],
              [t.status, t.importStatuses[one.status]],
              [t.at, formatInstant(visit.locale, one.createdAt, visit.environment.timeZone)],
              [t.by, <code>{one.importedBy}</code>],
              [t.records, String(one.records)],
              ...(one.fileName === null ? [] : [[t.file, one.fileName] as const]),
            ]}
          />
        </section>
        {one.refusal && <Faults input={input} refusal={one.refusal} />}
      </ConsoleFrame>
    ),
  };
}

function Faults({ input, refusal }: { input: ConsoleInput; refusal: Refusal }): VNode {
  const t = input.t.reconciliation;
  return (
    <section class="card" aria-labelledby="faults-heading">
      <h2 id="faults-heading">{t.faults}</h2>
      <p>{t.refused}</p>
      <DataTable
        caption={t.faults}
        columns={[{ label: t.place }, { label: t.faults }, { label: t.found }]}
        rows={refusal.faults.map(({ place, code, found }) => [
          <code>{place}</code>,
          t.faultWords[code],
          found === undefined ? '' : <code>{found}</code>,
        ])}
      />
      {refusal.more > 0 && <p>{t.moreFaults(String(refusal.more))}</p>}
    </section>
  );
}
