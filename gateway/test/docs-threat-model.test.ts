import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/threat-model.md'), 'utf8');

type Row = { kind: string; threat: string; control: string; tests: { path: string; name: string }[] };

/** The rows of tables whose head is `kind`, `threat`, `control` and `test`. */
const rows: Row[] = page
  .split(/^\| kind +\| threat +\| control +\| test +\|\n\|[ |-]+\|\n/m)
  .slice(1)
  .flatMap((table) =>
    (/^(?:\|.*\|\n)+/.exec(table)?.[0] ?? '')
      .trim()
      .split('\n')
      .map((line) => {
        const [kind = '', threat = '', control = '', named = ''] = line
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim());
        const tests = named.split('<br>').map((one) => {
          const [, path = '', name = ''] = /^`([^`]+)`: (.+)$/.exec(one) ?? [];
          return { path, name: name.replaceAll(/\\(.)/g, '$1') };
        });
        return { kind, threat, control, tests };
      }),
  );

/** The names of the tests in a file; those of tables as they are written, with `%s`. */
function namesIn(path: string): Set<string> {
  const tree = ts.createSourceFile(
    path,
    readFileSync(join(root, path), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const names = new Set<string>();
  const walk = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(?:it|test)\b/.test(node.expression.getText())) {
      const [first] = node.arguments;
      if (first && ts.isStringLiteralLike(first)) names.add(first.text);
    }
    node.forEachChild(walk);
  };
  walk(tree);
  return names;
}

describe('docs/threat-model.md', () => {
  it('says of each threat which kind it is, what stands against it, and where that is held', () => {
    expect(rows.length).toBeGreaterThan(110);
    for (const { kind, threat, control, tests } of rows) {
      expect(kind, threat).toMatch(/^[STRIDE](?: [STRIDE])*$/);
      expect(control, threat).not.toBe('');
      expect(tests.length, threat).toBeGreaterThan(0);
    }
  });

  it('names only tests that there are', () => {
    const known = new Map<string, Set<string>>();
    const missing: string[] = [];
    for (const { path, name } of rows.flatMap(({ tests }) => tests)) {
      if (!path || !existsSync(join(root, path))) {
        missing.push(`${path}: ${name}`);
        continue;
      }
      const names = known.get(path) ?? namesIn(path);
      known.set(path, names);
      if (!names.has(name)) missing.push(`${path}: ${name}`);
    }
    expect(missing).toEqual([]);
  });

  it('looks at every flow for every kind of threat', () => {
    const kinds = (some: readonly Row[]) => new Set(some.flatMap(({ kind }) => kind.split(' ')));
    expect([...kinds(rows)].toSorted()).toEqual(['D', 'E', 'I', 'R', 'S', 'T']);
    const flows = page.split('\n## ').filter((section) => /^\| kind/m.test(section));
    expect(flows.length).toBeGreaterThanOrEqual(10);
  });
});
