import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';

const source = new URL('src/', import.meta.url);

const compilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
  isolatedDeclarations: true,
  declaration: true,
};

/** Compiles file by file, which takes a second; `npm run types` checks what this takes on trust. */
function typescript() {
  return {
    name: 'typescript',
    transform(code, fileName) {
      if (!fileName.endsWith('.ts')) return null;
      const { outputText } = ts.transpileModule(code, { fileName, compilerOptions });
      return { code: outputText, map: null };
    },
    generateBundle({ format }) {
      const extension = format === 'cjs' ? 'cts' : 'ts';
      for (const name of readdirSync(source, { recursive: true })) {
        if (!name.endsWith('.ts')) continue;
        const fileName = `${name.replace(/(\.d)?\.ts$/, '')}.d.${extension}`;
        this.emitFile({ type: 'asset', fileName, source: declarationsOf(name, format) });
      }
    },
  };
}

/** A module's types for importers (`./x.js`) or for requirers (`./x.cjs`): a package that serves both needs both. */
function declarationsOf(name, format) {
  const code = readFileSync(new URL(name, source), 'utf8');
  const specifier = format === 'cjs' ? '.cjs$1' : '.js$1';
  return toDeclarations(name, code).replaceAll(/(?<=['"]\.{1,2}\/[^'"\n]*?)(?:\.d)?\.ts(['"])/g, specifier);
}

function toDeclarations(fileName, code) {
  if (fileName.endsWith('.d.ts')) return code;
  const { outputText, diagnostics = [] } = ts.transpileDeclaration(code, {
    fileName,
    compilerOptions,
    reportDiagnostics: true,
  });
  const [first] = diagnostics;
  if (first) throw new Error(`${fileName}: ${ts.flattenDiagnosticMessageText(first.messageText, '\n')}`);
  return outputText;
}

export default {
  input: { server: new URL('server.ts', source).pathname },
  external: /^node:/,
  plugins: [typescript()],
  output: [
    { dir: 'dist', format: 'es', entryFileNames: '[name].js' },
    { dir: 'dist', format: 'cjs', entryFileNames: '[name].cjs' },
  ],
  onwarn(warning) {
    throw new Error(warning.message);
  },
};
