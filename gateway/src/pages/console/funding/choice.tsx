import type { VNode } from 'preact';
import type { Ask } from '../../../credit/desks/asks.ts';
import type { FundingRecord } from '../../../credit/record-funding.ts';
import { formatInstant } from '../../format.ts';
import type { ConsoleInput } from '../input.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { fundingTexts } from './texts.ts';

/** Which funders a decision asked, what each answered, and what their services said afterwards. */
export function FundingChoice(props: {
  input: ConsoleInput;
  record: FundingRecord | undefined;
  asks: readonly Ask[];
}): VNode | null {
  const { input, record, asks } = props;
  if (record === undefined) return null;
  const { locale, environment } = input.visit;
  const t = fundingTexts[locale];
  const names = new Map(record.asked.map(({ funder, name }) => [funder, name]));
  return (
    <section class="card" aria-labelledby="funding-heading">
      <h2 id="funding-heading">{t.heading}</h2>
      <p class="hint">{t.hint}</p>
      <DataTable
        caption={t.asked}
        columns={[{ label: t.funder }, { label: t.answer }, { label: t.plans }]}
        rows={record.asked.map(({ name, answer, plans }) => [name, t.answers[answer], plans.join(', ')])}
      />
      {asks.length > 0 && (
        <DataTable
          caption={t.desks}
          columns={[{ label: t.funder }, { label: t.answer }, { label: t.time }]}
          rows={asks.map(({ funderId, status, code, reference, askedAt, answeredAt }) => [
            names.get(funderId) ?? funderId,
            [t.said[status], code && `(${code})`, reference].filter(Boolean).join(' '),
            formatInstant(locale, answeredAt ?? askedAt, environment.timeZone),
          ])}
        />
      )}
    </section>
  );
}
