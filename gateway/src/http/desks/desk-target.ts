import type { Config } from '../../config.ts';
import { liveEnvironmentId } from '../../merchants/environments.ts';
import { checkTarget, type Target } from '../../webhooks/targets.ts';

/**
 * Where a funder's service is asked: https on the public internet. A sandbox may also name a loopback service that the
 * operator listed, so that a funder can try its own.
 *
 * @throws GatewayError `url_forbidden`
 */
export function deskTarget(
  config: Pick<Config, 'sandboxWebhookTargets'>,
  { url, environmentId }: { url: string; environmentId: string },
): Target {
  return checkTarget(url, {
    environment: environmentId === liveEnvironmentId ? 'live' : 'sandbox',
    loopbackTargets: config.sandboxWebhookTargets,
  });
}
