import type { VNode } from 'preact';
import type { ParkedEvent } from '../../../processor/hooks/news.ts';
import { formatInstant } from '../../format.ts';
import type { ConsoleInput } from '../input.ts';
import { DataTable } from '../../parts/data-table.tsx';

/** Events of the processor that were parked: of a kind that we do not know, of nothing of ours, or against what we know. */
export function UnusedNews({
  input,
  events,
}: {
  input: ConsoleInput;
  events: readonly ParkedEvent[];
}): VNode {
  const { visit } = input;
  const t = input.t.payouts;
  return (
    <section class="card" aria-labelledby="unused-heading">
      <h2 id="unused-heading">{t.unused}</h2>
      <p class="hint">{t.parkedHint}</p>
      {events.length === 0 && <p>{t.noneParked}</p>}
      {events.length > 0 && (
        <DataTable
          caption={t.unused}
          columns={[{ label: t.reference }, { label: t.said }, { label: t.parkedBecause }, { label: t.at }]}
          rows={events.map(({ eventId, objectId, type, reason, receivedAt }) => [
            <>
              <code>{objectId ?? '–'}</code>
              <br />
              <code>{eventId}</code>
            </>,
            <code>{type}</code>,
            t.unusedReasons[reason],
            formatInstant(visit.locale, receivedAt, visit.environment.timeZone),
          ])}
        />
      )}
    </section>
  );
}
