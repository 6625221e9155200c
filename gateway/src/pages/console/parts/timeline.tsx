import type { VNode } from 'preact';
import { entriesShown, type TimelineEntry, type TimelineKind } from '../../../dossiers/timeline.ts';
import { formatInstant } from '../../format.ts';
import { withQuery } from '../../query.ts';
import type { ConsoleInput } from '../input.ts';
import { DataTable } from '../../parts/data-table.tsx';

type Words = Readonly<
  Record<'timeline' | 'timelineHint' | 'noTimeline' | 'time' | 'kind' | 'what' | 'about' | 'older', string>
> & { kinds: Readonly<Record<TimelineKind, string>> };

/** What happened, the newest first, with the way to what is older on the same page. */
export function Timeline(props: {
  input: ConsoleInput;
  t: Words;
  path: string;
  entries: readonly TimelineEntry[];
}): VNode {
  const { input, t, path, entries } = props;
  const { locale, environment } = input.visit;
  const last = entries.length === entriesShown ? entries.at(-1)?.cursor : undefined;
  return (
    <section class="card" aria-labelledby="timeline-heading">
      <h2 id="timeline-heading">{t.timeline}</h2>
      <p class="hint">{t.timelineHint}</p>
      {entries.length === 0 && <p>{t.noTimeline}</p>}
      {entries.length > 0 && (
        <DataTable
          caption={t.timeline}
          columns={[{ label: t.time }, { label: t.kind }, { label: t.what }, { label: t.about }]}
          rows={entries.map(({ at, kind, what, objectId }) => [
            formatInstant(locale, at, environment.timeZone),
            t.kinds[kind],
            <code>{what}</code>,
            <code>{objectId}</code>,
          ])}
        />
      )}
      {last !== undefined && (
        <p>
          <a href={`${withQuery(path, { before: last })}#timeline-heading`}>{t.older}</a>
        </p>
      )}
    </section>
  );
}
