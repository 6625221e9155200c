import type { VNode } from 'preact';
import { dateIn } from '../../../../lib/dates.ts';
import { formatDate } from '../../../../notifications/format.ts';
import { textsOf } from '../../../texts/language.ts';
import type { AccountInput } from '../../view.tsx';
import type { Shown } from './one.tsx';

/** Everything that was asked of the guarantor's card, also what was refused, and what of it came back. */
export function Calls({ input, shown }: { input: AccountInput; shown: Shown }): VNode {
  const { locale } = input.visit;
  const { guarantee, calls, timeZone } = shown;
  const t = textsOf[locale].guarantees;
  const money = (amount: bigint): string => input.money(amount, guarantee.currency);
  return (
    <section class="card" aria-labelledby="calls-heading">
      <h2 id="calls-heading">{t.callsHeading}</h2>
      <table class="payments" aria-labelledby="calls-heading">
        <thead>
          <tr>
            <th scope="col">{t.callsDate}</th>
            <th scope="col">{t.callsResult}</th>
            <th scope="col" class="number">
              {t.callsAmount}
            </th>
          </tr>
        </thead>
        <tbody>
          {calls.map(({ createdAt, status, amount, returned }) => (
            <tr>
              <td>{formatDate(locale, dateIn(timeZone, createdAt))}</td>
              <td>
                {t.callResults[status]}
                {returned > 0n && <span class="hint">{t.callBack(money(returned))}</span>}
              </td>
              <td class="number">{money(amount)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
