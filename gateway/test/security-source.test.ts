import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import vm from 'node:vm';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

type Source = { path: string; tree: ts.SourceFile };

/** Every file of ours that runs in a process of the gateway or in what merchants embed. */
const sources: Source[] = ['gateway/src', 'sdk-js/src'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:tsx?|js)$/.test(name))
    .map((name) => {
      const path = `${folder}/${name}`;
      return {
        path,
        tree: ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true),
      };
    }),
);

function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  node.forEachChild((child) => walk(child, visit));
}

describe('every regular expression', () => {
  const found = new Map<string, string>();
  for (const { path, tree } of sources)
    walk(tree, (node) => {
      if (ts.isRegularExpressionLiteral(node)) found.set(node.text, path);
    });

  /** What an expression may be led astray by: its own characters, one of each class, and two of them in turn. */
  function pumpsFor(source: string): string[] {
    const own = source.replaceAll(/\\[a-zA-Z]\w*|[\\^$.*+?()[\]{}|]/g, '').split('');
    const chars = [
      ...new Set([...own.slice(0, 24), 'a', 'A', '0', '_', ' ', '\t', '-', '.', ',', '"', '\\', '<', '汉']),
    ];
    return [...chars, ...chars.flatMap((one) => ['0', 'a', ' '].map((other) => one + other))];
  }

  /** Forty steps are too many for what doubles with each, three thousand for the third power of them. */
  const attemptsWith = (pump: string): string[] =>
    [40, 3000].flatMap((count) => [`${pump.repeat(count)}\u0001`, `x${pump.repeat(count)}!\n`]);

  it('answers long texts that are made to lead it astray', () => {
    expect(found.size).toBeGreaterThan(120);
    const context = vm.createContext({ pattern: undefined, texts: [] as string[] });
    const look = new vm.Script('pattern.lastIndex = 0; for (const text of texts) pattern.test(text)');
    const lost: string[] = [];
    for (const [literal, path] of found) {
      const end = literal.lastIndexOf('/');
      const source = literal.slice(1, end);
      // Without `g` and `y`, so that each text is looked at from its beginning.
      const pattern = new RegExp(source, literal.slice(end + 1).replaceAll(/[gy]/g, ''));
      context.pattern = pattern;
      const endsWithin = (texts: string[], timeout: number): boolean => {
        context.texts = texts;
        try {
          look.runInContext(context, { timeout });
          return true;
        } catch {
          return false;
        }
      };
      const textsOf = pumpsFor(source).map(attemptsWith);
      // Most end at once. The others may take the second power of the steps for many texts, which is bearable: for those of
      // one pump that is far below the limit on any machine, and what grows faster is far above it.
      if (endsWithin(textsOf.flat(), 1500)) continue;
      if (!textsOf.every((texts) => endsWithin(texts, 5000))) lost.push(`${path}: ${literal}`);
    }
    expect(lost).toEqual([]);
  });

  it('would be found out if it were made to be led astray', () => {
    const context = vm.createContext({ pattern: /^(?:a+)+$/, texts: [`${'a'.repeat(40)}!`] });
    const look = new vm.Script('for (const text of texts) pattern.test(text)');
    expect(() => look.runInContext(context, { timeout: 500 })).toThrow('timed out');
  });

  it('is written down, and never made of what somebody sent', () => {
    // The command line of the SDK reads the pages of whoever runs it, by patterns of their own.
    const served = sources.filter(({ path }) => !path.startsWith('sdk-js/src/cli/'));
    const made = served.flatMap(({ path, tree }) => {
      const places: string[] = [];
      walk(tree, (node) => {
        if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText() === 'RegExp')
          places.push(`${path}: ${node.getText()}`);
      });
      return places;
    });
    expect(made).toEqual([]);
  });
});

describe('a secret', () => {
  /** What is secret, or proves something, by the names that it has here. */
  const secretName = /(?:^|\.)\w*(?:Secret|Hash|Mac|Stamp|Signature|Token|_hash|secret|signature|stamp|mac)$/;
  /** Hashes of words and terms that both sides read: they prove what was shown, and hide nothing. */
  const publicName = /(?:^|\.)(?:agreedHash|termsHash|textHash|modelHash|previous_hash|lines_hash)$/;

  it('is compared in a time that does not tell where it differs', () => {
    const compared = sources.flatMap(({ path, tree }) => {
      const places: string[] = [];
      walk(tree, (node) => {
        if (!ts.isBinaryExpression(node)) return;
        const { left, right, operatorToken } = node;
        const isEquality = /^[!=]==?$/.test(operatorToken.getText());
        const isConstant = [left, right].some(
          (side) =>
            ts.isStringLiteralLike(side) ||
            ts.isNumericLiteral(side) ||
            ['undefined', 'null', 'true', 'false'].includes(side.getText()),
        );
        const isSecret = (side: ts.Node) =>
          secretName.test(side.getText()) && !publicName.test(side.getText());
        if (isEquality && !isConstant && [left, right].some(isSecret))
          places.push(`${path}: ${node.getText().replaceAll(/\s+/g, ' ')}`);
      });
      return places;
    });
    expect(compared.toSorted()).toEqual([]);
  });
});

describe('what staff do', () => {
  type Named = { path: string; name: string };
  const byPath = new Map(sources.map(({ path, tree }) => [path, tree]));

  /** What the top of a file declares under this name: a function, or what a constant is. */
  function declaredIn(tree: ts.SourceFile, name: string): ts.Node | undefined {
    for (const statement of tree.statements) {
      if (ts.isFunctionDeclaration(statement) && statement.name?.text === name) return statement;
      if (!ts.isVariableStatement(statement)) continue;
      const found = statement.declarationList.declarations.find((one) => one.name.getText() === name);
      if (found?.initializer) return found.initializer;
    }
    return undefined;
  }

  /** Where a name that a file uses is declared. */
  function resolveName({ path, name }: Named): Named | undefined {
    const tree = byPath.get(path);
    for (const statement of tree?.statements ?? []) {
      if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
      const bindings = statement.importClause?.namedBindings;
      const named = bindings && ts.isNamedImports(bindings) ? bindings.elements : [];
      const found = named.find((element) => element.name.text === name);
      if (!found || !statement.moduleSpecifier.text.startsWith('.')) continue;
      return {
        path: join(path, '..', statement.moduleSpecifier.text),
        name: (found.propertyName ?? found.name).text,
      };
    }
    return tree && declaredIn(tree, name) ? { path, name } : undefined;
  }

  /** What a form has so far, which nobody but who writes it sees before it is handed in; that is in the log. */
  const drafts = ['gateway/src/pages/dashboard/business/steps.ts: saveFromPage'];

  const isLog = ({ path, name }: Named) =>
    /^gateway\/src\/(?:operators|members)\/audit\.ts$/.test(path) && name.startsWith('record');

  /** Whether what is done by that name comes to write the log of operators or members. */
  function isLogged(start: Named): boolean {
    const seen = new Set<string>();
    const open = [start];
    for (let at = open.pop(); at; at = open.pop()) {
      const key = `${at.path} ${at.name}`;
      if (seen.has(key)) continue;
      seen.add(key);
      if (isLog(at)) return true;
      const tree = byPath.get(at.path);
      const declared = tree && declaredIn(tree, at.name);
      const { path } = at;
      if (!declared) continue;
      walk(declared, (node) => {
        if (!ts.isIdentifier(node)) return;
        const next = resolveName({ path, name: node.text });
        if (next && /\/(?:pages\/(?:console|dashboard|staff)|operators|members|passkeys)\//.test(next.path))
          open.push(next);
      });
    }
    return false;
  }

  /** What a route of forms does: each of the steps that its page has, or the one. */
  function stepsOf(path: string, handler: ts.Node): Named[] {
    const named = (name: string): Named[] => [resolveName({ path, name }) ?? { path, name }];
    if (ts.isIdentifier(handler)) {
      const initializer = localNamed(handler);
      return initializer ? stepsOf(path, initializer) : named(handler.text);
    }
    if (ts.isCallExpression(handler)) {
      const [first] = handler.arguments;
      if (handler.expression.getText() === 'takeStep' && first) return stepsOf(path, first);
      if (handler.expression.getText() === 'act' && handler.arguments[2])
        return stepsOf(path, handler.arguments[2]);
      return stepsOf(path, handler.expression);
    }
    if (ts.isObjectLiteralExpression(handler))
      return handler.properties.flatMap((one) =>
        ts.isPropertyAssignment(one)
          ? stepsOf(path, one.initializer)
          : one.name
            ? named(one.name.getText())
            : [],
      );
    if (ts.isArrowFunction(handler)) return stepsOf(path, handler.body);
    return [{ path, name: handler.getText() }];
  }

  /** What a constant of the function around is. */
  function localNamed(used: ts.Identifier): ts.Expression | undefined {
    let around: ts.Node = used;
    while (around.parent && !ts.isFunctionDeclaration(around)) around = around.parent;
    let found: ts.Expression | undefined;
    walk(around, (node) => {
      if (ts.isVariableDeclaration(node) && node.name.getText() === used.text) found = node.initializer;
    });
    return found;
  }

  it.each(['console', 'dashboard'])(
    'in the %s is in the log of who did it, on every route that changes something',
    (area) => {
      const steps = sources
        .filter(({ path }) => path.startsWith(`gateway/src/pages/${area}/`))
        .flatMap(({ path, tree }) => {
          const found: Named[] = [];
          walk(tree, (node) => {
            if (!ts.isCallExpression(node) || !/^\w+\.post$/.test(node.expression.getText())) return;
            const handler = node.arguments.at(-1);
            if (handler) found.push(...stepsOf(path, handler));
          });
          return found;
        });
      expect(steps.length).toBeGreaterThan(20);
      expect(
        steps
          .filter((step) => !isLogged(step))
          .map(({ path, name }) => `${path}: ${name}`)
          .filter((step) => !drafts.includes(step)),
      ).toEqual([]);
    },
  );
});
