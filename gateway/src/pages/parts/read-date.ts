import { civilOf, startOf } from '../../lib/dates.ts';

export function isDate(text: string): boolean {
  try {
    civilOf(text);
    return true;
  } catch {
    return false;
  }
}

/** The instant at which a date that somebody typed begins; undefined for what is not a date. */
export function readDate(text: string, timeZone: string): Date | undefined {
  return isDate(text) ? startOf(text, timeZone) : undefined;
}
