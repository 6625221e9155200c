import type { VNode } from 'preact';
import { passkeyScriptPath } from '../assets.ts';

/** The script of the pages on which operators make passkeys and sign in with them. `nonce` is the page's policy's. */
export function PasskeyScript({ nonce }: { nonce: string }): VNode {
  return <script src={passkeyScriptPath} nonce={nonce} defer />;
}
