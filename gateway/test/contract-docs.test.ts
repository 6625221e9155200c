import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import express from 'express';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { apiRoutes } from '../src/api/index.ts';
import type { Config } from '../src/config.ts';
import { eventTypes } from '../src/events/types.ts';
import { eventExamples, type MerchantEventType, privateEventTypes } from '../src/http/event-examples.ts';
import { describeApi } from '../src/http/openapi.ts';
import { problemAdvice } from '../src/http/problem-guide.ts';
import { problemDocument } from '../src/http/problem.ts';
import { apiVersions } from '../src/http/versions.ts';
import { GatewayError, problemStatus, type ProblemCode } from '../src/lib/errors.ts';
import { newId } from '../src/lib/ids.ts';
import { type Operation, readContract } from '../src/pages/docs/contract.ts';
import { docsRouter } from '../src/pages/docs/routes.ts';
import { pagesOf } from '../src/pages/docs/pages.tsx';
import { webhookBody } from '../src/webhooks/message.ts';
import { validatorAt } from './support/contract.ts';

const origin = 'https://api.example';
const routes = apiRoutes({ origins: { api: origin }, sandboxWebhookTargets: [] } as unknown as Config);
const document = describeApi(routes, origin);
const contract = readContract(document);
const { operations } = contract;
const codes = Object.keys(problemStatus) as ProblemCode[];

/** What is wrong with an example, by the schema at this place of the contract. */
function mistakesIn(example: unknown, ...steps: string[]): unknown {
  const validate = validatorAt(document, ...steps);
  return validate(example) ? [] : validate.errors;
}

describe('every operation', () => {
  it.each(operations.map((operation) => [operation.operationId, operation] as const))(
    '%s says what it does',
    (_id, { summary, description, tag, parameters }) => {
      expect(summary).toMatch(/^[A-Z]/);
      expect(description.length).toBeGreaterThan(60);
      expect(contract.tags.find(({ name }) => name === tag)?.description).toMatch(/\.$/);
      for (const { name, in: place, description: about, schema, example } of parameters) {
        const given = example ?? schema?.example ?? schema?.examples?.[0] ?? schema?.enum?.[0];
        if (place === 'header') expect([about, given], name).not.toContain(undefined);
      }
    },
  );

  it('has examples that fit its schemas, of what is sent and of what is answered', () => {
    for (const { operationId, path, method, body, answers } of operations) {
      const place = ['paths', path, method.toLowerCase()];
      const json = body?.content['application/json'];
      if (json) {
        expect(json.example, operationId).toBeDefined();
        const mistakes = mistakesIn(
          json.example,
          ...place,
          'requestBody',
          'content',
          'application/json',
          'schema',
        );
        expect(mistakes, operationId).toEqual([]);
      }
      for (const { status, content } of answers.filter((answer) => answer.status !== '304')) {
        const { example } = content['application/json'] ?? {};
        expect(example, operationId).toBeDefined();
        const steps = [...place, 'responses', status, 'content', 'application/json', 'schema'];
        expect(mistakesIn(example, ...steps), `${operationId} ${status}`).toEqual([]);
      }
    }
  });

  it('names every code that its kind may answer with, whatever it does', () => {
    const known = ({ problems }: Operation): string[] => problems.flatMap((problem) => problem.codes);
    for (const operation of operations) {
      const all = known(operation);
      expect(new Set(all).size, operation.operationId).toBe(all.length);
      expect(all).toEqual(expect.arrayContaining(['version_unknown', 'duplicate_header', 'unavailable']));
      expect(all.includes('rate_limited')).toBe(!operation.path.match(/^\/(health|ready)$/));
      if (!operation.securitySchemes.includes('merchantSignature')) continue;
      expect(all).toEqual(
        expect.arrayContaining([
          'signature_invalid',
          'key_unknown',
          'nonce_reused',
          'scope_missing',
          'not_found',
        ]),
      );
      if (operation.method !== 'GET') {
        expect(all).toEqual(
          expect.arrayContaining(['idempotency_in_progress', 'idempotency_key_reused', 'clock_moving']),
        );
      }
      if (operation.parameters.some(({ name }) => name === 'cursor')) expect(all).toContain('cursor_invalid');
    }
  });
});

describe('the webhooks', () => {
  const webhooks = document.webhooks as Record<string, { post: { operationId: string } }>;

  it('are all that merchants get: every type is theirs or nobody’s', () => {
    const types = [...Object.keys(webhooks), ...privateEventTypes];
    expect(types.toSorted()).toEqual(Object.keys(eventTypes).toSorted());
    expect(webhooks['order.partially_captured']?.post.operationId).toBe('onOrderPartiallyCaptured');
  });

  it('have examples that fit, and so does what is sent', () => {
    const steps = ['post', 'requestBody', 'content', 'application/json'];
    for (const type of Object.keys(eventExamples) as MerchantEventType[]) {
      const { example } = [type, ...steps].reduce<Record<string, unknown>>(
        (value, step) => value[step] as Record<string, unknown>,
        webhooks as Record<string, unknown>,
      ) as { example: unknown };
      expect(mistakesIn(example, 'webhooks', type, ...steps, 'schema'), type).toEqual([]);
      const { objectId, objectVersion, data } = eventExamples[type];
      const event = { id: newId('evt'), stream: newId('mer'), type, objectId, objectVersion, data };
      const sent = webhookBody({ ...event, sequence: 3n, occurredAt: new Date(0) }, 'live');
      expect(mistakesIn(JSON.parse(sent), 'webhooks', type, ...steps, 'schema'), type).toEqual([]);
      expect(Object.keys(JSON.parse(sent))).toEqual(Object.keys(example as object));
    }
  });
});

describe('the documentation', () => {
  const app = express().use(docsRouter(document));
  const pages = pagesOf(contract);
  const read = async (path: string): Promise<string> => (await request(app).get(path).expect(200)).text;

  it('is short pages without a script, and every link leads to one of them', async () => {
    const texts = await Promise.all([...pages.keys()].map(async (path) => [path, await read(path)] as const));
    expect(texts.length).toBeGreaterThan(200);
    for (const [path, html] of texts) {
      expect(Buffer.byteLength(html), path).toBeLessThan(60_000);
      expect(html, path).not.toMatch(/<script|<style| style=| on\w+=|(?:src|href)="(?:https?:)?\/\//);
      const links = [...html.matchAll(/href="(\/docs[^"#]*)/g)].map(([, href = '']) => href);
      for (const href of links) expect(pages.has(href), `${path} leads to ${href}`).toBe(true);
    }
  });

  it('shows of an operation all that there is in the contract', async () => {
    for (const operation of operations) {
      const html = await read(`/docs/operations/${operation.operationId}`);
      for (const { name } of operation.parameters) expect(html).toContain(`<code>${name}</code>`);
      for (const { codes: own } of operation.problems) {
        for (const code of own) expect(html).toContain(`href="/docs/problems/${code}"`);
      }
      for (const field of Object.keys(operation.body?.content['application/json']?.example ?? {})) {
        expect(html, operation.operationId).toContain(field);
      }
    }
  });

  it('is where the type of every problem leads to', async () => {
    for (const code of codes) {
      const { type, title } = problemDocument(new GatewayError(code), { origin, requestId: 'req_1' });
      const html = await read(type.slice(origin.length));
      expect(html).toContain(`<h1>${title}</h1>`);
      expect(problemAdvice[code].cause).toMatch(/\.$/);
      expect(problemAdvice[code].remedy).toMatch(/\.$/);
    }
  });

  it('tells of versions what docs/api-changelog.md tells', async () => {
    const markdown = readFileSync(resolve(import.meta.dirname, '../../docs/api-changelog.md'), 'utf8');
    const html = await read('/docs/changelog');
    const told = [...markdown.matchAll(/^## (\d{4}-\d{2}-\d{2})$/gm)].map(([, date]) => date);
    expect(told).toEqual(apiVersions.map(({ date }) => date));
    for (const { date, changes } of apiVersions) {
      expect(html).toContain(`<h2 id="${date}">`);
      for (const change of changes) expect(markdown).toContain(`- ${change}`);
    }
  });

  it('is kept by browsers, allows nothing from elsewhere, and leaves alone what leads nowhere', async () => {
    const first = await request(app).get('/docs').expect(200);
    expect(first.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'public, max-age=300',
      'content-security-policy': expect.stringMatching(/^default-src 'none';style-src 'self';img-src 'self'/),
    });
    await request(app).get('/docs').set('If-None-Match', String(first.headers.etag)).expect(304);
    await request(app).get('/docs/problems/none').expect(404);
    await request(app).get('/docs/').expect(404);
  });
});
