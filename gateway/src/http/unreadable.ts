import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RequestHandler } from 'express';
import { GatewayError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import { problemDocument } from './problem.ts';

type ParserError = Error & { code?: string };

/**
 * Answers with a problem what Node's parser cannot read as a request, or gave up to wait for; Node's own answer has a
 * status and nothing else. `origin` is the API's own.
 */
export function refuseUnreadable(server: Server, origin: string): void {
  const answering = new WeakMap<Duplex, ServerResponse>();
  server.on('request', (req: IncomingMessage, res) => void answering.set(req.socket, res));
  server.on('clientError', (error: ParserError, socket) => {
    // Behind the beginning of an answer, another one would be taken for its end.
    if (error.code === 'ECONNRESET' || !socket.writable || answering.get(socket)?.headersSent) {
      socket.destroy();
      return;
    }
    socket.end(refusalText(unreadable(error), origin));
  });
  server.on('connect', (_req, socket) => {
    const refusal = new GatewayError('malformed_header', { detail: 'This is no proxy to connect through.' });
    socket.end(refusalText(refusal, origin));
  });
  // Nothing that is expected beside 100-continue has to be met (RFC 9110 section 10.1.1).
  server.on('checkExpectation', (req, res) => void server.emit('request', req, res));
}

function unreadable({ code = '' }: ParserError): GatewayError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new GatewayError('headers_too_large', {
        detail: 'The request line and the headers have more than 16 kB together.',
      });
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new GatewayError('body_too_large', { detail: 'The chunks have extensions of more than 16 kB.' });
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new GatewayError('request_timeout', { detail: 'The request did not come as a whole in time.' });
    default:
      return new GatewayError('malformed_header', {
        detail: `This is no request of HTTP/1.1${/^HPE_\w+$/.test(code) ? ` (${code})` : ''}.`,
      });
  }
}

/** The whole answer, with which the connection ends. */
function refusalText(error: GatewayError, origin: string): string {
  const requestId = newId('req');
  const body = JSON.stringify(problemDocument(error, { origin, requestId }));
  return [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    `Request-Id: ${requestId}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}

/** Refuses a request without a Host, or with two (RFC 9112 section 3.2), which we do not read but proxies do. */
export const requireHost: RequestHandler = (req, _res, next) => {
  const hosts = req.headersDistinct.host ?? [];
  if (hosts.length > 1 || (hosts.length === 0 && req.httpVersion === '1.1')) {
    throw new GatewayError(hosts.length > 1 ? 'duplicate_header' : 'malformed_header', {
      detail: `The request has ${hosts.length > 1 ? 'more than one' : 'no'} Host header.`,
    });
  }
  next();
};
