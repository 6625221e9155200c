import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { anyId, fromSchema, placeholder, type SchemaReader } from './from-schema.ts';
import type { Operation } from './operations.ts';
import { unusualTexts } from './unusual.ts';

/** Paths and queries of an operation, with placeholders for objects. */
export function targets(reader: SchemaReader, operation: Operation): Arbitrary<string> {
  // A token reads the one session that it was made for.
  if (operation.auth === 'clientToken') {
    return fc
      .constantFrom(placeholder('paired_session', 0), placeholder('cs', 1))
      .map((id) => fillPath(operation.template, [id]));
  }
  return fc
    .tuple(paths(reader, operation), queries(reader, operation))
    .map(([path, query]) => withQuery(path, query));
}

function paths(reader: SchemaReader, { template, path }: Operation): Arbitrary<string> {
  return fc
    .tuple(...path.map(({ name, schema }) => reader.members[name] ?? fromSchema(reader, schema)))
    .map((values) =>
      fillPath(
        template,
        values.map((value) => encodeText(String(value))),
      ),
    );
}

function fillPath(template: string, values: readonly string[]): string {
  const left = [...values];
  return template.replaceAll(/\{\w+\}/g, () => left.shift() ?? '');
}

function queries(reader: SchemaReader, { query }: Operation): Arbitrary<string> {
  const parts = query.map(({ name, schema, required }) => {
    const values = (reader.members[name] ?? fromSchema(reader, schema)).map(
      (value) => `${name}=${encodeText(String(value))}`,
    );
    return required ? values : fc.option(values, { nil: '', freq: 2 });
  });
  return fc.tuple(...parts).map((pairs) => pairs.filter(Boolean).join('&'));
}

function withQuery(path: string, query: string): string {
  return query === '' ? path : `${path}?${query}`;
}

/** As `encodeURIComponent`, which leaves placeholders alone and knows nothing of halves of surrogate pairs. */
function encodeText(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '\uFFFD'))
    .replaceAll('%40%40', '@@')
    .replaceAll(/(@@\w+)%3A/g, '$1:');
}

const oddSegments = [
  '%',
  '%zz',
  '%00',
  '%2e%2e',
  '%2F',
  '%ff',
  '%E0%A4%A',
  '%F0%9F%98%80',
  '..',
  '.',
  '',
  '@@ord:0@@%20',
  '@@ord:0@@%00',
  '@@cs:0@@/',
  'ord_',
  'null',
  '0',
  '-1',
  '1e3',
  '999999999999999999999',
  '__proto__',
  'constructor',
  'a'.repeat(6_000),
  `ord_${'F'.repeat(32)}`,
  `ord_${'0'.repeat(33)}`,
  '*',
  ':id',
  '{order_id}',
  "'--",
] as const;

const oddQueries = [
  '%',
  '%zz=1',
  'limit=%00',
  'limit=%ff',
  'limit=%F0%9F%98%80',
  'limit',
  '=',
  '&&',
  '=1',
  'limit=1&limit=2',
  '__proto__=1',
  'constructor=1',
  'limit[]=1',
  'limit[__proto__]=1',
  'limit=0',
  'limit=101',
  'limit=1e1',
  'limit=-1',
  'limit=+1',
  'limit=1%20',
  'cursor=',
  'cursor=%21',
  'cursor=AAAA',
  `cursor=${'A'.repeat(300)}`,
  `cursor=${'A'.repeat(6_000)}`,
  'after=-1',
  'after=99999999999999999999',
  'after=9007199254740993',
  'wait=1e9',
  'wait=-1',
  '?',
  ';',
  '+',
  'key=a&key=b',
  'a=1'.repeat(50),
  '\\',
  '#a',
  'amount=0&currency=',
] as const;

/** Paths and queries that nearly fit an operation, or not at all. */
export function wrongTargets(reader: SchemaReader, operation: Operation): Arbitrary<string> {
  const { template, path } = operation;
  const whole = targets(reader, operation);
  const oddQuery = fc.oneof(fc.constantFrom(...oddQueries), named(operation));
  const choices: Arbitrary<string>[] = [
    fc
      .tuple(whole, oddQuery)
      .map(([target, query]) => `${target}${target.includes('?') ? '&' : '?'}${query}`),
    fc.tuple(paths(reader, operation), oddQuery).map(([at, query]) => withQuery(at, query)),
    fc
      .tuple(whole, fc.constantFrom('/', '//', '/.', '/..', '/%2e', '/a', '%20', '.json', ';a=1'))
      .map(([target, end]) => {
        const [at = '', query = ''] = target.split('?', 2);
        return withQuery(`${at}${end}`, query);
      }),
    whole.map((target) => target.toUpperCase().replaceAll(/@@(\w+):/g, (all) => all.toLowerCase())),
    fc
      .tuple(whole, fc.constantFrom('//v1', '/v2', '/./v1', '/%76%31'))
      .map(([target, start]) => target.replace('/v1', start)),
  ];
  if (path.length > 0) {
    const odd = path.map(() =>
      fc.oneof(fc.constantFrom(...oddSegments), anyId('pln'), anyId('cs'), anyId('evt')),
    );
    choices.push(fc.tuple(...odd).map((values) => fillPath(template, values)));
  }
  return fc.oneof(...choices);
}

/** A parameter that exists, with a value that hardly fits. */
function named({ query }: Operation): Arbitrary<string> {
  const names = query.length > 0 ? query.map(({ name }) => name) : ['limit'];
  return fc
    .tuple(fc.constantFrom(...names), fc.constantFrom(...unusualTexts))
    .map(([name, text]) => `${name}=${encodeText(text).slice(0, 6_000)}`);
}
