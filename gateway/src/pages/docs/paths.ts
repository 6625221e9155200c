import type { Tag } from './contract.ts';

export function tagPath({ slug }: Tag): string {
  return `/docs/api/${slug}`;
}

export function operationPath(operationId: string): string {
  return `/docs/operations/${operationId}`;
}

export function problemPath(code: string): string {
  return `/docs/problems/${code}`;
}

export function eventPath(type: string): string {
  return `/docs/events/${type}`;
}
