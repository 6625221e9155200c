import type { VNode } from 'preact';
import type { Locale } from '../../shoppers/profile.ts';
import { DataTable } from '../parts/data-table.tsx';
import { formatInstant } from '../format.ts';

/** Who did what, and about what, when. */
export type Audited = { who: string; what: string; objectId: string | null; at: Date };

/** A page of an audit log, the newest first, with the way to what is older. */
export function AuditTable(props: {
  t: { title: string; empty: string; time: string; who: string; what: string; object: string; older: string };
  entries: readonly Audited[];
  locale: Locale;
  timeZone: string;
  /** The address of the page with what is older, where there may be any. */
  older: string | undefined;
}): VNode {
  const { t, entries, locale, timeZone, older } = props;
  return (
    <section class="card">
      {entries.length === 0 && <p>{t.empty}</p>}
      {entries.length > 0 && (
        <DataTable
          caption={t.title}
          columns={[{ label: t.time }, { label: t.who }, { label: t.what }, { label: t.object }]}
          rows={entries.map(({ who, what, objectId, at }) => [
            formatInstant(locale, at, timeZone),
            who,
            what,
            objectId === null ? '' : <code>{objectId}</code>,
          ])}
        />
      )}
      {older !== undefined && (
        <p>
          <a href={older}>{t.older}</a>
        </p>
      )}
    </section>
  );
}
