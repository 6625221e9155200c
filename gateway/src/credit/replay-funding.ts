import type { Tx } from '../lib/tx.ts';
import { type FunderTerms, listFunderTerms } from './funder-terms.ts';
import { type FundingRecord, recordFunding } from './record-funding.ts';
import { type Candidate, type FundingAnswer, route, routingOf } from './routing.ts';

type Asked = FundingRecord['asked'];

/** What routing did not decide, but the market's rates or the shopper's consents: a replay takes it as it was. */
const givenAnswers: readonly FundingAnswer[] = ['rate_not_allowed', 'not_consented'];

/**
 * Makes a stored choice of a funder again, from the figures that it kept and the terms that were in force then. Whether it
 * comes to the same, and to what.
 */
export async function replayFunding(tx: Tx, record: FundingRecord): Promise<{ same: boolean; asked: Asked }> {
  const terms = new Map<string, FunderTerms | null>();
  for (const { funder, terms: version } of record.candidates) {
    const versions = version === null ? [] : await listFunderTerms(tx, funder);
    const found = versions.find((one) => one.version === version);
    if (version !== null && !found) throw new Error(`funder ${funder} has no terms ${version}`);
    terms.set(funder, found?.terms ?? null);
  }
  const asked = choiceAgain(record, terms);
  return { same: JSON.stringify(asked) === JSON.stringify(inOneOrder(record.asked)), asked };
}

/** The same with the terms at hand. Pure. */
export function choiceAgain(record: FundingRecord, terms: ReadonlyMap<string, FunderTerms | null>): Asked {
  const routing = routingOf(
    record.purpose,
    record.candidates.map((candidate) => candidateOf(record, candidate, terms)),
  );
  const plans = record.plans.map(({ amount, ...plan }) => {
    const asked = { ...plan, amount: BigInt(amount) };
    const { answers } = route(routing, asked);
    const given = (funderId: string): FundingAnswer | undefined =>
      record.asked.find(
        ({ funder, answer, plans: named }) =>
          funder === funderId && givenAnswers.includes(answer) && named.includes(asked.plan),
      )?.answer;
    const chosen = answers.find(({ funderId, answer }) => answer === 'eligible' && !given(funderId));
    return {
      asked,
      answers: answers.map(({ funderId, answer }) => ({
        funderId,
        answer:
          chosen?.funderId === funderId
            ? ('chosen' as const)
            : (answer === 'eligible' && given(funderId)) || answer,
      })),
    };
  });
  return inOneOrder(recordFunding(routing, plans).asked);
}

/** A record has been JSON in between, which keeps the order of lists, but not that of members. */
function inOneOrder(asked: Asked): Asked {
  return asked.map(({ funder, name, answer, plans }) => ({ funder, name, answer, plans }));
}

function candidateOf(
  { asked }: FundingRecord,
  stored: FundingRecord['candidates'][number],
  terms: ReadonlyMap<string, FunderTerms | null>,
): Candidate {
  return {
    funder: {
      id: stored.funder as Candidate['funder']['id'],
      name: asked.find(({ funder }) => funder === stored.funder)?.name ?? '',
      status: stored.status,
      feeShareBasisPoints: 0,
      servicingBasisPoints: 0,
      rateAdjustmentPpm: 0,
      firstLossBasisPoints: 0,
      keepsPlacements: false,
    },
    priority: stored.priority,
    version: stored.terms,
    terms: terms.get(stored.funder) ?? null,
    desk: stored.desk,
    lends: stored.lends,
    capacity: BigInt(stored.capacity),
    room: BigInt(stored.room),
    leveragedRoom: BigInt(stored.leveraged_room),
    bound: {
      merchant: BigInt(stored.bound.merchant),
      category: BigInt(stored.bound.category),
      shopper: BigInt(stored.bound.shopper),
    },
  };
}
