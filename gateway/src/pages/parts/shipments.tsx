import type { VNode } from 'preact';
import type { Shipped } from '../../orders/captures.ts';
import type { Locale } from '../../shoppers/profile.ts';
import { formatInstant } from '../format.ts';
import { textsOf } from '../texts/language.ts';
import { DataTable } from './data-table.tsx';

/** How an order's goods went, as the merchant told with each capture; nothing where they did not. */
export function Shipments(props: {
  shipments: readonly Shipped[];
  locale: Locale;
  timeZone: string;
}): VNode | null {
  const { shipments, locale, timeZone } = props;
  if (shipments.length === 0) return null;
  const t = textsOf[locale].shipments;
  return (
    <section class="card">
      <DataTable
        caption={t.title}
        columns={[{ label: t.number }, { label: t.carrier }, { label: t.date }]}
        rows={shipments.map(({ carrier, trackingNumber, capturedAt }) => [
          <bdi>{trackingNumber}</bdi>,
          <bdi>{carrier}</bdi>,
          formatInstant(locale, capturedAt, timeZone),
        ])}
      />
    </section>
  );
}
