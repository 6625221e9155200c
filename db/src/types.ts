import { types as pgTypes, type CustomTypesConfig } from 'pg';

const { builtins, getTypeParser } = pgTypes;
type TypeId = Parameters<typeof getTypeParser>[0];

// Types that pg-types knows but does not name.
const TEXT_ARRAY = 1009 as TypeId;
const INT8_ARRAY = 1016 as TypeId;
const DATE_ARRAY = 1182 as TypeId;

const parseTextArray = getTypeParser(TEXT_ARRAY, 'text') as (text: string) => (string | null)[];

/**
 * How a value's text becomes a JavaScript value, where pg's own choice would not do: int8 is money and
 * must be exact, and a date has no time zone, so that a Date at local midnight would name another day.
 */
const parsers = new Map<TypeId, (text: string) => unknown>([
  [builtins.INT8, BigInt],
  [builtins.DATE, (text) => text],
  [INT8_ARRAY, (text) => parseTextArray(text).map((item) => (item === null ? null : BigInt(item)))],
  [DATE_ARRAY, parseTextArray],
]);

/**
 * Type parsers for one pg client: int8 is a bigint, date is 'YYYY-MM-DD', numeric stays a string and
 * timestamptz is a Date. Given to each client and never set globally, because graphile-worker shares the pg
 * module and expects pg's own parsers.
 */
export const types: CustomTypesConfig = {
  getTypeParser: (id, format = 'text') =>
    (format === 'text' ? parsers.get(id) : undefined) ?? getTypeParser(id, format),
};
