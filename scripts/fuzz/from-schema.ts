import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { unusualNumbers } from './unusual.ts';

/** A JSON Schema (2020-12) as far as the contract uses it. */
export type Schema = {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  example?: unknown;
};

export type SchemaReader = {
  /** The part of the document that a reference names. */
  resolve(reference: string): Schema;
  /** What members of these names hold, whatever their schema: text that means something only with something else. */
  members: Readonly<Record<string, Arbitrary<unknown>>>;
};

/** Stands in a request for the nth object of a kind until the request is sent, so that a seed means the same each time. */
export function placeholder(kind: string, index: number): string {
  return `@@${kind}:${index}@@`;
}

/** So many objects of each kind are told apart; what is beyond the number there is begins again at the first. */
const indexes = fc.nat({ max: 19 });

export function anyId(kind: string): Arbitrary<string> {
  return fc.oneof(
    { weight: 9, arbitrary: indexes.map((index) => placeholder(kind, index)) },
    { weight: 1, arbitrary: fc.constant(`${kind}_${'0'.repeat(31)}1`) },
  );
}

/** Values that the schema takes, as plain JSON; numbers and texts are mostly small, and now and then at their bounds. */
export function fromSchema(reader: SchemaReader, schema: Schema): Arbitrary<unknown> {
  if (schema.$ref !== undefined) return fromSchema(reader, reader.resolve(schema.$ref));
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map((choice) => fromSchema(reader, choice)));
  if (schema.allOf) return fromSchema(reader, mergeAll(reader, schema.allOf));
  const types = [schema.type ?? []].flat();
  if (types.length === 0) return fc.jsonValue({ maxDepth: 2 });
  return fc.oneof(...types.map((type) => ofType(reader, schema, type)));
}

function mergeAll(reader: SchemaReader, parts: Schema[]): Schema {
  const merged: Schema = {};
  for (const part of parts) {
    const whole = part.$ref === undefined ? part : reader.resolve(part.$ref);
    Object.assign(merged, whole, {
      properties: { ...merged.properties, ...whole.properties },
      required: [...(merged.required ?? []), ...(whole.required ?? [])],
    });
  }
  return merged;
}

function ofType(reader: SchemaReader, schema: Schema, type: string): Arbitrary<unknown> {
  switch (type) {
    case 'object':
      return objects(reader, schema);
    case 'array': {
      const { items = {}, minItems = 0, maxItems = 4 } = schema;
      return fc.array(fromSchema(reader, items), {
        minLength: minItems,
        maxLength: Math.max(minItems, Math.min(maxItems, 4)),
      });
    }
    case 'integer':
    case 'number':
      return integers(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return texts(schema);
  }
}

function objects(reader: SchemaReader, schema: Schema): Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties } = schema;
  const members = Object.fromEntries(
    Object.entries(properties).map(([name, of]) => [name, reader.members[name] ?? fromSchema(reader, of)]),
  );
  const known = fc.record(members, { requiredKeys: required, noNullPrototype: true });
  if (typeof additionalProperties !== 'object') return known;
  const more = fc.dictionary(fc.string({ maxLength: 8 }), fromSchema(reader, additionalProperties), {
    maxKeys: 3,
  });
  return fc.tuple(known, more).map(([some, others]) => ({ ...others, ...some }));
}

function integers({
  minimum = -Number.MAX_SAFE_INTEGER,
  maximum = Number.MAX_SAFE_INTEGER,
}: Schema): Arbitrary<number> {
  const bounds = [minimum, maximum, ...unusualNumbers].filter(
    (value) => Number.isInteger(value) && value >= minimum && value <= maximum,
  );
  return fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: Math.max(minimum, -1_000), max: Math.min(maximum, 10_000) }) },
    { weight: 2, arbitrary: fc.constantFrom(...bounds) },
    { weight: 1, arbitrary: fc.integer({ min: minimum, max: maximum }) },
  );
}

const idPattern = /^\^(\w+)_\[0-9a-f\]\{32\}\$$/;
/** Where the main sandbox's clock stands at first. */
export const startAt = Date.parse('2026-04-05T01:00:00Z');
const dayMs = 86_400_000;

const instants = fc
  .oneof(
    { weight: 6, arbitrary: fc.integer({ min: startAt - 3 * dayMs, max: startAt + 60 * dayMs }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 253_402_300_799_000 }) },
  )
  .map((at) => new Date(at).toISOString());

function texts({ pattern, format, minLength = 0, maxLength = 10_000 }: Schema): Arbitrary<string> {
  const [, kind] = idPattern.exec(pattern ?? '') ?? [];
  if (kind !== undefined) return anyId(kind);
  if (format === 'date-time') return instants;
  if (format === 'date') return instants.map((instant) => instant.slice(0, 10));
  if (format === 'uri') return fc.webUrl();
  if (format === 'email') return fc.emailAddress();
  const fits = (text: string): boolean =>
    text.length >= minLength &&
    text.length <= maxLength &&
    (pattern === undefined || new RegExp(pattern, 'u').test(text));
  const general = fc.oneof(
    { weight: 5, arbitrary: fc.string({ minLength, maxLength: Math.min(maxLength, 30) }) },
    { weight: 2, arbitrary: fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, 30) }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('a'.repeat(Math.max(minLength, 1)), '字'.repeat(Math.min(maxLength, 2_000))),
    },
  );
  if (pattern === undefined) return general;
  return matching(pattern, fits) ?? general.filter(fits);
}

/** Undefined for a pattern with what fast-check does not know, such as Unicode properties: most texts fit those. */
function matching(pattern: string, fits: (text: string) => boolean): Arbitrary<string> | undefined {
  try {
    return fc.stringMatching(new RegExp(pattern, 'u')).filter(fits);
  } catch {
    return undefined;
  }
}
