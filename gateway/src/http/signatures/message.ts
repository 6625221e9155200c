/**
 * A request as it came over the wire. `target` is the raw request target (`req.url` before any router touched
 * it); the headers are `req.headersDistinct`, because Node joins or drops repeated lines in `req.headers`.
 */
export type RequestMessage = {
  method: string;
  target: string;
  headersDistinct: Record<string, string[] | undefined>;
  body: Buffer;
};

/** The lines of one header by its lower-case name. Safe on objects that inherit from Object.prototype. */
export function headerLines(
  message: Pick<RequestMessage, 'headersDistinct'>,
  name: string,
): string[] | undefined {
  return Object.hasOwn(message.headersDistinct, name) ? message.headersDistinct[name] : undefined;
}
