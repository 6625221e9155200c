import type { VNode } from 'preact';
import { addDays } from '../../../lib/dates.ts';
import { formatDate, formatPercent } from '../../../notifications/format.ts';
import { formatReasons, joinSentences } from '../../../notifications/limit-texts.ts';
import { refusedFromDaysPastDue } from '../../../pay-score/policy.ts';
import type { LimitChange } from '../../../standing/limit-changes.ts';
import type { RaiseObstacle } from '../../../standing/limit-policy.ts';
import { formatMediumDate } from '../../format.ts';
import { PostForm } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import { textsOf } from '../../texts/language.ts';
import { AccountFrame, type AccountInput, hasProblem } from '../view.tsx';
import { TermsCurve } from './curve.tsx';
import { type LineTerms, stepsOf } from './read.ts';

type Props = { input: AccountInput; line: LineTerms };

/** Limit and price in each currency: what they are, what moves them, and how they moved. */
export function limitsView(input: AccountInput, lines: LineTerms[]): Page {
  const t = textsOf[input.visit.locale].limits;
  const intro = lines.length === 0 ? t.none : t.intro;
  return {
    title: t.title,
    hasProblem: hasProblem(input),
    body: (
      <AccountFrame input={input} title={t.title} intro={intro}>
        {lines.map((line) => (
          <>
            <Offer input={input} line={line} />
            <Present input={input} line={line} />
            <Moves input={input} line={line} />
            <History input={input} line={line} />
          </>
        ))}
      </AccountFrame>
    ),
  };
}

function rateOf({ visit }: AccountInput, ppm: number): string {
  return formatPercent(visit.locale, ppm / 10_000);
}

function Present({ input, line }: Props): VNode {
  const { locale } = input.visit;
  const t = textsOf[locale].limits;
  const { currency, terms, since, nextReviewOn } = line;
  const rows = [
    [t.limit, input.money(terms.limit, currency)],
    [t.price, t.rate(rateOf(input, terms.annualRatePpm))],
    [t.since, formatDate(locale, since)],
    [t.review, nextReviewOn === null ? t.reviewLater : formatDate(locale, nextReviewOn)],
  ];
  return (
    <section class="card" aria-labelledby={`terms-${currency}`}>
      <h2 id={`terms-${currency}`}>{t.heading}</h2>
      <dl class="facts">
        {rows.map(([label, value]) => (
          <div>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** An offered raise: nothing is chosen beforehand, and leaving it costs nothing. */
function Offer({ input, line }: Props): VNode | null {
  const { locale, place } = input.visit;
  const t = textsOf[locale].limits;
  const offer = line.changes.find(({ status }) => status === 'offered');
  if (!offer || offer.expiresOn === null || offer.expiresOn <= line.today) return null;
  const { currency } = line;
  const to = input.money(offer.to.limit, currency);
  return (
    <section class="card" aria-labelledby={`offer-${currency}`}>
      <h2 id={`offer-${currency}`}>{t.offerHeading}</h2>
      <p>
        {joinSentences(locale, [
          t.offer(input.money(offer.from.limit, currency), to),
          formatReasons(locale, offer.reasons),
        ])}
      </p>
      <p class="hint">{t.offerHint(formatDate(locale, addDays(offer.expiresOn, -1)))}</p>
      <PostForm action={`${place.path}/limits/offer`} token={input.token} class="choice">
        <input type="hidden" name="currency" value={currency} />
        <input type="hidden" name="change" value={offer.id} />
        <button class="button" type="submit" name="answer" value="accept">
          {t.accept(to)}
        </button>
        <button class="button quiet" type="submit" name="answer" value="decline">
          {t.decline}
        </button>
      </PostForm>
    </section>
  );
}

function Moves({ input, line }: Props): VNode {
  const t = textsOf[input.visit.locale].limits;
  const { currency, outlook } = line;
  const { cheaper, dearer, raiseTo, cutTo } = outlook;
  return (
    <section class="card" aria-labelledby={`moves-${currency}`}>
      <h2 id={`moves-${currency}`}>{t.movesHeading}</h2>
      <ul>
        {raiseTo !== null && <li>{t.raiseNext(input.money(raiseTo, currency))}</li>}
        {cutTo !== null && <li>{t.cutNext(input.money(cutTo, currency))}</li>}
        {outlook.obstacles.map((obstacle) => (
          <li>{t.obstacles[obstacle](...factsOf(obstacle, line))}</li>
        ))}
        {cheaper && <li>{t.cheaper(String(cheaper.fromScore), rateOf(input, cheaper.annualRatePpm))}</li>}
        {dearer && <li>{t.dearer(String(dearer.belowScore), rateOf(input, dearer.annualRatePpm))}</li>}
        <li>{t.down(String(refusedFromDaysPastDue), String(line.policy.cutFromDaysPastDue))}</li>
      </ul>
    </section>
  );
}

/** The figures in the sentence about what stands in the way of a raise. */
function factsOf(
  obstacle: RaiseObstacle,
  { score, outlook, policy }: LineTerms,
): [one: string, other: string] {
  const { cleanMonths, daysBetween, daysAfterWorse } = policy;
  if (obstacle === 'score') return [String(outlook.raiseFromScore ?? score), String(score)];
  if (obstacle === 'clean_months') return [String(cleanMonths), ''];
  return [String(daysBetween), String(daysAfterWorse)];
}

function History({ input, line }: Props): VNode {
  const { locale } = input.visit;
  const t = textsOf[locale].limits;
  const { currency, openedOn, opening, changes, today } = line;
  return (
    <section class="card" aria-labelledby={`history-${currency}`}>
      <h2 id={`history-${currency}`}>{t.historyHeading}</h2>
      <TermsCurve
        input={input}
        title={t.picture}
        labels={{ limit: t.limit, price: t.price }}
        currency={currency}
        steps={stepsOf(line)}
        today={today}
      />
      <table class="stacked">
        <thead>
          <tr>
            <th scope="col">{t.date}</th>
            <th scope="col">{t.change}</th>
            <th scope="col">{t.reason}</th>
          </tr>
        </thead>
        <tbody>
          {changes.toReversed().map((change) => (
            <tr>
              <th scope="row">{formatMediumDate(locale, change.decidedOn)}</th>
              <td>{movedText(input, change, currency)}</td>
              <td>{whyText(input, change)}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">{formatMediumDate(locale, openedOn)}</th>
            <td>{t.beganWith(input.money(opening.limit, currency), rateOf(input, opening.annualRatePpm))}</td>
            <td>{t.began}</td>
          </tr>
        </tbody>
      </table>
    </section>
  );
}

function movedText(input: AccountInput, { kind, from, to }: LimitChange, currency: string): string {
  const t = textsOf[input.visit.locale].limits;
  return kind === 'price'
    ? t.priceMoved(rateOf(input, from.annualRatePpm), rateOf(input, to.annualRatePpm))
    : t.limitMoved(input.money(from.limit, currency), input.money(to.limit, currency));
}

function whyText({ visit }: AccountInput, { reasons, status }: LimitChange): string {
  const why = formatReasons(visit.locale, reasons);
  return status === 'applied'
    ? why
    : joinSentences(visit.locale, [why, textsOf[visit.locale].limits.states[status]]);
}
