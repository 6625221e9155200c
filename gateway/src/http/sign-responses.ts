import type { RequestHandler } from 'express';
import type { Context } from '../context.ts';
import { gatewayKeys } from '../lib/gateway-key.ts';
import { readAcceptSignature } from './signatures/accept-signature.ts';
import { signResponse } from './signatures/sign-response.ts';

/**
 * Signs the answer, whatever it will be, when the request asks for it by Accept-Signature. That is read before anything is
 * done, because what was asked for must not fail when the work is done.
 *
 * Answers are ended with their whole content at once, so `end` is the one place through which all of them go: those of
 * routes, problems, and what is not found.
 */
export function signResponses({ config, vault, clock }: Context): RequestHandler {
  const [key] = gatewayKeys(vault);
  if (!key) throw new Error('the gateway has no key');
  return (req, res, next) => {
    const { method, originalUrl, headersDistinct } = req;
    const wanted = readAcceptSignature(
      { method, target: originalUrl, headersDistinct, body: Buffer.alloc(0) },
      { origin: config.origins.api, kid: key.kid },
    );
    if (wanted) {
      const end = res.end.bind(res);
      res.end = ((content?: string | Buffer) => {
        const contentType = res.getHeader('content-type');
        const headers =
          !res.headersSent &&
          signResponse(
            wanted,
            {
              status: res.statusCode,
              contentType: typeof contentType === 'string' ? contentType : undefined,
              content: method === 'HEAD' ? '' : (content ?? ''),
            },
            { key, wallNow: clock.now() },
          );
        for (const [name, value] of Object.entries(headers || {})) res.setHeader(name, value);
        return end(content);
      }) as typeof res.end;
    }
    next();
  };
}
