import { type Disclosure, disclosureFor, disclosureHash } from './disclosure.ts';
import type { PlanSnapshot } from './snapshot.ts';

/**
 * The block that was read before this plan was agreed to, made anew from the snapshot. Undefined for plans that were
 * agreed to without one, and when our texts have changed since: then only what was kept at the time says what was read.
 */
export function disclosureOf(snapshot: PlanSnapshot): Disclosure | undefined {
  const { market, agreed_on: agreedOn, disclosure_hash: hash } = snapshot;
  if (market === undefined || hash === undefined) return undefined;
  const disclosure = disclosureFor({
    market,
    date: agreedOn,
    startsOn: agreedOn,
    offer: {
      currency: snapshot.currency,
      amount: BigInt(snapshot.amount),
      downPayment: BigInt(snapshot.down_payment),
      financed: BigInt(snapshot.financed),
      installments: snapshot.installments.map((item) => ({
        number: item.number,
        dueDate: item.due_date,
        amount: BigInt(item.amount),
        principal: BigInt(item.principal ?? item.amount),
        interest: BigInt(item.interest ?? 0),
      })),
      cadence: snapshot.cadence,
      ...(snapshot.interest && { interest: snapshot.interest }),
      subsidy: BigInt(snapshot.subsidy ?? 0),
    },
    funder: snapshot.funder,
    ...(snapshot.merchant && { merchant: snapshot.merchant }),
    lateFee: snapshot.late_fee ?? null,
  });
  return disclosureHash(disclosure) === hash ? disclosure : undefined;
}
