import type { VNode } from 'preact';
import type { GatewayError } from '../../../lib/errors.ts';
import { problemPath } from '../../docs/paths.ts';

/** What the gateway refused, in the words in which the API says it, with the page of the code. */
export function Refused({ error }: { error: GatewayError | undefined }): VNode | null {
  if (!error) return null;
  const { detail, hint } = error.details;
  return (
    <p class="notice" role="alert" id="notice" lang="en">
      {detail} {hint} <a href={problemPath(error.code)}>{error.code}</a>
    </p>
  );
}
