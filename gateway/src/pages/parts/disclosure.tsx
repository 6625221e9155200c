import type { VNode } from 'preact';
import type { Disclosure } from '../../plans/disclosure.ts';
import type { Locale } from '../../shoppers/profile.ts';
import { textsOf } from '../texts/language.ts';
import { type DisclosureRow, disclosureRows } from './disclosure-words.ts';

/** The figures that Regulation Z wants more conspicuous than the rest, and apart from it (12 CFR 1026.17(a), 1026.18). */
const boxed: readonly DisclosureRow['code'][] = [
  'annual_percentage_rate',
  'finance_charge',
  'amount_financed',
  'total_of_payments',
  'total_sale_price',
];

/** What the law of the market wants a shopper to read before they agree. */
export function DisclosureBlock({ locale, disclosure }: { locale: Locale; disclosure: Disclosure }): VNode {
  const t = textsOf[locale].disclosure;
  const { regime } = disclosure;
  const rows = disclosureRows(locale, disclosure);
  const isBoxed = ({ code }: DisclosureRow) => regime === 'us_closed_end' && boxed.includes(code);
  const box = rows.filter(isBoxed);
  return (
    <section class="card disclosure" aria-labelledby="disclosure-heading" id="disclosure">
      <h2 id="disclosure-heading">{t.titles[regime]}</h2>
      <p class="hint">{t.intros[regime]}</p>
      {box.length > 0 && (
        <dl class="box">
          {box.map(({ label, value, note }) => (
            <div>
              <dt>{label}</dt>
              <dd>
                <strong>{value}</strong>
                {note !== undefined && <span>{note}</span>}
              </dd>
            </div>
          ))}
        </dl>
      )}
      <dl class="facts">
        {rows
          .filter((row) => !isBoxed(row))
          .map(({ label, value, note }) => (
            <div>
              <dt>{label}</dt>
              <dd>
                {value !== undefined && <strong>{value}</strong>}
                {note !== undefined && <span>{note}</span>}
              </dd>
            </div>
          ))}
      </dl>
    </section>
  );
}
