import { appendFile, chmod, lchown, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { recoverySettings, toConf } from './archive.ts';
import { copyHashed, eachOf } from './copy.ts';
import { dataName, type Manifest, readManifest } from './manifest.ts';

export type RestoreInput = {
  /** What `makeBackup` wrote. */
  backup: string;
  /** Where the log was archived. */
  archive: string;
  /** The new data folder; missing or empty. */
  to: string;
  /** Up to which moment; to the end of the archive without it. */
  at?: Date | undefined;
};

/**
 * Lays out a data folder from a backup, such that PostgreSQL plays the archived log when it is started on it, up to and with
 * what was committed at the moment that is asked for. Every file is compared with what was backed up.
 * Throws when one differs, when the moment is from before the backup was whole, or when there is something already.
 */
export async function restoreBackup({ backup, archive, to, at }: RestoreInput): Promise<Manifest> {
  const manifest = await readManifest(backup);
  if (at && at < new Date(manifest.wholeAt))
    throw new Error(
      `This backup was whole at ${manifest.wholeAt}; take an older one for ${at.toISOString()}.`,
    );
  if (!(await readdir(archive)).includes(manifest.firstWal))
    throw new Error(`${archive} lacks ${manifest.firstWal}, with which the log of this backup begins.`);
  await mkdir(to, { recursive: true, mode: 0o700 });
  if ((await readdir(to)).length > 0)
    throw new Error(`${to} is not empty; nothing is restored over other data.`);
  for (const folder of manifest.folders) await mkdir(join(to, folder), { recursive: true, mode: 0o700 });
  await eachOf(Object.entries(manifest.files), async ([path, hash]) => {
    if ((await copyHashed(join(backup, dataName, path), join(to, path))) !== hash)
      throw new Error(`${path} is not what was backed up: the backup is damaged. Take another one.`);
  });
  await appendFile(join(to, 'postgresql.auto.conf'), toConf(recoverySettings(archive, at)));
  await writeFile(join(to, 'recovery.signal'), '', { mode: 0o600 });
  await give(to, manifest.owner);
  return manifest;
}

/** Only root may give files away; everybody else restores as the user that PostgreSQL runs as. */
async function give(folder: string, { uid, gid }: Manifest['owner']): Promise<void> {
  await chmod(folder, 0o700);
  if (process.getuid?.() !== 0) return;
  for (const path of ['', ...(await readdir(folder, { recursive: true }))])
    await lchown(join(folder, path), uid, gid);
}
