import {
  type BusinessDetails,
  type BusinessField,
  personalNames,
  plainNames,
} from '../../../onboarding/details.ts';
import { ownersShown } from '../../../onboarding/owner-lines.ts';
import type { Texts } from '../../texts/language.ts';

type BusinessTexts = Texts['dashboard']['business'];

/** The parts of a business's details, in the order in which they are asked for. */
export const detailParts = {
  company: [
    'legal_name',
    'registration_number',
    'country',
    'address',
    'website',
    'category',
    'monthly_volume',
  ],
  people: [
    'representative_name',
    'representative_birth_date',
    'owners',
    'contact_name',
    'contact_mail',
    'contact_phone',
  ],
  account: ['account_holder', 'bank_name', 'account_number'],
} as const satisfies Record<string, readonly BusinessField[]>;

/** Details as people read them. A bank account is recognised by its end. */
export function wordsOfDetail(t: BusinessTexts, details: BusinessDetails, field: BusinessField): string {
  const value = details[field];
  const ownerWords = ({ name, last4 }: { name: string; last4: string }) =>
    last4 === '' ? name : `${name}, ${t.endsIn(last4)}`;
  if (value === '') return '–';
  if (field === 'country') return named(t.countries, value);
  if (field === 'category') return named(t.categories, value);
  if (field === 'owners') return ownersShown(value).map(ownerWords).join('; ');
  if (field === 'account_number') return t.endsIn(value.replaceAll(/[\s-]/g, '').slice(-4));
  return value;
}

export function factsOfDetails(t: BusinessTexts, details: BusinessDetails): (readonly [string, string])[] {
  const names: BusinessField[] = [...plainNames, ...personalNames];
  return names.map((field) => [t.fields[field], wordsOfDetail(t, details, field)]);
}

function named(names: Readonly<Record<string, string>>, value: string): string {
  return Object.hasOwn(names, value) ? (names[value] ?? value) : value;
}
