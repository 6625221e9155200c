import type { VNode } from 'preact';
import type { Funder } from '../../../../credit/funders.ts';
import type { DrawChoices } from '../../../../draws/choices.ts';
import type { CashDraw } from '../../../../draws/draws.ts';
import type { DrawMarket } from '../../../../draws/market.ts';
import { formatDate, formatPercent } from '../../../../notifications/format.ts';
import type { Compared } from '../../../../plans/compare.ts';
import type { Market } from '../../../../plans/markets.ts';
import type { PaymentMethod } from '../../../../processor/payment-methods.ts';
import { formatInstant, formatMediumDate } from '../../../format.ts';
import { TextField } from '../../../parts/form.tsx';
import { obstacleWords } from '../../../parts/obstacle-words.ts';
import type { Page } from '../../../send-page.tsx';
import { textsOf } from '../../../texts/language.ts';
import { AccountFrame, type AccountInput, cardName, hasProblem } from '../../view.tsx';
import { agreementPath, drawsPath, plainAmount } from '../asked.ts';

/** What may be drawn, and for an amount what it costs everywhere. */
export type Comparison = {
  market: DrawMarket & { range: NonNullable<DrawMarket['range']> };
  /** As somebody typed it. */
  typed: string;
  amount: bigint | undefined;
  choices: DrawChoices;
  coolingOffUntil: Date | undefined;
  timeZone: string;
};

type Draws = { draws: CashDraw[]; cards: PaymentMethod[] };

/** The amount, and below it every way to borrow it; or why there is none. */
export function compareView(
  input: AccountInput,
  about: Draws & { comparison?: Comparison; off?: Market | 'nobody' },
): Page {
  const t = textsOf[input.visit.locale].draws;
  const { comparison, off, draws } = about;
  return {
    title: t.title,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <AccountFrame input={input} title={t.title} intro={comparison && t.intro}>
        {comparison ? (
          <Choice input={input} comparison={comparison} waiting={draws.some(isOnItsWay)} />
        ) : (
          <section class="card">
            <p class="why">{off === undefined || off === 'nobody' ? t.nobody : t.off[off]}</p>
          </section>
        )}
        {draws.length > 0 && <DrawList input={input} {...about} />}
        <p>
          <a href={input.visit.place.path}>{input.t.plan.back}</a>
        </p>
      </AccountFrame>
    ),
  };
}

function isOnItsWay({ status }: CashDraw): boolean {
  return status === 'requested';
}

function Choice(props: { input: AccountInput; comparison: Comparison; waiting: boolean }): VNode {
  const { input, comparison, waiting } = props;
  const { visit, notice, money } = input;
  const { market, choices, typed, amount, coolingOffUntil: until, timeZone } = comparison;
  const { range, currency } = market;
  const t = textsOf[visit.locale].draws;
  const shown = typed === '' && amount !== undefined ? plainAmount(amount, currency) : typed;
  return (
    <>
      {until && <p class="notice">{t.coolingOff(formatInstant(visit.locale, until, timeZone))}</p>}
      {waiting && <p class="notice">{t.underWay}</p>}
      <form class="card" method="get" action={drawsPath(visit.place.path)}>
        <p class="eyebrow">{t.available}</p>
        <p class="sum">{money(choices.available, currency)}</p>
        <TextField
          name="amount"
          label={t.amount}
          hint={t.amountHint(money(range.least, currency), money(range.most, currency))}
          notice={notice}
          inputmode="decimal"
          autocomplete="off"
          maxlength={30}
          value={shown}
        />
        <button class="button quiet" type="submit">
          {t.compare}
        </button>
      </form>
      {amount !== undefined && choices.declineCode !== null && (
        <section class="card" aria-labelledby="declined-heading">
          <h2 id="declined-heading">{t.declinedHeading}</h2>
          <p class="why">{t.declined[choices.declineCode](money(choices.available, currency))}</p>
          <p class="hint">{t.person}</p>
        </section>
      )}
      {amount !== undefined && choices.declineCode === null && (
        <section class="card" aria-labelledby="comparison-heading">
          <h2 id="comparison-heading">{t.comparison}</h2>
          <p class="hint">{t.comparisonHint(formatDate(visit.locale, market.today))}</p>
          {choices.compared.length > 0 ? <Table input={input} comparison={comparison} /> : <p>{t.none}</p>}
        </section>
      )}
      <Unfit input={input} comparison={comparison} />
    </>
  );
}

function Table({ input, comparison }: { input: AccountInput; comparison: Comparison }): VNode {
  const t = textsOf[input.visit.locale].draws;
  const { choices, market } = comparison;
  return (
    <table class="payments compared">
      <caption class="unseen">{t.comparison}</caption>
      <thead>
        <tr>
          <th scope="col" class="number">
            {t.monthly}
          </th>
          <th scope="col" class="number">
            {t.interest}
          </th>
          <th scope="col" class="number">
            {t.payable}
          </th>
        </tr>
      </thead>
      {choices.compared.map((way) => (
        <Way input={input} way={way} currency={market.currency} />
      ))}
    </table>
  );
}

/** The ways that there would be and that are not offered, each with the reason. */
function Unfit({ input, comparison }: { input: AccountInput; comparison: Comparison }): VNode | null {
  const { locale } = input.visit;
  const { draws: t, protection } = textsOf[locale];
  const { choices, market } = comparison;
  if (choices.unfit.length === 0) return null;
  return (
    <section class="card" aria-labelledby="unfit-heading">
      <h2 id="unfit-heading">{protection.unfitHeading}</h2>
      <p class="hint">{protection.unfitHint}</p>
      <ul class="plans">
        {choices.unfit.map(({ way, obstacle }) => (
          <li>
            <strong>
              {t.monthsOf(way.offer.installments.length)} · {way.funder.name}
            </strong>
            <span class="hint">{obstacleWords(locale, obstacle, market.currency)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Way(props: { input: AccountInput; way: Compared<Funder>; currency: string }): VNode {
  const { input, way, currency } = props;
  const { locale, place } = input.visit;
  const t = textsOf[locale].draws;
  const money = (amount: bigint): string => input.money(amount, currency);
  const { funder, payments: months, offer } = way;
  const address = agreementPath(place.path, { amount: offer.amount, months, funderId: funder.id });
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colspan={3}>
          {t.monthsOf(months)} · {funder.name}{' '}
          <a href={address} aria-label={`${t.choose}: ${t.chooseThis(funder.name, months)}`}>
            {t.choose}
          </a>
        </th>
      </tr>
      <tr>
        <td class="number">
          {money(way.payment)}
          {way.lastPayment !== way.payment && <span class="hint">{t.last(money(way.lastPayment))}</span>}
        </td>
        <td class="number">
          {money(way.interest)}
          <span class="hint">{t.simpleRate(formatPercent(locale, way.simpleRate))}</span>
          <span class="hint">{t.apr(formatPercent(locale, way.apr))}</span>
        </td>
        <td class="number">
          {money(way.payable)}
          <span class="hint">
            {t.datesOf(formatMediumDate(locale, way.firstDue), formatMediumDate(locale, way.lastDue))}
          </span>
        </td>
      </tr>
    </tbody>
  );
}

function DrawList({ input, draws, cards }: Draws & { input: AccountInput }): VNode {
  const { visit, money } = input;
  const t = textsOf[visit.locale].draws;
  return (
    <section class="card" aria-labelledby="draws-heading">
      <h2 id="draws-heading">{t.listHeading}</h2>
      <ul class="plans">
        {draws.map(({ id, amount, currency, status, paymentMethodId }) => {
          const card = cards.find((method) => method.id === paymentMethodId);
          return (
            <li>
              <a href={`${drawsPath(visit.place.path)}/${id}`}>{money(amount, currency)}</a>
              <span class="hint">
                {t.statuses[status]}
                {card && ` · ${cardName(input, card)}`}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
