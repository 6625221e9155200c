import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { fromSchema, placeholder, type SchemaReader } from './from-schema.ts';
import { knownBodies } from './known.ts';
import { brokenBodies, nearlyRight } from './mutate.ts';
import type { Operation } from './operations.ts';

/** A body, each of whose characters is an octet if `latin1`, and what it is said to be. */
export type BodyPlan = { body?: { text: string; latin1: boolean }; contentType?: string };

/** Bodies that an operation takes; none for one that takes none. */
export function bodies(reader: SchemaReader, operation: Operation): Arbitrary<BodyPlan> {
  if (!operation.body) return fc.constant({});
  return fc.oneof(...operation.body.map((media) => ofMedia(jsonOf(reader, operation, media), media.type)));
}

type Media = NonNullable<Operation['body']>[number];

function jsonOf(reader: SchemaReader, { id }: Operation, { schema, examples }: Media): Arbitrary<unknown> {
  const known = knownBodies[id];
  const choices = [{ weight: 2, arbitrary: fromSchema(reader, schema) }];
  if (known) choices.push({ weight: 5, arbitrary: known });
  for (const example of examples) choices.push({ weight: 1, arbitrary: livelyExample(example) });
  return fc.oneof(...choices).filter((value) => id !== 'createFault' || !spoilsRequests(value));
}

/** A fault of requests makes the very 5xx and lost answers that must not be: none is planted. */
function spoilsRequests(body: unknown): boolean {
  return String((body as { kind?: unknown } | null)?.kind).startsWith('api_');
}

/** An example of the contract with objects that exist in the place of its ids, and a reference of its own. */
function livelyExample(example: unknown): Arbitrary<unknown> {
  return fc.tuple(fc.nat({ max: 19 }), fc.nat()).map(([index, unique]) => {
    const text = JSON.stringify(example)
      .replaceAll(/"([a-z]+)_[0-9a-f]{32}"/g, (_, kind: string) => `"${placeholder(kind, index)}"`)
      .replaceAll(/("(?:merchant_)?reference":)"[^"@]*"/g, `$1"r-${unique}"`);
    return JSON.parse(text) as unknown;
  });
}

function ofMedia(values: Arbitrary<unknown>, type: string): Arbitrary<BodyPlan> {
  if (!type.endsWith('json')) return files(type);
  return values.map((value) => ({ body: { text: JSON.stringify(value), latin1: false }, contentType: type }));
}

const beginnings: Record<string, string> = {
  'application/pdf': '%PDF-1.7\n',
  'image/png': '\u0089PNG\r\n\u001A\n',
  'image/jpeg': '\u00FF\u00D8\u00FF\u00E0',
  'image/webp': 'RIFF\u0000\u0000\u0000\u0000WEBP',
};

function files(type: string): Arbitrary<BodyPlan> {
  const rest = fc
    .oneof(fc.constant(new Uint8Array()), fc.uint8Array({ maxLength: 64 }))
    .map((bytes) => Buffer.from(bytes).toString('latin1'));
  const beginning = fc.constantFrom(beginnings[type] ?? 'It was sent.', ...Object.values(beginnings));
  return fc
    .tuple(beginning, rest)
    .map(([start, end]) => ({ body: { text: start + end, latin1: true }, contentType: type }));
}

const contentTypes = [
  'application/json; charset=utf-8',
  'application/json;charset=gbk',
  'application/problem+json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=a',
  'application/pdf',
  'image/png',
  '',
  '*/*',
  'json',
  'application/json, text/plain',
  'a'.repeat(300),
  'application/cbor',
];

/** Bodies that are wrong in one or two places, hardly JSON, missing, or said to be something else. */
export function wrongBodies(reader: SchemaReader, operation: Operation): Arbitrary<BodyPlan> {
  const media = operation.body?.find(({ type }) => type.endsWith('json'));
  const values = media ? jsonOf(reader, operation, media) : fc.jsonValue({ maxDepth: 2 });
  const asJson =
    (latin1: boolean) =>
    (text: string): BodyPlan => ({ body: { text, latin1 }, contentType: 'application/json' });
  return fc.oneof(
    { weight: 12, arbitrary: nearlyRight(values).map(asJson(false)) },
    { weight: 2, arbitrary: brokenBodies(values.map((value) => JSON.stringify(value))).map(asJson(true)) },
    { weight: 1, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(bodies(reader, operation), fc.constantFrom(...contentTypes))
        .map(([body, contentType]) => ({ ...body, contentType })),
    },
  );
}
