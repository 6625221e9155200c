import { Temporal } from 'temporal-polyfill';
import { type CalendarDate } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';

/** A mainland citizen identification number by GB 11643-1999: area, date of birth, sequence, check character. */
export type NationalId = { number: string; area: string; birthDate: CalendarDate };

const shape = /^(\d{6})(\d{4})(\d{2})(\d{2})\d{3}[\dX]$/;
/** ISO 7064 MOD 11-2: the weight of each place is a power of two modulo 11. */
const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const checkCharacters = '10X98765432';

/** The check character of the first 17 digits. */
export function checkCharacterOf(digits: string): string {
  const total = weights.reduce((sum, weight, place) => sum + weight * Number(digits[place]), 0);
  return checkCharacters.charAt(total % 11);
}

/**
 * Reads a number as people type it. The birth date is part of the number, so nobody is asked for it.
 *
 * @throws GatewayError `validation_failed` when the shape, the date or the check character is wrong.
 */
export function parseNationalId(input: string): NationalId {
  const number = input.normalize('NFKC').replaceAll(/\s/g, '').toUpperCase();
  const [, area, year, month, day] = shape.exec(number) ?? [];
  const birthDate = `${year}-${month}-${day}`;
  if (!area || !isDate(birthDate) || checkCharacterOf(number) !== number.at(-1)) {
    throw new GatewayError('validation_failed', {
      detail: 'This is not a valid identity number.',
      hint: 'Copy all 18 characters from the identity card.',
      errors: [{ pointer: '/national_id', code: 'invalid_national_id' }],
    });
  }
  return { number, area, birthDate };
}

function isDate(text: string): boolean {
  try {
    Temporal.PlainDate.from(text);
    return true;
  } catch {
    return false;
  }
}
