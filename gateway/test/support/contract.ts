import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { expect } from 'vitest';
import type { OpenApi } from '../../src/http/openapi.ts';

type Validators = { ajv: Ajv2020; compiled: Map<string, ValidateFunction> };

const validatorsOf = new WeakMap<object, Validators>();

function validators(document: OpenApi): Validators {
  const known = validatorsOf.get(document);
  if (known) return known;
  // OpenAPI adds keywords of its own to JSON Schema.
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema(document, 'openapi');
  const made = { ajv, compiled: new Map() };
  validatorsOf.set(document, made);
  return made;
}

/** The validator of the schema at this place of the document, references followed. */
export function validatorAt(document: OpenApi, ...steps: string[]): ValidateFunction {
  const { ajv, compiled } = validators(document);
  const pointer = steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  const found = compiled.get(pointer) ?? ajv.compile({ $ref: `openapi#${encodeURI(pointer)}` });
  compiled.set(pointer, found);
  return found;
}

/**
 * Expects that the contract describes this answer: that the operation has the status, and that its schema takes the
 * body. `path` is the contract's own (`/v1/orders/{order_id}`) or one that was requested, with or without a query.
 */
export function expectMatchesContract(
  document: OpenApi,
  method: string,
  path: string,
  status: number,
  body: unknown,
): void {
  const template = templateOf(document, path);
  const operation = document.paths?.[template]?.[method.toLowerCase() as 'get'];
  if (!operation) expect.fail(`the contract has no ${method} ${template}`);
  const response: unknown = operation.responses?.[status];
  if (!response)
    expect.fail(`the contract has no ${status} for ${method} ${template}: ${JSON.stringify(body)}`);
  const reference = (response as { $ref?: string }).$ref?.split('/').slice(1);
  const steps = reference ?? ['paths', template, method.toLowerCase(), 'responses', String(status)];
  const mediaType = status < 400 ? 'application/json' : 'application/problem+json';
  const validate = validatorAt(document, ...steps, 'content', mediaType, 'schema');
  const valid = validate(body);
  expect(valid ? [] : validate.errors, `${method} ${template} ${status} ${JSON.stringify(body)}`).toEqual([]);
}

function templateOf(document: OpenApi, path: string): string {
  const [pathname = ''] = path.split('?', 1);
  const templates = Object.keys(document.paths ?? {});
  if (templates.includes(pathname)) return pathname;
  const found = templates.find((template) =>
    new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+').replaceAll('.', String.raw`\.`)}$`).test(
      pathname,
    ),
  );
  return found ?? expect.fail(`the contract has no path for ${pathname}`);
}
