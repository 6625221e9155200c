import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { stringify } from 'yaml';
import openapiTS, { astToString } from 'openapi-typescript';
import { describeApi } from '../gateway/src/http/openapi.ts';
import { apiRoutes } from '../gateway/src/api/index.ts';

/** The address that the committed contract names; every gateway serves its own at /openapi.json. */
const origin = 'http://127.0.0.1:4000';

/** The contract, and the types made from nothing but it, as they should be committed. */
export async function renderContract(): Promise<{ yaml: string; types: string }> {
  const document = describeApi(
    apiRoutes({
      databaseUrl: '',
      databasePool: 1,
      port: 0,
      host: '',
      origins: { api: origin },
      masterKeys: [{ id: 'none', key: randomBytes(32) }],
      logLevel: 'silent',
      run: 'server',
      stripeSecretKey: undefined,
      smtpUrl: undefined,
      mailFrom: '',
      sandboxWebhookTargets: [],
      trustedProxies: 0,
      sandboxesPerHour: 0,
    }),
    origin,
  );
  const yaml = stringify(JSON.parse(JSON.stringify(document)), {
    lineWidth: 0,
    aliasDuplicateObjects: false,
  });
  const types = astToString(await openapiTS(yaml));
  return { yaml, types: `// Generated from openapi.yaml by \`npm run contract\`.\n${types}` };
}

if (process.argv[1] === import.meta.filename) {
  const { yaml, types } = await renderContract();
  writeFileSync(resolve(import.meta.dirname, '../openapi.yaml'), yaml);
  writeFileSync(resolve(import.meta.dirname, '../sdk-js/src/generated/openapi.d.ts'), types);
}
