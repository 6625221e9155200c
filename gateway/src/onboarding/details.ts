import { Temporal } from 'temporal-polyfill';
import { isSameBusiness } from '../banking/name-match.ts';
import { parseAccountNumber } from '../banking/verify-account.ts';
import { GatewayError } from '../lib/errors.ts';
import { type CalendarDate, dateIn } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import { programmeCodes } from '../plans/programmes.ts';
import { readOwners } from './owner-lines.ts';

/** Where a live merchant may be, and what follows from it. */
export const sellingCountries = {
  CN: { currency: 'CNY', timeZone: 'Asia/Shanghai' },
  DE: { currency: 'EUR', timeZone: 'Europe/Berlin' },
  ES: { currency: 'EUR', timeZone: 'Europe/Madrid' },
  FR: { currency: 'EUR', timeZone: 'Europe/Paris' },
  GB: { currency: 'GBP', timeZone: 'Europe/London' },
  IE: { currency: 'EUR', timeZone: 'Europe/Dublin' },
  IT: { currency: 'EUR', timeZone: 'Europe/Rome' },
  NL: { currency: 'EUR', timeZone: 'Europe/Amsterdam' },
  US: { currency: 'USD', timeZone: 'America/New_York' },
} as const;

export type SellingCountry = keyof typeof sellingCountries;

/** What a business tells of itself, in the order in which it is asked, with the most characters of each. */
export const plainFields = {
  legal_name: 200,
  registration_number: 50,
  country: 2,
  address: 500,
  website: 200,
  category: 20,
  monthly_volume: 12,
  account_holder: 200,
  bank_name: 100,
} as const;

/** What is about people, or opens a bank account: sealed. */
export const personalFields = {
  contact_name: 100,
  contact_mail: 200,
  contact_phone: 30,
  representative_name: 100,
  representative_birth_date: 10,
  owners: 2000,
  account_number: 50,
} as const;

export type PlainField = keyof typeof plainFields;
export type PersonalField = keyof typeof personalFields;
export type BusinessField = PlainField | PersonalField;

export const plainNames = Object.keys(plainFields) as PlainField[];
export const personalNames = Object.keys(personalFields) as PersonalField[];

/** As they were written; empty where nothing was. */
export type BusinessDetails = Readonly<Record<BusinessField, string>>;

export type FieldFault = { field: BusinessField; code: 'missing' | 'malformed' | 'holder_differs' };

const mostOf = { ...plainFields, ...personalFields };

/** An unfinished form is kept as it is, without what cannot be seen, and no longer than a field may be. */
export function tidyDetails(written: (field: BusinessField) => string): BusinessDetails {
  const names = [...plainNames, ...personalNames];
  return Object.fromEntries(
    names.map((name) => [name, tidy(written(name)).slice(0, mostOf[name])]),
  ) as BusinessDetails;
}

/** Lines of an address stay lines. */
function tidy(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(/[^\P{C}\n]/gu, '')
    .trim();
}

/** What is missing or cannot be so, in the order of the form; empty where all of it may be submitted. */
export function faultsOf(tx: Pick<Tx, 'wallNow'>, details: BusinessDetails): FieldFault[] {
  const names = [...plainNames, ...personalNames];
  return names.flatMap((field): FieldFault[] => {
    if (details[field] === '') return [{ field, code: 'missing' }];
    if (shapes[field]?.(details[field], tx, details) === false) return [{ field, code: 'malformed' }];
    const differs = field === 'account_holder' && !isSameBusiness(details.legal_name, details.account_holder);
    return differs ? [{ field, code: 'holder_differs' }] : [];
  });
}

type Shape = (value: string, tx: Pick<Tx, 'wallNow'>, details: BusinessDetails) => boolean;

/** What a field has to look like; of the others anything may be written. */
const shapes: { [field in BusinessField]?: Shape } = {
  country: (value) => Object.hasOwn(sellingCountries, value),
  category: (value) => programmeCodes.some((code) => code === value),
  monthly_volume: (value) => /^[1-9][0-9]*$/.test(value),
  website: (value) => websiteOrigin(value) !== undefined,
  contact_mail: (value) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value),
  contact_phone: (value) => /^\+?[0-9][0-9 ()-]{5,}$/.test(value),
  representative_birth_date: (value, tx) => isAdult(value, dateIn('UTC', tx.wallNow)),
  owners: (value, _tx, { country }) => readOwners(value, country) !== undefined,
  account_number: isAccountNumber,
};

/** Where shoppers may be sent back to: live shops are reached by https. */
export function websiteOrigin(website: string): string | undefined {
  if (!URL.canParse(website)) return undefined;
  const { protocol, origin, username, password, hostname } = new URL(website);
  const isPublic = protocol === 'https:' && username === '' && password === '' && hostname.includes('.');
  return isPublic ? origin : undefined;
}

/** Who represents a business is of age, and alive by all that is known. */
function isAdult(birthDate: string, today: CalendarDate): boolean {
  if (!isDate(birthDate)) return false;
  const yearsAgo = (years: number) => `${Number(today.slice(0, 4)) - years}${today.slice(4)}`;
  return birthDate <= yearsAgo(18) && birthDate > yearsAgo(120);
}

function isDate(text: string): boolean {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return false;
  try {
    Temporal.PlainDate.from(text);
    return true;
  } catch {
    return false;
  }
}

function isAccountNumber(value: string): boolean {
  try {
    parseAccountNumber(value);
    return true;
  } catch (error) {
    if (error instanceof GatewayError) return false;
    throw error;
  }
}
