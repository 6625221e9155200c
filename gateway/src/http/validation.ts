import { z } from 'zod';
import { GatewayError, problemStatus, type FieldError, type ProblemCode } from '../lib/errors.ts';
import { isStorable } from './json.ts';

type Issue = z.core.$ZodIssue;

/** What to do about a field whose schema names a problem of its own (see schemas.ts). */
const hints: Partial<Record<ProblemCode, string>> = {
  amount_invalid: 'Send a positive integer of minor units: 1000 for 10.00 CNY, 1000 for 1000 JPY.',
  currency_unsupported: 'Send one of the supported ISO 4217 codes in capital letters.',
  cursor_invalid: 'Send next_cursor of the page before as it is, or no cursor for the first page.',
};

/**
 * `value` as the schema gives it out.
 *
 * @throws GatewayError with one `errors` entry for each offending field: `validation_failed`, or the problem that the
 *   schema of the only kind of offending field names.
 */
export function parseWith<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw refusalOf(result.error.issues);
}

/** The query of a raw request target as a plain object; a name that comes twice has an array, which no schema takes. */
export function readQuery(target: string): Record<string, string | string[]> {
  const start = target.indexOf('?');
  if (start === -1) return {};
  const pairs = new URLSearchParams(target.slice(start + 1));
  const names = new Set(pairs.keys());
  const unstorable = [...pairs].find(([name, value]) => !isStorable(name) || !isStorable(value));
  if (unstorable) {
    throw new GatewayError('validation_failed', { detail: 'The query has text that cannot be stored.' });
  }
  return Object.fromEntries(
    [...names].map((name) => {
      const values = pairs.getAll(name);
      return [name, values.length === 1 ? String(values[0]) : values];
    }),
  );
}

/** More would make an answer many times as long as what was sent; who mends these is told of the next ones. */
const mostErrors = 20;
const longestName = 100;

function refusalOf(issues: readonly Issue[]): GatewayError {
  const errors = issues.flatMap(fieldErrors).slice(0, mostErrors);
  const codes = new Set(errors.map((error) => error.code));
  const [first] = codes;
  const code = codes.size === 1 && isProblemCode(first) ? first : 'validation_failed';
  return new GatewayError(code, {
    detail: errors.map(({ pointer, detail }) => `${pointer || 'The request'}: ${detail}`).join('; '),
    ...(hints[code] !== undefined && { hint: hints[code] }),
    errors,
  });
}

function fieldErrors(issue: Issue): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, mostErrors).map((key) => ({
      pointer: pointerTo([...issue.path, key.slice(0, longestName)]),
      code: 'unknown_field',
      detail: 'This field does not exist here.',
    }));
  }
  const pointer = pointerTo(issue.path);
  if (issue.input === undefined) {
    return [{ pointer, code: 'missing', detail: 'This field is required.' }];
  }
  // A schema names a problem of its own by giving its code as the message.
  if (isProblemCode(issue.message)) return [{ pointer, code: issue.message, detail: hints[issue.message] }];
  return [{ pointer, code: issue.code, detail: issue.message }];
}

function isProblemCode(text: string | undefined): text is ProblemCode {
  return text !== undefined && Object.hasOwn(problemStatus, text);
}

/** RFC 6901. */
function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
