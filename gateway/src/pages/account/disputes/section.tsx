import type { VNode } from 'preact';
import { dateIn } from '../../../lib/dates.ts';
import { formatDate } from '../../../notifications/format.ts';
import { textsOf } from '../../texts/language.ts';
import type { AccountInput } from '../view.tsx';
import type { DisputeFacts } from './facts.ts';

/** On a plan's page: where its dispute stands, and the way to open one. Nothing where there is neither. */
export function DisputeSection({
  input,
  facts,
}: {
  input: AccountInput;
  facts: DisputeFacts | undefined;
}): VNode | null {
  if (!facts || (!facts.mayDispute && !facts.latest)) return null;
  const { visit } = input;
  const t = textsOf[visit.locale].disputes;
  const { latest, isOpen, shop } = facts;
  const page = `${visit.place.path}/plans/${facts.planId}/dispute`;
  const heading = isOpen ? t.openHeading : facts.mayDispute ? t.heading : t.pastHeading;
  return (
    <section class="card" aria-labelledby="disputes-heading">
      <h2 id="disputes-heading">{heading}</h2>
      <p>{latest && isOpen ? lineOf(input, facts) : facts.mayDispute ? t.intro(shop) : null}</p>
      {latest && !isOpen && (
        <p>
          <a href={page}>{`${t.pastHeading}: ${t.statuses[latest.status]}`}</a>
        </p>
      )}
      {(isOpen || facts.mayDispute) && (
        <p>
          <a class="button quiet" href={page}>
            {isOpen ? t.look : t.start}
          </a>
        </p>
      )}
    </section>
  );
}

/** Who is to do something about the dispute that is open. */
export function lineOf(input: AccountInput, { latest, shop, currency, timeZone }: DisputeFacts): string {
  const { locale } = input.visit;
  const t = textsOf[locale].disputes;
  const amount = input.money(latest?.amount ?? 0n, currency);
  if (latest?.status !== 'open') return t.reviewLine(amount, shop);
  return t.openLine(amount, shop, formatDate(locale, dateIn(timeZone, latest.responseDueAt)));
}
