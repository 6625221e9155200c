import { join } from 'node:path';

/**
 * The settings with which PostgreSQL keeps every segment of its write-ahead log in `folder`, a segment a file. What is not
 * archived yet is lost with the machine: at most `archive_timeout`. An archived file is never changed: one of the same
 * name is only accepted again when it is the same.
 */
export function archiveSettings(folder: string): Record<string, string> {
  const file = quote(join(folder, '%f'));
  const draft = quote(join(folder, '.%f.part'));
  return {
    archive_mode: 'on',
    archive_command: `if [ -f ${file} ]; then cmp -s %p ${file}; else cp %p ${draft} && sync ${draft} && mv ${draft} ${file}; fi`,
    archive_timeout: '60s',
  };
}

/** The settings with which PostgreSQL plays the archive in `folder` up to a moment, and then takes connections. */
export function recoverySettings(folder: string, at: Date | undefined): Record<string, string> {
  return {
    restore_command: `cp ${quote(join(folder, '%f'))} %p`,
    recovery_target_timeline: 'latest',
    ...(at && {
      recovery_target_time: at.toISOString().replace('T', ' ').replace('Z', '+00'),
      recovery_target_action: 'promote',
    }),
    // What is restored writes a history of its own; it must not archive into the one that it came from.
    archive_mode: 'off',
  };
}

/** Lines of postgresql.conf. */
export function toConf(settings: Record<string, string>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
    .join('');
}

/** For a shell, and through PostgreSQL, which knows `%f` and `%p` only. */
function quote(path: string): string {
  if (/["'$`\\\n]|%(?!f)/.test(path))
    throw new Error(`${path} holds a character that no archive's path may have.`);
  return `"${path}"`;
}
