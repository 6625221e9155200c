import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import express, { type Express } from 'express';
import request from 'supertest';
import { afterAll, expect, test } from 'vitest';
import { sdkRouter } from '../src/pages/sdk-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'morrow-sdk-'));
const file = join(folder, 'morrow.iife.js');
const script = 'var Morrow = {};\n';
afterAll(() => rmSync(folder, { recursive: true }));

function serve(): Express {
  const app = express();
  // As the gateway protects whatever does not say otherwise.
  app.use((_req, res, next) => {
    res.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
    res.setHeader('Cache-Control', 'no-store');
    next();
  });
  return app.use(sdkRouter(pathToFileURL(file)));
}

test('an SDK that was not built is not there', async () => {
  rmSync(file, { force: true });
  for (const path of ['/sdk/v1/morrow.js', '/sdk/v1/integrity.json']) {
    await request(serve()).get(path).expect(404);
  }
});

test('any page may load the SDK, check it, and ask whether it has changed', async () => {
  writeFileSync(file, script);
  const app = serve();
  const first = await request(app).get('/sdk/v1/morrow.js').expect(200);
  expect(first.text).toBe(script);
  expect(first.headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cross-origin-resource-policy': 'cross-origin',
    'access-control-allow-origin': '*',
    'cache-control': 'public, max-age=300',
  });
  const again = request(app).get('/sdk/v1/morrow.js').set('If-None-Match', String(first.headers.etag));
  expect((await again).status).toBe(304);

  const { body } = await request(app).get('/sdk/v1/integrity.json').expect(200);
  const digest = createHash('sha384').update(script).digest('base64');
  expect(body['morrow.js'].integrity).toBe(`sha384-${digest}`);
  const exact = await request(app).get(body['morrow.js'].path).expect(200);
  expect(exact.text).toBe(script);
  expect(exact.headers['cache-control']).toBe('public, max-age=31536000, immutable');
});

test('a new SDK has the same address, another integrity and another exact address', async () => {
  writeFileSync(file, script);
  const { body: before } = await request(serve()).get('/sdk/v1/integrity.json');
  writeFileSync(file, `${script}// changed\n`);
  const { body: after } = await request(serve()).get('/sdk/v1/integrity.json');
  expect(after['morrow.js'].integrity).not.toBe(before['morrow.js'].integrity);
  expect(after['morrow.js'].path).not.toBe(before['morrow.js'].path);
  await request(serve()).get(before['morrow.js'].path).expect(404);
});
