import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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

const integrityOf = (content: string) => `sha384-${createHash('sha384').update(content).digest('base64')}`;

/** Keeps these files as the versions that were released, the newest last. */
function release(versions: Record<string, string>): void {
  const list = Object.entries(versions).map(([version, content]) => {
    mkdirSync(join(folder, version), { recursive: true });
    writeFileSync(join(folder, version, 'morrow.js'), content);
    return { version, integrity: integrityOf(content) };
  });
  writeFileSync(join(folder, 'releases.json'), JSON.stringify(list));
}

function serve(): Express {
  const app = express();
  // As the gateway protects whatever does not say otherwise.
  app.use((_req, res, next) => {
    res.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
    res.setHeader('Cache-Control', 'no-store');
    next();
  });
  return app.use(sdkRouter(pathToFileURL(file), pathToFileURL(`${folder}/`)));
}

test('an SDK that was not built is not there; what was released is', async () => {
  rmSync(file, { force: true });
  release({ '1.0.0': script });
  await request(serve()).get('/sdk/v1/morrow.js').expect(404);
  await request(serve()).get('/sdk/v1/1.0.0/morrow.js').expect(200);
});

test('any page may load the newest SDK, and ask whether it has changed', async () => {
  writeFileSync(file, script);
  release({ '1.0.0': script });
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
});

test('a page that pins a version gets its bytes for ever, also after a newer one', async () => {
  const newer = `${script}// newer\n`;
  release({ '1.0.0': script, '1.1.0': newer });
  const app = serve();
  const { body, headers } = await request(app).get('/sdk/v1/integrity.json').expect(200);
  expect(body).toEqual({
    newest: '1.1.0',
    versions: {
      '1.0.0': { path: '/sdk/v1/1.0.0/morrow.js', integrity: integrityOf(script) },
      '1.1.0': { path: '/sdk/v1/1.1.0/morrow.js', integrity: integrityOf(newer) },
    },
  });
  expect(headers['cache-control']).toBe('public, max-age=300');
  for (const [version, content] of [
    ['1.0.0', script],
    ['1.1.0', newer],
  ]) {
    const exact = await request(app).get(`/sdk/v1/${version}/morrow.js`).expect(200);
    expect(exact.text).toBe(content);
    expect(exact.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
    });
  }
  await request(app).get('/sdk/v1/1.2.0/morrow.js').expect(404);
});

test('a released file that was changed stops the gateway from starting', () => {
  release({ '1.0.0': script });
  writeFileSync(join(folder, '1.0.0', 'morrow.js'), `${script} `);
  expect(() => serve()).toThrow('SDK 1.0.0 is not what was released.');
});
