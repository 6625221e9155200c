/**
 * What an error says and where it comes from, and the same of its causes. Its other fields are left out: they may hold what
 * it was given, such as an address with its password.
 */
export function sayError(error: unknown): string {
  if (!(error instanceof Error)) return 'It threw what is no error.';
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\nCaused by: ${sayError(error.cause)}`;
}
