import { randomUUID } from 'node:crypto';
import { addDays } from '../lib/dates.ts';
import type { IdentityProvider } from './identity-port.ts';
import { checkCharacterOf } from './national-id.ts';

/** A made-up person for sandboxes. The phone is a plausible number, to which a sandbox sends nothing. */
export type TestPerson = { name: string; nationalId: string; phone: string };

/**
 * The kinds of test persons. GB/T 2260 gives no area code that begins with 99, so these numbers pass every check of
 * the form and belong to nobody.
 */
const kinds = {
  /** Verified, under any name. */
  good: { area: '990000', firstBirthDate: '1990-01-01', phonePrefix: '+861990' },
  /** The provider does not find this person: `not_matched`. */
  refused: { area: '990001', firstBirthDate: '1990-01-01', phonePrefix: '+861991' },
  /** Under 18 until 2038: `minor`. */
  minor: { area: '990000', firstBirthDate: '2020-01-01', phonePrefix: '+861992' },
} as const;

export type TestPersonKind = keyof typeof kinds;

const personsPerDay = 1000;

/**
 * The test person `<kind>-<number>`, with a number from 0 to 999999; the kind alone is number 0. Each number is another
 * person with another phone: `good-0`, `good-1` and so on are verified, `refused-…` and `minor-…` are refused. Who is
 * already verified under another phone (`identity_in_use`) is any good person's identity, used a second time.
 *
 * @returns undefined when there is no such test person.
 */
export function findTestPerson(label: string): TestPerson | undefined {
  const [, kind, digits = '0'] = /^(good|refused|minor)(?:-(\d{1,6}))?$/.exec(label) ?? [];
  if (!kind) return undefined;
  const { area, firstBirthDate, phonePrefix } = kinds[kind as TestPersonKind];
  const number = Number(digits);
  const birthDate = addDays(firstBirthDate, Math.floor(number / personsPerDay)).replaceAll('-', '');
  const body = `${area}${birthDate}${String(number % personsPerDay).padStart(3, '0')}`;
  return {
    name: `Test ${kind} ${number}`,
    nationalId: `${body}${checkCharacterOf(body)}`,
    phone: `${phonePrefix}${String(number).padStart(7, '0')}`,
  };
}

/** The provider of sandboxes. It knows test persons only, so that no real person's number is kept in a sandbox. */
export const sandboxIdentity: IdentityProvider = {
  name: 'sandbox',
  verify: ({ nationalId }) => {
    if (nationalId.area === kinds.good.area) {
      return Promise.resolve({ outcome: 'verified', reference: `sandbox_${randomUUID()}` });
    }
    const code = nationalId.area === kinds.refused.area ? 'not_matched' : 'not_a_test_person';
    return Promise.resolve({ outcome: 'refused', code });
  },
};
