import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { copyTree, Members, placesOf, Raw, type Tree, treeOf, writeTree } from './json-tree.ts';
import { unusualNames, unusualNumbers, unusualNumerals, unusualTexts } from './unusual.ts';

/** One thing done wrong to a JSON value, at one of its places. */
type Mutation = { at: number; change: Change };
type Change =
  | { kind: 'replace'; by: Tree }
  | { kind: 'remove' | 'repeat' | 'wrap' | 'asText' | 'negate' }
  | { kind: 'add'; name: string; value: Tree };

const deep = (depth: number): Raw => new Raw('['.repeat(depth) + ']'.repeat(depth));

const wrongValues: Arbitrary<Tree> = fc.oneof(
  fc.constantFrom<Tree>(
    null,
    true,
    false,
    [],
    new Members([]),
    [[]],
    new Members([['__proto__', new Members([])]]),
  ),
  fc.constantFrom<Tree>(...unusualNumbers),
  fc.constantFrom(...unusualTexts),
  fc.constantFrom(...unusualNumerals).map((text) => new Raw(text)),
  fc.constantFrom(deep(20), deep(2_000), deep(100_000), new Raw('{"a":'.repeat(500) + '1' + '}'.repeat(500))),
);

const changes: Arbitrary<Change> = fc.oneof(
  { weight: 6, arbitrary: wrongValues.map((by) => ({ kind: 'replace' as const, by })) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Change>(
      { kind: 'remove' },
      { kind: 'repeat' },
      { kind: 'wrap' },
      { kind: 'asText' },
      { kind: 'negate' },
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...unusualNames), wrongValues)
      .map(([name, value]) => ({ kind: 'add' as const, name, value })),
  },
);

const mutations: Arbitrary<Mutation[]> = fc.array(fc.record({ at: fc.nat({ max: 60 }), change: changes }), {
  minLength: 1,
  maxLength: 2,
});

/** The text of a JSON value with one or two things wrong. */
export function nearlyRight(values: Arbitrary<unknown>): Arbitrary<string> {
  return fc.tuple(values, mutations).map(([value, list]) => {
    const root = { tree: treeOf(value) };
    for (const { at, change } of list) apply(root, at, change);
    return writeTree(root.tree);
  });
}

function apply(root: { tree: Tree }, at: number, change: Change): void {
  const places = placesOf(root);
  const place = places[at % places.length];
  if (!place) return;
  const { value } = place;
  switch (change.kind) {
    case 'replace':
      return place.replace(copyTree(change.by));
    case 'remove':
      return place.remove();
    case 'wrap':
      return place.replace([value]);
    case 'asText':
      return place.replace(typeof value === 'string' ? new Raw(value) : writeTree(value));
    case 'negate':
      return place.replace(typeof value === 'number' ? -value : new Members([]));
    case 'repeat':
      if (value instanceof Members) value.entries.push(...(copyTree(value) as Members).entries);
      else if (Array.isArray(value)) value.push(...value.map(copyTree), ...value.map(copyTree));
      else place.replace([value, value]);
      return;
    case 'add': {
      const into = [value, ...places.map((other) => other.value)].find((tree) => tree instanceof Members);
      into?.entries.push([change.name, copyTree(change.value)]);
    }
  }
}

/** Bodies that are hardly JSON any more, as octets in Latin-1, made of the text of one that is. */
export function brokenBodies(texts: Arbitrary<string>): Arbitrary<string> {
  return fc.oneof(
    fc
      .tuple(texts, fc.nat({ max: 200 }))
      .map(([text, cut]) => text.slice(0, Math.max(0, text.length - 1 - cut))),
    fc.tuple(texts, fc.nat({ max: 200 })).map(([text, at]) => `${text.slice(0, at)}\u0000${text.slice(at)}`),
    texts.map((text) => `\u00EF\u00BB\u00BF${text}`),
    texts.map((text) => `${text}${text}`),
    texts.map((text) => text.replaceAll('"', "'")),
    fc.constantFrom(
      '',
      ' ',
      '{',
      '}',
      '[',
      '"',
      '\u00FF\u00FE',
      '{"a":1,}',
      '// a\n{}',
      'undefined',
      'amount=1&currency=CNY',
    ),
    fc.constantFrom('['.repeat(500_000), `"${'a'.repeat(1_048_577)}"`, `{"a":"${'b'.repeat(1_048_576)}"}`),
  );
}
