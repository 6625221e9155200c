import { GatewayError } from '../lib/errors.ts';
import { parseNationalId } from '../shoppers/national-id.ts';

/** A person to whom a merchant belongs, with the number of their identity document as shoppers' are written. */
export type Owner = { name: string; nationalId: string };

const mostOwners = 20;

/** Documents of other countries are not verified here: their numbers are kept as they are told. */
const otherDocument = /^[A-Z0-9]{5,30}$/;

/**
 * Owners as a form names them: one person a line, the name, a comma, the number. A business of the mainland names mainland
 * identity numbers. Undefined where a line is none of these, where somebody is named twice, and where there are too many.
 */
export function readOwners(text: string, country: string): Owner[] | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const owners = lines.flatMap((line) => readOwner(line, country) ?? []);
  const different = new Set(owners.map(({ nationalId }) => nationalId));
  const isSound = owners.length === lines.length && different.size === owners.length;
  return isSound && owners.length <= mostOwners ? owners : undefined;
}

function readOwner(line: string, country: string): Owner | undefined {
  const parts = splitLine(line);
  if (!parts || parts.name.length < 2 || parts.name.length > 100) return undefined;
  const nationalId = readNumber(parts.number, country);
  return nationalId === undefined ? undefined : { name: parts.name, nationalId };
}

function readNumber(written: string, country: string): string | undefined {
  try {
    return parseNationalId(written).number;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
  }
  const number = written.normalize('NFKC').replaceAll(/[\s-]/g, '').toUpperCase();
  return country !== 'CN' && otherDocument.test(number) ? number : undefined;
}

function splitLine(line: string): { name: string; number: string } | undefined {
  const [, name = '', number = ''] = /^(.*)[,，]([^,，]*)$/.exec(line) ?? [];
  return name.trim() === '' ? undefined : { name: name.trim(), number: number.trim() };
}

/** What people are shown of such lines: each name with the last four characters of the number; the rest of a number stays hidden. */
export function ownersShown(text: string): { name: string; last4: string }[] {
  return text.split('\n').flatMap((line) => {
    const parts = splitLine(line);
    return parts ? [{ name: parts.name, last4: lastFour(parts.number) }] : [];
  });
}

/** Of a number that is hardly longer nothing is shown. */
export function lastFour(number: string): string {
  return number.length > 4 ? number.slice(-4) : '';
}
