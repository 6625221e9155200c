import { readdirSync, readFileSync } from 'node:fs';
import { transform } from 'esbuild';
import ts from 'typescript';

const source = new URL('src/', import.meta.url);

const compilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
  isolatedDeclarations: true,
  declaration: true,
};

const transpilerOptions = { ...compilerOptions, sourceMap: true };

/** Compiles file by file, which takes a second; `npm run types` checks what this takes on trust. */
function typescript() {
  return {
    name: 'typescript',
    transform(code, fileName) {
      if (!fileName.endsWith('.ts')) return null;
      const { outputText, sourceMapText } = ts.transpileModule(code, {
        fileName,
        compilerOptions: transpilerOptions,
      });
      return { code: outputText, map: sourceMapText };
    },
    generateBundle({ format }) {
      if (format === 'iife') return;
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

/** What shoppers load is made small. Packages are left readable: whoever bundles them makes them small. */
function minify() {
  return {
    name: 'minify',
    renderChunk: (code) => transform(code, { minify: true, sourcemap: true, target: 'es2022' }),
  };
}

const common = {
  external: [/^node:/, 'commander', 'jose', 'playwright-core'],
  plugins: [typescript()],
  onwarn(warning) {
    throw new Error(warning.message);
  },
};
const browserEntry = new URL('browser/index.ts', source).pathname;

/** Names without hashes, so that a package's files are the same list after every change. */
function packageOutput(format, extension) {
  const name = `[name].${extension}`;
  return { dir: 'dist', format, entryFileNames: name, chunkFileNames: name, sourcemap: true };
}

export default [
  {
    ...common,
    input: {
      browser: browserEntry,
      server: new URL('server.ts', source).pathname,
      verify: new URL('verify.ts', source).pathname,
    },
    output: [packageOutput('es', 'js'), packageOutput('cjs', 'cjs')],
  },
  {
    ...common,
    input: { cli: new URL('cli/main.ts', source).pathname },
    output: packageOutput('es', 'js'),
  },
  {
    ...common,
    input: browserEntry,
    output: {
      dir: 'dist',
      format: 'iife',
      name: 'Morrow',
      entryFileNames: 'morrow.iife.js',
      sourcemap: true,
      plugins: [minify()],
    },
  },
];
