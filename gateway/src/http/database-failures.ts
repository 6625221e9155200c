import { isDatabaseError } from '../lib/log.ts';

/** What pg, its socket and the pool throw, as far as we look at it. */
type Failure = { name?: unknown; code?: unknown; message?: unknown; syscall?: unknown };

const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
]);
const SOCKET_CALLS = new Set(['connect', 'read', 'write', 'getaddrinfo']);

// Class 08 is connection exceptions, 53 that the server has run out of connections, memory or disk, 58 that the system
// around it failed; then: shutdown, crash, starting up; and that it may only be read, because another server leads now.
const CONNECTION_STATES = /^(?:08...|53...|58...|57P0[1-3]|25006)$/;
// What pg says without a code; knex puts the statement before it.
const CONNECTION_MESSAGES =
  /(?:^| - )(?:Connection (?:terminated|ended)|Client has encountered a connection error|Client was closed)\b/;
// Serialization failure, deadlock, lock not available, statement timeout.
const CONTENTION_STATES = /^(?:40001|40P01|55P03|57014)$/;

/** Whether the database could not be reached, so that nothing is known about the statement's fate. */
export function isConnectionFailure(error: unknown): boolean {
  const { name, code, message, syscall } = (error ?? {}) as Failure;
  if (name === 'KnexTimeoutError') return true;
  if (isDatabaseError(error)) return CONNECTION_STATES.test(String(code));
  if (typeof code === 'string') return SOCKET_CODES.has(code) && SOCKET_CALLS.has(String(syscall));
  return typeof message === 'string' && CONNECTION_MESSAGES.test(message);
}

/** Whether the database gave up on a transaction because of others; trying again may succeed. */
export function isContention(error: unknown): boolean {
  return isDatabaseError(error) && CONTENTION_STATES.test(String((error as Failure).code));
}
