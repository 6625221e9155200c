import { GatewayError } from '../lib/errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** What a PostgreSQL text cannot hold: U+0000 and halves of surrogate pairs. Both come into JSON only by escapes. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/** Whether the database could store `text` as it is. */
export function isStorable(text: string): boolean {
  return !UNSTORABLE.test(text);
}

/**
 * The JSON value in the raw bytes of a body.
 *
 * @throws GatewayError `content_type_unsupported` unless it is declared as JSON in UTF-8; `malformed_json` for what is
 *   no JSON, for a member `__proto__`, which assigning would turn into a prototype, and for text that cannot be stored.
 */
export function parseJsonBody(body: Buffer, contentType: string | undefined): unknown {
  if (!/^application\/json[ \t]*(?:;[ \t]*charset="?utf-8"?[ \t]*)?$/i.test(contentType ?? '')) {
    throw new GatewayError('content_type_unsupported', {
      detail:
        contentType === undefined ? 'The Content-Type is missing.' : 'The Content-Type is not JSON in UTF-8.',
      hint: 'Send Content-Type: application/json.',
    });
  }
  if (body.length === 0) throw malformed('The body is empty.');
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    throw malformed('The body is not UTF-8.');
  }
  try {
    // A member's name and a forbidden character can hide behind an escape; nothing else needs the slower way.
    return /__proto__|\\u/.test(text) ? JSON.parse(text, refuseDangerous) : JSON.parse(text);
  } catch (error) {
    throw error instanceof GatewayError ? error : malformed(reasonOf(error as Error));
  }
}

function refuseDangerous(key: string, value: unknown): unknown {
  if (key === '__proto__') throw malformed('The body has a member named __proto__.');
  if (!isStorable(key) || (typeof value === 'string' && !isStorable(value))) {
    throw malformed('The body has text with U+0000 or half of a surrogate pair.');
  }
  return value;
}

/** The parser's own message quotes the body, so only the position is taken from it. */
function reasonOf(error: Error): string {
  const position = /position (\d+)/.exec(error.message)?.[1];
  return position === undefined
    ? 'The body is not JSON.'
    : `The body is not JSON from character ${position} on.`;
}

function malformed(detail: string): GatewayError {
  return new GatewayError('malformed_json', {
    detail,
    hint: 'Send one JSON object in UTF-8 (RFC 8259), without comments and trailing commas.',
  });
}
