import type { TermsPolicy } from '../../../pay-score/policy.ts';
import { type PolicyField, policyFaults, policyFields } from '../../../pay-score/policy-changes/faults.ts';
import { parseSteps, rateBounds } from '../../../pay-score/what-if/parse-steps.ts';

/** A policy as people write it in a form: a text a figure. */
export type WrittenPolicy = Record<PolicyField, string>;

/** How one figure is written and read; undefined for what means nothing. */
type Notation<Value> = { write: (value: Value) => string; read: (text: string) => Value | undefined };

const whole: Notation<number> = {
  write: String,
  read: (text) => (/^\d{1,4}$/.test(text) ? Number(text) : undefined),
};

const percent: Notation<bigint> = {
  write: String,
  read: (text) => (/^\d{1,3}$/.test(text) ? BigInt(text) : undefined),
};

/** A yearly rate in percent with up to four decimals, kept in millionths. */
const rate: Notation<number> = {
  write: (ppm) => String(ppm / 10_000),
  read: (text) => (/^\d{1,2}(?:\.\d{1,4})?$/.test(text) ? Math.round(Number(text) * 10_000) : undefined),
};

const percents: Notation<readonly bigint[]> = {
  write: (values) => values.join(','),
  read: (text) => allOf(text.split(',').map((part) => percent.read(part.trim()))),
};

const percentSteps: Notation<TermsPolicy['percentFrom']> = {
  write: (steps) => steps.map(([score, figure]) => `${score}:${figure}`).join(','),
  read: (text) =>
    parseSteps(text, { most: 100, factor: 1 })?.map(([score, figure]) => [score, BigInt(figure)] as const),
};

const rateSteps: Notation<TermsPolicy['rateFrom']> = {
  write: (steps) => steps.map(([score, ppm]) => `${score}:${rate.write(ppm)}`).join(','),
  read: (text) => parseSteps(text, rateBounds),
};

const notations: { [Field in PolicyField]: Notation<TermsPolicy[Field]> } = {
  lowestScore: whole,
  ladder: percents,
  thinFilePercent: percent,
  percentFrom: percentSteps,
  rateFrom: rateSteps,
  highestRatePpm: rate,
  representativeRatePpm: rate,
  pointsBeyondBorder: whole,
  mostRaisePercent: percent,
  daysBetween: whole,
  daysAfterWorse: whole,
  daysAfterDecline: whole,
  cleanMonths: whole,
  fullFromPercent: percent,
  cutFromDaysPastDue: whole,
  cutEveryDays: whole,
};

function allOf<T>(values: readonly (T | undefined)[]): T[] | undefined {
  const found = values.filter((value) => value !== undefined);
  return found.length === values.length ? found : undefined;
}

/** Every figure of a policy as it would be typed. */
export function writePolicy(policy: TermsPolicy): WrittenPolicy {
  const write = (name: PolicyField) => (notations[name] as Notation<unknown>).write(policy[name]);
  return Object.fromEntries(policyFields.map((name) => [name, write(name)])) as WrittenPolicy;
}

/** The policy that was typed, or the figures that mean nothing or cannot hold beside the others. */
export function readPolicy(
  written: WrittenPolicy,
): { policy: Omit<TermsPolicy, 'version'> } | { malformed: PolicyField[] } {
  const read = Object.fromEntries(
    policyFields.map((name) => [name, notations[name].read(written[name].trim())]),
  );
  const malformed = policyFields.filter((name) => read[name] === undefined);
  if (malformed.length > 0) return { malformed };
  const policy = read as Omit<TermsPolicy, 'version'>;
  const faults = policyFaults({ ...policy, version: '' });
  return faults.length > 0 ? { malformed: faults } : { policy };
}
