import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, test } from 'vitest';
import { workspace } from './support/package.ts';

const entries = {
  '@morrow/sdk-js': join(workspace, 'src/browser/index.ts'),
  '@morrow/sdk-js/server': join(workspace, 'src/server.ts'),
  '@morrow/sdk-js/verify': join(workspace, 'src/verify.ts'),
};

/** What the README leaves to its reader. */
const surroundings = `
import type { JsonWebKey } from 'node:crypto';
import type * as server from '@morrow/sdk-js/server';
import type * as verify from '@morrow/sdk-js/verify';
import type { Pool, PoolClient as Client } from 'pg';
declare global {
  const { readFileSync }: typeof import('node:fs');
  const { generateKeyPairSync }: typeof import('node:crypto');
  const { checkReturn, createMorrow }: typeof server;
  const morrow: server.Morrow;
  const [baseUrl, keyId, newSecret, oldSecret]: string[];
  const privateKey: JsonWebKey;
  const [keys, gatewayKeys]: verify.KeySet[];
  const cart: { sessionId: string; linesHash: string };
  const req: { body: Buffer; headers: server.WebhookHeaders };
  const res: import('node:http').ServerResponse;
  const pool: Pool;
  type PoolClient = Client;
  type HandledEvents<T> = server.HandledEvents<T>;
  const handledEvents: HandledEvents<PoolClient>;
  const last: number;
  const signal: AbortSignal;
  const from: verify.FeedPosition;
  function handle(event: server.Event, position?: verify.FeedPosition): Promise<void>;
  const events: server.Event[];
  const checkpoints: server.EventCheckpoint[];
  const receipts: verify.ReceiptInput[];
}
`;

function blocksOf(page: string, language: string): string[] {
  const text = readFileSync(join(workspace, page), 'utf8');
  return [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, code = '']) => code,
  );
}

const readmeBlocks = () => blocksOf('README.md', 'ts');

/** What the merchant guide shows of the client besides the programs and pages that other tests run. */
const guideBlocks = () =>
  blocksOf('../docs/merchant-guide.md', 'js').filter((code) => /^(?!import)[^]*await morrow\./.test(code));

let program: ts.Program;
let examples: string[];

beforeAll(() => {
  const written = new Map([[join(workspace, 'readme/surroundings.ts'), surroundings]]);
  for (const [at, code] of [...readmeBlocks(), ...guideBlocks()].entries()) {
    // A module of its own, so that one example may declare what another is given.
    written.set(join(workspace, `readme/${at}.ts`), `${code}\nexport {};`);
  }
  examples = [...written.keys()];
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: ['node'],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    paths: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, [file]])),
  };
  const host = ts.createCompilerHost(options);
  host.readFile = (file) => written.get(file) ?? ts.sys.readFile(file);
  host.fileExists = (file) => written.has(file) || ts.sys.fileExists(file);
  program = ts.createProgram([...Object.values(entries), ...examples], options, host);
});

describe('every export of', () => {
  test.each(Object.entries(entries))('%s says what it is', (_, file) => {
    const checker = program.getTypeChecker();
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    if (!module) throw new Error(`${file} exports nothing`);
    const exported = checker.getExportsOfModule(module);
    const silent = exported.filter((symbol) => {
      const meant = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      return meant.getDocumentationComment(checker).length === 0;
    });
    expect(exported.length).toBeGreaterThan(8);
    expect(silent.map(({ name }) => name)).toEqual([]);
  });
});

test('every example of the README and of the merchant guide fits the types', () => {
  const complaints = examples.flatMap((file) => {
    const source = program.getSourceFile(file);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ messageText, start = 0 }) => {
      const line = source?.text.slice(0, start).split('\n').at(-1) ?? '';
      return `${file}: ${line}… ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
  });
  expect(readmeBlocks().length).toBeGreaterThan(8);
  expect(guideBlocks()).toHaveLength(2);
  expect(complaints).toEqual([]);
});
