import express, { type Request, type RequestHandler } from 'express';
import { mostFileBytes } from '../disputes/evidence/types.ts';

/** A file that came with a form. */
export type Upload = { name: string; bytes: Buffer };

/** A form with one file: what is beside the file is small. */
const mostFormBytes = mostFileBytes + 64 * 1024;
const mostParts = 20;

const uploads = new WeakMap<Request, Upload>();

/** The file that came with a form; undefined when none was chosen. */
export function uploadOf(req: Request): Upload | undefined {
  return uploads.get(req);
}

/**
 * Reads a form that may carry a file (RFC 7578). One that is too large is cut off by what it says of its length, or where it
 * has come too far; one that cannot be read has no fields, and so is refused as none of ours.
 */
export const readUpload: RequestHandler[] = [
  express.raw({ type: 'multipart/form-data', limit: mostFormBytes, inflate: false }),
  async (req, _res, next) => {
    if (Buffer.isBuffer(req.body)) req.body = await parse(req, req.body);
    next();
  },
];

async function parse(req: Request, body: Buffer): Promise<Record<string, string>> {
  const contentType = req.get('content-type') ?? '';
  if (!hasFewParts(body, contentType)) return {};
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } })
    .formData()
    .catch(() => undefined);
  const fields: Record<string, string> = {};
  for (const [name, value] of form ?? []) {
    if (typeof value === 'string') fields[name] = value;
    else if (value.size > 0)
      uploads.set(req, { name: value.name, bytes: Buffer.from(await value.arrayBuffer()) });
  }
  return fields;
}

/** Five megabytes of empty fields would be parsed one by one. */
function hasFewParts(body: Buffer, contentType: string): boolean {
  const boundary = /;\s*boundary="?([^";]{1,70})"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return false;
  let parts = 0;
  for (let at = body.indexOf(boundary); at !== -1; at = body.indexOf(boundary, at + boundary.length)) {
    parts += 1;
    if (parts > mostParts) return false;
  }
  return true;
}
