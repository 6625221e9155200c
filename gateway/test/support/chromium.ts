import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, lstat, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

/** A Chromium of this machine, with the variables that it needs. */
export type Chromium = { path: string; env: Record<string, string> };

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
];

/**
 * The Chromium that CHROME_PATH names, else the system's, else the one inside @sparticuz/chromium. Undefined where none
 * of them runs, so that browser tests are skipped visibly; in CI that is an error instead.
 */
export async function findChromium(): Promise<Chromium | undefined> {
  const given = process.env.CHROME_PATH;
  const path = given ?? systemChromium();
  if (path !== undefined) return { path, env: {} };
  try {
    const unpacked = await unpackedChromium();
    execFileSync(unpacked.path, ['--version'], { env: { ...process.env, ...unpacked.env }, stdio: 'pipe' });
    return unpacked;
  } catch (error) {
    if (process.env.CI === 'true') throw error;
    console.warn(`No Chromium runs here, so browser tests are skipped: ${String(error)}`);
    return undefined;
  }
}

export function launchChromium({ path, env }: Chromium): Promise<Browser> {
  return chromium.launch({
    executablePath: path,
    args: flags,
    env: { ...(process.env as Record<string, string>), ...env },
  });
}

function systemChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(':').filter(Boolean);
  return folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
}

/**
 * Unpacks the package once for each user. It unpacks into the temporary folder of its process, file by file: a folder
 * of its own, renamed when complete, keeps two test files from starting a Chromium that is half there.
 */
async function unpackedChromium(): Promise<Chromium> {
  const { version } = createRequire(import.meta.url)(packageFile()) as { version: string };
  const { uid } = userInfo();
  const folder = join(tmpdir(), `morrow-chromium-${version}-${uid}`);
  if (!existsSync(folder)) await unpackInto(folder);
  if ((await lstat(folder)).uid !== uid) throw new Error(`${folder} belongs to somebody else`);
  return {
    path: join(folder, 'chromium'),
    env: { LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'), FONTCONFIG_FILE: join(folder, 'fonts.conf') },
  };
}

/** The package does not export its package.json. */
function packageFile(): string {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  return join(dirname(entry), '..', '..', 'package.json');
}

async function unpackInto(folder: string): Promise<void> {
  const own = await mkdtemp(join(tmpdir(), 'morrow-chromium-'));
  const script = "import chromium from '@sparticuz/chromium'; await chromium.executablePath();";
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: import.meta.dirname,
    env: {
      ...process.env,
      TMPDIR: own,
      // The package unpacks its shared libraries only where it believes to be on Lambda; a bare Debian lacks them.
      AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x',
    },
  });
  await writeFile(join(own, 'fonts.conf'), fontsConfig(folder));
  await chmod(own, 0o700);
  try {
    await rename(own, folder);
  } catch (error) {
    await rm(own, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

/** The package's own configuration names a fixed folder below /tmp, and none of the system's fonts. */
function fontsConfig(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(folder, 'fonts', 'fonts')}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${join(folder, 'fonts-cache')}</cachedir>
</fontconfig>
`;
}
