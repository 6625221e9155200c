import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

const root = resolve(import.meta.dirname, '../../..');
const endWithParent = join(import.meta.dirname, 'end-with-parent.ts');

const made = new Map<string, Promise<string>>();

/**
 * The path of one file of JavaScript with the program whose main module is `main`, and all of ours that it
 * imports. It starts without a loader, in a third of the time, and ends when its parent does. It is made once in each
 * process that asks.
 */
export function bundle(main: string): Promise<string> {
  const known = made.get(main) ?? make(main);
  made.set(main, known);
  return known;
}

async function make(main: string): Promise<string> {
  const folder = join(root, 'node_modules/.cache/morrow');
  const { outputFiles } = await build({
    stdin: {
      contents: [endWithParent, main].map((path) => `import ${JSON.stringify(path)};`).join('\n'),
      resolveDir: root,
    },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // What is logged of an error names its class.
    keepNames: true,
    plugins: [packagesApart, ownPlaces],
    logLevel: 'error',
  });
  const [{ contents }] = outputFiles as [(typeof outputFiles)[number]];
  const path = join(folder, `${createHash('sha256').update(main).digest('hex').slice(0, 12)}.mjs`);
  await mkdir(folder, { recursive: true });
  // Whole at once: another process may make the same, and start it.
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, contents);
  await rename(draft, path);
  return path;
}

/** Packages are loaded as they are, from where npm put them; only our workspaces' TypeScript is in the file. */
const packagesApart: Plugin = {
  name: 'packages-apart',
  setup(given) {
    given.onResolve({ filter: /^[^./]/ }, ({ path }) =>
      path.startsWith('@morrow/') ? undefined : { path, external: true },
    );
  },
};

/** Our modules look for files beside themselves, so each keeps its own place. */
const ownPlaces: Plugin = {
  name: 'own-places',
  setup(given) {
    given.onLoad({ filter: /\/src\/.*\.tsx?$/ }, async ({ path }) => {
      if (path.includes('/node_modules/')) return undefined;
      const contents = await readFile(path, 'utf8');
      if (!contents.includes('import.meta.')) return undefined;
      return {
        loader: path.endsWith('x') ? 'tsx' : 'ts',
        contents: contents
          .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
          .replaceAll('import.meta.dirname', JSON.stringify(dirname(path))),
      };
    });
  },
};
