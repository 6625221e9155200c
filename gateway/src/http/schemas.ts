import { z } from 'zod';
import type { ProblemCode } from '../lib/errors.ts';
import type { IdPrefix } from '../lib/ids.ts';
import { currencies } from '../lib/money.ts';

/** Refuses a value, but not its absence, with a problem of its own; `validation.ts` reads the code out again. */
function refusedAs(code: ProblemCode) {
  return (issue: { input?: unknown }): string | undefined => (issue.input === undefined ? undefined : code);
}

/** An amount of money in a request: a positive integer of minor units, given to the handler as a bigint. */
export const Amount = z
  .int({ error: refusedAs('amount_invalid') })
  .min(1, { error: 'amount_invalid' })
  .meta({
    id: 'Amount',
    description:
      'A positive amount of money in minor units of its currency: 1000 is 10.00 CNY, and 1000 JPY.',
    example: 10000,
  })
  .transform((amount) => BigInt(amount));

/** An amount of money in a query, where everything is text; given to the handler as a bigint. */
export const AmountQuery = z
  .string()
  .regex(/^[1-9]\d{0,15}$/, { error: 'amount_invalid' })
  .refine((text) => Number.isSafeInteger(Number(text)), { error: 'amount_invalid' })
  .meta({
    description: 'A positive amount of money in minor units of its currency.',
    example: 10000,
    override: { type: 'integer', pattern: undefined, minimum: 1 },
  })
  .transform((text) => BigInt(text));

/** An amount of money in a response: an integer of minor units, zero or more (see `toJsonAmount`). */
export const AmountJson = z.int().min(0).meta({
  id: 'AmountInResponse',
  description: 'An amount of money in minor units of its currency.',
  example: 10000,
});

/** A sum in a response that may be owed in either direction. */
export const SignedAmountJson = z.int().meta({
  id: 'SignedAmount',
  description: 'A sum of money in minor units of its currency; negative when it is owed the other way.',
  example: 9705,
});

/** A currency that the gateway accepts. */
export const CurrencyCode = z.enum(currencies, { error: refusedAs('currency_unsupported') }).meta({
  id: 'CurrencyCode',
  description: 'An ISO 4217 code.',
  example: 'CNY',
});

/** The shop's own number of an order, capture or refund: what identifies it for the merchant. */
export const MerchantReference = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\p{C}\s](?:[^\p{C}]*[^\p{C}\s])?$/u, 'Use visible characters, and no space at either end.')
  .meta({
    id: 'MerchantReference',
    description: "The merchant's own reference: visible characters, no space at either end.",
    example: 'order-1001',
  });

/** An id with this prefix: the prefix, an underscore, and 32 lower-case hexadecimal digits. */
export function idOf<P extends IdPrefix>(prefix: P) {
  return z.templateLiteral([`${prefix}_`, z.string().regex(/^[0-9a-f]{32}$/)]).meta({
    description: `An id that begins with ${prefix}_.`,
    example: `${prefix}_018f6b2a9c7d7e3f8a1b2c3d4e5f6071`,
  });
}

/** A calendar date, 'YYYY-MM-DD'. */
export const DateJson = z.iso
  .date()
  .meta({ id: 'Date', description: 'A calendar date.', example: '2026-03-31' });

/** An instant in a response, RFC 3339 in UTC, as `Date.prototype.toISOString` writes it. */
export const Timestamp = z.iso.datetime().meta({
  id: 'Timestamp',
  description: 'An instant by RFC 3339 in UTC.',
  example: '2026-03-01T08:30:00.000Z',
});

/** The position at which the next page begins, in the form in which the caller gets it. */
export function encodeCursor(position: string): string {
  return Buffer.from(position).toString('base64url');
}

/** A cursor that a list gave out and `cursors.ts` opened, given to the handler as the position that was encoded. */
export const Cursor = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,400}$/, { error: 'cursor_invalid' })
  .meta({
    id: 'Cursor',
    description: 'Where to go on: `next_cursor` of the page before, with the same filters.',
    example: encodeCursor('ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071'),
  })
  .transform((cursor, context) => {
    const position = Buffer.from(cursor, 'base64url').toString();
    if (/^[\x21-\x7e]+$/.test(position) && encodeCursor(position) === cursor) return position;
    context.addIssue({ code: 'custom', message: 'cursor_invalid' satisfies ProblemCode });
    return z.NEVER;
  });

const PAGE_LIMIT_MAX = 100;
const PAGE_LIMIT_DEFAULT = 20;

/** The query of every list. */
export const PageQuery = z.strictObject({
  cursor: Cursor.optional(),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,2}$/, `Send an integer from 1 to ${PAGE_LIMIT_MAX}.`)
    .transform(Number)
    .pipe(z.int().max(PAGE_LIMIT_MAX))
    .default(PAGE_LIMIT_DEFAULT)
    .meta({
      description: 'How many at most.',
      override: {
        type: 'integer',
        pattern: undefined,
        minimum: 1,
        maximum: PAGE_LIMIT_MAX,
        default: PAGE_LIMIT_DEFAULT,
      },
    }),
});

/** An instant in a query, given to the handler as a Date. */
const InstantQuery = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** Filters of a list by when its objects were created: from an instant on, and before another one. */
export const createdRange = {
  created_from: InstantQuery.optional().meta({
    description:
      'Only what was created at this instant or later, by RFC 3339; in a sandbox by its own clock.',
    example: '2026-03-01T00:00:00Z',
  }),
  created_before: InstantQuery.optional().meta({
    description: 'Only what was created before this instant.',
    example: '2026-04-01T00:00:00Z',
  }),
};

/** Filters of a list by the business date of its objects: from a date to another one, both included. */
export const dateRange = {
  date_from: z.iso.date().optional().meta({
    description: 'Only from this business date on.',
    example: '2026-03-01',
  }),
  date_to: z.iso.date().optional().meta({
    description: 'Only up to this business date, which is included.',
    example: '2026-03-31',
  }),
};

/** One page of a list. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    data: z.array(item),
    next_cursor: z
      .string()
      .nullable()
      .meta({ description: 'Where the next page begins; null on the last one.' }),
  });
}

/**
 * Cuts rows that were read with one more than `limit` into a page; `positionOf` gives what the query of the next page
 * must come after.
 */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  positionOf: (row: Row) => string,
  toItem: (row: Row) => Item,
): { data: Item[]; next_cursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { data: page.map(toItem), next_cursor: more ? encodeCursor(positionOf(last)) : null };
}
