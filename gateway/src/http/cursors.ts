import { z } from 'zod';
import { GatewayError } from '../lib/errors.ts';
import type { Vault } from '../lib/vault.ts';
import type { Route } from './route.ts';

const stampCharacters = 22;

/** The list that a cursor is for: the operation, who asks, and the request target with its filters. */
export type ListScope = { operationId: string; callerId: string; target: string };

/** The list that a request asks for a page of; undefined where a route has no cursor. */
export function listScopeOf(
  { operationId, query }: Pick<Route, 'operationId' | 'query'>,
  asked: Pick<ListScope, 'callerId' | 'target'>,
): ListScope | undefined {
  return query instanceof z.ZodObject && 'cursor' in query.shape ? { operationId, ...asked } : undefined;
}

/**
 * What a client gets in the place of a position in a list: the position as the list encodes it, and a stamp, by which
 * nobody can make one up, or go on with it in another list, by other filters or as somebody else.
 */
function sealCursor(vault: Vault, scope: ListScope, position: string): string {
  return position + stampOf(vault, scope, position);
}

/**
 * The position that was sealed for this list.
 *
 * @throws GatewayError `cursor_invalid`.
 */
export function openCursor(vault: Vault, scope: ListScope, cursor: string): string {
  const position = cursor.slice(0, -stampCharacters);
  if (position !== '' && cursor === sealCursor(vault, scope, position)) return position;
  throw new GatewayError('cursor_invalid', {
    detail: '/cursor: This cursor does not come from this list with these filters.',
    hint: 'Send next_cursor of the page before as it is, with the same filters, or no cursor for the first page.',
    errors: [{ pointer: '/cursor', code: 'cursor_invalid' }],
  });
}

/** The answer of a list, with its `next_cursor` sealed. */
export function sealPage(vault: Vault, scope: ListScope, page: unknown): unknown {
  const { next_cursor: position } = page as { next_cursor?: unknown };
  return typeof position === 'string'
    ? { ...(page as object), next_cursor: sealCursor(vault, scope, position) }
    : page;
}

function stampOf(vault: Vault, { operationId, callerId, target }: ListScope, position: string): string {
  const value = JSON.stringify([operationId, callerId, filtersOf(target), position]);
  return vault.stamp('cursor', value).slice(0, stampCharacters);
}

/** The path and what is filtered by, in an order of its own: how long a page is may change from one to the next. */
function filtersOf(target: string): string[] {
  const [path = '', query = ''] = target.split(/\?(.*)/s, 2);
  const pairs = new URLSearchParams(query);
  pairs.delete('cursor');
  pairs.delete('limit');
  pairs.sort();
  return [path, pairs.toString()];
}
