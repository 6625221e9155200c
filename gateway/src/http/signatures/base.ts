import { GatewayError } from '../../lib/errors.ts';
import { headerLines } from './message.ts';
import type { RequestMessage } from './message.ts';

/** What RFC 9421 section 2.5 signs: component lines in the signer's order, then the signature parameters. */
export type SignatureBase = { components: [name: string, value: string][]; parameters: string };

// Anything else could end a line of the base early, or be read as another character set on the other side.
const ASCII_FIELD_VALUE = /^[\t\x20-\x7e]*$/;

/**
 * Derives the covered components of a request. `parameters` is the serialized value of `@signature-params`;
 * `origin` is the configured API origin, from which scheme and authority come: Host and Forwarded are not
 * trusted.
 *
 * @throws GatewayError `signature_components` for a component that is absent or cannot be derived,
 *   `malformed_header` for a covered header that is not ASCII.
 */
export function buildBase(
  names: readonly string[],
  parameters: string,
  message: RequestMessage,
  origin: string,
): SignatureBase {
  const components: SignatureBase['components'] = [];
  for (const name of names) {
    const value = name.startsWith('@')
      ? derivedValue(name, message, origin)
      : fieldValue(name, headerLines(message, name));
    components.push([name, value]);
  }
  return { components, parameters };
}

/** The octets that are signed, as text: no line feed at the end, ASCII only. */
export function formatBase(base: SignatureBase): string {
  let text = '';
  for (const [name, value] of base.components) text += `"${name}": ${value}\n`;
  return `${text}"@signature-params": ${base.parameters}`;
}

/** RFC 9421 section 2.2, without `@query-param` (it needs a parameter) and `@status` (not of requests). */
export function derivedValue(name: string, message: RequestMessage, origin: string): string {
  const { method, target } = message;
  const query = target.indexOf('?');
  switch (name) {
    case '@method':
      return method;
    case '@target-uri':
      return origin + target;
    case '@authority':
      return new URL(origin).host;
    case '@scheme':
      return new URL(origin).protocol.slice(0, -1);
    case '@request-target':
      return target;
    case '@path':
      return query === -1 ? target : target.slice(0, query);
    case '@query':
      return query === -1 ? '?' : target.slice(query);
    default:
      throw new GatewayError('signature_components', {
        detail: `The signature covers "${name}", which this API does not derive.`,
        hint: 'Cover "@method", "@target-uri" and headers.',
      });
  }
}

/**
 * RFC 9421 section 2.1. Node trims each line and refuses obsolete line folding, so lines are only joined here: what
 * is signed must be, to the character, what the rest of the gateway reads.
 */
export function fieldValue(name: string, lines: string[] | undefined): string {
  if (lines === undefined) {
    throw new GatewayError('signature_components', {
      detail: `The signature covers the header "${name}", which the request does not have.`,
      hint: 'Cover only headers that are sent, by their lower-case names.',
    });
  }
  const value = lines.join(', ');
  if (!ASCII_FIELD_VALUE.test(value)) {
    throw new GatewayError('malformed_header', {
      detail: `The covered header "${name}" has characters outside ASCII.`,
      hint: 'Send covered headers in visible ASCII.',
    });
  }
  return value;
}
