import { z } from 'zod';
import type { TermsPolicy } from '../policy.ts';

const percent = z.int().transform(BigInt);
const step = <Figure extends z.ZodType>(figure: Figure) => z.tuple([z.int(), figure]);

const shape = z.strictObject({
  version: z.string(),
  lowestScore: z.int(),
  representativeRatePpm: z.int(),
  ladder: z.array(percent),
  thinFilePercent: percent,
  percentFrom: z.array(step(percent)),
  rateFrom: z.array(step(z.int())),
  highestRatePpm: z.int(),
  pointsBeyondBorder: z.int(),
  mostRaisePercent: percent,
  daysBetween: z.int(),
  daysAfterWorse: z.int(),
  daysAfterDecline: z.int(),
  cleanMonths: z.int(),
  fullFromPercent: percent,
  cutFromDaysPastDue: z.int(),
  cutEveryDays: z.int(),
});

/** A policy as it is stored: percents are small whole numbers. */
export function policyJson(policy: TermsPolicy): string {
  return JSON.stringify(policy, (_key, value: unknown) =>
    typeof value === 'bigint' ? Number(value) : value,
  );
}

/** A stored policy; throws where it is none. */
export function readPolicyJson(stored: unknown): TermsPolicy {
  return shape.parse(stored);
}
