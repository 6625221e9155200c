import { GatewayError } from '../lib/errors.ts';
import { headerLines, type RequestMessage } from './signatures/message.ts';

export const versionHeader = 'Morrow-Version';

/** One version of the API: the date on which it began, and what a client has to know that used the one before. */
export type ApiVersion = { date: string; changes: readonly string[] };

/**
 * Every version that is served, the newest first. A version begins when a change could break a client: a field or a
 * code that goes or means something else. What is only added (fields in answers, routes, event types, optional fields
 * in requests) needs none. docs/api-changelog.md tells the same.
 */
export const apiVersions: readonly [ApiVersion, ...ApiVersion[]] = [
  {
    date: '2026-11-22',
    changes: ['The first version. All of the contract is as it is described here.'],
  },
];

const [newest] = apiVersions;
export const newestVersion = newest.date;
const dates = new Set(apiVersions.map(({ date }) => date));

/**
 * The version by which this request wants to be understood and answered: the one that it names, else the newest.
 *
 * @throws GatewayError `duplicate_header`, or `version_unknown` with the dates that there are.
 */
export function versionOf(message: RequestMessage): string {
  const lines = headerLines(message, 'morrow-version');
  if (lines === undefined) return newestVersion;
  const [asked = ''] = lines;
  if (lines.length > 1) {
    throw new GatewayError('duplicate_header', {
      detail: `The header ${versionHeader} was sent more than once.`,
      hint: 'Send it once.',
    });
  }
  if (dates.has(asked)) return asked;
  throw new GatewayError('version_unknown', {
    detail: `There is no version of this name. There is: ${[...dates].join(', ')}.`,
    hint: `Send ${versionHeader}: ${newestVersion}, or leave the header out to get the newest version.`,
    extra: { versions: [...dates] },
  });
}
