import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { type OutputOptions, rollup } from 'rollup';
import configs from '../../rollup.config.js';

export const workspace = new URL('../..', import.meta.url).pathname;

/** Builds the package into a folder, as it is published, apart from the `dist` that others may be using. */
export async function buildPackage(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const name of ['package.json', 'README.md', 'bin'])
    cpSync(join(workspace, name), join(folder, name), { recursive: true });
  for (const config of configs) {
    const bundle = await rollup(config);
    for (const output of outputsOf(config)) await bundle.write({ ...output, dir: join(folder, 'dist') });
    await bundle.close();
  }
}

/** The file that shops load, as built from the sources of today. */
export async function buildScript(folder: string): Promise<string> {
  await buildPackage(folder);
  return readFileSync(join(folder, 'dist/morrow.iife.js'), 'utf8');
}

/** How a shop's bundler takes React and the built package. */
export function asShopsDo(folder: string): BuildOptions {
  return {
    bundle: true,
    jsx: 'automatic',
    jsxImportSource: 'react',
    tsconfigRaw: {},
    define: { 'process.env.NODE_ENV': '"production"' },
    alias: { '@morrow/sdk-js': join(folder, 'dist/browser.js') },
  };
}

function outputsOf({ output }: (typeof configs)[number]): OutputOptions[] {
  return [output].flat();
}
