import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askAlone, headerOf } from '../../scripts/fuzz/wire.ts';
import { listen, type Listening } from '../src/http/listen.ts';
import { openDemoGateway, type DemoGateway } from './support/demo-gateway.ts';
import { validatorAt } from './support/contract.ts';

let gateway: DemoGateway;
let server: Listening;
beforeAll(async () => {
  gateway = await openDemoGateway();
  server = await listen(gateway.app, { host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await server.close();
  await gateway.close();
});

const host = 'Host: a\r\n';
const post = `POST /v1/reversals HTTP/1.1\r\n${host}`;

async function answersTo(text: string, count = 1) {
  const answers = await askAlone(server.port, Buffer.from(text, 'latin1'), count, count === 1);
  const isProblem = validatorAt(gateway.document, 'components', 'schemas', 'Problem');
  return answers.map((answer) => {
    const { status, body } = answer;
    const json = JSON.parse(body.toString());
    if (status >= 400) {
      expect(headerOf(answer, 'content-type')).toBe('application/problem+json');
      expect(isProblem(json), JSON.stringify(isProblem.errors)).toBe(true);
      expect(json.request_id).toBe(headerOf(answer, 'request-id'));
    }
    return [status, json.code ?? json.status];
  });
}

describe('what is hardly a request', () => {
  it.each([
    ['no HTTP at all', '\u0016\u0003\u0001\u0002\0', 400, 'malformed_header'],
    ['an unknown method', `FOO /health HTTP/1.1\r\n${host}\r\n`, 400, 'malformed_header'],
    ['a header without a name', `GET /health HTTP/1.1\r\n${host}: b\r\n\r\n`, 400, 'malformed_header'],
    [
      'a length and chunks',
      `${post}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
      'malformed_header',
    ],
    ['two lengths', `${post}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`, 400, 'malformed_header'],
    [
      'headers of 20 kB',
      `GET /health HTTP/1.1\r\n${host}A: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
    [
      'chunk extensions of 20 kB',
      `${post}Transfer-Encoding: chunked\r\n\r\n2;${'a'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`,
      413,
      'body_too_large',
    ],
    ['a length of 9 GB', `${post}Content-Length: 9000000000\r\n\r\n{}`, 413, 'body_too_large'],
    ['a way through', 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n', 400, 'malformed_header'],
    ['no host', 'GET /health HTTP/1.1\r\n\r\n', 400, 'malformed_header'],
    ['two hosts', `GET /health HTTP/1.1\r\n${host}${host}\r\n`, 400, 'duplicate_header'],
  ])('is refused with a problem: %s', async (_name, text, status, code) => {
    expect(await answersTo(text)).toEqual([[status, code]]);
  });

  it('is served where it is only unusual', async () => {
    expect(await answersTo('GET /health HTTP/1.0\r\n\r\n')).toEqual([[200, 'up']]);
    const expecting = `GET /health HTTP/1.1\r\n${host}Expect: the-unexpected\r\n\r\n`;
    expect(await answersTo(expecting)).toEqual([[200, 'up']]);
    const pipelined = `GET /health HTTP/1.1\r\n${host}\r\nGET /nothing HTTP/1.1\r\n${host}\r\n`;
    expect(await answersTo(pipelined, 2)).toEqual([
      [200, 'up'],
      [404, 'not_found'],
    ]);
  });
});
