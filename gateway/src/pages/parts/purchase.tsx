import type { VNode } from 'preact';
import { formatMoney } from '../../notifications/format.ts';
import type { Visit } from '../checkout/visit.ts';
import { textsOf } from '../texts/language.ts';

/** Who is paid, how much, for what, and where the shopper goes afterwards. */
export function Purchase({ visit }: { visit: Visit }): VNode {
  const { session, merchant, locale } = visit;
  const t = textsOf[locale].purchase;
  const money = (amount: bigint | number) =>
    formatMoney(locale, { amount: BigInt(amount), currency: session.currency });
  return (
    <section class="card purchase" aria-labelledby="purchase-heading">
      <h2 id="purchase-heading">{t.heading}</h2>
      <p class="payee">
        <span>{merchant.name}</span>
        <strong>{money(session.amount)}</strong>
      </p>
      <table>
        <caption class="unseen">{t.lines}</caption>
        <tbody>
          {session.lines.map(({ name, quantity, amount }) => (
            <tr>
              <th scope="row">
                {quantity !== 1 && <span class="quantity">{t.quantity(quantity)}</span>} {name}
              </th>
              <td class="number">{money(amount)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <dl>
        <dt>{t.reference}</dt>
        <dd>{session.merchantReference}</dd>
        <dt>{t.backTo}</dt>
        <dd>{visit.returnTo?.origin ?? '–'}</dd>
      </dl>
    </section>
  );
}
